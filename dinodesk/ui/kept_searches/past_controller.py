"""Past searches: noted when a person stays with one, listed below the empty field, taken up again."""

from __future__ import annotations

import os
import time

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QWidget

from dinodesk.settings import Settings
from dinodesk.ui.context.app_state import AppState, Query
from dinodesk.ui.context.feedback import Feedback
from dinodesk.ui.kept_searches.past_popup import PastPopup
from dinodesk.ui.kept_searches.past_searches import PastSearch, PastSearches
from dinodesk.ui.search.search_bar import SearchBar
from dinodesk.ui.search.search_history import DWELL_S, is_refinement
from dinodesk.ui.theme.theme import Theme

_SAME_S = 60.0
"""What is typed on within so long is the same search."""


class PastController(QObject):
    """Notes nothing, and keeps no file, where the settings say so."""

    runRequested = Signal(object)  # Query
    cleared = Signal()

    def __init__(
        self,
        state: AppState,
        theme: Theme,
        bar: SearchBar,
        past: PastSearches,
        feedback: Feedback,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._state, self._bar, self._past, self._feedback = state, bar, past, feedback
        self.popup = PastPopup(theme, parent)
        self.popup.taken.connect(self._take)
        self.popup.cleared.connect(self._clear)
        self._newest: PastSearch | None = None  # noted in this session
        self._dwell = QTimer(self)
        self._dwell.setSingleShot(True)
        self._dwell.setInterval(round(1000 * DWELL_S))
        self._dwell.timeout.connect(self.note)
        state.queryChanged.connect(self._query_changed)
        state.settingsChanged.connect(self._settings_changed)
        bar.pastRequested.connect(self.show)
        bar.leftDown.connect(self.note)
        self._settings_changed(state.settings)

    @Slot(object)
    def _query_changed(self, query: Query) -> None:
        if query.searching:
            self._dwell.start()
        else:
            self._dwell.stop()

    @Slot()
    def note(self) -> None:
        """Note the present query: a person stays with it."""
        self._dwell.stop()
        query, newest = self._state.query, self._newest
        if not query.searching or not self._state.settings.keep_searches:
            return
        typed_on = (
            newest is not None
            and time.time() - newest.at < _SAME_S
            and is_refinement(Query(newest.text, newest.images), Query(query.text, query.images))
        )
        self._newest = self._past.add(query.text, query.images, instead=newest if typed_on else None)

    @Slot()
    def show(self) -> None:
        """List past searches below the field; where there are none, go to the photos as ever."""
        # a photo that was pasted is gone with the session in which it was
        there = [each for each in self._past.searches if all(map(os.path.exists, each.images))]
        if there:
            self.popup.show_below(self._bar.box, there)
        else:
            self._bar.leftDown.emit()

    @Slot(object)
    def _take(self, search: PastSearch) -> None:
        scope, templates = self._state.query.scope, self._state.templates
        query = Query(search.text, search.images, scope, templates=templates if search.text else "none")
        self.runRequested.emit(query)
        self._bar.field.setFocus()

    @Slot()
    def _clear(self) -> None:
        self._past.clear()
        self._newest = None
        self.cleared.emit()
        self._feedback.show_status("The past searches are cleared")

    @Slot(object)
    def _settings_changed(self, settings: Settings) -> None:
        if not settings.keep_searches and self._past.searches:
            self._past.clear()
            self._newest = None
