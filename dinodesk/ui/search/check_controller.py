"""“Check a few”: which photos to look at, and a line for the query that follows the answers."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from dinodesk.engine.client import EngineClient
from dinodesk.engine.messages import AnswersFollowed, FollowAnswers, HitsSampled, SampleHits
from dinodesk.records import Photo
from dinodesk.ui.confidence.check_dialog import CheckDialog
from dinodesk.ui.context.app_state import AppState
from dinodesk.ui.search.results_pane import ResultsPane


class CheckController(QObject):
    """Holds what is checked until the dialog closes; a new query closes it."""

    def __init__(self, engine: EngineClient, state: AppState, results: ResultsPane, parent: QWidget) -> None:
        super().__init__(parent)
        self._engine, self._state, self._results, self._window = engine, state, results, parent
        self._dialog: CheckDialog | None = None
        self._round = 0
        self._hits = 0
        self._asked: list[tuple[int, float]] = []  # asset and score of the photos that are asked about
        self._answers: dict[int, tuple[float, bool]] = {}  # by asset, of all rounds: the last one counts
        self._found: AnswersFollowed | None = None
        results.checkRequested.connect(self.begin)
        state.queryChanged.connect(self._end)

    @Slot()
    def begin(self) -> None:
        """Ask about some of the hits."""
        model = self._results.grid.photos
        if model.scores is None or not model.hits:
            return
        self._end()
        self._round, self._answers, self._found, self._hits = 0, {}, None, model.hits
        dialog = self._dialog = self._results.check_dialog(self._window)
        dialog.answered.connect(self._answered)
        dialog.taken.connect(self._take)
        dialog.moreWanted.connect(self._ask_round)
        dialog.finished.connect(self._closed)
        self._ask_round()
        dialog.open()

    @Slot()
    def _ask_round(self) -> None:
        request = SampleHits(hits=self._hits, seed=self._round)
        self._round += 1
        self._engine.send(request, self, self._show_sample)

    def _show_sample(self, found: HitsSampled) -> None:
        model, dialog = self._results.grid.photos, self._dialog
        if dialog is None:
            return
        rows = [(model.photo(row), model.score(row)) for row in found.ranks.tolist()]
        known = [(photo, score) for photo, score in rows if photo is not None and score is not None]
        if not known:
            dialog.reject()
            return
        photos: list[Photo] = [photo for photo, _ in known]
        self._asked = [(photo.asset, float(score)) for photo, score in known]
        dialog.ask(self._state.query.text, photos)

    @Slot(object)
    def _answered(self, answers: list[bool | None]) -> None:
        for (asset, score), match in zip(self._asked, answers, strict=True):
            if match is not None:
                self._answers[asset] = (score, match)
        scores = self._results.grid.photos.scores
        if not self._answers or scores is None:
            self._show_result(None)
            return
        request = FollowAnswers(
            fitted=self._results.card.line.fitted, scores=scores, answers=tuple(self._answers.values())
        )
        self._engine.send(request, self, self._show_result)

    def _show_result(self, found: AnswersFollowed | None) -> None:
        self._found = found
        if self._dialog is not None:
            self._dialog.show_result(found, self._hits)

    @Slot()
    def _take(self) -> None:
        if self._found is not None:
            self._results.card.set_checked(self._found.fitted)

    @Slot()
    def _end(self) -> None:
        if self._dialog is not None:
            self._dialog.reject()

    @Slot()
    def _closed(self) -> None:
        if self._dialog is not None:
            self._dialog.deleteLater()
            self._dialog = None
