"""The long jobs of the engine thread as the worker steps them: indexing runs, and runs over sidecars."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from dinodesk.engine import messages as m

if TYPE_CHECKING:
    from dinodesk.engine.session import Session


class Job:
    """One indexing run, stepped by the worker.

    Attributes:
        stored: assets stored since the window was told last.
        ended: whether the generator came to its end.
        told_photos, told_tree, told_progress: when the window was told of them last.
    """

    def __init__(self, request: m.Request) -> None:
        self.request = request
        self.stored: list[int] = []
        self.ended = False
        self.told_photos = 0.0
        self.told_tree = time.perf_counter()
        self.told_progress = 0.0
        self.phase = "scanning"
        self._done = 0
        self._total = 0
        self._title = "library"
        self._recent: deque[tuple[float, int]] = deque(maxlen=60)

    def begin(self, session: Session) -> None:
        """Make the generator; raises what the request's paths deserve."""
        self.indexer = session.indexer()
        if isinstance(self.request, m.AddPhotos):
            self.generator: Generator[Any, None, Any] = self.indexer.add(list(self.request.paths))
        else:
            if isinstance(self.request, m.RetrySkipped):
                session.forget_reasons()
            self.generator = self.indexer.rescan()

    def step(self) -> None:
        """One step of the generator."""
        try:
            step = next(self.generator)
        except StopIteration:
            self.ended = True
            return
        if step.phase != self.phase:
            self._recent.clear()
        self.phase, self._title = step.phase, step.title
        self._total = step.total
        if step.done != self._done:
            self._done = step.done
            self._recent.append((time.perf_counter(), step.done))
        self.stored += step.stored

    def resume(self) -> None:
        """Forget the pace from before the pause."""
        self._recent.clear()

    @property
    def catalog_may_differ(self) -> bool:
        """Whether photos moved, went missing or changed, so that the list must be read anew."""
        report = self.indexer.report
        return bool(report.moved or report.missing or report.refreshed)

    @property
    def questions(self) -> list[str]:
        """What the run asks the person."""
        return self.indexer.report.questions

    @property
    def skipped(self) -> int:
        """How many files could not be read so far."""
        return len(self.indexer.report.skipped)

    def progress(self, phase: str | None = None) -> m.JobProgress:
        """Where the job is, with the pace of the last steps."""
        rate = 0.0
        if len(self._recent) >= 2:
            (first, before), (last, now) = self._recent[0], self._recent[-1]
            rate = (now - before) / max(last - first, 1e-6)
        left = (self._total - self._done) / rate if rate > 0 else -1.0
        return m.JobProgress(
            self.request.id,
            phase or self.phase,  # type: ignore[arg-type]
            self._title,
            self._done,
            self._total,
            rate,
            left,
            self.skipped,
        )

    def done(self, stopped: bool) -> m.Answer:
        """The closing record."""
        report = self.indexer.report
        return m.JobDone(
            self.request.id,
            report.found,
            report.indexed,
            report.unchanged,
            report.moved,
            report.missing,
            len(report.skipped),
            report.seconds,
            stopped,
        )


class ExchangeJob(Job):
    """One run over sidecars."""

    request: m.ExchangeSidecars

    def begin(self, session: Session) -> None:
        """Make the generator; raises when no library is open."""
        self.phase, self._title = self.request.way, "sidecars"
        self.generator, self.report = session.exchange(self.request)

    def step(self) -> None:
        """One step of the generator."""
        found = next(self.generator, None)
        if found is None:
            self.ended = True
        else:
            self._done, self._total = found

    @property
    def catalog_may_differ(self) -> bool:
        """Whether something was taken over."""
        return bool(self.report.undo)

    @property
    def questions(self) -> list[str]:
        """None."""
        return []

    @property
    def skipped(self) -> int:
        """How many sidecars could not be written or read so far."""
        return len(self.report.skipped)

    def done(self, stopped: bool) -> m.Answer:
        """The closing record."""
        report, request = self.report, self.request
        return m.ExchangeDone(
            request.id, request.way, report.written, report.unchanged, tuple(report.skipped), stopped
        )
