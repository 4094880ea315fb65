"""The long jobs of the engine thread as the worker steps them: indexing runs, and runs over sidecars."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Generator
from typing import TYPE_CHECKING, Any, Literal

from dinodesk.engine import messages as m

if TYPE_CHECKING:
    from dinodesk.engine.engine_state import EngineState

TELL_EVERY = {"photos": 0.15, "tree": 2.0, "progress": 0.1}
"""Seconds between two rounds of news; counting 100,000 photos by folder takes some 100 ms."""
LONG = 200
"""Photos from which on a job is worth an estimate."""
_FEW = 8  # photos whose thumbnails tell the room of all
_SAMPLE = 24  # photos that tell the pace
THUMBNAILS = 122_500
"""Bytes of a photo's two thumbnails, the mean over twelve-megapixel photos: where none was made yet."""


class Job:
    """One indexing run, stepped by the worker.

    Attributes:
        stored: assets stored since the window was told last.
        ended: whether the generator came to its end.
        estimate: how long it will take, to be told once.
        moved_to: where the library is now, if the job moved it.
        paused: whether it waits for the person.
        keeps_pause: whether a pause of it is remembered beyond the end of the program.
    """

    keeps_pause = True

    def __init__(self, request: m.Request) -> None:
        self.request = request
        self.stored: list[int] = []
        self.ended = False
        self._told = {"photos": 0.0, "tree": time.perf_counter(), "progress": 0.0}
        self.phase = "scanning"
        self._done = 0
        self._total = 0
        self._title = "library"
        self._recent: deque[tuple[float, int]] = deque(maxlen=60)
        self._estimated = False
        self.estimate: m.JobEstimate | None = None
        self.moved_to = ""
        self.paused = False

    def begin(self, session: EngineState) -> None:
        """Make the generator; raises what the request's paths deserve."""
        request = self.request
        self.indexer = session.indexer(request.believe if isinstance(request, m.Rescan) else ())
        self._pace = session.care.pace(session.model)
        if isinstance(request, m.AddPhotos):
            self.generator: Generator[Any, None, Any] = self.indexer.add(list(request.paths))
        elif isinstance(request, m.LookAgain):
            self.generator = self.indexer.look_again(request.folders)
        else:
            if isinstance(request, m.RetrySkipped):
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
        self._estimate()

    def _estimate(self) -> None:
        """Say once how long it will take: from the pace of earlier runs, else from the first photos."""
        if self.phase != "indexing" or self._estimated or self._total < LONG or self._done < _FEW:
            return
        seconds = self._pace.seconds
        rate = self._rate
        if not seconds and self._done >= _SAMPLE and rate > 0:
            seconds = 1 / rate
        if seconds:
            self._estimated = True
            left = self._total - self._done
            report = self.indexer.report
            made = report.thumbnail_bytes / report.thumbnails if report.thumbnails else THUMBNAILS
            room = round(left * (made + self._pace.vector_bytes))
            self.estimate = m.JobEstimate(self.request.id, left, left * seconds, room)

    @property
    def _rate(self) -> float:
        """Files a second over the last steps; 0 when unknown."""
        if len(self._recent) < 2:
            return 0.0
        (first, before), (last, now) = self._recent[0], self._recent[-1]
        return (now - before) / max(last - first, 1e-6)

    @property
    def left(self) -> int:
        """Files that are still to be done, as far as is known."""
        return max(0, self._total - self._done)

    def expect(self, left: int) -> None:
        """So many files were to be done when it was paused, before the program was closed."""
        self._total = self._total or left

    def is_due(self, news: Literal["photos", "tree", "progress"]) -> bool:
        """Whether it is time to tell the window of this again; saying yes counts as telling."""
        now = time.perf_counter()
        if now - self._told[news] < TELL_EVERY[news]:
            return False
        self._told[news] = now
        return True

    def resume(self) -> None:
        """Forget the pace from before the pause."""
        self._recent.clear()

    @property
    def catalog_may_differ(self) -> bool:
        """Whether photos moved, went missing or changed, so that the list must be read anew."""
        report = self.indexer.report
        gone = report.newly_missing or report.returned or report.left_out
        return bool(report.moved or gone or report.refreshed)

    def keep(self, session: EngineState, *, stopped: bool, for_good: bool) -> None:
        """Note pace and report of the run in the library; one that begins again later has no report yet."""
        if session.model is not None:
            report, info = self.indexer.report, session.model.info
            session.care.note_run(info, report)
            if for_good:
                session.care.keep_report(self.request, report, stopped)

    @property
    def questions(self) -> list[str]:
        """What the run asks the person."""
        return self.indexer.report.questions

    @property
    def doubted(self) -> tuple[int, ...]:
        """The roots that the questions are about."""
        return tuple(self.indexer.report.doubted)

    @property
    def skipped(self) -> int:
        """How many files could not be read so far."""
        return len(self.indexer.report.skipped)

    def progress(self) -> m.JobProgress:
        """Where the job is, with the pace of the last steps."""
        rate = self._rate
        left = (self._total - self._done) / rate if rate > 0 else -1.0
        return m.JobProgress(
            self.request.id,
            "paused" if self.paused else self.phase,  # type: ignore[arg-type]
            self._title,
            self._done,
            self._total,
            rate,
            left,
            self.skipped,
            self.phase,
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
            report.newly_missing,
            len(report.skipped),
            report.seconds,
            stopped,
            report.left_out,
            isinstance(self.request, m.Rescan | m.RetrySkipped),
            report.offline,
            report.left_behind,
        )


class SidecarJob(Job):
    """One run over sidecars."""

    keeps_pause = False
    request: m.ExchangeSidecars

    def begin(self, session: EngineState) -> None:
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

    def keep(self, session: EngineState, *, stopped: bool, for_good: bool) -> None:
        """Nothing: what it did can be seen in the photos."""

    @property
    def catalog_may_differ(self) -> bool:
        """Whether something was taken over."""
        return bool(self.report.undo)

    @property
    def questions(self) -> list[str]:
        """None."""
        return []

    @property
    def doubted(self) -> tuple[int, ...]:
        """None."""
        return ()

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


class MaintenanceJob(SidecarJob):
    """One run of care: verifying, backing up or moving the library."""

    request: m.CareFor  # type: ignore[assignment]

    def begin(self, session: EngineState) -> None:
        """Make the generator; raises when no library is open."""
        self.phase, self._title = self.request.what, "library"
        self.generator, self.care = session.care.run(self.request)

    def step(self) -> None:
        """One step of the generator."""
        super().step()
        self.moved_to = self.care.moved_to

    @property
    def catalog_may_differ(self) -> bool:
        """No: photos are only looked at."""
        return False

    @property
    def skipped(self) -> int:
        """How many photos are damaged, so far."""
        return len(self.care.problems)

    def done(self, stopped: bool) -> m.Answer:
        """The closing record."""
        care, request = self.care, self.request
        sentence = care.sentence or "It was stopped; it goes on from there when it is started again."
        return m.CareDone(request.id, request.what, sentence, tuple(care.problems), stopped)


def job_of(request: m.Request) -> Job:
    """The job that a request asks for."""
    kinds: dict[type[m.Request], type[Job]] = {m.ExchangeSidecars: SidecarJob, m.CareFor: MaintenanceJob}
    return kinds.get(type(request), Job)(request)
