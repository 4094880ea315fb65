"""Searching and browsing."""

from __future__ import annotations

from collections.abc import Generator

from dinodesk.engine.engine_state import EngineState
from dinodesk.engine.handlers.registry import handles
from dinodesk.engine.inspection.preview_service import frozen
from dinodesk.engine.messages import (
    Browse,
    CheckWords,
    FindLiteral,
    LiteralMatches,
    Ranking,
    Search,
    WordsChecked,
)
from dinodesk.engine.search.ranking import rank
from dinodesk.errors import ModelError
from dinodesk.records import FittedLine
from dinodesk.search import word_check


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
    found = yield from state.opened.literal.find(request.text, request.scope)
    return LiteralMatches(
        generation=state.generation,
        text=request.text,
        scope=request.scope,
        positions=frozen(found.positions),
        reasons=found.reasons,
    )


@handles(CheckWords)
def check_words(state: EngineState, request: CheckWords) -> Generator[None, None, WordsChecked]:
    """Compare the words of a sentence with those of captions, of the model and of the library, in slices."""
    check, model = word_check.shipped(), state.models.ready.model
    yield
    unknown = check.unknown(request.text, model.has_word)
    if not unknown:
        return WordsChecked(text=request.text)
    own = yield from state.opened.literal.all_words()
    unknown = tuple(word for word in unknown if word not in own)
    meant: dict[str, str] = {}
    for word in unknown:
        meant[word] = check.nearest(word, own)
        yield
    misspelt = unknown and all(meant.values())  # else it is another language, in which some word is like one
    instead = word_check.corrected(request.text, meant) if misspelt else ""
    return WordsChecked(text=request.text, unknown=unknown, instead=instead)


@handles(Search)
def search(state: EngineState, request: Search) -> Ranking:
    """Rank by a sentence, example photos or both."""
    loaded, index = state.models.ready, state.index
    if index is None:
        raise ModelError("No model is ready.", "Choose one on the models page.")
    ranked = rank(
        state.opened.catalog,
        index,
        lambda: loaded.encoder.encode(request.text, request.images, image_weight=request.image_weight),
        scope=request.scope,
    )
    return Ranking(
        generation=state.generation,
        positions=frozen(ranked.positions),
        scores=frozen(ranked.scores),
        fitted=FittedLine(curve=loaded.model.info.line),
        scope=request.scope,
        text=request.text,
        images=request.images,
        image_weight=request.image_weight,
        scene=request.scene,
        searched=ranked.searched,
        milliseconds=(ranked.encode_ms, ranked.search_ms),
    )
