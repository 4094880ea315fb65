"""Searching and browsing."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import replace

import numpy as np

from dinodesk.engine.engine_state import EngineState
from dinodesk.engine.handlers.registry import handles
from dinodesk.engine.inspection.preview_service import frozen
from dinodesk.engine.messages import (
    AnswersFollowed,
    Browse,
    CheckWords,
    CompleteQuery,
    ExamplesSuggested,
    FindLiteral,
    FollowAnswers,
    ForgetSentences,
    HitsSampled,
    KeepSentences,
    LiteralMatches,
    ParseQuery,
    QueryCompleted,
    QueryParsed,
    Ranking,
    SampleHits,
    Search,
    SuggestExamples,
    WordsChecked,
)
from dinodesk.engine.search.query_answer import Loaded, QueryAnswer, Question, answer_query
from dinodesk.engine.search.query_suggestions import complete, examples
from dinodesk.errors import ModelError, PhotoError
from dinodesk.records import ParsedQuery
from dinodesk.search import word_check
from dinodesk.search.calibration.judgements import checked_line, spread_sample, wilson_interval
from dinodesk.search.query.parser import parse_query
from dinodesk.search.query.planner import plan_query
from dinodesk.search.query.trees import plain_words


@handles(Browse)
def browse(state: EngineState, request: Browse) -> Ranking:
    """The photos of a scope, newest first."""
    order = state.opened.catalog.newest_first(request.scope)
    return Ranking(
        generation=state.generation, positions=frozen(order), scope=request.scope, searched=len(order)
    )


@handles(FindLiteral)
def find_literal(state: EngineState, request: FindLiteral) -> Generator[None, None, LiteralMatches]:
    """Find words in names, labels and places, in slices: the first call reads those of all photos."""
    words = plain_words(parse_query(request.text).tree)
    found = yield from state.opened.literal.find(words, request.scope)
    return LiteralMatches(
        generation=state.generation,
        text=request.text,
        words=words,
        scope=request.scope,
        positions=frozen(found.positions),
        reasons=found.reasons,
    )


@handles(CheckWords)
def check_words(state: EngineState, request: CheckWords) -> Generator[None, None, WordsChecked]:
    """Compare the words of a query with those of captions, of the model and of the library, in slices."""
    query = parse_query(request.text)
    check, model = word_check.shipped(), state.models.ready.model
    yield
    unknown = check.unknown(plain_words(query.tree), model.has_word)
    if not unknown:
        return WordsChecked(text=request.text)
    own = yield from state.opened.literal.all_words()
    unknown = tuple(word for word in unknown if word not in own)
    meant: dict[str, str] = {}
    for word in unknown:
        meant[word] = check.nearest(word, own)
        yield
    misspelt = unknown and all(meant.values())  # else it is another language, in which some word is like one
    instead = _corrected(query, meant) if misspelt else ""
    return WordsChecked(text=request.text, unknown=unknown, instead=instead)


def _corrected(query: ParsedQuery, meant: Mapping[str, str]) -> str:
    """The typed query with words of its sentences replaced; filters and operators stay as they are."""
    pieces, at = [], 0
    for span in query.spans:
        if span.kind == "words" and not span.negated:
            pieces += [
                query.text[at : span.start],
                word_check.corrected(query.text[span.start : span.end], meant),
            ]
            at = span.end
    return " ".join("".join([*pieces, query.text[at:]]).split())


@handles(ParseQuery)
def parse(state: EngineState, request: ParseQuery) -> QueryParsed:
    """How a text is read."""
    query = parse_query(request.text)
    return QueryParsed(query=query, filters=plan_query(query.tree).filters)


@handles(CompleteQuery)
def complete_query(state: EngineState, request: CompleteQuery) -> Generator[None, None, QueryCompleted]:
    """How a query may go on, in slices: photos that changed are looked at first."""
    filters = state.opened.filters
    yield from filters.refresh()
    found = complete(filters, request.text, request.cursor)
    return QueryCompleted(text=request.text, cursor=request.cursor, suggestions=tuple(found))


@handles(SuggestExamples)
def suggest_examples(
    state: EngineState, request: SuggestExamples
) -> Generator[None, None, ExamplesSuggested]:
    """Examples of queries for this library, in slices: photos that changed are looked at first."""
    filters = state.opened.filters
    yield from filters.refresh()
    return ExamplesSuggested(examples=tuple(examples(filters)))


def _everything(state: EngineState, request: Search, query: ParsedQuery) -> Ranking:
    """All photos of the scope, newest first: nothing that was typed is understood (yet)."""
    order = state.opened.catalog.newest_first(request.scope)
    return Ranking(
        generation=state.generation,
        positions=frozen(order),
        note=" ".join(query.notes),
        scope=request.scope,
        text=request.text,
        scene=request.scene,
        templates=request.templates,
        image_weight=request.image_weight,
        searched=len(order),
    )


@handles(Search)
def search(state: EngineState, request: Search) -> Generator[None, None, Ranking]:
    """Rank by a query, example photos or both, in slices: photos that changed are looked at first."""
    loaded, index = state.models.ready, state.index
    if index is None:
        raise ModelError("No model is ready.", "Choose one on the models page.")
    library, query = state.opened, parse_query(request.text)
    if query.tree is None and not request.images:
        return _everything(state, request, query)
    question = Question(
        query=query,
        images=request.images,
        image_weight=request.image_weight,
        scope=request.scope,
        scene=request.scene,
        templates=request.templates,
    )
    try:
        found = yield from answer_query(
            library.catalog,
            library.filters,
            question,
            Loaded(model=loaded.model, encoder=loaded.encoder, index=index),
        )
    except PhotoError as error:
        if request.images:
            raise
        # an answer, and no problem: the photos of the query before must not pass for those of this one
        found = QueryAnswer(positions=np.zeros(0, np.int64), note=f"{error.sentence} {error.remedy}".strip())
    return Ranking(
        generation=state.generation,
        positions=frozen(found.positions),
        scores=None if found.scores is None else frozen(found.scores),
        confidences=None if found.confidences is None else frozen(found.confidences),
        fitted=found.fitted,
        terms=tuple(replace(term, scores=frozen(term.scores)) for term in found.terms),
        filters=found.filters,
        note=found.note,
        scope=request.scope,
        text=request.text,
        words=plain_words(query.tree),
        images=request.images,
        image_weight=request.image_weight,
        scene=request.scene,
        templates=request.templates,
        searched=found.searched,
        milliseconds=(found.encode_ms, found.search_ms),
    )


@handles(SampleHits)
def sample_hits(state: EngineState, request: SampleHits) -> HitsSampled:
    """Photos that stand for all hits."""
    return HitsSampled(ranks=frozen(spread_sample(request.hits, request.wanted, request.seed)))


@handles(FollowAnswers)
def follow_answers(state: EngineState, request: FollowAnswers) -> AnswersFollowed:
    """A line by what a person says of some photos."""
    right = sum(match for _, match in request.answers)
    least, most = wilson_interval(right, len(request.answers))
    return AnswersFollowed(
        fitted=checked_line(request.fitted, request.scores, request.answers),
        right=right,
        checked=len(request.answers),
        least=least,
        most=most,
    )


@handles(KeepSentences)
def keep_sentences(state: EngineState, request: KeepSentences) -> None:
    """From now on, in whatever library is open."""
    state.sentences.choose(request.keep)


@handles(ForgetSentences)
def forget_sentences(state: EngineState, request: ForgetSentences) -> None:
    """Those of the open library."""
    state.sentences.forget()
