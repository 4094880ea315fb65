"""What is done with the selected photos: copy, open, find similar."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QProcess, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication

from dinodesk.records import Photo
from dinodesk.ui.grid.photo_model import NOT_FOUND, files_mime, said_of
from dinodesk.ui.text import formatting
from dinodesk.ui.text.plain_text import one_line

if TYPE_CHECKING:
    from dinodesk.ui.shell.main_window import MainWindow


class PhotoCommands(QObject):
    """Verbs for the selection, or the current photo where nothing is selected."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window

    def _photos(self) -> list[Photo]:
        current = self._window.looking.photo
        return self._window.results.grid.selected_photos() or ([current] if current is not None else [])

    def _paths(self) -> list[str]:
        return [photo.path for photo in self._photos()]

    def _said(self, photo: Photo) -> dict[str, str]:
        """The places of a photo, each with why it can't be got at now; "" where it can."""
        return {path: said_of(path, self._window.inspector.away) for path in photo.places}

    def _reachable(self) -> list[str]:
        """Where the first photo's file is now, [] when it is nowhere: then the status line says why."""
        for photo in self._photos()[:1]:
            said = self._said(photo)
            # what lies on a drive that is away is not asked for: a network's may take its time
            there = next((path for path, why in said.items() if not why and os.path.isfile(path)), "")
            if there:
                return [there]
            name = one_line(Path(photo.path).name)
            helps = next((why for why in said.values() if why not in ("", NOT_FOUND)), "")
            self._window.strip.say(f"{name} is {helps}" if helps else f"{name} was {NOT_FOUND}")
        return []

    @Slot()
    def copy(self) -> None:
        """Files on the clipboard, paths as text; of photos with copies one that is not away."""
        files, away, photos = [], "", self._photos()
        for photo in photos:
            said = self._said(photo)
            here = next((path for path, why in said.items() if not why), "")
            if here:
                files.append(here)
            else:
                away = next(iter(said.values()), "")
        left = len(photos) - len(files)
        told = f"{formatting.count(left)} {'is' if left == 1 else 'are'} {away}" if left else ""
        if files:
            QGuiApplication.clipboard().setMimeData(files_mime(files))
            told = f"{len(files):,} copied" + (f"; {told}" if told else "")
        if told:
            self._window.strip.say(told)

    @Slot()
    def copy_path(self) -> None:
        """Paths as text."""
        files = self._paths()
        if files:
            QGuiApplication.clipboard().setText("\n".join(files))
            self._window.strip.say("Path copied" if len(files) == 1 else f"{len(files):,} paths copied")

    @Slot()
    def open_photo(self) -> None:
        """Open with the system's own program."""
        for file in self._reachable():
            QDesktopServices.openUrl(QUrl.fromLocalFile(file))

    @Slot()
    def show_in_folder(self) -> None:
        """The file in the system's file manager, marked where the system can."""
        show_files(self._reachable())

    @Slot()
    def find_similar(self) -> None:
        """Search by the current photo alone."""
        files = self._paths()[:1]
        if files:
            self._window.bar.field.clear()
            self._window.bar.set_images((files[0],))


def show_files(files: list[str]) -> None:
    """Files in the system's file manager, marked where the system can."""
    for file in files:
        call = reveal(file)
        if call is None or not QProcess.startDetached(*call)[0]:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(Path(file).parent)))


def reveal(file: str) -> tuple[str, list[str]] | None:
    """The command that marks a file in the file manager, where there is one."""
    if sys.platform == "darwin":
        return "open", ["-R", file]
    if sys.platform == "win32":
        return "explorer", ["/select,", str(Path(file))]
    return None
