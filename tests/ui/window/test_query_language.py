"""The query language in the whole window: bar, chips, list, card and pages say the same."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from fake_engine import FakeEngine
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QWidget
from window_steps import drop, search

from dinodesk.engine.messages import (
    Answer,
    ExamplesSuggested,
    FindLiteral,
    LiteralMatches,
    RankedTerm,
    Ranking,
    Search,
    ShowMap,
    SuggestExamples,
)
from dinodesk.records import ConfidenceCurve, FittedLine, PhotoWord, Suggestion
from dinodesk.ui.query.query_chip import QueryChip
from dinodesk.ui.shell.main_window import MainWindow

Key = Qt.Key
LINE = FittedLine(curve=ConfidenceCurve(0.1, 20.0))


def composed(engine: FakeEngine, request: Search) -> Iterator[Answer]:
    """An answer to "dog -snow" with what more was asked."""
    scores = np.linspace(0.4, 0.0, 40, dtype=np.float32)
    yield Ranking(
        generation=engine.generation,
        positions=np.arange(40),
        confidences=np.linspace(0.9, 0.0, 40),
        fitted=LINE,
        terms=(
            RankedTerm(text="dog", negated=False, scores=scores, fitted=LINE, matches=30),
            RankedTerm(text="snow", negated=True, scores=scores[::-1].copy(), fitted=LINE, matches=3),
        ),
        text=request.text,
        words="dog",
        images=request.images,
        searched=40,
    )


def shown(window: MainWindow) -> list[str]:
    return [chip.words for chip in window.language.strip.chips.chips]


def chip(window: MainWindow, words: str) -> QueryChip:
    found = window.language.strip.findChildren(QueryChip)
    return next(each for each in found if each.chip.words == words and not each.isHidden())


@pytest.fixture
def asked(qtbot, window: MainWindow, engine: FakeEngine) -> MainWindow:
    """A window that shows the answer to a composed query."""
    engine.answers[Search] = lambda request: composed(engine, request)
    search(qtbot, window, "dog -snow")
    qtbot.waitUntil(lambda: shown(window) == ["dog", "not snow"])
    return window


def test_controls_have_their_names_from_the_start(window: MainWindow) -> None:
    for name in ("chipBar", "explainLine", "completionList", "fieldHints", "termBars"):
        found = window.findChildren(object, name)
        assert len(found) == 1 and not found[0].isVisible()
    assert window.language.strip.chips.accessibleName() and window.language.completions.accessibleName()


def test_a_chip_that_is_taken_out_is_searched_without(qtbot, asked: MainWindow, engine: FakeEngine) -> None:
    del engine.answers[Search]
    with qtbot.waitSignal(asked.search.answered):
        qtbot.keyClick(chip(asked, "not snow"), Key.Key_Delete)
    assert asked.bar.text == "dog" and engine.sent_of(Search)[-1].text == "dog"
    qtbot.waitUntil(lambda: not asked.language.strip.isVisible())


def test_tab_goes_from_the_field_to_the_chips(qtbot, asked: MainWindow) -> None:
    asked.activateWindow()
    asked.bar.field.setFocus()
    qtbot.keyClick(asked.bar.field, Key.Key_Tab)
    qtbot.waitUntil(chip(asked, "dog").hasFocus)
    qtbot.keyClick(chip(asked, "dog"), Key.Key_Tab)
    qtbot.waitUntil(chip(asked, "not snow").hasFocus)
    qtbot.keyClick(chip(asked, "not snow"), Key.Key_Tab)
    assert not isinstance(asked.focusWidget(), QueryChip)


def test_chips_begin_where_the_field_does(qtbot, asked: MainWindow) -> None:
    def left(widget: QWidget) -> int:
        return widget.mapTo(asked, QPoint(0, 0)).x()

    for width in (1300, 1000):
        asked.resize(width, 800)
        qtbot.waitUntil(lambda: left(chip(asked, "dog")) == left(asked.bar.box))


def test_going_back_brings_the_chips_back(qtbot, asked: MainWindow, engine: FakeEngine) -> None:
    asked.results.grid.setCurrentIndex(asked.results.grid.photos.index(2, 0))
    del engine.answers[Search]
    asked.bar.clear()
    search(qtbot, asked, "a cat")
    qtbot.waitUntil(lambda: shown(asked) == [])
    asked.history.back()
    qtbot.waitUntil(lambda: shown(asked) == ["dog", "not snow"])
    assert asked.bar.text == "dog -snow"


def test_card_and_pages_tell_of_each_term(qtbot, asked: MainWindow) -> None:
    bars = asked.results.card.bars
    assert bars.isVisible() and bars.texts == ("All terms together", "dog", "not snow")
    grid = asked.results.grid
    assert "dog 1.00 · not snow 0.12" in grid.photos.index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
    grid.setCurrentIndex(grid.photos.index(0, 0))
    assert dict(asked.inspector.why.facts())["· dog"].startswith("1.00")


def test_a_text_map_names_the_words_alone(qtbot, asked: MainWindow, engine: FakeEngine) -> None:
    asked.results.grid.setCurrentIndex(asked.results.grid.photos.index(0, 0))
    asked.inspector.panel.choose_map("text")
    qtbot.waitUntil(lambda: bool(engine.sent_of(ShowMap)))
    assert engine.sent_of(ShowMap)[-1].text == "dog -snow"  # the engine takes what is asked for out of it
    assert asked.inspection._maps._words == "dog"


def test_a_photo_is_added_to_several_terms_and_not_weighed(qtbot, asked: MainWindow, engine, photo) -> None:
    with qtbot.waitSignal(asked.search.answered):
        drop(asked, [photo])
    request = engine.sent_of(Search)[-1]
    assert (request.text, request.images) == ("dog -snow", (str(photo),))
    assert not asked.bar.weight.isVisible()
    qtbot.waitUntil(lambda: f"like {photo.name}" in asked.language.strip.explanation.sentence)
    asked.bar.field.setText("dog")
    qtbot.waitUntil(asked.bar.weight.isVisible)


def test_the_strip_of_names_is_headed_by_the_words(qtbot, window: MainWindow, engine: FakeEngine) -> None:
    engine.answers[FindLiteral] = lambda request: iter(
        [
            LiteralMatches(
                generation=1,
                text=request.text,
                words="beach",
                positions=np.array([2]),
                reasons=((PhotoWord("folder", "Beach"),),),
            )
        ]
    )
    search(qtbot, window, "beach after:2012")
    qtbot.waitUntil(window.results.literal.isVisible)
    assert window.results.literal.heading.text().endswith(": beach")


def test_filters_that_nothing_passes_say_what_is_nearest(
    qtbot, window: MainWindow, engine: FakeEngine
) -> None:
    note = "None with camera:X100W; X100V has 2,310."
    engine.answers[Search] = lambda request: iter(
        [
            Ranking(
                generation=1,
                positions=np.arange(0),
                scores=np.empty(0, np.float32),
                fitted=LINE,
                filters=("camera:X100W",),
                note=note,
                text=request.text,
                words="a dog",
            )
        ]
    )
    search(qtbot, window, "a dog camera:X100W")
    empty = window.results.empty
    assert window.results.stack.currentWidget() is empty
    assert (empty._sentence.text(), empty._hint.text()) == ("No photo passes these filters.", note)
    qtbot.waitUntil(lambda: note in window.language.strip.explanation.sentence)


def test_a_value_is_completed_and_searched(qtbot, window: MainWindow, engine: FakeEngine) -> None:
    engine.suggestions["camera:x"] = (Suggestion(0, 8, "camera:X100V", "camera", 2310),)
    window.activateWindow()
    window.bar.field.setFocus()
    qtbot.keyClicks(window.bar.field, "camera:x")
    qtbot.waitUntil(window.language.completions.isVisible)
    qtbot.keyClick(window.bar.field, Key.Key_Down)
    with qtbot.waitSignal(window.search.answered):
        qtbot.keyClick(window.bar.field, Key.Key_Return)
    assert engine.sent_of(Search)[-1].text == "camera:X100V" and window.bar.field.hasFocus()
    qtbot.waitUntil(lambda: shown(window) == ["camera X100V"])


def test_down_in_the_field_goes_to_the_photos_while_there_is_no_list(qtbot, asked: MainWindow) -> None:
    asked.activateWindow()
    asked.bar.field.setFocus()
    qtbot.keyClick(asked.bar.field, Key.Key_Down)
    qtbot.waitUntil(asked.results.grid.hasFocus)


def test_an_empty_field_gives_examples_of_this_library(qtbot, open_window, thumbnails) -> None:
    engine = FakeEngine(30, thumbnails)
    engine.answers[SuggestExamples] = lambda _: iter([ExamplesSuggested(examples=("two dogs", "date:2019"))])
    window = open_window(engine=engine)
    qtbot.waitUntil(lambda: window.language.hints.texts == ("two dogs", "date:2019"))
    with qtbot.waitSignal(window.search.answered):
        window.language.hints.exampleTaken.emit("date:2019")
    assert engine.sent_of(Search)[-1].text == "date:2019" and window.language.hints.texts == ()
