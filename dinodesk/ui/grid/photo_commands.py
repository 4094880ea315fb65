"""What is done with the selected photos: copy, open, show in folder, find similar."""

from __future__ import annotations

import os
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication

from dinodesk.records import Photo
from dinodesk.ui.context.feedback import Feedback
from dinodesk.ui.grid.photo_grid import PhotoGrid
from dinodesk.ui.grid.photo_model import files_mime
from dinodesk.ui.text.availability import NOT_FOUND, path_reason
from dinodesk.ui.text.formatting import count
from dinodesk.ui.text.plain_text import one_line
from dinodesk.ui.widgets.file_manager import show_files
from dinodesk.ui.widgets.local_files import local_url


class PhotoCommands(QObject):
    """Commands on the selection, or on the current photo where nothing is selected."""

    similarRequested = Signal(object)  # path of the photo to search by

    def __init__(self, grid: PhotoGrid, feedback: Feedback, parent: QObject) -> None:
        super().__init__(parent)
        self._grid, self._feedback = grid, feedback

    def _paths(self) -> list[str]:
        return [photo.path for photo in self._grid.chosen_photos()]

    def _reasons(self, photo: Photo) -> dict[str, str]:
        """The locations of a photo, each with why it can't be read now; "" where it can."""
        return {path: path_reason(path, self._grid.photos.away) for path in photo.places}

    def _readable_file(self) -> list[str]:
        """Where the first photo's file is now, [] when it is nowhere: then the status line says why."""
        for photo in self._grid.chosen_photos()[:1]:
            reasons = self._reasons(photo)
            # what lies on a drive that is away is not asked for: a network's may take its time
            here = next((path for path, why in reasons.items() if not why and os.path.isfile(path)), "")
            if here:
                return [here]
            name = one_line(Path(photo.path).name)
            helps = next((why for why in reasons.values() if why not in ("", NOT_FOUND)), "")
            self._feedback.show_status(f"{name} is {helps}" if helps else f"{name} was {NOT_FOUND}")
        return []

    def readable_files(self) -> list[str]:
        """Where the files of the chosen photos are that can be read; [] when none can, and it is said why."""
        several = self._grid.chosen_photos()
        if len(several) < 2:
            return self._readable_file()
        places = (self._reasons(photo).items() for photo in several)
        found = [next((path for path, why in each if not why), "") for each in places]
        if not any(found):
            self._feedback.show_status(f"{count(len(several))} are {NOT_FOUND}")
        return [path for path in found if path]

    @Slot()
    def copy(self) -> None:
        """Files on the clipboard, paths as text; of photos with copies one that is not away."""
        files, away, photos = [], "", self._grid.chosen_photos()
        for photo in photos:
            reasons = self._reasons(photo)
            here = next((path for path, why in reasons.items() if not why), "")
            if here:
                files.append(here)
            else:
                away = next(iter(reasons.values()), "")
        left = len(photos) - len(files)
        sentence = f"{count(left)} {'is' if left == 1 else 'are'} {away}" if left else ""
        if files:
            QGuiApplication.clipboard().setMimeData(files_mime(files))
            sentence = f"{len(files):,} copied" + (f"; {sentence}" if sentence else "")
        if sentence:
            self._feedback.show_status(sentence)

    @Slot()
    def copy_path(self) -> None:
        """The paths of the photos as text on the clipboard."""
        files = self._paths()
        if files:
            QGuiApplication.clipboard().setText("\n".join(files))
            self._feedback.show_status("Path copied" if len(files) == 1 else f"{len(files):,} paths copied")

    @Slot()
    def open_photo(self) -> None:
        """Open with the system's own program."""
        for file in self._readable_file():
            QDesktopServices.openUrl(local_url(file))

    @Slot()
    def show_in_folder(self) -> None:
        """The file in the system's file manager, marked where the system can."""
        show_files(self._readable_file())

    @Slot()
    def find_similar(self) -> None:
        """Search by the first of the photos alone."""
        for file in self._paths()[:1]:
            self.similarRequested.emit(file)
