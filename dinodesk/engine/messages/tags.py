"""Ratings, labels and albums: changing them, undoing it, listing them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from dinodesk.engine.messages.base import Answer, Request
from dinodesk.records import Skipped, Tag, TagChange, TagKind


@dataclass(frozen=True, slots=True, kw_only=True)
class TagsChanged(Answer):
    """Ratings, labels or albums changed.

    Attributes:
        change: what was done.
        direction: whether it was done, or undone or done again.
        assets: the photos that changed; none when there was nothing to change.
        emptied: a label or album that lost its last photo by it, so that it is gone.
        failed: files with which it could not be done, each with the plain reason.
        tags, undo, redo: as in LibraryState.
    """

    change: TagChange | None
    direction: Literal["do", "undo", "redo"]
    assets: tuple[int, ...]
    emptied: bool = False
    failed: tuple[Skipped, ...] = ()
    tags: tuple[Tag, ...] = ()
    undo: TagChange | None = None
    redo: TagChange | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TagRequest(Request[TagsChanged]):
    """Base of what changes annotations; PhotosChanged is broadcast before its answer."""

    keep_on_close: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class RatePhotos(TagRequest):
    """Give photos 0 to 5 stars."""

    assets: tuple[int, ...]
    rating: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AddTag(TagRequest):
    """Label photos, or add them to an album; a new name makes a new one."""

    kind: TagKind
    assets: tuple[int, ...]
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveTag(TagRequest):
    """Take a label off photos, or photos out of an album."""

    kind: TagKind
    assets: tuple[int, ...]
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RenameTag(TagRequest):
    """Give a label or an album another name; that of another one merges the two."""

    kind: TagKind
    name: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteTag(TagRequest):
    """Take a label off all photos, or all photos out of an album."""

    kind: TagKind
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Undo(TagRequest):
    """Undo the last change: of annotations, or of what is in the library."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Redo(TagRequest):
    """Do again what was undone last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelsShown(Answer):
    """The labels by name, each with how many of the photos asked for have it."""

    labels: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowLabels(Request[LabelsShown]):
    """The labels that some photos have."""

    assets: tuple[int, ...]
