"""Counts in words."""

from __future__ import annotations

import pytest

from dinodesk.wording import count


@pytest.mark.parametrize(
    ("given", "words"),
    [((0,), "0 photos"), ((1,), "1 photo"), ((2,), "2 photos"), ((3310, "file"), "3,310 files"),
     ((1, "photo matches", "photos match"), "1 photo matches"), ((2, "city", "cities"), "2 cities")],
)  # fmt: skip
def test_one_is_told_apart_from_many(given: tuple, words: str) -> None:
    assert count(*given) == words
