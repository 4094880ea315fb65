"""What a labelled folder says of the model: sentences and drawings, numbers below."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from dinodesk.engine.messages import FolderCalibrated
from dinodesk.records import AutoCorrection, Histogram, LabelMeasures, Reliability, Skipped
from dinodesk.ui.models.calibration_text import (
    bin_rows,
    confused_words,
    figures,
    folder_words,
    head_words,
    margin_words,
    middle_words,
    promise_words,
    scores_words,
    skipped_words,
)
from dinodesk.ui.models.confusion_view import MOST_LABELS, ConfusionView
from dinodesk.ui.models.measure_plot import Bars, Curve, MeasurePlot
from dinodesk.ui.theme.theme import Theme
from dinodesk.ui.widgets.files_dialog import FilesDialog

_UNREAD = "These files of the folder could not be read. They are left out; nothing on disk was changed."


class CalibrationResult(QScrollArea):
    """One result at a time; it keeps nothing and asks for nothing."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("calibrationResult")
        self.setAccessibleName("What the labelled photos say of the model")
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._theme = theme
        self._skipped: tuple[Skipped, ...] = ()
        self.head = _label("calibrationHead", "title")
        self.folder = _label("calibrationFolder", "muted")
        self.skipped_button = QPushButton()
        self.skipped_button.setObjectName("calibrationSkippedButton")
        self.skipped_button.setProperty("link", True)
        self.skipped_button.setAutoDefault(False)
        self.skipped_button.clicked.connect(self._show_skipped)
        self.scores = MeasurePlot(theme, "calibrationScores", "score")
        self.promise = MeasurePlot(theme, "calibrationReliability", "promised; the height is what is right")
        self.margins = MeasurePlot(theme, "calibrationMargins", "score of the first guess less the second")
        self.matrix = ConfusionView(theme)
        self.scores_words, self.promise_words = (
            _label("calibrationScoresText"),
            _label("calibrationReliabilityText"),
        )
        self.margin_words, self.middle_words = _label("calibrationMarginsText"), _label("calibrationMiddle")
        self.confused = _label("calibrationConfused", "value")
        self.bins = QGridLayout()
        self.numbers = QGridLayout()
        self._build()

    def _build(self) -> None:
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(24, 16, 24, 24)
        layout.setSpacing(8)
        layout.addWidget(self.head)
        layout.addWidget(self.folder)
        layout.addWidget(self.skipped_button, 0, Qt.AlignmentFlag.AlignLeft)
        pairs = QGridLayout()
        pairs.setHorizontalSpacing(24)
        pairs.setVerticalSpacing(8)
        parts: tuple[tuple[str, QWidget, QLabel], ...] = (
            ("Do matches score higher?", self.scores, self.scores_words),
            ("Does a confidence keep its promise?", self.promise, self.promise_words),
            ("How clear is the first guess?", self.margins, self.margin_words),
        )
        for number, (title, plot, words) in enumerate(parts):
            row, column = 4 * (number // 2), number % 2
            pairs.addWidget(_title(title), row, column)
            pairs.addWidget(plot, row + 1, column)
            pairs.addWidget(words, row + 2, column, Qt.AlignmentFlag.AlignTop)
        pairs.setRowMinimumHeight(3, 8)
        pairs.addWidget(_title("Promised and right, by this calibration"), 4, 1)
        bins = QWidget()
        self.bins.setContentsMargins(0, 0, 0, 0)
        bins.setLayout(self.bins)
        pairs.addWidget(bins, 5, 1, 2, 1, Qt.AlignmentFlag.AlignTop)
        pairs.setColumnStretch(0, 1)
        pairs.setColumnStretch(1, 1)
        layout.addSpacing(8)
        layout.addLayout(pairs)
        layout.addSpacing(8)
        for title, widgets in (
            ("What is taken for what", (self.confused, self.matrix)),
            ("The middle instead of the whole photo", (self.middle_words,)),
        ):
            layout.addWidget(_title(title))
            for widget in widgets:
                layout.addWidget(widget)
            layout.addSpacing(8)
        layout.addWidget(_title("In numbers"))
        self.numbers.setColumnStretch(2, 1)
        layout.addLayout(self.numbers)
        layout.addStretch(1)
        self.setWidget(page)

    def show_found(self, found: FolderCalibrated) -> None:
        """Show a result, from its top."""
        measures, correction = found.measures, found.correction
        self.head.setText(head_words(measures))
        self.folder.setText(folder_words(measures))
        self._skipped = measures.skipped
        self.skipped_button.setText(skipped_words(measures))
        self.skipped_button.setAccessibleName(skipped_words(measures))
        self.skipped_button.setVisible(bool(measures.skipped))
        self._show_plots(measures, correction)
        confused = confused_words(measures)
        many = len(measures.labels) > MOST_LABELS
        note = (
            [f"There are more than {MOST_LABELS} labels: the whole table is in the report."] if many else []
        )
        self.confused.setText("\n".join((confused or ["No photo is taken for another label."]) + note))
        self.matrix.show_found(measures)
        self.middle_words.setText(middle_words(measures))
        rows = [("Promised", "Right", "Pairs"), *bin_rows(correction.after)]
        _fill(self.bins, rows, numbers_from=1, headed=True)
        _fill(self.numbers, figures(measures, correction), numbers_from=2, headed=False)
        self.verticalScrollBar().setValue(0)

    def _show_plots(self, measures: LabelMeasures, correction: AutoCorrection) -> None:
        low, high = float(measures.scores.edges[0]), float(measures.scores.edges[-1])
        xs = np.linspace(low, high, 80)
        fitted = Curve(xs=xs, ys=measures.curve.confidence(xs), role="text")
        self.scores.show_shapes(low, high, _shares(measures.scores), [fitted])
        ends = np.array([0.0, 1.0])
        self.promise.show_shapes(
            0.0,
            1.0,
            curves=[
                Curve(xs=ends, ys=ends, role="faint", dashed=True),
                _points(correction.before, "muted"),
                _points(correction.after, "accent"),
            ],
            percent=True,
        )
        margins = measures.margins
        self.margins.setVisible(margins is not None)
        if margins is not None:
            tallest = max(1, int(margins.right.max()), int(margins.wrong.max()))
            edges = margins.edges
            bars = [
                Bars(edges=edges, heights=margins.right / tallest, role="accent", opacity=0.65),
                Bars(edges=edges, heights=margins.wrong / tallest, role="bad", opacity=0.8),
            ]
            self.margins.show_shapes(float(edges[0]), float(edges[-1]), bars)
        for plot, label, words in (
            (self.scores, self.scores_words, scores_words(measures)),
            (self.promise, self.promise_words, promise_words(correction)),
            (self.margins, self.margin_words, margin_words(measures)),
        ):
            label.setText(words)
            plot.setAccessibleName(words)

    @Slot()
    def _show_skipped(self) -> None:
        dialog = FilesDialog(self._theme, "calibrationSkipped", "Files that could not be read", _UNREAD, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.files.show(self._skipped)
        dialog.open()


def _shares(counts: Histogram) -> list[Bars]:
    """Both kinds, each as high as the whole drawing: there are many more wrong pairs than right ones."""
    return [
        Bars(
            edges=counts.edges,
            heights=counts.wrong / max(1, int(counts.wrong.max())),
            role="faint",
            opacity=0.55,
        ),
        Bars(
            edges=counts.edges,
            heights=counts.right / max(1, int(counts.right.max())),
            role="accent",
            opacity=0.65,
        ),
    ]


def _points(bins: Reliability, role: str) -> Curve:
    xs = np.array([each.confidence for each in bins])
    return Curve(xs=xs, ys=np.array([each.share for each in bins]), role=role, dots=True)


def _label(name: str, role: str = "muted") -> QLabel:
    label = QLabel()
    label.setObjectName(name)
    label.setProperty("role", role)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label


def _title(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "group")
    return label


def _fill(grid: QGridLayout, rows: Sequence[tuple[str, ...]], *, numbers_from: int, headed: bool) -> None:
    """Rows of words, those from a column on flush right, in the place of what was there."""
    while (item := grid.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(2)
    for number, row in enumerate(rows):
        for column, text in enumerate(row):
            label = QLabel(text)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setProperty("role", "small" if column == 0 or (headed and number == 0) else "value")
            right = Qt.AlignmentFlag.AlignRight if column >= numbers_from else Qt.AlignmentFlag.AlignLeft
            label.setAlignment(right | Qt.AlignmentFlag.AlignVCenter)
            grid.addWidget(label, number, column)
    grid.setColumnStretch(len(rows[0]) if rows else 0, 1)
