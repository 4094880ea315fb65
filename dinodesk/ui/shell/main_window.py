"""The window: puts the panes together and passes on what a person does. Everything else is theirs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QPoint, Qt, Signal, Slot
from PySide6.QtGui import (
    QAction,
    QCloseEvent,
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QIcon,
    QKeyEvent,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QApplication, QMainWindow, QSplitter, QVBoxLayout, QWidget

from dinodesk import paths
from dinodesk.engine import messages as m
from dinodesk.settings import Settings
from dinodesk.ui.grid.thumbnail_loader import ThumbnailLoader
from dinodesk.ui.inspection.inspector_controller import InspectorController
from dinodesk.ui.inspection.inspector_pane import InspectorPane
from dinodesk.ui.inspection.large_view import LargeView
from dinodesk.ui.inspection.large_view_controller import LargeViewController
from dinodesk.ui.library.library_tree import LibraryTree
from dinodesk.ui.library.notices_controller import NoticesController
from dinodesk.ui.search.results_pane import ResultsPane
from dinodesk.ui.search.search_bar import SearchBar
from dinodesk.ui.search.search_controller import SearchController
from dinodesk.ui.shell.actions import Actions
from dinodesk.ui.shell.command_controller import CommandController
from dinodesk.ui.shell.drop_overlay import DropOverlay, sentence_for
from dinodesk.ui.shell.engine_events import EngineEvents
from dinodesk.ui.shell.status_bar import StatusBar
from dinodesk.ui.shell.window_state import WindowState
from dinodesk.ui.tags.tag_controller import TagController
from dinodesk.ui.theme.theme import Theme
from dinodesk.ui.widgets import drop_content

if TYPE_CHECKING:
    from dinodesk.engine.client import Engine


class MainWindow(QMainWindow):
    """Takes an engine and the settings; builds none of them."""

    closing = Signal()

    def __init__(
        self,
        engine: Engine,
        theme: Theme,
        settings: Settings,
        remember: Callable[[Settings], None],
        state: WindowState | None = None,
    ) -> None:
        super().__init__()
        self.setObjectName("mainWindow")
        self.setWindowTitle("DinoDesk")
        self.setWindowIcon(QIcon(str(paths.resource("icons", "dinodesk-256.png"))))
        self.setAcceptDrops(True)
        self.engine, self.theme = engine, theme
        self._settings, self._remember, self._state = settings, remember, state
        self.device = self.precision = "auto"
        self.library: m.LibraryState | None = None
        self.model_state: m.ModelState | None = None
        self.thumbnails = ThumbnailLoader(self)
        self.bar = SearchBar(theme)
        self.tree = LibraryTree(theme)
        self.results = ResultsPane(theme, self.thumbnails)
        self.inspector = InspectorPane(theme)
        self.strip = StatusBar(theme)
        self._build()
        self.large = LargeView(theme, self.centre)
        self.hint = DropOverlay(theme, self.centre)
        self.actions_ = Actions(self, theme)
        self.asking = SearchController(engine, self.results.grid.photos, self)
        self.looking = InspectorController(engine, self.inspector, self.large, self.thumbnails, self)
        self.doing = CommandController(self)
        self.menu = self.actions_.main_menu(self)
        self.settings_menu = self.actions_.settings_menu(self)
        self.photo_menu = self.actions_.photo_menu(self)
        self.tagging = TagController(self)
        self.telling = NoticesController(self)
        self.hearing = EngineEvents(self)
        self.enlarging = LargeViewController(self)
        self._connect_panes()
        self.hearing.refresh_page()
        self.bar.field.setFocus()

    def _build(self) -> None:
        unit = self.theme.unit()
        left = QWidget()
        left.setObjectName("libraryPane")
        left.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 4, 0, 8)
        column.addWidget(self.tree)
        right = QWidget()
        right.setObjectName("inspectorPane")
        right.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 4, 0, 0)
        column.addWidget(self.inspector)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setObjectName("panes")
        self.splitter.setHandleWidth(1)
        self.splitter.setChildrenCollapsible(False)
        self._panes: list[QWidget] = []
        self._least: list[int] = []
        for widget, least in ((left, 9), (self.results, 24), (right, 17)):
            widget.setMinimumWidth(round(unit * least))
            self._panes.append(widget)
            self._least.append(round(unit * least))
            self.splitter.addWidget(widget)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setSizes([round(unit * 13.5), round(unit * 56), round(unit * 21.5)])
        self.centre = QWidget()
        layout = QVBoxLayout(self.centre)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.bar)
        layout.addWidget(self.splitter, 1)
        layout.addWidget(self.strip)
        self.setCentralWidget(self.centre)
        room = self.screen().availableGeometry().size()
        self.resize(min(round(unit * 92), room.width()), min(round(unit * 58), room.height()))
        if self._state is not None:
            cell = self._state.restore(self, self.splitter)
            if cell:
                self.results.size_slider.setValue(cell)

    def _connect_panes(self) -> None:
        bar, grid, doing = self.bar, self.results.grid, self.doing
        bar.changed.connect(self._query_edited)
        bar.pictureWanted.connect(self._fetch_picture)
        self.thumbnails.fetched.connect(bar.show_picture)
        bar.leftDown.connect(self._to_grid)
        bar.photoPasted.connect(doing.paste)
        bar.photoAsked.connect(doing.ask_photo)
        bar.menu_button.clicked.connect(self._show_menu)
        bar.look_button.clicked.connect(self.show_settings)
        self.tree.placeChosen.connect(self.asking.set_place)
        self.tree.menuAsked.connect(doing.tree_menu)
        for typing in (self.tree.typed, grid.typed):
            typing.connect(self.type_into_search)
        grid.currentMoved.connect(self._current_moved)
        grid.quickLook.connect(self.enlarging.quick_look)
        grid.enlarge.connect(self.enlarging.enlarge)
        grid.shortcutsAsked.connect(doing.pages.show_shortcuts)
        grid.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        grid.customContextMenuRequested.connect(self._grid_menu)
        self.results.card.lineMoved.connect(self.show_why)
        self.large.moved.connect(self.enlarging.step)
        self.large.ended.connect(self.enlarging.end)
        self.large.closed.connect(self.enlarging.back)
        self.inspector.showInFolder.connect(doing.photos.show_in_folder)
        self.inspector.copyPath.connect(doing.photos.copy_path)
        self.inspector.findSimilar.connect(doing.photos.find_similar)
        self.strip.pauseAsked.connect(doing.pause)
        self.strip.stopAsked.connect(doing.stop)
        self.strip.skippedAsked.connect(doing.pages.show_skipped)
        self.strip.modelAsked.connect(doing.pages.show_models)
        first = self.results.first_run
        first.addFolder.connect(doing.add_folder)
        first.trySamples.connect(doing.open_samples)
        first.strongerModel.connect(doing.pages.show_models)
        doing.connect_actions(self.actions_)
        self.actions_.appearance.group.triggered.connect(self._appearance)

    @Slot()
    def _fit_panes(self) -> None:
        """No pane is narrower than what must be read in it."""
        needed = (0, self.results.least_width(), self.inspector.least_width())
        for pane, least, need in zip(self._panes, self._least, needed, strict=True):
            pane.setMinimumWidth(max(least, need))

    def showEvent(self, event: QShowEvent) -> None:
        """Sizes are known once styles are applied."""
        super().showEvent(event)
        self._fit_panes()

    # ── settings ────────────────────────────────────────────────────────────────────────────────

    @property
    def settings(self) -> Settings:
        """The person's choices."""
        return self._settings

    def change_settings(self, **changes: Any) -> None:
        """Remember a choice."""
        self._settings = replace(self._settings, **changes)
        self._remember(self._settings)

    @Slot(QAction)
    def _appearance(self, action: QAction) -> None:
        self.theme.choose(str(action.data()))
        self.change_settings(theme=self.theme.choice)

    # ── what a person does ──────────────────────────────────────────────────────────────────────

    @Slot()
    def _query_edited(self) -> None:
        if self.large.isVisible() and self.bar.field.hasFocus():
            self.large.leave()
            self.bar.field.setFocus()
        self.doing.pasting.keep(self.bar.images)
        self.asking.set_query(self.bar.text, self.bar.images)
        self.say_waiting()

    @Slot(str)
    def _fetch_picture(self, file: str) -> None:
        self.thumbnails.fetch_file(file, 128)

    def say_waiting(self) -> None:
        """What is typed before the model is ready is answered when it is."""
        state = self.model_state
        sentence = ""
        if self.asking.searching and (state is None or state.state != "ready"):
            sentence = "your search is answered as soon as the model is loaded"
            if state is not None and state.state == "error":
                sentence = "your search can't be answered: no model could be loaded"
                self.hearing.say_no_model(state)
        self.results.wait_for(sentence)

    @Slot(str)
    def type_into_search(self, text: str) -> None:
        """Typing anywhere goes to the search field."""
        self.large.leave()  # what is typed must be seen
        self.bar.field.setFocus()
        self.bar.field.insert(text)

    @Slot()
    def _to_grid(self) -> None:
        grid = self.results.grid
        if not grid.photos.rowCount():
            return
        grid.setFocus()
        if not grid.currentIndex().isValid():
            grid.setCurrentIndex(grid.photos.index(0, 0))

    @Slot()
    def _current_moved(self) -> None:
        grid = self.results.grid
        photo = grid.photos.photo(grid.currentIndex().row()) if grid.currentIndex().isValid() else None
        self.looking.look_at(photo)
        if photo is not None:
            row = grid.currentIndex().row()
            name = str(grid.currentIndex().data())
            self.large.set_caption(name, f"{row + 1:,} of {grid.photos.rowCount():,}")
        self.show_why()

    @Slot()
    def show_why(self) -> None:
        """The numbers of the current photo in the current query."""
        grid, info = self.results.grid, self.model_state.info if self.model_state else None
        row = grid.currentIndex().row() if grid.currentIndex().isValid() else -1
        has_text = info is not None and info.text
        self.inspector.show_why(grid.photos, row, self.asking.text, bool(self.asking.images), has_text)

    @Slot()
    def _show_menu(self) -> None:
        button = self.bar.menu_button
        self.menu.popup(button.mapToGlobal(QPoint(0, button.height() + 4)))

    @Slot()
    def show_settings(self) -> None:
        """The settings menu under its button."""
        button = self.bar.look_button
        width = self.settings_menu.sizeHint().width()
        self.settings_menu.popup(button.mapToGlobal(QPoint(button.width() - width, button.height() + 4)))

    @Slot(QPoint)
    def _grid_menu(self, point: QPoint) -> None:
        if self.results.grid.indexAt(point).isValid():
            self.photo_menu.popup(self.results.grid.viewport().mapToGlobal(point))

    # ── events of the window itself ─────────────────────────────────────────────────────────────

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Typing that nobody took goes to the search field."""
        text = event.text()
        held = event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
        if event.key() == Qt.Key.Key_Escape and self.large.isVisible():
            self.large.leave()
        elif event.key() == Qt.Key.Key_Escape and self.isFullScreen():
            self.actions_["fullScreen"].trigger()
        elif text and text in "12345" and not held and self.large.isVisible():
            self.tagging.rate(int(text))
        elif text == "?":
            self.doing.pages.show_shortcuts()
        elif text and text.isprintable() and text.strip() and not held:
            self.type_into_search(text)
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Folders, photos and model files are welcome anywhere."""
        self.dragMoveEvent(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Say what a drop would do; the grid's own photos are not taken back."""
        if drop_content.welcome(event.mimeData()) and event.source() is not self.results.grid:
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self.hint.say(sentence_for(event.mimeData(), self._shift(event)))

    def dragLeaveEvent(self, event: QEvent) -> None:
        """Gone again."""
        self.hint.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        """Add, search or import."""
        self.hint.hide()
        if event.source() is self.results.grid:
            return
        self.doing.take(drop_content.understand(event.mimeData(), self._shift(event)))
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()

    @staticmethod
    def _shift(event: QDropEvent) -> bool:
        return bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The large photo follows."""
        super().resizeEvent(event)
        if hasattr(self, "large") and self.large.isVisible():
            self.enlarging.place()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember the window; whoever built it closes the engine."""
        if self._state is not None:
            self._state.save(self, self.splitter, self.results.size_slider.value())
        self.thumbnails.close()
        self.doing.pasting.close()
        self.doing.pages.close_dialogs()
        self.doing.keeping.close_dialogs()
        self.closing.emit()
        event.accept()
        QApplication.sendPostedEvents(self, 0)
