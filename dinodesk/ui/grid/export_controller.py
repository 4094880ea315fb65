"""Photos for other programs: copies, links, a contact sheet, a table; of what is chosen or of all matches."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QMenu, QWidget

from dinodesk.engine.client import EngineClient
from dinodesk.engine.messages import ExportAssets, ExportDone, ExportForm, Problem
from dinodesk.ui.context.app_state import AppState
from dinodesk.ui.context.feedback import Feedback, problem_text
from dinodesk.ui.grid.grid_selection import selected_rows
from dinodesk.ui.grid.photo_grid import PhotoGrid
from dinodesk.ui.text.export_text import ENDINGS, EXPORT_FORMS, KINDS, export_done_sentence
from dinodesk.ui.text.formatting import count
from dinodesk.ui.text.job_messages import skipped_sentence
from dinodesk.ui.text.plain_text import one_line
from dinodesk.ui.theme.theme import Theme
from dinodesk.ui.widgets.file_dialogs import ask_folder, ask_save
from dinodesk.ui.widgets.files_dialog import FilesDialog
from dinodesk.ui.widgets.local_files import local_url

_LEFT_OUT = "These photos are not in what was exported; their files are as they were."


class ExportController(QObject):
    """Asks where to, tells how far it is and what was left out."""

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
        self._left_out: FilesDialog | None = None

    def fill_chosen(self, menu: QMenu) -> None:
        """What can be done with the selected photos, or the current one."""
        self._fill(menu, self._chosen)

    def fill_matches(self, menu: QMenu) -> None:
        """What can be done with the selection, where several are selected, else with all good matches."""
        self._fill(menu, self._matches)

    def _fill(self, menu: QMenu, assets: Callable[[], tuple[int, ...]]) -> None:
        menu.clear()
        for form, text in EXPORT_FORMS.items():
            menu.addAction(text, partial(self.ask, form, assets))

    def _chosen(self) -> tuple[int, ...]:
        return tuple(photo.asset for photo in self._grid.chosen_photos())

    def _matches(self) -> tuple[int, ...]:
        model, rows = self._grid.photos, selected_rows(self._grid)
        some = model.positions[sorted(rows.tolist())] if len(rows) > 1 else model.positions[: model.hits]
        catalog = model.catalog
        return tuple(catalog[position].asset for position in some.tolist())

    def ask(self, form: ExportForm, assets: Callable[[], tuple[int, ...]]) -> None:
        """Ask for a folder or a file, and write the photos there."""
        chosen = assets()
        if not chosen:
            self._feedback.show_status("There is nothing to export")
            return
        title = f"{KINDS[form]}: {count(len(chosen))}"
        then = partial(self._export, form, chosen)
        if form in ENDINGS:
            name = f"{self._name()}{ENDINGS[form]}"
            ask_save(self._parent, title, then, name=name, ending=ENDINGS[form])
        else:
            ask_folder(self._parent, title, then, name="exportFolderDialog")

    def _name(self) -> str:
        """A name for a file by what is shown."""
        words = "".join(char if char.isalnum() or char in " -" else " " for char in self._state.query.text)
        return " ".join(words.split())[:40] or "Photos"

    def _export(self, form: ExportForm, assets: tuple[int, ...], target: str) -> None:
        self._feedback.show_status(f"Exporting {count(len(assets))}…")
        title = one_line(self._state.query.text) or "Photos"
        request = ExportAssets(assets=assets, form=form, target=target, title=title)
        self._engine.send(request, self, self._done, self._failed)

    def _done(self, done: ExportDone) -> None:
        folder = done.target if done.form not in ENDINGS else str(Path(done.target).parent)
        show = partial(QDesktopServices.openUrl, local_url(folder))
        self._feedback.show_status(export_done_sentence(done), "Open folder", show)
        if done.failed:
            show_list = partial(self._show_list, done)
            self._feedback.show_notice(skipped_sentence(done.failed), "Show list…", show_list)

    def _failed(self, problem: Problem) -> None:
        self._feedback.show_status("")
        self._feedback.show_notice(problem_text(problem))

    def _show_list(self, done: ExportDone) -> None:
        if self._left_out is None:
            title = "Photos that were left out"
            self._left_out = FilesDialog(self._theme, "exportFailed", title, _LEFT_OUT, self._parent)
        self._left_out.files.show(done.failed)
        self._left_out.show()
        self._left_out.raise_()
