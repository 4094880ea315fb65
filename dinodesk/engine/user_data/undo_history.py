"""Changes of annotations with undo and redo, for as long as a library is open."""

from __future__ import annotations

from dinodesk.library.annotations import changes, queries
from dinodesk.library.store.database import Database
from dinodesk.records import TagChange

REMEMBERED = 200
"""Changes that can be undone."""


class UndoHistory:
    """Remembers how to undo what changed the annotations of one library, until the library is closed."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._undo: list[changes.Change] = []
        self._redo: list[changes.Change] = []

    def take_over(self, other: UndoHistory) -> None:
        """Copy the history of `other` after the library was moved; ids stay valid."""
        self._undo, self._redo = other._undo, other._redo

    def prune(self) -> None:
        """Drop deleted assets from the history, because SQLite may reuse their ids."""
        stacks = (self._undo, self._redo)
        wanted = {asset for stack in stacks for change in stack for asset in change.assets}
        gone = wanted - queries.existing_assets(self._database, sorted(wanted))
        if gone:
            for stack in stacks:
                stack[:] = [left for left in (change.without(gone) for change in stack) if left]

    @property
    def undo(self) -> TagChange | None:
        """What would be undone; None for nothing."""
        return self._undo[-1].summary if self._undo else None

    @property
    def redo(self) -> TagChange | None:
        """What would be redone; None for nothing."""
        return self._redo[-1].summary if self._redo else None

    def remember(self, change: changes.Change) -> None:
        """Push `change`, the inverse of what was done; clears what could be redone."""
        if change:
            self._undo = [*self._undo, change][-REMEMBERED:]
            self._redo = []

    def step_back(self) -> tuple[TagChange | None, tuple[int, ...]]:
        """Undo the last change: what it was, and the assets that changed.

        (None, ()) when there is nothing to undo; no assets when its photos were forgotten, or are as they
        were before it already. Raises LibraryError where it can't be written.
        """
        return self._apply_last(self._undo, self._redo)

    def step_forward(self) -> tuple[TagChange | None, tuple[int, ...]]:
        """Do again what was undone last; returns and raises as `step_back`."""
        return self._apply_last(self._redo, self._undo)

    def _apply_last(
        self, source: list[changes.Change], target: list[changes.Change]
    ) -> tuple[TagChange | None, tuple[int, ...]]:
        if not source:
            return None, ()
        inverse = changes.apply(self._database, source[-1])
        done = source.pop()
        if inverse:
            target.append(inverse)
        return done.summary, inverse.assets
