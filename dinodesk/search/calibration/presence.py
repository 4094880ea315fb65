"""Whether anything stands out at all: the detector of what a library does not have.

Measured on the built-in model with queries of a few words over 400 and 600 captioned photos and among 3,000
others: of everyday things that are there, 7 to 10 of 100 are taken for absent; of things that no caption has,
58 to 89 of 100 are.
"""

from __future__ import annotations

from dinodesk.records import DoubleArray

BEST = 0.45
"""The chance that the best photo must have in a library of `MEASURED_AT` photos."""
FIRST_TEN = 0.26
"""The mean chance of the ten best that is enough, too, where no single one stands out."""
MEASURED_AT = 600
_FALL = 0.55
"""How fast both fall with the size of the library: as its power."""


def stands_out(best: DoubleArray, count: int) -> bool:
    """Whether something matches, by the best chances, float64 (K,) falling, among `count` photos."""
    if not len(best):
        return False
    ease = (MEASURED_AT / max(count, MEASURED_AT)) ** _FALL
    return bool(best[0] >= BEST * ease or (best[:10].mean() >= FIRST_TEN * ease and len(best) >= 10))
