"""One photo to zoom and pan: fit, 100 %, the wheel, the keys."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPixmap, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QGraphicsItem, QGraphicsScene, QGraphicsView, QStyleOptionGraphicsItem, QWidget
from typing_extensions import override

LARGEST_SCALE = 40.0
ZOOM_KEYS = (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus, Qt.Key.Key_0, Qt.Key.Key_1)
"""Those of `ZoomView.keyPressEvent`, with Ctrl."""


class PhotoItem(QGraphicsItem):
    """The photo in halving sizes, so that a large one drawn small is averaged, not skipped through.

    It is as large as the photo's own picture, however many pixels there are of it to draw.
    """

    def __init__(self) -> None:
        super().__init__()
        self._levels: list[QPixmap] = [QPixmap()]
        self._size = QSizeF()

    @property
    def pixmap(self) -> QPixmap:
        """The photo as it came."""
        return self._levels[0]

    @property
    def size(self) -> QSizeF:
        """Width and height of the photo's own picture."""
        return self._size

    def show_pixmap(self, pixmap: QPixmap, size: QSizeF) -> None:
        """Replace the photo, whose own picture has this size; smaller levels are made when they are drawn."""
        self.prepareGeometryChange()
        self._levels, self._size = [pixmap], size
        self.update()

    def add_detail(self, pixmap: QPixmap) -> None:
        """Add a sharper picture of the same photo; drawn small, the others still do."""
        self._levels.insert(0, pixmap)
        self.update()

    @override
    def boundingRect(self) -> QRectF:
        return QRectF(QPointF(), self._size)

    @override
    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """The smallest level that is still at least as large as what is drawn."""
        if self.pixmap.isNull():
            return
        scale = painter.worldTransform().m11() * (widget.devicePixelRatioF() if widget is not None else 1.0)
        drawn = scale * self._size.width()  # pixels of the screen across
        while (last := self._levels[-1]).width() >= 2 * drawn and min(last.width(), last.height()) > 1:
            self._levels.append(
                last.scaled(
                    max(1, last.width() // 2),
                    max(1, last.height() // 2),
                    Qt.AspectRatioMode.IgnoreAspectRatio,
                    Qt.TransformationMode.SmoothTransformation,
                )
            )
        level = next((each for each in reversed(self._levels) if each.width() >= drawn), self.pixmap)
        painter.drawPixmap(self.boundingRect(), level, QRectF(level.rect()))


class ZoomView(QGraphicsView):
    """Fits the photo until a person zooms; then stays as it is until double-click or another photo.

    Its units are the photo's own pixels: a scale of 1 is 100 % on a screen of single density.
    """

    zoomChanged = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setScene(QGraphicsScene(self))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setRenderHints(QPainter.RenderHint.SmoothPixmapTransform | QPainter.RenderHint.Antialiasing)
        self.photo = PhotoItem()
        self.scene().addItem(self.photo)
        self._fitted = True

    @property
    def empty(self) -> bool:
        """Whether no photo is shown."""
        return self.photo.pixmap.isNull()

    def show_pixmap(self, pixmap: QPixmap, full_size: tuple[int, int] | None = None) -> None:
        """The photo, or a null pixmap for none; a sharper one of the same photo keeps the zoom.

        `full_size` is that of the photo's own picture, where the pixmap is a smaller copy of it.
        """
        pixmap.setDevicePixelRatio(1.0)
        size = QSizeF(*full_size) if full_size is not None and not pixmap.isNull() else QSizeF(pixmap.size())
        self.photo.show_pixmap(pixmap, size)
        self.scene().setSceneRect(self.photo.boundingRect())
        if self._fitted:
            self.fit()
        self.zoomChanged.emit()

    def add_detail(self, pixmap: QPixmap) -> None:
        """Draw the photo that is shown from a sharper picture of it, where the zoom asks for that."""
        pixmap.setDevicePixelRatio(1.0)
        self.photo.add_detail(pixmap)

    @property
    def is_soft(self) -> bool:
        """Whether the zoom shows more than there are pixels of the picture, and the photo has more."""
        there, own = self.photo.pixmap.width(), self.photo.size.width()
        return not self.empty and there < 0.95 * own and self.zoom * own > 1.1 * there

    @property
    def zoom(self) -> float:
        """Pixels of the screen for one of the photo's own: 1.0 is 100 %. 0.0 without a photo."""
        return 0.0 if self.empty else self.transform().m11() * self.devicePixelRatioF()

    @Slot()
    def fit(self) -> None:
        """The whole photo, never larger than four times its pixels."""
        self._fitted = True
        if not self.photo.size.isEmpty():
            self._scale_to(self._fitting_scale())

    @Slot()
    def show_actual_size(self) -> None:
        """One pixel of the photo for one of the screen."""
        if not self.empty:
            self._fitted = False
            self._scale_to(1.0 / self.devicePixelRatioF())

    @Slot()
    def zoom_in(self) -> None:
        """A quarter larger, around the middle."""
        self._zoom_by(1.25)

    @Slot()
    def zoom_out(self) -> None:
        """A fifth smaller, around the middle."""
        self._zoom_by(0.8)

    def _fitting_scale(self) -> float:
        view, size = self.viewport().size(), self.photo.size
        return min(view.width() / size.width(), view.height() / size.height(), 4.0)

    def _scale_to(self, scale: float) -> None:
        self.resetTransform()
        self.scale(scale, scale)
        self.centerOn(self.photo)
        self._zoomed()

    def _zoom_by(self, factor: float, around: QGraphicsView.ViewportAnchor | None = None) -> None:
        """Zoom by a factor, out to the whole photo or its own pixels, and in to forty times these."""
        if self.empty:
            return
        before = self.transform().m11()
        least = min(self._fitting_scale(), 1.0 / self.devicePixelRatioF())
        scale = max(min(before * factor, LARGEST_SCALE), min(least, before))
        self._fitted = False
        self.setTransformationAnchor(around or QGraphicsView.ViewportAnchor.AnchorViewCenter)
        self.scale(scale / before, scale / before)
        self._zoomed()

    def _zoomed(self) -> None:
        kinds = QGraphicsView.DragMode
        self.setDragMode(kinds.NoDrag if self._fitted else kinds.ScrollHandDrag)
        self.zoomChanged.emit()

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        """The wheel zooms around the pointer."""
        factor = math.pow(1.0015, event.angleDelta().y())
        self._zoom_by(factor, QGraphicsView.ViewportAnchor.AnchorUnderMouse)
        event.accept()

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Fit and 100 % in turn."""
        self.show_actual_size() if self._fitted else self.fit()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._fitted:
            self.fit()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Plus, minus and 0 zoom, with Ctrl as well, Ctrl+1 shows 100 %; the rest belongs to the window."""
        key, ctrl = event.key(), bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom_in()
        elif key == Qt.Key.Key_Minus:
            self.zoom_out()
        elif key == Qt.Key.Key_0:
            self.fit()
        elif key == Qt.Key.Key_1 and ctrl:  # alone it rates the photo
            self.show_actual_size()
        else:
            event.ignore()
