"""A query as it was understood: a tree of terms and filters, and where each stands in what was typed.

`search.query` makes trees from text and writes them as text; the library finds the photos of a filter, the
engine ranks by a tree.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

Comparison = Literal["=", "<", "<=", ">", ">="]
COMPARISONS: tuple[Comparison, ...] = ("=", "<", "<=", ">", ">=")


@dataclass(frozen=True, slots=True)
class TextTerm:
    """A sentence that photos are ranked by."""

    text: str


@dataclass(frozen=True, slots=True)
class PhotoTerm:
    """An example photo that photos are ranked by; `path` as it was written."""

    path: str


@dataclass(frozen=True, slots=True)
class FilterTerm:
    """A fact that photos have or have not.

    Attributes:
        key: one of the known keys, for example "camera".
        values: what is asked for, normalised; a photo that has one of them passes.
        comparison: "=" where values are names, words or ranges, else how the one value is compared.
    """

    key: str
    values: tuple[str, ...]
    comparison: Comparison = "="


@dataclass(frozen=True, slots=True)
class Not:
    """What `part` does not match; of a filter, the photos of which the fact is not known, too."""

    part: QueryNode


@dataclass(frozen=True, slots=True)
class AllOf:
    """What all of the parts match, at least two."""

    parts: tuple[QueryNode, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """What at least one of the parts matches, at least two."""

    parts: tuple[QueryNode, ...]


@dataclass(frozen=True, slots=True)
class Interval:
    """Numbers from `low` to `high`, both among them."""

    low: float = -math.inf
    high: float = math.inf


@dataclass(frozen=True, slots=True)
class PhotoFilter:
    """A filter as the library finds its photos.

    Attributes:
        key: one of the known keys; "date" stands for all keys of dates.
        words: names or parts of names, of which a photo must have one.
        intervals: numbers, of which a photo's must lie in one: seconds of the clock for dates (as
            `DateClaim.clock`), bytes, pixels, stars, ISO speeds, f-numbers, millimetres.
    """

    key: str
    words: tuple[str, ...] = ()
    intervals: tuple[Interval, ...] = ()


QueryNode = TextTerm | PhotoTerm | FilterTerm | Not | AllOf | AnyOf

SpanKind = Literal["words", "photo", "filter", "operator", "unknown"]


@dataclass(frozen=True, slots=True)
class QuerySpan:
    """A part of what was typed.

    Attributes:
        start, end: characters of the text, `end` is behind the last.
        kind: what it was understood as; "unknown" is left out of the query.
        note: why it is unknown and what may be meant; "" else.
        negated: whether a minus or NOT stands before it.
    """

    start: int
    end: int
    kind: SpanKind
    note: str = ""
    negated: bool = False


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    """A query as it was understood.

    Attributes:
        text: what was typed.
        tree: None where nothing is asked.
        spans: its parts, in the order of the text.
        notes: what was mended ("A bracket was closed.") or is not known, as sentences.
    """

    text: str
    tree: QueryNode | None = None
    spans: tuple[QuerySpan, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a part of a query may become.

    Attributes:
        start, end: characters of the query that it replaces, `end` behind the last.
        text: what stands there then.
        about: what it finds, in a few words.
        count: photos of the library that have it; None where they were not counted.
    """

    start: int
    end: int
    text: str
    about: str
    count: int | None = None
