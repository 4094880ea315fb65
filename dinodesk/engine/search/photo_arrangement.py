"""Orders of all photos of a catalog by one of their facts, and groups of them: made once for any answer."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass

import numpy as np

from dinodesk.engine.search.catalog import Catalog
from dinodesk.library.files.path_utils import lies_in
from dinodesk.library.folders import root_folders
from dinodesk.library.library import LibraryStore
from dinodesk.library.photos.photo_queries import file_sizes
from dinodesk.records import EVERYTHING, Arrangement, Group, IntArray, Photo, Sort
from dinodesk.text_folding import folded

_AT_ONCE = 2000
"""Photos whose names or dates are read in one step: some 10 ms."""
_DAY = 86_400.0
_DIGITS = re.compile(r"[0-9]+")


@dataclass(frozen=True, slots=True, eq=False)
class ArrangedPhotos:
    """Where every photo of a catalog stands under an arrangement.

    Attributes:
        ranks: int64 (N,) by position: photos stand in rising order of them; those that are equal stand as
            before, as under "relevance".
        groups: int64 (N,) by position: numbers of `names`; all 0 where nothing is grouped.
        names: of the groups, in their order: "2019-07-14", "2019-07", an absolute path, the name of a drive.
    """

    ranks: IntArray
    groups: IntArray
    names: tuple[str, ...]


class PhotoArrangements:
    """The arrangements of a catalog, kept until its photos change."""

    def __init__(self, library: LibraryStore, catalog: Catalog) -> None:
        self._library, self._catalog = library, catalog
        self._version = -1
        self._known: dict[Arrangement, ArrangedPhotos] = {}

    def arranged(self, wanted: Arrangement) -> Generator[None, None, ArrangedPhotos]:
        """Where every photo stands, in steps."""
        if self._version != self._catalog.version:
            self._known.clear()
            self._version = self._catalog.version
        if wanted not in self._known:
            self._known[wanted] = yield from self._made(wanted)
        return self._known[wanted]

    def _made(self, wanted: Arrangement) -> Generator[None, None, ArrangedPhotos]:
        count = len(self._catalog.photos)
        ranks = np.zeros(count, np.int64)
        if not wanted.sort.endswith("relevance"):
            order = yield from self._order(wanted.sort)
            ranks[order] = np.arange(count)
        if wanted.group == "none":
            return ArrangedPhotos(ranks, np.zeros(count, np.int64), ("",))
        keys = yield from self._group_keys(wanted.group)
        by_date = wanted.group in ("day", "month")
        backwards = wanted.sort != "-date" if by_date else wanted.sort == "-folder"
        names = sorted(set(keys), key=natural_key, reverse=backwards)
        number = {name: place for place, name in enumerate(names)}
        groups = np.fromiter((number[key] for key in keys), np.int64, count)
        return ArrangedPhotos(groups * (count + 1) + ranks, groups, tuple(names))

    def _order(self, sort: Sort) -> Generator[None, None, IntArray]:
        """Positions in an order; photos that are equal in it stand newest first."""
        newest = self._catalog.newest_first(EVERYTHING)
        photos, back = self._catalog.photos, sort.startswith("-")
        match sort.removeprefix("-"):
            case "date":
                return newest[::-1] if back else newest
            case "rating":
                stars = np.fromiter((photo.rating for photo in photos), np.int64, len(photos))
                return _sorted_by(stars if back else -stars, newest)
            case "size":
                sizes = yield from self._sizes()
                return _sorted_by(sizes if back else -sizes, newest)
            case "folder":
                return _sorted_by_text((yield from self._texts(_folder_key)), newest, back=back)
            case _:
                return _sorted_by_text((yield from self._texts(_name_key)), newest, back=back)

    def _texts(self, key: Callable[[Photo], str]) -> Generator[None, None, list[str]]:
        found: list[str] = []
        photos = self._catalog.photos
        for start in range(0, len(photos), _AT_ONCE):
            found += map(key, photos[start : start + _AT_ONCE])
            yield
        return found

    def _sizes(self) -> Generator[None, None, IntArray]:
        """Bytes of every photo's content, int64 (N,)."""
        known: dict[int, int] = {}
        for some in file_sizes(self._library.database):
            known.update(some)
            yield
        photos = self._catalog.photos
        return np.fromiter((known.get(photo.asset, 0) for photo in photos), np.int64, len(photos))

    def _group_keys(self, group: Group) -> Generator[None, None, list[str]]:
        match group:
            case "day":
                return (yield from self._texts(_day))
            case "month":
                return (yield from self._texts(lambda photo: _day(photo)[:7]))
            case "folder":
                return (yield from self._texts(lambda photo: os.path.dirname(photo.path)))
            case _:
                roots = root_folders.list_roots(self._library.database)
                roots.sort(key=lambda root: -len(root.path))  # a drive mounted inside another root first

                def drive(photo: Photo) -> str:
                    return next((root.drive for root in roots if lies_in(photo.path, root.path)), "")

                return (yield from self._texts(drive))


def natural_key(text: str) -> str:
    """A text as it is compared in natural order: without case and accents, numbers by their value."""
    return _DIGITS.sub(_by_value, folded(text))


def _by_value(digits: re.Match[str]) -> str:
    number = digits[0].lstrip("0")
    return f"{len(number):04}{number}"


def _name_key(photo: Photo) -> str:
    return natural_key(os.path.basename(photo.path))


def _folder_key(photo: Photo) -> str:
    folder, name = os.path.split(photo.path)
    # a separator sorts before whatever stands in names: a folder before the folders beside it
    return natural_key(folder.replace(os.sep, "\0")) + "\0\0" + natural_key(name)


def _day(photo: Photo) -> str:
    """The day of a photo by its own clock, else by the computer's: "2019-07-14"."""
    if photo.clock is not None:
        return str(np.datetime64(int(photo.clock // _DAY), "D"))
    try:
        return time.strftime("%Y-%m-%d", time.localtime(photo.taken))
    except (OverflowError, ValueError, OSError):  # a file system may claim any date
        return "0000-00-00"


def _sorted_by(values: IntArray, base: IntArray) -> IntArray:
    """Positions by rising values; equal ones in the order of `base`."""
    return base[np.argsort(values[base], kind="stable")]


def _sorted_by_text(texts: list[str], base: IntArray, *, back: bool) -> IntArray:
    return np.asarray(sorted(base.tolist(), key=texts.__getitem__, reverse=back), np.int64)
