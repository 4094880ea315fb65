"""The confidence card: histogram and sliders, one line in all of them."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QSlider, QWidget
from typing_extensions import override

from dinodesk.records import ConfidenceCurve, FloatArray
from dinodesk.ui.search.score_histogram import ScoreHistogram
from dinodesk.ui.theme.theme import Theme

TOO_SMALL = 50
"""Below so many photos a histogram says nothing."""


NAMES = (("Strictness", "threshold"), ("Steepness", "temperature"))
ROOMY = 100
"""Characters across the card from which on both names of a slider have room."""


class ConfidenceCard(QFrame):
    """Keeps the line: sliders, histogram and `lineMoved` always agree."""

    lineMoved = Signal(object)  # ConfidenceCurve

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("confidenceCard")
        self._line = self._default = self._model_line = ConfidenceCurve(0.08, 25.0)
        self.histogram = ScoreHistogram(theme, self)
        self._small = QLabel(
            "A library of under 50 photos is too small to judge by: read the ranking instead."
        )
        self._small.setObjectName("histogramNote")
        self._small.setWordWrap(True)
        self._small.setProperty("role", "small")
        self._small.hide()
        self.threshold = self._slider("thresholdSlider", "Threshold, in thousandths of score", -200, 1000)
        self.temperature = self._slider("temperatureSlider", "Temperature, in tenths", 10, 1000)
        self._names = (QLabel(), QLabel())
        self._threshold_value, self._temperature_value = self._value("-0.000"), self._value("100.0")
        self._reset = QPushButton("Reset")
        self._reset.setObjectName("resetLine")
        self._reset.setProperty("link", True)
        self._reset.setAccessibleName("Back to the model's own threshold and temperature")
        self._reset.setToolTip("Back to the model's own line (double-click a slider)")
        self._reset.clicked.connect(self.reset)
        self._build(theme)
        self._name_sliders()
        self.threshold.setValue(80)
        self.temperature.setValue(250)
        self.threshold.valueChanged.connect(self._slid)
        self.temperature.valueChanged.connect(self._slid)
        self.histogram.thresholdDragged.connect(self._dragged)
        self.histogram.resetRequested.connect(self.reset)
        self._show()

    def _build(self, theme: Theme) -> None:
        unit = theme.unit()
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        for row, (label, slider, value) in enumerate(
            (
                (self._names[0], self.threshold, self._threshold_value),
                (self._names[1], self.temperature, self._temperature_value),
            )
        ):
            label.setBuddy(slider)
            grid.addWidget(label, row, 0)
            grid.addWidget(slider, row, 1)
            grid.addWidget(value, row, 2)
        bottom = QHBoxLayout()
        bottom.addWidget(self._small, 1)
        bottom.addStretch()
        bottom.addWidget(self._reset)
        grid.addLayout(bottom, 2, 0, 1, 3)
        grid.setRowStretch(3, 1)
        side = QWidget()
        side.setLayout(grid)
        grid.setContentsMargins(0, 4, 0, 0)
        side.setMinimumWidth(round(unit * 13))
        side.setMaximumWidth(round(unit * 24))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 8, 16, 6)
        layout.setSpacing(20)
        layout.addWidget(self.histogram, 3)
        layout.addWidget(side, 2)
        self.histogram.setMinimumWidth(110)
        self.setFixedHeight(round(unit * 7.2))

    def _slider(self, name: str, accessible: str, low: int, high: int) -> QSlider:
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setObjectName(name)
        slider.setAccessibleName(accessible)
        slider.setRange(low, high)
        slider.setPageStep(10)
        slider.setMinimumWidth(80)
        slider.installEventFilter(self)
        return slider

    def _value(self, widest: str) -> QLabel:
        label = QLabel(widest)
        label.setProperty("role", "value")
        label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        label.setMinimumWidth(label.fontMetrics().horizontalAdvance(widest) + 4)
        return label

    # ── the line ────────────────────────────────────────────────────────────────────────────────

    @property
    def line(self) -> ConfidenceCurve:
        """The confidence curve that the sliders show."""
        return self._line

    @property
    def moved(self) -> bool:
        """Whether the line is not the query's own."""
        return self._line != self._default

    def set_default(
        self, line: ConfidenceCurve, model_line: ConfidenceCurve, *, another: bool = False
    ) -> None:
        """Where the sliders start. What a person moved stays until `another` query or model comes."""
        moved = self.moved and model_line == self._model_line and not another
        changed = line != self._default
        self._default, self._model_line = line, model_line
        if moved:
            self._show()
        elif changed or self._line != line:
            self._move(line)

    def show_scores(self, scores: FloatArray, library: int = 0) -> None:
        """The scores of a new answer: the sliders' range follows them, the line stays.

        `library` is how many photos the library has: a small folder of a large one is no small library.
        """
        finite = scores[np.isfinite(scores)]
        if len(finite):
            points = [float(finite.min()), float(finite.max()), self._line.threshold, self._default.threshold]
            low, high = int(np.floor(min(points) * 100 - 2)) * 10, int(np.ceil(max(points) * 100 + 2)) * 10
            self.threshold.blockSignals(True)
            self.threshold.setRange(low, high)
            self.threshold.setValue(round(self._line.threshold * 1000))
            self.threshold.blockSignals(False)
        self._small.setVisible(max(len(scores), library) < TOO_SMALL)
        self.histogram.show_scores(scores, self._line)

    def set_line(self, line: ConfidenceCurve) -> None:
        """Move both sliders, as a person would."""
        self._move(line)

    @Slot()
    def reset(self) -> None:
        """Back to the model's own line."""
        self._move(self._default)

    @Slot()
    def _slid(self) -> None:
        self._move(ConfidenceCurve(self.threshold.value() / 1000.0, self.temperature.value() / 10.0))

    @Slot(float)
    def _dragged(self, threshold: float) -> None:
        self._move(ConfidenceCurve(round(threshold, 3), self._line.temperature))

    def _move(self, line: ConfidenceCurve) -> None:
        self._line = line
        for slider, value in (
            (self.threshold, line.threshold * 1000),
            (self.temperature, line.temperature * 10),
        ):
            number = round(value)
            slider.blockSignals(True)
            slider.setRange(min(slider.minimum(), number), max(slider.maximum(), number))
            slider.setValue(number)
            slider.blockSignals(False)
        self.histogram.set_line(line)
        self._show()
        self.lineMoved.emit(line)

    def _show(self) -> None:
        threshold, temperature = f"{self._line.threshold:.3f}", f"{self._line.temperature:.1f}"
        self._threshold_value.setText(threshold)
        self._temperature_value.setText(temperature)
        self.threshold.setToolTip(
            f"Threshold {threshold}: the score that a confidence of 0.5 belongs to.\n"
            f"Double-click: the model's own ({self._default.threshold:.3f})."
        )
        self.temperature.setToolTip(
            f"Temperature {temperature}: how steeply confidence rises with the score.\n"
            f"Double-click: the model's own ({self._default.temperature:.1f})."
        )
        self._reset.setVisible(self._line != self._default)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        """The field's terms beside the plain ones where there is room for both."""
        self._name_sliders()
        super().resizeEvent(event)

    def _name_sliders(self) -> None:
        roomy = self.width() >= self.fontMetrics().averageCharWidth() * ROOMY
        for label, (plain, term) in zip(self._names, NAMES, strict=True):
            label.setText(f"{plain} ({term})" if roomy else plain)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Double-click on a slider resets it."""
        if event.type() == QEvent.Type.MouseButtonDblClick:
            if watched is self.threshold:
                self._move(ConfidenceCurve(self._default.threshold, self._line.temperature))
                return True
            if watched is self.temperature:
                self._move(ConfidenceCurve(self._line.threshold, self._default.temperature))
                return True
        return super().eventFilter(watched, event)
