"""A switch with a word beside it, drawn in the colours of the theme."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget
from typing_extensions import override

from dinodesk.ui.theme.theme import Theme


class Switch(QAbstractButton):
    """On or off, by click and by Space; on is the accent colour with the knob at the right."""

    def __init__(self, text: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setText(text)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)
        theme.changed.connect(self.update)

    @override
    def sizeHint(self) -> QSize:
        unit = self._theme.unit()
        words = self.fontMetrics().horizontalAdvance(self.text())
        return QSize(round(self._track().width() + unit * 0.45 + words + 6), round(unit * 1.35))

    def _track(self) -> QRectF:
        unit = self._theme.unit()
        height = round(unit * 0.8)
        top = (self.height() - height) / 2
        return QRectF(3, top, round(unit * 1.5), height)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        theme, track = self._theme, self._track()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        on, radius = self.isChecked(), track.height() / 2
        painter.setBrush(theme.color(("accent" if on else "faint") if self.isEnabled() else "line"))
        painter.drawRoundedRect(track, radius, radius)
        knob = track.height() - 4
        left = track.right() - knob - 2 if on else track.left() + 2
        painter.setBrush(Qt.GlobalColor.white)
        painter.drawEllipse(QRectF(left, track.top() + 2, knob, knob))
        painter.setFont(self.font())
        painter.setPen(theme.color("text" if self.isEnabled() else "faint"))
        words = QRectF(self.rect()).adjusted(track.right() + theme.unit() * 0.45, 0, 0, 0)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.text())
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.color("accent"), 1))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        painter.end()
