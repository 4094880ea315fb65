"""XMP sidecars, written and read as a job."""

from __future__ import annotations

from collections.abc import Generator

from dinodesk.engine.engine_state import EngineState
from dinodesk.engine.handlers.registry import Steps, handles
from dinodesk.engine.jobs.sidecar_job import SidecarJob
from dinodesk.engine.messages import ExchangeSidecars, PlanSidecars, SidecarPlan
from dinodesk.engine.user_data.sidecar_exchange import (
    ExchangeReport,
    export_sidecars,
    import_sidecars,
    joined,
)
from dinodesk.engine.user_data.undo_steps import AnnotationStep
from dinodesk.errors import LibraryError


@handles(PlanSidecars)
def plan_sidecars(state: EngineState, request: PlanSidecars) -> Steps:
    """Count, a photo at a step, as the export would go through them."""
    library, report = state.opened, ExchangeReport()
    run = export_sidecars(
        library.store.database, request.assets or None, report, request.style, only_look=True
    )
    for _ in run:
        yield None
        if state.library is not library:
            raise LibraryError("Another library was opened meanwhile.", "Ask again there.")
    return SidecarPlan(photos=report.photos, files=report.written, skipped=len(report.skipped))


@handles(ExchangeSidecars)
def exchange_sidecars(state: EngineState, request: ExchangeSidecars) -> SidecarJob:
    """A run over sidecars; an import can be undone, a stopped one too."""
    library = state.opened
    report = ExchangeReport()
    database, assets = library.store.database, request.assets or None
    if request.way == "export":
        run = export_sidecars(database, assets, report, request.style)
    else:
        run = import_sidecars(database, assets, report)

    def steps() -> Generator[tuple[int, int], None, None]:
        try:
            yield from run
        finally:
            if report.undo:
                library.history.remember(AnnotationStep(joined(report.undo)))

    return SidecarJob(request, steps(), report)
