"""Indexing jobs, begun when their turn comes; and the files that could not be read."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from dinodesk.engine.engine_state import EngineState
from dinodesk.engine.handlers.registry import handles
from dinodesk.engine.indexing.indexer import Indexer, Step
from dinodesk.engine.indexing.report import IndexReport
from dinodesk.engine.jobs.index_job import IndexJob
from dinodesk.engine.messages import (
    AddPhotos,
    ControlJob,
    JobRequest,
    ListSkipped,
    Rescan,
    RescanFolders,
    RetrySkipped,
    SkippedList,
)
from dinodesk.library.photos import photo_locations


@handles(AddPhotos)
def add_photos(state: EngineState, request: AddPhotos) -> IndexJob:
    """Add folders or files and index them. Raises DinoDeskError for a path that does not exist."""
    indexer = state.indexer()
    job = _job(state, request, indexer, indexer.add(list(request.paths)))
    state.opened.watch()  # the new folders too, and before they are scanned
    return job


@handles(Rescan)
def rescan(state: EngineState, request: Rescan) -> IndexJob:
    """Scan all folders again."""
    indexer = state.indexer(request.believe)
    return _job(state, request, indexer, indexer.rescan())


@handles(RescanFolders)
def rescan_folders(state: EngineState, request: RescanFolders) -> IndexJob:
    """Scan some folders again."""
    indexer = state.indexer()
    return _job(state, request, indexer, indexer.rescan_folders(request.folders))


@handles(RetrySkipped)
def retry_skipped(state: EngineState, request: RetrySkipped) -> IndexJob:
    """Scan all folders again, and take the skipped files for unread."""
    photo_locations.retry_skipped(state.opened.store.database)
    indexer = state.indexer()
    return _job(state, request, indexer, indexer.rescan())


@handles(ControlJob)
def control_job(state: EngineState, request: ControlJob) -> None:
    """Pause, resume or stop the running job, which the scheduler does."""
    state.follow_ups.job_action = request.action


@handles(ListSkipped)
def list_skipped(state: EngineState, request: ListSkipped) -> SkippedList:
    """The files that could not be read, by reason."""
    files = photo_locations.list_skipped(state.opened.store.database)
    return SkippedList(files=tuple(sorted(files, key=lambda each: (each.reason, each.path))))


def _job(
    state: EngineState, request: JobRequest[Any], indexer: Indexer, run: Generator[Step, None, IndexReport]
) -> IndexJob:
    library = state.opened
    return IndexJob(
        request, indexer, run, model=state.models.ready.model, runs=library.runs, watching=library.watching
    )
