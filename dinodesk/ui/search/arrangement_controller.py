"""Order and headings of the photos: remembered for searching, browsing and albums, applied without ranking
anew."""

from __future__ import annotations

from functools import partial
from typing import Literal

from PySide6.QtCore import QObject, Signal, Slot

from dinodesk.engine.client import EngineClient
from dinodesk.engine.messages import (
    ArrangePhotos,
    CatalogGrown,
    CatalogReset,
    PhotosArranged,
    PhotosChanged,
    Problem,
)
from dinodesk.records import GROUPS, SORTS, Arrangement, Sort, Tagged
from dinodesk.ui.context.app_state import AppState, Query
from dinodesk.ui.grid.photo_model import PhotoModel
from dinodesk.ui.grid.row_arrangement import RowArrangement
from dinodesk.ui.search.arrangement_bar import ArrangementBar
from dinodesk.ui.text.arrangement_text import group_title

Mode = Literal["search", "browse", "album"]
_OWN = {"search": "relevance", "browse": "date", "album": "relevance"}
"""The order in which the engine answers, by mode."""


class ArrangementController(QObject):
    """Asks where all photos stand, once an arrangement and catalog, and lets the grid follow.

    It must hear of a new query and a new catalog before `SearchController`, so that its answer is here first.
    """

    datesShown = Signal(bool)  # whether the photos in the grid stand by date

    def __init__(
        self,
        engine: EngineClient,
        state: AppState,
        model: PhotoModel,
        bar: ArrangementBar,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._engine, self._state, self._model, self._bar = engine, state, model, bar
        self._generation = -1
        self._known: dict[Arrangement, PhotosArranged] = {}
        self._stale = False  # photos came since the ranks were made
        self._applied: PhotosArranged | None = None
        self._shown: tuple[int, Mode] | None = None  # catalog and mode of the answer in the grid
        bar.chosen.connect(self._choose)
        state.queryChanged.connect(self._query_changed)
        engine.subscribe(CatalogReset, self, self._catalog_reset)
        engine.subscribe(CatalogGrown, self, self._catalog_grown)
        engine.subscribe(PhotosChanged, self, self._photos_changed)
        self._show()

    @property
    def mode(self) -> Mode:
        """What the order is remembered for."""
        query = self._state.query
        if query.searching:
            return "search"
        return "album" if isinstance(query.scope, Tagged) and query.scope.kind == "album" else "browse"

    @property
    def arrangement(self) -> Arrangement:
        """What is chosen for the present mode."""
        settings, mode = self._state.settings, self.mode
        sort, group = getattr(settings, f"sort_{mode}"), getattr(settings, f"group_{mode}")
        return Arrangement(
            next((each for each in SORTS if each == sort), "relevance"),
            next((each for each in GROUPS if each == group), "none"),
        )

    def choose(self, arrangement: Arrangement) -> None:
        """Let photos stand in this way from now on, in this mode."""
        mode = self.mode
        self._state.change_settings(**{f"sort_{mode}": arrangement.sort, f"group_{mode}": arrangement.group})
        self._show()

    @Slot(str)
    def choose_sort(self, sort: Sort) -> None:
        """Another order; headings stay."""
        self.choose(Arrangement(sort, self.arrangement.group))

    @Slot(object)
    def _choose(self, arrangement: Arrangement) -> None:
        self.choose(arrangement)

    @Slot(object)
    def _query_changed(self, _query: Query) -> None:
        self._show()

    @property
    def by_date(self) -> bool:
        """Whether the photos in the grid stand by date."""
        sort = self.arrangement.sort.removeprefix("-")
        dated = self.arrangement.group not in ("folder", "drive") and sort == "date"
        return dated and (self._is_own(self.arrangement) or self._model.arranged)

    @Slot()
    def answered(self) -> None:
        """An answer is in the grid: it stands in the order that is chosen for it."""
        self._shown = self._generation, self.mode
        if self._stale and not self._is_own(self.arrangement):
            self._known.clear()
            self._stale = False
        self._show()

    def _is_own(self, wanted: Arrangement) -> bool:
        """Whether the engine's answer stands in this way by itself."""
        return wanted == Arrangement(next(sort for sort in SORTS if sort == _OWN[self.mode]))

    def _show(self) -> None:
        """Show what is chosen in the bar, and in the grid as soon as it shows what that is chosen for."""
        wanted, mode = self.arrangement, self.mode
        self._bar.show_arrangement(wanted, searching=mode == "search", album=mode == "album")
        if self._is_own(wanted):
            self._apply(None)
        elif wanted in self._known:
            self._apply(self._known[wanted])
        else:
            self._engine.send(ArrangePhotos(arrangement=wanted), self, self._arranged, self._failed)

    def _arranged(self, answer: PhotosArranged) -> None:
        if answer.generation != self._generation:
            return
        self._known[answer.arrangement] = answer
        if answer.arrangement == self.arrangement:
            self._apply(answer)

    def _failed(self, _problem: Problem) -> None:
        """Photos stay as they are; the answer to the query tells what is wrong with the library."""

    def _apply(self, answer: PhotosArranged | None) -> None:
        self._rearrange(answer)
        self.datesShown.emit(self.by_date)

    def _rearrange(self, answer: PhotosArranged | None) -> None:
        if answer is self._applied or self._shown != (self._generation, self.mode):
            return
        self._applied = answer
        if answer is None:
            self._model.set_arrangement(None)
            return
        arrangement = answer.arrangement
        rows = RowArrangement(
            answer.ranks, answer.groups, answer.names, backwards=arrangement.sort == "-relevance"
        )
        self._model.set_arrangement(rows, partial(group_title, arrangement.group))

    # ── the catalog ─────────────────────────────────────────────────────────────────────────────

    def _catalog_reset(self, answer: CatalogReset) -> None:
        self._generation = answer.generation
        self._known.clear()
        self._stale = False
        self._show()

    def _catalog_grown(self, _answer: CatalogGrown) -> None:
        self._stale = True

    def _photos_changed(self, _answer: PhotosChanged) -> None:
        self._stale = True  # photos that are rated stay where they are until something is asked anew
