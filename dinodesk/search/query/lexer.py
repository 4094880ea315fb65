"""A typed query to its tokens: words, phrases, filters, example photos, operators, brackets.

No text is refused: what is not understood becomes an "unknown" token with a note, an open quote or bracket is
closed, and everything that only looks like an operator stays a word.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from dinodesk.records import Comparison, FilterTerm
from dinodesk.search.query.date_values import TWO_WORDS
from dinodesk.search.query.filter_keys import KEYS, LIKE, FilterKey, meant_key, unknown_key
from dinodesk.search.query.filter_values import Misunderstood, filter_term

TokenKind = Literal[
    "word", "phrase", "filter", "photo", "unknown", "and", "or", "not", "minus", "open", "close"
]

DEEPEST = 50
"""Brackets within brackets that are followed; deeper ones are left out."""
QUOTE_CLOSED = "A quote was closed."
BRACKET_CLOSED = "A bracket was closed."
STRAY_BRACKET = "A closing bracket without an opening one was left out."
TOO_DEEP = f"Brackets more than {DEEPEST} deep were left out."

_QUOTES = {'"': '"', "“": '”“"', "„": '“”"'}
"""What opens a quotation, and what closes it."""
_KEY = re.compile(r"([a-z]+)(:|<=|>=|<|>|=|≤|≥)", re.IGNORECASE | re.ASCII)
_COMPARISON = re.compile(r"<=|>=|<|>|=|≤|≥")
_COMPARISONS: dict[str, Comparison] = {
    "<=": "<=", ">=": ">=", "<": "<", ">": ">", "=": "=", "≤": "<=", "≥": ">=",
}  # fmt: skip
_OPERATORS: dict[str, TokenKind] = {"AND": "and", "OR": "or", "NOT": "not"}


@dataclass(frozen=True, slots=True)
class Token:
    """A part of a query.

    Attributes:
        kind: what it is.
        start, end: where it stands, `end` behind its last character.
        text: of words and phrases, and the path of an example photo.
        term: of filters.
        note: of what is unknown, why.
    """

    kind: TokenKind
    start: int
    end: int
    text: str = ""
    term: FilterTerm | None = None
    note: str = ""


class Lexer:
    """Takes one text apart; `notes` says what was mended."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._depth = 0
        self._skipped = 0  # open brackets that are too deep
        self.notes: list[str] = []

    def tokens(self) -> list[Token]:
        """All tokens in order; brackets are balanced."""
        found: list[Token] = []
        while True:
            while self._at < len(self._text) and self._text[self._at].isspace():
                self._at += 1
            if self._at >= len(self._text):
                break
            token = self._next(behind_minus=bool(found) and found[-1].kind == "minus")
            if token is not None:
                found.append(token)
        if self._depth:
            self._note(BRACKET_CLOSED)
            found += [Token("close", len(self._text), len(self._text))] * self._depth
        return found

    def _note(self, note: str) -> None:
        if note not in self.notes:
            self.notes.append(note)

    def _next(self, behind_minus: bool) -> Token | None:
        start, char = self._at, self._text[self._at]
        if char == "|":
            return self._single("or")
        if char == "(":
            if self._depth >= DEEPEST:
                self._skipped += 1
                self._at += 1
                self._note(TOO_DEEP)
                return None
            self._depth += 1
            return self._single("open")
        if char == ")" and (self._depth or self._skipped or self._is_alone()):
            return self._closed()
        if char == "-" and not behind_minus and self._begins_term(start + 1):
            return self._single("minus")
        if char in _QUOTES:
            phrase = " ".join(self._quoted().split())
            return Token("phrase", start, self._at, phrase)
        if char == "#" and (token := self._label(start)) is not None:
            return token
        if (match := _KEY.match(self._text, start)) and (token := self._keyed(match)) is not None:
            return token
        word = self._word()
        kind = _OPERATORS.get(word, "word") if not behind_minus else "word"
        return Token(kind, start, self._at, word)

    def _single(self, kind: TokenKind) -> Token:
        self._at += 1
        return Token(kind, self._at - 1, self._at)

    def _closed(self) -> Token | None:
        self._at += 1
        if self._skipped:
            self._skipped -= 1
            return None
        if not self._depth:
            self._note(STRAY_BRACKET)
            return None
        self._depth -= 1
        return Token("close", self._at - 1, self._at)

    def _is_alone(self) -> bool:
        behind = self._text[self._at + 1 : self._at + 2]
        return not behind or behind.isspace() or behind in ")|"

    def _begins_term(self, at: int) -> bool:
        """Whether a term begins here, so that a minus before it is one."""
        char = self._text[at : at + 1]
        return bool(char) and not char.isspace() and char not in "-)|"

    def _quoted(self) -> str:
        """What stands in quotes; a doubled quote stands for itself."""
        opening = self._text[self._at]
        closing = _QUOTES[opening]
        at = self._at + 1
        found: list[str] = []
        while at < len(self._text):
            char = self._text[at]
            if char in closing:
                if opening == char == '"' and self._text[at + 1 : at + 2] == '"':
                    at += 1
                else:
                    self._at = at + 1
                    return "".join(found)
            found.append(char)
            at += 1
        self._at = at
        self._note(QUOTE_CLOSED)
        return "".join(found)

    def _word(self, ends: str = "", *, value: bool = False) -> str:
        """Characters up to a blank, a bar, one of `ends`, or a bracket that closes an open one; of a `value`
        up to a stray one, too."""
        start, inner = self._at, 0
        while self._at < len(self._text):
            char = self._text[self._at]
            if char.isspace() or char == "|" or char in ends:
                break
            if char == "(":
                inner += 1
            elif char == ")":
                if not inner and (value or self._depth or self._skipped):
                    break
                inner = max(0, inner - 1)
            self._at += 1
        return self._text[start : self._at]

    def _values(self) -> list[str]:
        """Values joined by commas, or by bars behind which another value follows at once."""
        found: list[str] = []
        while True:
            if self._text[self._at : self._at + 1] in _QUOTES:
                found.append(self._quoted())
            else:
                found.append(self._word(",", value=True))
            char = self._text[self._at : self._at + 1]
            if char == "," or (char == "|" and self._goes_on(self._at + 1)):
                self._at += 1
                continue
            return found

    def _goes_on(self, at: int) -> bool:
        """Whether a bare value follows here, rather than another term."""
        char = self._text[at : at + 1]
        return char.isalnum() and not _KEY.match(self._text, at)

    def _label(self, start: int) -> Token | None:
        behind = self._text[start + 1 : start + 2]
        if not behind or behind.isspace() or behind in "#,|)":
            return None
        self._at += 1
        return self._filter(KEYS["label"], start, self._values(), "=")

    def _keyed(self, match: re.Match[str]) -> Token | None:
        """The filter, example photo or unknown key that begins here; None where it is a word."""
        start, written, sign = match.start(), match[1], match[2]
        name, rest = written.casefold(), self._text[match.end() :]
        if (rest.startswith("//") and name not in KEYS) or (len(name) == 1 and rest[:1] in ("\\", "/")):
            return None  # an address, or a drive
        if sign != ":":
            return self._compared(match, name)
        empty = not rest or rest[0].isspace() or rest[0] in "|)"
        if name == LIKE:
            self._at = match.end()
            path = self._quoted() if rest[:1] in _QUOTES and rest else self._word(value=True)
            if not path.strip():
                return Token("unknown", start, self._at, note='like: has no photo; write like:"photo.jpg"')
            return Token("photo", start, self._at, path)
        if name not in KEYS:
            if empty or len(name) == 1:
                return None
            self._at = match.end()
            self._values()
            return Token("unknown", start, self._at, note=unknown_key(written))
        key = KEYS[name]
        self._at = match.end()
        comparison: Comparison = "="
        if key.kind in ("number", "date") and (compared := _COMPARISON.match(self._text, self._at)):
            comparison = _COMPARISONS[compared[0]]
            self._at = compared.end()
        return self._filter(key, start, self._date_or_values(key), comparison)

    def _compared(self, match: re.Match[str], name: str) -> Token | None:
        key = KEYS.get(name)
        if key is not None and _is_compared(name):
            self._at = match.end()
            return self._filter(key, match.start(), self._date_or_values(key), _COMPARISONS[match[2]])
        behind, sign = self._text[match.end() : match.end() + 1], match[2]
        if key is not None and behind and not behind.isspace():  # a key of names
            meant = f"{name}:"
        elif key is None and behind.isdigit() and _is_compared(meant_key(name)):
            meant = f"{meant_key(name)}{sign}"
        else:
            return None
        self._at = match.end()
        self._values()
        note = f"{match[1]}{sign} not known, did you mean {meant}?"
        return Token("unknown", match.start(), self._at, note=note)

    def _date_or_values(self, key: FilterKey) -> list[str]:
        if key.kind == "date" and (two := TWO_WORDS.match(self._text, self._at)):
            self._at = two.end()
            return [two[0]]
        return self._values()

    def _filter(self, key: FilterKey, start: int, values: list[str], comparison: Comparison) -> Token:
        found = filter_term(key, values, comparison)
        token = Token("filter", start, self._at)
        if isinstance(found, Misunderstood):
            return replace(token, kind="unknown", note=found.why)
        return replace(token, term=found)


def _is_compared(key: str) -> bool:
    """Whether values of a key are compared, as in `rating>=3`."""
    return key in KEYS and (KEYS[key].kind == "number" or key == "date")
