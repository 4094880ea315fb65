"""Saved searches in the window: listed in the tree, counted when there is time, run, saved, changed."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QInputDialog, QMenu, QWidget

from dinodesk.engine.client import EngineClient
from dinodesk.engine.messages import (
    CatalogGrown,
    CatalogReset,
    CountSaved,
    LibraryState,
    ListSaved,
    MarkSeen,
    ModelState,
    PhotosChanged,
    Problem,
    Ranking,
    RemoveSaved,
    RenameSaved,
    SavedCounted,
    SavedList,
    SaveSearch,
    TagsChanged,
)
from dinodesk.records import EVERYTHING, HandLine, SavedSearch, SearchValues, known_templates
from dinodesk.ui.context.app_state import EQUAL_WEIGHT, AppState, Query
from dinodesk.ui.context.feedback import Feedback
from dinodesk.ui.grid.zones import Zones
from dinodesk.ui.search.results_pane import ResultsPane
from dinodesk.ui.text.plain_text import one_line
from dinodesk.ui.text.tag_text import SAVED_ACTIONS

IDLE_MS = 1500
"""Nothing changed and nothing was asked for so long before saved searches are counted again."""
BETWEEN_MS = 150
"""Between two counts, for whatever else the engine has to do."""
LONGEST = 60
"""Characters of a name that is proposed."""


class SavedController(QObject):
    """Counts one search at a time, and none while something is typed."""

    listed = Signal(object)  # tuple[SavedSearch, ...]
    counted = Signal(str, int, int)  # name, photos, new ones
    runRequested = Signal(object)  # Query
    sortRequested = Signal(str)
    stopRequested = Signal(str)
    left = Signal()  # what is shown is no saved search any more

    def __init__(
        self,
        engine: EngineClient,
        state: AppState,
        results: ResultsPane,
        feedback: Feedback,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._engine, self._state, self._results = engine, state, results
        self._feedback, self._parent = feedback, parent
        self._searches: tuple[SavedSearch, ...] = ()
        self._waiting: list[str] = []  # names to be counted
        self._running: tuple[str, Query] | None = None  # the saved search that is shown
        self._line: tuple[Query, HandLine] | None = None  # to be set with the answer of a query
        self._idle = QTimer(self)
        self._idle.setSingleShot(True)
        self._idle.timeout.connect(self._count_next)
        engine.subscribe(TagsChanged, self, self._tags_changed)
        engine.subscribe(CatalogReset, self, self._photos_differ)
        engine.subscribe(CatalogGrown, self, self._photos_differ)
        engine.subscribe(PhotosChanged, self, self._photos_differ)
        state.libraryChanged.connect(self._library_changed)
        state.modelChanged.connect(self._model_changed)
        state.queryChanged.connect(self._query_changed)
        self._library = ""

    # ── listing and counting ────────────────────────────────────────────────────────────────────

    @Slot(object)
    def _library_changed(self, library: LibraryState) -> None:
        if library.path != self._library:
            self._library = library.path
            self._searches = ()
            self._ask_list()

    def _ask_list(self) -> None:
        self._engine.send(ListSaved(), self, self._listed, self._count_failed)

    def _listed(self, answer: SavedList) -> None:
        self._searches = answer.searches
        self.listed.emit(answer.searches)
        self._count_all()

    def _count_all(self) -> None:
        self._waiting = [each.name for each in self._searches]
        self._idle.start(IDLE_MS)

    @Slot()
    def _count_next(self) -> None:
        model = self._state.model
        if self._waiting and model is not None and model.state == "ready":
            name = self._waiting.pop(0)
            self._engine.send(CountSaved(name=name), self, self._counted, self._count_failed)

    def _counted(self, answer: SavedCounted) -> None:
        self.counted.emit(answer.name, answer.count, answer.new)
        self._idle.start(BETWEEN_MS)

    def _count_failed(self, _problem: Problem) -> None:
        """One that can't be counted shows no number; what is wrong with the library is told elsewhere."""
        self._idle.start(BETWEEN_MS)

    def _photos_differ(self, _answer: CatalogReset | CatalogGrown | PhotosChanged) -> None:
        if self._searches and not (self._idle.isActive() and len(self._waiting) == len(self._searches)):
            self._count_all()

    @Slot(object)
    def _model_changed(self, model: ModelState) -> None:
        if model.state == "ready" and self._searches:
            self._count_all()

    def _tags_changed(self, answer: TagsChanged) -> None:
        if answer.change is not None and answer.change.action in SAVED_ACTIONS:
            self._ask_list()

    # ── running ─────────────────────────────────────────────────────────────────────────────────

    @Slot(str)
    def run(self, name: str) -> None:
        """Run a saved search with all its values; its photos count as seen."""
        search = next((each for each in self._searches if each.name == name), None)
        if search is None:
            return
        self._running = name, query_of(search.values)
        self.show_values(search.values)
        model = self._state.model
        now = model.info.fingerprint if model is not None and model.info is not None else ""
        if search.values.line is not None and "" != now != search.model:
            sentence = "This search was saved with another model, which its threshold and cut are for"
            self._feedback.show_status(sentence, keep=True)
        self._engine.send(MarkSeen(name=name))
        self._waiting = [name, *(each for each in self._waiting if each != name)]
        self._idle.start(IDLE_MS)

    @Slot(object)
    def show_values(self, values: SearchValues) -> None:
        """Ask a search with all its values."""
        query = query_of(values)
        self._line = None if values.line is None else (query, values.line)
        if values.line is None:
            self.stopRequested.emit(values.stop)
            self._results.card.set_auto(True)
        self.runRequested.emit(query)
        self.sortRequested.emit(values.sort)

    @Slot(object, bool)
    def answered(self, answer: Ranking, _new: bool) -> None:
        """An answer is shown: the line by hand that belongs to it is set."""
        if self._line is None or self._line[0] != self._state.query:
            return
        (_, line), self._line = self._line, None
        if answer.fitted is not None:
            curve = line.curve or answer.fitted.curve
            self._results.card.set_zones(Zones(curve, line.cut, min(line.cut, answer.fitted.possible)))

    @Slot(object)
    def _query_changed(self, query: Query) -> None:
        if self._idle.isActive():
            self._idle.start(IDLE_MS)  # typing goes first
        if self._running is not None and self._running[1] != query:
            self._running = None
            self.left.emit()

    # ── saving ──────────────────────────────────────────────────────────────────────────────────

    def values(self) -> SearchValues:
        """The present search with all its values, its scope not among them."""
        query, line = self._state.query, self._results.card.line
        zones = line.zones
        by_hand = self._results.grid.photos.judged is not None and not line.auto
        return SearchValues(
            query=query.text,
            images=query.images,
            image_weight=query.image_weight if query.text and query.images else None,
            scene=query.scene,
            templates=query.templates,
            stop=line.stop,
            line=HandLine(zones.curve.threshold, zones.curve.temperature, zones.cut) if by_hand else None,
            sort=self._results.arrangement.sort_box.currentData(),
        )

    @Slot()
    def ask_save(self) -> None:
        """Ask for a name for what is shown now, and save it."""
        query = self._state.query
        if not query.searching and query.scope == EVERYTHING:
            self._feedback.show_status("Search for something first, or choose a place, to save it")
            return
        values = self.values()
        self._ask_name("Save this search", "Its name:", self._proposed(query), partial(self._save, values))

    def _proposed(self, query: Query) -> str:
        if self._running is not None:
            return self._running[0]
        words = query.text or self._results.scope_name(query.scope)
        return one_line(words or "Photos like this one")[:LONGEST]

    def _save(self, values: SearchValues, name: str) -> None:
        model = self._state.model
        search = SavedSearch(
            name=name,
            values=values,
            model=model.info.fingerprint if model is not None and model.info is not None else "",
            created=time.time(),
        )
        self._engine.send(SaveSearch(search=search, scope=self._state.query.scope))

    def _ask_name(self, title: str, label: str, name: str, then: partial[None]) -> None:
        dialog = QInputDialog(self._parent)
        dialog.setObjectName("savedNameDialog")
        dialog.setWindowTitle(title)
        dialog.setLabelText(label)
        dialog.setTextValue(name)
        dialog.textValueSelected.connect(then)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    @Slot(QMenu, str)
    def fill_menu(self, menu: QMenu, name: str) -> None:
        """Add what can be done with a saved search."""
        menu.addAction("Run", partial(self.run, name))
        menu.addAction("Save what is shown now under this name", partial(self._save_as, name))
        menu.addAction("Rename…", partial(self._ask_rename, name))
        menu.addAction("Remove (photos stay)", partial(self._remove, name))
        menu.addSeparator()

    def _save_as(self, name: str) -> None:
        self._save(self.values(), name)

    def _ask_rename(self, name: str) -> None:
        label = f"Another name for the saved search “{one_line(name)}”:"
        self._ask_name("Rename", label, name, partial(self._rename, name))

    def _rename(self, name: str, new: str) -> None:
        if new.strip() and new != name:
            self._engine.send(RenameSaved(name=name, new=new))

    def _remove(self, name: str) -> None:
        self._engine.send(RemoveSaved(name=name))


def query_of(values: SearchValues) -> Query:
    """What the window asks for a search: its own share of the photos where none is given."""
    text = values.query
    if values.literal:
        text = '"' + text.replace('"', '""') + '"'
    templates = known_templates(values.templates) if text else "none"
    query = Query(text, values.images, EVERYTHING, EQUAL_WEIGHT, values.scene, templates)
    return query if values.image_weight is None else replace(query, image_weight=values.image_weight)
