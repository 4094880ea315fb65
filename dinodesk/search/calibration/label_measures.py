"""How well scores of photos and labels tell what is true: one line, reliability, margins, confusion."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from dinodesk.records import ConfidenceCurve, DoubleArray, Histogram, IntArray, Reliability, ReliabilityBin
from dinodesk.search.calibration.logistic import fit_logistic

BoolArray = npt.NDArray[np.bool_]

BINS = 10
BARS = 40
MOST_PAIRS = 100_000
"""Pairs that a line is fitted to: with more it takes longer than a query should wait."""
_RIDGE = 1e-3


def pairs(scores: DoubleArray, truth: Sequence[int]) -> tuple[DoubleArray, DoubleArray]:
    """Scores (N, K) and the true label of each photo → scores and truth, 1 or 0, of all pairs (N · K,)."""
    true = np.zeros(scores.shape)
    true[np.arange(len(scores)), list(truth)] = 1.0
    return scores.ravel(), true.ravel()


def thinned(truth: DoubleArray, most: int = MOST_PAIRS) -> tuple[IntArray, DoubleArray]:
    """Which pairs a line is fitted to, and the weight of each: all, or where there are more than `most` the
    matches, and of the others as many as there is room for, evenly spread."""
    if len(truth) <= most:
        return np.arange(len(truth)), np.ones(len(truth))
    matches, others = np.flatnonzero(truth == 1.0), np.flatnonzero(truth == 0.0)
    step = -(-len(others) // max(most - len(matches), most // 2))
    kept = others[::step]
    rows = np.concatenate([matches, kept])
    weights = np.full(len(rows), len(others) / len(kept))
    weights[: len(matches)] = 1.0
    return rows, weights


def flat_curve(scores: DoubleArray, truth: DoubleArray) -> ConfidenceCurve:
    """The one curve for all labels by which a pair of photo and label matches (Platt scaling)."""
    rows, weights = thinned(truth)
    columns = np.column_stack([np.ones(len(rows)), scores[rows]])
    constant, slope = fit_logistic(columns, truth[rows], weights, np.full(2, _RIDGE))
    slope = max(float(slope), 1.0)  # never one by which worse photos are surer
    return ConfidenceCurve(-float(constant) / slope, slope)


def reliability(chances: DoubleArray, truth: DoubleArray) -> Reliability:
    """How confidences of pairs, in ten bins, keep what they promise."""
    which = np.minimum((chances * BINS).astype(int), BINS - 1)
    counts = np.bincount(which, minlength=BINS)
    promised, real = np.bincount(which, chances, BINS), np.bincount(which, truth, BINS)
    return tuple(
        ReliabilityBin(
            low=number / BINS,
            high=(number + 1) / BINS,
            confidence=float(promised[number] / counts[number]),
            share=float(real[number] / counts[number]),
            count=int(counts[number]),
        )
        for number in range(BINS)
        if counts[number]
    )


def histogram(values: DoubleArray, right: BoolArray, low: float | None = None) -> Histogram:
    """Values (N,) in forty bars from the least, or from `low`, to the greatest, by whether they are right."""
    least = float(values.min()) if low is None else low
    edges = np.linspace(least, max(float(values.max()), least + 1e-6), BARS + 1)
    counts = [np.histogram(values[chosen], edges)[0].astype(np.int64) for chosen in (right, ~right)]
    return Histogram(edges=edges, right=counts[0], wrong=counts[1])


def margins(scores: DoubleArray) -> DoubleArray:
    """By how much the best label of each photo is before the second, float64 (N,); needs two labels."""
    best = np.partition(scores, -2, axis=1)[:, -2:]
    return np.asarray(best[:, 1] - best[:, 0])


def own_ranks(scores: DoubleArray, truth: Sequence[int]) -> IntArray:
    """The rank of each photo's own label among all, int64 (N,) from 0; of equal scores the earlier label's
    is first."""
    true = np.asarray(truth)
    own = scores[np.arange(len(scores)), true][:, None]
    earlier = np.arange(scores.shape[1]) < true[:, None]
    return np.count_nonzero((scores > own) | ((scores == own) & earlier), axis=1).astype(np.int64)


def confusion(scores: DoubleArray, truth: Sequence[int]) -> IntArray:
    """How many photos of each label (rows) were given each label (columns), int64 (K, K)."""
    count = scores.shape[1]
    table = np.zeros((count, count), np.int64)
    np.add.at(table, (list(truth), scores.argmax(axis=1)), 1)
    return table
