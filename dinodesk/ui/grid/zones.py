"""How rows of a query are judged: where its zones *good* and *possible* begin, what is in them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from dinodesk.records import HIT, ConfidenceCurve, DoubleArray, FloatArray

Zone = Literal["good", "possible", "rest"]

ZONE_WORDS: dict[Zone, str] = {"good": "good match", "possible": "possible match", "rest": "less likely"}
"""What a photo of a zone is called."""
ZONE_EDGES: dict[Zone, str] = {"possible": "possible", "rest": "less likely"}
"""The words at the edge where a zone begins."""


@dataclass(frozen=True, slots=True)
class Zones:
    """What a query's photos are judged by.

    Attributes:
        curve: from score to confidence.
        cut: the confidence from which a photo is good, a hit.
        possible: the confidence from which a photo is possible; no zone of its own from the cut on.
    """

    curve: ConfidenceCurve
    cut: float = HIT
    possible: float = HIT

    def zone(self, confidence: float) -> Zone:
        """The zone of a photo of this confidence."""
        if confidence >= self.cut:
            return "good"
        return "possible" if confidence >= self.possible else "rest"

    def score_at(self, confidence: float) -> float:
        """The score at which the curve has this confidence; infinite at 0 and 1 and beyond."""
        if not 0.0 < confidence < 1.0:
            return math.inf if confidence >= 1.0 else -math.inf
        return self.curve.threshold + math.log(confidence / (1.0 - confidence)) / self.curve.temperature


class JudgedRows:
    """Scores or confidences of rows, best first, under zones.

    Attributes:
        scores: float32 (N,) cosines; None where confidences are given instead, as of composed queries.
        zones: what they are judged by.
        hits: how many rows, from the first on, are good.
        possible: how many rows behind them are possible.
        mean: the mean confidence of the good ones; 0 where there are none.
    """

    def __init__(self, scores: FloatArray | None, given: DoubleArray | None, zones: Zones) -> None:
        """`given` are confidences, float64 (N,), that the curve of the zones says nothing of."""
        self.scores, self.zones, self._given = scores, zones, given
        confidences = self.confidences
        self._count = len(confidences)
        self.hits = int(np.count_nonzero(confidences >= zones.cut))
        self.possible = max(0, int(np.count_nonzero(confidences >= zones.possible)) - self.hits)
        self.mean = float(confidences[: self.hits].mean()) if self.hits else 0.0

    def under(self, zones: Zones) -> JudgedRows:
        """The same rows under other zones."""
        return JudgedRows(self.scores, self._given, zones)

    def __len__(self) -> int:
        return self._count

    @property
    def confidences(self) -> DoubleArray:
        """float64 (N,): the confidence of every row."""
        if self._given is not None:
            return self._given
        assert self.scores is not None  # one of the two is given
        return self.zones.curve.confidence(self.scores)

    @property
    def edges(self) -> tuple[tuple[int, Zone], ...]:
        """The zones that begin below others or at row 0 without being good, each with its first row."""
        edges: list[tuple[int, Zone]] = [(self.hits, "possible")] if self.possible else []
        below = self.hits + self.possible
        if 0 < below < self._count:  # where nothing stands out, all are the rest and need no edge
            edges.append((below, "rest"))
        return tuple(edges)

    def score(self, row: int) -> float | None:
        """The cosine of a row; None where it has none."""
        if self.scores is None or not 0 <= row < len(self.scores):
            return None
        return float(self.scores[row])

    def confidence(self, row: int) -> float | None:
        """The confidence of a row; None beyond the last one."""
        if self._given is not None:
            return float(self._given[row]) if 0 <= row < len(self._given) else None
        score = self.score(row)
        return None if score is None else float(self.zones.curve.confidence(score))

    def probability(self, row: int) -> float | None:
        """softmax(100 score) over all rows; None where there are no scores."""
        score = self.score(row)
        return None if score is None else float(np.exp(100.0 * score - self._log_sum))

    @cached_property
    def _log_sum(self) -> float:
        assert self.scores is not None
        z = 100.0 * self.scores.astype(np.float64)
        finite = z[np.isfinite(z)]
        if not len(finite):
            return 0.0
        top = float(finite.max())
        return top + float(np.log(np.exp(finite - top).sum()))
