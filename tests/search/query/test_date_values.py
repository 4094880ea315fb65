"""Dates in filters: which days they mean, on which day."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dinodesk.records import FilterTerm, Interval
from dinodesk.search.query.date_values import days_of, normalised_date
from dinodesk.search.query.filter_values import photo_filter

TODAY = date(2026, 11, 28)  # a Saturday

MEANINGS = [
    ("2019", "2019-01-01", "2019-12-31"),
    ("2019-07", "2019-07-01", "2019-07-31"),
    ("2020-02", "2020-02-01", "2020-02-29"),
    ("2019-12", "2019-12-01", "2019-12-31"),
    ("2019-07-14", "2019-07-14", "2019-07-14"),
    ("2019..2021", "2019-01-01", "2021-12-31"),
    ("2019-07..2021-02", "2019-07-01", "2021-02-28"),
    ("2019..", "2019-01-01", "9999-12-31"),
    ("..2019", "0001-01-01", "2019-12-31"),
    ("7d", "2026-11-21", "2026-11-28"),
    ("2w", "2026-11-14", "2026-11-28"),
    ("9m", "2026-02-28", "2026-11-28"),
    ("1y", "2025-11-28", "2026-11-28"),
    ("99999y", "0001-01-01", "2026-11-28"),
    ("today", "2026-11-28", "2026-11-28"),
    ("yesterday", "2026-11-27", "2026-11-27"),
    ("this week", "2026-11-23", "2026-11-29"),
    ("last week", "2026-11-16", "2026-11-22"),
    ("this weekend", "2026-11-28", "2026-11-29"),
    ("last weekend", "2026-11-21", "2026-11-22"),
    ("this month", "2026-11-01", "2026-11-30"),
    ("last month", "2026-10-01", "2026-10-31"),
    ("last year", "2025-01-01", "2025-12-31"),
    ("last summer", "2026-06-01", "2026-08-31"),
    ("this summer", "2026-06-01", "2026-08-31"),
    ("last winter", "2025-12-01", "2026-02-28"),
    ("this winter", "2026-12-01", "2027-02-28"),
    ("last autumn", "2025-09-01", "2025-11-30"),
    ("this autumn", "2026-09-01", "2026-11-30"),
    ("summer 2019", "2019-06-01", "2019-08-31"),
    ("winter 2019", "2019-12-01", "2020-02-29"),
]


@pytest.mark.parametrize(("written", "first", "last"), MEANINGS, ids=[each[0] for each in MEANINGS])
def test_which_days_are_meant(written: str, first: str, last: str) -> None:
    normal = normalised_date(written.upper())
    assert normal == written
    assert [each.isoformat() for each in days_of(normal, TODAY)] == [first, last]


@pytest.mark.parametrize(
    ("today", "written", "first"),
    [
        (date(2026, 7, 10), "last summer", "2025-06-01"),
        (date(2026, 7, 10), "this summer", "2026-06-01"),
        (date(2026, 3, 1), "last summer", "2025-06-01"),
        (date(2026, 3, 1), "last winter", "2025-12-01"),
        (date(2026, 1, 15), "last winter", "2024-12-01"),
        (date(2026, 1, 15), "this winter", "2025-12-01"),
        (date(2026, 1, 15), "last month", "2025-12-01"),
        (date(2026, 11, 29), "last weekend", "2026-11-21"),
    ],
)
def test_the_last_one_is_over(today: date, written: str, first: str) -> None:
    assert days_of(written, today)[0].isoformat() == first


@pytest.mark.parametrize(
    "written",
    ["", "..", "2019-13", "2019-02-30", "0000", "19", "last", "last dog", "7x", "summer", "2019...", "x..y"],
)
def test_what_is_no_date(written: str) -> None:
    assert normalised_date(written) is None


@given(st.text(alphabet="0123456789-./dwmy lastthisumerwin", max_size=16), st.dates())
def test_no_date_is_refused_once_it_is_normalised(written: str, today: date) -> None:
    normal = normalised_date(written)
    if normal is not None and date(3, 1, 1) < today < date(9997, 1, 1):
        first, last = days_of(normal, today)
        assert first <= last
        assert normalised_date(normal) == normal


DAY = 86400.0
Y2015, Y2016 = 16436 * DAY, 16801 * DAY
"""The first of January of these years, in days since 1970."""


@pytest.mark.parametrize(
    ("term", "inside", "outside"),
    [
        (FilterTerm("after", ("2015",)), (Y2015, Y2016), (Y2015 - 0.001,)),
        (FilterTerm("before", ("2015",)), (Y2015 - 0.001, -1e12), (Y2015,)),
        (FilterTerm("date", ("2015",)), (Y2015, Y2016 - 0.001), (Y2015 - 0.001, Y2016)),
        (FilterTerm("date", ("2015",), ">"), (Y2016,), (Y2016 - 0.001,)),
        (FilterTerm("date", ("2015",), ">="), (Y2015, Y2016), (Y2015 - 0.001,)),
        (FilterTerm("date", ("2015",), "<"), (Y2015 - 0.001,), (Y2015,)),
        (FilterTerm("date", ("2015",), "<="), (Y2016 - 0.001,), (Y2016,)),
        (FilterTerm("size", ("5MB",), ">"), (5_000_001,), (5_000_000,)),
        (FilterTerm("f", ("2.8",), "<="), (2.8, 2.8000001), (2.9,)),
        (FilterTerm("f", ("2.8",)), (2.8, 2.828), (2.9,)),
        (FilterTerm("iso", ("100..400",)), (100, 400), (99, 401)),
    ],
    ids=str,
)
def test_what_a_filter_means_in_numbers(
    term: FilterTerm, inside: tuple[float, ...], outside: tuple[float, ...]
) -> None:
    (interval,) = photo_filter(term, TODAY).intervals
    assert isinstance(interval, Interval)
    assert all(interval.low <= each <= interval.high for each in inside)
    assert not any(interval.low <= each <= interval.high for each in outside)
