"""Searching within the matches of a search, and leaving them."""

from __future__ import annotations

import numpy as np
import pytest
from fake_engine import FakeEngine
from PySide6.QtWidgets import QToolButton

from dinodesk.records import EVERYTHING, Among, ConfidenceCurve
from dinodesk.ui.context.app_state import AppState, Query
from dinodesk.ui.context.feedback import Feedback
from dinodesk.ui.grid.photo_grid import PhotoGrid
from dinodesk.ui.grid.zones import Zones
from dinodesk.ui.kept_searches.within_controller import WithinController
from dinodesk.ui.search.search_bar import SearchBar

MATCHES = Among((58, 59, 60), "a dog & a cat on a very long sentence")


@pytest.fixture
def bar(qtbot, theme) -> SearchBar:
    bar = SearchBar(theme)
    qtbot.addWidget(bar)
    return bar


@pytest.fixture
def within(fake: FakeEngine, state: AppState, bar, grid: PhotoGrid, feedback: Feedback) -> WithinController:
    """With a query of which three photos are hits; what is asked is the query from then on."""
    within = WithinController(state, bar, grid, feedback, grid)
    within.runRequested.connect(state.set_query)
    grid.photos.set_zones(Zones(ConfidenceCurve(0.288, 25)))
    scores = np.linspace(0.3, 0.0, 60, dtype=np.float32)
    grid.photos.show_ranking(fake.photos, np.arange(60)[::-1].copy(), scores)
    state.set_query(Query(MATCHES.name))
    return within


def test_the_good_matches_become_the_scope_of_the_next_query(within, state, bar: SearchBar) -> None:
    chip = bar.findChild(QToolButton, "withinChip")
    assert chip.isHidden()
    within.enter()
    assert state.query == Query(scope=MATCHES)
    assert not chip.isHidden() and chip.text() == "within “a dog && a cat on a very…”"
    state.set_query(Query("snow", (), MATCHES))
    chip.click()
    assert state.query == Query("snow", (), EVERYTHING) and chip.isHidden()


def test_without_matches_nothing_changes(within, state: AppState, feedback: Feedback) -> None:
    state.set_query(Query())
    within.enter()
    assert state.query == Query() and "no matches" in feedback.status.sentence
    within.leave()
    assert state.query == Query()


def test_another_library_ends_it(within, fake: FakeEngine, state: AppState) -> None:
    within.enter()
    state.libraryReplaced.emit(fake.state())
    assert state.query.scope == EVERYTHING
