"""CLIP's byte-pair encoding (Radford et al. 2021, arXiv 2103.00020), which dino.txt uses unchanged.

The text is cleaned (ftfy, HTML entities, white space, lower case), cut into words by a regular
expression, each word's UTF-8 bytes become printable characters, and pairs are merged in the order of the
vocabulary file's merges.
"""

from __future__ import annotations

import gzip
import html
import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import ftfy
import regex

from dinodesk import paths

CONTEXT = 77
"""Most tokens of a text, start and end included."""
MERGES = 48894
"""Merges of the vocabulary file that CLIP uses."""
SPECIALS = ("<|startoftext|>", "<|endoftext|>")

_WORD = regex.compile(  # type: ignore[no-untyped-call]
    r"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+", regex.IGNORECASE
)
_SPECIAL = re.compile("|".join(re.escape(text) for text in SPECIALS), re.IGNORECASE)
_SPACE = regex.compile(r"\s+")  # type: ignore[no-untyped-call]
_END = "</w>"


def byte_characters() -> dict[int, str]:
    """A printable character for every byte: itself where it is one, else one from U+0100 on (GPT-2)."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    table = {byte: chr(byte) for byte in printable}
    spare = 256
    for byte in range(256):
        if byte not in table:
            table[byte] = chr(spare)
            spare += 1
    return table


def clean(text: str) -> str:
    """Text as the tokenizer reads it: repaired, entities resolved twice, spaces collapsed, lower case.

    Literal special tokens are taken out: a person's text must not move the place the vector is read from.
    """
    text = html.unescape(html.unescape(ftfy.fix_text(text)))
    while _SPECIAL.search(text):
        text = _SPECIAL.sub(" ", text)
    return _SPACE.sub(" ", text.strip()).strip().lower()


class Tokenizer:
    """Text to ids of CLIP's 49,408-piece vocabulary."""

    def __init__(self, vocabulary: Path | None = None) -> None:
        """Reads the gzipped merges; the default is the file that DinoDesk carries."""
        file = vocabulary or paths.resource("text", "bpe_simple_vocab_16e6.txt.gz")
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            merges = [line.split() for line in lines.read().split("\n")[1 : MERGES + 1]]
        self._bytes = byte_characters()
        # Ids follow the printable bytes first, then the moved ones, then the same ending a word.
        singles = sorted(self._bytes.values(), key=lambda char: (ord(char) >= 256, ord(char)))
        pieces = [
            *singles,
            *(char + _END for char in singles),
            *("".join(pair) for pair in merges),
            *SPECIALS,
        ]
        self._ids = {piece: number for number, piece in enumerate(pieces)}
        self._ranks = {(first, second): rank for rank, (first, second) in enumerate(merges)}
        self.start, self.end = (self._ids[text] for text in SPECIALS)
        self._merge = lru_cache(maxsize=4096)(self._merge_word)

    def encode(self, text: str, context: int = CONTEXT) -> list[int]:
        """Ids with start and end; longer texts are cut and still end with the end token."""
        ids = [self.start]
        for word in _WORD.findall(clean(text)):
            ids.extend(self._merge("".join(self._bytes[byte] for byte in word.encode("utf-8", "replace"))))
        ids.append(self.end)
        if len(ids) > context:
            ids = [*ids[: context - 1], self.end]
        return ids

    def encode_all(self, texts: Sequence[str], context: int = CONTEXT) -> list[list[int]]:
        """Ids of several texts."""
        return [self.encode(text, context) for text in texts]

    def has_word(self, word: str) -> bool:
        """Whether a lower-case word is one piece of the vocabulary."""
        return word + _END in self._ids

    def _merge_word(self, word: str) -> tuple[int, ...]:
        parts = [*word[:-1], word[-1] + _END]
        while len(parts) > 1:
            best = min(pairwise(parts), key=lambda pair: self._ranks.get(pair, MERGES))
            if best not in self._ranks:
                break
            merged: list[str] = []
            for part in parts:
                if merged and (merged[-1], part) == best:
                    merged[-1] += part
                else:
                    merged.append(part)
            parts = merged
        return tuple(self._ids[part] for part in parts)
