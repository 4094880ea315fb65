"""Examples of queries are made from what the library holds."""

from __future__ import annotations

import pytest
from fake_engine import FakeEngine, job_progress
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from dinodesk.engine.messages import ExamplesSuggested, SuggestExamples
from dinodesk.ui.context.app_state import AppState
from dinodesk.ui.query.example_controller import ExampleController
from dinodesk.ui.query.field_hints import FieldHints
from dinodesk.ui.theme.theme import Theme


@pytest.fixture
def field(parent: QWidget) -> QLineEdit:
    field = QLineEdit()
    QHBoxLayout(parent).addWidget(field)
    parent.show()
    return field


@pytest.fixture
def hints(theme: Theme, field: QLineEdit, parent: QWidget) -> FieldHints:
    hints = FieldHints(theme, field)
    parent.layout().addWidget(hints)
    return hints


@pytest.fixture
def examples(fake: FakeEngine, state: AppState, field, hints, parent: QWidget) -> ExampleController:
    fake.answers[SuggestExamples] = lambda _: iter([ExamplesSuggested(examples=("two dogs", "date:2019"))])
    return ExampleController(fake, state, field, hints, parent)


def test_a_library_is_asked_once_it_rests(examples, fake: FakeEngine, state: AppState, hints) -> None:
    state.set_library(fake.state())
    assert examples._pause.isActive() and not fake.sent_of(SuggestExamples)
    state.set_job(job_progress("scanning"))
    examples._pause.timeout.emit()
    assert not fake.sent_of(SuggestExamples)
    state.set_job(None)
    examples._pause.timeout.emit()
    fake.settle()
    assert hints.texts == ("two dogs", "date:2019")


def test_a_library_without_photos_has_no_examples(examples, fake: FakeEngine, state: AppState) -> None:
    fake.photos = []
    state.set_library(fake.state())
    examples._pause.timeout.emit()
    assert not fake.sent_of(SuggestExamples)


def test_an_example_that_is_taken_is_searched_for(qtbot, examples, field: QLineEdit, hints) -> None:
    with qtbot.waitSignal(field.textChanged):
        hints.exampleTaken.emit("two dogs")
    assert field.text() == "two dogs"
