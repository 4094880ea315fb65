"""What the centre shows: the photos, the first run, or why there are none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from fake_engine import INFO, FakeEngine, job_progress

from dinodesk.engine.messages import ModelState, Ranking
from dinodesk.records import Folder, InFolder, Tag, Tagged
from dinodesk.ui.context.app_state import AppState, Query
from dinodesk.ui.grid.thumbnail_loader import ThumbnailLoader
from dinodesk.ui.search.results_page import ResultsPage
from dinodesk.ui.search.results_pane import ResultsPane
from dinodesk.ui.theme.theme import Theme

READY = ModelState(state="ready", name="builtin", info=INFO)
LOADING = ModelState(state="loading", name="builtin")
FAILED = ModelState(state="error", name="bad.pth", sentence="It is no model.")


@pytest.fixture
def pane(qtbot, theme: Theme, loader: ThumbnailLoader) -> ResultsPane:
    pane = ResultsPane(theme, loader)
    qtbot.addWidget(pane)
    pane.resize(900, 600)
    return pane


@pytest.fixture
def page(pane: ResultsPane, state: AppState, fake: FakeEngine) -> ResultsPage:
    return ResultsPage(state, pane, lambda position: fake.photos[position], pane)


def sentence(pane: ResultsPane) -> str:
    """What stands in for the photos."""
    assert pane.stack.currentWidget() is pane.empty
    return pane.empty._sentence.text()


def fill(pane: ResultsPane, fake: FakeEngine, count: int) -> None:
    pane.grid.photos.show_ranking(fake.photos, np.arange(count), None)


def test_before_a_library_is_open_it_says_so(page, pane: ResultsPane) -> None:
    assert sentence(pane) == "Opening the library…" and pane.empty.button.isHidden()


def test_a_library_that_could_not_be_opened_offers_to_try_again(qtbot, page, pane, state: AppState) -> None:
    state.set_library_failed(True)
    assert sentence(pane) == "The library could not be opened." and not pane.empty.button.isHidden()
    with qtbot.waitSignal(pane.empty.helpRequested):
        pane.empty.button.click()
    state.set_library_failed(False)
    assert sentence(pane) == "Opening the library…" and pane.empty.button.isHidden()


def test_an_empty_library_shows_the_ways_in(page, pane, state: AppState, fake: FakeEngine) -> None:
    state.set_library(replace(fake.state(), total=0, embedded=0))
    assert pane.stack.currentWidget() is pane.first_run
    state.set_query(Query(scope=InFolder("/photos")))
    page.refresh()
    assert sentence(pane) == "There are no photos here."


def test_photos_that_no_model_has_seen_say_what_to_do(page, pane, state: AppState, fake: FakeEngine) -> None:
    state.set_library(replace(fake.state(), embedded=0))
    assert sentence(pane) == "No photo here can be searched yet." and "F5" in pane.empty._hint.text()
    state.set_library(replace(fake.state(), embedded=-1))  # while no model is ready nothing is known
    assert sentence(pane) == "There are no photos here."


@pytest.mark.parametrize(
    ("scope", "hint"), [(InFolder("/photos"), "Press F5 to look again."), (Tagged("label", 3), "")]
)
def test_a_scope_without_photos_says_so(page, pane, state, fake: FakeEngine, scope, hint: str) -> None:
    state.set_query(Query(scope=scope))
    state.set_library(fake.state())
    assert sentence(pane) == "There are no photos here." and pane.empty._hint.text() == hint


def test_a_folder_that_waits_for_its_turn_says_so(page, pane, state, fake: FakeEngine) -> None:
    waiting = Folder("/new", "new", "", 0, 3, "online", waiting=True)
    state.set_query(Query(scope=InFolder("/new")))
    state.set_library(replace(fake.state(), folders=(waiting,)))
    state.set_job(job_progress("indexing", 1, 9))
    assert sentence(pane) == "This folder waits for its turn."


def test_a_job_says_that_photos_will_come_and_a_pause_that_they_will_not(page, pane, state, fake) -> None:
    state.set_library(replace(fake.state(), total=0))
    state.set_job(job_progress("scanning"))
    assert sentence(pane) == "Looking for photos…"
    state.set_job(job_progress("paused"))
    assert sentence(pane) == "Indexing is paused."
    state.set_job(None)
    assert pane.stack.currentWidget() is pane.first_run


def test_the_first_photo_that_comes_is_shown(page, pane, state, fake: FakeEngine) -> None:
    state.set_job(job_progress("indexing", 1, 9))
    fill(pane, fake, 0)
    assert sentence(pane) == "Looking for photos…"
    pane.grid.photos.append(fake.photos, np.arange(3))
    assert pane.stack.currentWidget() is pane.grid


def test_an_answer_to_a_new_query_is_looked_at_from_its_top(qtbot, page, pane, fake: FakeEngine) -> None:
    fill(pane, fake, 60)
    pane.show()
    page.refresh()
    bar = pane.grid.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    answer = Ranking(generation=1, positions=np.arange(60), searched=60)
    bar.setValue(40)
    page.show_answer(answer, False)
    assert bar.value() == 40 and pane.stack.currentWidget() is pane.grid
    page.show_answer(answer, True)
    assert bar.value() == 0


@pytest.mark.parametrize(
    ("model", "text", "part", "missed"),
    [
        (None, "a dog", "as soon as the model is loaded", False),
        (LOADING, "a dog", "as soon as the model is loaded", False),
        (FAILED, "a dog", "can't be answered", True),
        (READY, "a dog", "", False),
        (FAILED, "", "", False),
    ],
)
def test_a_query_typed_before_the_model_is_ready_waits(page, pane, state, model, text, part, missed) -> None:
    asked: list[bool] = []
    page.modelMissed.connect(lambda: asked.append(True))
    state.set_query(Query(text))
    if model is not None:
        state.set_model(model)
    page.refresh_waiting()
    assert (part in pane.header.accessibleName()) and bool(asked) is missed
    assert bool(part) is ("your search" in pane.header.accessibleName())


def test_the_first_run_names_the_model_once_it_is_ready(page, pane, state: AppState) -> None:
    state.set_model(replace(READY, info=replace(INFO, title="DINOv2 ViT-L/14", text=False)))
    assert pane.first_run.model.text() == "Model: DINOv2 ViT-L/14, finds photos by photos only."
    state.set_model(LOADING)
    assert "DINOv2" in pane.first_run.model.text()


def test_labels_have_the_names_of_their_scopes(page, pane, state: AppState) -> None:
    state.set_tags((Tag("label", 3, "Sea", 4),), None, None)
    assert pane.scope_names == {Tagged("label", 3): "Sea"}
