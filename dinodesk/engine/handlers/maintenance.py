"""Looking after a library: runs of maintenance, forgetting, statistics, options."""

from __future__ import annotations

from dinodesk.engine.engine_state import EngineState
from dinodesk.engine.handlers.registry import handles
from dinodesk.engine.jobs.maintenance_job import MaintenanceJob
from dinodesk.engine.maintenance import housekeeping
from dinodesk.engine.maintenance.maintenance_runs import MaintenanceReport, maintenance_steps
from dinodesk.engine.messages import (
    BringBackRemoved,
    ForgetPhotos,
    LeaveShared,
    LimitThumbnails,
    RulesShown,
    RunMaintenance,
    SetRules,
    ShowRules,
    ShowStatistics,
    StatisticsShown,
    WatchFolders,
)
from dinodesk.library.maintenance import privacy
from dinodesk.library.photos import removed_photos


@handles(RunMaintenance)
def run_maintenance(state: EngineState, request: RunMaintenance) -> MaintenanceJob:
    """Verify, back up or move the library, or close it to others."""
    report = MaintenanceReport()
    if request.what == "private":
        state.opened.shared = False
        state.changes.tree = True
    return MaintenanceJob(request, maintenance_steps(state.opened.store, request, report), report)


@handles(LeaveShared)
def leave_shared(state: EngineState, request: LeaveShared) -> None:
    """Note that the person was told, and wants it so."""
    privacy.leave_shared(state.opened.store)
    state.opened.shared = False
    state.changes.tree = True


@handles(ShowStatistics)
def show_statistics(state: EngineState, request: ShowStatistics) -> StatisticsShown:
    """What the library holds and takes, and the reports of earlier jobs."""
    return housekeeping.statistics(state.opened.store)


@handles(ForgetPhotos)
def forget_photos(state: EngineState, request: ForgetPhotos) -> StatisticsShown:
    """Forget photos on purpose."""
    library = state.opened
    forgotten = housekeeping.forget_photos(library.store, request)
    if library.indexes.pop(state.models.active, None) is not None:
        library.index_of(state.models.ready.model.info)  # rows of it are gone
    state.changes.catalog = True
    return housekeeping.statistics(library.store, forgotten)


@handles(BringBackRemoved)
def bring_back_removed(state: EngineState, request: BringBackRemoved) -> StatisticsShown:
    """Forget which files were removed, and look for them."""
    removed_photos.take_all_back(state.opened.store.database)
    state.follow_ups.rescan = True
    return housekeeping.statistics(state.opened.store)


@handles(ShowRules)
def show_rules(state: EngineState, request: ShowRules) -> RulesShown:
    """What scans leave out, and whether folders are watched."""
    return state.opened.options.shown()


@handles(SetRules)
def set_rules(state: EngineState, request: SetRules) -> RulesShown:
    """Keep the options and scan again by them."""
    library = state.opened
    library.options.change(request)
    library.watch()
    state.follow_ups.rescan = True
    return library.options.shown()


@handles(WatchFolders)
def watch_folders(state: EngineState, request: WatchFolders) -> RulesShown:
    """Begin or end watching; what changed while they were not watched is found by a scan."""
    library = state.opened
    before = library.options.watching
    library.options.set_watching(request.watch)
    library.watch()
    state.changes.tree = True  # which says whether they can be watched
    state.follow_ups.rescan = request.watch and not before
    return library.options.shown()


@handles(LimitThumbnails)
def limit_thumbnails(state: EngineState, request: LimitThumbnails) -> None:
    """What is too much is deleted when the engine is idle."""
    state.limit_thumbnails(request.bytes)
