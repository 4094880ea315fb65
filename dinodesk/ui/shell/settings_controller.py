"""Settings: each choice acts at once, or says that it does from the next start; and is kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QSlider, QWidget

from dinodesk import paths
from dinodesk.engine.client import EngineClient
from dinodesk.engine.messages import (
    JobDone,
    LibraryState,
    LimitThumbnails,
    Problem,
    RulesShown,
    ShowRules,
    ShowStatistics,
    StatisticsShown,
    WatchFolders,
)
from dinodesk.ui.context.app_state import AppState
from dinodesk.ui.context.feedback import Feedback
from dinodesk.ui.grid.photo_grid import PhotoGrid
from dinodesk.ui.shell.actions import Actions
from dinodesk.ui.shell.settings_dialog import SettingsDialog
from dinodesk.ui.theme.theme import Theme


class SettingsController(QObject):
    """The one way by which settings change, in the menu or on the page; the page shows both."""

    def __init__(
        self,
        engine: EngineClient,
        state: AppState,
        theme: Theme,
        actions: Actions,
        grid: PhotoGrid,
        size: QSlider,
        feedback: Feedback,
        parent: QWidget,
    ) -> None:
        """`size` sets the size of photos in the grid."""
        super().__init__(parent)
        self._engine, self._state, self._theme, self._actions = engine, state, theme, actions
        self._grid, self._size, self._feedback, self._parent = grid, size, feedback, parent
        self.dialog: SettingsDialog | None = None
        for key, group in actions.choices.items():
            group.group.triggered.connect(self._choose_in_menu)
            group.mark(getattr(state.settings, key))
        grid.set_crop(state.settings.crop_thumbnails)
        grid.set_dimming(state.settings.dimming)
        size.valueChanged.connect(self._show_settings)
        engine.subscribe(RulesShown, self, self._rules_shown)
        engine.subscribe(StatisticsShown, self, self._statistics_shown)
        engine.subscribe(JobDone, self, self._job_done)
        state.libraryChanged.connect(self._library_changed)
        self._library = state.library.path if state.library is not None else ""

    # ── the page ────────────────────────────────────────────────────────────────────────────────

    @Slot()
    def show_settings(self) -> None:
        """Open the page."""
        if self.dialog is None:
            sizes = self._size.minimum(), self._size.maximum()
            self.dialog = SettingsDialog(self._theme, sizes, _standard_library, self._parent)
            self.dialog.changed.connect(self.choose)
        self._show_settings()
        self._ask()
        self.dialog.show()
        self.dialog.raise_()
        self.dialog.activateWindow()

    def _ask(self) -> None:
        """Ask what only the engine knows of the library."""
        if self.dialog is None:
            return
        self.dialog.show_watching(None)
        self.dialog.show_disk_space(None)
        if self._state.library is not None:
            self._engine.send(ShowRules(), self, failed=self._failed)
            self._engine.send(ShowStatistics(), self, failed=self._failed)

    @Slot()
    def _show_settings(self) -> None:
        if self.dialog is not None:
            self.dialog.show_settings(self._state.settings, self._size.value())

    def _rules_shown(self, answer: RulesShown) -> None:
        if self.dialog is not None:
            self.dialog.show_watching(answer.watch)

    def _statistics_shown(self, answer: StatisticsShown) -> None:
        if self.dialog is not None:
            self.dialog.show_disk_space(dict(answer.statistics.bytes))

    def _failed(self, problem: Problem) -> None:
        if self._state.library is not None:
            self._feedback.show_problem(problem)

    def _job_done(self, _done: JobDone) -> None:
        if self.dialog is not None and self.dialog.isVisible():
            self._engine.send(ShowStatistics())

    @Slot(object)
    def _library_changed(self, library: LibraryState) -> None:
        another, self._library = library.path != self._library, library.path
        if another and self.dialog is not None and self.dialog.isVisible():
            self._ask()

    # ── choosing ────────────────────────────────────────────────────────────────────────────────

    @Slot(QAction)
    def _choose_in_menu(self, action: QAction) -> None:
        key, value = action.data()
        self.choose(key, value)

    @Slot(str, object)
    def choose(self, key: str, value: Any) -> None:
        """A setting is this from now on."""
        if key == "photo_size":
            self._size.setValue(value)
            return
        if key == "watch":
            self._engine.send(WatchFolders(watch=value), self, failed=self._watching_failed)
            return
        self._state.change_settings(**{key: value})
        if key == "theme":
            self._theme.choose(value)
        elif key == "crop_thumbnails":
            self._grid.set_crop(value)
        elif key == "dimming":
            self._grid.set_dimming(value)
        elif key == "thumbnail_gigabytes":
            self._engine.send(LimitThumbnails(bytes=value * 10**9))
        if key in self._actions.choices:
            self._actions.choices[key].mark(value)
        self._show_settings()

    def _watching_failed(self, problem: Problem) -> None:
        self._feedback.show_problem(problem)
        self._engine.send(ShowRules())

    def close_dialogs(self) -> None:
        """Close what is open: the window is closed."""
        if self.dialog is not None:
            self.dialog.close()


def _standard_library() -> str:
    return str(Path(paths.default_library()).absolute())
