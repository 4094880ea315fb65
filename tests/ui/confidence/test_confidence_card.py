"""Sliders, histogram and line always agree."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt

from dinodesk.records import ConfidenceCurve, FittedLine
from dinodesk.ui.confidence.confidence_card import TOO_SMALL, ConfidenceCard
from dinodesk.ui.confidence.query_line import PAPER
from dinodesk.ui.grid.zones import Zones
from dinodesk.ui.theme.theme import Theme

OWN = ConfidenceCurve(0.0812, 25.37)
FITTED = FittedLine(curve=OWN, cuts=(0.7, 0.42, 0.3), possible=0.2)
AUTO = Zones(OWN, 0.42, 0.2)
SCORES = np.linspace(0.3, -0.1, 100, dtype=np.float32)


@pytest.fixture
def card(qtbot, theme: Theme) -> ConfidenceCard:
    card = ConfidenceCard(theme)
    qtbot.addWidget(card)
    card.resize(700, 160)
    card.show()
    card.show_scores(SCORES, FITTED, another=True)
    return card


def assert_agrees(card: ConfidenceCard) -> None:
    zones = card.line.zones
    assert card.threshold.value() == round(zones.curve.threshold * 1000)
    assert card.temperature.value() == round(zones.curve.temperature * 10)
    assert card.cut.value() == round(zones.cut * 100)
    assert card.histogram.threshold == pytest.approx(zones.curve.threshold, abs=1e-3)
    assert card._values[0].text() == f"{zones.curve.threshold:.3f}"
    assert card._values[2].text() == f"{zones.cut * 100:.0f} %"
    assert card.strip.switch.isChecked() == card.line.auto


@pytest.mark.parametrize(
    ("move", "zones"),
    [
        (lambda card: card.threshold.setValue(123), Zones(ConfidenceCurve(0.123, 25.37), 0.42, 0.2)),
        (lambda card: card.temperature.setValue(600), Zones(ConfidenceCurve(0.0812, 60.0), 0.42, 0.2)),
        (lambda card: card.cut.setValue(77), Zones(OWN, 0.77, 0.2)),
        (
            lambda card: card.histogram._marker.setValue(0.1234),
            Zones(ConfidenceCurve(0.123, 25.37), 0.42, 0.2),
        ),
        (lambda card: card.histogram.cutDragged.emit(0.333), Zones(OWN, 0.333, 0.2)),
        (lambda card: card.strip.switch.click(), AUTO),
        (lambda card: card.strip.paperChosen.emit(), PAPER),
    ],
)
def test_what_is_moved_moves_the_others_and_leaves_the_rest_where_it_was(
    qtbot, card: ConfidenceCard, move, zones: Zones
) -> None:
    assert card.line.zones == AUTO
    assert_agrees(card)
    with qtbot.waitSignal(card.zonesMoved) as moved:
        move(card)
    assert moved.args == [zones] and card.line.zones == zones and not card.line.auto
    assert card.strip.badge.text() in ("set by you", "by you") and not card.strip.stop_box.isEnabled()
    assert_agrees(card)
    card.strip.switch.click()
    assert card.line.zones == AUTO and card.strip.stop_box.isEnabled()
    assert_agrees(card)


@pytest.mark.parametrize("name", ["threshold", "temperature", "cut"])
def test_a_double_click_on_a_slider_or_the_histogram_brings_auto_back(
    qtbot, card: ConfidenceCard, name: str
) -> None:
    for place in (getattr(card, name), card.histogram.viewport()):
        card.threshold.setValue(200)
        card.temperature.setValue(400)
        qtbot.mouseDClick(place, Qt.MouseButton.LeftButton)
        assert card.line.auto and card.line.zones == AUTO
        assert_agrees(card)


def test_a_stop_moves_the_cut_at_once_and_is_told(qtbot, card: ConfidenceCard) -> None:
    with qtbot.waitSignals([card.zonesMoved, card.stopChosen]):
        card.strip.stopChosen.emit("sure")
    assert card.line.zones == Zones(OWN, 0.7, 0.2)
    assert card.strip.stop_box.currentData() == "sure"
    with qtbot.assertNotEmitted(card.stopChosen):
        card.set_stop("more")
    assert card.line.zones == Zones(OWN, 0.3, 0.2)
    assert_agrees(card)


def test_zones_that_were_moved_stay_until_another_query_comes(card: ConfidenceCard) -> None:
    card.threshold.setValue(200)
    moved = card.line.zones
    other = FittedLine(curve=ConfidenceCurve(0.3, 25.0))
    card.show_scores(SCORES, other)  # the same query over more photos
    assert card.line.zones == moved
    card.show_scores(SCORES, other, another=True)
    assert card.line.zones == Zones(other.curve)
    assert_agrees(card)


def test_zones_that_were_not_moved_follow_the_answer(card: ConfidenceCard) -> None:
    by_photo = ConfidenceCurve(0.525, 25.0)
    card.show_scores(SCORES, FittedLine(curve=by_photo))
    assert card.line.zones.curve == by_photo and card.line.auto
    assert_agrees(card)


def test_the_range_of_the_slider_follows_the_scores_and_holds_the_line(card: ConfidenceCard) -> None:
    assert card.threshold.minimum() <= -100 and 300 <= card.threshold.maximum() <= 350
    card.show_scores(np.array([0.95, 0.9], np.float32), FITTED)
    assert card.threshold.minimum() <= 80 and card.threshold.maximum() >= 950
    assert card.line.zones == AUTO
    card.show_scores(np.array([np.nan], np.float32), FITTED)
    assert_agrees(card)


def test_where_nothing_stands_out_there_is_no_cut_until_a_slider_is_moved(card: ConfidenceCard) -> None:
    unclear = FittedLine(curve=ConfidenceCurve(0.32, 25.0), cuts=(1.5, 1.5, 1.5), possible=0.1, clear=False)
    card.show_scores(SCORES, unclear, another=True)
    assert card._values[2].text() == "none" and card.histogram.hit_heights.sum() == 0
    card.threshold.setValue(321)
    assert card.line.zones.cut < 1.0 and card.histogram.hit_heights.sum() == 0, "nothing jumps"
    card.threshold.setValue(0)
    assert card.histogram.hit_heights.sum() > 0
    assert_agrees(card)


def test_confidences_have_a_cut_and_no_curve_to_move(card: ConfidenceCard) -> None:
    given = np.linspace(0.9, 0.0, 100)
    fitted = FittedLine(curve=OWN, cuts=(0.6, 0.5, 0.4), possible=0.3)
    card.show_confidences(given, fitted, another=True)
    for slider in (card.threshold, card.temperature):
        assert not slider.isEnabled() and "line of its own" in slider.toolTip()
    assert card.histogram.hit_heights.sum() == np.count_nonzero(given >= 0.5)
    card.cut.setValue(70)
    assert card.histogram.hit_heights.sum() == np.count_nonzero(given >= 0.7) and not card.line.auto
    card.show_scores(SCORES, FITTED, another=True)
    assert card.threshold.isEnabled() and "Threshold 0.081" in card.threshold.toolTip()
    assert_agrees(card)


@pytest.mark.parametrize(("number", "small"), [(TOO_SMALL - 1, True), (TOO_SMALL, False)])
def test_a_small_library_is_said_to_be_too_small(card: ConfidenceCard, number: int, small: bool) -> None:
    card.show_scores(SCORES[:number], FITTED)
    assert card._small.isVisible() is small
    card.show_confidences(np.linspace(1, 0, number), FITTED)
    assert card._small.isVisible() is small


def test_a_small_folder_of_a_large_library_is_no_small_library(card: ConfidenceCard) -> None:
    few = np.linspace(0, 0.3, 10, dtype=np.float32)
    for library, small in ((0, True), (10, True), (5000, False)):
        card.show_scores(few, FITTED, library)
        assert card._small.isHidden() != small


@pytest.mark.parametrize(("width", "names"), [(400, "Strictness"), (1200, "Strictness (threshold)")])
def test_the_sliders_have_their_whole_names_at_every_width(qtbot, card: ConfidenceCard, width, names) -> None:
    card.resize(width, 160)
    assert card._names[0].text() == names
    qtbot.waitUntil(lambda: all(label.width() >= label.sizeHint().width() for label in card._names))
    assert card.threshold.width() >= 80


def test_tooltips_say_what_a_slider_stands_at(card: ConfidenceCard) -> None:
    card.show_scores(SCORES, FittedLine(curve=ConfidenceCurve(0.2, 30.0)), another=True)
    card.threshold.setValue(110)
    assert "Threshold 0.110" in card.threshold.toolTip() and "(0.200)" in card.threshold.toolTip()
    card.temperature.setValue(125)
    assert "Temperature 12.5" in card.temperature.toolTip() and "(30.0)" in card.temperature.toolTip()
    card.cut.setValue(33)
    assert "Cut 33 %" in card.cut.toolTip()
