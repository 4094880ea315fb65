"""“Compare sentences”: asks for what the dialog shows of the chosen photos."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QWidget

from dinodesk.engine.client import EngineClient
from dinodesk.engine.messages import CompareSentences, Problem, SentencesCompared
from dinodesk.records import Photo
from dinodesk.ui.context.feedback import problem_text
from dinodesk.ui.grid.photo_grid import PhotoGrid
from dinodesk.ui.grid.thumbnail_loader import ThumbnailLoader
from dinodesk.ui.inspection.compare_dialog import CompareDialog
from dinodesk.ui.text.compare_text import compared_title
from dinodesk.ui.theme.theme import Theme

MOST = 12
"""Photos that are compared with at once."""
_PAST = 20
"""Sentences of earlier queries that are offered."""


class CompareController(QObject):
    """Compares with the selection, or with the current photo where one at most is selected."""

    def __init__(
        self,
        engine: EngineClient,
        theme: Theme,
        grid: PhotoGrid,
        thumbnails: ThumbnailLoader,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._engine, self._theme, self._grid, self._parent = engine, theme, grid, parent
        self.dialog: CompareDialog | None = None
        self._thumbnails = thumbnails
        self._photos: list[Photo] = []
        self._past: list[str] = []  # the last first

    def note(self, words: str) -> None:
        """A query was answered: its sentence is the first to be compared, later on it is offered."""
        if words:
            self._past = [words, *(each for each in self._past if each != words)][:_PAST]

    @Slot()
    def compare(self, words: str = "") -> None:
        """Open the dialog with the query's words."""
        chosen = self._grid.chosen_photos()
        self._photos = chosen[:MOST]
        if not self._photos:
            return
        if self.dialog is None:
            self.dialog = CompareDialog(self._theme, self._parent)
            self.dialog.asked.connect(self._ask)
            self._thumbnails.fetched.connect(self._show_photo)
        title = compared_title(self._photos, len(chosen))
        one = len(self._photos) == 1
        self.dialog.begin(title, words, [each for each in self._past if each != words], one=one)
        if one:
            self._thumbnails.fetch(self._photos[0].content)
        self.dialog.show()
        self.dialog.raise_()
        self.dialog.activateWindow()

    def close(self) -> None:
        """Another library is open: the photos are gone."""
        self._photos, self._past = [], []
        if self.dialog is not None:
            self.dialog.close()

    @Slot()
    def _ask(self) -> None:
        dialog = self.dialog
        if dialog is None or not dialog.texts:
            return
        request = CompareSentences(
            assets=tuple(photo.asset for photo in self._photos),
            texts=dialog.texts,
            templates=dialog.wordings,
            words_of=dialog.chosen,
            crop=dialog.crop,
        )
        self._engine.send(request, self, self._show_found, self._failed)

    @Slot(object, QImage)
    def _show_photo(self, key: object, image: QImage) -> None:
        wanted = self._photos[0].content if len(self._photos) == 1 else None
        if self.dialog is not None and key == wanted and not image.isNull():
            self.dialog.crop_picker.show_pixmap(QPixmap.fromImage(image))

    def _show_found(self, found: SentencesCompared) -> None:
        if self.dialog is not None:
            self.dialog.show_found(found)

    def _failed(self, problem: Problem) -> None:
        if self.dialog is not None:
            self.dialog.words_title.setText(problem_text(problem))
