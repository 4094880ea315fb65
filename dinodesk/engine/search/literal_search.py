"""Photos whose names, labels and places hold the words of a query, with the reason; beside the ranking."""

from __future__ import annotations

import os
from collections.abc import Collection, Generator, Iterator
from dataclasses import dataclass

import numpy as np

from dinodesk.engine.search.catalog import Catalog
from dinodesk.library.folders import root_folders
from dinodesk.library.library import LibraryStore
from dinodesk.library.metadata import gazetteer
from dinodesk.library.photos import photo_words
from dinodesk.records import EVERYTHING, IntArray, Photo, PhotoWord, Scope
from dinodesk.search.literal_match import content_words, haystack, matching_rows, reasons

MOST = 200
"""Photos of which the reason is told; of more than so many the number alone."""
_AT_ONCE = 2000
"""Photos whose words are put together in one step: some 20 ms."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LiteralFound:
    """What matches literally.

    Attributes:
        positions: int64 (N,), into the catalog, newest first.
        reasons: of the first photos, at most `MOST`: the texts that hold the words.
    """

    positions: IntArray
    reasons: tuple[tuple[PhotoWord, ...], ...]


class LiteralSearch:
    """The words of every photo of a catalog, read when they are first asked for and kept up to date."""

    def __init__(self, library: LibraryStore, catalog: Catalog) -> None:
        self._library, self._catalog = library, catalog
        self._hays: list[str] = []
        self._cities: list[str] | None = None  # of each photo, folded; None until a query names a city
        self._folders: dict[str, tuple[str, str]] = {}  # as it is shown, and as a haystack

    def find(self, query: str, scope: Scope = EVERYTHING) -> Generator[None, None, LiteralFound]:
        """Find the photos of a scope in whose texts every content word of the query stands; in steps."""
        words = content_words(query)
        if not words:
            return LiteralFound(positions=np.zeros(0, np.int64), reasons=())
        yield from self._refresh()
        hays, cities = self._hays, gazetteer.shipped()
        yield  # the table takes 0.05 s when it is first read, and its names half of that
        if cities.names_any(words):
            if self._cities is None:
                self._cities = yield from self._read_cities()
            hays = [hay + city for hay, city in zip(hays, self._cities, strict=True)]
            yield
        rows = matching_rows(query, hays)
        inside = np.zeros(len(hays), bool)
        inside[rows] = True
        newest = self._catalog.newest_first(scope)
        positions = newest[inside[newest]]
        return LiteralFound(positions=positions, reasons=self._reasons(query, positions[:MOST]))

    def all_words(self) -> Generator[None, None, set[str]]:
        """The words of letters alone that stand in names, labels and texts of the photos; in steps."""
        yield from self._refresh()
        found: set[str] = set()
        for start in range(0, len(self._hays), _AT_ONCE):
            for hay in self._hays[start : start + _AT_ONCE]:
                found.update(hay.split())
            yield
        return {word for word in found if word.isalpha()}

    def _refresh(self) -> Iterator[None]:
        """Read the words of photos that are new or changed since the last time."""
        touched = self._catalog.take_touched()
        if touched is not None and not touched:
            return
        self._cities = None
        try:
            yield from self._read_words(touched)
        except BaseException:  # cancelled, or the database failed: the next one reads them all
            self._catalog.touch_all()
            raise

    def _read_words(self, touched: Collection[int] | None) -> Iterator[None]:
        database = self._library.database
        named: dict[int, list[PhotoWord]] = {}
        for piece in photo_words.read_words(database, touched):
            named |= piece
            yield
        roots = root_folders.list_roots(database)
        photos = self._catalog.photos
        if touched is None:
            self._hays, self._folders = [""] * len(photos), {}
            rows = list(range(len(photos)))
        else:
            rows = self._catalog.rows_of(sorted(touched))
            self._hays += [""] * (len(photos) - len(self._hays))
        for start in range(0, len(rows), _AT_ONCE):
            for row in rows[start : start + _AT_ONCE]:
                photo = photos[row]
                texts, folders = [word.text for word in named.get(photo.asset, ())], []
                for path in photo.places:
                    folder, name = os.path.split(path)
                    if folder not in self._folders:
                        shown = photo_words.folder_words(folder, roots)
                        self._folders[folder] = shown, haystack([shown])
                    texts.append(name)
                    folders.append(self._folders[folder][1])
                self._hays[row] = haystack(texts) + "".join(folders)
            yield

    def _read_cities(self) -> Generator[None, None, list[str]]:
        """The nearest city of each photo as a haystack, "" for photos without coordinates."""
        cities = [""] * len(self._hays)
        folded: dict[str, str] = {"": ""}
        near: dict[tuple[float, float], str] = {}
        for piece in photo_words.read_coordinates(self._library.database):
            for number, (asset, (north, east)) in enumerate(piece.items()):
                cell = round(north, 2), round(east, 2)
                if cell not in near:
                    near[cell] = gazetteer.shipped().near(north, east)
                    if number % 200 == 0:
                        yield
                city = near[cell]
                if city not in folded:
                    folded[city] = haystack([city])
                for row in self._catalog.rows_of([asset]):
                    cities[row] = folded[city]
            yield
        return cities

    def _reasons(self, query: str, positions: IntArray) -> tuple[tuple[PhotoWord, ...], ...]:
        photos = [self._catalog.photos[row] for row in positions.tolist()]
        assets = [photo.asset for photo in photos]
        named: dict[int, list[PhotoWord]] = {}
        for piece in photo_words.read_words(self._library.database, assets):
            named |= piece
        places: dict[int, tuple[float, float]] = {}
        for found in photo_words.read_coordinates(self._library.database, assets):
            places |= found
        return tuple(
            tuple(reasons(query, self._texts(photo, named.get(photo.asset, []), places.get(photo.asset))))
            for photo in photos
        )

    def _texts(
        self, photo: Photo, named: list[PhotoWord], place: tuple[float, float] | None
    ) -> Iterator[PhotoWord]:
        """All texts of a photo, the most telling first."""
        for path in photo.places:
            yield PhotoWord("file name", os.path.basename(path))
        yield from named
        if place is not None and (city := gazetteer.shipped().near(*place)):
            yield PhotoWord("near", city)
        for path in photo.places:
            yield PhotoWord("folder", self._folders.get(os.path.dirname(path), ("", ""))[0])
