"""Saved searches in the window: listed, counted one by one, run with all values, saved, changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from fake_engine import INFO, FakeEngine
from PySide6.QtWidgets import QInputDialog, QMenu

from dinodesk.engine.messages import (
    Answer,
    CatalogReset,
    CountSaved,
    ListSaved,
    MarkSeen,
    ModelState,
    Problem,
    RemoveSaved,
    RenameSaved,
    SavedCounted,
    SavedList,
    SaveSearch,
    Search,
    TagsChanged,
)
from dinodesk.records import HandLine, InFolder, SavedSearch, SearchValues, TagChange
from dinodesk.ui.context.app_state import AppState, Query
from dinodesk.ui.context.feedback import Feedback
from dinodesk.ui.kept_searches import saved_controller
from dinodesk.ui.kept_searches.saved_controller import SavedController, query_of
from dinodesk.ui.search.results_pane import ResultsPane

DOGS = SavedSearch(
    name="Dogs",
    values=SearchValues(
        query="a dog", scene=0.25, templates="simple", line=HandLine(0.2, 30.0, 0.7), sort="-date",
        image_weight=0.25, images=("/query.jpg",),
    ),
    model=INFO.fingerprint,
)  # fmt: skip
SEA = SavedSearch(name="Sea", values=SearchValues(query="the sea", stop="more"))


@pytest.fixture
def results(qtbot, theme, loader) -> ResultsPane:
    results = ResultsPane(theme, loader)
    qtbot.addWidget(results)
    return results


@pytest.fixture
def saved(
    fake: FakeEngine, state: AppState, results: ResultsPane, feedback: Feedback, parent, monkeypatch
) -> SavedController:
    """With two saved searches in the library, and a model that is ready."""
    monkeypatch.setattr(saved_controller, "IDLE_MS", 1)
    monkeypatch.setattr(saved_controller, "BETWEEN_MS", 1)

    def listed(_request: ListSaved) -> Iterator[Answer]:
        yield SavedList(searches=(DOGS, SEA))

    def counted(request: CountSaved) -> Iterator[Answer]:
        yield SavedCounted(name=request.name, count=len(request.name), new=2)

    fake.answers = {ListSaved: listed, CountSaved: counted}
    saved = SavedController(fake, state, results, feedback, parent)
    state.set_library(fake.state())
    state.set_model(ModelState(state="ready", name="builtin", info=INFO))
    fake.settle()
    return saved


def test_each_is_counted_when_there_is_time(qtbot, saved: SavedController, fake: FakeEngine) -> None:
    found: list[tuple[str, int, int]] = []
    saved.counted.connect(lambda *each: found.append(each))
    for number in (1, 2):
        qtbot.waitUntil(lambda number=number: len(fake.sent_of(CountSaved)) == number)
        fake.settle()
    assert found == [("Dogs", 4, 2), ("Sea", 3, 2)]
    fake.broadcast(CatalogReset(generation=2, photos=()))
    qtbot.waitUntil(lambda: len(fake.sent_of(CountSaved)) == 3)


def test_one_that_can_not_be_counted_does_not_stop_the_others(
    qtbot, saved: SavedController, fake: FakeEngine
) -> None:
    fake.answers[CountSaved] = lambda _request: iter([Problem(sentence="No.")])
    for number in (1, 2):
        qtbot.waitUntil(lambda number=number: len(fake.sent_of(CountSaved)) == number)
        fake.settle()
    assert [request.name for request in fake.sent_of(CountSaved)] == ["Dogs", "Sea"]


def test_nothing_is_counted_without_a_model(qtbot, saved: SavedController, fake: FakeEngine, state) -> None:
    state.set_model(ModelState(state="loading", name="other"))
    before = len(fake.sent_of(CountSaved))
    with qtbot.waitSignal(saved._idle.timeout):
        fake.broadcast(CatalogReset(generation=2, photos=()))
    assert len(fake.sent_of(CountSaved)) == before


def test_one_runs_with_all_its_values(
    saved: SavedController, fake: FakeEngine, state: AppState, results: ResultsPane
) -> None:
    asked: list[Query] = []
    sorts: list[str] = []
    saved.runRequested.connect(asked.append)
    saved.runRequested.connect(state.set_query)
    saved.sortRequested.connect(sorts.append)
    saved.run("Dogs")
    assert asked == [query_of(DOGS.values)] and sorts == ["-date"]
    assert (asked[0].scene, asked[0].image_weight, asked[0].images) == (0.25, 0.25, ("/query.jpg",))
    assert asked[0].templates == "simple"
    assert fake.values_of(MarkSeen) == [("Dogs",)]
    fake.hold = True
    fake.send(Search(text="a dog"), saved, lambda answer: _answer(saved, results, answer))
    fake.settle()
    line = results.card.line
    assert not line.auto and (line.zones.curve.threshold, line.zones.curve.temperature) == (0.2, 30.0)
    assert line.zones.cut == 0.7
    stops: list[str] = []
    saved.stopRequested.connect(stops.append)
    saved.run("Sea")
    assert stops == ["more"] and results.card.line.auto


def _answer(saved: SavedController, results: ResultsPane, answer) -> None:
    results.grid.photos.show_ranking([], answer.positions, answer.scores)
    results.show_answer(answer)
    saved.answered(answer, True)


def test_another_query_leaves_it(saved: SavedController, state: AppState) -> None:
    left: list[bool] = []
    saved.left.connect(lambda: left.append(True))
    saved.runRequested.connect(state.set_query)
    saved.run("Dogs")
    assert left == []
    state.set_query(Query("a cat"))
    state.set_query(Query("a cow"))
    assert left == [True]


def test_what_is_shown_is_saved_under_a_proposed_name(
    saved: SavedController, fake: FakeEngine, state: AppState, parent, results: ResultsPane
) -> None:
    saved.ask_save()  # all photos are no search
    assert parent.findChild(QInputDialog) is None
    scope = InFolder("/photos/a")
    state.set_query(Query("two dogs " * 20, (), scope, 0.5, 0.75, "openai80"))
    saved.ask_save()
    dialog = parent.findChild(QInputDialog, "savedNameDialog")
    assert dialog.textValue() == ("two dogs " * 20)[:60]
    dialog.setTextValue("Two")
    dialog.accept()
    (request,) = fake.sent_of(SaveSearch)
    assert request.scope == scope and request.search.name == "Two"
    values = request.search.values
    assert (values.query, values.scene, values.line, values.sort) == (
        "two dogs " * 20,
        0.75,
        None,
        "relevance",
    )
    assert values.templates == "openai80"
    assert request.search.model == INFO.fingerprint and request.search.created > 1e9


def test_it_can_be_renamed_saved_anew_and_removed(
    saved: SavedController, fake: FakeEngine, parent, qtbot, state: AppState
) -> None:
    menu = QMenu(parent)
    saved.fill_menu(menu, "Dogs")
    press = {action.text(): action.trigger for action in menu.actions() if action.text()}
    press["Rename…"]()
    dialog = parent.findChild(QInputDialog, "savedNameDialog")
    assert dialog.textValue() == "Dogs"
    dialog.setTextValue("Hounds")
    dialog.accept()
    assert fake.values_of(RenameSaved) == [("Dogs", "Hounds")]
    state.set_query(Query("a hound"))
    press["Save what is shown now under this name"]()
    assert fake.sent_of(SaveSearch)[0].search.name == "Dogs"
    press["Remove (photos stay)"]()
    assert fake.values_of(RemoveSaved) == [("Dogs",)]
    before = len(fake.sent_of(ListSaved))
    fake.broadcast(TagsChanged(change=TagChange("unsave", 0, name="Dogs"), direction="do", assets=()))
    fake.broadcast(TagsChanged(change=TagChange("rate", 1), direction="do", assets=(1,)))
    assert len(fake.sent_of(ListSaved)) == before + 1


def test_a_sentence_that_is_taken_literally_stands_in_quotes() -> None:
    assert query_of(SearchValues(query='say "x" -y', literal=True)).text == '"say ""x"" -y"'


def test_another_model_than_it_was_saved_with_is_named(
    saved: SavedController, feedback: Feedback, state: AppState
) -> None:
    saved.run("Dogs")
    assert feedback.status.sentence == ""
    info = replace(INFO, fingerprint="0" * 16)
    state.set_model(ModelState(state="ready", name="other", info=info))
    saved.run("Dogs")
    assert "another model" in feedback.status.sentence
