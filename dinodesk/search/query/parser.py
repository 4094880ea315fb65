"""A typed query to a tree of terms and filters, with a span for each part of the text; never raises.

    query    := together ("OR" together)*              `|` is OR
    together := sequence ("AND" sequence)*
    sequence := (words | phrase | filter | photo | "-" term | "NOT" term | "(" query ")")*

Plain words of a sequence are one sentence, wherever filters stand between them.
"""

from __future__ import annotations

from dataclasses import replace

from dinodesk.records import ParsedQuery, PhotoTerm, QueryNode, QuerySpan, SpanKind, TextTerm
from dinodesk.search.query.lexer import Lexer, Token
from dinodesk.search.query.trees import all_of, any_of, negated

_SPANS: dict[str, SpanKind] = {
    "word": "words", "phrase": "words", "filter": "filter", "photo": "photo", "unknown": "unknown",
}  # fmt: skip


def parse_query(text: str) -> ParsedQuery:
    """The query that a text says; what it says wrongly is told in `notes`."""
    lexer = Lexer(text)
    parser = _Parser(lexer.tokens())
    tree = parser.query()
    spans = _spans(parser.tokens, parser.negated)
    unknown = [f"{span.note}." if span.note[-1] not in "?." else span.note for span in spans if span.note]
    return ParsedQuery(text, tree, spans, tuple(dict.fromkeys([*unknown, *parser.notes, *lexer.notes])))


class _Parser:
    """Reads tokens from left to right.

    Attributes:
        tokens: what is read.
        negated: numbers of tokens before which a minus or NOT stands.
        notes: operators that have nothing to join.
    """

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.negated: set[int] = set()
        self.notes: list[str] = []
        self._at = 0

    def query(self) -> QueryNode | None:
        """Up to the end; brackets are balanced, so that nothing is left over."""
        return self._either()

    def _kind(self) -> str:
        return self.tokens[self._at].kind if self._at < len(self.tokens) else "end"

    def _take(self) -> Token:
        self._at += 1
        return self.tokens[self._at - 1]

    def _either(self) -> QueryNode | None:
        parts = [self._together()]
        while self._kind() == "or":
            self._take()
            parts.append(self._together())
            self._check("OR", parts)
        return any_of(parts)

    def _together(self) -> QueryNode | None:
        parts = [self._sequence()]
        while self._kind() == "and":
            self._take()
            parts.append(self._sequence())
            self._check("AND", parts)
        return all_of(parts)

    def _check(self, operator: str, parts: list[QueryNode | None]) -> None:
        if parts[-1] is None or parts[-2] is None:
            self.notes.append(f"{operator} stands beside nothing.")

    def _sequence(self) -> QueryNode | None:
        words: list[str] = []
        parts: list[QueryNode | None] = []
        sentence = -1  # where the words stand among the parts
        while self._kind() not in ("and", "or", "close", "end"):
            if self._kind() == "word":
                if not words:
                    sentence = len(parts)
                    parts.append(None)
                words.append(self._take().text)
            else:
                parts.append(self._term())
        if words:
            parts[sentence] = TextTerm(" ".join(words))
        return all_of(parts)

    def _term(self) -> QueryNode | None:
        turns = 0
        while self._kind() in ("minus", "not"):
            turns += 1
            self._take()
        if turns and self._kind() in ("and", "or", "close", "end"):
            self.notes.append("NOT stands before nothing.")
            return None
        by_word = turns > 0 and self.tokens[self._at - 1].kind == "not"
        first = self._at
        found = self._operand(whole_sentence=by_word)
        if turns % 2:
            if self.tokens[first].kind != "open":
                self.negated.update(range(first, self._at))
            return negated(found)
        return found

    def _operand(self, whole_sentence: bool) -> QueryNode | None:
        token = self._take()
        match token.kind:
            case "open":
                inner = self._either()
                self._take()  # the bracket that closes it
                return inner
            case "word":
                words = [token.text]
                while whole_sentence and self._kind() == "word":
                    words.append(self._take().text)
                return TextTerm(" ".join(words))
            case "phrase":
                return TextTerm(token.text) if token.text else None
            case "photo":
                return PhotoTerm(token.text)
            case _:
                return token.term


def _spans(tokens: list[Token], negated_tokens: set[int]) -> tuple[QuerySpan, ...]:
    """A span for each token; neighbouring words in one, a minus with what it stands before."""
    found: list[QuerySpan] = []
    minus: Token | None = None
    joined = False  # whether the last span is of words that go on
    for number, token in enumerate(tokens):
        if token.start == token.end:
            continue  # a bracket that was not typed
        if token.kind == "minus":
            minus, joined = token, False
            continue
        start = token.start
        kind = _SPANS.get(token.kind, "operator")
        if minus is not None and kind == "operator":
            found.append(QuerySpan(minus.start, minus.end, "operator"))
        elif minus is not None:
            start = minus.start
        is_negated = number in negated_tokens
        if token.kind == "word" and joined and minus is None and found[-1].negated == is_negated:
            found[-1] = replace(found[-1], end=token.end)
        else:
            found.append(QuerySpan(start, token.end, kind, token.note, is_negated))
        joined = token.kind == "word" and minus is None
        minus = None
    return tuple(found)
