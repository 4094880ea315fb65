"""How well scores of photos and labels tell what is true: one line, reliability, margins, confusion."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dinodesk.records import ConfidenceCurve, DoubleArray, IntArray
from dinodesk.search.calibration.logistic import fit_logistic

BINS = 10
_RIDGE = 1e-3


def pairs(scores: DoubleArray, truth: Sequence[int]) -> tuple[DoubleArray, DoubleArray]:
    """Scores (N, K) and the true label of each photo → scores and truth, 1 or 0, of all pairs (N · K,)."""
    true = np.zeros(scores.shape)
    true[np.arange(len(scores)), list(truth)] = 1.0
    return scores.ravel(), true.ravel()


def flat_curve(scores: DoubleArray, truth: DoubleArray) -> ConfidenceCurve:
    """The one curve for all labels by which a pair of photo and label matches (Platt scaling)."""
    columns = np.column_stack([np.ones(len(scores)), scores])
    constant, slope = fit_logistic(columns, truth, np.ones(len(scores)), np.full(2, _RIDGE))
    slope = max(float(slope), 1.0)  # never one by which worse photos are surer
    return ConfidenceCurve(-float(constant) / slope, slope)


def reliability(chances: DoubleArray, truth: DoubleArray) -> list[dict[str, float]]:
    """By ten bins of confidence: mean confidence, share that matches, and how many pairs; empty ones are left
    out."""
    which = np.minimum((chances * BINS).astype(int), BINS - 1)
    return [
        {
            "from": number / BINS,
            "to": (number + 1) / BINS,
            "confidence": float(chances[which == number].mean()),
            "share": float(truth[which == number].mean()),
            "count": int(np.count_nonzero(which == number)),
        }
        for number in range(BINS)
        if (which == number).any()
    ]


def margins(scores: DoubleArray) -> DoubleArray:
    """By how much the best label of each photo is before the second, float64 (N,); needs two labels."""
    best = np.sort(scores, axis=1)[:, -2:]
    return np.asarray(best[:, 1] - best[:, 0])


def confusion(scores: DoubleArray, truth: Sequence[int]) -> IntArray:
    """How many photos of each label (rows) were given each label (columns), int64 (K, K)."""
    count = scores.shape[1]
    table = np.zeros((count, count), np.int64)
    np.add.at(table, (list(truth), scores.argmax(axis=1)), 1)
    return table
