"""“Check a few” over the whole window: photos are asked about, answers move the line."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt

from dinodesk.engine.messages import AnswersFollowed, FollowAnswers, HitsSampled, SampleHits
from dinodesk.records import ConfidenceCurve, FittedLine
from dinodesk.ui.confidence.check_dialog import CheckDialog

CHECKED = FittedLine(
    curve=ConfidenceCurve(0.3, 18.0), cuts=(0.8, 0.6, 0.3), possible=0.1, certainty="checked"
)


def sampled(request):
    yield HitsSampled(ranks=np.arange(min(3, request.hits)) + request.seed)


def followed(request):
    right = sum(match for _, match in request.answers)
    yield AnswersFollowed(fitted=CHECKED, right=right, checked=len(request.answers), least=0.49, most=0.94)


@pytest.fixture
def asked(qtbot, window, engine):
    """The window with an answer, and the dialog that asks about it."""
    engine.answers |= {SampleHits: sampled, FollowAnswers: followed}
    with qtbot.waitSignal(window.search.answered, check_params_cb=lambda a, _: a.scores is not None):
        window.bar.field.setText("a red bus")
    window.results.check_button.click()
    dialog = window.findChild(CheckDialog)
    qtbot.waitUntil(lambda: dialog.isVisible() and dialog.progress.text() == "1 of 3")
    return window, dialog


def test_yes_and_no_give_a_share_and_a_line_that_stays_with_the_query(qtbot, asked, engine):
    window, dialog = asked
    model = window.results.grid.photos
    assert "a red bus" in dialog.question.text()
    for key in (Qt.Key.Key_Y, Qt.Key.Key_N, Qt.Key.Key_Y):
        qtbot.keyClick(dialog, key)
    qtbot.waitUntil(lambda: dialog.stack.currentIndex() == 1)
    request = engine.sent_of(FollowAnswers)[-1]
    assert [match for _, match in request.answers] == [True, False, True]
    assert [score for score, _ in request.answers] == [model.score(row) for row in range(3)]
    assert dialog.sentence.text().startswith("You checked 3, 2 are right: 49 to 94 % of these")
    assert window.results.card.line.certainty != "checked"  # nothing moves before it is wished
    dialog.use.click()
    card = window.results.card
    assert card.line.zones.curve == CHECKED.curve and card.line.auto
    assert card.strip.badge.accessibleName() == "checked by you"
    assert model.zones.cut == CHECKED.cut(card.line.stop)
    window.search.ask()  # the same query again, as after an index run
    qtbot.waitUntil(lambda: window.search.answered_query == window.search.query)
    assert card.line.certainty == "checked"
    with qtbot.waitSignal(window.search.answered, check_params_cb=lambda a, _: a.text == "a dog"):
        window.bar.field.setText("a dog")
    assert card.line.certainty != "checked"


def test_one_can_skip_go_back_and_check_more(qtbot, asked, engine):
    window, dialog = asked
    dialog.no.click()
    dialog.back.click()
    assert dialog.progress.text() == "1 of 3" and not dialog.back.isEnabled()
    for button in (dialog.yes, dialog.skip, dialog.yes):
        button.click()
    qtbot.waitUntil(lambda: dialog.stack.currentIndex() == 1)
    dialog.more.click()
    qtbot.waitUntil(lambda: dialog.stack.currentIndex() == 0)
    assert [request.seed for request in engine.sent_of(SampleHits)] == [0, 1]
    for _ in range(3):
        dialog.no.click()
    qtbot.waitUntil(lambda: dialog.stack.currentIndex() == 1)
    answers = engine.sent_of(FollowAnswers)[-1].answers
    rows = dict(answers)
    model = window.results.grid.photos
    assert len(rows) == len(answers)  # two photos were asked about twice: their last answers count
    assert [rows[model.score(row)] for row in range(4)] == [True, False, False, False]


def test_where_all_are_checked_their_share_is_known_and_no_more_are_offered(qtbot, window, engine):
    engine.answers |= {
        SampleHits: lambda request: iter([HitsSampled(ranks=np.arange(request.hits))]),
        FollowAnswers: followed,
    }
    with qtbot.waitSignal(window.search.answered, check_params_cb=lambda a, _: a.scores is not None):
        window.bar.field.setText("a red bus")
    hits = window.results.grid.photos.hits
    window.results.check_button.click()
    dialog = window.findChild(CheckDialog)
    qtbot.waitUntil(lambda: dialog.progress.text() == f"1 of {hits}")
    for _ in range(hits):
        dialog.yes.click()
    qtbot.waitUntil(lambda: dialog.stack.currentIndex() == 1)
    assert dialog.sentence.text() == f"You checked all {hits} matches: {hits} are right."
    assert not dialog.more.isVisibleTo(dialog)


def test_skipping_all_says_nothing(qtbot, asked, engine):
    _, dialog = asked
    for _ in range(3):
        dialog.skip.click()
    assert dialog.stack.currentIndex() == 1 and not dialog.use.isEnabled()
    assert "skipped all" in dialog.sentence.text() and not engine.sent_of(FollowAnswers)


def test_another_query_ends_it_and_browsing_offers_none(qtbot, asked):
    window, dialog = asked
    with qtbot.waitSignal(dialog.destroyed):
        window.bar.field.setText("")
    qtbot.waitUntil(lambda: window.results.grid.photos.scores is None)
    assert not window.results.check_button.isVisibleTo(window.results)
