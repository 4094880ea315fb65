"""Changes of a library with undo and redo, for as long as it is open."""

from __future__ import annotations

from dinodesk.engine.user_data.undo_steps import Applied, UndoStep
from dinodesk.library.annotations import queries
from dinodesk.library.store.database import Database
from dinodesk.records import TagChange

REMEMBERED = 200
"""Changes that can be undone."""


class UndoHistory:
    """Remembers how to undo what a person did with one library, until the library is closed.

    Attributes:
        under_way: changes that have begun and are remembered when they end; what is undone until then would
            be an older one.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self.under_way = 0
        self._undo: list[UndoStep] = []
        self._redo: list[UndoStep] = []

    def take_over(self, other: UndoHistory) -> None:
        """Copy the history of `other` after the library was moved; ids stay valid."""
        self._undo, self._redo = other._undo, other._redo

    def prune(self) -> None:
        """Drop deleted assets from the history, because SQLite may reuse their ids."""
        stacks = (self._undo, self._redo)
        wanted = {asset for stack in stacks for step in stack for asset in step.assets}
        gone = wanted - queries.existing_assets(self._database, sorted(wanted))
        if gone:
            for stack in stacks:
                stack[:] = [left for step in stack if (left := step.without(gone)) is not None]

    @property
    def undo(self) -> TagChange | None:
        """What would be undone; None for nothing."""
        return self._undo[-1].summary if self._undo else None

    @property
    def redo(self) -> TagChange | None:
        """What would be redone; None for nothing."""
        return self._redo[-1].summary if self._redo else None

    def remember(self, step: UndoStep) -> None:
        """Push `step`, the inverse of what was done; clears what could be redone."""
        self._undo = [*self._undo, step][-REMEMBERED:]
        self._redo = []

    def step_back(self) -> tuple[TagChange | None, Applied]:
        """Undo the last change: what it was, and what came of it.

        None when there is nothing to undo. Nothing comes of it when its photos were forgotten, or are as
        they were before it already. Raises LibraryError where it can't be undone; it is still the last change
        then, so that no older one is undone in its place.
        """
        return self._apply_last(self._undo, self._redo)

    def step_forward(self) -> tuple[TagChange | None, Applied]:
        """Do again what was undone last; returns and raises as `step_back`."""
        return self._apply_last(self._redo, self._undo)

    def _apply_last(self, source: list[UndoStep], target: list[UndoStep]) -> tuple[TagChange | None, Applied]:
        if not source:
            return None, Applied(None)
        applied = source[-1].apply(self._database)
        done = source.pop()
        if applied.left is not None:
            source.append(applied.left)
        if applied.inverse is not None:
            target.append(applied.inverse)
        return done.summary, applied
