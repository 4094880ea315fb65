"""A scope as a filter of a query."""

from __future__ import annotations

import pytest

from dinodesk.engine.saved_searches.scope_filter import query_within
from dinodesk.errors import UsageError
from dinodesk.records import EVERYTHING, MISSING, Among, InFolder, Rated, Scope, Tag, Tagged
from dinodesk.search.query.parser import parse_query
from dinodesk.search.query.trees import filters_of

TAGS = (Tag("label", 3, 'the "sea"', 2), Tag("album", 3, "Best", 1))


@pytest.mark.parametrize(
    ("text", "scope", "query"),
    [
        ("two dogs", EVERYTHING, "two dogs"),
        ("two dogs", InFolder("/a b/c"), 'two dogs in:"/a b/c"'),
        ("a dog OR a cat", Rated(4), "(a dog OR a cat) rating:4"),
        ("a dog -snow", Tagged("label", 3), 'a dog -snow label:"the ""sea"""'),
        ("", Tagged("album", 3), "album:Best"),
        ("rating:3", MISSING, "rating:3 is:missing"),
    ],
)
def test_a_scope_becomes_a_filter_that_is_understood(text: str, scope: Scope, query: str) -> None:
    assert query_within(text, scope, TAGS) == query
    read = parse_query(query)
    assert all(span.kind != "unknown" for span in read.spans) and read.notes == ()
    assert len(list(filters_of(read.tree))) == (scope != EVERYTHING) + (text == "rating:3")


def test_a_label_that_is_gone_is_refused() -> None:
    with pytest.raises(ValueError, match="no label 9"):
        query_within("x", Tagged("label", 9), TAGS)


def test_matches_of_a_query_are_no_filter() -> None:
    with pytest.raises(UsageError, match="can't be kept"):
        query_within("x", Among((1, 2), "a dog"), TAGS)
