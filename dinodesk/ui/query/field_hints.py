"""Small buttons in the free end of the search field: what its words may mean, or examples of queries."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QWidget
from typing_extensions import override

from dinodesk.records import Suggestion
from dinodesk.ui.text.plain_text import one_line, tooltip
from dinodesk.ui.theme.theme import SMALL, Theme
from dinodesk.wording import count

MOST_OFFERS, MOST_EXAMPLES = 3, 4
_GAP = 6
_AIR = 40
"""Pixels that stay free behind what is typed, or behind the placeholder."""


class FieldHints(QWidget):
    """Shows as many as there is room for behind what is typed; the field never moves for them.

    An offer is a filter that words look like; a click or Tab makes one of them. Examples stand in an empty
    field.
    """

    offerTaken = Signal(object)  # Suggestion
    exampleTaken = Signal(str)

    def __init__(self, theme: Theme, field: QLineEdit, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("fieldHints")
        self._theme, self._field = theme, field
        self._offers: tuple[Suggestion, ...] = ()
        self._examples: tuple[str, ...] = ()
        self._buttons: list[QPushButton] = []
        self._try = QLabel("Try")
        self._try.setProperty("role", "small")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(_GAP)
        self._row.addWidget(self._try)
        field.installEventFilter(self)
        field.textChanged.connect(self._typed)
        self._show()

    @property
    def texts(self) -> tuple[str, ...]:
        """What is shown."""
        return tuple(each.text() for each in self._buttons if not each.isHidden())

    def show_offers(self, offers: Sequence[Suggestion]) -> None:
        """Replace what is offered for what is typed."""
        if tuple(offers[:MOST_OFFERS]) != self._offers:
            self._offers = tuple(offers[:MOST_OFFERS])
            self._show()

    def show_examples(self, examples: Sequence[str]) -> None:
        """Replace the queries that an empty field is given as examples."""
        if tuple(examples[:MOST_EXAMPLES]) != self._examples:
            self._examples = tuple(examples[:MOST_EXAMPLES])
            self._show()

    @Slot()
    def _typed(self) -> None:
        if bool(self._buttons and self._buttons[0].objectName() == "queryExample") == bool(
            self._field.text()
        ):
            self._show()  # examples come and go with the emptiness of the field
        else:
            self._fit()

    def _show(self) -> None:
        while self._buttons:
            button = self._buttons.pop()
            self._row.removeWidget(button)
            button.hide()
            button.deleteLater()
        if self._field.text():
            for number, offer in enumerate(self._offers):
                many = "" if offer.count is None else f" · {count(offer.count, 'photo', 'photos')}"
                text = f"{'Tab: ' if number == 0 else ''}{one_line(offer.text)}{many}"
                button = self._add("queryOffer", text, partial(self.offerTaken.emit, offer))
                button.setAccessibleName(f"Search by {one_line(offer.text)}: {offer.about}")
                button.setToolTip(tooltip(f"Make a filter of these words: {offer.about}"))
        else:
            for example in self._examples:
                button = self._add(
                    "queryExample", one_line(example), partial(self.exampleTaken.emit, example)
                )
                button.setAccessibleName(f"Try {one_line(example)}")
        self._fit()

    def _add(self, name: str, text: str, act: Callable[[], None]) -> QPushButton:
        button = QPushButton(text)
        button.setObjectName(name)
        button.setFont(self._theme.font(SMALL))
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Tab takes the first offer, where the text is
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        button.clicked.connect(act)
        self._row.addWidget(button)
        self._buttons.append(button)
        return button

    def _fit(self) -> None:
        """Show the first ones that there is room for."""
        box = self._field.parentWidget()
        width = box.width() if box is not None else self._field.width()
        typed = self._field.text() or self._field.placeholderText()
        beside = self._field.x() + self._field.fontMetrics().horizontalAdvance(typed) + _AIR
        examples = not self._field.text()
        room = width - beside - (self._try.sizeHint().width() + _GAP if examples else 3 * _AIR)
        shown = 0
        for button in self._buttons:
            room -= button.sizeHint().width() + _GAP
            fits = room >= 0
            button.setVisible(fits)
            shown += fits
        self._try.setVisible(examples and shown > 0)
        self.setVisible(shown > 0)

    @override
    def minimumSizeHint(self) -> QSize:
        """The window may be as narrow as without hints; those without room go then."""
        return QSize(0, super().minimumSizeHint().height())

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._fit()
        return super().eventFilter(watched, event)
