"""The catalog: all photos of an open library in a fixed order, which positions in answers point into."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from dinodesk.library.annotations.queries import assets_with, list_tags
from dinodesk.library.library import LibraryStore
from dinodesk.library.photos.photo_dates import PlacedDates, place_dates
from dinodesk.library.photos.photo_queries import list_photos, list_placed_photos
from dinodesk.records import (
    Among,
    Everything,
    InFolder,
    IntArray,
    MissingPhotos,
    Photo,
    Rated,
    Scope,
    Tag,
    Tagged,
    ZoneSource,
)

BoolArray = npt.NDArray[np.bool_]


class Catalog:
    """All photos of a library in a fixed order, and where each content stands in it.

    Attributes:
        photos: in that order.
        version: another number after each change of photos or order.
    """

    def __init__(self, library: LibraryStore) -> None:
        self._library = library
        self.photos: list[Photo] = []
        self._contents = np.zeros(0, np.int64)
        self._position_of_asset: dict[int, int] = {}
        self._by_content: tuple[IntArray, IntArray] | None = None
        self._copied: set[int] = set()  # rows of photos with several places
        self._dates: PlacedDates | None = None
        self._touched: set[int] | None = None
        self._assets: IntArray | None = None
        self.version = 0

    def reload(self) -> None:
        """Read all photos again."""
        self.photos, self._contents, self._dates = list_placed_photos(self._library.database)
        self._position_of_asset = {photo.asset: row for row, photo in enumerate(self.photos)}
        self._copied = {row for row, photo in enumerate(self.photos) if photo.also}
        self._by_content = self._assets = None
        self._touched = None
        self.version += 1

    def photo(self, asset: int) -> Photo | None:
        """One photo, if it is in the library."""
        row = self._position_of_asset.get(asset)
        return None if row is None else self.photos[row]

    def content_at(self, path: str) -> int | None:
        """The content id of the photo at an absolute path, whether it is there now or not."""
        row = next((row for row, photo in enumerate(self.photos) if photo.path == path), None)
        if row is None:
            row = next((row for row in self._copied if path in self.photos[row].also), None)
        return None if row is None else int(self._contents[row])

    def take(self, assets: Sequence[int]) -> list[Photo]:
        """Read these assets; returns those that are new here, in their new order. Known ones are updated."""
        photos, contents = list_photos(self._library.database, sorted(set(assets)))
        fresh: list[Photo] = []
        new_contents: list[int] = []
        for photo, content in zip(photos, contents.tolist(), strict=True):
            row = self._position_of_asset.get(photo.asset)
            if row is None:
                row = self._position_of_asset[photo.asset] = len(self.photos)
                self.photos.append(photo)
                fresh.append(photo)
                new_contents.append(content)
            else:
                self.photos[row] = photo
                self._contents[row] = content
            self._copied.discard(row)
            if photo.also:
                self._copied.add(row)
        self._contents = np.concatenate([self._contents, np.asarray(new_contents, np.int64)])
        self._by_content = self._assets = None
        self._dates = None
        self.version += 1
        if self._touched is not None:
            self._touched.update(photo.asset for photo in photos)
        return fresh

    def take_touched(self) -> set[int] | None:
        """The assets that are new or changed since this was last asked; None for all."""
        touched, self._touched = self._touched, set()
        return touched

    def touch_all(self) -> None:
        """Let the next `take_touched` say that all may have changed."""
        self._touched = None

    def changed(self, assets: Sequence[int]) -> bool:
        """Whether any of the assets stood here before (so that a list made from it is out of date)."""
        return any(asset in self._position_of_asset for asset in assets)

    def positions(self, contents: IntArray) -> tuple[IntArray, IntArray]:
        """For content ids (K,): positions of photos that have them, and which of the K each belongs to.

        A content with two assets gives two positions, one that left the library none.
        """
        if self._by_content is None:
            order = np.argsort(self._contents, kind="stable")
            self._by_content = (self._contents[order], order.astype(np.int64))
        keys, order = self._by_content
        first = np.searchsorted(keys, contents, "left")
        counts = np.searchsorted(keys, contents, "right") - first
        which = np.repeat(np.arange(len(contents)), counts)
        starts = np.repeat(first - np.concatenate([[0], np.cumsum(counts)[:-1]]), counts)
        return order[starts + np.arange(len(which))], which.astype(np.int64)

    def update(self, assets: Sequence[int]) -> list[int]:
        """Read these assets again; the positions of those that stand here."""
        known = [asset for asset in assets if asset in self._position_of_asset]
        self.take(known)
        return [self._position_of_asset[asset] for asset in known]

    def inside(self, scope: Scope) -> BoolArray:
        """Which photos belong to a scope, bool (N,).

        A photo lies in the folder of each of its locations.
        """
        count = len(self.photos)
        match scope:
            case Tagged():
                tagged = np.zeros(count, bool)
                tagged[self.rows_of(assets_with(self._library.database, scope))] = True
                return tagged
            case Rated(stars):
                return np.fromiter((photo.rating == stars for photo in self.photos), bool, count)
            case MissingPhotos():
                return np.fromiter((photo.state == "missing" for photo in self.photos), bool, count)
            case InFolder(path):
                prefix = path.rstrip(os.sep) + os.sep
                below = np.fromiter((photo.path.startswith(prefix) for photo in self.photos), bool, count)
                below[[row for row in self._copied if _any_below(self.photos[row].also, prefix)]] = True
                return below
            case Among(assets):
                return self.mask_of(np.asarray(assets, np.int64))
            case Everything():
                return np.ones(count, bool)

    def tags(self) -> list[Tag]:
        """Labels and albums, the ratings that photos have, most stars first, and the missing ones."""
        found = list_tags(self._library.database)
        stars = Counter(photo.rating for photo in self.photos)
        found += [Tag("rating", each, "★" * each, stars[each]) for each in range(5, 0, -1) if stars[each]]
        missing = sum(photo.state == "missing" for photo in self.photos)
        return found + [Tag("state", 1, "Missing", missing)] * bool(missing)

    def newest_first(self, scope: Scope) -> IntArray:
        """Positions of the photos of a scope by date, newest first; of an album in its own order."""
        if isinstance(scope, Tagged) and scope.kind == "album":
            return np.asarray(self.rows_of(assets_with(self._library.database, scope)), np.int64)
        taken = self._placed().instants
        order = np.lexsort((np.arange(len(taken)), -taken))
        return order[self.inside(scope)[order]].astype(np.int64)

    def zone_of(self, asset: int) -> tuple[int, ZoneSource] | None:
        """What other photos tell of the zone of a photo's clock (`PlacedDates.zone_of`)."""
        row = self._position_of_asset.get(asset)
        return None if row is None else self._placed().zone_of(row)

    def _placed(self) -> PlacedDates:
        if self._dates is None:
            self._dates = place_dates(self.photos)
        return self._dates

    def mask_of(self, assets: IntArray) -> BoolArray:
        """Which photos are among these assets, int64 (K,), as bool (N,)."""
        if self._assets is None:
            self._assets = np.fromiter((photo.asset for photo in self.photos), np.int64, len(self.photos))
        return _mask_of(self._assets, assets)

    def rows_of(self, assets: Sequence[int]) -> list[int]:
        """The positions of those of the assets that stand here."""
        return [self._position_of_asset[each] for each in assets if each in self._position_of_asset]


def _mask_of(assets: IntArray, wanted: IntArray) -> BoolArray:
    """Which of the assets, int64 (N,), are among the wanted ones, bool (N,); ids are small numbers."""
    table = np.zeros(1 + max(int(assets.max(initial=0)), int(wanted.max(initial=0))), bool)
    table[wanted] = True
    return np.asarray(table[assets])


def _any_below(paths: tuple[str, ...], prefix: str) -> bool:
    return any(path.startswith(prefix) for path in paths)
