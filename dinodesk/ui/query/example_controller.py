"""Examples of queries in the empty search field, made from what the library holds."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QLineEdit

from dinodesk.engine.client import EngineClient
from dinodesk.engine.messages import ExamplesSuggested, SuggestExamples
from dinodesk.ui.context.app_state import AppState
from dinodesk.ui.query.field_hints import FieldHints
from dinodesk.ui.query.query_edits import replace_all

PAUSE_MS = 800
"""After the last change of the library: examples are in no hurry."""


class ExampleController(QObject):
    """Asks again when library or labels changed, and not while photos are being added."""

    def __init__(
        self, engine: EngineClient, state: AppState, field: QLineEdit, hints: FieldHints, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._engine, self._state, self._field, self._hints = engine, state, field, hints
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._ask)
        state.libraryReplaced.connect(self._forget)
        state.libraryChanged.connect(self._changed)
        state.tagsChanged.connect(self._changed)
        state.jobChanged.connect(self._changed)
        hints.exampleTaken.connect(self._take)

    @Slot()
    def _forget(self) -> None:
        self._hints.show_examples(())

    @Slot()
    def _changed(self) -> None:
        self._pause.start()

    @Slot()
    def _ask(self) -> None:
        library = self._state.library
        if library is None or self._state.job is not None:
            return
        if library.embedded:
            self._engine.send(SuggestExamples(), self, self._suggested)
        else:
            self._forget()

    def _suggested(self, answer: ExamplesSuggested) -> None:
        self._hints.show_examples(answer.examples)

    @Slot(str)
    def _take(self, example: str) -> None:
        self._field.setFocus()
        replace_all(self._field, example)
