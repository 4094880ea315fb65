"""Texts as they are compared: without case and accents, and as words."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

# accents of Latin, Greek and Cyrillic, points of Hebrew and Arabic; marks of other scripts are letters
_ACCENTS = re.compile(r"[\u0300-\u036f\u0591-\u05c7\u064b-\u0655\u0670]")
# letters that are no letter and accent to Unicode, but that people type without their strokes
_STROKES = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})
_ASCII = "".join(char.lower() if char.isalnum() else " " for char in map(chr, range(128)))
"""What becomes of each ASCII character: small letters and digits stay, all else divides words."""


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
