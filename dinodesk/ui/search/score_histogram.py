"""This query's scores as a histogram, the sigmoid over it, and the line a person can drag."""

from __future__ import annotations

# pyqtgraph carries no annotations
# mypy: disable-error-code="no-untyped-call"
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt, Signal, Slot
from PySide6.QtGui import QFont, QFontMetricsF, QMouseEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QLabel, QWidget
from typing_extensions import override

from dinodesk.records import ConfidenceCurve, FloatArray
from dinodesk.ui.theme.theme import SMALL, Theme

BINS = 90


class _ScoreAxis(pg.AxisItem):
    """An axis without the numbers that its name at the right end would cut: half of "0.2" reads "0"."""

    def __init__(self, side: str) -> None:
        super().__init__(side)
        self._room, self._metrics = 0.0, QFontMetricsF(QFont())

    def keep_free(self, room: float, font: QFont) -> None:
        """Set how many pixels at the right end the name takes, and the font of the numbers."""
        self._room, self._metrics = room, QFontMetricsF(font)
        self.setStyle(tickFont=font)
        self.picture = None
        self.update()

    @override
    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        low, high = self.range
        width = self.size().width()
        texts = super().tickStrings(values, scale, spacing)
        ends = [
            (value - low) / (high - low or 1.0) * width + self._metrics.horizontalAdvance(text) / 2
            for value, text in zip(values, texts, strict=True)
        ]
        return [text if end <= width - self._room else "" for text, end in zip(texts, ends, strict=True)]


class ScoreHistogram(pg.PlotWidget):
    """Heights are square roots of counts, so that a few hits stay visible beside thousands of others."""

    thresholdDragged = Signal(float)
    resetRequested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        axis = _ScoreAxis("bottom")
        super().__init__(parent, axisItems={"bottom": axis})
        self._axis = axis
        self.setObjectName("scoreHistogram")
        self.setAccessibleName("Histogram of this query's scores, with the threshold")
        self.setToolTip(
            "How many photos have which score (heights are square roots of the counts).\n"
            "The curve is the confidence; drag the line to move the threshold."
        )
        self._theme = theme
        self._edges = np.linspace(0.0, 0.3, BINS + 1)
        self._counts = np.zeros(BINS)
        self._above = np.zeros(BINS)
        self._line = ConfidenceCurve(0.08, 25.0)
        self._moving = False
        plot = self.getPlotItem()
        plot.setMenuEnabled(False)
        plot.hideButtons()
        plot.setMouseEnabled(False, False)
        plot.getViewBox().setDefaultPadding(0.0)
        plot.hideAxis("left")
        axis.setStyle(tickLength=0, tickTextOffset=4, maxTickLevel=0)
        self._bars = pg.BarGraphItem(x=[0], height=[0], width=0.001)
        self._hits = pg.BarGraphItem(x=[0], height=[0], width=0.001)
        self._curve = pg.PlotCurveItem(antialias=True)
        self._marker = pg.InfiniteLine(0.08, angle=90, movable=True)
        self._knob = pg.ScatterPlotItem(size=11, pxMode=True)
        for item in (self._bars, self._hits, self._curve, self._marker, self._knob):
            plot.addItem(item)
        self._names = [QLabel(text, self) for text in ("photos", "score")]  # of the axes
        for name in self._names:
            name.setProperty("role", "small")
            name.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._names[1].setObjectName("axisName")
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
    def hit_heights(self) -> np.ndarray[Any, np.dtype[np.float64]]:
        """Counts above the line, by bin."""
        return self._above

    def show_scores(self, scores: FloatArray, line: ConfidenceCurve) -> None:
        """The scores of a new answer."""
        finite = scores[np.isfinite(scores)]
        low, high = (float(finite.min()), float(finite.max())) if len(finite) else (0.0, 0.3)
        low, high = min(low, line.threshold), max(high, line.threshold)
        pad = max(0.01, 0.06 * (high - low))
        self._edges = np.linspace(low - pad, high + pad, BINS + 1)
        self._counts = np.histogram(finite, self._edges)[0].astype(float)
        self._scores = np.sort(finite)
        self.set_line(line)
        centres = (self._edges[:-1] + self._edges[1:]) / 2
        self._bars.setOpts(x=centres, height=np.sqrt(self._counts), width=self._bar_width())
        self.getPlotItem().setXRange(self._edges[0], self._edges[-1], padding=0)

    def set_line(self, line: ConfidenceCurve) -> None:
        """Another line over the same scores."""
        self._line = line
        self._moving = True
        self._marker.setValue(line.threshold)
        self._moving = False
        top = max(1.0, float(np.sqrt(self._counts.max(initial=1.0)))) * 1.12
        xs = np.linspace(self._edges[0], self._edges[-1], 160)
        self._curve.setData(xs, line.confidence(xs) * top / 1.06)
        self.getPlotItem().setYRange(0, top, padding=0)
        self._knob.setData([line.threshold], [top * 0.93])
        self._above = self._counts_above(line.threshold)
        centres = (self._edges[:-1] + self._edges[1:]) / 2
        self._hits.setOpts(x=centres, height=np.sqrt(self._above), width=self._bar_width())

    def _bar_width(self) -> float:
        return float(self._edges[1] - self._edges[0]) * 0.82

    def _counts_above(self, threshold: float) -> np.ndarray[Any, np.dtype[np.float64]]:
        scores = getattr(self, "_scores", np.empty(0))
        cut = np.clip(self._edges, threshold, None)
        above = np.diff(np.searchsorted(scores, cut, side="left")).astype(float)
        above[-1] += float(np.count_nonzero(scores == self._edges[-1]))
        return np.maximum(above, 0.0)

    @Slot()
    def _dragged(self) -> None:
        if not self._moving:
            self.thresholdDragged.emit(float(self._marker.value()))

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click beside the line brings the line there; a drag then moves it."""
        if event.button() == Qt.MouseButton.LeftButton:
            x = self._at(event.position())
            if abs(self._pixels(x) - self._pixels(self.threshold)) > 8:
                self._marker.setValue(x)
        super().mousePressEvent(event)

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Back to the model's own line."""
        self.resetRequested.emit()
        event.accept()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if hasattr(self, "_names"):  # pyqtgraph resizes while it is being built
            self._place_names()

    def _place_names(self) -> None:
        """The axes' names: that of the heights at the top left, that of the scores under the right end."""
        photos, score = self._names
        for name in self._names:
            name.adjustSize()
        photos.move(2, 0)
        score.move(self.width() - score.width() - 2, self.height() - score.height())
        self._axis.keep_free(score.width() + 6, self._theme.font(SMALL))

    def _at(self, point: QPointF) -> float:
        return float(self.getPlotItem().getViewBox().mapSceneToView(self.mapToScene(point.toPoint())).x())

    def _pixels(self, x: float) -> float:
        return float(self.getPlotItem().getViewBox().mapViewToScene(QPointF(x, 0)).x())

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
        self._hits.setOpts(brush=theme.color("accent"), pen=pg.mkPen(None))
        self._curve.setPen(pg.mkPen(theme.color("muted"), width=1.4))
        self._marker.setPen(QPen(theme.color("text"), 0, Qt.PenStyle.DashLine))
        self._marker.setHoverPen(QPen(theme.color("accent"), 0, Qt.PenStyle.DashLine))
        axis = self._axis
        axis.setPen(pg.mkPen(theme.color("line")))
        axis.setTextPen(pg.mkPen(theme.color("muted")))
        axis.setHeight(round(theme.unit() * 1.15))
        self._place_names()
