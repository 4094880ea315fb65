"""The chips of a query side by side."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QSizePolicy, QWidget

from dinodesk.ui.query.query_chip import QueryChip
from dinodesk.ui.query.reading_text import Chip
from dinodesk.ui.theme.theme import Theme
from dinodesk.ui.widgets.chips import FlowLayout


class ChipBar(QWidget):
    """Shows chips and asks for changes; changes nothing itself."""

    taken = Signal(object)  # Chip, to be edited, or replaced by what is meant
    removed = Signal(object)  # Chip
    pictureWanted = Signal(str)  # of an example photo, as it was written
    fitted = Signal()  # it may have come or gone
    emptied = Signal()  # the chip with the focus is gone, and there is no other

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("chipBar")
        self.setAccessibleName("Parts of the query")
        self._theme = theme
        self.tab_after: QWidget | None = None  # from where Tab goes to the first chip
        self._flow = FlowLayout(self)
        self._chips: list[QueryChip] = []
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        theme.changed.connect(self._restyle)
        self.hide()

    @property
    def chips(self) -> tuple[Chip, ...]:
        """What is shown."""
        return tuple(each.chip for each in self._chips)

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
        self._flow.addWidget(chip)
        before = self._chips[-2] if len(self._chips) > 1 else self.tab_after
        if before is not None:
            QWidget.setTabOrder(before, chip)
        chip.show()

    def _focus(self, place: int) -> None:
        self._chips[min(max(place, 0), len(self._chips) - 1)].setFocus(Qt.FocusReason.TabFocusReason)

    def _discard(self, widget: QWidget) -> None:
        self._flow.removeWidget(widget)
        widget.hide()
        widget.deleteLater()

    def _fit(self) -> None:
        self.setVisible(bool(self._chips))
        self.updateGeometry()
        self.fitted.emit()

    @Slot()
    def _restyle(self) -> None:
        for each in self._chips:
            each.restyle()
