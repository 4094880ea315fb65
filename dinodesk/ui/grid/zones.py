"""How rows of a query are judged: where its zones *good* and *possible* begin, what is in them."""

from __future__ import annotations

import math
from bisect import bisect_left
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
        rows = scores if given is None else given
        assert rows is not None  # one of the two is given
        self._count = len(rows)
        self.hits = self._first_below(zones.cut)
        self.possible = max(0, self._first_below(zones.possible) - self.hits)
        self.mean = float(self._confidences_to(self.hits).mean()) if self.hits else 0.0

    def under(self, zones: Zones) -> JudgedRows:
        """The same rows under other zones."""
        return JudgedRows(self.scores, self._given, zones)

    def __len__(self) -> int:
        return self._count

    @property
    def confidences(self) -> DoubleArray:
        """float64 (N,): the confidence of every row."""
        return self._confidences_to(self._count)

    def _confidences_to(self, end: int) -> DoubleArray:
        """float64 (end,): the confidence of the rows before `end`."""
        if self._given is not None:
            return self._given[:end]
        assert self.scores is not None  # one of the two is given
        return self.zones.curve.confidence(self.scores[:end])

    def _first_below(self, confidence: float) -> int:
        """The first row whose confidence is lower, or none; a few rows are looked at, since they fall."""
        return bisect_left(range(self._count), True, key=lambda row: not self._at(row) >= confidence)

    def _at(self, row: int) -> float:
        if self._given is not None:
            return float(self._given[row])
        assert self.scores is not None  # one of the two is given
        return float(self.zones.curve.confidence(self.scores[row]))

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
        return self._at(row) if 0 <= row < self._count else None

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
