"""The maintenance job: verifying, backing up, moving the library or closing it to others."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

from dinodesk.engine.jobs.job import CountingJob
from dinodesk.engine.maintenance.maintenance_runs import MaintenanceReport
from dinodesk.engine.messages import MaintenanceDone, RunMaintenance


class MaintenanceJob(CountingJob):
    """One run of maintenance."""

    def __init__(
        self,
        request: RunMaintenance,
        generator: Generator[tuple[int, int], None, None],
        report: MaintenanceReport,
    ) -> None:
        """`generator` yields done and to do, and fills `report`."""
        super().__init__(request, generator, request.what, "library")
        self._what = request.what
        self._report = report

    @property
    def skipped(self) -> int:
        """How many photos are damaged, so far."""
        return len(self._report.problems)

    @property
    def moved_to(self) -> Path | None:
        """The library's new folder, once it is there."""
        return self._report.moved_to

    def done(self, *, stopped: bool) -> MaintenanceDone:
        """What the run came to."""
        report = self._report
        written = report.backup or report.moved_to
        return MaintenanceDone(
            what=self._what,
            counts=report.counts,
            path=str(written) if written is not None else "",
            bytes=report.backup.stat().st_size if report.backup is not None else 0,
            problems=tuple(report.problems),
            refused=report.refused,
            stopped=stopped,
        )
