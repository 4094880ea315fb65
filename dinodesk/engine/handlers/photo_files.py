"""Photos and their files: taken out of the library, moved to the trash, copied, found again."""

from __future__ import annotations

import os
from collections.abc import Generator

from dinodesk.engine.engine_state import EngineState
from dinodesk.engine.handlers.registry import Steps, handles
from dinodesk.engine.handlers.tags import after_step
from dinodesk.engine.messages import (
    ExportAssets,
    ExportDone,
    ExportPhotos,
    FindMissing,
    ForgetMissing,
    MissingFound,
    MoveToTrash,
    PhotosExported,
    PlanTrash,
    RemovePhotos,
    TagsChanged,
    TrashPlan,
)
from dinodesk.engine.user_data import missing_finder, photo_export, trash_files
from dinodesk.engine.user_data.photo_steps import TakePhotosOut
from dinodesk.engine.user_data.undo_steps import Applied
from dinodesk.errors import LibraryError
from dinodesk.records import Skipped, TagAction, TagChange
from dinodesk.wording import count


@handles(RemovePhotos)
def remove_photos(state: EngineState, request: RemovePhotos) -> TagsChanged:
    """Take photos out of the library, which can be undone."""
    return _take_out(state, "removePhotos", request.assets)


@handles(ForgetMissing)
def forget_missing(state: EngineState, request: ForgetMissing) -> TagsChanged:
    """Take missing photos out of the library, which can be undone; others stay."""
    missing = {photo.asset for photo in state.opened.catalog.photos if photo.state == "missing"}
    return _take_out(state, "forget", tuple(each for each in request.assets if each in missing))


def _take_out(state: EngineState, action: TagAction, assets: tuple[int, ...]) -> TagsChanged:
    applied = TakePhotosOut(TagChange(action, len(assets)), assets).apply(state.opened.store.database)
    if applied.inverse is not None:
        state.opened.history.remember(applied.inverse)
    change = applied.inverse.summary if applied.inverse is not None else None
    return after_step(state, "do", change, applied)


@handles(PlanTrash)
def plan_trash(state: EngineState, request: PlanTrash) -> Steps:
    """Count, a photo at a step: a drive may be slow."""
    library = state.opened
    own, going = set[str](), set[str]()
    copies, failed, photos = 0, list[Skipped](), 0
    for _, files in trash_files.files_of_photos(library.store.database, request.photos):
        if files.failed:
            failed.append(Skipped(files.path, files.failed))
            continue
        photos += 1
        own.add(files.path)
        going.update(files.photos, files.sidecars)
        copies += len(files.copies)
        yield None
        if state.library is not library:
            raise _another_library("Asking what to move to the trash")
    return TrashPlan(
        photos=photos, files=len(own), partners=len(going - own), copies=copies, failed=tuple(failed)
    )


@handles(MoveToTrash)
def move_to_trash(state: EngineState, request: MoveToTrash) -> Steps:
    """Move the files in slices; what was moved can be undone, after an error too."""
    library, report = state.opened, trash_files.TrashReport()
    steps = trash_files.trash_steps(
        library.store.database,
        request.photos,
        state.trash,
        report,
        partners=request.partners,
        copies=request.copies,
    )
    library.history.under_way += 1
    try:
        yield from _while_open(state, steps, "Moving photos to the trash")
    except Exception:
        state.changes.catalog |= bool(report.moved)
        raise
    finally:
        library.history.under_way -= 1
        if report.moved:
            library.history.remember(report.step(state.trash))
    change = report.step(state.trash).summary if report.moved else None
    applied = Applied(None, report.assets, catalog=bool(report.moved), failed=tuple(report.failed))
    return after_step(state, "do", change, applied)


@handles(ExportPhotos)
def export_photos(state: EngineState, request: ExportPhotos) -> Steps:
    """Copy the files, some megabytes a step. Raises LibraryError where the folder is not there."""
    if not os.path.isdir(request.folder):
        raise LibraryError(f"The folder {request.folder} is not there.", "Choose another one.")
    report = photo_export.CopyReport()
    steps = photo_export.copy_photos_steps(
        state.opened.store.database, request.photos, request.folder, report
    )
    yield from _while_open(state, steps, "Copying photos")
    return PhotosExported(folder=request.folder, written=report.written, failed=tuple(report.failed))


@handles(ExportAssets)
def export_assets(state: EngineState, request: ExportAssets) -> Steps:
    """Write photos for other programs, in slices. Raises LibraryError where a folder is not there."""
    library, report, form = state.opened, photo_export.CopyReport(), request.form
    found = (library.catalog.photo(asset) for asset in request.assets)
    photos = [photo for photo in found if photo is not None]
    chosen = [(photo.asset, photo.path) for photo in photos]
    database = library.store.database
    if form == "csv" or form == "json":
        assets = [photo.asset for photo in photos]
        steps = photo_export.table_steps(database, assets, form, request.target, report)
    elif form == "sheet":
        heading = request.title, count(len(photos))
        thumbnails = library.store.thumbnails
        steps = photo_export.sheet_steps(photos, thumbnails, state.decoders, heading, request.target, report)
    else:
        if not os.path.isdir(request.target):
            raise LibraryError(f"The folder {request.target} is not there.", "Choose another one.")
        put = photo_export.copy_photos_steps if form == "copies" else photo_export.link_photos_steps
        steps = put(database, chosen, request.target, report)
    yield from _while_open(state, steps, "Exporting photos")
    target = report.target or request.target
    return ExportDone(form=form, target=target, written=report.written, failed=tuple(report.failed))


@handles(FindMissing)
def find_missing(state: EngineState, request: FindMissing) -> Steps:
    """Look for missing photos, some megabytes a step."""
    library, report = state.opened, missing_finder.FoundReport()
    steps = missing_finder.find_steps(library.store.database, request.assets, request.path, report)
    yield from _while_open(state, steps, "Looking for missing photos")
    if report.found:
        state.changes.catalog = True
        library.watch()  # a folder may be new
    return MissingFound(found=report.found, refused=tuple(report.refused))


def _while_open(
    state: EngineState, steps: Generator[None, None, None], doing: str
) -> Generator[None, None, None]:
    """The steps, as long as the library that they are about is open. Raises LibraryError when it is not;
    `doing` begins its sentence, which is read in the other library."""
    library = state.opened
    for _ in steps:
        yield None
        if state.library is not library:
            raise _another_library(doing)


def _another_library(doing: str) -> LibraryError:
    return LibraryError(
        f"{doing} ended, because another library was opened.", "Open the one before to do the rest."
    )
