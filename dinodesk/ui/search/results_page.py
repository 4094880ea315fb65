"""Chooses what the centre shows: the photos, the first run, or why there are none."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QObject, QPoint, Signal, Slot
from PySide6.QtWidgets import QWidget

from dinodesk.engine.messages import LibraryState, LiteralMatches, ModelState, Ranking
from dinodesk.records import EVERYTHING, STOPS, InFolder, Photo
from dinodesk.settings import Settings
from dinodesk.ui.context.app_state import AppState, Query
from dinodesk.ui.search.results_pane import ResultsPane


class ResultsPage(QObject):
    """Follows answers, library, model and job; sends no request."""

    photoMenuRequested = Signal(QPoint)  # for what is chosen in the grid; a point of the screen
    modelMissed = Signal()  # something is searched and no model could be loaded

    def __init__(
        self,
        state: AppState,
        results: ResultsPane,
        photo_at: Callable[[int], Photo | None],
        parent: QObject,
    ) -> None:
        """`photo_at` gives the photo at a position of the catalog."""
        super().__init__(parent)
        self._state, self._results, self._photo_at = state, results, photo_at
        self._fingerprint = ""  # of the model that is ready
        self._note = ""  # what the library says of the query's filters
        self._filtered = False  # whether the query has filters
        self._job = (False, False)  # whether one runs, and is paused
        results.grid.photos.rowsInserted.connect(self.refresh)
        results.literal.chosen.connect(self.choose)
        results.literal.opened.connect(self.open_large)
        results.literal.menuRequested.connect(self.show_menu)
        state.libraryChanged.connect(self._library_changed)
        state.libraryFailed.connect(self.refresh)
        state.tagsChanged.connect(self._tags_changed)
        state.jobChanged.connect(self._job_changed)
        state.modelChanged.connect(self._model_changed)
        state.queryChanged.connect(self._query_changed)
        state.settingsChanged.connect(self._settings_changed)
        self._settings_changed(state.settings)
        self.refresh()

    @Slot(object, bool)
    def show_answer(self, answer: Ranking, new: bool) -> None:
        """Show the answer in the grid; a new query starts at the top with nothing chosen."""
        self._results.show_answer(answer)
        self._note, self._filtered = answer.note, bool(answer.filters)
        if new:
            self._results.grid.selectionModel().clear()
            self._results.grid.verticalScrollBar().setValue(0)
        self.refresh_waiting()
        self.refresh()

    @Slot(object)
    def show_literal(self, answer: LiteralMatches | None) -> None:
        """Show the photos that match by their words above the grid; None or none hides them."""
        if answer is None:
            self._results.literal.show_matches(0, (), "")
            self._results.refresh()
            return
        rows = answer.positions[: len(answer.reasons)].tolist()
        found = [(row, self._photo_at(row), words) for row, words in zip(rows, answer.reasons, strict=True)]
        matches = [(row, photo, words) for row, photo, words in found if photo is not None]
        self._results.literal.show_matches(len(answer.positions), matches, answer.words)
        self._results.refresh()

    @Slot(int)
    def choose(self, position: int) -> None:
        """Make a photo of the catalog the current one of the grid, and bring it into sight."""
        grid = self._results.grid
        rows = np.flatnonzero(grid.photos.positions == position)
        if len(rows):
            index = grid.photos.index(int(rows[0]), 0)
            grid.setCurrentIndex(index)
            grid.scrollTo(index)

    @Slot(int, QPoint)
    def show_menu(self, position: int, point: QPoint) -> None:
        """Ask for the menu of a photo that is above the grid, where it can be chosen in the grid."""
        photo = self._photo_at(position)
        self.choose(position)
        current = self._results.grid.current_photo()
        if photo is not None and current is not None and current.asset == photo.asset:
            self.photoMenuRequested.emit(point)

    @Slot(int)
    def open_large(self, position: int) -> None:
        """The same, in the large view."""
        self.choose(position)
        self._results.grid.enlarge.emit(self._results.grid.currentIndex())

    @Slot(object)
    def _library_changed(self, library: LibraryState) -> None:
        self._results.library_size = library.total
        self.refresh()

    @Slot()
    def _job_changed(self) -> None:
        now = self._state.job is not None, self._state.paused
        if now != self._job:
            self._job = now
            self.refresh()

    @Slot(object)
    def _model_changed(self, model: ModelState) -> None:
        info = model.info
        if model.state == "ready" and info is not None:
            self._results.first_run.show_model(info.title, info.text)
            self._results.card.strip.set_halves(info.text)
            if self._fingerprint not in ("", info.fingerprint):
                self._results.card.reset()  # scores of two models are never compared
            self._fingerprint = info.fingerprint
        self.refresh_waiting()

    @Slot(object)
    def _query_changed(self, query: Query) -> None:
        strip = self._results.card.strip
        strip.scene.set_share(query.scene)
        strip.show_wording(query.templates)

    @Slot(object)
    def _settings_changed(self, settings: Settings) -> None:
        stop = next(each for each in STOPS if each == settings.auto_stop)
        if stop != self._results.card.line.stop:
            self._results.card.set_stop(stop)

    @Slot()
    def _tags_changed(self) -> None:
        self._results.scope_names = {tag.scope: tag.name for tag in self._state.tags}

    @Slot()
    def refresh_waiting(self) -> None:
        """What is typed before the model is ready is answered when it is: the header says so."""
        model = self._state.model
        sentence = ""
        if self._state.query.searching and (model is None or model.state != "ready"):
            sentence = "your search is answered as soon as the model is loaded"
            if model is not None and model.state == "error":
                sentence = "your search can't be answered: no model could be loaded"
                self.modelMissed.emit()
        self._results.show_waiting(sentence)

    @Slot()
    def refresh(self) -> None:
        """Show the photos, or the page that says why there are none."""
        page: QWidget = self._results.grid
        if not self._results.grid.photos.rowCount():
            page = self._page_without_photos()
        self._results.show_page(page)

    def _page_without_photos(self) -> QWidget:
        state, empty = self._state, self._results.empty
        library, scope = state.library, state.query.scope
        if state.paused:
            empty.show_message("Indexing is paused.", "Press Resume at the bottom of the window to go on.")
        elif any(folder.path == scope.key and folder.waiting for folder in state.folders):
            empty.show_message("This folder waits for its turn.", "It is added after what is running now.")
        elif state.job is not None:
            empty.show_message("Looking for photos…", "They appear here as soon as they can be searched.")
        elif library is None and state.library_failed:
            empty.show_message(
                "The library could not be opened.", "The reason is told above the photos.", "Try again"
            )
        elif library is None:
            empty.show_message("Opening the library…")
        elif library.total == 0 and scope == EVERYTHING:
            return self._results.first_run
        elif library.embedded == 0 and library.total > 0:
            empty.show_message(
                "No photo here can be searched yet.",
                "They have not been indexed with this model; press F5 to do it now.",
            )
        elif state.query.searching and self._filtered:
            empty.show_message("No photo passes these filters.", self._note)
        elif not state.query.searching or scope != EVERYTHING:
            hint = "Press F5 to look again." if isinstance(scope, InFolder) else ""
            empty.show_message("There are no photos here.", hint)
        return empty
