"""Searching within the matches of a search: they are the scope of the next ones, until a person leaves it."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Signal, Slot

from dinodesk.records import EVERYTHING, Among
from dinodesk.ui.context.app_state import AppState, Query
from dinodesk.ui.context.feedback import Feedback
from dinodesk.ui.grid.photo_grid import PhotoGrid
from dinodesk.ui.search.search_bar import SearchBar
from dinodesk.ui.text.query_text import query_photo_name


class WithinController(QObject):
    """Takes the good matches as they are at that moment."""

    runRequested = Signal(object)  # Query

    def __init__(
        self, state: AppState, bar: SearchBar, grid: PhotoGrid, feedback: Feedback, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._state, self._bar, self._grid, self._feedback = state, bar, grid, feedback
        state.queryChanged.connect(self._query_changed)
        state.libraryReplaced.connect(self.leave)
        bar.withinLeft.connect(self.leave)

    @Slot()
    def enter(self) -> None:
        """Search within the good matches that are shown."""
        query, model = self._state.query, self._grid.photos
        hits = model.positions[: model.hits].tolist()
        if not query.searching or not hits:
            self._feedback.show_status("There are no matches to search within")
            return
        name = query.text or query_photo_name(query.images[0])
        assets = tuple(sorted(model.catalog[position].asset for position in hits))
        self.runRequested.emit(Query(scope=Among(assets, name)))
        self._bar.field.setFocus()

    @Slot()
    def leave(self) -> None:
        """Search all photos again; words and photos stay."""
        if isinstance(self._state.query.scope, Among):
            self.runRequested.emit(replace(self._state.query, scope=EVERYTHING))

    @Slot(object)
    def _query_changed(self, query: Query) -> None:
        scope = query.scope
        self._bar.show_within(scope.name if isinstance(scope, Among) else "")
