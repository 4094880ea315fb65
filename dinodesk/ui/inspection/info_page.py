"""The Info page: rating, labels, and what is known of a photo in groups; all of it plain text."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget
from typing_extensions import override

from dinodesk.records import PhotoDetails
from dinodesk.ui.text.photo_details_text import detail_groups
from dinodesk.ui.theme.theme import Theme
from dinodesk.ui.widgets.chips import ChipList
from dinodesk.ui.widgets.fact_widgets import BREAK, FactList, offer_copy
from dinodesk.ui.widgets.star_rating import StarRating

WRAPPED = ("Words",)
"""Groups whose values are sentences: they are wrapped, not cut."""


class InfoPage(QWidget):
    """Shows a `PhotoDetails`; clicks on stars and chips are emitted as signals."""

    rated = Signal(int)
    labelRemoved = Signal(str)
    labelsRequested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("infoPage")
        self.stars = StarRating(theme)
        self.stars.rated.connect(self.rated)
        self._rated_by = QLabel()
        self._rated_by.setProperty("role", "small")
        self.labels = ChipList(theme, "labelChips", removable=True)
        self.labels.removed.connect(self.labelRemoved)
        self.keywords = ChipList(theme, "keywordChips", removable=False)
        self._add = QPushButton("Labels…")
        self._add.setObjectName("labelsButton")
        self._add.setProperty("quiet", True)
        self._add.clicked.connect(self.labelsRequested)
        self._groups: dict[str, tuple[QLabel, FactList | _Sentences]] = {}
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(5)
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.stars)
        top.addWidget(self._rated_by)
        top.addStretch()
        top.addWidget(self._add)
        self._layout.addLayout(top)
        self._layout.addWidget(self.labels)
        self._keywords_title = self._heading("Keywords")
        self._layout.addWidget(self.keywords)
        self.show_info(None)

    def show_info(self, info: PhotoDetails | None) -> None:
        """Replace everything; groups are reused, so that nothing flickers."""
        self.setVisible(info is not None)
        groups = detail_groups(info) if info is not None else ()
        info = info or PhotoDetails()
        rating = info.rating or 0
        self.stars.show_rating(rating, own=not info.rated_by)
        by = {"sidecar": "says its sidecar", "photo": "says the photo"}.get(info.rated_by, "")
        self._rated_by.setText("Rejected, " + by if rating < 0 and by else by)
        self.labels.show_words(info.labels)
        self.labels.setVisible(bool(info.labels))
        shown = dict(groups)
        for title in shown:
            if title not in self._groups:
                self._groups[title] = self._heading(title), self._list(title)
        for title, (heading, facts) in self._groups.items():
            lines = shown.get(title, ())
            facts.show_facts(lines)
            heading.setVisible(bool(lines))
            facts.setVisible(bool(lines))
        if info.albums:
            self.album_line(info.albums)
        elif "Albums" in self._groups:
            for part in self._groups["Albums"]:
                part.setVisible(False)
        self.keywords.show_words(info.metadata.keywords)
        for widget in (self._keywords_title, self.keywords):
            widget.setVisible(bool(info.metadata.keywords))
        self._order(list(shown))

    def album_line(self, albums: tuple[str, ...]) -> None:
        """The albums it is in."""
        if "Albums" not in self._groups:
            self._groups["Albums"] = self._heading("Albums"), self._list("Albums")
        heading, facts = self._groups["Albums"]
        facts.show_facts(tuple(("In", album) for album in albums))
        heading.show()
        facts.show()

    def facts(self) -> list[tuple[str, str]]:
        """What is shown, for tests."""
        return [
            line
            for heading, facts in self._groups.values()
            if not heading.isHidden()
            for line in facts.facts()
        ]

    def _order(self, titles: list[str]) -> None:
        """The groups in the order of `detail_groups`, keywords after the words."""
        row = 2
        for title in [*titles, *(each for each in self._groups if each not in titles)]:
            heading, facts = self._groups[title]
            for widget in (heading, facts):
                self._layout.removeWidget(widget)
                self._layout.insertWidget(row, widget)
                row += 1

    def _heading(self, text: str) -> QLabel:
        label = QLabel(text)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setProperty("role", "group")
        label.setContentsMargins(0, 8, 0, 0)
        label.setIndent(0)
        self._layout.addWidget(label)
        return label

    def _list(self, title: str) -> FactList | _Sentences:
        name = f"info{title.replace(' ', '')}"
        made = _Sentences(name) if title in WRAPPED else FactList(name, (3, 7))
        self._layout.addWidget(made)
        return made


class _Sentences(QWidget):
    """Lines of a muted name and a text of any length, wrapped."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(5)
        self._grid.setColumnStretch(0, 3)
        self._grid.setColumnStretch(1, 7)
        self._shown: tuple[tuple[str, str], ...] = ()

    def show_facts(self, facts: tuple[tuple[str, str], ...]) -> None:
        """Replace the lines by other names and texts."""
        if facts == self._shown:
            return
        self._shown = facts
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for row, (name, value) in enumerate(facts):
            for column, (text, role) in enumerate(((name, "muted"), (value, "value"))):
                label = _Sentence(text)
                label.setProperty("role", role)
                if column:
                    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
                self._grid.addWidget(label, row, column)

    def facts(self) -> list[tuple[str, str]]:
        """What is shown, for tests."""
        return list(self._shown)


class _Sentence(QLabel):
    """Plain text of any length; a word without blanks does not widen the page, it is broken."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._whole = text
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText("".join(_breakable(line) for line in text.splitlines(keepends=True)))
        self.setWordWrap(True)
        self.setMinimumWidth(8)
        self.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.setAccessibleName(text)

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Copy it whole, without the places to break."""
        offer_copy(self, self._whole, event)


def _breakable(line: str, longest: int = 24) -> str:
    """The line with a place to break in words that are longer than any line."""
    parts = []
    for word in line.split(" "):
        pieces = [word[at : at + longest] for at in range(0, len(word), longest)] or [""]
        parts.append(BREAK.join(pieces))
    return " ".join(parts)
