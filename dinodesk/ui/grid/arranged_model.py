"""Rows that stand for positions in a catalog: in which order, and how they are judged; no photos yet."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QAbstractListModel, QObject, Signal

from dinodesk.records import ConfidenceCurve, FloatArray, IntArray
from dinodesk.ui.grid.row_arrangement import RowArrangement
from dinodesk.ui.grid.zones import ZONE_EDGES, JudgedRows, Zones


def _no_title(_name: str) -> str:
    return ""


class ArrangedModel(QAbstractListModel):
    """Positions, and how they are judged; by scores, or by confidences that are given.

    Rows stand as in the answer, or in another arrangement: of a query its hits alone then, where it has any.
    """

    zonesChanged = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ranked: IntArray = np.empty(0, np.int64)  # positions as in the answer
        self._order: IntArray | None = None  # the number in the answer of each row; None: as it is
        self._positions: IntArray = np.empty(0, np.int64)
        self._judged: JudgedRows | None = None  # in the order of the answer
        self._arrangement: RowArrangement | None = None
        self._title: Callable[[str], str] = _no_title  # the heading of a group by its name
        self._sections: tuple[tuple[int, str], ...] = ()
        self._zones = Zones(ConfidenceCurve(0.0, 1.0))

    @property
    def positions(self) -> IntArray:
        """Catalog positions, row by row."""
        return self._positions

    @property
    def judged(self) -> JudgedRows | None:
        """How the photos of a query's answer are judged, in its order; None when browsing."""
        return self._judged

    @property
    def arranged(self) -> bool:
        """Whether rows stand in another arrangement than that of the answer."""
        return self._order is not None

    @property
    def headings(self) -> tuple[tuple[int, str], ...]:
        """The rows before which a heading stands, each with its words: of a group, or where a zone begins."""
        if self._order is not None:
            return self._sections
        return () if self._judged is None else tuple((row, ZONE_EDGES[z]) for row, z in self._judged.edges)

    @property
    def scores(self) -> FloatArray | None:
        """Scores, row by row; None when browsing, and for rows whose confidences are given."""
        scores = None if self._judged is None else self._judged.scores
        return scores if scores is None or self._order is None else scores[self._order]

    @property
    def zones(self) -> Zones:
        """The zones that are drawn."""
        return self._zones

    @property
    def hits(self) -> int:
        """How many rows are good; all of them when browsing."""
        whole = self._judged is None or self._order is not None
        return len(self._positions) if whole or self._judged is None else self._judged.hits

    def set_arrangement(
        self, arrangement: RowArrangement | None, title: Callable[[str], str] = _no_title
    ) -> None:
        """Let the rows of this answer, and of those to come, stand in another arrangement; None: as they are.

        `title` makes headings of the names of groups.
        """
        if arrangement is None and self._arrangement is None:
            return
        self.beginResetModel()
        self._arrangement, self._title = arrangement, title
        self._arrange()
        self.endResetModel()

    def _arrange(self) -> None:
        """Put the photos of the answer into rows."""
        self._order, self._sections, self._positions = None, (), self._ranked
        judged, arrangement = self._judged, self._arrangement
        if arrangement is None or (judged is not None and not judged.hits):
            return
        some = self._ranked if judged is None else self._ranked[: judged.hits]
        self._order = arrangement.order(some)
        self._positions = some[self._order]
        self._sections = arrangement.sections(self._positions, self._title)

    def set_zones(self, zones: Zones) -> None:
        """Move the edges of the zones; the ranking stays. Rows in another arrangement come and go."""
        if zones == self._zones:
            return
        self._zones = zones
        judged = None if self._judged is None else self._judged.under(zones)
        before = 0 if self._judged is None else self._judged.hits
        if self._arrangement is not None and judged is not None and judged.hits != before:
            self.beginResetModel()
            self._judged = judged
            self._arrange()
            self.endResetModel()
        self._judged = judged
        self.zonesChanged.emit()

    def _number(self, row: int) -> int:
        """The number in the answer of a row; -1 for none."""
        if self._order is None:
            return row
        return int(self._order[row]) if 0 <= row < len(self._order) else -1

    def score(self, row: int) -> float | None:
        """The cosine of a row; None when browsing, and where confidences are given."""
        return None if self._judged is None else self._judged.score(self._number(row))

    def confidence(self, row: int) -> float | None:
        """The confidence of a row under the present zones; None when browsing."""
        return None if self._judged is None else self._judged.confidence(self._number(row))

    def probability(self, row: int) -> float | None:
        """softmax(100 score) over the answer; None where there is no score."""
        return None if self._judged is None else self._judged.probability(self._number(row))
