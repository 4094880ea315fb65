"""Whether anything stands out at all: the detector of what a library does not have.

The chances that it goes by were measured with the built-in model's calibration, for everyday queries of a few
words in libraries of `SIZES` photos: of things that are there, 5 to 8 of 100 are taken for absent; of things
that no caption has, 54 to 88 of 100 are.
"""

from __future__ import annotations

import numpy as np

from dinodesk.records import DoubleArray

SIZES = (60, 150, 300, 500, 1_200, 3_500, 30_000, 100_000)
"""Photos of a library."""
BEST = (0.24, 0.30, 0.38, 0.45, 0.33, 0.13, 0.022, 0.01)
"""The chance that the best photo must have in a library of that size."""
FIRST_TEN = (0.12, 0.16, 0.22, 0.25, 0.20, 0.105, 0.018, 0.008)
"""The mean chance of the ten best that is enough, too, where no single one stands out."""


def stands_out(best: DoubleArray, count: int) -> bool:
    """Whether something matches, by the best chances, float64 (K,) falling, among `count` photos.

    Between the sizes that were measured, limits are interpolated over logarithms of both.
    """
    if not len(best):
        return False
    return bool(
        best[0] >= _limit(BEST, count) or (len(best) >= 10 and best[:10].mean() >= _limit(FIRST_TEN, count))
    )


def _limit(chances: tuple[float, ...], count: int) -> float:
    return float(np.exp(np.interp(np.log(count), np.log(SIZES), np.log(chances))))
