"""Sidecars: writing annotations beside the photos, taking them over from there."""

from __future__ import annotations

from functools import partial
from typing import Literal

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from dinodesk.engine.client import EngineClient
from dinodesk.engine.messages import ExchangeSidecars, PlanSidecars, Problem, SidecarPlan, SidecarsDone
from dinodesk.records import Skipped
from dinodesk.ui.context.app_state import AppState
from dinodesk.ui.context.feedback import Feedback
from dinodesk.ui.grid.photo_grid import PhotoGrid
from dinodesk.ui.text.formatting import count
from dinodesk.ui.text.job_messages import (
    nothing_to_write_sentence,
    sidecars_question,
    sidecars_sentence,
    skipped_sentence,
)
from dinodesk.ui.theme.theme import Theme
from dinodesk.ui.widgets.confirm_dialog import confirm
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
        """Write labels and ratings beside the photos, after saying how many files that are."""
        self._ask_export(self._assets())

    @Slot()
    def export_all(self) -> None:
        """The same for the whole library, whatever is selected."""
        self._ask_export(())

    def _ask_export(self, assets: tuple[int, ...]) -> None:
        style = self._state.settings.sidecar_names
        self._feedback.show_status("Counting what there is to write…")
        plan = PlanSidecars(assets=assets, style=style)
        self._engine.send(plan, self, partial(self._planned, assets, style), self._failed)

    def _planned(self, assets: tuple[int, ...], style: Literal["name", "stem"], plan: SidecarPlan) -> None:
        self._feedback.show_status("")
        if not plan.files:
            self._feedback.show_status(nothing_to_write_sentence(plan))
            return
        request = ExchangeSidecars(way="export", assets=assets, style=style)
        confirm(
            self._parent.window(),
            "sidecarsBox",
            sidecars_question(plan),
            "They hold labels, ratings, titles and descriptions, beside the photos; no photo is changed. "
            "What other programs wrote into such a file is kept.",
            (f"Write {count(plan.files, 'file')}", partial(self._engine.send, request)),
        )

    def _failed(self, problem: Problem) -> None:
        self._feedback.show_status("")
        self._feedback.show_problem(problem)

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
