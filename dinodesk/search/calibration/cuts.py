"""Where the hits end: the set of photos with the best expected F-measure."""

from __future__ import annotations

import numpy as np

from dinodesk.records import STOPS, DoubleArray, Stop
from dinodesk.search.calibration.logistic import sigmoid

BETAS: dict[Stop, float] = {"sure": 0.4, "balanced": 0.9, "more": 2.0}
"""β of the F-measure at each stop: above 1 finding all counts for more than finding only right ones."""
FIRST = 20_000
"""Best photos among which the zones are cut."""
POSSIBLE_BETA = 4.0
"""Likewise, for where the possible photos end."""
LEAST_POSSIBLE = 0.05
"""No photo of a smaller chance is called possible."""
POSSIBLE_SHARE = 0.25
"""Nor one of a smaller chance than this share of the balanced cut."""


def best_count(chances: DoubleArray, beta: float = 1.0, total: float | None = None) -> int:
    """How many of the first photos make the set of the highest expected F-measure; 0 of none.

    With Σ the sum of all chances and Σₖ that of the first k, it is `(1 + β²) Σₖ / (k + β² Σ)` (the usual
    approximation by the ratio of expectations; Jansche 2007, "A maximum expected utility framework").

    Args:
        chances: float64 (N,), falling.
        total: Σ where `chances` are only the highest; by default their sum.
    """
    if not len(chances):
        return 0
    sums = np.cumsum(chances)
    every = sums[-1] if total is None else max(total, float(sums[-1]))
    return int(np.argmax(sums / (np.arange(1, len(sums) + 1) + beta * beta * every))) + 1


def cut_after(chances: DoubleArray, count: int) -> float:
    """A confidence between that of the last of the first `count` photos and that of the next, in odds.

    Args:
        chances: float64 (N,), falling, between 0 and 1.
        count: 1 to N.
    """
    last = chances[count - 1]
    after = chances[count] if count < len(chances) else last / 2.0
    middle = (_logit(last) + _logit(after)) / 2.0
    return float(min(sigmoid(middle), last))


def zones(chances: DoubleArray, total: float | None = None) -> tuple[tuple[float, float, float], float]:
    """The cuts at `STOPS`, and the confidence from which a photo is possible, of falling chances (N,).

    They are cut among the first `FIRST`. `total` is the sum of all chances where these are only the highest.
    """
    total = float(chances.sum()) if total is None else total
    chances = chances[:FIRST]
    if not len(chances):
        return (0.5, 0.5, 0.5), 0.5
    cuts = [cut_after(chances, best_count(chances, BETAS[stop], total)) for stop in STOPS]
    least = cut_after(chances, best_count(chances, POSSIBLE_BETA, total))
    sure, balanced, more = cuts
    least = max(least, LEAST_POSSIBLE, POSSIBLE_SHARE * balanced)
    return (sure, balanced, more), min(least, *cuts)


def _logit(chance: float) -> float:
    bounded = min(max(chance, 1e-12), 1.0 - 1e-12)
    return float(np.log(bounded / (1.0 - bounded)))
