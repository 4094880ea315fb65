"""Fetches the photo's own pixels when a zoom shows more than its preview has."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QObject, QRunnable, QThreadPool, QTimer, Signal, Slot
from PySide6.QtGui import QImage, QPixmap
from typing_extensions import override

from dinodesk.engine.client import EngineClient
from dinodesk.engine.messages import Preview, Problem, ShowDetail
from dinodesk.records import Photo
from dinodesk.ui.inspection.zoom_view import ZoomView

PAUSE_MS = 120
MOST_PIXELS = 50e6
"""Of a picture: 200 MB. A photo that has more comes smaller, and is soft at 100 %."""


class DetailController(QObject):
    """The preview stays until its detail is there; a photo that gives none keeps it."""

    def __init__(self, engine: EngineClient, views: Sequence[ZoomView], parent: QObject) -> None:
        super().__init__(parent)
        self._engine, self._views = engine, tuple(views)
        self._photo: Photo | None = None
        self._shown_asset = -1  # the photo whose preview is drawn
        self._asked = False
        self._detail = QPixmap()
        self._out = _Converted()
        self._out.done.connect(self._converted)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._request)
        for view in self._views:
            view.zoomChanged.connect(self._zoom_changed)

    def look_at(self, photo: Photo | None) -> None:
        """Set the current photo; its preview is not drawn yet."""
        self._photo, self._shown_asset, self._asked, self._detail = photo, -1, False, QPixmap()
        self._pause.stop()

    def preview_shown(self, asset: int) -> None:
        """The preview of this photo, read from its file, is drawn now or in a moment."""
        self._shown_asset = asset

    def _soft_views(self) -> list[ZoomView]:
        if self._photo is None or self._photo.asset != self._shown_asset:
            return []
        return [view for view in self._views if view.isVisible() and view.is_soft]

    @Slot()
    def _zoom_changed(self) -> None:
        soft = self._soft_views()
        if not soft:
            return
        if self._asked:
            self._show(soft)
        else:
            self._pause.start()

    @Slot()
    def _request(self) -> None:
        soft, photo = self._soft_views(), self._photo
        if not soft or photo is None or self._asked:
            return
        self._asked = True
        size = soft[0].photo.size
        width, height = size.width(), size.height()
        longest = math.floor(max(width, height) * min(1.0, math.sqrt(MOST_PIXELS / (width * height))))
        request = ShowDetail(asset=photo.asset, path=photo.path, longest=longest)
        self._engine.send(request, self, self._answered, self._failed)

    def _answered(self, answer: Preview) -> None:
        if self._photo is not None and self._photo.asset == answer.asset:
            self._pool.start(_Convert(self._out, answer))

    def _failed(self, _problem: Problem) -> None:
        """The preview is shown all the same."""

    @Slot(int, QImage)
    def _converted(self, asset: int, image: QImage) -> None:
        if self._photo is not None and self._photo.asset == asset:
            self._detail = QPixmap.fromImage(image)
            self._show(self._soft_views())

    def _show(self, views: list[ZoomView]) -> None:
        for view in views:
            if self._detail.width() > view.photo.pixmap.width():
                view.add_detail(self._detail)


class _Converted(QObject):
    done = Signal(int, QImage)  # asset


class _Convert(QRunnable):
    """Brings pixels into the screen's format, which takes a window's thread too long."""

    def __init__(self, out: _Converted, answer: Preview) -> None:
        super().__init__()
        self._out, self._answer = out, answer

    @override
    def run(self) -> None:
        pixels = self._answer.pixels
        height, width = pixels.shape[:2]
        image = QImage(pixels.data, width, height, int(pixels.strides[0]), QImage.Format.Format_RGB888)
        self._out.done.emit(self._answer.asset, image.convertToFormat(QImage.Format.Format_RGB32))
