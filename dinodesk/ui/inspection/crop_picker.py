"""A photo on which a part can be marked with the mouse or the keys."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPen, QPixmap
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from dinodesk.engine.messages import Crop
from dinodesk.ui.theme.theme import Theme

_LEAST = 12
"""Pixels of the screen that a part is wide and high at least; a smaller drag is a click."""
_STEP = 0.02
"""How far a key moves the part, as a share of the photo's side."""
_MOVES = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class CropPicker(QWidget):
    """Drag to mark a part, drag inside of it to move it, click beside it to take the whole photo again.

    The arrow keys move the part, or begin one in the middle; with Shift they change its size.
    `cropped` tells of each new part when the mouse is let go, and of None for the whole photo.
    """

    cropped = Signal(object)  # Crop | None

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("compareCrop")
        self.setAccessibleName("The photo; drag, or press the arrow keys, to mark a part of it")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self._theme = theme
        self._pixmap = QPixmap()
        self._part = QRectF()  # in shares of the photo
        self._before = QRectF()
        self._pressed: QPointF | None = None
        self._moved = False  # whether the drag moves the part, or makes a new one
        theme.changed.connect(self.update)

    @override
    def sizeHint(self) -> QSize:
        side = round(self._theme.unit() * 16)
        return QSize(side, side)

    @property
    def crop(self) -> Crop | None:
        """Left, top, width and height of the marked part, as shares; None for the whole photo."""
        part = self._part
        return None if part.isEmpty() else (part.x(), part.y(), part.width(), part.height())

    def begin(self) -> None:
        """Another photo comes: nothing is marked, and nothing is shown until its pixels are there."""
        self._pixmap, self._part, self._pressed = QPixmap(), QRectF(), None
        self.update()

    def show_pixmap(self, pixmap: QPixmap) -> None:
        """The photo, upright, of any size."""
        self._pixmap = pixmap
        self.update()

    def clear(self) -> None:
        """Take the whole photo again."""
        if not self._part.isEmpty():
            self._part = QRectF()
            self._tell()

    def photo_rect(self) -> QRectF:
        """Where the photo lies on this widget."""
        size = self._pixmap.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        left, top = (self.width() - size.width()) / 2, (self.height() - size.height()) / 2
        return QRectF(left, top, size.width(), size.height())

    def _on_screen(self) -> QRectF:
        rect, part = self.photo_rect(), self._part
        return QRectF(
            rect.left() + part.x() * rect.width(),
            rect.top() + part.y() * rect.height(),
            part.width() * rect.width(),
            part.height() * rect.height(),
        )

    @override
    def paintEvent(self, event: object) -> None:
        """What is outside of the part is darkened."""
        if self._pixmap.isNull():
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        rect = self.photo_rect()
        painter.drawPixmap(rect, self._pixmap, QRectF(self._pixmap.rect()))
        if not self._part.isEmpty():
            part, outside = self._on_screen(), QPainterPath()
            outside.addRect(rect)
            inside = QPainterPath()
            inside.addRect(part)
            painter.fillPath(outside.subtracted(inside), QColor(0, 0, 0, 140))
            for color, width in ((QColor(0, 0, 0, 170), 3), (QColor("white"), 1)):
                painter.setPen(QPen(color, width))
                painter.drawRect(part)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self._theme.color("accent"), 2))
            painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))

    # ── the mouse ───────────────────────────────────────────────────────────────────────────────

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or self._pixmap.isNull():
            return
        self._pressed, self._before = event.position(), QRectF(self._part)
        self._moved = self._on_screen().contains(event.position())

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None:
            return
        rect = self.photo_rect()
        if self._moved:
            way = event.position() - self._pressed
            before = self._before
            self._part = _inside(before.translated(way.x() / rect.width(), way.y() / rect.height()))
        else:
            drawn = QRectF(self._pressed, event.position()).normalized().intersected(rect)
            large = drawn.width() >= _LEAST and drawn.height() >= _LEAST
            self._part = QRectF()
            if large:
                self._part = QRectF(
                    (drawn.x() - rect.x()) / rect.width(),
                    (drawn.y() - rect.y()) / rect.height(),
                    drawn.width() / rect.width(),
                    drawn.height() / rect.height(),
                )
        self.update()

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click inside of the part does nothing, one beside it takes it away."""
        if self._pressed is None:
            return
        if not self._moved and (event.position() - self._pressed).manhattanLength() < _LEAST:
            self._part = QRectF()
        self._pressed = None
        if self._part != self._before:
            self._tell()

    # ── the keys ────────────────────────────────────────────────────────────────────────────────

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """See the class; Escape and Delete take the whole photo again, if a part is marked."""
        move = _MOVES.get(Qt.Key(event.key()))
        if event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Delete) and not self._part.isEmpty():
            self.clear()
        elif move is None or self._pixmap.isNull():
            super().keyPressEvent(event)
        else:
            across, down = move[0] * _STEP, move[1] * _STEP
            if self._part.isEmpty():
                self._part = QRectF(0.25, 0.25, 0.5, 0.5)
            elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                width = min(max(self._part.width() + across, 0.04), 1.0 - self._part.x())
                height = min(max(self._part.height() + down, 0.04), 1.0 - self._part.y())
                self._part = QRectF(self._part.x(), self._part.y(), width, height)
            else:
                self._part = _inside(self._part.translated(across, down))
            self._tell()

    def _tell(self) -> None:
        self.update()
        self.cropped.emit(self.crop)


def _inside(part: QRectF) -> QRectF:
    """The same size, moved into the photo."""
    moved = QRectF(part)
    moved.moveLeft(min(max(part.left(), 0.0), 1.0 - part.width()))
    moved.moveTop(min(max(part.top(), 0.0), 1.0 - part.height()))
    return moved
