"""A list of names over bars, with a number at the right of each."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
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

from dinodesk.ui.grid.photo_model import Index
from dinodesk.ui.text.plain_text import tooltip
from dinodesk.ui.theme.theme import Theme
from dinodesk.ui.widgets.row_painting import draw_ends, draw_wash

_LENGTH, _FIGURES, _ROLE, _TEXT = (Qt.ItemDataRole.UserRole + number for number in range(4))


class BarList(QListWidget):
    """Rows are added in the order in which they stand."""

    def __init__(self, theme: Theme, name: str, meaning: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(meaning)
        self.setItemDelegate(_Bar(theme, self))
        self.setUniformItemSizes(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        theme.changed.connect(self.viewport().update)

    def add(self, name: str, length: float, figures: str, meaning: str, *, role: str, text: str) -> None:
        """A bar of `length`, 0 to 1, in the colour of a `role`; `text` is what the row stands for."""
        item = QListWidgetItem(name)
        for key, value in ((_LENGTH, length), (_FIGURES, figures), (_ROLE, role), (_TEXT, text)):
            item.setData(key, value)
        item.setToolTip(tooltip(meaning))
        item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{name}, {figures}")
        self.addItem(item)

    @property
    def rows(self) -> list[tuple[str, str]]:
        """Name and figures of each row."""
        items = [self.item(row) for row in range(self.count())]
        return [(each.text(), str(each.data(_FIGURES))) for each in items]

    @property
    def chosen(self) -> str:
        """What the current row stands for; "" for none."""
        item = self.currentItem()
        return "" if item is None else str(item.data(_TEXT))

    def choose(self, text: str) -> None:
        """Make the first row that stands for `text` the current one, without telling of it."""
        blocked = self.blockSignals(True)
        rows = (row for row in range(self.count()) if self.item(row).data(_TEXT) == text)
        self.setCurrentRow(next(rows, -1))
        self.blockSignals(blocked)


class _Bar(QStyledItemDelegate):
    """The name, and below it the bar and the figures."""

    def __init__(self, theme: Theme, parent: BarList) -> None:
        super().__init__(parent)
        self._theme = theme

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, round(self._theme.unit() * 1.7))

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme = self._theme
        rect: QRect = option.rect.adjusted(0, 1, -1, -1)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            draw_wash(painter, rect, theme)
        inner = rect.adjusted(8, 2, -8, -3)
        name, figures = str(index.data()), str(index.data(_FIGURES))
        draw_ends(painter, inner, theme, name, figures, Qt.AlignmentFlag.AlignTop, gap=12)
        painter.setPen(Qt.PenStyle.NoPen)
        track = QRect(inner.left(), inner.bottom() - 4, inner.width(), 4)
        painter.setBrush(theme.color("line"))
        painter.drawRoundedRect(track, 2, 2)
        length = round(track.width() * min(1.0, max(0.0, float(index.data(_LENGTH)))))
        if length:
            painter.setBrush(theme.color(str(index.data(_ROLE))))
            painter.drawRoundedRect(QRect(track.left(), track.top(), length, 4), 2, 2)
        painter.restore()
