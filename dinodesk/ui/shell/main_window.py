"""The window: builds panes and controllers and connects them. It alone sees two features at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QCloseEvent, QIcon, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QSplitter, QVBoxLayout, QWidget
from typing_extensions import override

from dinodesk import paths
from dinodesk.engine.client import EngineClient
from dinodesk.engine.messages import LibraryState
from dinodesk.settings import Settings, default_library
from dinodesk.ui.context.app_state import AppState, Query
from dinodesk.ui.context.feedback import Feedback
from dinodesk.ui.drops.drop_controller import DropController
from dinodesk.ui.drops.drop_overlay import DropOverlay
from dinodesk.ui.grid.export_controller import ExportController
from dinodesk.ui.grid.grid_controller import GridController
from dinodesk.ui.grid.open_with import OpenWith
from dinodesk.ui.grid.photo_commands import PhotoCommands
from dinodesk.ui.grid.thumbnail_loader import ThumbnailLoader
from dinodesk.ui.inspection.inspector_controller import InspectorController
from dinodesk.ui.inspection.inspector_pane import InspectorPane
from dinodesk.ui.inspection.large_view import LargeView
from dinodesk.ui.inspection.large_view_controller import LargeViewController
from dinodesk.ui.inspection.preview_panel import PanelMap
from dinodesk.ui.kept_searches.kept_searches_controller import KeptSearchesController
from dinodesk.ui.kept_searches.past_searches import PastSearches
from dinodesk.ui.library.exclude_rules_controller import ExcludeRulesController
from dinodesk.ui.library.job_controller import JobController
from dinodesk.ui.library.library_controller import LibraryController
from dinodesk.ui.library.library_tree import LibraryTree
from dinodesk.ui.library.maintenance_controller import MaintenanceController
from dinodesk.ui.library.notices_controller import NoticesController
from dinodesk.ui.library.photo_files_controller import PhotoFilesController
from dinodesk.ui.library.recent_libraries_menu import RecentLibrariesMenu
from dinodesk.ui.library.skipped_controller import SkippedController
from dinodesk.ui.library.tree_menu import TreeMenu
from dinodesk.ui.models.model_controller import ModelController
from dinodesk.ui.query.query_language_controller import QueryLanguageController
from dinodesk.ui.search.check_controller import CheckController
from dinodesk.ui.search.history_controller import HistoryController
from dinodesk.ui.search.results_page import ResultsPage
from dinodesk.ui.search.results_pane import ResultsPane
from dinodesk.ui.search.search_bar import SearchBar
from dinodesk.ui.search.search_controller import SearchController
from dinodesk.ui.search.search_entry import SearchEntry
from dinodesk.ui.search.word_hint_controller import WordHintController
from dinodesk.ui.shell.actions import Actions
from dinodesk.ui.shell.dialog_controller import DialogController
from dinodesk.ui.shell.menus import Menus
from dinodesk.ui.shell.mouse_navigation import MouseNavigation
from dinodesk.ui.shell.pane_folding import PaneFolding
from dinodesk.ui.shell.settings_controller import SettingsController
from dinodesk.ui.shell.status_bar import StatusBar
from dinodesk.ui.shell.window_state import WindowState
from dinodesk.ui.tags.sidecar_controller import SidecarController
from dinodesk.ui.tags.tag_controller import TagController
from dinodesk.ui.tags.undo_controller import UndoController
from dinodesk.ui.text.plain_text import one_line
from dinodesk.ui.theme.theme import Theme


class MainWindow(QMainWindow):
    """Takes an engine and the settings; builds neither. Panes know no controllers, controllers no window."""

    closing = Signal()

    def __init__(
        self,
        engine: EngineClient,
        theme: Theme,
        settings: Settings,
        remember: Callable[[Settings], None],
        maps: Sequence[PanelMap],
        saved: WindowState | None = None,
        past: Path | None = None,
    ) -> None:
        """`maps` are those that the inspector offers; `saved` keeps size and panes for the next start, the
        file `past` the searches."""
        super().__init__()
        self.setObjectName("mainWindow")
        self.setWindowTitle("DinoDesk")
        self.setWindowIcon(QIcon(str(paths.resource("icons", "dinodesk-256.png"))))
        self.engine, self.theme, self._saved, self._past_file = engine, theme, saved, past
        self.state = AppState(settings, remember, self)
        self.feedback = Feedback(engine, self)
        self._build_panes(maps)
        self._build_controllers()
        self._connect_state()
        self._connect_panes()
        self._connect_controllers()
        self._connect_actions()
        self.bar.field.setFocus()

    # ── building ────────────────────────────────────────────────────────────────────────────────

    def _build_panes(self, maps: Sequence[PanelMap]) -> None:
        self.thumbnails = ThumbnailLoader(self)
        self.bar = SearchBar(self.theme)
        self.tree = LibraryTree(self.theme)
        self.results = ResultsPane(self.theme, self.thumbnails)
        self.inspector = InspectorPane(self.theme, maps)
        self.strip = StatusBar(self.theme)
        self.centre = QWidget()
        layout = QVBoxLayout(self.centre)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.bar)
        layout.addWidget(self._build_splitter(), 1)
        layout.addWidget(self.strip)
        self.setCentralWidget(self.centre)
        unit, room = self.theme.unit(), self.screen().availableGeometry().size()
        self.resize(min(round(unit * 92), room.width()), min(round(unit * 58), room.height()))
        if self._saved is not None:
            self.folding.fold(*self._saved.folded())
            if cell := self._saved.restore(self, self.splitter):
                self.results.size_slider.setValue(cell)
        self.large = LargeView(self.theme, self.centre)
        self.drop_overlay = DropOverlay(self.theme, self.centre)

    def _build_splitter(self) -> QSplitter:
        unit = self.theme.unit()
        left, right = QWidget(), QWidget()
        self.folding = PaneFolding(self, self.theme, left, right, self.results.grid)
        for pane, name, below, inside in (
            (left, "libraryPane", 8, self.tree),
            (right, "inspectorPane", 0, self.inspector),
        ):
            pane.setObjectName(name)
            pane.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
            column = QVBoxLayout(pane)
            column.setContentsMargins(0, 4, 0, below)
            column.addWidget(inside)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setObjectName("panes")
        self.splitter.setHandleWidth(1)
        self.splitter.setChildrenCollapsible(False)
        self._panes: list[tuple[QWidget, int]] = []  # each with its least width
        for widget, least in ((left, 9), (self.results, 24), (right, 17)):
            widget.setMinimumWidth(round(unit * least))
            self._panes.append((widget, round(unit * least)))
            self.splitter.addWidget(widget)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setSizes([round(unit * 13.5), round(unit * 56), round(unit * 21.5)])
        return self.splitter

    def _build_controllers(self) -> None:
        engine, theme, state, feedback = self.engine, self.theme, self.state, self.feedback
        grid = self.results.grid
        self.actions_ = Actions(self, theme)
        buttons = self.bar.menu_button, self.bar.look_button
        self.menus = Menus(self.actions_, theme, buttons, grid, self)
        self.dialogs = DialogController(theme, self)
        self.settings = SettingsController(
            engine, state, theme, self.actions_, grid, self.results.size_slider, feedback, self
        )
        self.drops = DropController(self, self.drop_overlay, grid, feedback)
        self.jobs = JobController(engine, state, feedback, self)
        self.library = LibraryController(engine, state, feedback, self)
        recent = RecentLibrariesMenu(state, self)
        recent.chosen.connect(self.library.return_to_library)
        self.menus.library.insertMenu(self.actions_["defaultLibrary"], recent)
        self.maintenance = MaintenanceController(engine, state, self.library, theme, feedback, self)
        # a job's end: first the job is over, then how it ended is noted, then others tell of it
        self.notices = NoticesController(engine, state, self.results.standing, feedback, self)
        self.rules = ExcludeRulesController(engine, theme, self)
        self.skipped = SkippedController(engine, theme, feedback, self)
        common = [self.actions_[name] for name in ("rescan", "addFolder", "openLibrary")]
        self.tree_menu = TreeMenu(engine, state, self.tree, common, feedback, self)
        self.grid_controller = GridController(engine, state, grid, self.thumbnails, self)
        self.photo_commands = PhotoCommands(grid, feedback, self)
        self.photo_files = PhotoFilesController(
            engine, theme, grid, feedback, self, alone=self.large.isVisible
        )
        self.exports = ExportController(engine, state, theme, grid, feedback, self)
        self.exports.fill_matches(self.menus.export_matches)
        self.exports.fill_chosen(self.menus.export_chosen)
        self.open_with = OpenWith(state, self.photo_commands.readable_files, feedback, self)
        self.entry = SearchEntry(self.bar, self)
        self.kept = KeptSearchesController(
            engine, state, theme, self.bar, self.results, feedback, PastSearches(self._past_file), self
        )
        self.search = SearchController(engine, state, grid.photos, feedback, self)
        self.results_page = ResultsPage(state, self.results, self.search.photo_at, self)
        self.history = HistoryController(state, self.search, self.results, self.tree.has, self)
        self.checks = CheckController(engine, state, self.results, self)
        views = grid, self.tree, self.results.literal.list, self.large.view, self.inspector.panel.view
        self.mouse = MouseNavigation([self, self.large, *(view.viewport() for view in views)], self)
        self.words = WordHintController(engine, self.results, self)
        field, thumbnails = self.bar.field, self.thumbnails
        self.language = QueryLanguageController(engine, state, theme, field, thumbnails, grid.photos)
        self.inspection = InspectorController(
            engine, state, grid, self.inspector, self.large, self.thumbnails, self
        )
        self.large_view = LargeViewController(
            self.inspection, grid, self.large, self.centre, self.splitter, self
        )
        self.undo = UndoController(engine, state, theme, grid, feedback, self)
        self.tags = TagController(engine, state, theme, grid, feedback, self)
        self.sidecars = SidecarController(engine, self.state, theme, grid, feedback, self)
        self.models = ModelController(engine, state, theme, feedback, self)

    # ── connecting ──────────────────────────────────────────────────────────────────────────────

    def _connect_state(self) -> None:
        """What all know, to the panes that show it."""
        state, feedback, strip, notice = self.state, self.feedback, self.strip, self.results.notice
        state.libraryReplaced.connect(self.bar.clear)
        state.libraryReplaced.connect(self.tree.choose_everything)  # numbers of its labels mean others
        state.libraryReplaced.connect(feedback.clear)
        state.libraryChanged.connect(self._library_changed)
        state.libraryChanged.connect(self.tree.show_library)
        state.libraryChanged.connect(strip.show_library)
        state.tagsChanged.connect(self._tags_changed)
        state.modelChanged.connect(strip.show_model)
        state.jobChanged.connect(strip.show_job)
        feedback.statusChanged.connect(strip.show_status)
        feedback.noticeChanged.connect(self.results.show_notice)
        notice.acted.connect(feedback.clear_notice)
        notice.dismissed.connect(feedback.clear_notice)

    def _connect_panes(self) -> None:
        """What the person does, to the controllers."""
        bar, grid, strip = self.bar, self.results.grid, self.strip
        bar.changed.connect(self._query_edited)
        self.entry.entered.connect(self.large.close_view)
        bar.pictureWanted.connect(self.thumbnails.fetch_file)
        self.thumbnails.fetched.connect(bar.show_picture)
        bar.leftDown.connect(self._to_grid)
        bar.photoPasted.connect(self.drops.paste)
        bar.menu_button.clicked.connect(self.menus.show_main)
        bar.library_button.clicked.connect(self.folding.toggle_library)
        bar.inspector_button.clicked.connect(self.folding.toggle_inspector)
        self.folding.changed.connect(self.actions_.show_panes)
        bar.back_button.clicked.connect(self._back)
        bar.look_button.clicked.connect(self.menus.show_settings)
        self.tree.scopeChosen.connect(self.search.set_scope)
        self.tree.typed.connect(self.entry.type_text)
        grid.typed.connect(self.entry.type_text)
        grid.shortcutsRequested.connect(self.dialogs.show_shortcuts)
        grid.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        grid.customContextMenuRequested.connect(self.menus.show_photo)
        self.results_page.photoMenuRequested.connect(self.menus.show_chosen)
        self.menus.photoMenuOpening.connect(self.photo_files.look)
        self.photo_files.looked.connect(self.actions_.show_missing)
        self.menus.open_with.aboutToShow.connect(lambda: self.open_with.fill(self.menus.open_with))
        self.inspector.showInFolder.connect(self.photo_commands.show_in_folder)
        self.inspector.copyPath.connect(self.photo_commands.copy_path)
        self.inspector.findSimilar.connect(self.photo_commands.find_similar)
        self.inspector.info.rated.connect(self.tags.rate_current)
        self.inspector.info.labelRemoved.connect(self.tags.remove_label)
        self.inspector.info.labelsRequested.connect(self.tags.ask_labels)
        strip.pauseRequested.connect(self.jobs.pause)
        strip.stopRequested.connect(self.jobs.stop)
        strip.stopRequested.connect(self.notices.note_stop)
        strip.skippedRequested.connect(self.skipped.show_skipped)
        strip.modelRequested.connect(self.models.show_models)
        self.results.empty.helpRequested.connect(self.library.open_again)
        self.results.matchesChanged.connect(self.actions_.show_matches)
        self.results.card.stopChosen.connect(partial(self.settings.choose, "auto_stop"))
        self.search.follow_strip(self.results.card.strip)
        self.results.card.strip.menu.addAction(self.actions_["calibrate"])
        first_run = self.results.first_run
        first_run.addFolder.connect(self.library.ask_folder)
        first_run.trySamples.connect(self.library.open_samples)
        first_run.strongerModel.connect(self.models.show_models)

    def _connect_controllers(self) -> None:
        """Connect the signals of one feature to another."""
        search, notices = self.search, self.notices
        self.kept.follow(search)
        search.answered.connect(self.results_page.show_answer)
        search.answered.connect(self.words.show_answer)
        search.answered.connect(self.language.reading.show_answer)
        self.language.reading.sentenceRead.connect(self.bar.set_sentence)
        self.language.reading.valueTyped.connect(search.wait_for_value)
        self.results.sentenceChosen.connect(self.bar.field.setText)
        search.answered.connect(self.inspection.show_answer)
        search.answered.connect(self.kept.saved.answered)
        search.answered.connect(self.history.follow)  # last: what it brings back is not emptied again
        self.history.restored.connect(self._show_query)
        for changed in (self.history.changed, self.large.opened, self.large.closed):
            changed.connect(self._show_history)
        self.mouse.back.connect(self._back)
        self.mouse.forward.connect(self.history.forward)
        search.literalFound.connect(self.results_page.show_literal)
        search.catalogGrown.connect(self.tree.add_photos)
        search.imagesRefused.connect(self.bar.clear_images)
        self.results_page.modelMissed.connect(self.models.show_missing)
        self.models.modelReady.connect(search.model_ready)
        self.photo_commands.similarRequested.connect(self.bar.search_by_photo)
        self.drops.queryRequested.connect(self.entry.add_photo)
        self.drops.recipeRequested.connect(self.kept.recipes.open)
        self.drops.addRequested.connect(self.library.add)
        self.drops.importRequested.connect(self.models.import_models)
        self.drops.typed.connect(self.entry.type_text)
        self.library.importEnded.connect(notices.tell_import)
        for scanning in (self.library, self.rules, self.skipped, self.tree_menu):
            scanning.scanEnded.connect(notices.tell_scan)
        notices.folderFound.connect(self.library.add_folder)
        notices.reportFound.connect(self.maintenance.show_report)
        notices.reportMissed.connect(self.maintenance.show_library)
        notices.privacyRequested.connect(self.maintenance.make_private)
        self.maintenance.skippedRequested.connect(self.skipped.show_skipped)
        self.maintenance.scopeRequested.connect(self.tree.choose)
        self.maintenance.sidecarsRequested.connect(self.sidecars.export_all)
        self.tree_menu.tagMenuRequested.connect(self.tags.fill_menu)
        saved = self.kept.saved
        self.tree_menu.savedMenuRequested.connect(saved.fill_menu)
        self.tree.savedChosen.connect(saved.run)
        saved.listed.connect(self.tree.show_saved)
        saved.counted.connect(self.tree.count_saved)
        saved.left.connect(self.tree.leave_saved)
        self.kept.stopRequested.connect(partial(self.settings.choose, "auto_stop"))
        self.tags.scopeRequested.connect(self.tree.choose)
        self.tags.refreshRequested.connect(search.ask)
        self.tags.albumShown.connect(self.actions_["leaveAlbum"].setVisible)

    def _connect_actions(self) -> None:
        """What menus and shortcuts do."""
        grid, size = self.results.grid, self.results.size_slider
        for name, slot in (
            ("addFolder", self.library.ask_folder),
            ("addPhotos", self.library.ask_photos),
            ("openLibrary", self.library.ask_library),
            ("defaultLibrary", self.library.open_default),
            ("samples", self.library.open_samples),
            ("rescan", self.library.rescan),
            ("aboutLibrary", self.maintenance.show_library),
            ("verify", self.maintenance.verify),
            ("backUp", self.maintenance.back_up),
            ("moveLibrary", self.maintenance.ask_move),
            ("rules", self.rules.show_rules),
            ("skipped", self.skipped.show_skipped),
            ("models", self.models.show_models),
            ("calibrate", self.models.calibration.show),
            ("back", self._back),
            ("forward", self.history.forward),
            ("find", self.entry.find),
            ("paste", self.drops.paste),
            ("settings", self.settings.show_settings),
            ("libraryPane", self.folding.toggle_library),
            ("inspectorPane", self.folding.toggle_inspector),
            ("fullScreen", self._toggle_full_screen),
            ("larger", lambda: size.setValue(round(size.value() * 1.2))),
            ("smaller", lambda: size.setValue(round(size.value() / 1.2))),
            ("shortcuts", self.dialogs.show_shortcuts),
            ("about", self.dialogs.show_about),
            ("quit", self.close),
            ("open", self.photo_commands.open_photo),
            ("enlarge", lambda: grid.enlarge.emit(grid.currentIndex())),
            ("showInFolder", self.photo_commands.show_in_folder),
            ("copy", self.photo_commands.copy),
            ("copyPath", self.photo_commands.copy_path),
            ("similar", self.photo_commands.find_similar),
            ("findMissing", self.photo_files.ask_find),
            ("export", self.photo_files.ask_export),
            ("removePhotos", self.photo_files.remove),
            ("trash", self.photo_files.ask_trash),
            ("forget", self.photo_files.ask_forget),
            ("selectMatches", self.results.select_matches),
            ("searchWithin", self.kept.within.enter),
            ("saveSearch", self.kept.saved.ask_save),
            ("saveRecipe", self.kept.recipes.ask_save),
            ("openRecipe", self.kept.recipes.ask_open),
            ("labels", self.tags.ask_labels),
            ("album", self.tags.ask_album),
            ("leaveAlbum", self.tags.leave_album),
            ("undo", self.undo.undo),
            ("redo", self.undo.redo),
            ("exportSidecars", self.sidecars.export_sidecars),
            ("importSidecars", self.sidecars.import_sidecars),
        ):
            self.actions_[name].triggered.connect(slot)
        self.actions_.ratings.triggered.connect(self._rate)

    # ── what changed ────────────────────────────────────────────────────────────────────────────

    @Slot(object)
    def _library_changed(self, library: LibraryState) -> None:
        self.setWindowTitle(_title(Path(library.path), default_library(self.state.settings)))
        self.actions_.allow_maintenance(True)

    @Slot()
    def _tags_changed(self) -> None:
        self.tree.show_tags(self.state.tags)
        self.actions_.show_undo(self.state.undo, self.state.redo)

    @Slot()
    def _fit_panes(self) -> None:
        """No pane is narrower than what must be read in it."""
        needed = (0, self.results.least_width(), self.inspector.least_width())
        for (pane, least), need in zip(self._panes, needed, strict=True):
            pane.setMinimumWidth(max(least, need))

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fit_panes()  # sizes are known once styles are applied

    # ── what the person does ────────────────────────────────────────────────────────────────────

    @Slot()
    def _query_edited(self) -> None:
        if self.large.isVisible() and self.bar.field.hasFocus():
            self.large.close_view()
            self.bar.field.setFocus()
        self.search.set_query(self.bar.text, self.bar.images, self.bar.image_weight)
        self.drops.keep_images(self.bar.images + self.history.images)
        self.results_page.refresh_waiting()

    @Slot(object)
    def _show_query(self, query: Query) -> None:
        self.bar.show_query(query)
        self.tree.choose(query.scope)
        self.results_page.refresh_waiting()

    @Slot()
    def _show_history(self) -> None:
        """Whether there is something to go back to, and forward to; the large view is gone back from, too."""
        back = self.history.can_go_back or self.large.isVisible()
        self.actions_.show_history(back, self.history.can_go_forward)
        self.bar.show_history(back)

    @Slot()
    def _back(self) -> None:
        """Close the large view, which was gone into last; else bring the query before back."""
        if self.large.isVisible():
            self.large.close_view()
        else:
            self.history.back()

    @Slot()
    def _to_grid(self) -> None:
        grid = self.results.grid
        if not grid.photos.rowCount():
            return
        grid.setFocus()
        if not grid.currentIndex().isValid():
            grid.setCurrentIndex(grid.photos.index(0, 0))

    @Slot()
    def _toggle_full_screen(self) -> None:
        # only this bit changes: a maximised window is maximised again afterwards
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)
        self.actions_["fullScreen"].setChecked(self.isFullScreen())

    @Slot(QAction)
    def _rate(self, action: QAction) -> None:
        rate = self.tags.rate_current if self.large.isVisible() else self.tags.rate
        rate(int(action.data()))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Send keys that no widget handled to the search field."""
        text = event.text()
        held = event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
        if event.key() == Qt.Key.Key_Escape and self.large.isVisible():
            self.large.close_view()
        elif event.key() == Qt.Key.Key_Escape and self.isFullScreen():
            self.actions_["fullScreen"].trigger()
        elif event.key() == Qt.Key.Key_Escape and self.state.query.searching:
            self.bar.clear()
        elif text and text in "12345" and not held and self.large.isVisible():
            self.tags.rate_current(int(text))
        elif text == "?":
            self.dialogs.show_shortcuts()
        elif text and text.isprintable() and text.strip() and not held:
            self.entry.type_text(text)
        else:
            super().keyPressEvent(event)

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        """Save the window's state; `app` closes the engine."""
        if self._saved is not None:
            self._saved.save(self, self.splitter, self.results.size_slider.value(), self.folding.folded)
        self.thumbnails.close()
        self.drops.close()
        for controller in (
            self.dialogs, self.settings, self.models, self.skipped, self.rules, self.maintenance,
        ):  # fmt: skip
            controller.close_dialogs()
        self.closing.emit()
        event.accept()
        QApplication.sendPostedEvents(self, 0)


def _title(library: Path, default: Path) -> str:
    """The title of the window; it names the library unless that is the default one."""
    if library == default.absolute():
        return "DinoDesk"
    name = "Sample photos" if library == paths.sample_library() else one_line(library.name)
    return f"{name} · DinoDesk"
