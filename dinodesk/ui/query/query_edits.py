"""Changes of a query's text that keep the rest as it was typed."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit

from dinodesk.records import ParsedQuery

_JOINING = ("AND", "OR", "|")


def without_span(query: ParsedQuery, start: int, end: int) -> str:
    """The text without one part, without the operators that joined or negated it alone, and without
    brackets around nothing."""
    pieces = [
        (query.text[span.start : span.end], span.kind == "operator", (span.start, span.end) == (start, end))
        for span in query.spans
    ]
    gone = next((at for at, piece in enumerate(pieces) if piece[2]), -1)
    if gone < 0:
        return " ".join((query.text[:start] + query.text[end:]).split())
    first, last = gone, gone + 1
    operators = [text if operator else "" for text, operator, _ in pieces]
    while True:
        while first and operators[first - 1] in ("NOT", "-"):
            first -= 1
        alone = last == len(operators) or operators[last] == ")"
        if not (first and operators[first - 1] == "(" and alone):
            break
        first, last = first - 1, min(last + 1, len(operators))
    if first and operators[first - 1] in _JOINING:
        first -= 1
    elif last < len(operators) and operators[last] in _JOINING:
        last += 1
    begin = query.spans[first].start
    finish = query.spans[last - 1].end
    before, behind = query.text[:begin].rstrip(), query.text[finish:].lstrip()
    joint = "" if not before or not behind or before.endswith("(") or behind.startswith(")") else " "
    return before + joint + behind


def replace_part(field: QLineEdit, start: int, end: int, text: str) -> None:
    """Put `text` where a part of the field stands, the cursor behind it; one step that can be undone."""
    field.setSelection(start, end - start)
    field.insert(text)


def replace_all(field: QLineEdit, text: str) -> None:
    """Put `text` in the place of all that stands in the field; one step that can be undone."""
    replace_part(field, 0, len(field.text()), text)
