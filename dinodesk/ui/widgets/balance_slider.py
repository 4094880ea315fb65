"""A slider between two things that count more or less, with a name at each end."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QWidget
from typing_extensions import override

from dinodesk.ui.theme.theme import SMALL, Theme

MIDDLE = 50
"""Both count alike, in hundredths."""
_SNAP = 4
"""So near the middle, in hundredths, a slider that is dragged is in the middle."""
_GAP = 6
"""Pixels between slider and names."""


class BalanceSlider(QWidget):
    """Left is the one thing alone, right the other alone; double-click: both alike."""

    moved = Signal(float)  # share

    def __init__(self, theme: Theme, left: str, right: str, parent: QWidget | None = None) -> None:
        """`left` and `right` name the ends; the sentence of `set_meaning` goes before their shares."""
        super().__init__(parent)
        self._theme, self._ends, self._meaning = theme, (left, right), ""
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, 100)
        self.slider.setPageStep(10)
        self.slider.setFixedWidth(round(theme.unit() * 5))
        self.slider.setValue(MIDDLE)
        self.slider.installEventFilter(self)
        self.slider.valueChanged.connect(self._slid)
        self._labels = (QLabel(left), QLabel(right))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(_GAP)
        for label in self._labels:
            label.setProperty("role", "small")
        for widget in (self._labels[0], self.slider, self._labels[1]):
            layout.addWidget(widget)
        theme.changed.connect(self._restyle)
        self._restyle()
        self._explain()

    @Slot()
    def _restyle(self) -> None:
        for label in self._labels:
            label.setFont(self._theme.font(SMALL))

    def set_meaning(self, sentence: str) -> None:
        """What the slider does, for its tooltip."""
        self._meaning = sentence
        self._explain()

    def show_ends(self, shown: bool) -> None:
        """Whether the ends have their names: there is not room for them everywhere."""
        for label in self._labels:
            label.setVisible(shown)
        self.updateGeometry()  # for a layout that is asked before the next turn of the event loop

    def width_with(self, *, ends: bool) -> int:
        """The width, in pixels, that it takes with or without the names of its ends."""
        names = sum(label.sizeHint().width() + _GAP for label in self._labels)
        return self.slider.width() + (names if ends else 0)

    @property
    def share(self) -> float:
        """The share of the right end, 0 to 1."""
        return self.slider.value() / 100.0

    def set_share(self, share: float) -> None:
        """Show another share; nobody is told."""
        with QSignalBlocker(self.slider):
            self.slider.setValue(round(100 * share))
        self._explain()

    @Slot()
    def _slid(self) -> None:
        if self.slider.isSliderDown() and 0 < abs(self.slider.value() - MIDDLE) < _SNAP:
            self.slider.setValue(MIDDLE)
            return
        self._explain()
        self.moved.emit(self.share)

    def _explain(self) -> None:
        (left, right), value = self._ends, self.slider.value()
        shares = f"{left.capitalize()} {100 - value} %, {right} {value} %. Double-click: both alike."
        self.slider.setToolTip(f"{self._meaning}\n{shares}".strip())

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.slider and event.type() == QEvent.Type.MouseButtonDblClick:
            self.slider.setValue(MIDDLE)
            return True
        return super().eventFilter(watched, event)
