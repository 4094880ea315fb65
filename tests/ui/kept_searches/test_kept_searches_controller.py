"""What the engine is told of searches that are remembered, or not."""

from __future__ import annotations

from pathlib import Path

import pytest
from fake_engine import FakeEngine
from PySide6.QtWidgets import QPushButton, QWidget

from dinodesk.engine.messages import ForgetSentences, KeepSentences
from dinodesk.ui.context.app_state import AppState, Query
from dinodesk.ui.context.feedback import Feedback
from dinodesk.ui.kept_searches.kept_searches_controller import KeptSearchesController
from dinodesk.ui.kept_searches.past_searches import PastSearches
from dinodesk.ui.search.results_pane import ResultsPane
from dinodesk.ui.search.search_bar import SearchBar
from dinodesk.ui.theme.theme import Theme


@pytest.fixture
def kept(
    qtbot,
    theme: Theme,
    loader,
    parent: QWidget,
    fake: FakeEngine,
    state: AppState,
    feedback: Feedback,
    tmp_path: Path,
) -> KeptSearchesController:
    bar, results = SearchBar(theme, parent), ResultsPane(theme, loader)
    qtbot.addWidget(results)
    past = PastSearches(tmp_path / "searches.json")
    return KeptSearchesController(fake, state, theme, bar, results, feedback, past, parent)


def test_the_engine_keeps_sentences_where_past_searches_are_remembered(
    kept: KeptSearchesController, fake: FakeEngine, state: AppState
) -> None:
    assert fake.values_of(KeepSentences) == [(True,)]
    state.change_settings(theme="light")
    state.change_settings(keep_searches=False)
    state.change_settings(keep_searches=True)
    assert fake.values_of(KeepSentences) == [(True,), (False,), (True,)]


def test_clearing_past_searches_clears_their_vectors(
    kept: KeptSearchesController, fake: FakeEngine, state: AppState
) -> None:
    state.set_query(Query("a cat"))
    kept.past.note()
    kept.past.show()
    assert not fake.sent_of(ForgetSentences)
    kept.past.popup.findChild(QPushButton, "clearPastSearches").click()
    assert len(fake.sent_of(ForgetSentences)) == 1
