"""Searches that outlive their moment, and the order of what is shown: built and connected in one place."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from dinodesk.engine.client import EngineClient
from dinodesk.ui.context.app_state import AppState, Query
from dinodesk.ui.context.feedback import Feedback
from dinodesk.ui.kept_searches.past_controller import PastController
from dinodesk.ui.kept_searches.past_searches import PastSearches
from dinodesk.ui.kept_searches.recipe_controller import RecipeController
from dinodesk.ui.kept_searches.saved_controller import SavedController
from dinodesk.ui.kept_searches.within_controller import WithinController
from dinodesk.ui.search.arrangement_controller import ArrangementController
from dinodesk.ui.search.results_pane import ResultsPane
from dinodesk.ui.search.search_bar import SearchBar
from dinodesk.ui.search.search_controller import SearchController
from dinodesk.ui.theme.theme import Theme


class KeptSearchesController(QObject):
    """Puts a whole query into bar and engine; to be built before `SearchController` is."""

    stopRequested = Signal(str)

    def __init__(
        self,
        engine: EngineClient,
        state: AppState,
        theme: Theme,
        bar: SearchBar,
        results: ResultsPane,
        feedback: Feedback,
        past: PastSearches,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._bar, self._results = bar, results
        self._search: SearchController | None = None
        self.arrangement = ArrangementController(
            engine, state, results.grid.photos, results.arrangement, self
        )
        self.arrangement.datesShown.connect(results.timeline.show_dates)
        self.saved = SavedController(engine, state, results, feedback, parent)
        self.saved.runRequested.connect(self._ask)
        self.saved.sortRequested.connect(self.arrangement.choose_sort)
        self.saved.stopRequested.connect(self.stopRequested)
        self.recipes = RecipeController(engine, state, self.saved.values, feedback, parent)
        self.recipes.opened.connect(self.saved.show_values)
        self.within = WithinController(state, bar, results.grid, feedback, self)
        self.within.runRequested.connect(self._ask)
        self.past = PastController(state, theme, bar, past, feedback, parent)
        self.past.runRequested.connect(self._ask)

    def follow(self, search: SearchController) -> None:
        """Hear of its answers, before others do."""
        self._search = search
        search.answered.connect(self.arrangement.answered)

    @Slot(object)
    def _ask(self, query: Query) -> None:
        """Ask a whole query that was not typed."""
        self._bar.show_query(query)
        if self._search is not None:
            self._search.show(query)
