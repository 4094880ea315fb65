"""Ratings, labels and albums: changed, undone, listed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from dinodesk.engine.engine_state import EngineState
from dinodesk.engine.handlers.registry import Steps, handles
from dinodesk.engine.messages import (
    AddTag,
    DeleteTag,
    LabelsShown,
    PhotosChanged,
    RatePhotos,
    Redo,
    RemoveTag,
    RenameTag,
    ShowLabels,
    TagsChanged,
    Undo,
)
from dinodesk.engine.user_data.undo_steps import AnnotationStep, Applied
from dinodesk.errors import LibraryError
from dinodesk.library.annotations import changes, queries
from dinodesk.library.annotations.changes import Change
from dinodesk.library.store.database import Database
from dinodesk.records import TagChange, TagKind


@handles(RatePhotos)
def rate_photos(state: EngineState, request: RatePhotos) -> TagsChanged:
    """Give photos stars. Raises UsageError for a number that is no rating."""
    return _done(state, changes.rate(_database(state), request.assets, request.rating))


@handles(AddTag)
def add_tag(state: EngineState, request: AddTag) -> TagsChanged:
    """Label photos, or add them to an album. Raises UsageError for an empty name."""
    return _done(state, changes.add_tag(_database(state), request.kind, request.assets, request.name))


@handles(RemoveTag)
def remove_tag(state: EngineState, request: RemoveTag) -> TagsChanged:
    """Take a label off photos, or photos out of an album."""
    change = changes.remove_tag(_database(state), request.kind, request.assets, request.name)
    return _done(state, change, emptied=bool(change) and not _exists(state, request.kind, request.name))


@handles(RenameTag)
def rename_tag(state: EngineState, request: RenameTag) -> TagsChanged:
    """Give a label or album another name. Raises UsageError for an empty one."""
    return _done(state, changes.rename_tag(_database(state), request.kind, request.name, request.new))


@handles(DeleteTag)
def delete_tag(state: EngineState, request: DeleteTag) -> TagsChanged:
    """Take a label off all photos, or all photos out of an album."""
    return _done(state, changes.delete_tag(_database(state), request.kind, request.name))


@handles(Undo)
def undo(state: EngineState, request: Undo) -> TagsChanged | Steps:
    """Undo the last change, one under way when it has ended. Raises LibraryError where it can't be undone."""
    return _step(state, "undo")


@handles(Redo)
def redo(state: EngineState, request: Redo) -> TagsChanged | Steps:
    """Do again what was undone last. Raises LibraryError where it can't be done."""
    return _step(state, "redo")


def _step(state: EngineState, direction: Literal["undo", "redo"]) -> TagsChanged | Steps:
    later = state.opened.history.under_way
    return _step_later(state, direction) if later else _step_now(state, direction)


def _step_now(state: EngineState, direction: Literal["undo", "redo"]) -> TagsChanged:
    history = state.opened.history
    step = history.step_back() if direction == "undo" else history.step_forward()
    return after_step(state, direction, *step)


def _step_later(state: EngineState, direction: Literal["undo", "redo"]) -> Steps:
    library = state.opened
    while library.history.under_way:
        yield None
        if state.library is not library:
            raise LibraryError(f"Nothing to {direction} any more: another library was opened meanwhile.")
    return _step_now(state, direction)


@handles(ShowLabels)
def show_labels(state: EngineState, request: ShowLabels) -> LabelsShown:
    """The labels that some photos have."""
    return LabelsShown(labels=tuple(queries.labels_of(_database(state), request.assets)))


def _database(state: EngineState) -> Database:
    return state.opened.store.database


def _done(state: EngineState, change: Change, *, emptied: bool = False) -> TagsChanged:
    """`change` is the inverse of what was done."""
    if change:
        state.opened.history.remember(AnnotationStep(change))
    return _changed(state, "do", change.summary, change.assets, emptied=emptied)


def after_step(
    state: EngineState, direction: Literal["do", "undo", "redo"], change: TagChange | None, applied: Applied
) -> TagsChanged:
    """What a step led to, and what follows from it."""
    state.follow_ups.rescan_folders += applied.rescan
    state.follow_ups.removed_folder = applied.removed_folder
    if not applied.catalog:
        return replace(_changed(state, direction, change, applied.assets), failed=applied.failed)
    state.opened.watch()  # the folders may be others
    state.changes.answers.append(state.catalog_reset())
    state.changes.tree = True
    return replace(_answer(state, direction, change, applied.assets), failed=applied.failed)


def _changed(
    state: EngineState,
    direction: Literal["do", "undo", "redo"],
    change: TagChange | None,
    assets: Sequence[int],
    *,
    emptied: bool = False,
) -> TagsChanged:
    catalog = state.opened.catalog
    positions = tuple(catalog.update(assets))
    photos = tuple(catalog.photos[position] for position in positions)
    state.changes.answers.append(
        PhotosChanged(generation=state.generation, positions=positions, photos=photos)
    )
    return _answer(state, direction, change, assets, emptied=emptied)


def _answer(
    state: EngineState,
    direction: Literal["do", "undo", "redo"],
    change: TagChange | None,
    assets: Sequence[int],
    *,
    emptied: bool = False,
) -> TagsChanged:
    history = state.opened.history
    return TagsChanged(
        change=change,
        direction=direction,
        assets=tuple(assets),
        emptied=emptied,
        tags=tuple(state.opened.catalog.tags()),
        undo=history.undo,
        redo=history.redo,
    )


def _exists(state: EngineState, kind: TagKind, name: str) -> bool:
    folded = changes.clean_name(name).casefold()
    tags = queries.list_tags(_database(state))
    return any((tag.kind, tag.name.casefold()) == (kind, folded) for tag in tags)
