"""The chips of a query side by side, and behind them what words of it may be meant as."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from dinodesk.records import Suggestion
from dinodesk.ui.query.query_chip import QueryChip
from dinodesk.ui.text.plain_text import one_line, tooltip
from dinodesk.ui.text.reading_text import Chip
from dinodesk.ui.theme.theme import Theme
from dinodesk.ui.widgets.chips import FlowLayout

MOST_OFFERS = 3


class ChipBar(QWidget):
    """Shows chips and asks for changes; changes nothing itself.

    An offer is a chip that is not there yet: words that look like a filter, which a click or Tab makes one.
    """

    taken = Signal(object)  # Chip, to be edited, or replaced by what is meant
    removed = Signal(object)  # Chip
    offerTaken = Signal(object)  # Suggestion
    pictureWanted = Signal(str)  # of an example photo, as it was written
    fitted = Signal()  # it may have come or gone
    emptied = Signal()  # the chip with the focus is gone, and there is no other

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("chipBar")
        self.setAccessibleName("Parts of the query")
        self._theme = theme
        self._flow = FlowLayout(self)
        self._chips: list[QueryChip] = []
        self._offers: list[QPushButton] = []
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        theme.changed.connect(self._restyle)
        self.hide()

    @property
    def chips(self) -> tuple[Chip, ...]:
        """What is shown."""
        return tuple(each.chip for each in self._chips)

    @property
    def offers(self) -> tuple[str, ...]:
        """The texts of what is offered."""
        return tuple(each.text() for each in self._offers)

    def show_chips(self, chips: Sequence[Chip]) -> None:
        """Replace the chips; the focus stays at its place among them."""
        focused = next((at for at, each in enumerate(self._chips) if each.hasFocus()), -1)
        while len(self._chips) > len(chips):
            self._discard(self._chips.pop())
        while len(self._chips) < len(chips):
            self._append_chip()
        for widget, chip in zip(self._chips, chips, strict=True):
            wanted = chip.photo if chip.photo != widget.chip.photo else ""
            widget.show_chip(chip)
            if wanted:
                self.pictureWanted.emit(wanted)
        if focused >= len(self._chips):
            if self._chips:
                self._focus(len(self._chips) - 1)
            else:
                self.emptied.emit()
        self._fit()

    def show_offers(self, offers: Sequence[Suggestion]) -> None:
        """Replace what is offered behind the chips."""
        while self._offers:
            self._discard(self._offers.pop())
        for number, offer in enumerate(offers[:MOST_OFFERS]):
            many = "" if offer.count is None else f" · {offer.count:,}"
            button = QPushButton(f"{'Tab: ' if number == 0 else ''}{one_line(offer.text)}{many}")
            button.setObjectName("queryOffer")
            button.setAccessibleName(f"Search by {one_line(offer.text)}, {offer.about}")
            button.setToolTip(tooltip(f"Make a filter of these words: {offer.about}"))
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Tab takes the first, where the text is
            button.setCursor(Qt.CursorShape.PointingHandCursor)
            button.clicked.connect(partial(self.offerTaken.emit, offer))
            self._flow.addWidget(button)
            button.show()
            self._offers.append(button)
        self._fit()

    def show_picture(self, written: str, image: QImage) -> None:
        """The small picture of an example photo has been read."""
        for each in self._chips:
            if each.chip.photo == written:
                each.show_picture(image)

    def _append_chip(self) -> None:
        chip = QueryChip(self._theme)
        chip.taken.connect(lambda: self.taken.emit(chip.chip))
        chip.removed.connect(lambda: self.removed.emit(chip.chip))
        chip.left.connect(lambda places: self._focus(self._chips.index(chip) + places))
        self._chips.append(chip)
        offers = [self._flow.takeAt(self._flow.count() - 1) for _ in self._offers]
        self._flow.addWidget(chip)
        for offer in reversed(offers):
            if offer is not None:
                self._flow.addItem(offer)
        chip.show()

    def _focus(self, place: int) -> None:
        self._chips[min(max(place, 0), len(self._chips) - 1)].setFocus(Qt.FocusReason.TabFocusReason)

    def _discard(self, widget: QWidget) -> None:
        self._flow.removeWidget(widget)
        widget.hide()
        widget.deleteLater()

    def _fit(self) -> None:
        self.setVisible(bool(self._chips or self._offers))
        self.updateGeometry()
        self.fitted.emit()

    @Slot()
    def _restyle(self) -> None:
        for each in self._chips:
            each.restyle()
