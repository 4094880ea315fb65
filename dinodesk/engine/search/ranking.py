"""Searching: a sentence, example photos or both → one unit query vector → ranked assets."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from dinodesk.engine.search.persistent_index import PersistentIndex
from dinodesk.errors import PhotoError, UsageError
from dinodesk.library.annotations.queries import assets_at, list_tags
from dinodesk.library.images.decoder import Decoded, decode
from dinodesk.library.library import LibraryStore
from dinodesk.library.photos.photo_queries import list_photos
from dinodesk.models.inference.model import Model
from dinodesk.records import FloatArray, IntArray, Photo, Tag
from dinodesk.search.prompt_templates import TemplateSet, embed_labels
from dinodesk.search.scores import unit


class QueryEncoder:
    """Makes query vectors with one model; sentences asked before are remembered."""

    def __init__(
        self,
        model: Model,
        read: Callable[[str, int], Decoded] = decode,
        stored: Callable[[str], FloatArray | None] = lambda _: None,
    ) -> None:
        """`read` decodes an example photo, given its path and the least short side; `stored` gives the vector
        that is kept of a photo whose file can't be read now, its drive being away, say."""
        self._model = model
        self._read, self._stored = read, stored
        self._text: Callable[[str, TemplateSet], FloatArray] = lru_cache(maxsize=256)(self._embed_text)

    def encode(self, text: str, images: Sequence[str] = (), templates: TemplateSet = "none") -> FloatArray:
        """Unit float32 (D,): the mean of what was asked for, made unit.

        Raises UsageError when nothing was asked, PhotoError for an example photo that can't be read,
        ModelError for a sentence asked of a model without a text tower.
        """
        parts = [self._text(text, templates)] if text.strip() else []
        parts += [self._embed_image(path) for path in images]
        if not parts:
            raise UsageError("There is nothing to search for.", "Give a sentence or a photo.")
        return np.asarray(unit(np.mean(parts, axis=0, dtype=np.float32)), np.float32)

    def _embed_text(self, text: str, templates: TemplateSet) -> FloatArray:
        if templates == "none":
            return self._model.embed_texts([text])[0]
        return embed_labels([text], templates, self._model.embed_texts)[0]

    def _embed_image(self, path: str) -> FloatArray:
        try:
            decoded = self._read(path, 2 * self._model.decode_side)
        except PhotoError:
            kept = None if os.path.isfile(path) else self._stored(path)
            if kept is None:
                raise
            return kept
        return self._model.embed_pixels(self._model.prepare(decoded.rgb)[None])[0]


class Catalog:
    """All photos of a library in a fixed order, and where each content stands in it."""

    def __init__(self, library: LibraryStore) -> None:
        self._library = library
        self.photos: list[Photo] = []
        self._contents = np.zeros(0, np.int64)
        self._position_of_asset: dict[int, int] = {}
        self._by_content: tuple[IntArray, IntArray] | None = None
        self._copied: set[int] = set()  # rows of photos with several places

    def reload(self) -> None:
        """Read all photos again."""
        self.photos, self._contents = list_photos(self._library.database)
        self._position_of_asset = {photo.asset: row for row, photo in enumerate(self.photos)}
        self._copied = {row for row, photo in enumerate(self.photos) if photo.also}
        self._by_content = None

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
        self._by_content = None
        return fresh

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

    def below(self, place: str) -> np.ndarray:
        """Which photos lie in a place (a folder, a label, an album), bool (N,); all of them for "".

        A photo lies in the folder of each of its places.
        """
        if not place:
            return np.ones(len(self.photos), bool)
        tagged = assets_at(self._library.database, place)
        if tagged is not None:
            inside = np.zeros(len(self.photos), bool)
            inside[[self._position_of_asset[each] for each in tagged if each in self._position_of_asset]] = (
                True
            )
            return inside
        kind, _, number = place.partition(":")
        if kind == "rating":
            return np.fromiter((str(p.rating) == number for p in self.photos), bool, len(self.photos))
        if kind == "state":
            return np.fromiter((p.state == "missing" for p in self.photos), bool, len(self.photos))
        prefix = place.rstrip(os.sep) + os.sep
        inside = np.fromiter((p.path.startswith(prefix) for p in self.photos), bool, len(self.photos))
        inside[[row for row in self._copied if _any_below(self.photos[row].also, prefix)]] = True
        return inside

    def tags(self) -> list[Tag]:
        """Labels and albums, the ratings that photos have, most stars first, and the missing ones."""
        found = list_tags(self._library.database)
        stars = Counter(photo.rating for photo in self.photos)
        found += [Tag("rating", each, "★" * each, stars[each]) for each in range(5, 0, -1) if stars[each]]
        missing = sum(photo.state == "missing" for photo in self.photos)
        return found + [Tag("state", 1, "Missing", missing)] * bool(missing)

    def newest_first(self, place: str) -> IntArray:
        """Positions of the photos of a place by date, newest first; of an album in its own order."""
        if place.startswith("album:"):
            album = assets_at(self._library.database, place) or []
            known = [self._position_of_asset[each] for each in album if each in self._position_of_asset]
            return np.asarray(known, np.int64)
        taken = np.fromiter((photo.taken for photo in self.photos), np.float64, len(self.photos))
        order = np.lexsort((np.arange(len(taken)), -taken))
        return order[self.below(place)[order]].astype(np.int64)


def _any_below(paths: tuple[str, ...], prefix: str) -> bool:
    return any(path.startswith(prefix) for path in paths)


def stored_vector(catalog: Catalog, index: PersistentIndex | None, path: str) -> FloatArray | None:
    """The unit vector, float32 (D,), that is kept of the photo at `path`; None when there is none."""
    content = catalog.content_at(path)
    if content is None or index is None:
        return None
    rows = np.flatnonzero(index.vectors.contents == content)
    if not len(rows):
        return None
    return np.asarray(unit(index.vectors.matrix[rows[-1]].astype(np.float32)), np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Ranked:
    """The answer of a search.

    Attributes:
        positions: int64 (K,), into the catalogue, best first; one row an asset.
        scores: float32 (K,), exact cosines for the first ones.
        background: float32, scores standing for the whole library (for counts and probabilities).
        searched: photos that took part.
        encode_ms, search_ms: milliseconds.
        recall: measured recall@50 of the approximate graph, or None after an exact scan.
    """

    positions: IntArray
    scores: FloatArray
    background: FloatArray
    searched: int
    encode_ms: float
    search_ms: float
    recall: float | None = None


def rank(
    catalog: Catalog,
    index: PersistentIndex,
    query: Callable[[], FloatArray],
    *,
    place: str = "",
    exact: bool = False,
) -> Ranked:
    """Rank the photos below `place` by the vector that `query` makes."""
    started = time.perf_counter()
    vector = query()
    encoded = time.perf_counter()
    hits = index.vectors.search(vector, exact=exact or bool(place))
    positions, which = catalog.positions(index.vectors.contents[hits.rows])
    scores = hits.scores[which]
    background = scores if hits.exact else hits.background
    searched = len(positions) if hits.exact else len(index.vectors)
    if place:
        inside = catalog.below(place)[positions]
        positions, scores = positions[inside], scores[inside]
        background, searched = scores, len(positions)
    done = time.perf_counter()
    graph = index.vectors.graph
    return Ranked(
        positions,
        scores,
        background,
        searched,
        1000 * (encoded - started),
        1000 * (done - encoded),
        None if hits.exact or graph is None else graph.recall,
    )
