"""Keys and values are completed while they are typed; nothing is applied by itself."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fake_engine import FakeEngine
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from dinodesk.engine.messages import CompleteQuery
from dinodesk.records import Suggestion
from dinodesk.ui.query.completion_controller import CompletionController
from dinodesk.ui.query.completion_list import CompletionList
from dinodesk.ui.query.field_hints import FieldHints
from dinodesk.ui.theme.theme import Theme

Key = Qt.Key
CAMERAS = (
    Suggestion(0, 8, "camera:X100V", "part of the camera's name", 2310),
    Suggestion(0, 8, 'camera:"X 200"', "part of the camera's name", 7),
)
YEAR = Suggestion(5, 9, "date:2019", "taken on this date", 34)


class Field(QLineEdit):
    """Counts the keys that reach it."""

    def __init__(self) -> None:
        super().__init__()
        self.keys: list[int] = []

    def keyPressEvent(self, event) -> None:
        self.keys.append(event.key())
        super().keyPressEvent(event)


@pytest.fixture
def field(qtbot) -> Field:
    around = QWidget()
    qtbot.addWidget(around)
    field = Field()
    QVBoxLayout(around).addWidget(field)
    around.resize(600, 400)
    around.show()
    around.activateWindow()
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    yield field


@pytest.fixture
def completions(theme: Theme, field: Field) -> CompletionList:
    return CompletionList(theme, field.parentWidget())


@pytest.fixture
def hints(theme: Theme, field: Field) -> FieldHints:
    hints = FieldHints(theme, field)
    field.parentWidget().layout().addWidget(hints)
    return hints


@pytest.fixture
def completion(fake: FakeEngine, field, completions, hints) -> Iterator[CompletionController]:
    fake.suggestions = {"camera:x": CAMERAS, "dogs 2019": (YEAR,)}
    yield CompletionController(fake, field, completions, hints, field)


def typed(qtbot, fake: FakeEngine, field: Field, text: str) -> None:
    """Type a text and wait until it was asked and answered."""
    field.clear()
    before = len(fake.sent_of(CompleteQuery))
    qtbot.keyClicks(field, text)
    qtbot.waitUntil(lambda: [each.text for each in fake.sent_of(CompleteQuery)][before:] == [text])
    fake.settle()
    field.keys.clear()


def test_a_pause_in_typing_asks_once(qtbot, completion, fake: FakeEngine, field: Field) -> None:
    typed(qtbot, fake, field, "camera:x")
    assert fake.values_of(CompleteQuery) == [("camera:x", 8)]


def test_a_text_that_is_not_typed_is_not_completed(qtbot, completion, fake: FakeEngine, field: Field) -> None:
    field.clearFocus()
    field.setText("camera:x")
    assert not completion._pause.isActive()


def test_values_are_listed_and_taken_by_arrows_and_return(
    qtbot, completion, fake: FakeEngine, field: Field, completions: CompletionList
) -> None:
    typed(qtbot, fake, field, "camera:x")
    assert completions.isVisible() and completions.texts == ("camera:X100V", 'camera:"X 200"')
    assert completions.chosen is None and completions.y() >= field.geometry().bottom()
    for key in (Key.Key_Down, Key.Key_Down, Key.Key_Up, Key.Key_Up, Key.Key_Down):
        qtbot.keyClick(field, key)
    assert completions.chosen == CAMERAS[0] and field.keys == []
    qtbot.keyClick(field, Key.Key_Return)
    assert field.text() == "camera:X100V " and not completions.isVisible() and field.keys == []


def test_tab_takes_the_likeliest(qtbot, completion, fake: FakeEngine, field: Field, completions) -> None:
    typed(qtbot, fake, field, "camera:x")
    qtbot.keyClick(field, Key.Key_Tab)
    assert field.text() == "camera:X100V " and field.hasFocus()


def test_a_click_takes_one(qtbot, completion, fake: FakeEngine, field: Field, completions) -> None:
    typed(qtbot, fake, field, "camera:x")
    middle = completions.visualItemRect(completions.item(1)).center()
    qtbot.mouseClick(completions.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    assert field.text() == 'camera:"X 200" ' and field.hasFocus()


def test_return_searches_while_nothing_is_chosen(qtbot, completion, fake, field: Field, completions) -> None:
    typed(qtbot, fake, field, "camera:x")
    qtbot.keyClick(field, Key.Key_Return)
    assert field.keys == [Key.Key_Return] and field.text() == "camera:x" and not completions.isVisible()


def test_escape_closes_the_list_alone(qtbot, completion, fake, field: Field, completions) -> None:
    typed(qtbot, fake, field, "camera:x")
    qtbot.keyClick(field, Key.Key_Escape)
    assert not completions.isVisible() and field.keys == [] and field.text() == "camera:x"
    qtbot.keyClick(field, Key.Key_Escape)
    assert field.keys == [Key.Key_Escape]


def test_down_in_an_empty_field_is_no_business_of_it(qtbot, completion, field: Field, completions) -> None:
    qtbot.keyClick(field, Key.Key_Down)
    assert field.keys == [Key.Key_Down] and not completions.isVisible()


def test_the_list_goes_with_the_focus_and_with_the_cursor(
    qtbot, completion, fake, field, completions
) -> None:
    typed(qtbot, fake, field, "camera:x")
    field.setCursorPosition(2)
    assert not completions.isVisible()
    typed(qtbot, fake, field, "camera:x")
    assert completions.isVisible()
    field.clearFocus()
    assert not completions.isVisible()


def test_words_that_look_like_a_filter_are_offered_not_applied(
    qtbot, completion, fake, field: Field, completions: CompletionList, hints: FieldHints
) -> None:
    typed(qtbot, fake, field, "dogs 2019")
    assert hints.texts == ("Tab: date:2019 · 34 photos",) and not completions.isVisible()
    assert field.text() == "dogs 2019"
    qtbot.keyClick(field, Key.Key_Down)  # is none of its keys
    assert field.keys == [Key.Key_Down]
    qtbot.keyClick(field, Key.Key_Tab)
    assert field.text() == "dogs date:2019 " and hints.texts == () and field.hasFocus()


def test_escape_takes_an_offer_away(qtbot, completion, fake, field: Field, hints: FieldHints) -> None:
    typed(qtbot, fake, field, "dogs 2019")
    qtbot.keyClick(field, Key.Key_Escape)
    assert hints.texts == () and field.text() == "dogs 2019"


def test_keys_are_listed_from_three_letters_on(qtbot, completion, fake, field: Field, completions) -> None:
    for text in ("la", "lab"):
        fake.suggestions[text] = (Suggestion(0, len(text), "label:", "a label"),)
        typed(qtbot, fake, field, text)
        assert completions.isVisible() == (len(text) == 3)
    qtbot.keyClick(field, Key.Key_Tab)
    assert field.text() == "label:"
    qtbot.waitUntil(lambda: fake.sent_of(CompleteQuery)[-1].text == "label:")  # and its values are asked for


def test_what_stands_there_already_is_not_offered(qtbot, completion, fake, field: Field, completions) -> None:
    fake.suggestions["is:square"] = (Suggestion(0, 9, "is:square", "a state or shape"),)
    typed(qtbot, fake, field, "is:square")
    assert not completions.isVisible()


def test_an_answer_to_another_text_is_not_shown(qtbot, completion, fake, field: Field, completions) -> None:
    qtbot.keyClicks(field, "camera:x")
    qtbot.waitUntil(lambda: len(fake.sent_of(CompleteQuery)) == 1)
    qtbot.keyClicks(field, "1")
    fake.settle()
    assert not completions.isVisible()


def test_while_typing_goes_on_the_old_list_stays_but_is_not_taken(
    qtbot, completion, fake, field: Field, completions: CompletionList
) -> None:
    typed(qtbot, fake, field, "camera:x")
    qtbot.keyClicks(field, "9")
    assert completions.isVisible()
    qtbot.keyClick(field, Key.Key_Down)
    assert completions.chosen is None and field.keys[-1] == Key.Key_Down
    qtbot.waitUntil(lambda: len(fake.sent_of(CompleteQuery)) == 2)
    fake.settle()
    assert not completions.isVisible()


def test_nothing_opens_once_a_search_is_sent(qtbot, completion, field: Field) -> None:
    qtbot.keyClicks(field, "camera:x")
    qtbot.keyClick(field, Key.Key_Return)
    assert not completion._pause.isActive()
