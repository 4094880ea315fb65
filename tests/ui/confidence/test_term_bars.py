"""A bar for each term of a composed query, and its scores in the histogram."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtWidgets import QApplication

from dinodesk.engine.messages import RankedTerm
from dinodesk.records import ConfidenceCurve, FittedLine
from dinodesk.ui.confidence.confidence_card import ConfidenceCard
from dinodesk.ui.confidence.score_histogram import WHOLE
from dinodesk.ui.confidence.term_bars import TermBars
from dinodesk.ui.theme.theme import Theme

Key = Qt.Key
DOG = RankedTerm(
    text="dog",
    negated=False,
    scores=np.linspace(0.4, 0.0, 100, dtype=np.float32),
    fitted=FittedLine(curve=ConfidenceCurve(0.2, 30.0), cuts=(0.7, 0.5, 0.3), possible=0.2),
    matches=50,
)
SNOW = RankedTerm(
    text="snow",
    negated=True,
    scores=np.linspace(0.0, 0.2, 100, dtype=np.float32),
    fitted=FittedLine(curve=ConfidenceCurve(0.3, 20.0), cuts=(1.1, 1.1, 1.1), clear=False),
    matches=1,
)
BEACH = RankedTerm(
    text="/photos/beach.jpg", photo=True, negated=False, scores=DOG.scores, fitted=DOG.fitted, matches=10
)
GIVEN = np.linspace(0.9, 0.0, 100)
WHOLE_LINE = FittedLine(curve=ConfidenceCurve(0.5, 1.0), cuts=(0.6, 0.5, 0.4), possible=0.3)


@pytest.fixture
def bars(qtbot, theme: Theme) -> TermBars:
    bars = TermBars(theme)
    qtbot.addWidget(bars)
    bars.resize(240, 100)
    bars.show()
    bars.show_terms((DOG, SNOW, BEACH), "balanced")
    return bars


@pytest.fixture
def card(qtbot, theme: Theme) -> ConfidenceCard:
    card = ConfidenceCard(theme)
    qtbot.addWidget(card)
    card.resize(700, 160)
    card.show()
    card.show_confidences(GIVEN, WHOLE_LINE, another=True, terms=(DOG, SNOW))
    return card


def test_each_term_says_what_it_did_and_by_which_line(bars: TermBars) -> None:
    assert bars.texts == ("All terms together", "dog", "not snow", "like beach.jpg")
    assert bars.item(1).data(Qt.ItemDataRole.AccessibleTextRole) == "dog, 50 matches"
    assert bars.item(1).toolTip() == (
        "dog: 50 photos match by it alone.\nThreshold 0.200, temperature 30.0, cut 50 %."
    )
    assert bars.item(2).toolTip() == (
        "not snow: 1 photo is left out. Nothing stands out.\nThreshold 0.300, temperature 20.0."
    )


def test_arrows_choose_and_hover_only_looks(qtbot, bars: TermBars) -> None:
    bars.setFocus()
    with qtbot.waitSignal(bars.shown) as shown:
        qtbot.keyClick(bars, Key.Key_Down)
    assert shown.args == [0] and bars.term == 0
    with qtbot.waitSignal(bars.shown) as shown:
        bars.entered.emit(bars.indexFromItem(bars.item(2)))
    assert shown.args == [1] and bars.term == 0
    with qtbot.waitSignal(bars.shown) as shown:
        QApplication.sendEvent(bars, QEvent(QEvent.Type.Leave))
    assert shown.args == [0]


def test_bars_are_as_long_as_matches_are_many_and_coloured(bars: TermBars, theme: Theme) -> None:
    picture = bars.viewport().grab().toImage()
    ratio = picture.devicePixelRatio()

    def colour(row: int, part: float) -> tuple[int, int, int]:
        rect = bars.visualItemRect(bars.item(row))
        point = QPoint(rect.left() + round(rect.width() * part), rect.top() + 3) * ratio
        return picture.pixelColor(point).getRgb()[:3]

    first = bars.visualItemRect(bars.item(1))
    edge = QPoint(first.left() + 1, first.center().y()) * ratio
    assert picture.pixelColor(edge) == theme.term_color(0)
    assert colour(1, 0.9) == colour(1, 0.1) != colour(2, 0.9)
    assert colour(3, 0.1) != colour(3, 0.3) == colour(2, 0.9)  # a fifth of the longest


def test_a_composed_query_has_bars_instead_of_a_curve_to_move(card: ConfidenceCard) -> None:
    assert card.bars.isVisible() and not card.threshold.isVisible() and card.cut.isVisible()
    card.show_scores(DOG.scores, DOG.fitted, another=True)
    assert not card.bars.isVisible() and card.threshold.isVisible()


def test_a_term_shows_its_own_scores_and_line(card: ConfidenceCard, theme: Theme) -> None:
    histogram = card.histogram
    assert histogram.term == WHOLE and histogram.hit_heights.sum() == np.count_nonzero(GIVEN >= 0.5)
    card.bars.setCurrentRow(1)
    assert histogram.term == 0 and histogram.threshold == pytest.approx(0.2)
    assert histogram.hit_heights.sum() == np.count_nonzero(DOG.scores >= 0.2)
    card.bars.setCurrentRow(0)
    assert histogram.term == WHOLE and histogram.hit_heights.sum() == np.count_nonzero(GIVEN >= 0.5)


def test_the_line_of_a_term_can_not_be_moved(qtbot, card: ConfidenceCard) -> None:
    card.bars.setCurrentRow(1)
    with qtbot.assertNotEmitted(card.histogram.thresholdDragged), qtbot.assertNotEmitted(card.zonesMoved):
        qtbot.mouseClick(card.histogram.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(20, 40))
    assert not card.histogram._marker.movable and card.line.auto
    card.cut.setValue(80)  # of the whole; the term stays in sight
    assert card.histogram.term == 0 and card.line.zones.cut == 0.8


def test_the_stop_moves_the_cut_of_the_term(card: ConfidenceCard) -> None:
    card.bars.setCurrentRow(1)
    card.set_stop("more")
    assert card.histogram.term == 0 and "cut 30 %" in card.bars.item(1).toolTip()
    assert card.histogram.hit_heights.sum() == np.count_nonzero(
        DOG.fitted.curve.confidence(DOG.scores) >= 0.3
    )


def test_another_answer_to_as_many_terms_keeps_the_chosen_one(card: ConfidenceCard) -> None:
    card.bars.setCurrentRow(2)
    card.show_confidences(GIVEN, WHOLE_LINE, terms=(DOG, SNOW))
    assert card.bars.term == 1 and card.histogram.term == 1
    card.show_confidences(GIVEN, WHOLE_LINE, another=True, terms=(DOG, SNOW, BEACH))
    assert card.bars.term == WHOLE and card.histogram.term == WHOLE
