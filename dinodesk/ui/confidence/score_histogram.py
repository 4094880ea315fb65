"""This query's scores as a histogram, the sigmoid over it, and on it threshold and cut to drag."""

from __future__ import annotations

# pyqtgraph carries no annotations
# mypy: disable-error-code="no-untyped-call"
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt, Signal, Slot
from PySide6.QtGui import QMouseEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QLabel, QWidget
from typing_extensions import override

from dinodesk.records import ConfidenceCurve, DoubleArray, FloatArray
from dinodesk.ui.grid.zones import Zones
from dinodesk.ui.theme.theme import SMALL, Theme

BINS = 90
WHOLE = -1
"""The number of the whole query among its terms."""
REACH = 10
"""Pixels from which a press takes the dot of the cut."""
CURVE_TOP = 1 / 1.06
"""The height of the curve at confidence 1, as a part of the whole."""


class ScoreHistogram(pg.PlotWidget):
    """Heights are square roots of counts, so that a few hits stay visible beside thousands of others."""

    thresholdDragged = Signal(float)
    cutDragged = Signal(float)  # confidence
    resetRequested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("scoreHistogram")
        self._theme = theme
        self._edges = np.linspace(0.0, 0.3, BINS + 1)
        self._width = 0.001  # of a bar
        self._counts = np.zeros(BINS)
        self._above = np.zeros(BINS)
        self._values: DoubleArray = np.empty(0)  # finite ones, ascending
        self._by_confidence = False  # whether the values are confidences
        self.term = WHOLE  # the term of a composed query whose scores they are
        self._zones = Zones(ConfidenceCurve(0.08, 25.0))
        self._moving = self._cutting = False
        plot = self.getPlotItem()
        plot.setMenuEnabled(False)
        plot.hideButtons()
        plot.setMouseEnabled(False, False)
        plot.getViewBox().setDefaultPadding(0.0)
        plot.hideAxis("left")
        axis = plot.getAxis("bottom")
        axis.setStyle(tickLength=0, tickTextOffset=4, maxTickLevel=0)
        self._bars = pg.BarGraphItem(x=[0], height=[0], width=0.001)
        self._possible = pg.BarGraphItem(x=[0], height=[0], width=0.001)
        self._hits = pg.BarGraphItem(x=[0], height=[0], width=0.001)
        self._curve = pg.PlotCurveItem(antialias=True)
        self._marker = pg.InfiniteLine(0.08, angle=90, movable=True)
        self._knob = pg.ScatterPlotItem(size=11, pxMode=True)
        self._dot = pg.ScatterPlotItem(size=12, pxMode=True)
        bars = self._bars, self._possible, self._hits
        for item in (*bars, self._curve, self._marker, self._knob, self._dot):
            plot.addItem(item)
        self._names = [QLabel(text, self) for text in ("photos", "score")]  # of the axes
        for name in self._names:
            name.setProperty("role", "small")
            name.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._marker.sigPositionChanged.connect(self._dragged)
        self.viewport().setAcceptDrops(False)
        self.setAcceptDrops(False)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the sliders do by keys what is dragged here
        theme.changed.connect(self.restyle)
        self.restyle()

    @property
    def threshold(self) -> float:
        """The score at which the line stands."""
        return float(self._marker.value())

    @property
    def cut(self) -> tuple[float, float]:
        """Where the dot of the cut is: score (or confidence) and height."""
        x, y = self._dot.getData()
        return float(x[0]), float(y[0])

    @property
    def hit_heights(self) -> np.ndarray[Any, np.dtype[np.float64]]:
        """Counts of good photos, by bin."""
        return self._above

    def show_scores(self, scores: FloatArray, zones: Zones) -> None:
        """The scores of a new answer."""
        self._by_confidence, self.term = False, WHOLE
        self._show_values(scores, zones)

    def show_confidences(self, confidences: DoubleArray, zones: Zones) -> None:
        """The confidences of a new answer that has no scores; the curve is the diagonal then."""
        self._by_confidence, self.term = True, WHOLE
        self._show_values(confidences, zones)

    def show_term(self, scores: FloatArray, zones: Zones, term: int) -> None:
        """The scores of one term of a composed query and its line, in its colour; nothing can be moved."""
        self._by_confidence, self.term = False, term
        self._show_values(scores, zones)

    def _show_values(self, values: FloatArray | DoubleArray, zones: Zones) -> None:
        finite = np.sort(np.asarray(values, np.float64)[np.isfinite(values)])
        if self._by_confidence:
            low, high, pad = 0.0, 1.0, 0.0
        else:
            low, high = (float(finite[0]), float(finite[-1])) if len(finite) else (0.0, 0.3)
            low, high = min(low, zones.curve.threshold), max(high, zones.curve.threshold)
            pad = max(0.01, 0.06 * (high - low))
        self._edges = np.linspace(low - pad, high + pad, BINS + 1)
        self._width = float(self._edges[1] - self._edges[0]) * 0.82
        self._counts = _counts_between(finite, self._edges)
        self._values = finite
        self._name_axes()
        self._colour_bars()
        for item in (self._marker, self._knob):
            item.setVisible(not self._by_confidence)
        self._marker.setMovable(self.term == WHOLE)
        self.set_zones(zones)
        centres = (self._edges[:-1] + self._edges[1:]) / 2
        self._bars.setOpts(x=centres, height=np.sqrt(self._counts), width=self._width)
        self.getPlotItem().setXRange(self._edges[0], self._edges[-1], padding=0)

    def set_zones(self, zones: Zones) -> None:
        """Another curve and other edges over the same values."""
        self._zones = zones
        self._moving = True
        self._marker.setValue(zones.curve.threshold)
        self._moving = False
        top = max(1.0, float(np.sqrt(self._counts.max(initial=1.0)))) * 1.12
        first, last = float(self._edges[0]), float(self._edges[-1])
        xs = np.linspace(first, last, 160)
        self._curve.setData(xs, self._confidence_at(xs) * top * CURVE_TOP)
        self.getPlotItem().setYRange(0, top, padding=0)
        self._knob.setData([zones.curve.threshold], [top * 0.93])
        cut, possible = self._value_at(zones.cut), self._value_at(min(zones.possible, zones.cut))
        dot = min(max(cut, first), last)  # at the end of the axis where it lies beyond
        self._dot.setData([dot], [float(self._confidence_at(np.array(dot))) * top * CURVE_TOP])
        self._dot.setVisible(zones.cut < 1.0)  # no confidence is beyond
        self._above = self._counts_above(cut)
        centres = (self._edges[:-1] + self._edges[1:]) / 2
        for item, counts in ((self._possible, self._counts_above(possible)), (self._hits, self._above)):
            item.setOpts(x=centres, height=np.sqrt(counts), width=self._width)

    def _confidence_at(self, values: DoubleArray) -> DoubleArray:
        return values if self._by_confidence else self._zones.curve.confidence(values)

    def _value_at(self, confidence: float) -> float:
        return confidence if self._by_confidence else self._zones.score_at(confidence)

    def _counts_above(self, value: float) -> np.ndarray[Any, np.dtype[np.float64]]:
        cut = np.clip(self._edges, value, None)
        above = np.diff(np.searchsorted(self._values, cut, side="left")).astype(float)
        if value <= self._edges[-1]:
            above[-1] += float(np.count_nonzero(self._values == self._edges[-1]))
        return np.maximum(above, 0.0)

    @Slot()
    def _dragged(self) -> None:
        if not self._moving:
            self.thresholdDragged.emit(float(self._marker.value()))

    def _is_at_cut(self, point: QPointF) -> bool:
        """Whether the dot of the cut is under the pointer."""
        view, (x, y) = self.getPlotItem().getViewBox(), self.cut
        away = view.mapViewToScene(QPointF(x, y)) - self.mapToScene(point.toPoint())
        movable = self._dot.isVisible() and self.term == WHOLE
        return bool(movable and away.manhattanLength() <= REACH)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A press on the dot takes the cut; one beside the line brings the line there; a drag moves them."""
        if event.button() == Qt.MouseButton.LeftButton:
            if self._is_at_cut(event.position()):
                self._cutting = True
                event.accept()
                return
            x = self._at(event.position())
            if (
                not self._by_confidence
                and self.term == WHOLE
                and abs(self._pixels(x) - self._pixels(self.threshold)) > 8
            ):
                self._marker.setValue(x)
        super().mousePressEvent(event)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """The cut follows the pointer along the curve."""
        if self._cutting:
            confidence = float(self._confidence_at(np.array(self._at(event.position()))))
            self.cutDragged.emit(round(min(max(confidence, 0.01), 0.99), 3))
            event.accept()
            return
        over = self._is_at_cut(event.position())
        self.viewport().setCursor(Qt.CursorShape.SizeHorCursor if over else Qt.CursorShape.ArrowCursor)
        super().mouseMoveEvent(event)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The cut is let go."""
        if self._cutting:
            self._cutting = False
            event.accept()
        else:
            super().mouseReleaseEvent(event)

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Back to Auto."""
        self._cutting = False
        self.resetRequested.emit()
        event.accept()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if hasattr(self, "_names"):  # pyqtgraph resizes while it is being built
            self._place_names()

    def _name_axes(self) -> None:
        value = "confidence" if self._by_confidence else "score"
        self.setAccessibleName(f"Histogram of this query's {value}s, with the cut")
        photos = f"How many photos have which {value}"
        if self.term != WHOLE:
            self.setToolTip(f"{photos} for this term alone; the curve is its confidence.")
        else:
            threshold = "" if self._by_confidence else ", the line to move the threshold"
            drag = f"rag the dot to move the cut{threshold}."
            curve = "D" if self._by_confidence else "The curve is the confidence; d"
            self.setToolTip(f"{photos} (heights are square roots of the counts).\n{curve}{drag}")
        score = self._names[1]
        score.setText(value)
        half = score.fontMetrics().horizontalAdvance("-0.00") // 2  # of a number at the end of the axis
        self.getPlotItem().layout.setContentsMargins(1, 1, score.sizeHint().width() + half, 1)
        self._place_names()

    def _place_names(self) -> None:
        """The axes' names: that of the heights at the top left, that of the scores under the right end."""
        photos, score = self._names
        for name in self._names:
            name.adjustSize()
        # the unlikely ones, at the left end of confidences, are the most
        photos.move(round(self._theme.unit()) if self._by_confidence else 2, 0)
        score.move(self.width() - score.width() - 2, self.height() - score.height())

    def _at(self, point: QPointF) -> float:
        return float(self.getPlotItem().getViewBox().mapSceneToView(self.mapToScene(point.toPoint())).x())

    def _pixels(self, x: float) -> float:
        return float(self.getPlotItem().getViewBox().mapViewToScene(QPointF(x, 0)).x())

    def _colour_bars(self) -> None:
        """Good and possible photos in the accent, those of a term in its own colour."""
        theme = self._theme
        colour = theme.color("accent") if self.term == WHOLE else theme.term_color(self.term)
        self._hits.setOpts(brush=colour, pen=pg.mkPen(None))
        self._dot.setBrush(colour)
        colour.setAlphaF(0.45)
        self._possible.setOpts(brush=colour, pen=pg.mkPen(None))

    @Slot()
    def restyle(self) -> None:
        """Colours of the present appearance."""
        theme = self._theme
        self.setBackground(theme.color("panel"))
        self._knob.setBrush(theme.color("text"))
        self._knob.setPen(pg.mkPen(theme.color("panel"), width=2))
        grey = theme.color("faint")
        grey.setAlphaF(0.55)
        self._bars.setOpts(brush=grey, pen=pg.mkPen(None))
        self._dot.setPen(pg.mkPen(theme.color("panel"), width=2))
        self._colour_bars()
        self._curve.setPen(pg.mkPen(theme.color("muted"), width=1.4))
        self._marker.setPen(QPen(theme.color("text"), 0, Qt.PenStyle.DashLine))
        self._marker.setHoverPen(QPen(theme.color("accent"), 0, Qt.PenStyle.DashLine))
        axis = self.getPlotItem().getAxis("bottom")
        axis.setPen(pg.mkPen(theme.color("line")))
        axis.setTextPen(pg.mkPen(theme.color("muted")))
        axis.setStyle(tickFont=theme.font(SMALL))
        axis.setHeight(round(theme.unit() * 1.15))
        self._name_axes()


def _counts_between(values: DoubleArray, edges: DoubleArray) -> np.ndarray[Any, np.dtype[np.float64]]:
    """What numpy's `histogram` counts, of values that are sorted: no look at each of them."""
    ends = np.searchsorted(values, edges, side="left")
    ends[-1] = np.searchsorted(values, edges[-1], side="right")
    return np.diff(ends).astype(float)
