"""Completes keys and values while they are typed, and offers to make filters of words that look like ones."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit
from typing_extensions import override

from dinodesk.engine.client import EngineClient
from dinodesk.engine.messages import CompleteQuery, QueryCompleted
from dinodesk.records import Suggestion
from dinodesk.ui.query.completion_list import CompletionList
from dinodesk.ui.query.field_hints import FieldHints
from dinodesk.ui.query.query_edits import replace_part

PAUSE_MS = 60
SHORTEST_KEY = 3
"""Letters from which on a word is completed to a key: fewer begin too many words."""

_UP_DOWN = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 7, Qt.Key.Key_PageUp: -7}


class CompletionController(QObject):
    """Takes keys of the field only while there is a list or an offer, and Return only for what is chosen."""

    def __init__(
        self,
        engine: EngineClient,
        field: QLineEdit,
        completions: CompletionList,
        hints: FieldHints,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._engine, self._field, self._list, self._hints = engine, field, completions, hints
        self._offers: list[Suggestion] = []
        self._asked = ""  # the text that suggestions are for
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._ask)
        field.textChanged.connect(self._edited)
        field.cursorPositionChanged.connect(self._moved)
        completions.taken.connect(self._take)
        hints.offerTaken.connect(self._take)
        field.installEventFilter(self)

    @Slot()
    def _edited(self) -> None:
        """What was offered is shown, but not taken any more, until the answer to what is typed now."""
        self._asked = ""
        if self._field.text() and self._field.hasFocus():
            self._pause.start()
        else:
            self.close()

    @Slot()
    def _moved(self) -> None:
        if self._field.text() == self._asked:
            self.close()  # what is offered is for another place

    @Slot()
    def close(self) -> None:
        """Offer nothing, until something else is typed."""
        self._pause.stop()
        self._list.show_suggestions((), self._field)
        self._show_offers([])

    @Slot()
    def _ask(self) -> None:
        text, cursor = self._field.text(), self._field.cursorPosition()
        if self._field.hasSelectedText():
            self.close()
        else:
            self._engine.send(CompleteQuery(text=text, cursor=cursor), self, self._completed)

    def _completed(self, answer: QueryCompleted) -> None:
        place = self._field.text(), self._field.cursorPosition()
        if place != (answer.text, answer.cursor) or not self._field.hasFocus():
            return
        self._asked = answer.text
        listed: list[Suggestion] = []
        offers: list[Suggestion] = []
        for each in answer.suggestions:
            typed = answer.text[each.start : each.end]
            if each.text == typed:
                continue
            if ":" in typed or typed.startswith("#"):
                listed.append(each)
            elif not each.text.endswith(":"):
                offers.append(each)
            elif len(typed) >= SHORTEST_KEY:
                listed.append(each)
        self._list.show_suggestions(listed, self._field)
        self._show_offers(offers)

    def _show_offers(self, offers: list[Suggestion]) -> None:
        if offers != self._offers:
            self._offers = offers
            self._hints.show_offers(offers)

    @Slot(object)
    def _take(self, suggestion: Suggestion) -> None:
        """Write it; a key goes on with its values, all else is done."""
        text = self._field.text()
        if text != self._asked:
            return
        done = "" if suggestion.text.endswith(":") or text[suggestion.end :].startswith(" ") else " "
        self.close()
        self._field.setFocus()
        replace_part(self._field, suggestion.start, suggestion.end, suggestion.text + done)

    # ── keys of the field ───────────────────────────────────────────────────────────────────────

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.FocusOut:
            self.close()
        elif kind == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._pause.stop()  # nothing is typed on
            if self._list.isVisible() or self._offers:
                return self._handle(event)
        return super().eventFilter(watched, event)

    def _handle(self, event: QKeyEvent) -> bool:
        """Whether a key was for the list or for an offer."""
        key, stale = event.key(), self._field.text() != self._asked
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        if key == Qt.Key.Key_Escape:
            self.close()
            return True
        if key == Qt.Key.Key_Tab and not stale:
            self._take(self._tabbed())
            return True
        if self._list.isVisible() and not stale and key in _UP_DOWN:
            self._list.move_choice(_UP_DOWN[Qt.Key(key)])
            return True
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            chosen = None if stale else self._list.chosen
            if chosen is not None:
                self._take(chosen)
                return True
            self.close()
        return False

    def _tabbed(self) -> Suggestion:
        """What Tab takes: what is chosen, else the likeliest."""
        if self._list.isVisible():
            found = self._list.chosen or self._list.first
            assert found is not None  # an empty list is hidden
            return found
        return self._offers[0]
