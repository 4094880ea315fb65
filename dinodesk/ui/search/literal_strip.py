"""The strip above the grid: photos in whose names, labels or places the words of the query stand."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QImage, QPainter, QPixmap
from PySide6.QtWidgets import (
    QLabel,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from dinodesk.records import Photo, PhotoWord
from dinodesk.ui.grid.photo_model import Index
from dinodesk.ui.grid.thumbnail_loader import ThumbnailLoader
from dinodesk.ui.text.literal_text import literal_heading, reason_sentence, short_reason
from dinodesk.ui.text.plain_text import one_line, tooltip
from dinodesk.ui.theme.theme import SMALL, Theme

MOST = 60
"""Photos in the strip; the heading says how many there are."""
_POSITION, _PICTURE = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1


class LiteralStrip(QWidget):
    """Shows photos with the reason why they stand here; never changes the grid below."""

    chosen = Signal(int)  # position in the catalog
    opened = Signal(int)  # the same, by a double click or Enter
    menuRequested = Signal(int, QPoint)  # position in the catalog, and a point of the screen

    def __init__(self, theme: Theme, thumbnails: ThumbnailLoader, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("literalStrip")
        self._theme, self._thumbnails = theme, thumbnails
        self._items: dict[str, list[QListWidgetItem]] = {}  # by content
        self.heading = QLabel()
        self.heading.setObjectName("literalHeading")
        self.heading.setTextFormat(Qt.TextFormat.PlainText)
        self.list = QListWidget()
        self.list.setObjectName("literalView")
        self.list.setAccessibleName("Photos by their names, labels and places")
        self.list.setViewMode(QListWidget.ViewMode.IconMode)
        self.list.setFlow(QListWidget.Flow.LeftToRight)
        self.list.setWrapping(False)
        self.list.setMovement(QListWidget.Movement.Static)
        self.list.setUniformItemSizes(True)
        self.list.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setItemDelegate(_Cell(theme, self.list))
        self.list.itemClicked.connect(self._clicked)
        self.list.itemActivated.connect(self._activated)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(self._request_menu)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.heading)
        layout.addWidget(self.list)
        thumbnails.fetched.connect(self._show_picture)
        theme.changed.connect(self._restyle)
        self._restyle()
        self.hide()

    def show_matches(
        self, total: int, matches: Sequence[tuple[int, Photo, Sequence[PhotoWord]]], text: str
    ) -> None:
        """Replace what is shown: of `total` photos the first, each with its position and its reason."""
        self.list.clear()
        self._items = {}
        for position, photo, words in matches[:MOST]:
            item = QListWidgetItem(one_line(short_reason(words)))
            item.setData(_POSITION, position)
            item.setToolTip(tooltip(reason_sentence(words)))
            item.setData(Qt.ItemDataRole.AccessibleTextRole, reason_sentence(words))
            self.list.addItem(item)
            self._items.setdefault(photo.content, []).append(item)
        for content in self._items:
            self._thumbnails.fetch(content)
        self.heading.setText(literal_heading(total, text))
        self.setVisible(bool(matches))

    @Slot(object, QImage)
    def _show_picture(self, key: object, image: QImage) -> None:
        if not isinstance(key, str) or image.isNull():
            return
        for item in self._items.get(key, ()):
            item.setData(_PICTURE, QPixmap.fromImage(image))

    @Slot(QListWidgetItem)
    def _clicked(self, item: QListWidgetItem) -> None:
        self.chosen.emit(item.data(_POSITION))

    @Slot(QListWidgetItem)
    def _activated(self, item: QListWidgetItem) -> None:
        self.opened.emit(item.data(_POSITION))

    @Slot(QPoint)
    def _request_menu(self, point: QPoint) -> None:
        item = self.list.itemAt(point)
        if item is not None:
            self.list.setCurrentItem(item)
            self.menuRequested.emit(item.data(_POSITION), self.list.viewport().mapToGlobal(point))

    @Slot()
    def _restyle(self) -> None:
        self.heading.setFont(self._theme.font(SMALL))
        bar = self.list.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent)
        self.list.setFixedHeight(_Cell.size(self._theme).height() + bar + 4)


class _Cell(QStyledItemDelegate):
    """A small whole photo and below it the reason, cut in its middle."""

    def __init__(self, theme: Theme, parent: QListWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    @staticmethod
    def size(theme: Theme) -> QSize:
        """Of one cell."""
        unit = theme.unit()
        return QSize(round(unit * 6.6), round(unit * 5.6))

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return self.size(self._theme)

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        rect: QRect = option.rect.adjusted(3, 3, -3, -3)
        line = painter.fontMetrics().height()
        frame = QRect(rect.left(), rect.top(), rect.width(), rect.height() - line - 2)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, self._theme.color("selection"))
        picture = index.data(_PICTURE)
        if isinstance(picture, QPixmap):
            size = picture.size().scaled(frame.size(), Qt.AspectRatioMode.KeepAspectRatio)
            place = QRect(frame.topLeft(), size)
            place.moveCenter(frame.center())
            painter.drawPixmap(place, picture)
        else:
            painter.fillRect(frame, self._theme.color("line"))
        painter.setFont(self._theme.font(SMALL))
        painter.setPen(self._theme.color("muted"))
        words = QRect(rect.left(), frame.bottom() + 2, rect.width(), line)
        text = painter.fontMetrics().elidedText(
            str(index.data()), Qt.TextElideMode.ElideMiddle, words.width()
        )
        painter.drawText(words, Qt.AlignmentFlag.AlignCenter, text)
        painter.restore()
