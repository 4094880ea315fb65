"""Words of a query that a model of English captions does not know, and the known words nearest to them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache

from dinodesk import paths
from dinodesk.search.literal_match import content_words

LONG = 6
"""Characters from which on a word may be two mistakes away from what was meant, rather than one."""
SHORTEST = 3
"""Shorter words are like too many others to guess what was meant."""
_OPENING, _CLOSING = "\"'“‘(-", "\"'”’),.;:!?"
_ENDINGS = ("s", "es", "ed", "d", "ing", "er", "ers", "ly", "y")


class WordCheck:
    """Knows the words of captions, labels and class names, which are the language of what can be seen."""

    def __init__(self, words: Sequence[str]) -> None:
        """`words` are single, folded and the commonest first."""
        self._rank = {word: number for number, word in enumerate(words)}

    def unknown(self, query: str, others: Callable[[str], bool]) -> tuple[str, ...]:
        """The content words of a query that neither these words nor `others` have, in order."""
        return tuple(word for word in content_words(query) if not (self._knows(word) or others(word)))

    def _knows(self, word: str) -> bool:
        stems = (word.removesuffix(ending) for ending in _ENDINGS if word.endswith(ending))
        return word in self._rank or not word.isalpha() or any(stem in self._rank for stem in stems if stem)

    def nearest(self, word: str, more: Iterable[str] = ()) -> str:
        """The word that was probably meant, of these and `more`; "" where none is near.

        The fewest mistakes decide (letters wrong, wanting, too many, or two neighbours changed: optimal
        string alignment distance, a restriction of Damerau 1964), then the commoner word.
        """
        if len(word) < SHORTEST:
            return ""
        most = 2 if len(word) >= LONG else 1
        sounds = _sounded(word)
        letters = _letters(sounds)
        best: tuple[int, int, str] | None = None
        for candidate in (*self._rank, *more):
            its = _sounded(candidate)
            if abs(len(its) - len(sounds)) > most or candidate == word or len(candidate) < SHORTEST:
                continue
            if (letters ^ _letters(its)).bit_count() > 2 * most:  # a mistake changes two at most
                continue
            distance = alignment_distance(sounds, its, most)
            if distance <= most:
                found = (distance, self._rank.get(candidate, len(self._rank)), candidate)
                best = found if best is None else min(best, found)
        return "" if best is None else best[2]


def corrected(query: str, instead: Mapping[str, str]) -> str:
    """A query with words replaced, whatever their case; the rest stays as it was typed."""
    return " ".join(_replaced(piece, instead) for piece in query.split())


def _replaced(piece: str, instead: Mapping[str, str]) -> str:
    found = content_words(piece)
    if len(found) != 1 or found[0] not in instead:
        return piece
    head = piece[: len(piece) - len(piece.lstrip(_OPENING))]
    tail = piece[len(piece.rstrip(_CLOSING)) :]
    return head + instead[found[0]] + tail


def _sounded(word: str) -> str:
    """A word as it sounds where people of other languages misspell it most: "elefant" is "elephant"."""
    return word.replace("ph", "f")


@cache
def _letters(word: str) -> int:
    """Which letters a word has, as bits."""
    bits = 0
    for char in word:
        bits |= 1 << (ord(char) % 61)
    return bits


def alignment_distance(one: str, other: str, most: int) -> int:
    """The optimal string alignment distance of two words; `most` + 1 where it is larger than `most`."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, char in enumerate(one, 1):
        now = [row]
        for column, its in enumerate(other, 1):
            cost = min(last[column] + 1, now[-1] + 1, last[column - 1] + (char != its))
            if row > 1 and column > 1 and char == other[column - 2] and one[row - 2] == its:
                cost = min(cost, before[column - 2] + 1)
            now.append(cost)
        if min(now) > most:
            return most + 1
        before, last = last, now
    return min(last[-1], most + 1)


@cache
def shipped() -> WordCheck:
    """The list that DinoDesk carries."""
    file = paths.resource("text", "caption-words.txt")
    return WordCheck(file.read_text(encoding="ascii").split())
