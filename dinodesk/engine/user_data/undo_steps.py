"""What can be undone: each step does its part, and gives back the step that takes it back."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Protocol, Self

from dinodesk.library.annotations import changes, saved_searches
from dinodesk.library.folders import root_folders
from dinodesk.library.folders.root_folders import RemovedRoot
from dinodesk.library.store.database import Database
from dinodesk.records import Skipped, TagChange


@dataclass(frozen=True, slots=True)
class Applied:
    """What a step did.

    Attributes:
        inverse: the step that takes it back; None where there was nothing to do.
        left: what of the step could not be done now, and can be later; None for nothing.
        assets: the assets that changed.
        catalog: photos came or went.
        rescan: absolute paths of folders to look through again.
        removed_folder: the root folder that was taken out of the library; None for none.
        failed: files with which it could not be done, each with the plain reason.
    """

    inverse: UndoStep | None
    assets: tuple[int, ...] = ()
    catalog: bool = False
    rescan: tuple[str, ...] = ()
    removed_folder: str | None = None
    failed: tuple[Skipped, ...] = ()
    left: UndoStep | None = None


class UndoStep(Protocol):
    """One step of the undo history."""

    @property
    def summary(self) -> TagChange | None:
        """What was done, for a person."""

    @property
    def assets(self) -> tuple[int, ...]:
        """The assets by whose ids it goes: those that are deleted meanwhile must be taken out of it."""

    def without(self, assets: Collection[int]) -> UndoStep | None:
        """The step without these assets; None when nothing is left of it."""

    def apply(self, database: Database) -> Applied:
        """Do it. Raises LibraryError where it can't be done; nothing was changed then."""


class WholeStep:
    """A step from which no asset can be taken: applying it looks which photos are still what they were."""

    __slots__ = ()

    @property
    def assets(self) -> tuple[int, ...]:
        """None: it does not go by their ids."""
        return ()

    def without(self, assets: Collection[int]) -> Self:
        """The step as it is."""
        return self


@dataclass(frozen=True, slots=True)
class AnnotationStep:
    """A change of annotations."""

    change: changes.Change

    @property
    def summary(self) -> TagChange | None:
        """What was done, for a person."""
        return self.change.summary

    @property
    def assets(self) -> tuple[int, ...]:
        """The assets that it changes."""
        return self.change.assets

    def without(self, assets: Collection[int]) -> AnnotationStep | None:
        """The step without these assets."""
        left = self.change.without(assets)
        return replace(self, change=left) if left else None

    def apply(self, database: Database) -> Applied:
        """Change the annotations."""
        inverse = changes.apply(database, self.change)
        return Applied(AnnotationStep(inverse) if inverse else None, inverse.assets)


@dataclass(frozen=True, slots=True)
class SavedStep(WholeStep):
    """A change of saved searches."""

    change: saved_searches.SavedChange

    @property
    def summary(self) -> TagChange | None:
        """What was done, for a person."""
        return self.change.summary

    def apply(self, database: Database) -> Applied:
        """Change them."""
        inverse = saved_searches.apply(database, self.change)
        return Applied(SavedStep(inverse) if inverse else None)


@dataclass(frozen=True, slots=True)
class RestoreFolder(WholeStep):
    """A root folder that was taken out of the library comes back, with its photos as they were."""

    summary: TagChange
    removed: RemovedRoot

    def apply(self, database: Database) -> Applied:
        """Bring it back, and have it looked through. Raises LibraryError where it is gone from its drive."""
        root, assets = root_folders.restore_root(database, self.removed)
        rescan = (root.path,) if root.online else ()  # what changed in it meanwhile
        inverse = RemoveFolderAgain(self.summary, root.id)
        return Applied(inverse, tuple(assets), catalog=True, rescan=rescan)


@dataclass(frozen=True, slots=True)
class RemoveFolderAgain(WholeStep):
    """A root folder that was brought back is taken out of the library once more."""

    summary: TagChange
    root: int

    def apply(self, database: Database) -> Applied:
        """Take it out; nothing happens where it is out already."""
        removed = root_folders.remove_root(database, self.root)
        if removed is None:
            return Applied(None)
        summary = replace(self.summary, photos=removed.rows.photos)
        inverse = RestoreFolder(summary, removed)
        return Applied(inverse, catalog=True, removed_folder=removed.path)
