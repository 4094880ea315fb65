"""Thumbnails for the grid: read, fitted and rounded on a thread pool, kept as pixmaps up to a limit."""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path
from threading import Lock

from PySide6.QtCore import QObject, QRect, QRunnable, QSize, Qt, QThreadPool, QTimer, Signal, Slot
from PySide6.QtGui import QBrush, QImage, QPainter, QPixmap
from typing_extensions import override

from dinodesk.records import Photo
from dinodesk.ui.widgets.local_files import read_picture

_LIMIT = 256 << 20
_BATCH = 12
"""Images turned into pixmaps in one event-loop turn; about a millisecond."""
SMALL_ENOUGH = 240
"""Cells up to so many device pixels are filled from small thumbnails: the short side of one in 4:3."""


def whole_in(cell: QRect, width: int, height: int) -> QRect:
    """Where a photo of that size lies in a cell in which it is shown whole."""
    if width <= 0 or height <= 0:
        return cell
    size = QSize(width, height).scaled(cell.size(), Qt.AspectRatioMode.KeepAspectRatio)
    inside = QRect(cell.topLeft(), size.expandedTo(QSize(1, 1)))
    inside.moveCenter(cell.center())
    return inside


def read_cell(file: str, size: QSize, radius: float, *, crop: bool) -> QImage:
    """Read `file` for a cell: whole in its middle, or with `crop` filling it; round the corners.

    Null when it can't be read.
    """
    image = read_picture(file)
    if image.isNull():
        return image
    place = QRect(0, 0, size.width(), size.height())
    if crop:
        image = image.scaled(
            size, Qt.AspectRatioMode.KeepAspectRatioByExpanding, Qt.TransformationMode.SmoothTransformation
        )
        left, top = (image.width() - size.width()) // 2, (image.height() - size.height()) // 3
        image = image.copy(QRect(left, top, size.width(), size.height()))
    else:
        place = whole_in(place, image.width(), image.height())
        image = image.scaled(
            place.size(), Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
    rounded = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
    rounded.fill(Qt.GlobalColor.transparent)
    painter = QPainter(rounded)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QBrush(image))
    painter.setBrushOrigin(place.topLeft())
    painter.drawRoundedRect(place, radius, radius)
    painter.end()
    return rounded


class _Wanted:
    """What the grid wants now; shared with the pool so that cells scrolled past are not read."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._keys: set[tuple[str, int]] = set()

    def replace(self, keys: set[tuple[str, int]]) -> None:
        with self._lock:
            self._keys = keys

    def has(self, key: tuple[str, int]) -> bool:
        with self._lock:
            return key in self._keys


class _Reader(QObject):
    read = Signal(
        str, int, QImage, bool
    )  # content, width of the cell, the cell, whether it should be sharper
    whole = Signal(object, QImage)


class _ReadWhole(QRunnable):
    def __init__(self, out: _Reader, key: str, files: tuple[str, ...], side: int = 0) -> None:
        super().__init__()
        self._out, self._key, self._files, self._side = out, key, files, side

    @override
    def run(self) -> None:
        image = QImage()
        for file in self._files:
            image = read_picture(file, self._side)
            if not image.isNull():
                break
        self._out.whole.emit(self._key, image)


class _Read(QRunnable):
    def __init__(
        self,
        out: _Reader,
        wanted: _Wanted,
        content: str,
        files: tuple[str, str],
        size: QSize,
        radius: float,
        crop: bool,
    ) -> None:
        """`files` are the large and the small thumbnail."""
        super().__init__()
        self._out, self._wanted, self._content = out, wanted, content
        self._files, self._size, self._radius, self._crop = files, size, radius, crop

    @override
    def run(self) -> None:
        image, blurred = QImage(), False
        if self._wanted.has((self._content, self._size.width())):
            large, small = self._files
            small_will_do = max(self._size.width(), self._size.height()) <= SMALL_ENOUGH
            for file in (small, large) if small_will_do else (large, small):
                image = read_cell(file, self._size, self._radius, crop=self._crop)
                if not image.isNull():
                    blurred = file == small and not small_will_do
                    break
            else:
                image = QImage(1, 1, QImage.Format.Format_Mono)  # "tried": told apart from "not wanted"
        self._out.read.emit(self._content, self._size.width(), image, blurred)


class ThumbnailLoader(QObject):
    """Pixmaps by content; `arrived` says that some more are there, `missing` that a file is gone
    or that only the small one is there for a large cell."""

    arrived = Signal()
    missing = Signal(str, object)  # content, path of the photo
    fetched = Signal(object, QImage)  # content or file, the whole thumbnail as a first preview

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder = Path()
        self._size = QSize(160, 120)
        self._ratio = 1.0
        self._crop = False
        self._pixmaps: OrderedDict[str, tuple[int, QPixmap]] = OrderedDict()
        self._bytes = 0
        self._pending: dict[tuple[str, int], Photo] = {}
        self._gone: set[str] = set()
        self._asked: set[str] = set()  # large ones, once each: a photo that is away can't be read again
        self._queue: list[tuple[str, int, QImage, bool]] = []
        self._wanted = _Wanted()
        self._reader = _Reader()
        self._reader.read.connect(self._take, Qt.ConnectionType.QueuedConnection)
        self._reader.whole.connect(self.fetched, Qt.ConnectionType.QueuedConnection)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(2)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._convert)

    def set_folder(self, folder: str) -> None:
        """The thumbnails of another library."""
        if Path(folder) != self._folder:
            self._folder = Path(folder)
            self._forget()
            self._gone.clear()
            self._asked.clear()

    def set_cell(self, size: QSize, ratio: float) -> None:
        """The size cells have now; pixmaps of another size are shown until theirs is read."""
        self._size, self._ratio = size * ratio, ratio

    def set_crop(self, crop: bool) -> None:
        """Whether photos fill their cells, or are shown whole in them."""
        if crop != self._crop:
            self._crop = crop
            self._forget()

    def _forget(self) -> None:
        self._wanted.replace(set())  # what is under way is of the other kind
        self._pending.clear()
        self._pixmaps.clear()
        self._bytes = 0

    def files(self, content: str) -> tuple[str, str]:
        """Where a content's large and small thumbnails lie."""
        folder = self._folder / content[:2]
        return str(folder / f"{content}.jpg"), str(folder / f"{content}.s.jpg")

    def get(self, photo: Photo) -> QPixmap | None:
        """The pixmap to draw now, perhaps of an older size; None when there is nothing yet."""
        kept = self._pixmaps.get(photo.content)
        if kept is None:
            return None
        self._pixmaps.move_to_end(photo.content)
        return kept[1]

    def want(self, photos: list[Photo]) -> None:
        """Read the thumbnails of these visible photos that are not loaded in the present size."""
        width = self._size.width()
        self._wanted.replace({(p.content, width) for p in photos})
        for photo in photos:
            key = (photo.content, width)
            kept = self._pixmaps.get(photo.content)
            if (kept and kept[0] == width) or key in self._pending or photo.content in self._gone:
                continue
            self._pending[key] = photo
            self._pool.start(
                _Read(
                    self._reader,
                    self._wanted,
                    photo.content,
                    self.files(photo.content),
                    self._size,
                    4 * self._ratio,
                    self._crop,
                )
            )

    def fetch(self, content: str) -> None:
        """Read the whole thumbnail; answers `fetched`."""
        self._pool.start(_ReadWhole(self._reader, content, self.files(content)), 1)

    @Slot(object)
    def fetch_file(self, file: str, side: int = 128) -> None:
        """Read any photo small, `side` pixels; answers `fetched` with the file as its key."""
        self._pool.start(_ReadWhole(self._reader, file, (file,), side), 1)

    @Slot(str)
    def retry(self, content: str) -> None:
        """A missing thumbnail exists now."""
        self._gone.discard(content)
        kept = self._pixmaps.get(content)
        if kept is not None:
            self._pixmaps[content] = (0, kept[1])  # shown until the sharper one is read
        self.arrived.emit()

    def close(self) -> None:
        """Forget what is queued and wait for what is being read."""
        self._wanted.replace(set())
        self._pool.clear()
        self._pool.waitForDone(2000)
        self._timer.stop()

    @Slot(str, int, QImage, bool)
    def _take(self, content: str, width: int, image: QImage, blurred: bool) -> None:
        self._queue.append((content, width, image, blurred))
        if not self._timer.isActive():
            self._timer.start(0)

    @Slot()
    def _convert(self) -> None:
        batch, self._queue = self._queue[:_BATCH], self._queue[_BATCH:]
        for content, width, image, blurred in batch:
            photo = self._pending.pop((content, width), None)
            if image.isNull():
                continue  # scrolled past before it was read
            if image.width() <= 1:
                self._gone.add(content)
                if photo is not None:
                    self.missing.emit(content, photo.path)
                continue
            self._keep(content, width, image)
            if blurred and photo is not None and content not in self._asked:
                self._asked.add(content)
                self.missing.emit(content, photo.path)
        if self._queue:
            self._timer.start(0)
        self.arrived.emit()

    def _keep(self, content: str, width: int, image: QImage) -> None:
        pixmap = QPixmap.fromImage(image)
        pixmap.setDevicePixelRatio(self._ratio)
        older = self._pixmaps.pop(content, None)
        if older is not None:
            self._bytes -= older[1].width() * older[1].height() * 4
        self._pixmaps[content] = (width, pixmap)
        self._bytes += pixmap.width() * pixmap.height() * 4
        while self._bytes > _LIMIT and len(self._pixmaps) > 1:
            _, (_, dropped) = self._pixmaps.popitem(last=False)
            self._bytes -= dropped.width() * dropped.height() * 4
