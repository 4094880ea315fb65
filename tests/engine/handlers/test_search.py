"""The handlers of queries: how a text is read, what may follow it, and which words go where."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes import FakeModel

from dinodesk.engine.decoding.decoder_pool import DecoderPool
from dinodesk.engine.engine_state import EngineState
from dinodesk.engine.handlers.search import (
    check_words,
    complete_query,
    find_literal,
    parse,
    search,
    suggest_examples,
)
from dinodesk.engine.messages import (
    CheckWords,
    CompleteQuery,
    FindLiteral,
    ParseQuery,
    Search,
    SuggestExamples,
)
from dinodesk.errors import PhotoError
from dinodesk.generators import run_to_end
from dinodesk.records import FilterTerm


@pytest.fixture
def state(tmp_path: Path, photo_folder: Path, model: FakeModel) -> Iterator[EngineState]:
    found = EngineState(decoders=DecoderPool(processes=False))
    found.open_library(tmp_path / "library")
    found.models.use(model)
    run_to_end(found.indexer().add([str(photo_folder)]))
    found.opened.catalog.reload()
    found.opened.index_of(model.info)
    yield found
    found.close()


def test_a_text_is_read_without_a_library_or_a_model() -> None:
    state = EngineState(decoders=DecoderPool(processes=False))
    answer = parse(state, ParseQuery(text="dogs -camera:x100 camra:x"))
    state.close()
    assert answer.filters == ("-camera:x100",)
    assert [span.kind for span in answer.query.spans] == ["words", "filter", "unknown"]


def test_a_photo_that_is_not_there_leaves_no_photos_of_the_query_before(state: EngineState) -> None:
    ranking = run_to_end(search(state, Search(text="red like:none.jpg")))
    assert not len(ranking.positions) and "none.jpg" in ranking.note and ranking.text == "red like:none.jpg"
    with pytest.raises(PhotoError):
        run_to_end(search(state, Search(text="red", images=("/none.jpg",))))


def test_a_search_of_the_window_takes_the_language(state: EngineState) -> None:
    ranking = run_to_end(search(state, Search(text="red in:blue camra:x")))
    names = {state.opened.catalog.photos[row].path.split("/")[-2] for row in ranking.positions}
    assert names == {"blue"} and ranking.searched == 6 and ranking.scores is not None
    assert ranking.filters == ("in:blue",)
    assert ranking.note == "camra: not known, did you mean camera:?"
    composed = run_to_end(search(state, Search(text="red OR blue")))
    assert composed.scores is None and composed.confidences is not None and composed.fitted is not None
    assert [term.text for term in composed.terms] == ["red", "blue"]
    assert all(len(term.scores) == len(composed.positions) == 12 for term in composed.terms)


def test_filters_alone_are_browsed(state: EngineState) -> None:
    ranking = run_to_end(search(state, Search(text="in:red")))
    assert ranking.scores is None and ranking.fitted is None and len(ranking.positions) == 6


def test_completion_knows_what_was_stored_since(state: EngineState, photo_folder: Path) -> None:
    answer = run_to_end(complete_query(state, CompleteQuery(text="in:re", cursor=5)))
    assert [(each.text, each.count) for each in answer.suggestions] == [("in:red", 6)]


def test_examples_find_something_in_this_library(state: EngineState) -> None:
    assert run_to_end(suggest_examples(state, SuggestExamples())).examples[0] == "two dogs playing"


def test_what_is_not_understood_at_all_leaves_all_photos(state: EngineState) -> None:
    ranking = run_to_end(search(state, Search(text="camra:x")))
    assert ranking.scores is None and len(ranking.positions) == 12 and ranking.text == "camra:x"
    assert ranking.note == "camra: not known, did you mean camera:?"


def test_answers_name_the_words_alone(state: EngineState) -> None:
    query = 'red -snow in:blue "a  car"'
    assert run_to_end(search(state, Search(text=query))).words == "red a car"
    assert run_to_end(find_literal(state, FindLiteral(text=query))).words == "red a car"


def test_names_are_looked_through_for_the_words_alone(state: EngineState) -> None:
    for query, count in (("03", 1), ("03 in:red", 1), ("03 -04", 1), ("-03", 0), ("in:red", 0)):
        assert len(run_to_end(find_literal(state, FindLiteral(text=query))).positions) == count


def test_a_correction_leaves_filters_and_what_is_left_out_as_they_are(state: EngineState) -> None:
    query = 'two elefants in:elefants -elefants AND "a hosre"'
    answer = run_to_end(check_words(state, CheckWords(text=query)))
    assert answer.unknown == ("elefants", "hosre")
    assert answer.instead == 'two elephants in:elefants -elefants AND "a horse"'
    assert isinstance(parse(state, ParseQuery(text=answer.instead)).query.tree.parts[1], FilterTerm)
