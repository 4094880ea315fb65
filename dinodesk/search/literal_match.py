"""Matching words of a query literally: whole words, whatever their case and accents, all of those that count.

Names, labels and places are matched beside the ranking and never change it: a model knows what a photo
shows, and not what its file is called.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np

from dinodesk.records import IntArray, PhotoWord
from dinodesk.text_folding import words_of

STOP_WORDS = frozenset(
    "a an and are as at be by for from her his in into is it its my of on or our over photo photos picture"
    " pictures that the their this to under was were with your".split()
)
"""Words of a query that carry no content by themselves."""

_NO_BLANKS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
"""Scripts that write no blanks between words: Japanese, Chinese, Thai, Lao, Burmese, Khmer."""


def content_words(query: str) -> list[str]:
    """The words of a query that must all match, each once; none where it has no content."""
    found = list(dict.fromkeys(words_of(query)))
    return [word for word in found if word not in STOP_WORDS]


def needles(query: str) -> list[str]:
    """What is looked for in a haystack for each content word: the whole word, or of scripts that write no
    blanks the bare run."""
    return [word if _NO_BLANKS.search(word) else f" {word} " for word in content_words(query)]


def haystack(texts: Iterable[str]) -> str:
    """Several texts as one string in which `needles` are found: folded words with a blank on either side."""
    return " " + " ".join(word for text in texts for word in words_of(text)) + " "


def matching_rows(query: str, haystacks: list[str]) -> IntArray:
    """Rows, int64 (N,), of the haystacks in which every content word of the query stands."""
    wanted = needles(query)
    if not wanted:
        return np.zeros(0, np.int64)
    rows: list[int] = [row for row, hay in enumerate(haystacks) if wanted[0] in hay]
    for needle in wanted[1:]:
        rows = [row for row in rows if needle in haystacks[row]]
    return np.asarray(rows, np.int64)


def reasons(query: str, texts: Iterable[PhotoWord]) -> list[PhotoWord]:
    """Those of the texts in which content words of the query stand that none before them has."""
    missing = needles(query)
    told: list[PhotoWord] = []
    for word in texts:
        hay = haystack([word.text])
        hit = [needle for needle in missing if needle in hay]
        if hit:
            told.append(word)
            missing = [needle for needle in missing if needle not in hit]
    return told
