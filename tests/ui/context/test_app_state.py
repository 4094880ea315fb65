"""What the window knows: values, and who is told when they change."""

from __future__ import annotations

from dataclasses import replace

from fake_engine import INFO, FakeEngine, job_progress

from dinodesk.engine.messages import ModelState
from dinodesk.records import EVERYTHING, Folder, InFolder, Tag, TagChange
from dinodesk.settings import Settings
from dinodesk.ui.context.app_state import AppState, Query


def note(*signals) -> list[tuple[int, object]]:
    """Which of the signals were sent, in their order, each with what it carried."""
    emitted: list[tuple[int, object]] = []
    for number, signal in enumerate(signals):
        signal.connect(lambda *carried, number=number: emitted.append((number, *carried)))
    return emitted


def test_at_the_start_nothing_is_known(state: AppState) -> None:
    assert state.library is None and state.model is None and state.job is None
    assert state.folders == () and state.tags == () and dict(state.away) == {}
    assert state.undo is None and state.redo is None
    assert not state.paused and not state.library_failed
    assert state.query == Query() and not state.query.searching and state.query.scope == EVERYTHING


def test_a_library_is_told_and_then_its_annotations(state: AppState, fake: FakeEngine) -> None:
    emitted = note(state.libraryReplaced, state.libraryChanged, state.tagsChanged)
    tags, undo = (Tag("label", 1, "Sea", 2),), TagChange("rate", 3, rating=5)
    library = replace(fake.state(), tags=tags, undo=undo)
    state.set_library(library)
    assert emitted == [(1, library), (2,)]
    assert state.library is library and state.folders == library.folders
    assert (state.tags, state.undo, state.redo) == (tags, undo, None)


def test_only_another_path_is_another_library(state: AppState, fake: FakeEngine) -> None:
    state.set_library(fake.state())
    emitted = note(state.libraryReplaced, state.libraryChanged)
    state.set_library(replace(fake.state(), total=1))
    other = replace(fake.state(), path="/other")
    state.set_library(other)
    assert [number for number, _ in emitted] == [1, 0, 1]
    assert emitted[1] == (0, other)  # who forgets the older one is told first


def test_folders_that_are_away_are_known_with_their_reasons(state: AppState, fake: FakeEngine) -> None:
    state.set_library(fake.state())
    assert dict(state.away) == {"/archive": "away: plug in “Archive 7”"}
    gone = Folder("/photos", "photos", "", 3, 1, "missing")
    state.set_library(replace(fake.state(), folders=(gone,)))
    assert dict(state.away) == {"/photos": "not found where it was"}


def test_a_library_that_could_not_be_opened_is_told(state: AppState) -> None:
    emitted = note(state.libraryFailed)
    state.set_library_failed(True)
    state.set_library_failed(False)
    assert emitted == [(0, True), (0, False)] and not state.library_failed


def test_annotations_change_without_the_library(state: AppState, fake: FakeEngine) -> None:
    state.set_library(fake.state())
    emitted = note(state.libraryChanged, state.tagsChanged)
    redo = TagChange("add", 1, "label", "Sea")
    state.set_tags((Tag("album", 4, "Best", 1),), None, redo)
    assert emitted == [(1,)] and state.redo == redo and state.tags[0].name == "Best"


def test_a_query_is_told_when_it_is_another_one(state: AppState) -> None:
    emitted = note(state.queryChanged)
    state.set_query(Query())
    assert emitted == []
    state.set_query(Query("a dog"))
    state.set_query(Query("a dog"))
    assert emitted == [(0, Query("a dog"))] and state.query.searching
    assert Query(images=("/a.jpg",)).searching and not Query(scope=InFolder("/a")).searching


def test_a_job_may_be_paused_and_ends(state: AppState) -> None:
    emitted = note(state.jobChanged)
    running, paused = job_progress("indexing", 3, 9), job_progress("paused", 3, 9)
    for job in (running, paused, None):
        state.set_job(job)
        assert state.job is job and state.paused is (job is paused)
    assert emitted == [(0, running), (0, paused), (0, None)]


def test_the_model_is_told(state: AppState) -> None:
    emitted = note(state.modelChanged)
    model = ModelState(state="ready", name="builtin", info=INFO)
    state.set_model(model)
    assert state.model is model and emitted == [(0, model)]


def test_templates_belong_to_the_model_in_use(state: AppState, saved: list[Settings]) -> None:
    state.choose_templates("simple")
    assert state.templates == "none", "there is no model to remember them for"
    state.set_model(ModelState(state="ready", name="builtin", info=INFO))
    state.choose_templates("openai80")
    assert state.templates == "openai80" and saved[-1].templates == f"{INFO.fingerprint} openai80"
    state.set_model(ModelState(state="ready", name="other", info=replace(INFO, fingerprint="other")))
    assert state.templates == "none"
    state.change_settings(templates="other unheard-of")
    assert state.templates == "none"


def test_choices_are_remembered_and_the_others_stay(state: AppState, saved: list[Settings]) -> None:
    state.change_settings(model="other")
    state.change_settings(theme="light")
    assert saved[-1] == state.settings == Settings(model="other", theme="light")
    assert [each.theme for each in saved] == ["system", "light"]
