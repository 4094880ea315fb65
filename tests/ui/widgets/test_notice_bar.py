"""The bar above the photos."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from dinodesk.ui.theme.theme import Theme
from dinodesk.ui.widgets.notice_bar import NoticeBar


@pytest.fixture
def bar(qtbot, theme: Theme, parent) -> NoticeBar:
    bar = NoticeBar(theme, "standing", parent)
    bar.resize(1000, 40)
    parent.show()
    return bar


def test_a_sentence_appears_and_an_empty_one_hides_the_bar(bar: NoticeBar) -> None:
    assert not bar.isVisible() and bar.sentence == ""
    bar.show_message("<b>It is no model.</b>")
    assert bar.isVisible() and bar.sentence == "<b>It is no model.</b>"
    assert bar._text.textFormat() == Qt.TextFormat.PlainText
    assert not bar._button.isVisible() and not bar._other.isVisible() and bar._close.isVisible()
    bar.show_message("")
    assert not bar.isVisible() and bar.sentence == ""


def test_its_button_hides_it_and_then_does_what_helps(qtbot, bar: NoticeBar) -> None:
    done: list[bool] = []
    bar.show_message("The disk is full.", "Try again", lambda: done.append(bar.isVisible()))
    assert bar._button.text() == bar._button.accessibleName() == "Try again"
    with qtbot.waitSignals([bar.acted]):
        bar._button.click()
    assert done == [False]


def test_the_action_of_a_button_may_show_another_notice(bar: NoticeBar) -> None:
    bar.acted.connect(lambda: bar.show_message(""))  # as whoever keeps the notice does
    bar.show_message("First.", "Go on", lambda: bar.show_message("Second."))
    bar._button.click()
    assert bar.sentence == "Second." and bar.isVisible()


def test_a_second_button_leaves_it_until_that_is_done(qtbot, bar: NoticeBar) -> None:
    done: list[str] = []
    bar.show_message("Gone?", "They were deleted", None, "Leave as it is", lambda: done.append("left"))
    bar._other.click()
    assert done == ["left"] and bar.isVisible()
    bar._button.click()
    assert not bar.isVisible()


def test_it_is_closed_by_the_person_only_where_it_may_be(qtbot, bar: NoticeBar) -> None:
    bar.show_message("A question?", closable=False)
    assert not bar._close.isVisible()
    bar.show_message("A notice.")
    with qtbot.waitSignal(bar.dismissed):
        bar._close.click()
    assert not bar.isVisible()


def test_two_buttons_go_under_the_text_of_a_narrow_bar(qtbot, bar: NoticeBar, theme: Theme) -> None:
    sentence = "The folder is not where it was. " * 4
    bar.show_message(sentence, "It is here now…", None, "Leave as it is", None)
    bar.resize(round(theme.unit() * 70), 60)
    qtbot.waitUntil(lambda: not bar._below)
    bar.resize(round(theme.unit() * 40), 120)
    qtbot.waitUntil(lambda: bar._below)
    bar.show_message(sentence, "It is here now…")
    assert not bar._below  # one button has room beside the text
