"""The queue of jobs: those that were suspended for a short one, and those that have not begun."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from dinodesk.engine.jobs.job import Job
from dinodesk.engine.messages import AddPhotos, JobRequest
from dinodesk.library.files.path_utils import lies_in


@dataclass(frozen=True, slots=True)
class QueuedJob:
    """A job that has not begun, and whether it begins paused; None: as indexing in this library is."""

    request: JobRequest[Any]
    paused: bool | None = None


class JobQueue:
    """Jobs in the order in which they will run; suspended jobs resume before new ones begin."""

    def __init__(self) -> None:
        self._aside: list[Job] = []
        self._queued: deque[QueuedJob] = deque()

    def __bool__(self) -> bool:
        return bool(self._aside or self._queued)

    def add(self, request: JobRequest[Any]) -> None:
        """Append a job. Photos that a person adds start unpaused, even if indexing was paused."""
        wanted = isinstance(request, AddPhotos) and request.id != 0
        self._queued.append(QueuedJob(request, False if wanted else None))

    def add_first(self, request: JobRequest[Any]) -> None:
        """Insert a job before all others that have not begun; it starts unpaused."""
        self._queued.appendleft(QueuedJob(request, False))

    def put_back(self, jobs: Iterable[Job]) -> None:
        """Queue interrupted jobs again, before others that have not begun; each stays paused if it was."""
        self._queued.extendleft(QueuedJob(job.request, job.paused) for job in reversed(list(jobs)))

    def set_aside(self, job: Job) -> None:
        """Suspend a running job so that a short one can run; it resumes where it stopped."""
        self._aside.append(job)

    def next(self) -> Job | QueuedJob:
        """Remove and return the next job: a suspended one, or one that has not begun.

        A job that may run goes before a suspended one that is paused. Raises IndexError when the queue is
        empty.
        """
        if self._aside and self._aside[-1].paused:
            ready = next((each for each in self._queued if each.paused is False), None)
            if ready is not None:
                self._queued.remove(ready)
                return ready
        return self._aside.pop() if self._aside else self._queued.popleft()

    @property
    def has_paused(self) -> bool:
        """Whether an indexing job in here is paused."""
        begun = any(job.paused for job in self._aside if job.keeps_pause)
        return begun or any(each.paused for each in self._queued)

    def interrupt(self) -> list[Job]:
        """Remove and return the suspended jobs, the one that would resume first in front."""
        jobs, self._aside = self._aside[::-1], []
        return jobs

    def clear(self) -> list[JobRequest[Any]]:
        """Forget what has not begun; returns it."""
        dropped = [each.request for each in self._queued]
        self._queued.clear()
        return dropped

    def awaits(self, kind: type[JobRequest[Any]]) -> bool:
        """Whether a job of this kind waits and has not begun."""
        return any(isinstance(each.request, kind) for each in self._queued)

    def leave_out(self, folder: str) -> list[JobRequest[Any]]:
        """A folder was taken out of the library: nothing in it is added any more.

        Returns the requests of which nothing is left.
        """
        left = [(each, without(folder, each.request)) for each in self._queued]
        self._queued = deque(QueuedJob(request, each.paused) for each, request in left if request is not None)
        return [each.request for each, request in left if request is None]

    @property
    def waiting(self) -> frozenset[str]:
        """The paths that are to be added and of which nothing has begun."""
        return frozenset(_paths(each.request for each in self._queued))

    def to_add(self, running: Job | None) -> tuple[str, ...]:
        """All paths that were given to be added and are not, in order and each once."""
        begun = [job.request for job in (running, *reversed(self._aside)) if job is not None]
        return tuple(dict.fromkeys(_paths([*begun, *(each.request for each in self._queued)])))


def without(folder: str, job: JobRequest[Any]) -> JobRequest[Any] | None:
    """The job without the paths in a folder that was removed from the library; None if none is left."""
    if not folder or not isinstance(job, AddPhotos):
        return job
    paths = tuple(path for path in job.paths if not lies_in(path, folder))
    return replace(job, paths=paths) if paths else None


def _paths(requests: Iterable[JobRequest[Any]]) -> Iterator[str]:
    """What is to be added by these requests."""
    for request in requests:
        if isinstance(request, AddPhotos):
            yield from request.paths
