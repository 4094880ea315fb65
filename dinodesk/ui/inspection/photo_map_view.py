"""One photo with a map over it, the patch under the pointer, and sentences over the photo."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import QGraphicsItem, QLabel, QStyleOptionGraphicsItem, QWidget
from typing_extensions import override

from dinodesk.records import PatchMap
from dinodesk.ui.inspection.zoom_view import ZoomView
from dinodesk.ui.theme.theme import Theme

BUSY_AFTER_MS = 300


class MapItem(QGraphicsItem):
    """The map's colours: one flat rectangle per patch, no interpolation."""

    def __init__(self) -> None:
        super().__init__()
        self.map: PatchMap | None = None
        self._image = QImage()
        self._rect = QRectF()
        self.marker: tuple[int, int] | None = None

    def show_map(self, shown: PatchMap | None, width: float, height: float) -> None:
        """Lay `shown` over a photo of that size, where its box says."""
        self.prepareGeometryChange()
        self.map = shown
        if shown is None:
            self._rect = QRectF()
            return
        rows, columns = shown.colours.shape[:2]
        alpha = np.full((rows, columns), 255, np.uint8) if shown.alpha is None else shown.alpha
        pixels = np.dstack([shown.colours, alpha])
        self._image = QImage(pixels.data, columns, rows, 4 * columns, QImage.Format.Format_RGBA8888).copy()
        left, top, right, bottom = shown.box
        self._rect = QRectF(left * width, top * height, (right - left) * width, (bottom - top) * height)

    @override
    def boundingRect(self) -> QRectF:
        return self._rect

    @override
    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Each patch is one flat rectangle."""
        if self.map is None:
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        painter.drawImage(self._rect, self._image)

    def patch_at(self, point: QPointF) -> tuple[int, int] | None:
        """Row and column of the patch at a point of the photo."""
        if self.map is None or not self._rect.contains(point):
            return None
        rows, columns = self.map.colours.shape[:2]
        row = int((point.y() - self._rect.top()) / self._rect.height() * rows)
        column = int((point.x() - self._rect.left()) / self._rect.width() * columns)
        return min(row, rows - 1), min(column, columns - 1)

    def patch_rect(self, patch: tuple[int, int]) -> QRectF:
        """Where a patch lies on the photo."""
        if self.map is None:
            return QRectF()
        rows, columns = self.map.colours.shape[:2]
        width, height = self._rect.width() / columns, self._rect.height() / rows
        return QRectF(
            self._rect.left() + patch[1] * width, self._rect.top() + patch[0] * height, width, height
        )


class _Marker(QGraphicsItem):
    """A frame around the chosen patch; as thin at any zoom."""

    def __init__(self) -> None:
        super().__init__()
        self.rect = QRectF()

    @override
    def boundingRect(self) -> QRectF:
        return self.rect.adjusted(-8, -8, 8, 8)

    @override
    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        for color, width in ((QColor(0, 0, 0, 170), 4), (QColor("white"), 2)):
            pen = QPen(color, width)
            pen.setCosmetic(True)
            painter.setPen(pen)
            painter.drawRect(self.rect)


class PhotoMapView(ZoomView):
    """A photo with a map over it, which a person can point at."""

    patchHovered = Signal(object)  # (row, column) or None
    patchChosen = Signal(object)  # (row, column)

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName("Preview of the photo")
        self._theme = theme
        self.setAcceptDrops(False)
        self.viewport().setAcceptDrops(False)
        self.setMouseTracking(True)
        self.overlay = MapItem()
        self.overlay.setOpacity(0.6)
        self._marker = _Marker()
        self._marker.hide()
        for item in (self.overlay, self._marker):
            self.scene().addItem(item)
        self._pressed: QPointF | None = None
        self._message = QLabel(self.viewport())
        self._message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._message.setWordWrap(True)
        self._message.setTextFormat(Qt.TextFormat.PlainText)
        self._message.setObjectName("previewMessage")
        self._message.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._message.hide()
        self._aside = False
        self._busy = QTimer(self)
        self._busy.setSingleShot(True)
        self._busy.setInterval(BUSY_AFTER_MS)
        self._busy.timeout.connect(self._show_busy)
        self._busy_label = QLabel("computing…", self.viewport())
        self._busy_label.setObjectName("previewBusy")
        self._busy_label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._busy_label.hide()
        theme.changed.connect(self._restyle)
        self._restyle()

    @Slot()
    def _restyle(self) -> None:
        r = self._theme.roles
        self._plain_sheet = f"color: {r.muted};"
        sheet = f"background: {r.raised}; border: 1px solid {r.line}; border-radius: 6px; padding: 6px 10px;"
        self._boxed_sheet = sheet + f"color: {r.text};"
        self._message.setStyleSheet(self._plain_sheet if self.empty else self._boxed_sheet)
        self._busy_label.setStyleSheet(sheet + f"color: {r.muted}; padding: 2px 8px;")
        self.setBackgroundBrush(self._theme.color("ground"))

    # ── what is shown ───────────────────────────────────────────────────────────────────────────

    @override
    def show_pixmap(self, pixmap: QPixmap, full_size: tuple[int, int] | None = None) -> None:
        super().show_pixmap(pixmap, full_size)
        self.show_map(self.overlay.map, self.overlay.marker)

    def show_map(self, shown: PatchMap | None, marker: tuple[int, int] | None = None) -> None:
        """Lay a map over the photo; None removes it."""
        size = self.photo.size
        self.overlay.show_map(shown, size.width(), size.height())
        self.overlay.marker = marker
        self._marker.setVisible(shown is not None and marker is not None)
        if shown is not None and marker is not None:
            self._marker.prepareGeometryChange()
            self._marker.rect = self.overlay.patch_rect(marker)
        self.viewport().update()

    def set_opacity(self, opacity: float) -> None:
        """How much of the map is seen."""
        self.overlay.setOpacity(opacity)

    def show_message(self, sentence: str, *, aside: bool = False) -> None:
        """A sentence over the photo, or `aside` at its lower edge; empty takes it away."""
        self._aside = aside
        self._message.setText(sentence)
        self._message.setStyleSheet(self._plain_sheet if self.empty else self._boxed_sheet)
        self._message.setVisible(bool(sentence))
        self._position_labels()

    def set_busy(self, busy: bool) -> None:
        """Set whether a map is being computed; shown only when it takes long."""
        if busy and not self._busy.isActive() and not self._busy_label.isVisible():
            self._busy.start()
        elif not busy:
            self._busy.stop()
            self._busy_label.hide()

    @Slot()
    def _show_busy(self) -> None:
        self._busy_label.show()
        self._position_labels()

    def _position_labels(self) -> None:
        width, height = self.viewport().width(), self.viewport().height()
        self._message.setFixedWidth(min(width - 24, round(self._theme.unit() * (26 if self._aside else 18))))
        self._message.adjustSize()
        top = height - self._message.height() - 8 if self._aside else (height - self._message.height()) // 2
        self._message.move((width - self._message.width()) // 2, top)
        self._busy_label.adjustSize()
        self._busy_label.move(width - self._busy_label.width() - 8, 8)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._position_labels()

    # ── patches ─────────────────────────────────────────────────────────────────────────────────

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self.patchHovered.emit(self.overlay.patch_at(self.mapToScene(event.position().toPoint())))

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Remember the position, to distinguish a click from a pan."""
        self._pressed = event.position()
        super().mousePressEvent(event)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click without moving chooses the patch."""
        super().mouseReleaseEvent(event)
        pressed, self._pressed = self._pressed, None
        if pressed is not None and (event.position() - pressed).manhattanLength() < 5:
            patch = self.overlay.patch_at(self.mapToScene(event.position().toPoint()))
            if patch is not None:
                self.patchChosen.emit(patch)

    @override
    def leaveEvent(self, event: object) -> None:
        self.patchHovered.emit(None)
