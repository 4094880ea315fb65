"""The confidence card: Auto, histogram and sliders, one curve and one cut in all of them."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QSlider, QVBoxLayout, QWidget
from typing_extensions import override

from dinodesk.engine.messages import RankedTerm
from dinodesk.records import DoubleArray, FittedLine, FloatArray, Stop
from dinodesk.ui.confidence.auto_strip import AutoStrip
from dinodesk.ui.confidence.query_line import PAPER, QueryLine
from dinodesk.ui.confidence.score_histogram import WHOLE, ScoreHistogram
from dinodesk.ui.confidence.term_bars import TermBars
from dinodesk.ui.grid.zones import Zones
from dinodesk.ui.theme.theme import Theme

TOO_SMALL = 50
"""Below so many photos a histogram says nothing."""

NAMES = (("Strictness", "threshold"), ("Steepness", "temperature"), ("Cut", "confidence"))
ROOMY = 100
"""Characters across the card from which on both names of a slider have room."""

_NO_CURVE = "Each term of this query has a line of its own: there is none for all of them to move."


class ConfidenceCard(QFrame):
    """Keeps the line of a query: Auto, sliders, histogram and `zonesMoved` always agree."""

    zonesMoved = Signal(object)  # Zones
    stopChosen = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("confidenceCard")
        self.line = QueryLine()
        self.strip = AutoStrip(theme)
        self.histogram = ScoreHistogram(theme, self)
        self.bars = TermBars(theme)
        self.bars.hide()
        self._confidences: DoubleArray = np.empty(0)  # of an answer to a composed query
        self._terms: tuple[RankedTerm, ...] = ()
        self._small = QLabel(
            "A library of under 50 photos is too small to judge by: read the ranking instead."
        )
        self._small.setObjectName("histogramNote")
        self._small.setWordWrap(True)
        self._small.setProperty("role", "small")
        self._small.hide()
        self.threshold = self._slider("thresholdSlider", "Threshold, in thousandths of score", -200, 1000)
        self.temperature = self._slider("temperatureSlider", "Temperature, in tenths", 10, 1000)
        self.cut = self._slider("cutSlider", "Cut: the confidence of a good match, in percent", 0, 100)
        self._names = (QLabel(), QLabel(), QLabel())
        self._values = (self._value("-0.000"), self._value("100.0"), self._value("100 %"))
        self._build(theme)
        self._adapt()
        self._moved()
        self.threshold.valueChanged.connect(self._threshold_slid)
        self.temperature.valueChanged.connect(self._temperature_slid)
        self.cut.valueChanged.connect(self._cut_slid)
        self.histogram.thresholdDragged.connect(self._threshold_dragged)
        self.histogram.cutDragged.connect(self._cut_dragged)
        self.histogram.resetRequested.connect(self.reset)
        self.strip.autoSwitched.connect(self.set_auto)
        self.strip.paperChosen.connect(self._set_paper)
        self.strip.stopChosen.connect(self._stop_chosen)
        self.bars.shown.connect(self._show_term)

    def _build(self, theme: Theme) -> None:
        unit = theme.unit()
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        sliders = self.threshold, self.temperature, self.cut
        for row, (label, slider, value) in enumerate(zip(self._names, sliders, self._values, strict=True)):
            label.setBuddy(slider)
            grid.addWidget(label, row, 0)
            grid.addWidget(slider, row, 1)
            grid.addWidget(value, row, 2)
        grid.setRowStretch(len(sliders), 1)
        side = QWidget()
        beside = QVBoxLayout(side)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(2)
        beside.addWidget(self.bars, 1)
        beside.addLayout(grid)
        grid.setContentsMargins(0, 4, 0, 0)
        side.setMinimumWidth(round(unit * 13))
        side.setMaximumWidth(round(unit * 24))
        body = QHBoxLayout()
        body.setSpacing(20)
        body.addWidget(self.histogram, 3)
        body.addWidget(side, 2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 6, 16, 6)
        layout.setSpacing(4)
        layout.addWidget(self.strip)
        layout.addLayout(body)
        layout.addWidget(self._small)
        self.histogram.setMinimumWidth(110)
        self.histogram.setFixedHeight(round(unit * 5.6))

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

    # ── what an answer brings ───────────────────────────────────────────────────────────────────

    def show_scores(
        self, scores: FloatArray, fitted: FittedLine, library: int = 0, *, another: bool = False
    ) -> None:
        """The scores of an answer and what was fitted for them.

        What a person moved stays until `another` query comes. `library` is how many photos the library has:
        a small folder of a large one is no small library.
        """
        finite = scores[np.isfinite(scores)]
        best = float(finite.max()) if len(finite) else fitted.curve.threshold
        self._fit(fitted, best, by_confidence=False, another=another)
        line = self.line.zones.curve.threshold
        if len(finite):
            points = [float(finite.min()), best, line, fitted.curve.threshold]
            low, high = int(np.floor(min(points) * 100 - 2)) * 10, int(np.ceil(max(points) * 100 + 2)) * 10
            with QSignalBlocker(self.threshold):
                self.threshold.setRange(low, high)
                self.threshold.setValue(round(line * 1000))
        self._small.setVisible(max(len(scores), library) < TOO_SMALL)
        self.histogram.show_scores(scores, self.line.zones)

    def show_confidences(
        self,
        confidences: DoubleArray,
        fitted: FittedLine,
        library: int = 0,
        *,
        another: bool = False,
        terms: tuple[RankedTerm, ...] = (),
    ) -> None:
        """The same for an answer with confidences instead of scores: its cut alone can be moved. Each of its
        `terms` has a bar, which shows its scores and its line."""
        best = float(confidences[0]) if len(confidences) else 0.0
        self._fit(fitted, best, by_confidence=True, another=another)
        self._small.setVisible(max(len(confidences), library) < TOO_SMALL)
        self._confidences, self._terms = confidences, terms
        self.bars.show_terms(terms, self.line.stop)
        self._show_term(self.bars.term)

    def _fit(self, fitted: FittedLine, best: float, *, by_confidence: bool, another: bool) -> None:
        self.line.best, self.line.by_confidence = best, by_confidence
        self.line.fit(fitted, another=another)
        for slider in (self.threshold, self.temperature):
            slider.setEnabled(not by_confidence)
        for row in (*self._names[:2], self.threshold, self.temperature, *self._values[:2]):
            row.setVisible(not by_confidence)  # the bars of the terms have their room
        self.bars.setVisible(by_confidence)
        self._moved(drawn=False)  # the histogram gets its values with these zones

    @Slot(int)
    def _show_term(self, number: int) -> None:
        """The scores of one term with its own line, or the confidences of the whole query."""
        if not 0 <= number < len(self._terms):
            self.histogram.show_confidences(self._confidences, self.line.zones)
            return
        term = self._terms[number]
        cut = term.fitted.cut(self.line.stop)
        possible = min(term.fitted.possible, cut)
        self.histogram.show_term(term.scores, Zones(term.fitted.curve, cut, possible), number)

    # ── what a person does ──────────────────────────────────────────────────────────────────────

    def set_stop(self, stop: Stop) -> None:
        """How much Auto lets in; what is shown follows at once."""
        self.line.choose_stop(stop)
        self._moved()
        if self.line.by_confidence:
            self.bars.show_terms(self._terms, stop)
            self._show_term(self.bars.term)

    def set_zones(self, zones: Zones) -> None:
        """Move the sliders, as a person would: Auto is off for this query."""
        self.line.set_zones(zones)
        self._moved()

    def set_checked(self, fitted: FittedLine) -> None:
        """Judge this query by a line that follows what the person said of its photos."""
        self.line.check(fitted)
        self._moved()

    @Slot(bool)
    def set_auto(self, auto: bool) -> None:
        """Judge by what was fitted, or keep what is shown whatever comes."""
        self.line.switch_auto(auto)
        self._moved()

    @Slot()
    def reset(self) -> None:
        """Back to Auto."""
        self.set_auto(True)

    @Slot()
    def _set_paper(self) -> None:
        self.set_zones(PAPER)

    @Slot(int)
    def _threshold_slid(self, thousandths: int) -> None:
        self.line.move_threshold(thousandths / 1000.0)
        self._moved()

    @Slot(int)
    def _temperature_slid(self, tenths: int) -> None:
        self.line.move_temperature(tenths / 10.0)
        self._moved()

    @Slot(int)
    def _cut_slid(self, percent: int) -> None:
        self._cut_dragged(percent / 100.0)

    @Slot(float)
    def _threshold_dragged(self, threshold: float) -> None:
        self.line.move_threshold(round(threshold, 3))
        self._moved()

    @Slot(float)
    def _cut_dragged(self, cut: float) -> None:
        self.line.move_cut(cut)
        self._moved()

    @Slot(str)
    def _stop_chosen(self, stop: Stop) -> None:
        self.set_stop(stop)
        self.stopChosen.emit(stop)

    # ── what is shown ───────────────────────────────────────────────────────────────────────────

    def _moved(self, *, drawn: bool = True) -> None:
        """Show where the line is now; the histogram, too, where it has been `drawn` of these values."""
        zones = self.line.zones
        for slider, number in (
            (self.threshold, round(zones.curve.threshold * 1000)),
            (self.temperature, round(zones.curve.temperature * 10)),
            (self.cut, round(min(zones.cut, 1.0) * 100)),
        ):
            with QSignalBlocker(slider):
                slider.setRange(min(slider.minimum(), number), max(slider.maximum(), number))
                slider.setValue(number)
        if drawn and self.histogram.term == WHOLE:
            self.histogram.set_zones(zones)
        self._show()
        self.zonesMoved.emit(zones)

    def _show(self) -> None:
        zones, auto = self.line.zones, self.line.automatic.curve
        threshold, temperature = f"{zones.curve.threshold:.3f}", f"{zones.curve.temperature:.1f}"
        cut = f"{zones.cut * 100:.0f} %" if zones.cut < 1.0 else "none"
        by_confidence = self.line.by_confidence
        curve = ("–", "–") if by_confidence else (threshold, temperature)
        for label, text in zip(self._values, (*curve, cut), strict=True):
            label.setText(text)
        back = "Double-click: back to Auto"
        tips = (
            f"Threshold {threshold}: the score that a confidence of 0.5 belongs to.\n"
            f"{back} ({auto.threshold:.3f}).",
            f"Temperature {temperature}: how steeply confidence rises with the score.\n"
            f"{back} ({auto.temperature:.1f}).",
        )
        for slider, tip in zip((self.threshold, self.temperature), tips, strict=True):
            slider.setToolTip(_NO_CURVE if by_confidence else tip)
        self.cut.setToolTip(f"Cut {cut}: the confidence from which a photo is a good match.\n{back}.")
        self.strip.show_line(self.line)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        """The field's terms beside the plain ones where there is room for both."""
        self._adapt()
        super().resizeEvent(event)

    def _adapt(self) -> None:
        roomy = self.width() >= self.fontMetrics().averageCharWidth() * ROOMY
        for label, (plain, term) in zip(self._names, NAMES, strict=True):
            label.setText(f"{plain} ({term})" if roomy else plain)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Double-click on a slider brings Auto back."""
        if event.type() == QEvent.Type.MouseButtonDblClick and isinstance(watched, QSlider):
            self.reset()
            return True
        return super().eventFilter(watched, event)
