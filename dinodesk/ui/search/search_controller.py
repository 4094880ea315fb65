"""What is asked of the library now: sentence, photos, place; pauses typing, drops stale answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from dinodesk.engine import messages as m
from dinodesk.records import Photo
from dinodesk.ui.grid.photo_model import PhotoModel

if TYPE_CHECKING:
    from dinodesk.engine.client import Engine

TYPING_PAUSE_MS = 130
GROWTH_PAUSE_MS = 1000
BROWSE_PAUSE_MS = 200
PATIENCE = 10
"""So many pauses an answer may take before the same question is asked again."""


class SearchController(QObject):
    """Keeps the catalogue and the answer that the grid shows.

    `answered` tells whether the answer is to a new question, or the same one asked again.
    """

    answered = Signal(object, bool)  # Ranking, new question

    def __init__(self, engine: Engine, model: PhotoModel, parent: QObject) -> None:
        super().__init__(parent)
        self._engine, self._model = engine, model
        self._photos: list[Photo] = []
        self._generation = self._shown_generation = -1
        self._fingerprint = ""
        self._query: tuple[str, tuple[str, ...], str] = ("", (), "")
        self._answered_query: tuple[str, tuple[str, ...], str] | None = None
        self._asked_id = self._answered_id = 0
        self._patience = PATIENCE
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(TYPING_PAUSE_MS)
        self._typing.timeout.connect(self.ask)
        self._growth = QTimer(self)
        self._growth.setSingleShot(True)
        self._growth.timeout.connect(self._ask_again)
        engine.catalogReset.connect(self._reset)
        engine.catalogGrown.connect(self._grown)
        engine.photosChanged.connect(self._photos_changed)
        engine.ranked.connect(self._ranked)

    # ── the question ────────────────────────────────────────────────────────────────────────────

    @property
    def text(self) -> str:
        """The sentence."""
        return self._query[0]

    @property
    def images(self) -> tuple[str, ...]:
        """The example photos."""
        return self._query[1]

    @property
    def place(self) -> str:
        """The folder, label or album that is looked in, as messages name it; "" for all."""
        return self._query[2]

    @property
    def searching(self) -> bool:
        """Whether there is a query, rather than a place to browse."""
        return bool(self._query[0] or self._query[1])

    @property
    def asked(self) -> int:
        """The request that an answer is waited for, or was the last to be answered."""
        return self._asked_id

    @property
    def catalogue_size(self) -> int:
        """How many photos the window knows."""
        return len(self._photos)

    def set_query(self, text: str, images: tuple[str, ...], *, at_once: bool = False) -> None:
        """Another sentence or photo: asked after a short pause in typing."""
        query = (text, images, self._query[2])
        if query == self._query:
            return
        pictures_changed = images != self._query[1]
        self._query = query
        if at_once or pictures_changed or not (text or images):
            self.ask()
        else:
            self._typing.start()

    def set_place(self, place: str) -> None:
        """Another folder: asked at once."""
        if place != self._query[2]:
            self._query = (self._query[0], self._query[1], place)
            self.ask()

    def model_ready(self, fingerprint: str) -> None:
        """Another model ranks otherwise: ask again."""
        before, self._fingerprint = self._fingerprint, fingerprint
        if before not in ("", fingerprint):
            self.ask()

    @Slot()
    def ask(self) -> None:
        """Ask what is asked now, again if need be."""
        self._typing.stop()
        self._growth.stop()
        self._patience = PATIENCE
        text, images, place = self._query
        if self.searching:
            self._asked_id = self._engine.search(text, images, place)
        else:
            self._asked_id = self._engine.browse(place)

    # ── answers ─────────────────────────────────────────────────────────────────────────────────

    @Slot(object)
    def _reset(self, answer: m.CatalogReset) -> None:
        self._photos = list(answer.photos)
        self._generation = answer.generation
        self.ask()

    @Slot(object)
    def _grown(self, answer: m.CatalogGrown) -> None:
        if answer.generation != self._generation:
            return
        first = len(self._photos)
        self._photos.extend(answer.photos)
        browsing_all = (
            not self.searching
            and not self.place
            and self._answered_query == ("", (), "")
            and self._shown_generation == self._generation
        )
        if browsing_all:
            positions = np.arange(first, len(self._photos), dtype=np.int64)
            # an answer on its way may hold some of them already
            known = self._model.positions
            if len(known) and int(known.max()) >= first:
                positions = np.setdiff1d(positions, known)
            self._model.append(self._photos, positions)
        elif not self._growth.isActive():
            self._growth.start(self._growth_pause)

    @Slot(object)
    def _photos_changed(self, answer: m.PhotosChanged) -> None:
        if answer.generation == self._generation:
            for position, photo in zip(answer.positions, answer.photos, strict=True):
                self._photos[position] = photo  # the model reads this very list
            self._model.refresh()

    def photo_of(self, asset: int) -> Photo | None:
        """The photo of an asset as the catalogue has it now, at the place where it is shown."""
        found = next((photo for photo in self._photos if photo.asset == asset), None)
        return found and self._model.placed(found)

    @property
    def _growth_pause(self) -> int:
        return GROWTH_PAUSE_MS if self.searching else BROWSE_PAUSE_MS

    @Slot()
    def _ask_again(self) -> None:
        """Ask the same of more photos, unless an answer is on its way still: it would be dropped."""
        if self._answered_id != self._asked_id and self._patience > 0:
            self._patience -= 1
            self._growth.start(self._growth_pause)
        else:
            self.ask()

    @Slot(object)
    def _ranked(self, answer: m.Ranking) -> None:
        if answer.generation != self._generation or answer.request not in (0, self._asked_id):
            return
        self._answered_id = self._asked_id
        query = (answer.text, answer.images, answer.place)
        new = query != self._answered_query
        positions = answer.positions
        if not new and query == ("", (), "") and self._shown_generation == self._generation:
            # photos that grew in while this answer was on its way stay rows
            missed = np.setdiff1d(self._model.positions, positions)
            positions = np.concatenate([positions, missed]) if len(missed) else positions
        self._answered_query, self._shown_generation = query, self._generation
        self._model.show_ranking(self._photos, positions, answer.scores, answer.place)
        self.answered.emit(answer, new)
