"""How sure a match is: the curve from score to confidence, what counts as a hit, and words for it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from dinodesk.records.arrays import FloatArray

Band = Literal["very confident", "strong", "possible", "weak"]

Certainty = Literal["estimated", "fitted", "checked"]
"""What confidences rest on: the shape of this query's scores alone; a calibration of this model; photos of
this query that the person said yes or no to."""
Stop = Literal["sure", "balanced", "more"]
"""How much Auto lets in: few photos but sure ones, the most useful set, or more than that."""
STOPS: tuple[Stop, ...] = ("sure", "balanced", "more")

HIT = 0.5
"""The cut of the documents: a hit is a photo whose confidence is at least the cut."""

BANDS: tuple[tuple[float, Band], ...] = ((0.95, "very confident"), (0.85, "strong"), (0.62, "possible"))


@dataclass(frozen=True, slots=True)
class ConfidenceCurve:
    """The curve `confidence = sigmoid((score - threshold) * temperature)`.

    Attributes:
        threshold: the cosine at which confidence is one half.
        temperature: gain on score differences around the threshold, per unit of cosine; above 0.

    Raises ValueError for a threshold or temperature that is not finite, and for a temperature of 0 or less,
    by which worse photos would be the surer ones.
    """

    threshold: float
    temperature: float

    def __post_init__(self) -> None:
        if not math.isfinite(self.threshold):
            raise ValueError(f"a threshold must be a finite number, not {self.threshold}")
        if not (math.isfinite(self.temperature) and self.temperature > 0):
            raise ValueError(f"a temperature must be a finite number above 0, not {self.temperature}")

    def confidence(self, scores: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """Confidence of each score; same shape, 0 to 1, never overflows."""
        z = (np.asarray(scores, np.float64) - self.threshold) * self.temperature
        return np.asarray(0.5 * (1.0 + np.tanh(0.5 * z)))

    def hits(self, ranked_scores: FloatArray) -> int:
        """How many of the scores, sorted from best to worst, are hits (NaN and padding never are)."""
        return int(np.count_nonzero(self.confidence(ranked_scores) >= HIT))


@dataclass(frozen=True, slots=True, kw_only=True)
class FittedLine:
    """How a query's scores are judged: by which curve, and where the zones *good* and *possible* begin.

    Attributes:
        curve: from score to confidence.
        cuts: the confidence from which a photo is good (a hit), one for each of `STOPS`.
        possible: the confidence from which a photo is possible; no higher than any of the cuts.
        certainty: what the confidences rest on.
        clear: whether anything stands out at all; where not, the cuts lie above every confidence.
    """

    curve: ConfidenceCurve
    cuts: tuple[float, float, float] = (HIT, HIT, HIT)
    possible: float = HIT
    certainty: Certainty = "estimated"
    clear: bool = True

    def cut(self, stop: Stop) -> float:
        """The confidence from which a photo is a hit at this stop."""
        return self.cuts[STOPS.index(stop)]


def band(confidence: float) -> Band:
    """The word for a confidence: 0.95 very confident, 0.85 strong, 0.62 possible, below weak."""
    for least, word in BANDS:
        if confidence >= least:
            return word
    return "weak"
