"""Sliders, histogram and line always agree."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt

from dinodesk.records import ConfidenceCurve
from dinodesk.ui.search.confidence_card import TOO_SMALL, ConfidenceCard
from dinodesk.ui.theme.theme import Theme

OWN = ConfidenceCurve(0.08, 25.0)
SCORES = np.linspace(0.3, -0.1, 100, dtype=np.float32)


@pytest.fixture
def card(qtbot, theme: Theme) -> ConfidenceCard:
    card = ConfidenceCard(theme)
    qtbot.addWidget(card)
    card.resize(700, 120)
    card.show()
    card.set_default(OWN, OWN)
    card.show_scores(SCORES)
    return card


def assert_agrees(card: ConfidenceCard) -> None:
    line = card.line
    assert card.threshold.value() == round(line.threshold * 1000)
    assert card.temperature.value() == round(line.temperature * 10)
    assert card.histogram.threshold == pytest.approx(line.threshold, abs=1e-3)
    assert card._threshold_value.text() == f"{line.threshold:.3f}"


@pytest.mark.parametrize(
    ("move", "line"),
    [
        (lambda card: card.threshold.setValue(123), ConfidenceCurve(0.123, 25.0)),
        (lambda card: card.temperature.setValue(600), ConfidenceCurve(0.08, 60.0)),
        (lambda card: card.histogram._marker.setValue(0.1234), ConfidenceCurve(0.123, 25.0)),
    ],
)
def test_whatever_is_moved_moves_the_others(qtbot, card: ConfidenceCard, move, line: ConfidenceCurve) -> None:
    with qtbot.waitSignal(card.lineMoved) as moved:
        move(card)
    assert moved.args == [line] and card.line == line and card._reset.isVisible()
    assert_agrees(card)


def test_reset_goes_back_to_the_models_line(qtbot, card: ConfidenceCard) -> None:
    card.threshold.setValue(200)
    card.temperature.setValue(400)
    card._reset.click()
    assert card.line == OWN and not card._reset.isVisible()
    assert_agrees(card)


def test_a_double_click_on_a_slider_resets_that_one(qtbot, card: ConfidenceCard) -> None:
    card.threshold.setValue(200)
    card.temperature.setValue(400)
    qtbot.mouseDClick(card.threshold, Qt.MouseButton.LeftButton)
    assert card.line == ConfidenceCurve(0.08, 40.0)
    qtbot.mouseDClick(card.temperature, Qt.MouseButton.LeftButton)
    assert card.line == OWN


def test_a_line_that_was_moved_stays_until_another_model_comes(card: ConfidenceCard) -> None:
    card.threshold.setValue(200)
    card.set_default(ConfidenceCurve(0.3, 25.0), OWN)  # another answer of the same model
    assert card.line == ConfidenceCurve(0.2, 25.0)
    other = ConfidenceCurve(0.4, 15.0)
    card.set_default(other, other)
    assert card.line == other
    assert_agrees(card)


def test_a_line_that_was_not_moved_follows_the_answer(card: ConfidenceCard) -> None:
    by_photo = ConfidenceCurve(0.525, 25.0)
    card.set_default(by_photo, OWN)
    assert card.line == by_photo and not card._reset.isVisible()


def test_the_range_of_the_slider_follows_the_scores_and_holds_the_line(card: ConfidenceCard) -> None:
    assert card.threshold.minimum() <= -100 and 300 <= card.threshold.maximum() <= 350
    card.show_scores(np.array([0.95, 0.9], np.float32))
    assert card.threshold.minimum() <= 80 and card.threshold.maximum() >= 950
    assert card.line == OWN
    card.show_scores(np.array([np.nan], np.float32))
    assert_agrees(card)


@pytest.mark.parametrize(("number", "small"), [(TOO_SMALL - 1, True), (TOO_SMALL, False)])
def test_a_small_library_is_said_to_be_too_small(card: ConfidenceCard, number: int, small: bool) -> None:
    card.show_scores(SCORES[:number])
    assert card._small.isVisible() is small


def test_a_small_folder_of_a_large_library_is_no_small_library(card: ConfidenceCard) -> None:
    few = np.linspace(0, 0.3, 10, dtype=np.float32)
    for library, small in ((0, True), (10, True), (5000, False)):
        card.show_scores(few, library)
        assert card._small.isHidden() != small


@pytest.mark.parametrize(("width", "names"), [(400, "Strictness"), (1200, "Strictness (threshold)")])
def test_the_sliders_have_their_whole_names_at_every_width(qtbot, card: ConfidenceCard, width, names) -> None:
    card.resize(width, 120)
    assert card._names[0].text() == names
    qtbot.waitUntil(lambda: all(label.width() >= label.sizeHint().width() for label in card._names))
    assert card.threshold.width() >= 80


def test_tooltips_say_what_a_slider_stands_at(card: ConfidenceCard) -> None:
    card.set_default(ConfidenceCurve(0.2, 30.0), ConfidenceCurve(0.2, 30.0))
    card.threshold.setValue(110)
    assert "Threshold 0.110" in card.threshold.toolTip() and "(0.200)" in card.threshold.toolTip()
    card.temperature.setValue(125)
    assert "Temperature 12.5" in card.temperature.toolTip() and "(30.0)" in card.temperature.toolTip()
