"""A small still drawing of bars and curves, in the colours of the appearance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from dinodesk.records import DoubleArray
from dinodesk.ui.theme.theme import SMALL, Theme

_MARKS = 5
_GAP = 0.6  # pixels between bars


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Bars:
    """Bars from the ground: edges (B + 1,), heights (B,) from 0 to 1, and the role of their colour."""

    edges: DoubleArray
    heights: DoubleArray
    role: str
    opacity: float = 0.75


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Curve:
    """A line through points: xs and ys (P,), ys from 0 to 1; with `dots` each point is marked."""

    xs: DoubleArray
    ys: DoubleArray
    role: str
    dashed: bool = False
    dots: bool = False


class MeasurePlot(QWidget):
    """Draws bars, curves above them, and an axis below with its name; heights go from 0 to 1."""

    def __init__(self, theme: Theme, name: str, axis: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._theme, self._axis = theme, axis
        self.low, self.high = 0.0, 1.0
        self.percent = False
        self.bars: tuple[Bars, ...] = ()
        self.curves: tuple[Curve, ...] = ()
        theme.changed.connect(self.update)

    def show_shapes(
        self,
        low: float,
        high: float,
        bars: Sequence[Bars] = (),
        curves: Sequence[Curve] = (),
        *,
        percent: bool = False,
    ) -> None:
        """Draw these over the axis from `low` to `high`, whose numbers are shares with `percent`."""
        self.low, self.high, self.percent = low, max(high, low + 1e-6), percent
        self.bars, self.curves = tuple(bars), tuple(curves)
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(round(self._theme.unit() * 20), round(self._theme.unit() * 9))

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(round(self._theme.unit() * 12), self.sizeHint().height())

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._theme.font(SMALL))
        line = painter.fontMetrics().height()
        half = painter.fontMetrics().horizontalAdvance("100 %") / 2 + 1  # of a number at an end of the axis
        area = QRectF(self.rect()).adjusted(half, line * 0.4, -half, -2.3 * line)
        for each in self.bars:
            self._draw_bars(painter, area, each)
        painter.setPen(QPen(self._theme.color("line"), 1))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        for curve in self.curves:
            self._draw_curve(painter, area, curve)
        self._draw_axis(painter, area, line)
        painter.end()

    def _at(self, area: QRectF, x: float, y: float) -> QPointF:
        share = (x - self.low) / (self.high - self.low)
        return QPointF(area.left() + share * area.width(), area.bottom() - y * area.height())

    def _draw_bars(self, painter: QPainter, area: QRectF, bars: Bars) -> None:
        colour = self._theme.color(bars.role)
        colour.setAlphaF(bars.opacity)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        edges, heights = bars.edges.tolist(), bars.heights.tolist()
        for left, right, height in zip(edges[:-1], edges[1:], heights, strict=True):
            if height > 0:
                bar = QRectF(self._at(area, left, height), self._at(area, right, 0.0))
                painter.drawRect(bar.adjusted(0, 0, -_GAP, 0))

    def _draw_curve(self, painter: QPainter, area: QRectF, curve: Curve) -> None:
        points = [self._at(area, x, y) for x, y in zip(curve.xs.tolist(), curve.ys.tolist(), strict=True)]
        colour = self._theme.color(curve.role)
        style = Qt.PenStyle.DashLine if curve.dashed else Qt.PenStyle.SolidLine
        painter.setPen(QPen(colour, 1.6, style))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(QPolygonF(points))
        if curve.dots:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            for point in points:
                painter.drawEllipse(point, 3.2, 3.2)

    def _draw_axis(self, painter: QPainter, area: QRectF, line: int) -> None:
        painter.setPen(self._theme.color("muted"))
        for mark in range(_MARKS):
            value = self.low + (self.high - self.low) * mark / (_MARKS - 1)
            text = f"{value * 100:.0f} %" if self.percent else f"{value:.2f}"
            at = self._at(area, value, 0.0)
            box = QRectF(at.x() - 40, at.y() + 2, 80, line)
            painter.drawText(box, Qt.AlignmentFlag.AlignHCenter, text)
        below = QRectF(area.left(), area.bottom() + 2 + line, area.width(), line * 1.2)
        painter.drawText(below, Qt.AlignmentFlag.AlignHCenter, self._axis)
