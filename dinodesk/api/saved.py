"""Saved searches of a library, for scripts: the same that the window lists."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Generic, TypeVar

from dinodesk.api.model import Model
from dinodesk.library.annotations import saved_searches
from dinodesk.library.store.database import Database
from dinodesk.records import SavedSearch, SearchValues

A = TypeVar("A")


class SavedSearches(Generic[A]):
    """The saved searches of an open library, by name whatever its case."""

    def __init__(self, database: Database, search: Callable[..., A]) -> None:
        """`search` is that of the library."""
        self._database, self._search = database, search

    def list(self) -> list[SavedSearch]:
        """All of them, by name."""
        return saved_searches.list_saved(self._database)

    def add(self, name: str, values: SearchValues | str, model: Model | None = None) -> SavedSearch:
        """Save a search, or a query alone, in the place of one of its name; `model` is what it is made for.

        Raises UsageError for a name that is empty.
        """
        values = SearchValues(query=values) if isinstance(values, str) else values
        fingerprint = "" if model is None else model.info.fingerprint
        search = SavedSearch(name=name, values=values, model=fingerprint, created=time.time())
        saved_searches.save(self._database, search)
        return saved_searches.find_saved(self._database, name)

    def run(self, name: str, model: Model | None = None, top: int = 50) -> A:
        """Answer a saved search with all its values, and note that it was looked at.

        Raises LibraryError where there is none, else as `Library.search`.
        """
        values = saved_searches.find_saved(self._database, name).values
        line = values.line
        answer = self._search(
            values.query,
            model,
            values.images,
            top,
            literal=values.literal,
            line=None if line is None else line.curve,
            cut=None if line is None else line.cut,
            stop=values.stop,
            scene=values.scene,
            templates=values.templates,
            image_weight=values.image_weight,
            sort=values.sort,
        )
        saved_searches.mark_seen(self._database, name)
        return answer

    def remove(self, name: str) -> None:
        """Remove one. Raises LibraryError where there is none."""
        saved_searches.remove(self._database, name)
