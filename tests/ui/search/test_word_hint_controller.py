"""Words that the model does not know are told where nothing matches, and only there."""

from __future__ import annotations

import numpy as np
from fake_engine import FakeEngine
from PySide6.QtCore import Qt
from window_steps import answered, search

from dinodesk.engine.messages import CheckWords, FindLiteral, LiteralMatches, WordsChecked


def no_hits(window) -> None:
    window.results.card.threshold.setValue(window.results.card.threshold.maximum())


def test_the_words_are_checked_once_where_nothing_matches(qtbot, window, engine: FakeEngine):
    engine.answers[CheckWords] = lambda asked: iter(
        [WordsChecked(text=asked.text, unknown=("dgo",), instead="a dog <on> the beach")]
    )
    search(qtbot, window, "a dgo <on> the beach")
    assert engine.sent_of(CheckWords) == [], "there are hits"
    with answered(qtbot, engine, WordsChecked):
        no_hits(window)
    hint = window.results.unsure
    assert "This model reads English; “dgo” is no word that it knows." in hint.text()
    assert "Did you mean" in hint.text() and "&lt;on&gt;" in hint.text()
    window.results.card.temperature.setValue(300)
    window.search.ask()
    qtbot.waitUntil(lambda: not window.search._awaiting)
    assert len(engine.sent_of(CheckWords)) == 1
    with qtbot.waitSignal(window.search.answered):
        hint.linkActivated.emit("a dog <on> the beach")
    assert window.bar.text == "a dog <on> the beach"
    assert "dgo" not in hint.text()


def test_keys_reach_what_may_have_been_meant(qtbot, window, engine: FakeEngine):
    hint, tab = window.results.unsure, Qt.FocusPolicy.TabFocus
    search(qtbot, window, "a dgo")
    no_hits(window)
    assert hint.focusPolicy() & tab != tab, "there is no link yet"
    engine.deliver(
        engine.sent_of(CheckWords)[-1], WordsChecked(text="a dgo", unknown=("dgo",), instead="a dog")
    )
    assert hint.focusPolicy() & tab == tab
    hint.setFocus(Qt.FocusReason.TabFocusReason)
    with qtbot.waitSignal(window.search.answered):
        qtbot.keyClick(hint, Qt.Key.Key_Return)
    assert window.bar.text == "a dog"


def test_a_word_that_names_something_here_is_no_mistake(qtbot, window, engine: FakeEngine):
    engine.answers[CheckWords] = lambda asked: iter([WordsChecked(text=asked.text, unknown=("arezzo",))])
    engine.answers[FindLiteral] = lambda asked: iter(
        [LiteralMatches(generation=1, text=asked.text, positions=np.array([3]), reasons=((),))]
    )
    search(qtbot, window, "arezzo")
    with answered(qtbot, engine, WordsChecked):
        no_hits(window)
    assert window.results.literal.isVisible() and "reads English" not in window.results.unsure.text()
    assert (
        "by what it shows" in window.results.unsure.text() and "short caption" in window.results.unsure.text()
    )


def test_an_answer_on_other_words_is_dropped(qtbot, window, engine: FakeEngine):
    search(qtbot, window, "a dgo")
    no_hits(window)
    asked = engine.sent_of(CheckWords)[-1]
    search(qtbot, window, " outside")
    engine.deliver(asked, WordsChecked(text="a dgo", unknown=("dgo",), instead="a dog"))
    no_hits(window)
    assert "dgo" not in window.results.unsure.text()
