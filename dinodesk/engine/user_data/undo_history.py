"""Rating, labelling and albums with undo and redo: what the window asks, in words people read."""

from __future__ import annotations

from dinodesk.engine import messages as m
from dinodesk.library.annotations import changes, queries
from dinodesk.library.store.database import Database

UNDO_KEY = "Ctrl+Z"
REMEMBERED = 200
"""Changes that can be undone."""


class UndoHistory:
    """Changes the user data of one library and remembers how to undo it, until the library is closed."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._undo: list[changes.Change] = []
        self._redo: list[changes.Change] = []

    def take_over(self, other: UndoHistory) -> None:
        """Remember what another one did: the library was moved, its photos have the same numbers."""
        self._undo, self._redo = other._undo, other._redo

    def prune(self) -> None:
        """Forget what was done to photos that are forgotten: their numbers may be given to others."""
        stacks = (self._undo, self._redo)
        wanted = {asset for stack in stacks for change in stack for asset in change.assets}
        gone = wanted - queries.existing_assets(self._database, sorted(wanted))
        if gone:
            for stack in stacks:
                stack[:] = [left for left in (change.without(gone) for change in stack) if left]

    @property
    def undo(self) -> str:
        """What would be undone, for example "rating of 3 photos"; "" for nothing."""
        return self._undo[-1].words if self._undo else ""

    @property
    def redo(self) -> str:
        """What would be done again."""
        return self._redo[-1].words if self._redo else ""

    def do(self, request: m.UserDataRequest) -> tuple[str, tuple[int, ...]]:
        """Work a request off; a sentence on what happened and the assets that changed.

        Raises UsageError for a rating or a name that makes no sense, LibraryError where it can't be written.
        """
        if isinstance(request, m.Undo):
            return self._step_back(self._undo, self._redo, "Undone")
        if isinstance(request, m.Redo):
            return self._step_back(self._redo, self._undo, "Done again")
        change, sentence = self._change(request)
        self.remember(change)
        return (sentence if change else "Nothing to change"), change.assets

    def remember(self, change: changes.Change) -> None:
        """A change that was made can be undone; what was undone before can't be done again."""
        if change:
            self._undo = [*self._undo, change][-REMEMBERED:]
            self._redo = []

    def _change(self, request: m.UserDataRequest) -> tuple[changes.Change, str]:
        if isinstance(request, m.Rate):
            change = changes.rate(self._database, request.assets, request.rating)
            photos = changes.count(change.assets)
            stars = "★" * request.rating
            return change, f"{photos} rated {stars}" if stars else f"Rating removed from {photos}"
        if isinstance(request, m.PutOn):
            change = changes.add_tag(self._database, request.kind, request.assets, request.name)
            verb = "labelled" if request.kind == "label" else "added to"
            return change, f"{changes.count(change.assets)} {verb} “{changes.clean_name(request.name)}”"
        if isinstance(request, m.TakeOff):
            change = changes.remove_tag(self._database, request.kind, request.assets, request.name)
            what = "Label" if request.kind == "label" else "Album"
            name = changes.clean_name(request.name)
            words = f"{what} “{name}” removed from {changes.count(change.assets)}"
            known = {(tag.kind, tag.name.casefold()) for tag in queries.list_tags(self._database)}
            if change and (request.kind, name.casefold()) not in known:
                words += f", and gone with its last photo; {UNDO_KEY} brings it back"
            return change, words
        if isinstance(request, m.RenameTag):
            change = changes.rename_tag(self._database, request.kind, request.name, request.new)
            return change, f"“{request.name}” is called “{changes.clean_name(request.new)}” now"
        if isinstance(request, m.DropTag):
            change = changes.delete_tag(self._database, request.kind, request.name)
            return change, f"“{request.name}” is gone from {changes.count(change.assets)}"
        raise TypeError(type(request).__name__)

    def _step_back(
        self, source: list[changes.Change], target: list[changes.Change], word: str
    ) -> tuple[str, tuple[int, ...]]:
        verb = "undone" if word == "Undone" else "done again"
        if not source:
            return f"There is nothing to be {verb}", ()
        inverse = changes.apply(self._database, source[-1])
        done = source.pop()
        if not inverse:  # its photos were forgotten, or have what it would give them
            return f"There was nothing left to be {verb} of: {done.words}", ()
        target.append(inverse)
        return f"{word}: {done.words}", inverse.assets
