"""The query becomes requests, their answers become rows; photos come and change meanwhile."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from fake_engine import INFO, FakeEngine, job_done, photos

from dinodesk.engine.messages import (
    Browse,
    CatalogGrown,
    FindLiteral,
    LiteralMatches,
    ModelState,
    PhotosChanged,
    Problem,
    Ranking,
    Search,
)
from dinodesk.records import EVERYTHING, InFolder, PhotoWord, Scope
from dinodesk.ui.context.app_state import AppState, Query
from dinodesk.ui.context.feedback import Feedback
from dinodesk.ui.grid.photo_model import PhotoModel
from dinodesk.ui.search import search_controller
from dinodesk.ui.search.search_controller import PATIENCE, SearchController


@pytest.fixture
def model(qapp) -> PhotoModel:
    return PhotoModel()


@pytest.fixture
def search(
    qapp, fake: FakeEngine, state: AppState, model: PhotoModel, feedback: Feedback
) -> SearchController:
    """With the catalog of the fake engine, browsed."""
    search = SearchController(fake, state, model, feedback, model)
    fake.broadcast(fake.catalog())
    fake.settle()
    return search


def sent(fake: FakeEngine) -> list[object]:
    """The questions in their order, each by what tells it from others."""
    kinds = [each for each in fake.sent if isinstance(each, Browse | Search)]
    return [each.scope if isinstance(each, Browse) else each.text for each in kinds]


def test_a_catalog_is_browsed_as_soon_as_it_is_there(search, fake: FakeEngine, model: PhotoModel) -> None:
    assert sent(fake) == [EVERYTHING]
    assert model.rowCount() == 60 and model.scores is None
    assert model.photo(0) == fake.photos[0]


def test_typing_is_asked_once_after_a_pause(qtbot, search, fake: FakeEngine, state: AppState) -> None:
    for text in ("a", "a d", "a dog"):
        search.set_query(text, ())
    assert state.query == Query("a dog") and len(fake.sent_of(Search)) == 0
    qtbot.waitUntil(lambda: len(fake.sent_of(Search)) == 1)
    assert fake.sent_of(Search)[0].text == "a dog"
    assert search._typing.interval() == search_controller.TYPING_PAUSE_MS == 130


def test_half_a_value_of_a_filter_is_not_asked_yet(search, fake: FakeEngine) -> None:
    search.wait_for_value()
    assert not search._typing.isActive(), "there is nothing to wait for"
    search.set_query("camera:X10", ())
    search.wait_for_value()
    assert search._typing.interval() == search_controller.VALUE_PAUSE_MS and search._typing.isActive()
    search.set_query("camera:X100V ", ())
    assert search._typing.interval() == search_controller.TYPING_PAUSE_MS
    search.ask()
    assert fake.sent_of(Search)[-1].text == "camera:X100V " and not search._typing.isActive()


def test_photos_and_an_emptied_field_are_asked_at_once(search, fake: FakeEngine) -> None:
    search.set_query("", ("/query.jpg",))
    assert fake.values_of(Search) == [("", ("/query.jpg",), 0.5, EVERYTHING, 0.5, "none")]
    search.set_query("at night", ("/query.jpg",))  # words beside the photo are typed
    assert len(fake.sent_of(Search)) == 1 and search._typing.isActive()
    search.set_query("", ())
    assert isinstance(fake.sent[-1], Browse) and not search._typing.isActive()


def test_scene_is_asked_after_a_pause_and_goes_with_the_words(search, fake, state: AppState) -> None:
    search.set_scene(0.9)
    assert state.query == Query() and not search._typing.isActive(), "nothing is ranked"
    search.set_query("a dog", ())
    search.set_scene(0.9)
    assert search._typing.isActive() and state.query == Query("a dog", scene=0.9)
    search._typing.timeout.emit()
    assert fake.sent_of(Search)[-1].scene == 0.9
    fake.settle()
    assert search.answered_query == state.query
    search.set_query("a dog at night", ())
    assert state.query.scene == 0.9
    for words, images in (("a cat", ()), ("a cat", ("/query.jpg",)), ("", ())):
        state.set_query(replace(state.query, scene=0.9))
        search.set_query(words, images)
        assert state.query.scene == 0.5, (words, images)


def test_templates_belong_to_the_model_and_to_the_query(search, fake: FakeEngine, state: AppState) -> None:
    state.set_model(ModelState(state="ready", name="builtin", info=INFO))
    search.set_templates("openai80")
    assert state.query == Query() and not fake.sent_of(Search), "nothing is ranked"
    search.set_query("a dog", ())
    search.ask()
    assert fake.sent_of(Search)[-1].templates == "openai80"
    fake.settle()
    assert search.answered_query == state.query == Query("a dog", templates="openai80")
    search.set_templates("simple")
    assert fake.sent_of(Search)[-1].templates == "simple", "at once"
    search.show(Query("an old one"))  # from the history
    search.set_query("an old one again", ())
    assert state.query.templates == "none", "the same sentence typed on"
    search.set_query("something else", ())
    assert state.query.templates == "simple"
    search.set_query("", ("/query.jpg",))
    assert state.query.templates == "none"
    search.set_query("", ())
    assert state.query == Query()


def test_another_model_is_asked_in_its_own_wording(search, fake: FakeEngine, state: AppState) -> None:
    state.change_settings(templates="two simple")
    search.set_query("a dog", ())
    for name, wording in (("one", "none"), ("two", "simple")):
        state.set_model(ModelState(state="ready", name=name, info=replace(INFO, fingerprint=name)))
        search.model_ready(name)
        assert state.query.templates == wording
    assert fake.sent_of(Search)[-1].templates == "simple"
    search.set_query("", ())
    search.model_ready("one")
    assert state.query == Query()


def test_confidences_of_an_answer_come_to_the_rows(search, fake: FakeEngine, model: PhotoModel) -> None:
    given = np.array([0.9, 0.4])
    search.set_query("dog AND snow", ())
    search.ask()
    positions = np.array([5, 3])
    answer = Ranking(
        generation=1, positions=positions, confidences=given, text="dog AND snow", words="dog AND snow"
    )
    fake.reply(Search, answer)
    assert model.scores is None and [model.confidence(row) for row in (0, 1)] == [0.9, 0.4]


def test_the_same_query_is_not_asked_again(qtbot, search, fake: FakeEngine, state: AppState) -> None:
    search.set_query("a dog", ())
    search._typing.timeout.emit()
    with qtbot.assertNotEmitted(state.queryChanged):
        search.set_query("a dog", ())
        search.set_scope(EVERYTHING)
    assert len(sent(fake)) == 2 and not search._typing.isActive()


def test_a_scope_is_asked_at_once_and_the_sentence_stays(search, fake: FakeEngine, model: PhotoModel) -> None:
    search.set_query("a dog", ())
    search.set_scope(InFolder("/photos/b"))
    assert (
        fake.values_of(Search) == [("a dog", (), 0.5, InFolder("/photos/b"), 0.5, "none")]
        and not search._typing.isActive()
    )
    fake.settle()
    assert model.rowCount() == 20 and np.all(np.diff(model.scores) <= 0)


def test_an_answer_is_told_with_whether_its_query_is_new(qtbot, search, fake: FakeEngine) -> None:
    emitted: list[tuple[str, bool]] = []
    search.answered.connect(lambda answer, new: emitted.append((answer.text, new)))
    search.set_query("a dog", ())
    for _ in range(2):
        search.ask()
        fake.settle()
    search.set_query("", ())
    fake.settle()
    assert emitted == [("a dog", True), ("a dog", False), ("", True)]


def test_only_the_newest_question_is_answered(search, fake: FakeEngine, model: PhotoModel) -> None:
    search.set_query("a dog", ())
    search.ask()
    search.set_query("a cat", ())
    search.ask()
    emitted: list[str] = []
    search.answered.connect(lambda answer, _: emitted.append(answer.text))
    fake.settle()
    assert emitted == ["a cat"] and fake.sent_of(Search)[0].token.cancelled


def test_an_answer_on_another_catalog_is_dropped(qtbot, search, fake: FakeEngine, model: PhotoModel) -> None:
    search.ask()
    shown = model.positions
    with qtbot.assertNotEmitted(search.answered):
        fake.reply(Browse, Ranking(generation=99, positions=np.arange(3)))
    assert model.positions is shown


def test_another_catalog_is_asked_anew(search, fake: FakeEngine, model: PhotoModel) -> None:
    search.set_query("a dog", ())
    search.ask()
    fake.generation, fake.photos = 2, list(photos(5))
    fake.broadcast(fake.catalog())
    assert sent(fake) == [EVERYTHING, "a dog", "a dog"]
    fake.settle()
    assert model.rowCount() == 5 and model.photo_of(60) is None


# ── photos that come while one looks ────────────────────────────────────────────────────────────


def test_new_photos_are_appended_where_all_are_shown(
    qtbot, search, fake: FakeEngine, model: PhotoModel
) -> None:
    with qtbot.waitSignal(search.catalogGrown) as grown:
        fake.grow(7)
    assert grown.args == [tuple(fake.photos[60:])] and model.rowCount() == 67 and len(sent(fake)) == 1
    assert model.photo(66) == fake.photos[66]


def test_photos_that_an_answer_held_already_are_not_shown_twice(search, fake: FakeEngine, model) -> None:
    search.ask()
    new = photos(7, 60)
    fake.photos.extend(new)
    fake._held.clear()
    fake.reply(Browse, Ranking(generation=1, positions=np.arange(64)))  # four of them came in time
    fake.broadcast(CatalogGrown(generation=1, photos=new))
    assert sorted(model.positions) == list(range(67))


def test_photos_that_grew_in_meanwhile_stay_behind_an_older_answer(search, fake: FakeEngine, model) -> None:
    search.ask()
    fake.grow(5)  # the answer on its way does not know them
    fake._held.clear()
    fake.reply(Browse, Ranking(generation=1, positions=np.arange(60)))
    assert list(model.positions) == list(range(65))


@pytest.mark.parametrize(("text", "pause"), [("a dog", 1000), ("", 200)])
def test_elsewhere_the_question_is_asked_again_after_a_pause(
    qtbot, search, fake, text: str, pause: int
) -> None:
    search.set_query(text, ())
    search.set_scope(InFolder("/photos/a"))
    fake.settle()
    asked = len(sent(fake))
    for _ in range(3):
        fake.grow(10)
    assert search._growth.isActive() and search._growth.interval() == pause and len(sent(fake)) == asked
    search._growth.timeout.emit()
    assert len(sent(fake)) == asked + 1
    search._growth.stop()


def test_growth_of_another_catalog_is_counted_only(search, fake: FakeEngine, model: PhotoModel) -> None:
    fake.broadcast(CatalogGrown(generation=99, photos=photos(3, 60)))
    assert model.rowCount() == 60 and not search._growth.isActive()


def test_an_answer_that_is_on_its_way_is_waited_for_but_not_for_ever(search, fake: FakeEngine) -> None:
    search.set_scope(InFolder("/photos/a"))
    asked = len(sent(fake))
    for waited in range(PATIENCE):
        search._ask_again()
        assert len(sent(fake)) == asked, waited
    search._ask_again()
    assert len(sent(fake)) == asked + 1
    fake.settle()
    search._ask_again()
    assert len(sent(fake)) == asked + 2


def test_photos_that_changed_are_shown_so(qtbot, search, fake: FakeEngine, model: PhotoModel) -> None:
    rated = replace(fake.photos[3], rating=5)
    with qtbot.waitSignal(model.dataChanged):
        fake.broadcast(PhotosChanged(generation=1, positions=(3,), photos=(rated,)))
    assert model.photo(3) == rated and model.photo_of(rated.asset) == rated
    with qtbot.assertNotEmitted(model.dataChanged):
        fake.broadcast(PhotosChanged(generation=99, positions=(0,), photos=(rated,)))
    assert model.photo(0) == fake.photos[0]


def test_after_a_job_the_question_is_asked_again(search, fake: FakeEngine) -> None:
    search.set_query("a dog", ())
    fake.broadcast(job_done(indexed=3))
    assert sent(fake) == [EVERYTHING, "a dog"] and not search._typing.isActive()


def test_another_model_ranks_otherwise_the_same_one_does_not(search, fake: FakeEngine) -> None:
    asked = len(sent(fake))
    search.model_ready("a" * 16)  # the first one: what was typed before waits in the engine
    search.model_ready("a" * 16)
    assert len(sent(fake)) == asked
    search.model_ready("b" * 16)
    assert len(sent(fake)) == asked + 1


# ── problems ────────────────────────────────────────────────────────────────────────────────────


def test_a_photo_that_cannot_be_searched_by_leaves_the_query(qtbot, search, fake, feedback: Feedback) -> None:
    search.set_query("", ("/a/query.jpg",))
    with qtbot.waitSignal(search.imagesRefused):
        fake.reply(Search, Problem(sentence="The file ends too early."))
    assert feedback.notice.sentence == "query.jpg can't be searched by. The file ends too early."


def test_a_problem_that_names_the_photo_is_said_as_it_is(search, fake, feedback: Feedback) -> None:
    search.set_query("", ("/a/query.jpg",))
    fake.reply(Search, Problem(sentence="query.jpg: it is no photo.", remedy="Choose another one."))
    assert feedback.notice.sentence == "query.jpg: it is no photo. Choose another one."


def test_other_problems_leave_the_query(qtbot, search, fake, feedback: Feedback) -> None:
    search.set_query("a dog", ())
    search.ask()
    with qtbot.assertNotEmitted(search.imagesRefused):
        fake.reply(Search, Problem(sentence="The index is damaged."))
    assert feedback.notice.sentence == "The index is damaged."


@pytest.mark.parametrize("other", ["", "The disk is full."])
def test_a_problem_of_a_query_goes_with_the_next_answer(qtbot, search, fake, feedback, other: str) -> None:
    search.show(Query("like:gone.jpg"))
    fake.reply(Search, Problem(sentence="There is no file gone.jpg."))
    assert feedback.notice.sentence == "There is no file gone.jpg."
    if other:
        feedback.show_notice(other)  # what was said since stays
    search.show(Query("a dog"))
    with qtbot.waitSignal(search.answered):
        fake.settle()
    assert feedback.notice.sentence == other


# ── words in names, labels and places ───────────────────────────────────────────────────────────


def literal(fake: FakeEngine, text: str, scope: Scope = EVERYTHING) -> LiteralMatches:
    return LiteralMatches(
        generation=fake.catalog().generation,
        text=text,
        scope=scope,
        positions=np.asarray([4, 2]),
        reasons=((PhotoWord("label", "Dog"),), (PhotoWord("file name", "dog.jpg"),)),
    )


def test_a_sentence_is_looked_for_in_names_too_and_photos_are_not(qtbot, search, fake: FakeEngine) -> None:
    search.set_query("a dog", ())
    search._typing.timeout.emit()
    assert fake.values_of(FindLiteral) == [("a dog", EVERYTHING)]
    with qtbot.waitSignal(search.literalFound, check_params_cb=lambda answer: answer.text == "a dog"):
        fake.reply(FindLiteral, literal(fake, "a dog"))
    with qtbot.waitSignal(search.literalFound, check_params_cb=lambda answer: answer is None):
        search.set_query("", ("/query.jpg",))
    assert len(fake.values_of(FindLiteral)) == 1


def test_what_belongs_to_an_older_query_or_catalog_is_dropped(qtbot, search, fake: FakeEngine) -> None:
    search.set_query("a dog", ())
    search._typing.timeout.emit()
    old = replace(literal(fake, "a dog"), generation=99)
    for answer in (literal(fake, "a cat"), literal(fake, "a dog", InFolder("/photos/a")), old):
        with qtbot.assertNotEmitted(search.literalFound):
            fake.reply(FindLiteral, answer)
        search.ask()
    with qtbot.waitSignal(search.literalFound, check_params_cb=lambda answer: answer is None):
        fake.reply(FindLiteral, Problem(sentence="The library is gone."))


def test_photos_are_known_by_their_positions(search, fake: FakeEngine) -> None:
    assert search.photo_at(3) == fake.photos[3]
    assert search.photo_at(-1) is None is search.photo_at(1000)
