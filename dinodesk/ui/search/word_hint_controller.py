"""Where nothing matches well: tells of words that the model does not know, and of what was probably meant."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from dinodesk.engine.client import EngineClient
from dinodesk.engine.messages import CheckWords, Ranking, WordsChecked
from dinodesk.ui.search.results_pane import ResultsPane


class WordHintController(QObject):
    """Asks once a sentence; the pane shows the answer as long as there is no hit."""

    def __init__(self, engine: EngineClient, results: ResultsPane, parent: QObject) -> None:
        super().__init__(parent)
        self._engine, self._results = engine, results
        self._asked = self._text = ""
        results.matchesChanged.connect(self._ask)

    @Slot(object)
    def show_answer(self, answer: Ranking) -> None:
        """Another answer is shown."""
        self._text = answer.text
        if answer.text != self._asked:
            self._results.show_words(None)
            self._asked = ""
        self._ask()

    @Slot()
    def _ask(self) -> None:
        if self._text and self._text != self._asked and self._results.unsure.isVisibleTo(self._results):
            self._asked = self._text
            self._engine.send(CheckWords(text=self._text), self, self._checked)

    def _checked(self, answer: WordsChecked) -> None:
        if answer.text == self._text:
            self._results.show_words(answer)
