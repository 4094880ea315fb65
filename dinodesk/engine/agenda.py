"""What the engine thread still has to do: jobs set aside for a short one, and jobs only asked for."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable
from dataclasses import replace

from dinodesk.engine import messages as m
from dinodesk.engine.jobs import Job


class Agenda:
    """Jobs in the order in which they will run; what was begun goes on before anything new begins."""

    def __init__(self) -> None:
        self._aside: list[Job] = []
        self._asked: deque[m.Request] = deque()

    def __bool__(self) -> bool:
        return bool(self._aside or self._asked)

    def ask(self, request: m.Request) -> None:
        """A new job, after all others."""
        self._asked.append(request)

    def ask_first(self, requests: Iterable[m.Request]) -> None:
        """New jobs, in this order, before all others that have not begun."""
        self._asked.extendleft(reversed(list(requests)))

    def set_aside(self, job: Job) -> None:
        """A running job makes room for a short one; it goes on where it is."""
        self._aside.append(job)

    def next(self, *, paused: bool) -> Job | m.Request:
        """What goes on or begins now. Raises IndexError when there is nothing.

        While indexing is `paused`, photos that a person added since go before what would only wait.
        """
        if paused and self._aside and self._aside[-1].keeps_pause:
            wanted = next((each for each in self._asked if is_wanted(each)), None)
            if wanted is not None:
                self._asked.remove(wanted)
                return wanted
        return self._aside.pop() if self._aside else self._asked.popleft()

    def interrupt(self) -> list[Job]:
        """Take out the jobs that were set aside, the one to go on first in front."""
        jobs, self._aside = self._aside[::-1], []
        return jobs

    def clear(self) -> None:
        """Forget what has not begun."""
        self._asked.clear()

    def awaits(self, kind: type[m.Request]) -> bool:
        """Whether a job of this kind has been asked for and not begun."""
        return any(isinstance(request, kind) for request in self._asked)

    def leave_out(self, folder: str) -> None:
        """A folder was taken out of the library: nothing in it is added any more."""
        self._asked = deque(job for job in (without(folder, each) for each in self._asked) if job is not None)

    def to_add(self, running: Job | None) -> tuple[str, ...]:
        """All paths that were given to be added and are not, in order and each once."""
        jobs = [running, *reversed(self._aside)]
        requests = [*(job.request for job in jobs if job is not None), *self._asked]
        paths = [path for request in requests if isinstance(request, m.AddPhotos) for path in request.paths]
        return tuple(dict.fromkeys(paths))


def is_wanted(request: m.Request) -> bool:
    """Whether a person asked for photos to be added, just now: a pause from before is not meant for them."""
    return isinstance(request, m.AddPhotos) and request.id != 0


def without(folder: str, job: m.Request) -> m.Request | None:
    """The job without what lies in a folder that was taken out of the library; None if nothing is left."""
    if not folder or not isinstance(job, m.AddPhotos):
        return job
    inside = (folder, folder.rstrip(os.sep) + os.sep)
    paths = tuple(path for path in job.paths if path != inside[0] and not path.startswith(inside[1]))
    return replace(job, paths=paths) if paths else None
