"""What rows of lists with bars have in common: the wash of a chosen row, a name and a number at its ends."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter

from dinodesk.ui.theme.theme import SMALL, Theme


def draw_wash(painter: QPainter, rect: QRect, theme: Theme) -> None:
    """The ground of a row that is chosen or pointed at; leaves the painter without a pen."""
    wash = theme.color("line")
    wash.setAlphaF(0.55)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(wash)
    painter.drawRoundedRect(rect, 4, 4)


def draw_ends(
    painter: QPainter, rect: QRect, theme: Theme, name: str, number: str, at: Qt.AlignmentFlag, gap: int
) -> None:
    """A number at the right and, at least `gap` pixels from it, a name at the left, cut at its end; both `at`
    the top or the middle."""
    painter.setFont(theme.font(SMALL))
    painter.setPen(theme.color("text"))
    metrics = painter.fontMetrics()
    painter.drawText(rect, at | Qt.AlignmentFlag.AlignRight, number)
    room = rect.width() - metrics.horizontalAdvance(number) - gap
    painter.drawText(
        rect, at | Qt.AlignmentFlag.AlignLeft, metrics.elidedText(name, Qt.TextElideMode.ElideRight, room)
    )
