"""Which photos of a catalog pass the filters of a query; answers are remembered while nothing changes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import reduce

import numpy as np

from dinodesk.engine.search.catalog import BoolArray, Catalog
from dinodesk.library.library import LibraryStore
from dinodesk.library.photos import photo_filters
from dinodesk.library.photos.filter_facts import is_stale, refresh_steps
from dinodesk.records import AllOf, AnyOf, FilterTerm, Not, PhotoFilter, QueryNode
from dinodesk.search.query.filter_values import photo_filter

_REMEMBERED = 64
"""Filters whose photos are remembered: 0.1 MB each in a library of 100,000 photos."""


class QueryFilter:
    """Answers filters over a catalog. `refresh` is run before, so that they go by what is stored now."""

    def __init__(self, library: LibraryStore, catalog: Catalog) -> None:
        self._library, self._catalog = library, catalog
        self._state = (-1, -1)
        self._failed = False
        self._passing: dict[PhotoFilter, BoolArray] = {}
        self._counts: dict[str, list[tuple[str, int]]] = {}

    @property
    def is_stale(self) -> bool:
        """Whether `refresh` has anything to derive; not after it failed, for example by a full disk."""
        return not self._failed and is_stale(self._library.database)

    def refresh(self) -> Iterator[None]:
        """Derive what filters compare of photos that changed, in steps of some 50 ms. Raises LibraryError."""
        self._failed = True
        yield from refresh_steps(self._library.database)
        self._failed = False
        state = (self._library.database.changes(), self._catalog.version)
        if state != self._state:
            self._passing.clear()
            self._counts.clear()
            self._state = state

    def inside(self, node: QueryNode, today: date) -> BoolArray:
        """The photos that pass a tree of filters, bool (N,) by position; words for dates as of `today`.

        Not passing a filter includes that the fact is not known. Raises ValueError for a term that ranks.
        """
        match node:
            case FilterTerm():
                return self._photos_of(photo_filter(node, today))
            case Not(part):
                return ~self.inside(part, today)
            case AllOf(parts):
                return reduce(np.logical_and, (self.inside(part, today) for part in parts))
            case AnyOf(parts):
                return reduce(np.logical_or, (self.inside(part, today) for part in parts))
            case _:
                raise ValueError(f"{node} is no filter")

    def value_counts(self, key: str) -> list[tuple[str, int]]:
        """The values of a key in the library, each with its number of photos, the commonest first."""
        if key not in self._counts:
            self._counts[key] = photo_filters.value_counts(self._library.database, key)
        return self._counts[key]

    def _photos_of(self, wanted: PhotoFilter) -> BoolArray:
        if wanted not in self._passing:
            if len(self._passing) >= _REMEMBERED:
                self._passing.clear()
            found = self._catalog.mask_of(photo_filters.passing_assets(self._library.database, wanted))
            states = set(wanted.words) & set(photo_filters.BY_STATE) if wanted.key == "is" else set()
            if states:
                photos = self._catalog.photos
                found |= np.fromiter((photo.state in states for photo in photos), bool, len(photos))
            self._passing[wanted] = found
        return self._passing[wanted]
