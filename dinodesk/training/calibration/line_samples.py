"""Libraries of many sizes made of judged photos, and a query's scores in each: what lines are fitted on.

A line must hold in a library of 60 photos and of 100,000. So each query is asked of its own population, of
parts of it, and of it among up to 100,000 photos that do not match, drawn with a little noise where there are
fewer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from dinodesk.records import DoubleArray, FloatArray
from dinodesk.search.calibration.background import NullTail, background_of, null_tail
from dinodesk.search.calibration.line_table import Sample

ADDED = (0, 600, 3_000, 30_000, 100_000)
"""Photos that do not match which are added to a population."""
PARTS = (50, 60, 90, 150, 250)
"""Photos of parts of a population: small libraries, in which a thing often is not."""
NOISE = 0.015
"""Standard deviation of what is added to a score that is drawn again, in cosines."""
RARE = 3
"""Photos that match something rare, at most."""
_KEPT = 400
"""Best photos of a library that are fitted on; of the rest `_DRAWN`, each for many."""
_DRAWN = 100


@dataclass(frozen=True, slots=True, eq=False)
class JudgedScores:
    """The scores of one query.

    Attributes:
        scores: float32 (N,), of the photos of a population.
        matches: float64 (N,): 1 for a match, 0 for none, between where it is doubtful.
        others: float32 (M,), of further photos, none of which matches.
    """

    scores: FloatArray
    matches: DoubleArray
    others: FloatArray


def pooled_tail(judged: Sequence[JudgedScores]) -> NullTail:
    """The tail of the photos that do not match, over all queries."""
    heights = []
    for each in judged:
        misses = np.concatenate([each.scores[each.matches == 0], each.others])
        heights.append(background_of(misses).standard(misses))
    return null_tail(np.concatenate(heights))


def samples_of(
    judged: Sequence[JudgedScores],
    random: np.random.Generator,
    added: Sequence[int] = ADDED,
    *,
    parts: Sequence[int] = PARTS,
    absent: float = 0.3,
    rare: float = 0.5,
) -> Iterator[Sample]:
    """Each query in libraries of several sizes; `absent` is the share that is also asked where nothing
    matches, and `rare` the share that is also asked where at most `RARE` photos do."""
    for each in judged:
        if random.random() < rare:
            few = _thinned(each, random)
            for count in added:
                yield _sample(few.scores, few.matches, _drawn(few.others, count, random), random)
        for count in added:
            yield _sample(each.scores, each.matches, _drawn(each.others, count, random), random)
        for part in parts:
            rows = random.choice(len(each.scores), min(part, len(each.scores)), replace=False)
            yield _sample(each.scores[rows], each.matches[rows], each.others[:0], random)
        if random.random() < absent:
            misses = each.scores[each.matches == 0]
            none = np.zeros(len(misses))
            for count in added:
                yield _sample(misses, none, _drawn(each.others, count, random), random)


def _thinned(judged: JudgedScores, random: np.random.Generator) -> JudgedScores:
    """The same with only a few of the photos that match."""
    matches = np.flatnonzero(judged.matches)
    kept = random.permutation(matches)[: int(random.integers(1, RARE + 1))]
    rows = np.setdiff1d(np.arange(len(judged.scores)), np.setdiff1d(matches, kept))
    return JudgedScores(judged.scores[rows], judged.matches[rows], judged.others)


def _drawn(others: FloatArray, count: int, random: np.random.Generator) -> FloatArray:
    if count <= len(others):
        return random.choice(others, count, replace=False)
    again = random.choice(others, count) if len(others) else others
    return np.asarray(again + random.normal(0.0, NOISE, len(again)), np.float32)


def _sample(
    scores: FloatArray,
    matches: DoubleArray,
    others: FloatArray,
    random: np.random.Generator,
) -> Sample:
    every = np.concatenate([scores, others]).astype(np.float64)
    truth = np.zeros(len(every))
    truth[: len(matches)] = matches
    order = np.argsort(-every)
    rest = order[_KEPT:]
    drawn = random.choice(rest, min(_DRAWN, len(rest)), replace=False) if len(rest) else rest
    rows = np.concatenate([order[:_KEPT], drawn])
    weights: DoubleArray = np.ones(len(rows))
    weights[len(order[:_KEPT]) :] = len(rest) / max(1, len(drawn))
    return Sample(background_of(every), every[rows], truth[rows], weights)
