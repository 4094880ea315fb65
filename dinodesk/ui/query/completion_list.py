"""What a key or value in the query may become, below the search field."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal, Slot
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

from dinodesk.records import Suggestion
from dinodesk.ui.grid.photo_model import Index
from dinodesk.ui.text.plain_text import one_line
from dinodesk.ui.theme.theme import SMALL, Theme

MOST_ROWS = 8
_INSET = 12
"""Pixels from the edge to the words, which stand below those of the field."""
_SUGGESTION = Qt.ItemDataRole.UserRole


class CompletionList(QListWidget):
    """Lies over the window and never takes the focus from the field, which hands it the keys."""

    taken = Signal(object)  # Suggestion

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        """`parent` is what it lies over, and holds the field."""
        super().__init__(parent)
        self.setObjectName("completionList")
        self.setAccessibleName("How the query may go on")
        self._theme, self._over = theme, parent
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setItemDelegate(_Row(theme, self))
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.itemClicked.connect(self._clicked)
        self.hide()

    @property
    def texts(self) -> tuple[str, ...]:
        """What is offered, row by row."""
        return tuple(self.item(row).text() for row in range(self.count()))

    @property
    def chosen(self) -> Suggestion | None:
        """What the arrows chose; None for nothing."""
        item = self.currentItem()
        return None if item is None else item.data(_SUGGESTION)

    @property
    def first(self) -> Suggestion | None:
        """The likeliest; None where the list is empty."""
        return self.item(0).data(_SUGGESTION) if self.count() else None

    def show_suggestions(self, suggestions: Sequence[Suggestion], field: QWidget) -> None:
        """Show them below a field and what frames it, none of them chosen; hide where there are none."""
        self.clear()
        for each in suggestions:
            item = QListWidgetItem(one_line(each.text))
            item.setData(_SUGGESTION, each)
            many = "" if each.count is None else f", {each.count:,} photos"
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{one_line(each.text)}{many}, {each.about}")
            self.addItem(item)
        self.setCurrentRow(-1)
        if not suggestions:
            self.hide()
            return
        unit = self._theme.unit()
        rows = min(len(suggestions), MOST_ROWS)
        frame = field.parentWidget() or field
        left = field.mapTo(self._over, QPoint(-_INSET, 0)).x()
        top = frame.mapTo(self._over, QPoint(0, frame.height())).y() + 4
        width = min(round(unit * 26), self._over.width() - left - 8)
        self.setGeometry(left, top, width, rows * self.sizeHintForRow(0) + 10)
        self.raise_()
        self.show()

    def move_choice(self, rows: int) -> None:
        """Choose another row; above the first none is chosen."""
        self.setCurrentRow(
            min(self.currentRow() + rows, self.count() - 1) if self.currentRow() + rows >= 0 else -1
        )

    @Slot(QListWidgetItem)
    def _clicked(self, item: QListWidgetItem) -> None:
        self.taken.emit(item.data(_SUGGESTION))


class _Row(QStyledItemDelegate):
    """What would stand in the query, and at the right how many photos have it or what it finds."""

    def __init__(self, theme: Theme, parent: QListWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, round(self._theme.unit() * 1.55))

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        suggestion: Suggestion = index.data(_SUGGESTION)
        rect: QRect = option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.color("selection"))
            painter.drawRoundedRect(rect.adjusted(4, 0, -4, 0), 4, 4)
        inner = rect.adjusted(_INSET, 0, -_INSET, 0)
        is_key = suggestion.text.endswith(":")
        right = suggestion.about if is_key or suggestion.count is None else f"{suggestion.count:,}"
        painter.setFont(self._theme.font(SMALL))
        painter.setPen(self._theme.color("muted"))
        room = painter.fontMetrics().horizontalAdvance(right) + 16
        painter.drawText(inner, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, right)
        painter.setFont(self._theme.font())
        painter.setPen(self._theme.color("text"))
        words = painter.fontMetrics().elidedText(
            one_line(suggestion.text), Qt.TextElideMode.ElideMiddle, inner.width() - room
        )
        painter.drawText(inner, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, words)
        painter.restore()
