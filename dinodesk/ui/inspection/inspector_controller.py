"""Asks the engine for what the inspector shows of the current photo, and puts the answers there."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtGui import QImage, QPixmap

from dinodesk.engine.client import EngineClient
from dinodesk.engine.messages import (
    Details,
    LibraryState,
    ModelState,
    Preview,
    Problem,
    Ranking,
    ShowDetails,
    ShowPreview,
    TagsChanged,
)
from dinodesk.records import Photo
from dinodesk.ui.context.app_state import AppState
from dinodesk.ui.context.feedback import problem_text
from dinodesk.ui.grid.photo_grid import PhotoGrid
from dinodesk.ui.grid.thumbnail_loader import ThumbnailLoader
from dinodesk.ui.inspection.compare_controller import CompareController
from dinodesk.ui.inspection.detail_controller import DetailController
from dinodesk.ui.inspection.inspector_pane import InspectorPane
from dinodesk.ui.inspection.large_view import LargeView
from dinodesk.ui.inspection.map_controller import MapController
from dinodesk.ui.text.availability import copy_note, photo_reason

PREVIEW_LONGEST, LARGE_LONGEST = 1600, 2560
"""Pixels of the longer side, beside the grid and in its place."""


class InspectorController(QObject):
    """Follows the cursor of the grid. What is shown stays until the newer is there."""

    def __init__(
        self,
        engine: EngineClient,
        state: AppState,
        grid: PhotoGrid,
        inspector: InspectorPane,
        large: LargeView,
        thumbnails: ThumbnailLoader,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._engine, self._state, self._grid = engine, state, grid
        self._inspector, self._large, self._thumbnails = inspector, large, thumbnails
        self._preview = inspector.panel.view
        self._maps = MapController(engine, inspector, large, self)
        self._details = DetailController(engine, (self._preview, large.view), self)
        self.comparison = CompareController(engine, inspector.theme, grid, thumbnails, inspector)
        inspector.compareWanted.connect(self._compare)
        self._photo: Photo | None = None
        self._words = ""  # of the query that the grid shows
        self._shown_asset = -1  # the photo whose picture is drawn
        self._problem = ""  # why the photo can't be shown
        self._note = ""
        self._maps.messageChanged.connect(self._map_message_changed)
        grid.currentMoved.connect(self._current_moved)
        grid.photos.zonesChanged.connect(self.show_why)
        state.libraryReplaced.connect(self._library_replaced)
        state.libraryChanged.connect(self._library_changed)
        state.modelChanged.connect(self._model_changed)
        thumbnails.fetched.connect(self._thumbnail_fetched)
        engine.subscribe(TagsChanged, self, self._tags_changed)
        self._show_message()

    # ── what is looked at ───────────────────────────────────────────────────────────────────────

    @property
    def photo(self) -> Photo | None:
        """The current photo."""
        return self._photo

    @Slot()
    def _current_moved(self) -> None:
        photo = self._grid.current_photo()
        self.look_at(photo)
        if photo is not None:
            index = self._grid.currentIndex()
            self._large.set_caption(str(index.data()), index.row(), self._grid.photos.rowCount())
        self.show_why()

    def look_at(self, photo: Photo | None) -> None:
        """Set the current photo; None for none."""
        if photo == self._photo:
            return
        self._photo, self._problem, self._note = photo, "", ""
        self._inspector.show_photo(photo)
        if photo is None:
            self._shown_asset = -1
            for view in (self._preview, self._large.view):
                view.show_pixmap(QPixmap())
            self._large.set_first_picture(QPixmap())
            # of photos that leave, by a key in the large view, the next one takes the place at once
            QTimer.singleShot(0, self, self._close_empty_view)
            self._maps.look_at(None)
            self._details.look_at(None)
            self._show_message()
            return
        self._thumbnails.fetch(photo.content)
        self.request_preview()
        self._request_details()
        self._maps.look_at(photo)
        self._details.look_at(photo)

    @Slot()
    def _close_empty_view(self) -> None:
        if self._photo is None:
            self._large.close_view()

    @Slot()
    def show_why(self) -> None:
        """The numbers of the current photo in the current query."""
        query, model = self._state.query, self._state.model
        current = self._grid.currentIndex()
        row = current.row() if current.isValid() else -1
        has_text = model is not None and model.info is not None and model.info.text
        self._inspector.show_why(self._grid.photos, row, self._words, bool(query.images), has_text)

    @Slot()
    def _compare(self) -> None:
        self.comparison.compare(self._words)

    @Slot(object)
    def show_answer(self, answer: Ranking) -> None:
        """The grid shows another answer: its sentence is that of the text map."""
        self._words = answer.words
        self.comparison.note(answer.words)
        self._maps.set_text(answer.text, answer.words)
        self.show_why()

    @Slot(object)
    def _library_replaced(self, _library: LibraryState) -> None:
        self.comparison.close()
        self.look_at(None)

    @Slot(object)
    def _library_changed(self, _library: LibraryState) -> None:
        self._inspector.away = self._state.away

    @Slot(object)
    def _model_changed(self, model: ModelState) -> None:
        self._maps.set_model(model.info if model.state == "ready" else None)

    # ── details ─────────────────────────────────────────────────────────────────────────────────

    def _request_details(self) -> None:
        if self._photo is not None:
            request = ShowDetails(asset=self._photo.asset)
            self._engine.send(request, self, self._show_details, self._details_failed)

    def _show_details(self, answer: Details) -> None:
        if self._photo is not None:  # else another library was opened meanwhile
            self._inspector.info.show_info(answer.info)

    def _details_failed(self, _problem: Problem) -> None:
        """The photo is shown all the same; the engine has logged the reason."""

    def _tags_changed(self, answer: TagsChanged) -> None:
        if self._photo is not None and self._photo.asset in answer.assets:
            self._photo = self._grid.photos.photo_of(self._photo.asset) or self._photo
            self._request_details()

    # ── the picture ─────────────────────────────────────────────────────────────────────────────

    def request_preview(self) -> None:
        """The photo in the size that is needed now."""
        if self._photo is not None:
            longest = LARGE_LONGEST if self._large.isVisible() else PREVIEW_LONGEST
            request = ShowPreview(asset=self._photo.asset, path=self._photo.path, longest=longest)
            self._engine.send(request, self, self._show_preview, self._preview_failed)

    @Slot(object, QImage)
    def _thumbnail_fetched(self, content: str, image: QImage) -> None:
        # a thumbnail is a first look at the photo; it never replaces the photo itself
        photo = self._photo
        if photo is None or photo.content != content or self._shown_asset == photo.asset or image.isNull():
            return
        self._show_picture(QPixmap.fromImage(image), (photo.width, photo.height))
        self._show_message()

    def _show_preview(self, answer: Preview) -> None:
        if self._photo is None:  # another library was opened meanwhile
            return
        self._problem = ""
        self._note = f"{self._reason()} {copy_note(answer.missing)}".strip() if answer.copy else ""
        pixels = answer.pixels
        height, width = pixels.shape[:2]
        image = QImage(pixels.data, width, height, int(pixels.strides[0]), QImage.Format.Format_RGB888)
        if not answer.copy:
            self._details.preview_shown(self._photo.asset)
        self._show_picture(QPixmap.fromImage(image), answer.full_size)
        self._show_message()

    def _show_picture(self, pixmap: QPixmap, full_size: tuple[int, int]) -> None:
        assert self._photo is not None
        views = [self._preview, self._large.view] if self._large.isVisible() else [self._preview]
        if self._shown_asset != self._photo.asset:
            for view in views:
                view.fit()  # the zoom was that of another photo
        self._shown_asset = self._photo.asset
        self._maps.picture_shown(self._photo.asset)
        size = full_size if min(full_size) > 0 else None
        for view in views:
            view.show_pixmap(pixmap, size)
        self._large.set_first_picture(pixmap, size)

    # ── messages over it ────────────────────────────────────────────────────────────────────────

    def _preview_failed(self, problem: Problem) -> None:
        self._preview.set_busy(False)
        self._problem = problem_text(problem)
        self._clear_other_picture()
        self._show_message()

    @Slot()
    def _map_message_changed(self) -> None:
        if self._maps.problem:
            self._clear_other_picture()
        self._show_message()

    def _clear_other_picture(self) -> None:
        """A sentence on this photo never stands over the picture of another one."""
        if self._photo is not None and self._shown_asset != self._photo.asset:
            for view in (self._preview, self._large.view):
                view.show_pixmap(QPixmap())
            self._large.set_first_picture(QPixmap())

    def _reason(self) -> str:
        """Why the photo can't be read now and what helps, as a sentence; "" when it can."""
        reason = photo_reason(self._photo, self._inspector.away) if self._photo is not None else ""
        return f"{reason[:1].upper()}{reason[1:]}." if reason else ""

    def _show_message(self) -> None:
        problem = self._problem or self._maps.problem
        if self._photo is None:
            self._preview.show_message("Choose a photo to see it here.")
            self._large.view.show_message("", aside=True)
        elif problem:
            sentence = f"{self._reason()} {problem}".strip()
            self._preview.show_message(sentence)
            self._large.view.show_message(sentence, aside=not self._large.view.empty)
        else:
            hint, map_note = self._maps.hint, self._maps.note
            note = f"{self._note} {map_note}".strip()
            self._preview.show_message(hint or note, aside=not hint)
            self._large.view.show_message(self._note if self._large.quick else note, aside=True)
