"""WordPiece as BERT's uncased models use it (Devlin et al. 2018; Wu et al. 2016, arXiv 1609.08144).

Clean, split CJK characters, drop accents, lower-case, split at punctuation, then the longest pieces of
the vocabulary first.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

_MAX_WORD = 100
"""Characters of the longest word that is split into pieces; a longer one is unknown (BERT's limit)."""
_CJK = (
    (0x4E00, 0x9FFF),
    (0x3400, 0x4DBF),
    (0x20000, 0x2A6DF),
    (0x2A700, 0x2B73F),
    (0x2B740, 0x2B81F),
    (0x2B820, 0x2CEAF),
    (0xF900, 0xFAFF),
    (0x2F800, 0x2FA1F),
)


class WordPiece:
    """Text to the token ids of an uncased BERT vocabulary."""

    def __init__(self, vocabulary: Sequence[str], length: int = 128) -> None:
        """`vocabulary` in order of ids; `length` is the most tokens of a text, both ends included."""
        self._ids = {piece: number for number, piece in enumerate(vocabulary)}
        self._length = length
        self.start = self._ids["[CLS]"]
        self.end = self._ids["[SEP]"]
        self.unknown = self._ids["[UNK]"]

    def encode(self, text: str) -> list[int]:
        """Token ids of one text: start, pieces (cut to the length), end."""
        ids: list[int] = []
        for word in _words(text):
            ids.extend(self._pieces(word))
            if len(ids) >= self._length:
                break
        return [self.start, *ids[: self._length - 2], self.end]

    def has_word(self, word: str) -> bool:
        """Whether a lower-case word is one piece of the vocabulary."""
        return word in self._ids

    def _pieces(self, word: str) -> list[int]:
        if len(word) > _MAX_WORD:
            return [self.unknown]
        ids: list[int] = []
        begin = 0
        while begin < len(word):
            mark = "##" if begin else ""
            end = len(word)
            while end > begin and (mark + word[begin:end]) not in self._ids:
                end -= 1
            if end == begin:
                return [self.unknown]
            ids.append(self._ids[mark + word[begin:end]])
            begin = end
        return ids


def _words(text: str) -> list[str]:
    """Cleaned, lower-cased words and single punctuation marks."""
    spaced: list[str] = []
    for char in text:
        if char in "\t\n\r" or char.isspace():
            spaced.append(" ")
        elif ord(char) in (0, 0xFFFD) or unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co"):
            continue
        elif any(low <= ord(char) <= high for low, high in _CJK):
            spaced.append(f" {char} ")
        else:
            spaced.append(char)
    plain = unicodedata.normalize("NFD", "".join(spaced))
    plain = "".join(char for char in plain if unicodedata.category(char) != "Mn").lower()
    return "".join(f" {char} " if _is_punctuation(char) else char for char in plain).split()


def _is_punctuation(char: str) -> bool:
    code = ord(char)
    symbol = 33 <= code <= 47 or 58 <= code <= 64 or 91 <= code <= 96 or 123 <= code <= 126
    return symbol or unicodedata.category(char).startswith("P")
