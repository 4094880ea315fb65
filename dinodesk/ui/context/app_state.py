"""What the whole window knows: library, annotations, model, query, running job, settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from dinodesk.engine.messages import HALF, JobProgress, LibraryState, ModelState
from dinodesk.records import EVERYTHING, Folder, Scope, Tag, TagChange, TemplateSet, known_templates
from dinodesk.settings import Settings
from dinodesk.ui.text.availability import folders_away

EQUAL_WEIGHT = 0.5
"""A sentence and a photo count alike."""


@dataclass(frozen=True, slots=True)
class Query:
    """What the person wants to see: the photos of `scope`, ranked by a sentence, by photos, or by both.

    Attributes:
        image_weight: the share of the photos, 0 to 1, where there is a sentence, too.
        scene: the share, 0 to 1, of what photos show as a whole; the rest is that of their details.
        templates: what becomes of each sentence; "none" without one.
    """

    text: str = ""
    images: tuple[str, ...] = ()
    scope: Scope = EVERYTHING
    image_weight: float = EQUAL_WEIGHT
    scene: float = HALF
    templates: TemplateSet = "none"

    @property
    def searching(self) -> bool:
        """Whether there is something to rank by, rather than a scope to browse."""
        return bool(self.text or self.images)


class AppState(QObject):
    """Values that several controllers read. Each has one writer, which `main_window` builds:

    library and its failure: LibraryController; model: ModelController; query: SearchController;
    job: JobController; tags: LibraryController and TagController; settings: whoever shows the choice.
    """

    libraryReplaced = Signal(object)  # LibraryState; another library is open than before
    libraryChanged = Signal(object)  # LibraryState
    libraryFailed = Signal(bool)  # whether the library that was asked for last could not be opened
    tagsChanged = Signal()
    modelChanged = Signal(object)  # ModelState
    queryChanged = Signal(object)  # Query
    jobChanged = Signal(object)  # JobProgress; None when no job runs any more
    settingsChanged = Signal(object)  # Settings

    def __init__(
        self, settings: Settings, remember: Callable[[Settings], None], parent: QObject | None = None
    ) -> None:
        """`remember` stores changed settings."""
        super().__init__(parent)
        self._settings, self._remember = settings, remember
        self._library: LibraryState | None = None
        self._library_failed = False
        self._away: Mapping[str, str] = {}
        self._tags: tuple[Tag, ...] = ()
        self._undo: TagChange | None = None
        self._redo: TagChange | None = None
        self._model: ModelState | None = None
        self._query = Query()
        self._job: JobProgress | None = None

    # ── the library ─────────────────────────────────────────────────────────────────────────────

    @property
    def library(self) -> LibraryState | None:
        """The open library; None until one is open."""
        return self._library

    @property
    def folders(self) -> tuple[Folder, ...]:
        """The folders of the open library, parents before children."""
        return self._library.folders if self._library is not None else ()

    @property
    def away(self) -> Mapping[str, str]:
        """Root folders that can't be read, each with the reason (see `text.availability`)."""
        return self._away

    @property
    def library_failed(self) -> bool:
        """Whether the library that was asked for last could not be opened."""
        return self._library_failed

    def set_library(self, library: LibraryState) -> None:
        """Replace the library state and the annotations in it."""
        before, self._library = self._library, library
        self._away = folders_away(library.folders)
        if before is not None and before.path != library.path:
            self.libraryReplaced.emit(library)
        self.libraryChanged.emit(library)
        self.set_tags(library.tags, library.undo, library.redo)

    def set_library_failed(self, failed: bool) -> None:
        """Set whether opening a library failed."""
        self._library_failed = failed
        self.libraryFailed.emit(failed)

    # ── annotations ─────────────────────────────────────────────────────────────────────────────

    @property
    def tags(self) -> tuple[Tag, ...]:
        """Labels, albums and what else photos share, with counts."""
        return self._tags

    @property
    def undo(self) -> TagChange | None:
        """What would be undone; None for nothing."""
        return self._undo

    @property
    def redo(self) -> TagChange | None:
        """What would be redone; None for nothing."""
        return self._redo

    def set_tags(self, tags: tuple[Tag, ...], undo: TagChange | None, redo: TagChange | None) -> None:
        """Replace the annotations: they changed, or another library was opened."""
        self._tags, self._undo, self._redo = tags, undo, redo
        self.tagsChanged.emit()

    # ── model, query, job ───────────────────────────────────────────────────────────────────────

    @property
    def model(self) -> ModelState | None:
        """The model that answers, or is being loaded."""
        return self._model

    def set_model(self, model: ModelState) -> None:
        """Replace the model state."""
        self._model = model
        self.modelChanged.emit(model)

    @property
    def query(self) -> Query:
        """The current query; its answer may not be here yet."""
        return self._query

    def set_query(self, query: Query) -> None:
        """Replace the current query."""
        if query != self._query:
            self._query = query
            self.queryChanged.emit(query)

    @property
    def job(self) -> JobProgress | None:
        """Where the running job is, running or paused; None when there is none."""
        return self._job

    @property
    def paused(self) -> bool:
        """Whether there is a job and it is paused."""
        return self._job is not None and self._job.phase == "paused"

    def set_job(self, job: JobProgress | None) -> None:
        """Replace the progress of the running job; None when it ended."""
        self._job = job
        self.jobChanged.emit(job)

    # ── settings ────────────────────────────────────────────────────────────────────────────────

    @property
    def templates(self) -> TemplateSet:
        """What becomes of sentences that the model in use is asked, as the person chose for it."""
        return known_templates(self._settings.templates_of(self._fingerprint))

    def choose_templates(self, templates: TemplateSet) -> None:
        """Remember what becomes of sentences for the model in use; others keep theirs."""
        self.change_settings(templates=self._settings.with_templates(self._fingerprint, templates))

    @property
    def _fingerprint(self) -> str:
        info = None if self._model is None else self._model.info
        return "" if info is None else info.fingerprint

    @property
    def settings(self) -> Settings:
        """The person's choices."""
        return self._settings

    def change_settings(self, **changes: Any) -> None:
        """Remember a choice beyond the end of the program."""
        self._settings = replace(self._settings, **changes)
        self._remember(self._settings)
        self.settingsChanged.emit(self._settings)
