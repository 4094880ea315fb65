"""Back and forward: brings earlier queries back as they were left, with sliders, selection and place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QItemSelectionModel, QObject, Signal, Slot

from dinodesk.engine.messages import Ranking
from dinodesk.records import Among, Scope
from dinodesk.ui.context.app_state import AppState, Query
from dinodesk.ui.grid.grid_selection import select_rows, selected_rows
from dinodesk.ui.grid.photo_grid import PhotoGrid
from dinodesk.ui.search.results_pane import ResultsPane
from dinodesk.ui.search.search_controller import SearchController
from dinodesk.ui.search.search_history import SearchHistory, VisitedQuery

MOST = 10_000
"""Selected photos that are brought back."""


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
        """`has_scope` says whether a folder, label or album is there still; results of a query always are."""
        super().__init__(parent)
        self._state, self._search, self._results, self._has_scope = state, search, results, has_scope
        self._history = SearchHistory()
        self._shown: VisitedQuery | None = None  # the query whose photos are in the grid
        self._restoring: VisitedQuery | None = None  # the one whose answer is on its way
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

    def _go(self, move: Callable[[VisitedQuery], VisitedQuery | None]) -> None:
        present = self._present()
        if present is None:
            return
        visit = move(present)
        while visit is not None and not self._is_there(visit.query.scope):
            visit = move(visit)
        if visit is not None:
            self._restoring = visit
            self._search.show(visit.query)
            self.restored.emit(visit.query)
        self.changed.emit()

    def _is_there(self, scope: Scope) -> bool:
        return isinstance(scope, Among) or self._has_scope(scope)

    def _present(self) -> VisitedQuery | None:
        """The current query and what is in sight of it; one without an answer has nothing in sight."""
        if self._shown is None or self._shown.query != self._state.query:
            return VisitedQuery(self._state.query) if self._shown is not None else None
        return self._seen(self._shown)

    def _seen(self, visit: VisitedQuery) -> VisitedQuery:
        grid, line = self._results.grid, self._results.card.line
        photo = grid.photos.photo(grid.currentIndex().row())
        return replace(
            visit,
            zones=line.zones if grid.photos.judged is not None and not line.auto else None,
            selected=_selected_assets(grid),
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
        query = self._search.answered_query
        if query is None or not (new or self._restoring):
            return
        if self._restoring is not None and self._restoring.query == query:
            visit, self._restoring = self._restoring, None
            self._show(visit)
        else:
            if self._shown is not None and self._shown.query != query:
                self._history.leave(self._shown, query)
            visit = VisitedQuery(query)
        self._shown = visit
        self.changed.emit()

    def _show(self, visit: VisitedQuery) -> None:
        grid = self._results.grid
        if visit.zones is not None:
            self._results.card.set_zones(visit.zones)
        if visit.current or visit.selected:
            rows = grid.photos.rows_of(set(visit.selected) | {visit.current})
            if visit.current in rows:
                flag = QItemSelectionModel.SelectionFlag.NoUpdate
                grid.selectionModel().setCurrentIndex(grid.photos.index(rows[visit.current], 0), flag)
            chosen = [row for asset, row in rows.items() if asset in visit.selected]
            select_rows(grid, np.sort(np.array(chosen, np.int64)))
        grid.verticalScrollBar().setValue(visit.scroll)

    @Slot()
    def _forget(self) -> None:
        self._history.clear()
        self._shown = self._restoring = None
        self.changed.emit()


def _selected_assets(grid: PhotoGrid) -> frozenset[int]:
    """The assets of the selected photos; none of more than `MOST`, which are selected anew by one key."""
    positions = grid.photos.positions[selected_rows(grid)]
    catalog = grid.photos.catalog
    return (
        frozenset(catalog[each].asset for each in positions.tolist())
        if len(positions) <= MOST
        else frozenset()
    )
