"""A query's background: where its scores lie over a whole library, and what stands out of them.

The middle and the lower half of the scores are hardly touched by the few photos that match, so they give
the place and width of the distribution of those that do not (an empirical null, Efron 2004, "Large-scale
simultaneous hypothesis testing"). How far up its tail reaches is pooled over many queries.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dinodesk.records import DoubleArray

RANKS = (1, 3, 10, 30, 100)
"""Ranks whose scores are compared with what chance would bring there."""
TOP = 128
"""Best scores that are kept."""
_LEAST_SPREAD = 1e-4
_ENOUGH = 20_000
"""Scores that tell location and spread well enough, to a hundredth of a spread."""
_BELOW = 0.158655
"""The share of a normal distribution below its mean less one standard deviation."""


@dataclass(frozen=True, slots=True, eq=False)
class Background:
    """The scores of a query over a whole library, in short.

    Attributes:
        count: number of photos.
        location: their median score.
        spread: from the median down to the 15.9th percentile: a standard deviation of a normal distribution.
        top: float64, the best scores, falling; at least one.
    """

    count: int
    location: float
    spread: float
    top: DoubleArray

    def standard(self, scores: npt.ArrayLike) -> DoubleArray:
        """Scores as distances from the location in spreads (robust z)."""
        return np.asarray((np.asarray(scores, np.float64) - self.location) / self.spread)


def background_of(
    scores: npt.ArrayLike, *, count: int | None = None, top: npt.ArrayLike | None = None
) -> Background:
    """Sum up scores, at least one finite.

    Where `scores` are a sample of the library, `count` is its size and `top` are its best scores.

    Raises ValueError where no score is finite.
    """
    found = np.asarray(scores, np.float64)
    found = found[np.isfinite(found)]
    if not len(found):
        raise ValueError("there are no scores")
    location, low = np.quantile(found[:: max(1, len(found) // _ENOUGH)], (0.5, _BELOW))
    best = found if top is None else np.asarray(top, np.float64)
    if len(best) > TOP:
        best = np.partition(best, len(best) - TOP)[-TOP:]
    return Background(
        count=len(found) if count is None else count,
        location=float(location),
        spread=max(float(location - low), _LEAST_SPREAD),
        top=np.sort(best)[::-1],
    )


@dataclass(frozen=True, slots=True, eq=False)
class NullTail:
    """How often a photo that does not match reaches a robust z, pooled over many queries.

    Attributes:
        heights: float64 (T,) robust z at the shares, rising.
        shares: float64 (T,) of the photos that lie at or above the heights, falling, above 0.
        rate: of the exponential beyond the last height, per unit of z.
    """

    heights: DoubleArray
    shares: DoubleArray
    rate: float

    def log_share(self, heights: npt.ArrayLike) -> DoubleArray:
        """Natural logarithm of the share of photos at or above each height."""
        z = np.asarray(heights, np.float64)
        within = np.interp(z, self.heights, np.log(self.shares))
        return np.asarray(within - self.rate * np.maximum(z - self.heights[-1], 0.0))


def null_tail(heights: npt.ArrayLike) -> NullTail:
    """The tail of pooled robust z (N,): a table up to the 99th percentile, exponential beyond."""
    found = np.sort(np.asarray(heights, np.float64))
    marks = np.linspace(0.0, 0.99, 100)
    table = np.quantile(found, marks)
    beyond = found[found > table[-1]] - table[-1]
    return NullTail(table, 1.0 - marks, float(1.0 / max(beyond.mean() if len(beyond) else 1.0, 1e-3)))


USUAL = 500
"""Photos of a library that is neither small nor large."""
SHAPE = 5 + len(RANKS)
"""Number of features that say nothing of the model's own scale."""
FEATURES = SHAPE + 2


def features(background: Background, tail: NullTail) -> DoubleArray:
    """What decides where the line of a query lies, float64 (FEATURES,).

    A constant; by how much the library is smaller, and larger, than `USUAL` photos, in natural logarithms;
    how much more stands at each of `RANKS` than chance would bring, in natural logarithms
    (`log k − log(N · share)`); the best z; its distance from the tenth; and two of the model's own scale: log
    spread and location.
    """
    z = background.standard(background.top)
    size = np.log(background.count)
    known = [1.0, max(0.0, np.log(USUAL) - size), max(0.0, size - np.log(USUAL)) / 3.0]
    for rank in RANKS:
        height = z[min(rank, len(z)) - 1]
        excess = np.log(rank - 0.3) - (size + float(tail.log_share(height)))
        known.append(float(np.clip(excess, -3.0, 12.0)) / 4.0)
    known += [(z[0] - 5.0) / 3.0, (z[0] - z[min(10, len(z)) - 1]) / 2.0]
    return np.array([*known, np.log(background.spread / 0.09), background.location / 0.1])
