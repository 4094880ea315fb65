"""The list of past searches below the empty search field."""

from __future__ import annotations

import os
from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from dinodesk.ui.kept_searches.past_searches import PastSearch
from dinodesk.ui.text.formatting import when
from dinodesk.ui.text.plain_text import one_line, tooltip
from dinodesk.ui.theme.theme import SMALL, Theme

_AT = Qt.ItemDataRole.UserRole + 1
LINES = 10
"""Searches in sight at once."""


class PastPopup(QFrame):
    """Enter or a click takes one; Escape and clicks elsewhere close it."""

    taken = Signal(object)  # PastSearch
    cleared = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("pastSearches")
        self._theme = theme
        self._searches: tuple[PastSearch, ...] = ()
        self.list = QListWidget()
        self.list.setObjectName("pastSearchesView")
        self.list.setAccessibleName("Past searches")
        self.list.setItemDelegate(_Line(theme, self.list))
        self.list.setUniformItemSizes(True)
        self.list.setMouseTracking(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.itemClicked.connect(self._take)
        self.setFocusProxy(self.list)
        heading = QLabel("Past searches")
        heading.setProperty("role", "small")
        clear = QPushButton("Clear")
        clear.setObjectName("clearPastSearches")
        clear.setAccessibleName("Clear the past searches")
        clear.setProperty("quiet", True)
        clear.clicked.connect(self._clear)
        top = QHBoxLayout()
        top.setContentsMargins(12, 6, 6, 0)
        top.addWidget(heading, 1)
        top.addWidget(clear)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 6)
        layout.setSpacing(2)
        layout.addLayout(top)
        layout.addWidget(self.list)

    def show_below(self, anchor: QWidget, searches: Sequence[PastSearch]) -> None:
        """Show searches below a widget, as wide as it is; the first one is chosen."""
        self._searches = tuple(searches)
        self.list.clear()
        for search in searches:
            item = QListWidgetItem(words_of(search))
            item.setData(_AT, when(search.at))
            item.setToolTip(tooltip("\n".join([search.text, *search.images]).strip()))
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        lines = min(LINES, len(searches))
        self.list.setFixedHeight(lines * max(1, self.list.sizeHintForRow(0)) + 4)
        self.setFixedWidth(anchor.width())
        self.adjustSize()
        self.move(anchor.mapToGlobal(QPoint(0, anchor.height() + 4)))
        self.show()
        self.list.setFocus()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.list.currentItem() is not None:
            self._take(self.list.currentItem())
        else:
            super().keyPressEvent(event)

    @Slot(QListWidgetItem)
    def _take(self, item: QListWidgetItem) -> None:
        search = self._searches[self.list.row(item)]
        self.close()
        self.taken.emit(search)

    @Slot()
    def _clear(self) -> None:
        self.close()
        self.cleared.emit()


def words_of(search: PastSearch) -> str:
    """A past search on one line: its words, and the names of its photos."""
    photos = ", ".join(os.path.basename(path) for path in search.images)
    return one_line(" + ".join(filter(None, (search.text, photos))))


class _Line(QStyledItemDelegate):
    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(80, round(self._theme.unit() * 1.75))

    @override
    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        theme, row = self._theme, QRect(option.rect).adjusted(4, 0, -4, 0)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("selection"))
            painter.drawRoundedRect(row, 6, 6)
        inside = row.adjusted(8, 0, -8, 0)
        at = str(index.data(_AT))
        painter.setFont(theme.font(SMALL))
        painter.setPen(theme.color("muted"))
        painter.drawText(inside, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, at)
        room = inside.width() - painter.fontMetrics().horizontalAdvance(at) - 16
        painter.setFont(theme.font())
        painter.setPen(theme.color("text"))
        words = painter.fontMetrics().elidedText(str(index.data()), Qt.TextElideMode.ElideRight, max(8, room))
        painter.drawText(inside, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, words)
        painter.restore()
