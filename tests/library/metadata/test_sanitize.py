"""Values from foreign files: cleaned or dropped, whatever they are; nothing raises."""

from __future__ import annotations

import math
import unicodedata
from datetime import UTC, datetime
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


def test_bytes_cut_inside_a_character_lose_that_character_only() -> None:
    whole = "é" * 30
    assert sanitize.text(whole.encode()[:-1], 100) == whole[:-1]


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


@given(
    st.datetimes(datetime(1900, 1, 1), datetime(2025, 1, 1)).map(lambda each: each.replace(microsecond=0)),
    st.integers(-11 * 60, 13 * 60),
)
def test_a_date_is_the_same_moment_in_every_format(moment: datetime, offset: int) -> None:
    zone = f"{'-' if offset < 0 else '+'}{abs(offset) // 60:02}:{abs(offset) % 60:02}"
    forms = (
        sanitize.exif_date(f"{moment:%Y:%m:%d %H:%M:%S}", zone),
        sanitize.iso_date(f"{moment:%Y-%m-%dT%H:%M:%S}{zone}"),
        sanitize.iptc_date(f"{moment:%Y%m%d}", f"{moment:%H%M%S}{zone.replace(':', '')}"),
    )
    seconds = moment.replace(tzinfo=UTC).timestamp() - 60 * offset
    assert forms == (sanitize.PhotoDate(seconds, offset),) * 3
    gps = sanitize.gps_date(f"{moment:%Y:%m:%d}", (moment.hour, moment.minute, moment.second))
    assert gps == sanitize.PhotoDate(moment.replace(tzinfo=UTC).timestamp(), 0)


@pytest.mark.parametrize(
    "written", ["", "2021:05:06", "2021:13:06 07:08:09", "0000:00:00 00:00:00", "1700:01:01 00:00:00",
                "9999:01:01 00:00:00", "２０２１:05:06 07:08:09"],
)  # fmt: skip
def test_dates_that_can_not_be_true_are_dropped(written: str) -> None:
    assert sanitize.exif_date(written) is None


@given(st.lists(st.text(max_size=8)))
def test_keywords_are_each_there_once_whatever_their_case(values: list[str]) -> None:
    found = sanitize.words(values)
    folded = [word.casefold() for word in found]
    assert len(set(folded)) == len(folded) <= sanitize.KEYWORDS and "" not in found
    assert set(folded) == {sanitize.text(value).casefold() for value in values} - {""}
