"""Pictures from the clipboard: temporary files, written off the GUI thread, removed with their query."""

from __future__ import annotations

import contextlib
import os
import tempfile

from PySide6.QtCore import QObject, QRunnable, QStandardPaths, Qt, QThreadPool, Signal, Slot
from PySide6.QtGui import QImage
from typing_extensions import override

from dinodesk.ui.text.query_text import PASTED_PREFIX

LONGEST = 2048
"""More pixels than any model looks at; a larger picture would only take longer to read again."""


def save_image(image: QImage) -> str:
    """A picture as a temporary PNG file; "" when the disk refuses."""
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.TempLocation)
    try:
        with tempfile.NamedTemporaryFile(
            dir=folder or None, prefix=PASTED_PREFIX, suffix=".png", delete=False
        ) as f:
            name = f.name
    except OSError:
        return ""
    if max(image.width(), image.height()) > LONGEST:
        image = image.scaled(
            LONGEST,
            LONGEST,
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
    # quality 100 writes PNG uncompressed, which is the quickest
    if image.save(name, quality=100):
        return name
    _remove(name)
    return ""


def _remove(name: str) -> None:
    with contextlib.suppress(OSError):
        os.unlink(name)


class _Saver(QObject):
    done = Signal(int, str)


class _Save(QRunnable):
    def __init__(self, out: _Saver, number: int, image: QImage) -> None:
        super().__init__()
        self._out, self._number, self._image = out, number, image

    @override
    def run(self) -> None:
        self._out.done.emit(self._number, save_image(self._image))


class ClipboardImages(QObject):
    """Saves pasted pictures as temporary files; `saved` is emitted for the newest one only."""

    saved = Signal(object)
    failed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._newest = 0
        self._files: set[str] = set()
        self._saver = _Saver()
        self._saver.done.connect(self._done, Qt.ConnectionType.QueuedConnection)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)

    def paste(self, image: QImage) -> None:
        """Answers `saved` with the file."""
        if not image.isNull():
            self._newest += 1
            self._pool.start(_Save(self._saver, self._newest, image))

    @Slot(int, str)
    def _done(self, number: int, file: str) -> None:
        if not file:
            self.failed.emit()
        elif number != self._newest:
            _remove(file)
        else:
            self._files.add(file)
            self.saved.emit(file)

    def keep(self, files: tuple[str, ...]) -> None:
        """Remove all temporary files but these."""
        for file in self._files.difference(files):
            _remove(file)
        self._files.intersection_update(files)

    def close(self) -> None:
        """With the window: wait for what is being written, leave nothing behind."""
        self._newest += 1
        self._pool.waitForDone(2000)
        self.keep(())
