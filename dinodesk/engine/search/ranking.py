"""Ranking: one unit query vector against the index, as positions of the catalog."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from dinodesk.engine.search.catalog import BoolArray, Catalog
from dinodesk.engine.search.persistent_index import PersistentIndex
from dinodesk.records import EVERYTHING, FloatArray, IntArray, Scope
from dinodesk.search.scores import unit


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ranked:
    """The answer of a search.

    Attributes:
        positions: int64 (K,), into the catalog, best first; one row an asset.
        scores: float32 (K,), exact cosines for the first ones.
        background: float32, scores standing for the whole library, whoever took part.
        searched: photos that took part.
        exact: whether every score was computed.
        encode_ms, search_ms: milliseconds.
        recall: measured recall@50 of the approximate graph, or None after an exact scan.
    """

    positions: IntArray
    scores: FloatArray
    background: FloatArray
    searched: int
    exact: bool
    encode_ms: float
    search_ms: float
    recall: float | None = None


def rank(
    catalog: Catalog,
    index: PersistentIndex,
    query: Callable[[], FloatArray],
    *,
    scope: Scope = EVERYTHING,
    inside: BoolArray | None = None,
    exact: bool = False,
    scene: float = 0.5,
) -> Ranked:
    """Rank the photos of `scope`, and of those the ones that are `inside` (bool, by position; None for all),
    by the vector that `query` makes. `scene` weighs the halves of the photos' vectors (see `VectorIndex`)."""
    started = time.perf_counter()
    vector = query()
    encoded = time.perf_counter()
    everybody = scope == EVERYTHING and inside is None
    taking_part = None if everybody else _taking_part(catalog, scope, inside)
    among = None if taking_part is None else _rows_of(catalog, index, taking_part)
    hits = index.vectors.search(vector, exact=exact, scene=scene, among=among)
    positions, which = catalog.positions(index.vectors.contents[hits.rows])
    scores = hits.scores[which]
    searched = len(positions) if hits.exact else len(index.vectors)
    if taking_part is not None:  # of two photos with the same bytes one may not take part
        kept = taking_part[positions]
        positions, scores = positions[kept], scores[kept]
        searched = len(positions)
    done = time.perf_counter()
    graph = index.vectors.graph
    return Ranked(
        positions=positions,
        scores=scores,
        background=hits.background,
        searched=searched,
        exact=hits.exact,
        encode_ms=1000 * (encoded - started),
        search_ms=1000 * (done - encoded),
        recall=None if hits.exact or graph is None else graph.recall,
    )


def _taking_part(catalog: Catalog, scope: Scope, inside: BoolArray | None) -> BoolArray:
    """The photos of a scope that are `inside`, bool by position."""
    taking_part = catalog.inside(scope)
    return taking_part if inside is None else taking_part & inside


def _rows_of(catalog: Catalog, index: PersistentIndex, taking_part: BoolArray) -> BoolArray:
    """The rows of the index whose photos, or one of them, take part: bool (N,)."""
    positions, which = catalog.positions(index.vectors.contents)
    rows = np.zeros(len(index.vectors), np.bool_)
    rows[which[taking_part[positions]]] = True
    return rows


def stored_vector(catalog: Catalog, index: PersistentIndex | None, path: str) -> FloatArray | None:
    """The unit vector, float32 (D,), that is kept of the photo at `path`; None when there is none."""
    content = catalog.content_at(path)
    if content is None or index is None:
        return None
    rows = np.flatnonzero(index.vectors.contents == content)
    if not len(rows):
        return None
    return np.asarray(unit(index.vectors.matrix[rows[-1]].astype(np.float32)), np.float32)
