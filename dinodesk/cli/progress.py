"""Progress on stderr: one line that is rewritten on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import sys
import time


class Progress:
    """Shows the progress of a long command, five times a second at most."""

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()
        self._every = 0.2 if self._terminal else 10.0
        self._last = time.perf_counter()

    def show(self, words: str) -> None:
        """Show `words`, unless other words were shown a moment ago."""
        now = time.perf_counter()
        if now - self._last >= self._every:
            self._last = now
            end = "\x1b[K\r" if self._terminal else "\n"
            print(words, end=end, file=sys.stderr, flush=True)

    def end(self) -> None:
        """Clear the line."""
        if self._terminal:
            print("\x1b[K", end="", file=sys.stderr, flush=True)
