"""What a person's yes and no say: how many are right, and a line that follows them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from dinodesk.records import ConfidenceCurve, FittedLine, IntArray
from dinodesk.search.calibration.cuts import zones
from dinodesk.search.calibration.logistic import fit_logistic

Z95 = 1.959964
"""Quantile of the normal distribution for an interval of 95 %."""
_DRAWN_SHIFT, _DRAWN_SLOPE = 0.5, 8.0
"""How strongly a line is drawn to where it was: some four answers move it as far as halfway, and its
steepness by less, which ten answers say little of."""
_LEAST_SLOPE, _MOST_SLOPE = 0.25, 4.0
"""What the steepness of a line may become by a few answers, as a multiple."""


def wilson_interval(right: int, count: int) -> tuple[float, float]:
    """Between which shares the true one lies with 95 %, when `right` of `count` photos were right.

    The score interval of Wilson (1927, "Probable inference, the law of succession, and statistical
    inference"). Raises ValueError unless 0 ≤ right ≤ count and count is above 0.
    """
    if not 0 <= right <= count or count < 1:
        raise ValueError(f"{right} of {count} is no share")
    share, z2 = right / count, Z95**2
    middle = share + z2 / (2 * count)
    half = Z95 * math.sqrt(share * (1 - share) / count + z2 / (4 * count * count))
    low, high = (middle - half) / (1 + z2 / count), (middle + half) / (1 + z2 / count)
    return (0.0 if right == 0 else low), (1.0 if right == count else high)


def spread_sample(count: int, wanted: int = 10, seed: int = 0) -> IntArray:
    """Ranks, int64, rising, at most `wanted` of the first `count`: one drawn from each of as many equal
    parts, so that they stand for all of them."""
    wanted = min(wanted, count)
    edges = np.linspace(0, count, wanted + 1).round().astype(np.int64)
    random = np.random.default_rng(seed)
    drawn = [int(random.integers(low, high)) for low, high in pairwise(edges)]
    return np.asarray(drawn, np.int64)


def follow(
    curve: ConfidenceCurve, scores: npt.ArrayLike, matches: npt.ArrayLike, *, weight: float = 1.0
) -> ConfidenceCurve:
    """A curve that follows answers, near the one before where they are few.

    Platt scaling (1999, "Probabilistic outputs for support vector machines") of the curve's log odds, with
    the curve itself as the prior: `log odds = shift + slope · (score − threshold) · temperature`.

    Args:
        curve: the line before.
        scores: (N,) of the photos that were looked at.
        matches: (N,) whether each matches, 1 or 0.
        weight: of each answer.
    """
    shift, slope = correction(curve, scores, matches, weight=weight)
    return corrected(curve, shift, slope)


def correction(
    curve: ConfidenceCurve, scores: npt.ArrayLike, matches: npt.ArrayLike, *, weight: float = 1.0
) -> tuple[float, float]:
    """Shift and slope of the log odds; see `follow`."""
    seen = np.asarray(scores, np.float64)
    odds = np.clip((seen - curve.threshold) * curve.temperature, -12.0, 12.0)
    return fit_correction(odds, np.asarray(matches, np.float64), np.full(len(seen), weight))


def fit_correction(
    odds: npt.NDArray[np.float64],
    matches: npt.NDArray[np.float64],
    weights: npt.NDArray[np.float64],
    strength: float = 1.0,
) -> tuple[float, float]:
    """Shift and slope by which log odds (N,) fit what matches (N,).

    They are drawn to 0 and 1, `strength` times as much as by answers to one query.
    """
    columns = np.column_stack([np.ones(len(odds)), odds])
    drawn = strength * np.array([_DRAWN_SHIFT, _DRAWN_SLOPE])
    shift, slope = fit_logistic(columns, matches, weights, drawn, np.array([0.0, 1.0]))
    return float(shift), float(min(max(slope, _LEAST_SLOPE), _MOST_SLOPE))


def corrected(curve: ConfidenceCurve, shift: float, slope: float) -> ConfidenceCurve:
    """The curve whose log odds are `shift + slope` times those of another."""
    temperature = slope * curve.temperature
    return ConfidenceCurve(curve.threshold - shift / temperature, temperature)


def checked_line(
    fitted: FittedLine, scores: npt.ArrayLike, answers: Sequence[tuple[float, bool]]
) -> FittedLine:
    """A query's line after a person said of some photos, by score, whether they match.

    `scores` (N,) are those of all photos, among which the zones are cut anew.
    """
    seen = [score for score, _ in answers]
    curve = follow(fitted.curve, seen, [float(match) for _, match in answers])
    chances = np.sort(curve.confidence(scores))[::-1]
    cuts, possible = zones(chances)
    return FittedLine(curve=curve, cuts=cuts, possible=possible, certainty="checked")
