"""Opening a library, its root folders and its drives."""

from __future__ import annotations

import os
from pathlib import Path

from dinodesk.engine.engine_state import EngineState
from dinodesk.engine.handlers.registry import handles
from dinodesk.engine.maintenance import housekeeping
from dinodesk.engine.messages import MarkDrive, OpenLibrary, RemoveFolder
from dinodesk.engine.user_data.undo_steps import RestoreFolder
from dinodesk.library.folders import root_folders
from dinodesk.records import TagChange


@handles(OpenLibrary)
def open_library(state: EngineState, request: OpenLibrary) -> None:
    """Open it; a library that can't be opened leaves the one before open."""
    state.open_library(Path(request.path), make=request.make)
    state.decoders.warm()


@handles(RemoveFolder)
def remove_folder(state: EngineState, request: RemoveFolder) -> None:
    """Take a root folder out of the library, which can be undone; nothing in it is added any more."""
    library = state.opened
    removed = root_folders.remove_root(library.store.database, request.root)
    if removed is not None:
        name = os.path.basename(removed.path) or removed.path
        change = TagChange("removeFolder", removed.rows.photos, name=name)
        library.history.remember(RestoreFolder(change, removed))
    state.follow_ups.removed_folder = removed.path if removed is not None else ""
    state.changes.catalog = True
    library.watch()


@handles(MarkDrive)
def mark_drive(state: EngineState, request: MarkDrive) -> None:
    """Leave a marker on the drive of a root folder."""
    housekeeping.mark_drive(state.opened.store, request.root)
    state.changes.tree = True
