"""Undo and redo, and what is said of each change that can be undone."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from dinodesk.engine.client import EngineClient
from dinodesk.engine.messages import Redo, TagsChanged, Undo
from dinodesk.records import Skipped, TagChange
from dinodesk.ui.context.app_state import AppState
from dinodesk.ui.context.feedback import Feedback, Notice
from dinodesk.ui.grid.photo_grid import PhotoGrid
from dinodesk.ui.text.job_messages import skipped_sentence
from dinodesk.ui.text.plain_text import one_line
from dinodesk.ui.text.tag_text import LIBRARY_ACTIONS, tags_changed_sentence
from dinodesk.ui.theme.theme import Theme
from dinodesk.ui.widgets.files_dialog import FilesDialog

STAYED = "These files are where they were. Nothing else was changed for them."


class UndoController(QObject):
    """A step that is taken back out of sight is announced above the photos, where it can be done again.

    It must hear of a change before `TagController`, which changes the tags that are shown.
    """

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
        self._engine, self._state, self._grid, self._feedback = engine, state, grid, feedback
        self._theme, self._parent = theme, parent
        self._announced = False  # whether the notice tells of a step that was undone
        self._offered: tuple[TagChange | None, TagChange | None] = (None, None)  # undo, redo with that notice
        self._failed: FilesDialog | None = None
        engine.subscribe(TagsChanged, self, self._changed)
        state.tagsChanged.connect(self._steps_changed)
        feedback.noticeChanged.connect(self._notice_changed)

    @Slot()
    def undo(self) -> None:
        """Undo the last change: of annotations, or of what is in the library."""
        self._engine.send(Undo())

    @Slot()
    def redo(self) -> None:
        """Do again what was undone last."""
        self._engine.send(Redo())

    def _changed(self, answer: TagsChanged) -> None:
        """Say what happened; of files with which it could not be done, that is what must be read."""
        self._tell(answer)
        if answer.failed:
            show = partial(self._show_failed, answer.failed)
            self._feedback.show_notice(skipped_sentence(answer.failed), "Show list…", show)

    def _tell(self, answer: TagsChanged) -> None:
        sentence, change = one_line(tags_changed_sentence(answer)), answer.change
        if answer.direction == "do" or change is None or self._in_sight(change, answer.assets):
            if self._announced:
                self._feedback.clear_notice()
            self._feedback.show_status(sentence)
            return
        self._feedback.show_status("")
        if answer.direction == "undo":
            again, button, do = answer.redo, "Redo", self.redo
        else:
            again, button, do = answer.undo, "Undo", self.undo
        self._feedback.show_notice(f"{sentence}.", button if again is not None else "", do, tone="info")
        self._announced, self._offered = True, (answer.undo, answer.redo)

    def _in_sight(self, change: TagChange, assets: Collection[int]) -> bool:
        """Whether the person sees what a change did: stars are in the grid, labels beside the photo, and
        the photos of a label or an album where that is shown."""
        if change.action in LIBRARY_ACTIONS:
            return False
        shown = (tag for tag in self._state.tags if tag.scope == self._state.query.scope)
        if any(tag.kind == change.kind and tag.name in (change.name, change.new) for tag in shown):
            return True
        if change.action == "rate":
            return not self._grid.assets_in_sight().isdisjoint(assets)
        photo = self._grid.current_photo()
        labelled = change.kind == "label" and change.action in ("add", "remove")
        return labelled and photo is not None and photo.asset in assets

    def _show_failed(self, files: tuple[Skipped, ...]) -> None:
        if self._failed is None:
            self._failed = FilesDialog(self._theme, "failedFiles", "Files that stayed", STAYED, self._parent)
        self._failed.files.show(files)
        self._failed.show()
        self._failed.raise_()

    @Slot()
    def _steps_changed(self) -> None:
        """A notice that offers a step goes with it: after a folder was removed nothing can be redone."""
        if self._announced and (self._state.undo, self._state.redo) != self._offered:
            self._feedback.clear_notice()

    @Slot(object)
    def _notice_changed(self, _notice: Notice) -> None:
        self._announced = False  # another one took its place
