"""Stars: five that are clicked, and small ones painted on a photo."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from dinodesk.ui.theme.theme import Theme

MOST = 5


def star(center: QPointF, radius: float) -> QPainterPath:
    """A star with its upper point at `radius` from the centre; drawn, since no font is sure to have one."""
    path = QPainterPath()
    for corner in range(10):
        reach = radius if corner % 2 == 0 else radius * 0.45
        angle = math.pi * (corner / 5 - 0.5)
        point = center + QPointF(reach * math.cos(angle), reach * math.sin(angle))
        path.lineTo(point) if corner else path.moveTo(point)
    path.closeSubpath()
    return path


def paint_stars(painter: QPainter, cell: QRectF, count: int, size: float) -> None:
    """`count` small white stars at the lower left of a cell, on a soft dark ground."""
    ground = QRectF(cell.left() + 6, cell.bottom() - size * 1.5 - 12, size * (count + 0.6), size * 1.4)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(0, 0, 0, 120))
    painter.drawRoundedRect(ground, size * 0.5, size * 0.5)
    painter.setBrush(QColor(255, 255, 255))
    for number in range(count):
        center = QPointF(ground.left() + size * (number + 0.8), ground.center().y() + size * 0.04)
        painter.drawPath(star(center, size * 0.46))


class StarRating(QWidget):
    """The rating of a photo; a click on the last star that is lit takes the rating away."""

    rated = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("ratingStars")
        self._theme = theme
        self._rating, self._own, self._hover = 0, True, 0
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)
        self.show_rating(0)

    @property
    def rating(self) -> int:
        """The stars that are lit, 0 to 5."""
        return self._rating

    def show_rating(self, rating: int, *, own: bool = True) -> None:
        """Show the rating; `own` is False for one that comes from the file and not from the person."""
        self._rating, self._own = max(0, min(MOST, rating)), own
        self.setAccessibleName("Not rated" if not self._rating else f"Rated {self._rating} of {MOST} stars")
        self.update()

    @override
    def sizeHint(self) -> QSize:
        side = round(self._theme.unit() * 1.25)
        return QSize(side * MOST, side)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Lit stars full, others as outlines; what a click would give while the pointer is there."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side = self.width() / MOST
        lit = self._hover or self._rating
        color = self._theme.color("accent" if self._own or self._hover else "muted")
        for number in range(MOST):
            painter.setPen(QPen(color if number < lit else self._theme.color("faint"), 1.2))
            painter.setBrush(color if number < lit else Qt.BrushStyle.NoBrush)
            painter.drawPath(star(QPointF(side * (number + 0.5), self.height() * 0.53), side * 0.38))
        if self.hasFocus():
            painter.setPen(QPen(self._theme.color("accent"), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        painter.end()

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover = self._star_at(event.position().x())
        self.update()

    @override
    def leaveEvent(self, event: object) -> None:
        self._hover = 0
        self.update()

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            number = self._star_at(event.position().x())
            self._hover = 0
            self.rated.emit(0 if number == self._rating else number)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Digits and arrows rate."""
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if event.text() and event.text() in "012345":
            self.rated.emit(int(event.text()))
        elif event.key() in steps:
            self.rated.emit(max(0, min(MOST, self._rating + steps[Qt.Key(event.key())])))
        else:
            super().keyPressEvent(event)

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def _star_at(self, x: float) -> int:
        return max(1, min(MOST, int(x / max(1.0, self.width() / MOST)) + 1))
