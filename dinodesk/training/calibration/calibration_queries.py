"""Everyday queries cut from captions and labels, with the photos that match: what lines are fitted on.

A phrase of one to four words that begins and ends with a content word is a query, unless another content word
mostly follows it ("a large"). A photo matches when two of
its captions have all of the phrase's words, and certainly does not when none has; between, nobody knows.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dinodesk.records import IntArray

LONGEST = 4
"""Words of a phrase at most."""
LEAST = 5
"""Photos that must match a phrase."""
MOST = 0.5
"""Share of the photos that may match a phrase."""
FUNCTION_WORDS = frozenset(
    "a an the of in on at with and is are to by from for his her its their it he she they as that this while "
    "through up down over into out off near next behind front other another some who which there be has have "
    "was were being been or not no one onto him them himself herself itself something someone".split()
)
"""Words that say nothing of what a photo shows; a phrase neither begins nor ends with one."""

_WORD = re.compile(r"[a-z]{2,}|a")


@dataclass(frozen=True, slots=True, eq=False)
class JudgedQuery:
    """A query and what is known of each photo of a population.

    Attributes:
        text: the query.
        matches: int64, the photos that match.
        unknown: int64, those of which nobody knows.
    """

    text: str
    matches: IntArray
    unknown: IntArray


def stem(word: str) -> str:
    """A word without its plural s."""
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def words(text: str) -> list[str]:
    """Small-letter words of a text."""
    return _WORD.findall(text.lower())


def content_stems(text: str) -> frozenset[str]:
    """Stems of the content words."""
    return frozenset(stem(word) for word in words(text) if word not in FUNCTION_WORDS)


def phrase_queries(captions: Sequence[Sequence[str]]) -> list[JudgedQuery]:
    """Queries cut from the captions of a population of photos, each of which has several."""
    stems = [[content_stems(caption) for caption in own] for own in captions]
    phrases: dict[frozenset[str], Counter[str]] = defaultdict(Counter)
    whole: Counter[frozenset[str]] = Counter()
    for own in captions:
        for caption in own:
            for text, ends in _phrases(words(caption)):
                phrases[content_stems(text)][text] += 1
                whole[content_stems(text)] += ends
    queries = []
    for wanted, texts in phrases.items():
        if texts.total() < 2 * LEAST or 2 * whole[wanted] < texts.total():
            continue
        said = np.array([sum(wanted <= caption for caption in own) for own in stems])
        matches = np.flatnonzero(said >= 2)
        if LEAST <= len(matches) <= MOST * len(captions):
            text = min(texts, key=lambda text: (-texts[text], text))
            queries.append(JudgedQuery(text, matches, np.flatnonzero(said == 1)))
    return sorted(queries, key=lambda query: query.text)


def _phrases(caption: list[str]) -> list[tuple[str, bool]]:
    """The phrases of a caption, each with the article before it, and whether no content word follows."""
    found = []
    for start, first in enumerate(caption):
        if first in FUNCTION_WORDS:
            continue
        article = caption[start - 1] + " " if start and caption[start - 1] in ("a", "an", "the") else ""
        for end in range(start + 1, min(start + LONGEST, len(caption)) + 1):
            if caption[end - 1] not in FUNCTION_WORDS:
                ends = end == len(caption) or caption[end] in FUNCTION_WORDS
                found.append((article + " ".join(caption[start:end]), ends))
    return found
