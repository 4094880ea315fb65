"""Sends the current query (sentence, photos, scope) after a pause in typing; keeps the catalog."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from dinodesk.engine.client import EngineClient
from dinodesk.engine.messages import (
    HALF,
    Browse,
    CalibrationChanged,
    CatalogGrown,
    CatalogReset,
    FindLiteral,
    JobDone,
    LiteralMatches,
    PhotosChanged,
    Problem,
    Ranking,
    Request,
    Search,
)
from dinodesk.records import Photo, Scope, TemplateSet
from dinodesk.ui.confidence.auto_strip import AutoStrip
from dinodesk.ui.context.app_state import EQUAL_WEIGHT, AppState, Query
from dinodesk.ui.context.feedback import Feedback, problem_text
from dinodesk.ui.grid.photo_model import PhotoModel
from dinodesk.ui.search.search_history import is_refinement
from dinodesk.ui.text.query_text import is_pasted, query_photo_name

TYPING_PAUSE_MS = 130
VALUE_PAUSE_MS = 500
"""While the value of a filter is typed: half of one, such as `camera:X10`, would empty the grid."""
GROWTH_PAUSE_MS = 1000
BROWSE_PAUSE_MS = 200
PATIENCE = 10
"""Number of pauses that an answer may take before the query is sent again."""


class SearchController(QObject):
    """Turns the query into requests, and their answers into the rows of the grid.

    `answered` tells whether the answer is to a new query, or the same one asked again.
    """

    answered = Signal(object, bool)  # Ranking, new query
    literalFound = Signal(object)  # LiteralMatches; None when the query has no words
    catalogGrown = Signal(object)  # the photos that came
    imagesRefused = Signal()  # the photos of the query can't be searched by

    def __init__(
        self, engine: EngineClient, state: AppState, model: PhotoModel, feedback: Feedback, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._engine, self._state, self._model, self._feedback = engine, state, model, feedback
        self._photos: list[Photo] = []
        self._generation = self._shown_generation = -1
        self._fingerprint = ""
        self._answered_query: Query | None = None
        self._awaiting = False  # whether an answer is on its way
        self._told = ""  # why the last query had no answer
        self._patience = PATIENCE
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.timeout.connect(self.ask)
        self._growth = QTimer(self)
        self._growth.setSingleShot(True)
        self._growth.timeout.connect(self._ask_again)
        engine.subscribe(CatalogReset, self, self._catalog_reset)
        engine.subscribe(CatalogGrown, self, self._catalog_grown)
        engine.subscribe(PhotosChanged, self, self._photos_changed)
        engine.subscribe(JobDone, self, self._job_done)
        engine.subscribe(CalibrationChanged, self, self._calibration_changed)

    def follow_strip(self, strip: AutoStrip) -> None:
        """Ask again when scene, details or wording are chosen in the strip."""
        strip.scene.moved.connect(self.set_scene)
        strip.wordingChosen.connect(self.set_templates)

    # ── the question ────────────────────────────────────────────────────────────────────────────

    @property
    def query(self) -> Query:
        """The current query; its answer may not be here yet."""
        return self._state.query

    @property
    def answered_query(self) -> Query | None:
        """The query whose answer the grid shows; None before the first."""
        return self._answered_query

    def set_query(self, text: str, images: tuple[str, ...], image_weight: float = EQUAL_WEIGHT) -> None:
        """Change sentence and photos. Words and weight are sent after a short pause, photos at once.

        The share of scene and details and the templates stay while the same sentence is typed on, as the
        weight does; another sentence has those templates that are chosen for the model.
        """
        before = self.query
        query = replace(before, text=text, images=images, image_weight=image_weight)
        if query == before:
            return
        if not is_refinement(before, query):
            query = replace(query, scene=HALF, templates=self._state.templates)
        elif text and not before.text:
            query = replace(query, templates=self._state.templates)
        if not text:
            query = replace(query, templates="none")
        self._state.set_query(query)
        if images != before.images or not query.searching:
            self.ask()
        else:
            self._typing.start(TYPING_PAUSE_MS)

    @Slot()
    def wait_for_value(self) -> None:
        """Let more of a filter's value come, where a typed query was not sent yet."""
        if self._typing.isActive():
            self._typing.start(VALUE_PAUSE_MS)

    @Slot(float)
    def set_scene(self, scene: float) -> None:
        """Change the share of the scene against details, 0 to 1; sent after a short pause."""
        if scene != self.query.scene and self.query.searching:
            self._state.set_query(replace(self.query, scene=scene))
            self._typing.start(TYPING_PAUSE_MS)

    @Slot(str)
    def set_templates(self, templates: TemplateSet) -> None:
        """Let the model read sentences in this way from now on; a query is sent again at once."""
        self._state.choose_templates(templates)
        if self.query.text and templates != self.query.templates:
            self.show(replace(self.query, templates=templates))

    def show(self, query: Query) -> None:
        """Replace the whole query and send it at once, also where it is the current one."""
        self._state.set_query(query)
        self.ask()

    @Slot(object)
    def set_scope(self, scope: Scope) -> None:
        """Change folder, label or album, and send the query at once."""
        if scope != self.query.scope:
            self._state.set_query(replace(self.query, scope=scope))
            self.ask()

    @Slot(str)
    def model_ready(self, fingerprint: str) -> None:
        """Send the query again when another model is in use, in the words that are chosen for it."""
        before, self._fingerprint = self._fingerprint, fingerprint
        if fingerprint == before:
            return
        templates = self._state.templates if self.query.text else "none"
        if before or templates != self.query.templates:
            self.show(replace(self.query, templates=templates))

    @Slot()
    def ask(self) -> None:
        """Send the current query again."""
        self._typing.stop()
        self._growth.stop()
        self._patience = PATIENCE
        self._awaiting = True
        query = self.query
        request: Request[Ranking] = Browse(scope=query.scope)
        if query.searching:
            request = Search(
                text=query.text,
                images=query.images,
                image_weight=query.image_weight,
                scope=query.scope,
                scene=query.scene,
                templates=query.templates,
            )
        self._engine.send(request, self, self._ranked, self._failed)
        if query.text:
            literal = FindLiteral(text=query.text, scope=query.scope)
            self._engine.send(literal, self, self._literal_found, self._literal_failed)
        else:
            self.literalFound.emit(None)

    # ── the catalog ─────────────────────────────────────────────────────────────────────────────

    def _catalog_reset(self, answer: CatalogReset) -> None:
        self._photos = list(answer.photos)
        self._generation = answer.generation
        self.ask()

    def _catalog_grown(self, answer: CatalogGrown) -> None:
        if answer.generation == self._generation:
            first = len(self._photos)
            self._photos.extend(answer.photos)
            if self._shows_everything(self.query):
                positions = np.arange(first, len(self._photos), dtype=np.int64)
                # an answer on its way may hold some of them already
                known = self._model.positions
                if len(known) and int(known.max()) >= first:
                    positions = np.setdiff1d(positions, known)
                self._model.append(self._photos, positions)
            elif not self._growth.isActive():
                self._growth.start(self._growth_pause)
        self.catalogGrown.emit(answer.photos)

    def _job_done(self, _done: JobDone) -> None:
        self.ask()  # photos may have come, gone or moved

    def _calibration_changed(self, _changed: CalibrationChanged) -> None:
        self.ask()  # Auto judges the query by it

    def _photos_changed(self, answer: PhotosChanged) -> None:
        if answer.generation == self._generation:
            for position, photo in zip(answer.positions, answer.photos, strict=True):
                self._photos[position] = photo  # the model reads this very list
            self._model.refresh()

    def _shows_everything(self, query: Query) -> bool:
        """Whether the grid shows all photos of the catalog, newest first, and `query` asks for them."""
        as_answered = self._shown_generation == self._generation and not self._model.arranged
        return query == Query() == self._answered_query and as_answered

    @property
    def _growth_pause(self) -> int:
        return GROWTH_PAUSE_MS if self.query.searching else BROWSE_PAUSE_MS

    @Slot()
    def _ask_again(self) -> None:
        """Send the query again over more photos; a pending answer would be dropped, so wait for it."""
        if self._awaiting and self._patience > 0:
            self._patience -= 1
            self._growth.start(self._growth_pause)
        else:
            self.ask()

    # ── the answer ──────────────────────────────────────────────────────────────────────────────

    def _ranked(self, answer: Ranking) -> None:
        if answer.generation != self._generation:
            return
        self._awaiting = False
        if self._told and self._feedback.notice.sentence == self._told:
            self._feedback.clear_notice()
        self._told = ""
        weight = EQUAL_WEIGHT if answer.image_weight is None else answer.image_weight
        query = Query(answer.text, answer.images, answer.scope, weight, answer.scene, answer.templates)
        new = query != self._answered_query
        positions = answer.positions
        if self._shows_everything(query):
            # photos that grew in while this answer was on its way stay rows
            missed = np.setdiff1d(self._model.positions, positions)
            positions = np.concatenate([positions, missed]) if len(missed) else positions
        self._answered_query, self._shown_generation = query, self._generation
        self._model.show_ranking(
            self._photos, positions, answer.scores, answer.scope, answer.confidences, answer.terms
        )
        self.answered.emit(answer, new)

    def _literal_found(self, answer: LiteralMatches) -> None:
        query = self.query
        if answer.generation == self._generation and (answer.text, answer.scope) == (query.text, query.scope):
            self.literalFound.emit(answer)

    def _literal_failed(self, _problem: Problem) -> None:
        self.literalFound.emit(None)  # the ranking says what is wrong with the library

    def photo_at(self, position: int) -> Photo | None:
        """The photo at a position of the catalog."""
        return self._photos[position] if 0 <= position < len(self._photos) else None

    def _failed(self, problem: Problem) -> None:
        images = self.query.images
        if not images:
            self._told = problem_text(problem)
            self._feedback.show_notice(self._told)
            return
        name = query_photo_name(images[0])
        sentence = problem_text(problem)
        if is_pasted(images[0]):
            sentence = sentence.replace(images[0], "The pasted photo")
        elif name not in sentence:
            sentence = f"{name} can't be searched by. {sentence}"
        self.imagesRefused.emit()
        self._feedback.show_notice(sentence)
