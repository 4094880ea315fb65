"""Back and forward: brings earlier queries back as they were left, with sliders, selection and place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QItemSelectionModel, QObject, Signal, Slot

from dinodesk.engine.messages import Ranking
from dinodesk.records import Scope
from dinodesk.ui.context.app_state import AppState, Query
from dinodesk.ui.grid.grid_selection import select_rows, selected_rows
from dinodesk.ui.search.results_pane import ResultsPane
from dinodesk.ui.search.search_controller import SearchController
from dinodesk.ui.search.search_history import SearchHistory, SearchStep


class HistoryController(QObject):
    """Is told of answers once the grid shows them; who hears `restored` shows the query in bar and tree."""

    restored = Signal(object)  # Query, asked already
    changed = Signal()  # whether there is something to go back to, or forward to

    def __init__(
        self,
        state: AppState,
        search: SearchController,
        results: ResultsPane,
        has_scope: Callable[[Scope], bool],
        parent: QObject,
    ) -> None:
        """`has_scope` tells whether a folder, label or album is still there."""
        super().__init__(parent)
        self._state, self._search, self._results, self._has_scope = state, search, results, has_scope
        self._history = SearchHistory()
        self._shown: SearchStep | None = None  # the query whose photos are in the grid
        self._restoring: SearchStep | None = None  # the one whose answer is on its way
        self._generation = -1
        state.queryChanged.connect(self._query_changed)
        state.libraryReplaced.connect(self._forget)

    @property
    def images(self) -> tuple[str, ...]:
        """All photos that can be gone back to."""
        return self._history.images

    @property
    def can_go_back(self) -> bool:
        """Whether there is a query to go back to."""
        return self._history.can_go_back

    @property
    def can_go_forward(self) -> bool:
        """Whether there is a query that was gone back from."""
        return self._history.can_go_forward

    @Slot()
    def back(self) -> None:
        """Bring the query before this one back."""
        self._go(self._history.back)

    @Slot()
    def forward(self) -> None:
        """Bring the query back that was gone back from."""
        self._go(self._history.forward)

    def _go(self, move: Callable[[SearchStep], SearchStep | None]) -> None:
        present = self._present()
        if present is None:
            return
        step = move(present)
        while step is not None and not self._has_scope(step.query.scope):
            step = move(step)
        if step is not None:
            self._restoring = step
            self._search.show(step.query)
            self.restored.emit(step.query)
        self.changed.emit()

    def _present(self) -> SearchStep | None:
        """The current query and what is in sight of it; one without an answer has nothing in sight."""
        if self._shown is None or self._shown.query != self._state.query:
            return SearchStep(self._state.query) if self._shown is not None else None
        return self._seen(self._shown)

    def _seen(self, step: SearchStep) -> SearchStep:
        grid, card = self._results.grid, self._results.card
        photo = grid.photos.photo(grid.currentIndex().row())
        return replace(
            step,
            line=card.line if grid.photos.scores is not None and card.moved else None,
            generation=self._generation,
            selected=grid.photos.positions[selected_rows(grid)],
            current=photo.asset if photo is not None else 0,
            scroll=grid.verticalScrollBar().value(),
        )

    @Slot(object)
    def _query_changed(self, query: Query) -> None:
        if self._shown is not None and self._shown.query == self._search.answered_query:
            self._shown = self._seen(self._shown)  # before another answer takes the rows away
        if self._restoring is not None and self._restoring.query != query:
            self._restoring = None

    @Slot(object, bool)
    def follow(self, answer: Ranking, new: bool) -> None:
        """Note the query of an answer that the grid shows, and bring back what was in sight of it."""
        self._generation = answer.generation
        query = self._search.answered_query
        if query is None or not (new or self._restoring):
            return
        if self._restoring is not None and self._restoring.query == query:
            step, self._restoring = self._restoring, None
            self._show(step)
        else:
            if self._shown is not None and self._shown.query != query:
                self._history.leave(self._shown, query)
            step = SearchStep(query)
        self._shown = step
        self.changed.emit()

    def _show(self, step: SearchStep) -> None:
        grid = self._results.grid
        if step.line is not None:
            self._results.card.set_line(step.line)
        row = grid.photos.rows_of({step.current}).get(step.current) if step.current else None
        if row is not None:
            flag = QItemSelectionModel.SelectionFlag.NoUpdate
            grid.selectionModel().setCurrentIndex(grid.photos.index(row, 0), flag)
        if len(step.selected):
            rows = np.flatnonzero(np.isin(grid.photos.positions, step.selected))
            if step.generation != self._generation:  # photos went since: what the inspector shows is marked
                rows = np.array([] if row is None else [row], np.int64)
            select_rows(grid, rows)
        grid.verticalScrollBar().setValue(step.scroll)

    @Slot()
    def _forget(self) -> None:
        self._history.clear()
        self._shown = self._restoring = None
        self.changed.emit()
