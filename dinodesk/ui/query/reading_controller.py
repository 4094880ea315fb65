"""Keeps chips and explanation in step with the text of the search field: two views of one tree."""

from __future__ import annotations

import os

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QLineEdit

from dinodesk.engine.client import EngineClient
from dinodesk.engine.messages import ParseQuery, QueryParsed, Ranking
from dinodesk.records import ParsedQuery
from dinodesk.ui.context.app_state import AppState, Query
from dinodesk.ui.grid.photo_model import PhotoModel
from dinodesk.ui.grid.thumbnail_loader import ThumbnailLoader
from dinodesk.ui.query.query_edits import replace_all, replace_part, without_span
from dinodesk.ui.query.query_strip import QueryStrip
from dinodesk.ui.query.reading_text import Chip, explanation, is_plain, is_sentence, query_chips

SLICE = 20_000
"""Photos that are looked through at a time for one that is named: 3 ms."""
PAUSE_MS = 40
"""After the last key; a text is read in a fraction of a millisecond."""


class ReadingController(QObject):
    """Has the engine read what is typed, and writes what is done to the chips into the field."""

    sentenceRead = Signal(bool)  # whether what stands in the field ranks by one sentence
    valueTyped = Signal()  # the value of a filter, of which more may come

    def __init__(
        self,
        engine: EngineClient,
        state: AppState,
        field: QLineEdit,
        strip: QueryStrip,
        thumbnails: ThumbnailLoader,
        model: PhotoModel,
        parent: QObject,
    ) -> None:
        """`model` has the catalog that example photos are looked for in."""
        super().__init__(parent)
        self._engine, self._state, self._field, self._strip = engine, state, field, strip
        self._thumbnails, self._model = thumbnails, model
        self._sought: list[tuple[str, int]] = []  # names of example photos, and how far they were looked for
        self._seeking = QTimer(self)
        self._seeking.setInterval(0)
        self._seeking.timeout.connect(self._seek)
        self._query = ParsedQuery("")
        self._hushed: list[str] = []  # notes that chips tell
        self._answered: tuple[str, str] = ("", "")  # the text of the newest answer, and its note
        self._pictures: dict[str, str] = {}  # example photos as they were written, by content or file
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._ask)
        field.textChanged.connect(self._pause.start)
        state.queryChanged.connect(self._query_changed)
        chips = strip.chips
        chips.taken.connect(self._take)
        chips.removed.connect(self._remove)
        chips.pictureWanted.connect(self._fetch)
        chips.emptied.connect(self._focus_field)
        thumbnails.fetched.connect(self._show_picture)

    @property
    def query(self) -> ParsedQuery:
        """How the text was read last."""
        return self._query

    @Slot(object)
    def _query_changed(self, _query: Query) -> None:
        self._pause.start()  # one that is gone back to comes into the field without being typed

    @Slot()
    def _ask(self) -> None:
        text = self._field.text()
        if text == self._query.text:
            self._show()  # photos beside it may have come or gone
        elif text:
            self._engine.send(ParseQuery(text=text), self, self._parsed)
        else:
            self._show_query(ParsedQuery(""))

    def _parsed(self, answer: QueryParsed) -> None:
        if answer.query.text == self._field.text():  # else another answer is on its way
            self._show_query(answer.query)

    def _show_query(self, query: ParsedQuery) -> None:
        self._query = query
        chips = () if is_plain(query) else query_chips(query)
        if any(chip.kind == "filter" and self._is_at(chip) for chip in chips):
            self.valueTyped.emit()
        self._hushed = [chip.text for chip in chips if chip.kind == "unknown"]
        self._strip.chips.show_chips([chip for chip in chips if not self._is_unfinished(chip)])
        self._show()
        self.sentenceRead.emit(is_sentence(query))

    @Slot(object, bool)
    def show_answer(self, answer: Ranking, _new: bool) -> None:
        """What the library says of the query's filters."""
        self._answered = answer.text, answer.note
        self._show()

    def _show(self) -> None:
        query = self._query
        answered, note = self._answered
        notes = note if answered and answered == query.text.strip() else " ".join(query.notes)
        for said in self._hushed:  # by a chip already, or it is being typed still
            notes = notes.replace(said if said[-1] in "?." else f"{said}.", "")
        said = explanation(query, self._state.query.images)
        if self._bar_says(said):
            said = ""
        self._strip.explanation.show_sentence(" · ".join(filter(None, (said, " ".join(notes.split())))))
        self._strip.fit()

    def _is_unfinished(self, chip: Chip) -> bool:
        """Whether a key is being typed that has no value yet."""
        unfinished = self._query.text[chip.end - 1] in ":<>=≤≥"
        return chip.kind == "unknown" and unfinished and self._is_at(chip)

    def _is_at(self, chip: Chip) -> bool:
        """Whether a person types at its end."""
        return self._field.cursorPosition() == chip.end and self._field.hasFocus()

    def _bar_says(self, said: str) -> bool:
        known = [chip for chip in self._strip.chips.chips if chip.kind != "unknown"]
        return len(known) == 1 and said == known[0].words

    # ── what is done to chips ───────────────────────────────────────────────────────────────────

    @Slot(object)
    def _take(self, chip: Chip) -> None:
        """Put what is meant in the place of an unknown part; select any other for editing."""
        if self._query.text != self._field.text():
            return  # what was clicked is of another text
        self._field.setFocus()
        if chip.instead:
            replace_part(self._field, chip.start, chip.end, chip.instead)
        else:
            self._field.setSelection(chip.start, chip.end - chip.start)

    @Slot(object)
    def _remove(self, chip: Chip) -> None:
        if self._query.text == self._field.text():
            replace_all(self._field, without_span(self._query, chip.start, chip.end))

    @Slot()
    def _focus_field(self) -> None:
        self._field.setFocus()

    # ── pictures of example photos ──────────────────────────────────────────────────────────────

    @Slot(str)
    def _fetch(self, written: str) -> None:
        self._sought.append((written, 0))
        self._seeking.start()

    @Slot()
    def _seek(self) -> None:
        """Look for an example photo by its name or path, through a part of the library at a time."""
        if not self._sought:
            self._seeking.stop()
            return
        written, first = self._sought.pop()
        end = written if os.sep in written else f"{os.sep}{written}"
        catalog = self._model.catalog
        for number in range(first, min(first + SLICE, len(catalog))):
            if catalog[number].path.endswith(end):
                self._pictures[catalog[number].content] = written
                self._thumbnails.fetch(catalog[number].content)
                return
        if first + SLICE < len(catalog):
            self._sought.append((written, first + SLICE))
        elif os.sep in written:  # a photo that is not in the library
            file = os.path.expanduser(written)
            self._pictures[file] = written
            self._thumbnails.fetch_file(file)

    @Slot(object, QImage)
    def _show_picture(self, key: object, image: QImage) -> None:
        if isinstance(key, str) and key in self._pictures and not image.isNull():
            self._strip.chips.show_picture(self._pictures[key], image)
