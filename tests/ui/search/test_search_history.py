"""The order of queries, without a window."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dinodesk.records import ConfidenceCurve, InFolder
from dinodesk.ui.context.app_state import Query
from dinodesk.ui.grid.zones import Zones
from dinodesk.ui.search.search_history import DWELL_S, LONGEST, SearchHistory, VisitedQuery, is_refinement


def visit(text: str = "", *, age: float = 0.0, **seen: object) -> VisitedQuery:
    return VisitedQuery(Query(text), since=time.monotonic() - age, **seen)


@pytest.mark.parametrize(
    ("before", "after", "typed"),
    [
        (Query("a d"), Query("a dog"), True),
        (Query("a dog"), Query("a d"), True),
        (Query(""), Query("a"), True),
        (Query("a dog"), Query(""), False),
        (Query("", ("/a.jpg",)), Query("at night", ("/a.jpg",)), False),
        (Query("a dog"), Query("a red car"), False),
        (Query("a dog"), Query("a dog", scope=InFolder("/a")), False),
        (Query("a dog"), Query("a dog", images=("/a.jpg",)), False),
        (Query("a dog", ("/a.jpg",)), Query("a dog", ("/a.jpg",), image_weight=0.7), True),
    ],
)
def test_what_is_a_moment_of_typing(before, after, typed):
    assert is_refinement(before, after) is typed


def test_moments_of_typing_are_no_steps_but_what_was_looked_at_is():
    history = SearchHistory()
    history.leave(visit(), Query("a"))
    history.leave(visit("a"), Query("a dog"))
    history.leave(visit("a dog", age=DWELL_S), Query("a dog on grass"))
    history.leave(visit("a dog on", current=3), Query("a dog on grass"))
    history.leave(visit("a dog on gr", zones=Zones(ConfidenceCurve(0.1, 9.0))), Query("a dog on grass"))
    present, found = visit("a dog on grass"), []
    while (before := history.back(present)) is not None:
        present = before
        found.append(before.query.text)
    assert found == ["a dog on gr", "a dog on", "a dog", ""]


@given(st.lists(st.text("ab", max_size=3), min_size=1, max_size=12), st.integers(0, 12))
def test_back_and_forward_return_to_the_same_place(texts, times):
    history, present = SearchHistory(), visit(texts[0], age=DWELL_S)
    for text in texts[1:]:
        if text != present.query.text:
            history.leave(present, Query(text))
            present = visit(text, age=DWELL_S)
    last, taken = present, 0
    for _ in range(times):
        before = history.back(present)
        if before is not None:
            assert before.query != present.query
            present, taken = before, taken + 1
    assert history.can_go_forward == (taken > 0)
    for _ in range(taken):
        ahead = history.forward(present)
        assert ahead is not None
        present = ahead
    assert present.query == last.query and not history.can_go_forward


def test_a_new_query_ends_what_was_ahead_and_old_steps_are_forgotten():
    history = SearchHistory()
    for number in range(LONGEST + 20):
        history.leave(visit(f"{number} things", age=DWELL_S), Query(f"{number + 1} things"))
    present = visit(f"{LONGEST + 20} things")
    count = 0
    while (before := history.back(present)) is not None:
        present, count = before, count + 1
    assert count == LONGEST and present.query.text == "20 things"
    history.leave(present, Query("a dog"))
    assert history.can_go_back and not history.can_go_forward
    history.clear()
    assert not history.can_go_back
