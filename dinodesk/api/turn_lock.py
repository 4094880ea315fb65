"""A lock that is given in the order of asking, so that a long run does not keep the others waiting."""

from __future__ import annotations

import threading
from collections import deque
from typing import Any


class TurnLock:
    """Threads get it in the order in which they asked; it is not reentrant.

    A plain lock goes to whoever is quickest, which is the thread that has just released it: an index run that
    takes the lock anew for each of its steps would hold it to its end.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._asked: deque[object] = deque()  # the first one has it

    def __enter__(self) -> None:
        ticket = object()
        with self._changed:
            self._asked.append(ticket)
            try:
                self._changed.wait_for(lambda: self._asked[0] is ticket)
            except BaseException:  # Ctrl+C while waiting: nobody waits for one who has gone
                self._asked.remove(ticket)
                self._changed.notify_all()
                raise

    def __exit__(self, *_error: Any) -> None:
        with self._changed:
            self._asked.popleft()
            self._changed.notify_all()
