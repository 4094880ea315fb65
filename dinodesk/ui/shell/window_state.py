"""Where the window was and how wide its panes were: the only place that uses QSettings."""

from __future__ import annotations

import contextlib
from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings
from PySide6.QtWidgets import QMainWindow, QSplitter

from dinodesk import private_files

_FOLDED = "libraryFolded", "inspectorFolded"


class WindowState:
    """Reads and writes one small file; a damaged one is ignored."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def folded(self) -> tuple[bool, bool]:
        """Whether the library pane and the inspector were folded away."""
        settings = QSettings(str(self._file), QSettings.Format.IniFormat)
        library, inspector = (settings.value(key, False, bool) for key in _FOLDED)
        return library is True, inspector is True

    def restore(self, window: QMainWindow, splitter: QSplitter) -> int:
        """Put the window back; answers the thumbnail size that was kept, or 0."""
        settings = QSettings(str(self._file), QSettings.Format.IniFormat)
        for key, put in (("geometry", window.restoreGeometry), ("panes", splitter.restoreState)):
            value = settings.value(key)
            if isinstance(value, QByteArray):
                put(value)
        size = settings.value("cell", 0)
        try:
            return int(str(size))
        except ValueError:
            return 0

    def save(
        self,
        window: QMainWindow,
        splitter: QSplitter,
        cell: int,
        folded: tuple[bool, bool] = (False, False),
    ) -> None:
        """Remember for the next start."""
        with contextlib.suppress(OSError):  # a full disk costs the state of the window
            private_files.make_folder(self._file.parent)
            private_files.create(self._file, append=True).close()  # Qt keeps the rights it finds
        settings = QSettings(str(self._file), QSettings.Format.IniFormat)
        settings.setValue("geometry", window.saveGeometry())
        settings.setValue("panes", splitter.saveState())
        for key, value in zip(_FOLDED, folded, strict=True):
            settings.setValue(key, value)
        settings.setValue("cell", cell)
        settings.sync()
        private_files.make_private(self._file)
