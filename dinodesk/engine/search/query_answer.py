"""The answer of a query in the query language: filters, one sentence, or terms composed."""

from __future__ import annotations

import os
from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from dinodesk.engine.encoding.query_encoder import QueryEncoder
from dinodesk.engine.messages.search import HALF, RankedTerm
from dinodesk.engine.search import query_suggestions
from dinodesk.engine.search.catalog import BoolArray, Catalog
from dinodesk.engine.search.composed_ranking import rank_composed
from dinodesk.engine.search.line_fitting import TermKind, fit_line
from dinodesk.engine.search.persistent_index import PersistentIndex
from dinodesk.engine.search.query_filter import QueryFilter
from dinodesk.engine.search.ranking import rank
from dinodesk.errors import ModelError, UsageError
from dinodesk.models.inference.model import Model
from dinodesk.records import (
    EVERYTHING,
    HIT,
    ConfidenceCurve,
    DoubleArray,
    FittedLine,
    FloatArray,
    IntArray,
    ParsedQuery,
    PhotoTerm,
    QueryNode,
    Scope,
    Stop,
    TemplateSet,
    TextTerm,
)
from dinodesk.search.query.parser import parse_query
from dinodesk.search.query.planner import QueryPlan, plan_query
from dinodesk.text_folding import folded


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked.

    Attributes:
        query: as it was understood.
        images: absolute paths of example photos that were given beside it.
        image_weight: their share in a query with a sentence; None counts it as much as each photo.
        templates: what becomes of each sentence.
        scope: the photos that take part.
        curve: by which scores are judged; None lets Auto fit a line to each term.
        cut: the confidence from which a photo is a hit; None goes by the stop, with a curve by `HIT`.
        stop: how much Auto lets in.
        scene: 0 to 1, the share of the half that describes the whole scene (see `Search`).
        exact: whether every score is computed.
        today: the day that words for dates go by; the computer's by default.
    """

    query: ParsedQuery
    images: tuple[str, ...] = ()
    image_weight: float | None = None
    templates: TemplateSet = "none"
    scope: Scope = EVERYTHING
    curve: ConfidenceCurve | None = None
    cut: float | None = None
    stop: Stop = "balanced"
    scene: float = HALF
    exact: bool = False
    today: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A model, what encodes queries by it, and the library's vectors by it."""

    model: Model
    encoder: QueryEncoder
    index: PersistentIndex


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class QueryAnswer:
    """What was found.

    Attributes:
        positions: int64 (K,), into the catalog, best first; newest first where nothing ranks.
        scores: float32 (K,); None where nothing ranks, and for a composed query.
        confidences: float64 (K,), falling, of a composed query; None else.
        fitted: how scores or confidences are judged; None where nothing ranks.
        background: float32, the scores of the whole library, or a sample of them; None without `scores`.
        terms: of a composed query, each term.
        filters: all filters of the query as text.
        note: what was mended, is not known, or passes no filter, in sentences.
        searched: photos that took part.
        exact: whether every score was computed.
        encode_ms, search_ms: milliseconds.
    """

    positions: IntArray
    scores: FloatArray | None = None
    confidences: DoubleArray | None = None
    fitted: FittedLine | None = None
    background: FloatArray | None = None
    terms: tuple[RankedTerm, ...] = ()
    filters: tuple[str, ...] = ()
    note: str = ""
    searched: int = 0
    exact: bool = True
    encode_ms: float = 0.0
    search_ms: float = 0.0


def read_query(text: str, *, literal: bool = False) -> ParsedQuery:
    """A query as it was understood; a `literal` one is one sentence, whatever it is."""
    if not literal:
        return parse_query(text)
    sentence = " ".join(text.split())
    return ParsedQuery(text, TextTerm(sentence) if sentence else None)


def needs_model(query: ParsedQuery, images: Sequence[str] = ()) -> bool:
    """Whether anything ranks, so that a model must be loaded."""
    return bool(images) or plan_query(query.tree).ranking is not None


def answer_query(
    catalog: Catalog, filters: QueryFilter, question: Question, loaded: Loaded | None
) -> Generator[None, None, QueryAnswer]:
    """Answer a question, in steps: filters first go by what changed since.

    Raises UsageError where nothing was asked, PhotoError for an example photo that can't be read, ModelError
    where something ranks and no model is `loaded`.
    """
    plan = plan_query(question.query.tree, question.images)
    if plan.ranking is None and not plan.images and plan.restriction is None:
        why = {span.note for span in question.query.spans if span.note}
        unknown = " ".join(note for note in question.query.notes if {note, note.removesuffix(".")} & why)
        raise UsageError(unknown or "There is nothing to search for.", "" if unknown else _GIVE)
    inside: BoolArray | None = None
    today = question.today or date.today()
    if plan.filters:
        yield from filters.refresh()
    if plan.restriction is not None:
        inside = filters.inside(plan.restriction, today)
    note = list(question.query.notes)
    if inside is not None and plan.restriction is not None and not inside.any() and catalog.photos:
        note.append(query_suggestions.why_empty(filters, plan.restriction, today))
    found = _ranked(catalog, filters, question, loaded, plan, inside, today)
    return replace(found, filters=plan.filters, note=" ".join(note))


_GIVE = "Give a sentence, a filter or a photo."


def _ranked(
    catalog: Catalog,
    filters: QueryFilter,
    question: Question,
    loaded: Loaded | None,
    plan: QueryPlan,
    inside: BoolArray | None,
    today: date,
) -> QueryAnswer:
    if plan.ranking is None and not plan.images:
        newest = catalog.newest_first(question.scope)
        positions = newest if inside is None else newest[inside[newest]]
        return QueryAnswer(positions=positions, searched=len(positions))
    if loaded is None:
        raise ModelError("No model is ready.", "Choose one on the models page.")
    if plan.composed and plan.ranking is not None:
        return _composed(catalog, filters, question, loaded, plan.ranking, inside, today)
    images = [_photo_path(catalog, path) for path in plan.images]
    ranked = rank(
        catalog,
        loaded.index,
        lambda: loaded.encoder.encode(plan.text, images, question.templates, question.image_weight),
        scope=question.scope,
        inside=inside,
        exact=question.exact,
        scene=question.scene,
    )
    kind: TermKind = "both" if plan.text and plan.images else "text" if plan.text else "photo"
    return QueryAnswer(
        positions=ranked.positions,
        scores=ranked.scores,
        fitted=_line(
            question,
            loaded,
            ranked.background,
            kind,
            plan.text,
            taking_part=ranked.scores,
            count=None if ranked.exact else len(loaded.index.vectors),
        ),
        background=ranked.background,
        searched=ranked.searched,
        exact=ranked.exact,
        encode_ms=ranked.encode_ms,
        search_ms=ranked.search_ms,
    )


def _composed(
    catalog: Catalog,
    filters: QueryFilter,
    question: Question,
    loaded: Loaded,
    tree: QueryNode,
    inside: BoolArray | None,
    today: date,
) -> QueryAnswer:
    def encode(term: TextTerm | PhotoTerm) -> FloatArray:
        if isinstance(term, TextTerm):
            return loaded.encoder.encode(term.text, (), question.templates)
        return loaded.encoder.encode("", [_photo_path(catalog, term.path)])

    def fit(term: TextTerm | PhotoTerm, scores: FloatArray, taking_part: FloatArray) -> FittedLine:
        if isinstance(term, TextTerm):
            return _line(question, loaded, scores, "text", term.text, taking_part=taking_part)
        return _line(question, loaded, scores, "photo", "", taking_part=taking_part)

    taking_part = catalog.inside(question.scope)
    if inside is not None:
        taking_part = taking_part & inside
    ranked = rank_composed(
        catalog,
        loaded.index,
        tree,
        encode,
        fit,
        lambda node: filters.inside(node, today),
        taking_part,
        stop=question.stop,
        scene=question.scene,
        auto=question.curve is None,
    )
    return QueryAnswer(
        positions=ranked.positions,
        confidences=ranked.confidences,
        fitted=ranked.fitted,
        terms=ranked.terms,
        searched=ranked.searched,
        encode_ms=ranked.encode_ms,
        search_ms=ranked.search_ms,
    )


def _line(
    question: Question,
    loaded: Loaded,
    scores: FloatArray,
    kind: TermKind,
    text: str,
    *,
    taking_part: FloatArray,
    count: int | None = None,
) -> FittedLine:
    if question.curve is not None:
        cut = HIT if question.cut is None else question.cut
        return FittedLine(curve=question.curve, cuts=(cut, cut, cut), possible=cut)
    as_typed = kind == "text" and question.templates == "none"
    found = fit_line(
        loaded.model,
        scores,
        kind=kind,
        text=text,
        vector=loaded.encoder.encode(text) if as_typed else None,  # which it remembers
        taking_part=taking_part,
        count=count,
        as_calibrated=question.scene == HALF and (kind == "photo" or as_typed),
    )
    if question.cut is None:
        return found
    cut = question.cut
    return replace(found, cuts=(cut, cut, cut), possible=min(found.possible, cut), clear=True)


def _photo_path(catalog: Catalog, written: str) -> str:
    """The absolute path of an example photo: of a file that is there, else of the library's first photo of
    this name, else of a file that is not there, which is told when it is read."""
    path = os.path.abspath(os.path.expanduser(written))
    if os.path.lexists(path) or os.sep in written:
        return path
    name = folded(written)
    own = (
        each for photo in catalog.photos for each in photo.places if folded(os.path.basename(each)) == name
    )
    return next(own, path)


def confidences_of(answer: QueryAnswer) -> DoubleArray | None:
    """The confidence of each photo of the answer, float64 (K,); None where nothing ranks."""
    if answer.fitted is None or answer.scores is None:
        return answer.confidences
    return answer.fitted.curve.confidence(answer.scores)


def count_from(answer: QueryAnswer, confidence: float) -> int:
    """How many photos of the whole library have at least this confidence; scaled up where not every score was
    computed. Where nothing ranks, all."""
    judged = confidences_of(answer)
    if judged is None:
        return len(answer.positions)
    listed = int(np.count_nonzero(judged >= confidence))
    if answer.exact or answer.background is None or answer.fitted is None:
        return listed
    sampled = np.count_nonzero(answer.fitted.curve.confidence(answer.background) >= confidence)
    return max(listed, round(sampled / max(1, len(answer.background)) * answer.searched))


def hits_of(answer: QueryAnswer, stop: Stop = "balanced") -> int:
    """How many photos of the whole library are hits at a stop."""
    return count_from(answer, 0.0 if answer.fitted is None else answer.fitted.cut(stop))
