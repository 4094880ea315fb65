"""Values from foreign files: cleaned or dropped, whatever they are; nothing raises."""

from __future__ import annotations

import math
import unicodedata
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dinodesk.library.metadata import sanitize

ANYTHING = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.binary(), st.fractions(),
    st.lists(st.one_of(st.integers(), st.text(), st.floats()), max_size=4), st.tuples(st.text(), st.text()),
)  # fmt: skip


@given(ANYTHING, st.integers(1, 50), st.booleans())
def test_text_is_readable_bounded_and_stays_as_it_is(value: object, limit: int, lines: bool) -> None:
    cleaned = sanitize.text(value, limit, lines=lines)
    assert len(cleaned) <= limit and cleaned == cleaned.strip()
    allowed = "\n\t" if lines else ""
    assert all(char in allowed or unicodedata.category(char) not in ("Cc", "Cs") for char in cleaned)
    assert not any(char in cleaned for char in "\u202e\u2066\ufeff\u200f")
    assert sanitize.text(cleaned, limit, lines=lines) == cleaned
    cleaned.encode("utf-8")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b"Z\xc3\xbcrich", "Zürich"),
        (b"Z\xfcrich", "Zürich"),  # Windows' code page
        ("Zu\u0308rich", "Zürich"),
        ("evil\u202egpj.exe", "evilgpj.exe"),
        ("a\0b\x07c", "abc"),
        ("  two \n words ", "two words"),
        (5, ""),
    ],
)
def test_text_of_known_values(value: object, expected: str) -> None:
    assert sanitize.text(value) == expected


def test_a_value_that_was_cut_at_a_limit_loses_half_a_character_and_no_other_its_end() -> None:
    assert sanitize.text(("é" * 401).encode(), 100) == "é" * 100
    cut = ("é" * 30).encode()[:-1]
    assert sanitize.text(cut, most=len(cut)) == "é" * 29  # as long as its format allows
    for word in ("Köln", "José", "Ø", "Im Café"):
        assert sanitize.text(word.encode("latin-1"), most=64) == word


@given(ANYTHING, st.floats(-1e6, 1e6), st.floats(0, 1e6))
def test_numbers_are_finite_and_within_their_limits(value: object, low: float, span: float) -> None:
    found = sanitize.number(value, low, low + span)
    assert found is None or (math.isfinite(found) and low <= found <= low + span)


@given(st.integers(-1000, 1000), st.integers(1, 1000))
def test_rationals_are_read_in_every_form(above: int, below: int) -> None:
    expected = pytest.approx(above / below)
    for form in (
        Fraction(above, below),
        f"{above}/{below}",
        f" {above}/{below}\0",
        b"%d/%d" % (above, below),
    ):
        assert sanitize.number(form, -1e6, 1e6) == expected
    assert sanitize.number([above], -1e6, 1e6) == above and sanitize.number(f"{above}/0", -1e6, 1e6) is None


@given(st.floats(0, 90), st.sampled_from("NSns"))
def test_degrees_minutes_and_seconds_make_signed_degrees(angle: float, side: str) -> None:
    whole, rest = divmod(angle, 1)
    minutes, fraction = divmod(rest * 60, 1)
    found = sanitize.degrees((whole, minutes, min(fraction * 60, 59.999999)), side, 90)
    assert found == pytest.approx(-angle if side in "Ss" else angle, abs=1e-5)
    assert sanitize.degrees((whole, minutes, 0), "E", 90) is None  # a latitude has no east


def test_coordinates_count_only_together_and_not_at_the_origin() -> None:
    assert sanitize.point(1.0, None) is sanitize.point(None, 1.0) is sanitize.point(0.0, 0.0) is None
    assert sanitize.point(0.0, 9.12345678) == (0.0, 9.123457)


@pytest.mark.parametrize(
    ("written", "reference", "limit", "expected"),
    [
        ("48,51.5N", "", 90, 48.858333), ("48,51,30N", "", 90, 48.858333), ("48,51.5n", "", 90, 48.858333),
        ("2,21W", "", 180, -2.35), ("48.858333", "", 90, 48.858333), ("-2.35", "", 180, -2.35),
        ("N 48.858333", "", 90, 48.858333), ("48.8583S", "", 90, -48.8583), ("48.8583", "S", 90, -48.8583),
        ("48,51.5", "n", 90, 48.858333), ("48 51 30", "North", 90, 48.858333),
        ("48 deg 51' 30.00\" N", "", 90, 48.858333), ("48°51′30″S", "", 90, -48.858333),
        ("48,858333N", "", 90, 48.858333), ("48,858333", "", 90, 48.858333), ("48,9", "", 90, 48.9),
        ("48/1,51/1,30/1", "N", 90, 48.858333), ("489/10", "", 90, 48.9), ("1e-05", "", 90, 1e-05),
        ("48,60.0N", "", 90, 49.0), ("48;51;30", "", 90, None), ("91", "", 90, None),
        ("48,61N", "", 90, None), ("48,51.5E", "", 90, None),
        ("", "N", 90, None), ("north", "", 90, None),
    ],
)  # fmt: skip
def test_coordinates_of_every_form(
    written: str, reference: str, limit: float, expected: float | None
) -> None:
    found = sanitize.coordinate(written, reference, limit)
    assert found is None if expected is None else found == pytest.approx(expected, abs=1e-6)


@given(st.floats(-90, 90), ANYTHING, ANYTHING)
def test_a_written_coordinate_is_within_its_limits(angle: float, one: object, two: object) -> None:
    assert sanitize.coordinate(f"{angle:.6f}", "", 90) == pytest.approx(angle, abs=1e-6)
    found = sanitize.coordinate(one, two, 90)
    assert found is None or -90 <= found <= 90


@pytest.mark.parametrize(
    ("percent", "stars"), [(0, 0), (1, 1), (25, 2), (50, 3), (75, 4), (99, 5), (101, None)]
)
def test_stars_of_windows_percentages(percent: int, stars: int | None) -> None:
    assert sanitize.stars_of_percent(percent) == stars


@given(st.lists(st.text(max_size=8)))
def test_keywords_are_each_there_once_whatever_their_case(values: list[str]) -> None:
    found = sanitize.words(values)
    folded = [word.casefold() for word in found]
    assert len(set(folded)) == len(folded) <= sanitize.KEYWORDS and "" not in found
    assert set(folded) == {sanitize.text(value).casefold() for value in values} - {""}
