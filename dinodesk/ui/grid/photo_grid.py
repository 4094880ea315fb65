"""The grid of photos: cells with thin bars of confidence, the edges of the zones among them."""

from __future__ import annotations

from bisect import bisect_left

from PySide6.QtCore import (
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QPoint,
    QRect,
    QRectF,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QDrag,
    QFont,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import QAbstractItemView, QWidget
from typing_extensions import override

from dinodesk.records import Photo
from dinodesk.settings import Settings
from dinodesk.ui.grid.cell_view import CellView
from dinodesk.ui.grid.photo_model import Index, files_mime
from dinodesk.ui.grid.thumbnail_loader import ThumbnailLoader, whole_in
from dinodesk.ui.text.availability import is_away
from dinodesk.ui.text.plain_text import one_line
from dinodesk.ui.theme.theme import SMALL, Theme
from dinodesk.ui.widgets.star_rating import paint_stars

_AWAY = 0.38
"""Opacity of a photo that is away."""


def opacity_of(confidence: float | None, possible: float, dimming: float) -> float:
    """How strongly a photo is painted: good and possible ones, from the confidence `possible` on, in full;
    those below fainter with their confidence, by `dimming` (0 to 1) where that is 0."""
    if confidence is None or confidence >= possible:
        return 1.0
    return 1.0 - dimming * (1.0 - confidence / possible)


class PhotoGrid(CellView):
    """Photos in uniform cells, the edges between good, possible and other ones painted among them."""

    typed = Signal(str)
    quickLook = Signal()
    enlarge = Signal(QModelIndex)
    shortcutsRequested = Signal()
    rated = Signal(int)

    def __init__(self, theme: Theme, thumbnails: ThumbnailLoader, parent: QWidget | None = None) -> None:
        super().__init__(theme, thumbnails, parent)
        self.setObjectName("resultsView")
        self.setAccessibleName("Photos")
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.viewport().setAcceptDrops(False)
        self.setMouseTracking(True)
        self._band = QRect()
        self._crop = False
        self._dimming = Settings().dimming / 100
        thumbnails.arrived.connect(self.viewport().update)
        self.doubleClicked.connect(self.enlarge)

    # ── painting ────────────────────────────────────────────────────────────────────────────────

    def _visible(self) -> list[int]:
        top = self.verticalOffset()
        return list(self._layout.span(top, top + self.viewport().height()))

    def assets_in_sight(self) -> set[int]:
        """The photos of which at least a part can be seen without scrolling."""
        shown = (self._photos.photo(row) for row in self._visible())
        return {photo.asset for photo in shown if photo is not None}

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        offset, rows, wanted = self.verticalOffset(), self._visible(), []
        current = self.currentIndex().row() if self.currentIndex().isValid() else -1
        for row in rows:
            photo = self._photos.photo(row)
            if photo is None:
                continue
            wanted.append(photo)
            cell = self._layout.rect(row).translated(0, -offset)
            rect = cell if self._crop else whole_in(cell, photo.width, photo.height)
            self._paint_photo(painter, cell, rect, photo, row)
            index = self._photos.index(row, 0)
            if row == current or self.selectionModel().isSelected(index):
                self._paint_ring(painter, rect, self.selectionModel().isSelected(index), row == current)
        if self.state() == QAbstractItemView.State.DragSelectingState:
            self._paint_band(painter)
        self._paint_headings(painter, offset)
        painter.end()
        self._thumbnails.want(wanted)

    def set_crop(self, crop: bool) -> None:
        """Whether photos fill their cells, or are shown whole in them."""
        self._crop = crop
        self._thumbnails.set_crop(crop)
        self.viewport().update()

    def set_dimming(self, percent: int) -> None:
        """How much fainter a photo of confidence 0 is painted than a hit."""
        self._dimming = percent / 100
        self.viewport().update()

    def _paint_photo(self, painter: QPainter, cell: QRect, rect: QRect, photo: Photo, row: int) -> None:
        """Paint a photo; `rect` is the part of its cell that it takes."""
        pixmap = self._thumbnails.get(photo)
        confidence, away = self._photos.confidence(row), is_away(photo, self._photos.away)
        painter.setOpacity(_AWAY if away else opacity_of(confidence, self._dimmed_below(), self._dimming))
        if pixmap is None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.color("line"))
            painter.drawRoundedRect(rect, 4, 4)
        else:
            painter.drawPixmap(cell, pixmap)
        if confidence is not None:
            self._paint_bar(painter, rect, confidence)
        if photo.rating > 0:
            paint_stars(painter, QRectF(rect), photo.rating, self._theme.unit() * 0.5)
        painter.setOpacity(1.0)
        if away:
            self._paint_away(painter, rect)

    def _dimmed_below(self) -> float:
        """The confidence below which photos are dimmed; 0 where none is good, and the nearest are all there
        is to see."""
        zones = self._photos.zones
        return min(zones.possible, zones.cut) if self._photos.hits else 0.0

    def _paint_away(self, painter: QPainter, rect: QRect) -> None:
        side = round(self._theme.unit() * 1.5)
        badge = QRect(rect.right() - side - 5, rect.top() + 6, side, side)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("raised"))
        painter.drawRoundedRect(badge, 4, 4)
        inner = side - 6
        icon = self._theme.icon("triangle-alert", "warning")
        icon.paint(painter, badge.adjusted(3, 3, inner - side + 3, inner - side + 3))

    def _paint_bar(self, painter: QPainter, rect: QRect, confidence: float) -> None:
        track = QRectF(rect.left() + 6, rect.bottom() - 7, rect.width() - 12, 3)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(0, 0, 0, 60))  # a soft edge keeps the bar readable on white photos
        painter.drawRoundedRect(track.adjusted(-1, -1, 1, 1), 2.5, 2.5)
        painter.setBrush(QColor(0, 0, 0, 110))
        painter.drawRoundedRect(track, 1.5, 1.5)
        track.setWidth(max(3.0, track.width() * confidence))
        painter.setBrush(QColor(255, 255, 255))
        painter.drawRoundedRect(track, 1.5, 1.5)

    def _paint_ring(self, painter: QPainter, rect: QRect, selected: bool, current: bool) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if selected:
            # a line of the ground between photo and ring keeps the ring readable on any photo
            painter.setPen(QPen(self._theme.color("ground"), 1.5))
            painter.drawRoundedRect(QRectF(rect).adjusted(1.2, 1.2, -1.2, -1.2), 3.5, 3.5)
            painter.setPen(QPen(self._theme.color("accent"), 2.5 if current else 2))
            painter.drawRoundedRect(QRectF(rect).adjusted(-0.8, -0.8, 0.8, 0.8), 5, 5)
        if current and self.hasFocus():  # where the keys go
            painter.setPen(QPen(self._theme.color("text"), 1, Qt.PenStyle.DotLine))
            out = 3.0 if selected else 1.0
            painter.drawRoundedRect(QRectF(rect).adjusted(-out, -out, out, out), 5, 5)

    def _paint_band(self, painter: QPainter) -> None:
        painter.setPen(QPen(self._theme.color("accent"), 1))
        painter.setBrush(self._theme.color("selection"))
        painter.drawRect(self._band)

    def _paint_headings(self, painter: QPainter, offset: int) -> None:
        """The words over each group, or where a zone begins; those that are in sight."""
        tops, height = self._layout.headings, self._layout.heading
        first = bisect_left(tops, offset - height)
        last = bisect_left(tops, offset + self.viewport().height())
        judged, arranged = self._photos.judged, self._photos.arranged
        for number in range(first, last):
            row, words = self._photos.headings[number]
            strong = not arranged and judged is not None and row == judged.hits > 0
            self._paint_heading(painter, tops[number] - offset, words, strong=strong, group=arranged)

    def _paint_heading(self, painter: QPainter, top: int, words: str, *, strong: bool, group: bool) -> None:
        """Words and a line beside them; a `strong` one where the good ones end."""
        height = self._layout.heading - self._layout.gap
        rect = QRect(self._layout.left, top, self.viewport().width() - self._layout.left - 4, height)
        painter.setFont(self._theme.font(SMALL, QFont.Weight.Medium if group else QFont.Weight.Normal))
        painter.setPen(self._theme.color("text" if group else "muted"))
        text = painter.fontMetrics().elidedText(
            one_line(words), Qt.TextElideMode.ElideMiddle, max(8, rect.width() - 24)
        )
        painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
        start = rect.left() + painter.fontMetrics().horizontalAdvance(text) + 10
        line = QRect(start, rect.center().y(), rect.right() - start, 2 if strong else 1)
        painter.fillRect(line, self._theme.color("faint" if strong else "line"))

    # ── hands ───────────────────────────────────────────────────────────────────────────────────

    @override
    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        self.viewport().update()
        self.currentMoved.emit()

    @override
    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        """Remember the rubber band, to draw it."""
        self._band = rect.normalized()
        super().setSelection(rect, command)
        self.viewport().update()

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        self.viewport().update()

    @override
    def keyboardSearch(self, search: str) -> None:
        """Typing goes to the search field, not to file names."""
        if search == "?":
            self.shortcutsRequested.emit()
        elif search.strip():
            self.typed.emit(search)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space opens the quick look, Enter the large view; 0 to 5 rate, Backspace edits the sentence."""
        key, plain = event.key(), not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if key == Qt.Key.Key_Space and plain:
            self.quickLook.emit()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and plain and self.currentIndex().isValid():
            self.enlarge.emit(self.currentIndex())
        elif plain and event.text() and event.text() in "012345":
            self.rated.emit(int(event.text()))
        elif key == Qt.Key.Key_Escape or (
            # they go back and forward, also where there is nothing to go to
            key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and event.modifiers() & Qt.KeyboardModifier.AltModifier
        ):
            event.ignore()
        else:
            super().keyPressEvent(event)

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        self.viewport().update()

    @override
    def startDrag(self, actions: Qt.DropAction) -> None:
        """Drag the original files out, a small stack of thumbnails under the pointer."""
        photos = self.selected_photos()
        if not photos:
            return
        drag = QDrag(self)
        drag.setMimeData(files_mime([p.path for p in photos]))
        picture = self._thumbnails.get(photos[0])
        if picture is not None:
            drag.setPixmap(_drag_picture(picture, len(photos), self._theme))
            drag.setHotSpot(QPoint(-8, -8))
        drag.exec(Qt.DropAction.CopyAction)


def _drag_picture(picture: QPixmap, count: int, theme: Theme) -> QPixmap:
    small = picture.scaled(
        96, 96, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    )
    small.setDevicePixelRatio(1.0)
    if count > 1:
        painter = QPainter(small)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        badge = QRectF(4, 4, 36, 20)
        painter.setBrush(theme.color("accent"))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawRoundedRect(badge, 10, 10)
        painter.setPen(Qt.GlobalColor.white)
        painter.setFont(theme.font(SMALL))
        painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, f"{count:,}")
        painter.end()
    return small
