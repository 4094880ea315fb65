"""Matching words of a query literally: whole words, whatever their case and accents, all of those that count.

Names, labels and places are matched beside the ranking and never change it: a model knows what a photo
shows, and not what its file is called.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

import numpy as np

from dinodesk.records import IntArray, PhotoWord

STOP_WORDS = frozenset(
    "a an and are as at be by for from her his in into is it its my of on or our over photo photos picture"
    " pictures that the their this to under was were with your".split()
)
"""Words of a query that carry no content by themselves."""

# accents of Latin, Greek and Cyrillic, points of Hebrew and Arabic; marks of other scripts are letters
_ACCENTS = re.compile(r"[\u0300-\u036f\u0591-\u05c7\u064b-\u0655\u0670]")
# letters that are no letter and accent to Unicode, but that people type without their strokes
_STROKES = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})
_ASCII = "".join(char.lower() if char.isalnum() else " " for char in map(chr, range(128)))
"""What becomes of each ASCII character: small letters and digits stay, all else divides words."""
_NO_BLANKS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
"""Scripts that write no blanks between words: Japanese, Chinese, Thai, Lao, Burmese, Khmer."""


def folded(text: str) -> str:
    """`text` without case and accents: "Malmö" and "MALMO" are the same."""
    plain = unicodedata.normalize("NFKD", text).casefold().translate(_STROKES)
    return unicodedata.normalize("NFC", _ACCENTS.sub("", unicodedata.normalize("NFKD", plain)))


def words_of(text: str) -> list[str]:
    """The words of a text, folded: runs of letters, their marks and digits; symbols one by one, as 🎂."""
    if text.isascii():  # a fifth of the time, and most names are
        return text.translate(_ASCII).split()
    return "".join(map(_divided, folded(text))).split()


@cache
def _divided(char: str) -> str:
    """What becomes of one character: letters, marks and digits stay, what is not seen goes, pictures stand
    alone, all else divides words."""
    kind = unicodedata.category(char)
    if kind == "Cf" or "\ufe00" <= char <= "\ufe0f":  # joiners, soft hyphens, variants of one picture
        return ""
    if kind[0] in "LMN":
        return char
    return f" {char} " if kind == "So" else " "


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
