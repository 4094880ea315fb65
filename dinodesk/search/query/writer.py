"""A query tree as the text that is read as the same tree."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dinodesk.records import AllOf, AnyOf, FilterTerm, Not, PhotoTerm, QueryNode, TextTerm
from dinodesk.search.query.lexer import Lexer

_BARE = re.compile(r'[^\s,"“”„()|#<>=≤≥]+')
"""Values that need no quotes."""
_MARKS = re.compile(r'["“”„()|#]')


def normalised(tree: QueryNode | None) -> str:
    """The text of a tree; "" where nothing is asked."""
    return "" if tree is None else _written(tree)


def written_filter(term: FilterTerm, *, negated: bool = False) -> str:
    """A filter as it is typed, for example `-camera:"X100V"`."""
    values = ",".join(value if _BARE.fullmatch(value) else quoted(value) for value in term.values)
    sign = ":" if term.comparison == "=" else term.comparison
    return f"{'-' if negated else ''}{term.key}{sign}{values}"


def quoted(text: str) -> str:
    """In quotes, in which a doubled quote stands for itself."""
    return '"' + text.replace('"', '""') + '"'


def _written(node: QueryNode) -> str:
    match node:
        case AnyOf(parts):
            return " OR ".join(_written(part) for part in parts)
        case AllOf(parts):
            return _together(parts)
        case _:
            return _term(node, plain=True)


def _together(parts: Sequence[QueryNode]) -> str:
    # plain words anywhere would be one sentence
    plain = sum(isinstance(part, TextTerm) for part in parts) == 1
    return " ".join(_term(part, plain=plain) for part in parts)


def _term(node: QueryNode, *, plain: bool) -> str:
    match node:
        case TextTerm(text):
            return text if plain and _is_plain(text, 0) else quoted(text)
        case PhotoTerm(path):
            return f"like:{quoted(path)}"
        case FilterTerm():
            return written_filter(node)
        case Not(FilterTerm() as part):
            return written_filter(part, negated=True)
        case Not(TextTerm(text)):
            return f"-{text}" if " " not in text and _is_plain(f"-{text}", 1) else f"-{quoted(text)}"
        case Not(part):
            return f"-{_term(part, plain=False)}"
        case _:
            return f"({_written(node)})"


def _is_plain(text: str, signs: int) -> bool:
    """Whether a text is read as words alone, behind so many signs."""
    if _MARKS.search(text):
        return False
    tokens = Lexer(text).tokens()
    return all(token.kind == "word" for token in tokens[signs:]) and all(
        token.kind == "minus" for token in tokens[:signs]
    )
