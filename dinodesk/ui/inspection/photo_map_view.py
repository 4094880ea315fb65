"""One photo with a map over it: fit, 100 %, pan and zoom; the patch under the pointer."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPen,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QGraphicsItem,
    QGraphicsScene,
    QGraphicsView,
    QLabel,
    QStyleOptionGraphicsItem,
    QWidget,
)
from typing_extensions import override

from dinodesk.records import PatchMap
from dinodesk.ui.theme.theme import Theme

BUSY_AFTER_MS = 300


class PhotoItem(QGraphicsItem):
    """The photo in halving sizes, so that a large one drawn small is averaged, not skipped through."""

    def __init__(self) -> None:
        super().__init__()
        self._levels: list[QPixmap] = [QPixmap()]

    @property
    def pixmap(self) -> QPixmap:
        """The photo as it came."""
        return self._levels[0]

    def show_pixmap(self, pixmap: QPixmap) -> None:
        """Replace the photo; smaller levels are made when they are drawn."""
        self.prepareGeometryChange()
        self._levels = [pixmap]
        self.update()

    @override
    def boundingRect(self) -> QRectF:
        return QRectF(self.pixmap.rect())

    @override
    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """The smallest level that is still at least as large as what is drawn."""
        scale = painter.worldTransform().m11() * (widget.devicePixelRatioF() if widget is not None else 1.0)
        wanted = min(6, int(-math.log2(scale))) if 0 < scale < 1 else 0
        while len(self._levels) <= wanted and min(self._levels[-1].width(), self._levels[-1].height()) > 1:
            last = self._levels[-1]
            self._levels.append(
                last.scaled(
                    max(1, last.width() // 2),
                    max(1, last.height() // 2),
                    Qt.AspectRatioMode.IgnoreAspectRatio,
                    Qt.TransformationMode.SmoothTransformation,
                )
            )
        level = self._levels[min(wanted, len(self._levels) - 1)]
        painter.drawPixmap(self.boundingRect(), level, QRectF(level.rect()))


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
        colours = np.ascontiguousarray(shown.colours)
        rows, columns = colours.shape[:2]
        self._image = QImage(colours.data, columns, rows, 3 * columns, QImage.Format.Format_RGB888).copy()
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


class PhotoMapView(QGraphicsView):
    """Fits the photo until a person zooms; then stays as it is until double-click or another photo."""

    patchHovered = Signal(object)  # (row, column) or None
    patchChosen = Signal(object)  # (row, column)

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName("Preview of the photo")
        self._theme = theme
        self.setScene(QGraphicsScene(self))
        self.setAcceptDrops(False)
        self.viewport().setAcceptDrops(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.AnchorUnderMouse)
        self.setRenderHints(QPainter.RenderHint.SmoothPixmapTransform | QPainter.RenderHint.Antialiasing)
        self.setMouseTracking(True)
        self._photo = PhotoItem()
        self.overlay = MapItem()
        self.overlay.setOpacity(0.6)
        self._marker = _Marker()
        self._marker.hide()
        for item in (self._photo, self.overlay, self._marker):
            self.scene().addItem(item)
        self._fitted = True
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

    @property
    def empty(self) -> bool:
        """Whether no photo is shown."""
        return self._photo.pixmap.isNull()

    def show_pixmap(self, pixmap: QPixmap) -> None:
        """The photo, or a null pixmap for none; a sharper one of the same photo keeps the zoom."""
        pixmap.setDevicePixelRatio(1.0)
        self._photo.show_pixmap(pixmap)
        self.scene().setSceneRect(QRectF(0, 0, pixmap.width(), pixmap.height()))
        self.show_map(self.overlay.map, self._marker_patch())
        if self._fitted:
            self.fit()

    def show_map(self, shown: PatchMap | None, marker: tuple[int, int] | None = None) -> None:
        """Lay a map over the photo; None removes it."""
        size = self._photo.pixmap.size()
        self.overlay.show_map(shown, size.width(), size.height())
        self.overlay.marker = marker
        self._marker.setVisible(shown is not None and marker is not None)
        if shown is not None and marker is not None:
            self._marker.prepareGeometryChange()
            self._marker.rect = self.overlay.patch_rect(marker)
        self.viewport().update()

    def _marker_patch(self) -> tuple[int, int] | None:
        return self.overlay.marker

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

    # ── zoom ────────────────────────────────────────────────────────────────────────────────────

    @Slot()
    def fit(self) -> None:
        """The whole photo, never larger than four times its pixels."""
        self._fitted = True
        size = self._photo.pixmap.size()
        if size.isEmpty():
            return
        view = self.viewport().size()
        scale = min(view.width() / size.width(), view.height() / size.height())
        self._scale_to(min(scale, 4.0))

    @Slot()
    def show_actual_size(self) -> None:
        """One pixel of the preview for one of the screen."""
        self._fitted = False
        self._scale_to(1.0 / self.devicePixelRatioF())

    def _scale_to(self, scale: float) -> None:
        self.resetTransform()
        self.scale(scale, scale)
        self.centerOn(self._photo)
        self.setDragMode(
            QGraphicsView.DragMode.NoDrag if self._fitted else QGraphicsView.DragMode.ScrollHandDrag
        )

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        """The wheel zooms around the pointer."""
        if self.empty:
            return
        factor = math.pow(1.0015, event.angleDelta().y())
        scale = self.transform().m11() * factor
        if 0.02 < scale < 40:
            self._fitted = False
            self.scale(factor, factor)
            self.setDragMode(QGraphicsView.DragMode.ScrollHandDrag)
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

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Plus, minus and 0 zoom; the rest belongs to the window."""
        if event.key() in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self._fitted = False
            self.scale(1.25, 1.25)
        elif event.key() == Qt.Key.Key_Minus:
            self._fitted = False
            self.scale(0.8, 0.8)
        elif event.key() == Qt.Key.Key_0:
            self.fit()
        else:
            event.ignore()
