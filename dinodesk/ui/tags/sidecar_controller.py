"""Sidecars: writing annotations beside the photos, taking them over from there."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from dinodesk.engine.client import EngineClient
from dinodesk.engine.messages import ExchangeSidecars, SidecarsDone
from dinodesk.records import Skipped
from dinodesk.ui.context.app_state import AppState
from dinodesk.ui.context.feedback import Feedback
from dinodesk.ui.grid.photo_grid import PhotoGrid
from dinodesk.ui.text.job_messages import sidecars_sentence, skipped_sentence
from dinodesk.ui.theme.theme import Theme
from dinodesk.ui.widgets.files_dialog import FilesDialog

SKIPPED = "Of these files nothing was written or taken over. Nothing on disk was changed for them."


class SidecarController(QObject):
    """For what is selected beyond one photo, else for the whole library."""

    def __init__(
        self,
        engine: EngineClient,
        state: AppState,
        theme: Theme,
        grid: PhotoGrid,
        feedback: Feedback,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._engine, self._state, self._theme, self._grid = engine, state, theme, grid
        self._feedback, self._parent = feedback, parent
        self._skipped: FilesDialog | None = None
        engine.subscribe(SidecarsDone, self, self._done)

    @Slot()
    def export_sidecars(self) -> None:
        """Write labels and ratings beside the photos."""
        style = self._state.settings.sidecar_names
        self._engine.send(ExchangeSidecars(way="export", assets=self._assets(), style=style))

    @Slot()
    def import_sidecars(self) -> None:
        """Take over labels and ratings from beside the photos."""
        self._engine.send(ExchangeSidecars(way="import", assets=self._assets()))

    def _assets(self) -> tuple[int, ...]:
        selected = self._grid.selected_photos()
        return tuple(photo.asset for photo in selected) if len(selected) > 1 else ()

    def _done(self, done: SidecarsDone) -> None:
        self._feedback.show_status(sidecars_sentence(done), keep=True)
        if done.skipped:
            show = partial(self._show_skipped, done.skipped)
            self._feedback.show_notice(skipped_sentence(done.skipped), "Show list…", show)

    def _show_skipped(self, files: tuple[Skipped, ...]) -> None:
        if self._skipped is None:
            self._skipped = FilesDialog(self._theme, "exchanged", "Skipped sidecars", SKIPPED, self._parent)
        self._skipped.files.show(files)
        self._skipped.show()
        self._skipped.raise_()
