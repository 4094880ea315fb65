"""Which labels are taken for which, as a small matrix."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget
from typing_extensions import override

from dinodesk.records import LabelMeasures
from dinodesk.ui.models.calibration_text import cell_words
from dinodesk.ui.text.plain_text import one_line, tooltip
from dinodesk.ui.theme.theme import SMALL, Theme

MOST_LABELS = 12
"""Labels that the matrix has room for."""
_NAME = 9.0
"""The most room for a name, in lines of text; longer ones are cut."""
_CELL = 2.0


class ConfusionView(QWidget):
    """Rows are what photos show, columns what was said; the fuller a cell, the stronger its colour."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("calibrationMatrix")
        self.setAccessibleName("What is taken for what: rows are what photos show, columns what was said")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._theme = theme
        self._found: LabelMeasures | None = None
        theme.changed.connect(self.update)

    def show_found(self, found: LabelMeasures) -> None:
        """Show the matrix; hidden where there are too many labels, or one."""
        self._found = found
        self.setVisible(1 < len(found.labels) <= MOST_LABELS)
        self.updateGeometry()
        self.update()

    @override
    def sizeHint(self) -> QSize:
        labels = 0 if self._found is None else len(self._found.labels)
        side = labels * _CELL * self._theme.unit()
        return QSize(round(self._names + side), round(self._names + side + 4))

    @override
    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    @property
    def _names(self) -> float:
        """Room, in pixels, for the names of the rows, and for those of the columns, which go up."""
        metrics = QFontMetricsF(self._theme.font(SMALL))
        labels = () if self._found is None else self._found.labels
        longest = max((metrics.horizontalAdvance(one_line(label)) for label in labels), default=0.0)
        return min(longest, _NAME * self._theme.unit()) + self._theme.unit()

    def cell_at(self, point: QPointF) -> tuple[int, int] | None:
        """Row and column under a point."""
        found, unit = self._found, self._theme.unit()
        if found is None:
            return None
        column = int((point.x() - self._names) // (_CELL * unit))
        row = int((point.y() - self._names) // (_CELL * unit))
        inside = 0 <= row < len(found.labels) and 0 <= column < len(found.labels)
        return (row, column) if inside else None

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        found, theme = self._found, self._theme
        if found is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.font(SMALL))
        unit, side = theme.unit(), _CELL * theme.unit()
        metrics = painter.fontMetrics()
        left = top = self._names
        for number, label in enumerate(found.labels):
            name = one_line(label)
            painter.setPen(theme.color("muted"))
            row = QRectF(0, top + number * side, left - unit * 0.5, side)
            cut = metrics.elidedText(name, Qt.TextElideMode.ElideRight, round(row.width()))
            painter.drawText(row, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, cut)
            painter.save()
            painter.translate(left + (number + 0.5) * side, top - unit * 0.4)
            painter.rotate(-90)
            cut = metrics.elidedText(name, Qt.TextElideMode.ElideRight, round(top - unit * 0.4))
            painter.drawText(QPointF(0, metrics.ascent() / 2), cut)
            painter.restore()
        totals = found.confusion.sum(axis=1)
        for row_number, counts in enumerate(found.confusion.tolist()):
            for column, number in enumerate(counts):
                cell = QRectF(left + column * side, top + row_number * side, side - 1, side - 1)
                self._draw_cell(painter, cell, number, int(totals[row_number]), row_number == column)
        painter.end()

    def _draw_cell(self, painter: QPainter, cell: QRectF, number: int, total: int, own: bool) -> None:
        theme = self._theme
        colour = theme.color("line" if not number else "accent" if own else "bad")
        colour.setAlphaF(0.35 if not number else 0.15 + 0.6 * number / max(1, total))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawRoundedRect(cell, 3, 3)
        if number:
            painter.setPen(theme.color("text"))
            painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, f"{number:,}")

    @override
    def event(self, event: QEvent) -> bool:
        """A cell says in words what it counts."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip and self._found is not None:
            cell = self.cell_at(QPointF(event.pos()))
            words = ""
            if cell is not None:
                words = cell_words(self._found, *cell, int(self._found.confusion[cell[0]].sum()))
            QToolTip.showText(event.globalPos(), tooltip(words), self)
            return True
        return super().event(event)
