"""Ranking by a composed query: each term judged by its own line, their confidences combined.

AND multiplies, OR is 1 − Π(1 − p), NOT takes out the photos that are hits of what it stands before, a filter
counts as 1 or 0. Combined chances are chances, so Auto cuts the zones among them as among those of one term.
By lines that were set, and where nothing stands out of a term, a photo is a hit where the combined confidence
reaches the combined cut: the product of the cuts for AND, so that a hit of all terms is one; the lowest cut
for OR, so that a hit of any term is one.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from dinodesk.engine.messages.search import RankedTerm
from dinodesk.engine.search.catalog import BoolArray, Catalog
from dinodesk.engine.search.line_fitting import NOTHING
from dinodesk.engine.search.persistent_index import PersistentIndex
from dinodesk.records import (
    EVERYTHING,
    HIT,
    STOPS,
    AllOf,
    AnyOf,
    Certainty,
    DoubleArray,
    FilterTerm,
    FittedLine,
    FloatArray,
    IntArray,
    Not,
    PhotoTerm,
    QueryNode,
    Stop,
    TextTerm,
)
from dinodesk.search.calibration.cuts import zones
from dinodesk.search.calibration.presence import may_match
from dinodesk.search.query.trees import has_terms, terms_of

Encode = Callable[[TextTerm | PhotoTerm], FloatArray]
"""A term to its unit vector, float32 (D,)."""
Fit = Callable[[TextTerm | PhotoTerm, FloatArray, FloatArray], FittedLine]
"""A term, its scores over the whole library, float32 (N,), and those of the photos that take part, to the
line by which it is judged."""
Passing = Callable[[QueryNode], BoolArray]
"""A tree of filters to the photos that pass it, bool by position."""

_CERTAINTIES: tuple[Certainty, ...] = ("estimated", "fitted", "checked")
Cuts = tuple[float, ...]
"""The confidences from which a photo is a hit, one a stop, and that from which it is possible."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ComposedRanking:
    """The answer of a composed query.

    Attributes:
        positions: int64 (K,), into the catalog, best first; newest first where all terms are negated.
        confidences: float64 (K,), falling; None where all terms are negated.
        fitted: the combined cuts; its curve says nothing. None where all terms are negated.
        terms: each term, over the photos of the answer.
        searched: photos that took part.
        encode_ms, search_ms: milliseconds.
    """

    positions: IntArray
    confidences: DoubleArray | None
    fitted: FittedLine | None
    terms: tuple[RankedTerm, ...]
    searched: int
    encode_ms: float
    search_ms: float


@dataclass(frozen=True, slots=True, eq=False)
class _Judged:
    """A part of the tree, over all photos with vectors: confidences (P,), and cuts, () for what has none."""

    confidences: DoubleArray
    cuts: Cuts


def rank_composed(
    catalog: Catalog,
    index: PersistentIndex,
    tree: QueryNode,
    encode: Encode,
    fit: Fit,
    passing: Passing,
    taking_part: BoolArray,
    *,
    stop: Stop = "balanced",
    scene: float = 0.5,
    auto: bool = True,
) -> ComposedRanking:
    """Rank by a tree the photos that take part, bool (N,) by position.

    With `auto` the zones are cut among the combined confidences, which are chances; else by combined cuts.
    `stop` says which of a term's cuts makes its hits; `scene` weighs the halves of the photos' vectors.
    """
    started = time.perf_counter()
    terms = list(terms_of(tree))
    vectors = {term: encode(term) for term in dict.fromkeys(term for term, _ in terms)}
    encoded = time.perf_counter()
    positions, which = catalog.positions(index.vectors.contents)
    scores: dict[TextTerm | PhotoTerm, FloatArray] = {}
    lines: dict[TextTerm | PhotoTerm, FittedLine] = {}
    every = index.vectors.scores_of_all(np.stack(list(vectors.values())), scene=scene)
    inside = taking_part[positions]
    for term, row in zip(vectors, every, strict=True):
        background = row[which]
        scores[term] = background[inside]
        lines[term] = fit(term, background, scores[term])
    positions = positions[inside]
    composer = _Composer(scores, lines, lambda node: passing(node)[positions], stop)
    judged = composer.judged(tree)
    kept = composer.kept(tree)
    asked = [lines[term] for term, negated in terms if not negated]
    confidences: DoubleArray | None = None
    fitted: FittedLine | None = None
    if asked:
        chosen = np.flatnonzero(kept)
        order = chosen[np.argsort(-judged.confidences[chosen], kind="stable")]
        confidences = judged.confidences[order]
        fitted = _combined_line(judged.cuts, asked)
        if auto and fitted.clear and all(line.cuts != (HIT, HIT, HIT) for line in asked):
            fitted = _zoned(fitted, confidences, len(which))
    else:
        order = _newest_first(catalog, positions, kept & (judged.confidences > 0.5))
    ranked = tuple(composer.ranked_term(term, negated, order) for term, negated in terms)
    done = time.perf_counter()
    return ComposedRanking(
        positions=positions[order],
        confidences=confidences,
        fitted=fitted,
        terms=ranked,
        searched=len(positions),
        encode_ms=1000 * (encoded - started),
        search_ms=1000 * (done - encoded),
    )


def _zoned(fitted: FittedLine, chances: DoubleArray, count: int) -> FittedLine:
    """The line with zones among combined chances, falling, in a library of `count` photos."""
    if not may_match(chances, count):
        return replace(fitted, cuts=(NOTHING, NOTHING, NOTHING), possible=NOTHING, clear=False)
    cuts, possible = zones(chances)
    return replace(fitted, cuts=cuts, possible=possible)


def _newest_first(catalog: Catalog, positions: IntArray, kept: BoolArray) -> IntArray:
    """Which of the positions, int64 (P,), are kept, as numbers into them, newest photo first."""
    number = np.full(len(catalog.photos), -1, np.int64)
    number[positions[kept]] = np.flatnonzero(kept)
    order = number[catalog.newest_first(EVERYTHING)]
    return np.asarray(order[order >= 0])


class _Composer:
    """Combines confidences and cuts by the tree; the arrays are over the photos that take part."""

    def __init__(
        self,
        scores: dict[TextTerm | PhotoTerm, FloatArray],
        lines: dict[TextTerm | PhotoTerm, FittedLine],
        passing: Passing,
        stop: Stop,
    ) -> None:
        self._lines, self._passing, self._stop = lines, passing, stop
        self._scores = scores
        self._confidences = {term: lines[term].curve.confidence(each) for term, each in scores.items()}

    def __len__(self) -> int:
        return len(next(iter(self._confidences.values())))

    def ranked_term(self, term: TextTerm | PhotoTerm, negated: bool, order: IntArray) -> RankedTerm:
        """A term over the photos of the answer, int64 (K,); its matches are the hits of it alone."""
        hits = self._confidences[term] >= self._lines[term].cut(self._stop)
        return RankedTerm(
            text=term.text if isinstance(term, TextTerm) else term.path,
            photo=isinstance(term, PhotoTerm),
            negated=negated,
            scores=self._scores[term][order],
            fitted=self._lines[term],
            matches=int(np.count_nonzero(hits)),
        )

    def kept(self, tree: QueryNode) -> BoolArray:
        """The photos that what is negated at the top of the tree does not take out."""
        parts = tree.parts if isinstance(tree, AllOf) else (tree,)
        taken_out = [self.judged(part).confidences < 0.5 for part in parts if isinstance(part, Not)]
        return ~np.logical_or.reduce(taken_out) if taken_out else np.ones(len(self), bool)

    def judged(self, node: QueryNode) -> _Judged:
        """Confidences and cuts of a part of the tree."""
        if not has_terms(node):
            return _Judged(self._passing(node).astype(np.float64), ())
        match node:
            case TextTerm() | PhotoTerm():
                line = self._lines[node]
                return _Judged(self._confidences[node], (*line.cuts, line.possible))
            case Not(part):
                inner = self.judged(part)
                cut = inner.cuts[STOPS.index(self._stop)] if inner.cuts else 0.5
                return _Judged((inner.confidences < cut).astype(np.float64), ())
            case AllOf(parts):
                return self.all_of(parts)
            case AnyOf(parts):
                return self.any_of(parts)
            case FilterTerm():
                raise ValueError("a filter has no terms")

    def all_of(self, parts: Sequence[QueryNode]) -> _Judged:
        """All parts match: the product."""
        judged = [self.judged(part) for part in parts]
        confidences = np.prod([each.confidences for each in judged], axis=0)
        return _Judged(np.asarray(confidences), _joined_cuts([each.cuts for each in judged], _product))

    def any_of(self, parts: Sequence[QueryNode]) -> _Judged:
        """At least one part matches: one minus the product of what is lacking."""
        judged = [self.judged(part) for part in parts]
        lacking = np.prod([1.0 - each.confidences for each in judged], axis=0)
        return _Judged(np.asarray(1.0 - lacking), _joined_cuts([each.cuts for each in judged], min))


def _joined_cuts(cuts: Sequence[Cuts], join: Callable[[Sequence[float]], float]) -> Cuts:
    """The cuts stop by stop; filters and what is negated have none."""
    known = [each for each in cuts if each]
    return tuple(join(column) for column in _columns(known)) if known else ()


def _columns(rows: Sequence[Cuts]) -> Iterator[tuple[float, ...]]:
    yield from zip(*rows, strict=True)


def _product(cuts: Sequence[float]) -> float:
    """The product; a term of which nothing is a hit, whose cut lies above 1, leaves no hit of all."""
    highest = max(cuts)
    return highest if highest > 1.0 else math.prod(cuts)


def _combined_line(cuts: Cuts, lines: Sequence[FittedLine]) -> FittedLine:
    *stops, possible = cuts or (0.5,) * (len(STOPS) + 1)
    certainty = _CERTAINTIES[min(_CERTAINTIES.index(line.certainty) for line in lines)]
    return FittedLine(
        curve=lines[0].curve,
        cuts=(stops[0], stops[1], stops[2]),
        possible=min(possible, *stops),
        certainty=certainty,
        clear=max(stops) <= 1.0,
    )
