"""A long job as the scheduler steps it: a generator, its progress, and what it came to."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Generator
from pathlib import Path
from typing import Any, ClassVar, Literal

from dinodesk.engine.messages import Answer, JobEstimate, JobPhase, JobProgress, JobRequest

PUBLISH_INTERVAL = {"photos": 0.15, "tree": 2.0, "progress": 0.1}
"""Seconds between two publications of each kind; counting 100,000 photos by folder takes some 100 ms."""


class Job(ABC):
    """One run of long work.

    Attributes:
        keeps_pause: whether a pause of it is remembered beyond the end of the program.
        request: the request that it answers.
        generator: the work; closed when the job is stopped.
        stored: assets stored since the last `take_stored`.
        ended: whether the generator came to its end.
        estimate: how long it will take, until it is published.
        paused: whether it waits for the person.
    """

    keeps_pause: ClassVar[bool] = False

    def __init__(
        self, request: JobRequest[Any], generator: Generator[Any, None, Any], phase: JobPhase, title: str
    ) -> None:
        self.request: JobRequest[Any] = request
        self.generator = generator
        self.stored: list[int] = []
        self.ended = False
        self.estimate: JobEstimate | None = None
        self.paused = False
        self._phase: JobPhase = phase
        self._title = title
        self._done = 0
        self._total = 0
        self._last_published = {"photos": 0.0, "tree": time.perf_counter(), "progress": 0.0}
        self._recent: deque[tuple[float, int]] = deque(maxlen=60)

    @abstractmethod
    def step(self) -> None:
        """One step of the generator."""

    @abstractmethod
    def done(self, *, stopped: bool) -> Answer:
        """What the job came to, the reply to its request."""

    def keep(self, *, stopped: bool, for_good: bool) -> None:  # noqa: B027  most runs leave nothing behind
        """Note in the library what should outlive the run, or this part of one that begins again later, which
        is not `for_good`."""

    @property
    def catalog_may_differ(self) -> bool:
        """Whether photos moved, went missing or changed, so that the catalog must be read anew."""
        return False

    @property
    def questions(self) -> list[str]:
        """What the run asks the person."""
        return []

    @property
    def doubted(self) -> tuple[int, ...]:
        """The roots that the questions are about."""
        return ()

    @property
    def skipped(self) -> int:
        """How many files could not be worked on so far."""
        return 0

    @property
    def moved_to(self) -> Path | None:
        """Where the library is now, if the job moved it."""
        return None

    @property
    def left(self) -> int:
        """Files that are still to be done, as far as is known."""
        return max(0, self._total - self._done)

    def take_stored(self) -> list[int]:
        """The assets that were stored since the last call."""
        assets, self.stored = self.stored, []
        return assets

    def expect(self, left: int) -> None:
        """So many files were to be done when it was paused, before the program was closed."""
        self._total = self._total or left

    def resume(self) -> None:
        """Forget the rate from before the pause."""
        self._recent.clear()

    def is_due(self, kind: Literal["photos", "tree", "progress"]) -> bool:
        """Whether it is time to publish this again; True starts the pause anew."""
        now = time.perf_counter()
        if now - self._last_published[kind] < PUBLISH_INTERVAL[kind]:
            return False
        self._last_published[kind] = now
        return True

    def progress(self) -> JobProgress:
        """Where the job is, with the rate of the last steps."""
        rate = self._rate
        return JobProgress(
            request=self.request.id,
            phase="paused" if self.paused else self._phase,
            title=self._title,
            done=self._done,
            total=self._total,
            rate=rate,
            seconds_left=(self._total - self._done) / rate if rate > 0 else -1.0,
            skipped=self.skipped,
            during=self._phase,
        )

    @property
    def _rate(self) -> float:
        """Files a second over the last steps; 0 when unknown."""
        if len(self._recent) < 2:
            return 0.0
        (first, before), (last, now) = self._recent[0], self._recent[-1]
        return (now - before) / max(last - first, 1e-6)


class CountingJob(Job):
    """A job whose generator yields how many are done, and of how many."""

    def step(self) -> None:
        """One step of the generator."""
        found = next(self.generator, None)
        if found is None:
            self.ended = True
        else:
            self._done, self._total = found
