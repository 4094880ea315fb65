"""The indexing job: adding photos, scanning again, trying skipped files again."""

from __future__ import annotations

import time
from collections.abc import Generator

from dinodesk.engine.indexing.indexer import Indexer, Step
from dinodesk.engine.indexing.report import IndexReport
from dinodesk.engine.jobs.job import Job
from dinodesk.engine.maintenance.folder_monitor import FolderWatching
from dinodesk.engine.maintenance.run_history import RunHistory
from dinodesk.engine.messages import JobDone, JobEstimate, JobRequest, Rescan, RetrySkipped
from dinodesk.models.inference.model import Model

LONG = 200
"""Photos from which on a job is worth an estimate."""
_FEW = 8  # photos whose thumbnails give the mean size
_SAMPLE = 24  # photos that give the pace
THUMBNAILS = 122_500
"""Bytes of a photo's two thumbnails, the mean over twelve-megapixel photos: where none was made yet."""


class IndexJob(Job):
    """One indexing run, with an estimate once it knows its pace."""

    keeps_pause = True

    def __init__(
        self,
        request: JobRequest[JobDone],
        indexer: Indexer,
        generator: Generator[Step, None, IndexReport],
        *,
        model: Model,
        runs: RunHistory,
        watching: FolderWatching,
    ) -> None:
        """`generator` is the indexer's run; its figures go to `runs` and `watching` of its library."""
        super().__init__(request, generator, "scanning", "library")
        self._indexer = indexer
        self._model = model.info
        self._runs, self._watching = runs, watching
        self._pace = runs.pace(model)
        self._estimated = False

    def step(self) -> None:
        """One step of the generator."""
        step: Step | None = next(self.generator, None)
        if step is None:
            self.ended = True
            return
        if step.phase != self._phase:
            self._recent.clear()
        self._phase, self._title = step.phase, step.title
        self._total = step.total
        if step.done != self._done:
            self._done = step.done
            self._recent.append((time.perf_counter(), step.done))
        self.stored += step.stored
        self._estimate()

    def _estimate(self) -> None:
        """Estimate once how long it will take: from the pace of earlier runs, else from the first photos."""
        if self._phase != "indexing" or self._estimated or self._total < LONG or self._done < _FEW:
            return
        seconds = self._pace.seconds
        rate = self._rate
        if not seconds and self._done >= _SAMPLE and rate > 0:
            seconds = 1 / rate
        if seconds:
            self._estimated = True
            report = self._indexer.report
            thumbnails = report.thumbnail_bytes / report.thumbnails if report.thumbnails else THUMBNAILS
            size = round(self.left * (thumbnails + self._pace.vector_bytes))
            self.estimate = JobEstimate(photos=self.left, seconds=self.left * seconds, bytes=size)

    @property
    def catalog_may_differ(self) -> bool:
        """Whether photos moved, went missing or changed."""
        report = self._indexer.report
        gone = report.newly_missing or report.returned or report.left_out
        return bool(report.moved or gone or report.refreshed)

    def keep(self, *, stopped: bool, for_good: bool) -> None:
        """Note pace and report of the run in the library; files still being written are looked at later."""
        report = self._indexer.report
        self._watching.look_later(report.resting)
        self._runs.note_pace(self._model, report)
        self._runs.keep_report(self.request, report, stopped, even_if_idle=for_good)

    @property
    def questions(self) -> list[str]:
        """For example whether photos of an empty root were deleted on purpose."""
        return self._indexer.report.questions

    @property
    def doubted(self) -> tuple[int, ...]:
        """The roots that the questions are about."""
        return tuple(self._indexer.report.doubted)

    @property
    def skipped(self) -> int:
        """How many files could not be read so far."""
        return len(self._indexer.report.skipped)

    def done(self, *, stopped: bool) -> JobDone:
        """The figures of the run."""
        report = self._indexer.report
        return JobDone(
            found=report.found,
            indexed=report.indexed,
            unchanged=report.unchanged,
            moved=report.moved,
            missing=report.lost,
            skipped=len(report.skipped),
            seconds=report.seconds,
            stopped=stopped,
            left_out=report.left_out,
            whole=isinstance(self.request, Rescan | RetrySkipped),
            offline=report.offline,
            left_behind=report.left_behind,
            unreadable=report.unreadable,
            left=self._left_undone if stopped else 0,
        )

    @property
    def _left_undone(self) -> int:
        return -1 if self._phase == "scanning" and not self._total else self.left
