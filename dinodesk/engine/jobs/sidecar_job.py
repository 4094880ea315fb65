"""The sidecar job: XMP sidecars written from annotations, or read into them."""

from __future__ import annotations

from collections.abc import Generator

from dinodesk.engine.jobs.job import CountingJob
from dinodesk.engine.messages import ExchangeSidecars, SidecarsDone
from dinodesk.engine.user_data.sidecar_exchange import ExchangeReport


class SidecarJob(CountingJob):
    """One run over sidecars."""

    def __init__(
        self,
        request: ExchangeSidecars,
        generator: Generator[tuple[int, int], None, None],
        report: ExchangeReport,
    ) -> None:
        """`generator` yields photos done and to do, and fills `report`."""
        super().__init__(request, generator, request.way, "sidecars")
        self._way = request.way
        self._report = report

    @property
    def catalog_may_differ(self) -> bool:
        """Whether an import changed annotations."""
        return bool(self._report.undo)

    @property
    def skipped(self) -> int:
        """How many sidecars could not be written or read so far."""
        return len(self._report.skipped)

    def done(self, *, stopped: bool) -> SidecarsDone:
        """The figures of the run."""
        report = self._report
        return SidecarsDone(
            way=self._way,
            written=report.written,
            unchanged=report.unchanged,
            skipped=tuple(report.skipped),
            stopped=stopped,
        )
