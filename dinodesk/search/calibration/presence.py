"""Whether anything stands out at all: the detector of what a library does not have.

The chances that it goes by were measured with the built-in model's calibration, for everyday queries of a few
words in libraries of `SIZES` photos. Over 400 and 698 captioned photos, 2 to 6 of 100 typed queries that have
matches are taken for absent; things that no caption has get at most three hits in 71 to 93 of 100 cases.
"""

from __future__ import annotations

import numpy as np

from dinodesk.records import DoubleArray
from dinodesk.search.calibration.cuts import LEAST_POSSIBLE

SIZES = (60, 150, 300, 500, 1_200, 3_500, 30_000, 100_000)
"""Photos of a library."""
BEST = (0.20, 0.25, 0.32, 0.38, 0.28, 0.11, 0.019, 0.0085)
"""The chance that the best photo must have in a library of that size."""
FIRST_TEN = (0.10, 0.135, 0.19, 0.21, 0.17, 0.09, 0.015, 0.007)
"""The mean chance of the ten best that is enough, too, where no single one stands out."""


NAMES = 0.4
"""What the limits are multiplied with for names of classes: of those that are not there, three of four give
no photo even that chance."""


def stands_out(best: DoubleArray, count: int, ease: float = 1.0) -> bool:
    """Whether something matches, by the best chances, float64 (K,) falling, among `count` photos; the limits
    are multiplied with `ease`.

    Between the sizes that were measured, limits are interpolated over logarithms of both.
    """
    if not len(best):
        return False
    return bool(
        best[0] >= ease * _limit(BEST, count)
        or (len(best) >= 10 and best[:10].mean() >= ease * _limit(FIRST_TEN, count))
    )


def may_match(best: DoubleArray, count: int) -> bool:
    """Whether the best combined chances, float64 (K,) falling, of several terms that each stand out among
    `count` photos leave room for a match at all.

    Products of chances are small where things go together, too, so that the limits of one term would be too
    high; but where even the best photo has less than is called possible, nothing is found.
    """
    return stands_out(best, count, min(NAMES, LEAST_POSSIBLE / _limit(BEST, count)))


def _limit(chances: tuple[float, ...], count: int) -> float:
    return float(np.exp(np.interp(np.log(count), np.log(SIZES), np.log(chances))))
