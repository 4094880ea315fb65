"""The histogram of a query's scores."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import QLabel

from dinodesk.records import ConfidenceCurve
from dinodesk.ui.search.score_histogram import ScoreHistogram
from dinodesk.ui.theme.theme import Theme

LINE = ConfidenceCurve(0.1, 25.0)


@pytest.fixture
def histogram(qtbot, theme: Theme) -> ScoreHistogram:
    histogram = ScoreHistogram(theme)
    qtbot.addWidget(histogram)
    histogram.resize(400, 120)
    histogram.show()
    histogram.show_scores(np.linspace(0.0, 0.4, 401, dtype=np.float32), LINE)
    histogram.grab()
    return histogram


def at(histogram: ScoreHistogram, score: float) -> QPoint:
    """Where a score lies in the view."""
    scene = histogram.getPlotItem().getViewBox().mapViewToScene(QPointF(score, 0.5))
    return histogram.mapFromScene(scene)


@pytest.mark.parametrize("threshold", [-1.0, 0.0, 0.1234, 0.4, 1.0])
def test_photos_above_the_line_are_counted_exactly(histogram: ScoreHistogram, threshold: float) -> None:
    scores = np.linspace(0.0, 0.4, 401, dtype=np.float32)
    histogram.set_line(ConfidenceCurve(threshold, 25.0))
    assert histogram.threshold == pytest.approx(threshold)
    assert histogram.hit_heights.sum() == pytest.approx(np.count_nonzero(scores >= threshold))


def test_scores_that_are_no_numbers_are_left_out(histogram: ScoreHistogram) -> None:
    histogram.show_scores(np.array([np.nan, 0.2, 0.3, np.inf], np.float32), LINE)
    assert histogram.hit_heights.sum() == 2
    histogram.show_scores(np.empty(0, np.float32), LINE)
    assert histogram.hit_heights.sum() == 0


def test_dragging_the_line_is_told_and_setting_it_is_not(qtbot, histogram: ScoreHistogram) -> None:
    with qtbot.assertNotEmitted(histogram.thresholdDragged):
        histogram.set_line(ConfidenceCurve(0.3, 25.0))
    with qtbot.waitSignal(histogram.thresholdDragged) as dragged:
        histogram._marker.setValue(0.25)
    assert dragged.args == [pytest.approx(0.25)]


def test_a_click_beside_the_line_brings_it_there(qtbot, histogram: ScoreHistogram) -> None:
    with qtbot.waitSignal(histogram.thresholdDragged) as dragged:
        qtbot.mouseClick(histogram.viewport(), Qt.MouseButton.LeftButton, pos=at(histogram, 0.3))
    assert dragged.args[0] == pytest.approx(0.3, abs=0.005)


def test_a_double_click_asks_for_the_models_line(qtbot, histogram: ScoreHistogram) -> None:
    with qtbot.waitSignal(histogram.resetRequested):
        qtbot.mouseDClick(histogram.viewport(), Qt.MouseButton.LeftButton, pos=at(histogram, 0.2))


def test_no_number_is_cut_by_the_name_of_the_axis(histogram: ScoreHistogram) -> None:
    end = histogram.getPlotItem().getViewBox().sceneBoundingRect().right()
    name = next(label for label in histogram.findChildren(QLabel) if label.text() == "score")
    half = name.fontMetrics().horizontalAdvance("0.5") / 2
    assert end + half <= name.geometry().left() and name.geometry().right() < histogram.width()


def test_another_appearance_is_drawn_otherwise(histogram: ScoreHistogram, theme: Theme) -> None:
    dark = histogram.grab().toImage()
    theme.choose("light")
    assert histogram.grab().toImage() != dark
