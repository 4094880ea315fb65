"""What the header says of matches."""

from __future__ import annotations

import pytest

from dinodesk.ui.text.match_text import Matches, matches_exactly, matches_head


def head(good: int, possible: int = 0, certainty: str | None = "estimated", mean: float = 0.6, clear=True):
    found = Matches(good=good, possible=possible, mean=mean, certainty=certainty, clear=clear)  # type: ignore[arg-type]
    return matches_head(found, checkable=True)


@pytest.mark.parametrize(
    ("good", "possible", "said"),
    [
        (1, 0, "1 good match"),
        (9, 2, "9 good matches · 2 possible"),
        (10, 0, "About 10 good matches"),
        (20, 60, "About 20 good matches · 60 possible"),
        (43, 61, "About 43 good matches · 61 possible"),
        (143, 1_062, "About 140 good matches · 1,100 possible"),
        (98_765, 0, "About 99,000 good matches"),
        (0, 12, "No good match · 12 possible"),
        (0, 123, "No good match · 120 possible"),
    ],
)
def test_numbers_are_as_round_as_they_are_sure(good: int, possible: int, said: str) -> None:
    assert head(good, possible) == head(good, possible, "fitted") == (said, "")


@pytest.mark.parametrize("certainty", ["checked", None])
def test_what_a_person_checked_or_set_is_counted_exactly(certainty: str | None) -> None:
    assert head(143, 1_062, certainty)[0] == "143 good matches · 1,062 possible"


def test_where_most_are_probably_wrong_no_number_is_promised_first() -> None:
    assert head(43, 5, mean=0.3) == ("Mixed results: check a few", " · about 43 good matches · 5 possible")
    assert head(43, 5, mean=0.35)[0].startswith("About 43")
    assert head(43, 5, None, mean=0.3)[0].startswith("43"), "a cut of one's own promises nothing"


@pytest.mark.parametrize(("possible", "clear"), [(0, True), (0, False), (7, False)])
def test_where_nothing_is_clear_it_says_so(possible: int, clear: bool) -> None:
    assert head(0, possible, clear=clear)[0] == "No clear match. Closest photos:"


def test_the_exact_numbers_can_be_read() -> None:
    matches = Matches(good=143, possible=1_062, mean=0.6, certainty="fitted", clear=True)
    assert matches_exactly(matches, 16_999) == "143 good matches, 1,062 possible, 16,999 less likely"
