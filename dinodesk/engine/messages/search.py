"""Searching and browsing: which photos to show, in which order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dinodesk.engine.messages.base import Accepted, Answer, Needs, Request
from dinodesk.records import (
    EVERYTHING,
    DoubleArray,
    FittedLine,
    FloatArray,
    IntArray,
    ParsedQuery,
    PhotoWord,
    Scope,
    Suggestion,
    TemplateSet,
)

HALF = 0.5
"""Both halves of a vector, the one of the scene and the one of the details, count alike."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RankedTerm:
    """One term of a composed query, over the photos of the answer.

    Attributes:
        text: as it was written; of an example photo its path.
        photo: whether it is an example photo.
        negated: whether photos that match it are left out.
        scores: float32 (N,) cosines, in the order of the answer's positions.
        fitted: how they are judged.
        matches: how many photos are hits of this term alone.
    """

    text: str
    photo: bool = False
    negated: bool
    scores: FloatArray
    fitted: FittedLine
    matches: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ranking(Answer):
    """The photos to show, best or newest first.

    Attributes:
        generation: of the catalog that `positions` point into.
        positions: int64 (N,).
        scores: float32 (N,) cosines in the same order; None when browsing, and for a composed query.
        confidences: float64 (N,), falling, of a composed query; None else.
        fitted: how the scores are judged at the beginning (Auto), of a composed query the confidences, of
            which the curve says nothing then; None when browsing.
        terms: of a composed query, each term; empty else.
        filters: the filters of the query, normalised, in order; those of the scope are not among them.
        note: what was mended or not understood in the query, in sentences.
        scope, text, images, image_weight, scene, templates: what was asked.
        words: the sentences that are asked for, without filters, operators and what is left out.
        searched: how many photos took part.
        milliseconds: time to encode the query and to search.
    """

    generation: int
    positions: IntArray
    scores: FloatArray | None = None
    confidences: DoubleArray | None = None
    fitted: FittedLine | None = None
    terms: tuple[RankedTerm, ...] = ()
    filters: tuple[str, ...] = ()
    note: str = ""
    scope: Scope = EVERYTHING
    text: str = ""
    words: str = ""
    images: tuple[str, ...] = ()
    image_weight: float | None = None
    scene: float = HALF
    templates: TemplateSet = "none"
    searched: int = 0
    milliseconds: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LiteralMatches(Answer):
    """The photos in whose names, labels and places the words of a query stand.

    Attributes:
        generation: of the catalog that `positions` point into.
        text, scope: what was asked.
        words: those of the text that were looked for.
        positions: int64 (N,), newest first.
        reasons: of the first photos, the texts that hold the words.
    """

    generation: int
    text: str
    words: str = ""
    scope: Scope = EVERYTHING
    positions: IntArray
    reasons: tuple[tuple[PhotoWord, ...], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FindLiteral(Request[LiteralMatches]):
    """Find the photos of `scope` in whose texts all content words of a query stand: those of its sentences,
    without filters and what is left out."""

    lane: ClassVar[str] = "literal"

    text: str
    scope: Scope = EVERYTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class WordsChecked(Answer):
    """Which words of a sentence the model does not know.

    Attributes:
        text: what was asked.
        unknown: folded words that no caption, class name or photo of the library has.
        instead: the same query with words that were probably meant; "" where there are none.
    """

    text: str
    unknown: tuple[str, ...] = ()
    instead: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckWords(Request[WordsChecked]):
    """Which words of a query's sentences the model does not know, and what was probably meant."""

    lane: ClassVar[str] = "words"
    needs: ClassVar[Needs] = Needs.MODEL

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryParsed(Answer):
    """A query as it was understood; `filters` are all its filters as text, in order."""

    query: ParsedQuery
    filters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ParseQuery(Request[QueryParsed]):
    """Say how a text is read; needs neither a model nor a library."""

    lane: ClassVar[str] = "parsing"

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryCompleted(Answer):
    """What may stand at the cursor instead of what is being typed there, the likeliest first."""

    text: str
    cursor: int
    suggestions: tuple[Suggestion, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteQuery(Request[QueryCompleted]):
    """Say how a query may go on at the cursor (characters before it), by what the library holds."""

    lane: ClassVar[str] = "completion"

    text: str
    cursor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ExamplesSuggested(Answer):
    """Queries that find something in this library, the plainest first."""

    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestExamples(Request[ExamplesSuggested]):
    """Make examples of queries from the years, places, cameras and labels of the library."""

    lane: ClassVar[str] = "examples"


@dataclass(frozen=True, slots=True, kw_only=True)
class Browse(Request[Ranking]):
    """All photos of `scope`, newest first (an album in its order)."""

    lane: ClassVar[str] = "ranking"

    scope: Scope = EVERYTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class Search(Request[Ranking]):
    """Rank the photos of `scope` by a query (`text`), example photos (absolute paths), or both.

    With a plain sentence the vectors of the photos are averaged with it; beside a composed query each is a
    term that must match, too.

    `image_weight`, 0 to 1, is the share of the photos in a query that has both; None counts the sentence as
    much as each photo. `scene`, 0 to 1, is the share of the half that describes the whole scene, the rest
    that of the half that describes details; a half keeps the stored vectors as they are. `templates` say
    what becomes of each sentence.
    """

    lane: ClassVar[str] = "ranking"
    needs: ClassVar[Needs] = Needs.MODEL | Needs.INDEX

    text: str = ""
    images: tuple[str, ...] = ()
    image_weight: float | None = None
    scope: Scope = EVERYTHING
    scene: float = HALF
    templates: TemplateSet = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepSentences(Request[Accepted]):
    """Keep the vectors of the last sentences with the library from now on, so that they need not be encoded
    again; or keep none, and delete those that are kept."""

    keep: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgetSentences(Request[Accepted]):
    """Forget the sentences whose vectors are kept with the library."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HitsSampled(Answer):
    """Which of the hits to look at.

    Attributes:
        ranks: int64, rising, from 0.
    """

    ranks: IntArray


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleHits(Request[HitsSampled]):
    """Choose at most `wanted` of the first `hits` photos of an answer, spread over all of them; another
    `seed` chooses others."""

    lane: ClassVar[str] = "checks"

    hits: int
    wanted: int = 10
    seed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AnswersFollowed(Answer):
    """What a person's answers say of a query.

    Attributes:
        fitted: the line that follows them.
        right, checked: how many of the photos that were looked at match.
        least, most: between which shares of the hits that match the true one lies, with 95 %.
    """

    fitted: FittedLine
    right: int
    checked: int
    least: float
    most: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FollowAnswers(Request[AnswersFollowed]):
    """Fit the line of a query to what a person says of some of its photos.

    Attributes:
        fitted: the line before.
        scores: float32 (N,) of all photos of the answer.
        answers: of each photo that was looked at, its score and whether it matches; at least one.
    """

    lane: ClassVar[str] = "checks"

    fitted: FittedLine
    scores: FloatArray
    answers: tuple[tuple[float, bool], ...]
