"""A query as it was typed on the command line: refused where part of it is not understood."""

from __future__ import annotations

from dinodesk.engine.search.query_answer import read_query
from dinodesk.errors import UsageError
from dinodesk.records import ParsedQuery

AS_WORDS = "In quotes it is searched for as words."


def checked_query(text: str, *, literal: bool = False, remedy: str = AS_WORDS) -> ParsedQuery:
    """The query; raises UsageError for a key or value that is not known, with what was probably meant and the
    `remedy`."""
    query = read_query(text, literal=literal)
    for span in query.spans:
        if span.kind == "unknown":
            sentence = span.note if span.note.endswith("?") else f"{span.note}."
            raise UsageError(sentence, remedy)
    return query
