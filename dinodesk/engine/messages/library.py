"""The open library: opening it, its folders, and the catalog of its photos."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dinodesk.engine.messages.base import Accepted, Answer, Request
from dinodesk.records import Folder, Photo, Tag, TagChange


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryState(Answer):
    """The open library: its folder, its tree, how many photos and skipped files.

    Attributes:
        path: absolute folder of the library.
        thumbnails: absolute folder; a photo's thumbnail is `<thumbnails>/<content[:2]>/<content>.jpg`.
        total: photos in the catalog.
        embedded: photos that have a vector of the active model; -1 while no model is ready.
        skipped: files that could not be read.
        folders: the tree, parents before children.
        question: what the library asks the person, for example about a root that is suddenly empty.
        doubted: ids of the roots that the question is about.
        tags: labels and albums with counts.
        undo, redo: what would be undone or done again; None for nothing.
        notices: what a person should know of the library: that it was restored, that it lies badly.
        shared: others can read the library, and the person was not told yet.
        unwatched: why folders are not watched but scanned by the clock; "" when they are watched.
    """

    path: str
    thumbnails: str
    total: int
    embedded: int
    skipped: int
    folders: tuple[Folder, ...] = ()
    question: str = ""
    doubted: tuple[int, ...] = ()
    tags: tuple[Tag, ...] = ()
    undo: TagChange | None = None
    redo: TagChange | None = None
    notices: tuple[str, ...] = ()
    unwatched: str = ""
    shared: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogReset(Answer):
    """The catalog is now exactly these photos."""

    generation: int
    photos: tuple[Photo, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogGrown(Answer):
    """These photos were appended to the catalog of `generation`."""

    generation: int
    photos: tuple[Photo, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotosChanged(Answer):
    """These photos of the catalog of `generation`, at `positions`, are now so."""

    generation: int
    positions: tuple[int, ...]
    photos: tuple[Photo, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenLibrary(Request[Accepted]):
    """Open the library in folder `path`, made if `make` allows it; CatalogReset and LibraryState follow."""

    interrupts: ClassVar[bool] = True

    path: str
    make: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveFolder(Request[Accepted]):
    """Take a root folder (by id) out of the library; the files stay where they are."""

    keep_on_close: ClassVar[bool] = True
    interrupts: ClassVar[bool] = True

    root: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkDrive(Request[Accepted]):
    """Leave a small file on the drive of a root that has no identity of its own; LibraryState follows."""

    keep_on_close: ClassVar[bool] = True

    root: int
