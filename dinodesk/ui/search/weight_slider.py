"""How much the words and the photo of a query count, as a slider between the two."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QWidget
from typing_extensions import override

from dinodesk.ui.context.app_state import EQUAL_WEIGHT
from dinodesk.ui.theme.theme import SMALL, Theme

_SNAP = 4
"""So near the middle, in hundredths, a slider is in the middle."""


class WeightSlider(QWidget):
    """Left is the sentence alone, right the photo alone; double-click: both alike."""

    weightChanged = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setObjectName("photoWeight")
        self.slider.setAccessibleName("Weight of the photo against the words, in hundredths")
        self.slider.setRange(0, 100)
        self.slider.setPageStep(10)
        self.slider.setFixedWidth(round(theme.unit() * 5))
        self.slider.setValue(round(100 * EQUAL_WEIGHT))
        self.slider.installEventFilter(self)
        self.slider.valueChanged.connect(self._slid)
        self._words, self._photo = QLabel("words"), QLabel("photo")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        for label in (self._words, self._photo):
            label.setProperty("role", "small")
        for widget in (self._words, self.slider, self._photo):
            layout.addWidget(widget)
        theme.changed.connect(self._restyle)
        self._restyle()
        self._explain()

    @Slot()
    def _restyle(self) -> None:
        for label in (self._words, self._photo):
            label.setFont(self._theme.font(SMALL))

    @property
    def weight(self) -> float:
        """The share of the photo, 0 to 1."""
        return self.slider.value() / 100.0

    def set_weight(self, weight: float) -> None:
        """Show another share of the photo; nobody is told."""
        with QSignalBlocker(self.slider):
            self.slider.setValue(round(100 * weight))
        self._explain()

    @Slot()
    def _slid(self) -> None:
        middle = round(100 * EQUAL_WEIGHT)
        if self.slider.isSliderDown() and 0 < abs(self.slider.value() - middle) < _SNAP:
            self.slider.setValue(middle)
            return
        self._explain()
        self.weightChanged.emit()

    def _explain(self) -> None:
        photo = self.slider.value()
        self.slider.setToolTip(f"Words {100 - photo} %, photo {photo} %. Double-click: both alike.")

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.slider and event.type() == QEvent.Type.MouseButtonDblClick:
            self.slider.setValue(round(100 * EQUAL_WEIGHT))
            return True
        return super().eventFilter(watched, event)
