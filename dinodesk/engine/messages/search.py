"""Searching and browsing: which photos to show, in which order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dinodesk.engine.messages.base import Answer, Needs, Request
from dinodesk.records import EVERYTHING, ConfidenceCurve, FloatArray, IntArray, PhotoWord, Scope


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ranking(Answer):
    """The photos to show, best or newest first.

    Attributes:
        generation: of the catalog that `positions` point into.
        positions: int64 (N,).
        scores: float32 (N,) cosines in the same order; None when browsing.
        line: the model's own default line (where the sliders start); None when browsing.
        scope, text, images, image_weight: what was asked.
        searched: how many photos took part.
        milliseconds: time to encode the query and to search.
    """

    generation: int
    positions: IntArray
    scores: FloatArray | None = None
    line: ConfidenceCurve | None = None
    scope: Scope = EVERYTHING
    text: str = ""
    images: tuple[str, ...] = ()
    image_weight: float | None = None
    searched: int = 0
    milliseconds: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LiteralMatches(Answer):
    """The photos in whose names, labels and places the words of a query stand.

    Attributes:
        generation: of the catalog that `positions` point into.
        text, scope: what was asked.
        positions: int64 (N,), newest first.
        reasons: of the first photos, the texts that hold the words.
    """

    generation: int
    text: str
    scope: Scope = EVERYTHING
    positions: IntArray
    reasons: tuple[tuple[PhotoWord, ...], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FindLiteral(Request[LiteralMatches]):
    """Find the photos of `scope` in whose texts all content words of `text` stand."""

    lane: ClassVar[str] = "literal"

    text: str
    scope: Scope = EVERYTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class WordsChecked(Answer):
    """Which words of a sentence the model does not know.

    Attributes:
        text: what was asked.
        unknown: folded words that no caption, class name or photo of the library has.
        instead: the same sentence with words that were probably meant; "" where there are none.
    """

    text: str
    unknown: tuple[str, ...] = ()
    instead: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckWords(Request[WordsChecked]):
    """Which words of a sentence the model does not know, and what was probably meant."""

    lane: ClassVar[str] = "words"
    needs: ClassVar[Needs] = Needs.MODEL

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Browse(Request[Ranking]):
    """All photos of `scope`, newest first (an album in its order)."""

    lane: ClassVar[str] = "ranking"

    scope: Scope = EVERYTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class Search(Request[Ranking]):
    """Rank the photos of `scope` by a sentence, example photos (absolute paths), or both.

    `image_weight`, 0 to 1, is the share of the photos in a query that has both; None counts the sentence as
    much as each photo.
    """

    lane: ClassVar[str] = "ranking"
    needs: ClassVar[Needs] = Needs.MODEL | Needs.INDEX

    text: str = ""
    images: tuple[str, ...] = ()
    image_weight: float | None = None
    scope: Scope = EVERYTHING
