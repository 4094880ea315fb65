"""What each term of a composed query did: a bar of its matches, in its colour, which shows its scores."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)
from typing_extensions import override

from dinodesk.engine.messages import RankedTerm
from dinodesk.records import Stop
from dinodesk.ui.confidence.score_histogram import WHOLE
from dinodesk.ui.grid.photo_model import Index
from dinodesk.ui.text.match_text import term_meaning
from dinodesk.ui.text.plain_text import tooltip
from dinodesk.ui.text.query_text import term_name
from dinodesk.ui.theme.theme import Theme
from dinodesk.ui.widgets.row_painting import draw_ends, draw_wash

_ROWS = 4
"""Rows that are seen at once, so that the card is as high as with three sliders."""
_TERM, _PART, _COUNT = (Qt.ItemDataRole.UserRole + number for number in range(3))


class TermBars(QListWidget):
    """The first row is the whole query, the others are its terms; hover or arrows choose what is shown."""

    shown = Signal(int)  # a term, or `WHOLE`

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("termBars")
        self.setAccessibleName("Matches of each term alone")
        self._theme = theme
        self._shown = WHOLE
        self.setItemDelegate(_Bar(theme, self))
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerItem)
        self.currentRowChanged.connect(self._chosen)
        self.entered.connect(self._hovered)
        theme.changed.connect(self.viewport().update)

    def show_terms(self, terms: Sequence[RankedTerm], stop: Stop) -> None:
        """Show the terms of an answer, with their lines at a stop; the chosen one stays where it is."""
        chosen = self.currentRow() if self.count() == len(terms) + 1 else 0
        most = max((term.matches for term in terms), default=0)
        self.blockSignals(True)
        self.clear()
        self._add("All terms together", WHOLE, 0.0, "", "The confidence of each photo in the whole query.")
        for number, term in enumerate(terms):
            name = term_name(term.text, photo=term.photo, negated=term.negated)
            part = term.matches / most if most else 0.0
            meaning = term_meaning(name, term.matches, term.fitted, stop, negated=term.negated)
            self._add(name, number, part, f"{term.matches:,}", meaning)
        self.setCurrentRow(max(0, chosen))
        self.blockSignals(False)
        self._shown = self.term

    def _add(self, name: str, term: int, part: float, number: str, meaning: str) -> None:
        item = QListWidgetItem(name)
        item.setData(_TERM, term)
        item.setData(_PART, part)
        item.setData(_COUNT, number)
        item.setToolTip(tooltip(meaning))
        item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{name}, {number} matches" if number else name)
        self.addItem(item)

    @property
    def term(self) -> int:
        """The term that is chosen; `WHOLE` for the whole query."""
        return max(self.currentRow(), 0) - 1

    @property
    def texts(self) -> tuple[str, ...]:
        """What stands on the bars."""
        return tuple(self.item(row).text() for row in range(self.count()))

    @Slot(int)
    def _chosen(self, _row: int) -> None:
        self._show(self.term)

    @Slot(QModelIndex)
    def _hovered(self, index: QModelIndex) -> None:
        self._show(index.row() - 1)

    def _show(self, term: int) -> None:
        if term != self._shown:
            self._shown = term
            self.shown.emit(term)

    @override
    def leaveEvent(self, event: QEvent) -> None:
        """What was chosen is shown again."""
        super().leaveEvent(event)
        self._show(self.term)

    @override
    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), _ROWS * self.sizeHintForRow(0))

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(40, min(self.count(), _ROWS) * self.sizeHintForRow(0))


class _Bar(QStyledItemDelegate):
    """The name over a bar as long as the term has matches, compared with the term that has most."""

    def __init__(self, theme: Theme, parent: TermBars) -> None:
        super().__init__(parent)
        self._theme = theme

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, round(self._theme.unit() * 1.13))

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme, term = self._theme, int(index.data(_TERM))
        rect: QRect = option.rect.adjusted(0, 1, -2, -1)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if option.state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
            draw_wash(painter, rect, theme)
        if term >= 0:
            color = theme.term_color(term)
            bar = QRect(rect.left(), rect.top(), 3, rect.height())
            painter.setBrush(color)
            painter.drawRoundedRect(bar, 1, 1)
            color.setAlphaF(0.26)
            painter.setBrush(color)
            length = round((rect.width() - 3) * float(index.data(_PART)))
            painter.drawRect(QRect(bar.right() + 1, rect.top(), length, rect.height()))
        inner = rect.adjusted(9, 0, -6, 0)
        name, number = str(index.data()), str(index.data(_COUNT))
        draw_ends(painter, inner, theme, name, number, Qt.AlignmentFlag.AlignVCenter, gap=10)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(theme.color("accent"))
            painter.drawRoundedRect(rect, 4, 4)
        painter.restore()
