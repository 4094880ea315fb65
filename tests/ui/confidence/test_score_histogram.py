"""The histogram of a query's scores."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import QLabel

from dinodesk.records import ConfidenceCurve
from dinodesk.ui.confidence.score_histogram import ScoreHistogram
from dinodesk.ui.grid.zones import Zones
from dinodesk.ui.theme.theme import Theme

LINE = Zones(ConfidenceCurve(0.1, 25.0))


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
    histogram.set_zones(Zones(ConfidenceCurve(threshold, 25.0)))
    assert histogram.threshold == pytest.approx(threshold)
    assert histogram.hit_heights.sum() == pytest.approx(np.count_nonzero(scores >= threshold))


@pytest.mark.parametrize("cut", [0.0, 0.05, 0.3, 0.77, 0.999, 1.5])
def test_photos_from_the_cut_on_are_counted_not_those_from_the_threshold(
    histogram: ScoreHistogram, cut: float
) -> None:
    scores = np.linspace(0.0, 0.4, 401, dtype=np.float32)
    zones = Zones(ConfidenceCurve(0.2003, 25.0), cut, 0.1)
    histogram.set_zones(zones)
    good = np.count_nonzero(zones.curve.confidence(scores) >= cut)
    assert histogram.hit_heights.sum() == pytest.approx(good)
    assert histogram._dot.isVisible() == (cut < 1.0)


def test_the_dot_of_the_cut_stays_on_the_curve_and_in_sight(histogram: ScoreHistogram) -> None:
    for cut in (0.2, 0.5, 0.9):
        histogram.set_zones(Zones(ConfidenceCurve(0.2, 25.0), cut, 0.1))
        score, height = histogram.cut
        xs, ys = histogram._curve.getData()
        assert height == pytest.approx(float(np.interp(score, xs, ys)), rel=0.02)
    histogram.set_zones(Zones(ConfidenceCurve(0.2, 3.0), 0.99, 0.1))  # no photo here has that
    assert histogram.cut[0] == pytest.approx(histogram._edges[-1])


def on(histogram: ScoreHistogram, value: float) -> QPoint:
    """Where the curve has a score, in the view."""
    xs, ys = histogram._curve.getData()
    point = QPointF(value, float(np.interp(value, xs, ys)))
    return histogram.mapFromScene(histogram.getPlotItem().getViewBox().mapViewToScene(point))


def test_the_cut_is_dragged_along_the_curve(qtbot, histogram: ScoreHistogram) -> None:
    histogram.set_zones(Zones(ConfidenceCurve(0.2, 25.0), 0.3, 0.1))
    dragged: list[float] = []
    histogram.cutDragged.connect(dragged.append)
    with qtbot.assertNotEmitted(histogram.thresholdDragged):
        qtbot.mousePress(histogram.viewport(), Qt.MouseButton.LeftButton, pos=on(histogram, histogram.cut[0]))
        qtbot.mouseMove(histogram.viewport(), on(histogram, 0.25))
        qtbot.mouseRelease(histogram.viewport(), Qt.MouseButton.LeftButton, pos=on(histogram, 0.25))
    expected = float(ConfidenceCurve(0.2, 25.0).confidence(0.25))
    assert dragged[-1] == pytest.approx(expected, abs=0.03)
    count = len(dragged)
    qtbot.mouseMove(histogram.viewport(), on(histogram, 0.1))
    assert len(dragged) == count, "let go"


def test_confidences_lie_between_0_and_1_and_have_no_threshold(qtbot, histogram: ScoreHistogram) -> None:
    histogram.show_confidences(np.linspace(0.9, 0.0, 91), Zones(LINE.curve, 0.4, 0.2))
    assert histogram._names[1].text() == "confidence" and "confidences" in histogram.accessibleName()
    assert not histogram._marker.isVisible() and not histogram._knob.isVisible()
    assert (histogram._edges[0], histogram._edges[-1]) == (0.0, 1.0)
    assert histogram.hit_heights.sum() == 51 and histogram.cut[0] == pytest.approx(0.4)
    with qtbot.assertNotEmitted(histogram.thresholdDragged):
        qtbot.mouseClick(histogram.viewport(), Qt.MouseButton.LeftButton, pos=at(histogram, 0.8))
    histogram.show_scores(np.linspace(0.0, 0.4, 401, dtype=np.float32), LINE)
    assert histogram._marker.isVisible() and histogram._names[1].text() == "score"


def test_scores_that_are_no_numbers_are_left_out(histogram: ScoreHistogram) -> None:
    histogram.show_scores(np.array([np.nan, 0.2, 0.3, np.inf], np.float32), LINE)
    assert histogram.hit_heights.sum() == 2
    histogram.show_scores(np.empty(0, np.float32), LINE)
    assert histogram.hit_heights.sum() == 0


def test_dragging_the_line_is_told_and_setting_it_is_not(qtbot, histogram: ScoreHistogram) -> None:
    with qtbot.assertNotEmitted(histogram.thresholdDragged):
        histogram.set_zones(Zones(ConfidenceCurve(0.3, 25.0)))
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


@pytest.mark.parametrize("seed", range(5))
def test_bars_are_those_of_numpys_histogram(histogram: ScoreHistogram, seed: int) -> None:
    random = np.random.default_rng(seed)
    scores = random.normal(0.05, 0.05, 5000).astype(np.float32)
    scores[::100] = np.nan
    histogram.show_scores(scores, LINE)
    expected = np.histogram(scores[np.isfinite(scores)].astype(np.float64), histogram._edges)[0]
    np.testing.assert_array_equal(histogram._counts, expected)
    confidences = np.round(random.random(500), 1)
    histogram.show_confidences(np.sort(confidences)[::-1], LINE)
    np.testing.assert_array_equal(histogram._counts, np.histogram(confidences, histogram._edges)[0])
