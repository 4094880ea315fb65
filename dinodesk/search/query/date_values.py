"""Dates as people write them in filters: years, months, days, ranges, "7d", "last summer".

Seasons are those of the northern half of the earth, by whole months: summer is June, July and August. Weeks
begin on Monday.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

Days = tuple[date, date]
"""The first and the last day of a span of time."""

SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
"""The month in which each season begins; it lasts three months."""
_UNITS = ("week", "month", "year", "weekend")
_DAY = re.compile(r"(\d{4})(?:[-/](\d{1,2})(?:[-/](\d{1,2}))?)?", re.ASCII)
_AGO = re.compile(r"(\d{1,5})([dwmy])", re.ASCII)
_SEASON = re.compile(rf"({'|'.join(SEASONS)}) (\d{{4}})", re.ASCII)

TWO_WORDS = re.compile(
    rf"(?i)(?:(?:last|this)\s+(?:{'|'.join((*_UNITS, *SEASONS))})|(?:{'|'.join(SEASONS)})\s+\d{{4}})(?!\w)"
)
"""Dates of two words, which need no quotes behind a key of dates."""


def normalised_date(written: str) -> str | None:
    """A date, range or word in one form ("2019-7" becomes "2019-07"); None for what is no date."""
    written = " ".join(written.casefold().split())
    if ".." in written:
        low, _, high = written.partition("..")
        ends = [None if not end else _normalised_day(end) for end in (low, high)]
        if not (low or high) or any(each is None for end, each in zip((low, high), ends, strict=True) if end):
            return None
        if low and high and _days_of_day(ends[0] or "")[0] > _days_of_day(ends[1] or "")[1]:
            ends.reverse()
        return f"{ends[0] or ''}..{ends[1] or ''}"
    if (day := _normalised_day(written)) is not None:
        return day
    if _AGO.fullmatch(written) or written in ("today", "yesterday"):
        return written
    if season := _SEASON.fullmatch(written):
        return written if 1 <= int(season[2]) <= 9998 else None
    when, _, unit = written.partition(" ")
    return written if when in ("last", "this") and (unit in _UNITS or unit in SEASONS) else None


def days_of(normalised: str, today: date) -> Days:
    """The days that a normalised date means when it is `today`."""
    if ".." in normalised:
        low, _, high = normalised.partition("..")
        return (
            _days_of_day(low)[0] if low else date.min,
            _days_of_day(high)[1] if high else date.max,
        )
    if _DAY.fullmatch(normalised):
        return _days_of_day(normalised)
    if ago := _AGO.fullmatch(normalised):
        return _ago(int(ago[1]), ago[2], today), today
    if season := _SEASON.fullmatch(normalised):
        return _season(season[1], int(season[2]))
    if normalised == "today":
        return today, today
    if normalised == "yesterday":
        return (today - timedelta(1),) * 2
    when, _, unit = normalised.partition(" ")
    return _relative(unit, today, last=when == "last")


def _normalised_day(written: str) -> str | None:
    match = _DAY.fullmatch(written)
    if match is None:
        return None
    year, month, day = (None if part is None else int(part) for part in match.groups())
    try:
        date(year or 0, month or 1, day or 1)
    except ValueError:
        return None
    parts = [f"{year:04}"] + [f"{part:02}" for part in (month, day) if part is not None]
    return "-".join(parts)


def _days_of_day(normalised: str) -> Days:
    year, *rest = (int(part) for part in normalised.split("-"))
    if len(rest) == 2:
        return (date(year, rest[0], rest[1]),) * 2
    if rest:
        return date(year, rest[0], 1), _end_of_month(year, rest[0])
    return date(year, 1, 1), date(year, 12, 31)


def _end_of_month(year: int, month: int) -> date:
    if (year, month) >= (9999, 12):
        return date.max
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(1)


def _ago(number: int, unit: str, today: date) -> date:
    """The day so long before `today`; the first day there is for what lies before it."""
    try:
        if unit in "dw":
            return today - timedelta(number * (7 if unit == "w" else 1))
        months = today.year * 12 + today.month - 1 - number * (12 if unit == "y" else 1)
        last = _end_of_month(months // 12, months % 12 + 1)
        return last.replace(day=min(today.day, last.day))
    except (OverflowError, ValueError):
        return date.min


def _season(name: str, year: int) -> Days:
    """The season that begins in a year."""
    first = SEASONS[name]
    months = year * 12 + first - 1 + 2
    return date(year, first, 1), _end_of_month(months // 12, months % 12 + 1)


def _relative(unit: str, today: date, *, last: bool) -> Days:
    """This week, month, year, weekend or season; or the last one that is over."""
    if unit in SEASONS:
        begun = max(_season(unit, year) for year in (today.year - 1, today.year) if _begun(unit, year, today))
        if last:
            return begun if begun[1] < today else _season(unit, begun[0].year - 1)
        return begun if begun[1] >= today else _season(unit, today.year)
    monday = today - timedelta(today.weekday())
    spans: dict[str, Callable[[], tuple[Days, Days]]] = {
        "week": lambda: (_days(monday, 7), _days(monday - timedelta(7), 7)),
        "month": lambda: _months(today),
        "year": lambda: (_days_of_day(f"{today.year:04}"), _days_of_day(f"{today.year - 1:04}")),
        "weekend": lambda: (_days(monday + timedelta(5), 2), _days(monday - timedelta(2), 2)),
    }
    return spans[unit]()[last]


def _begun(unit: str, year: int, today: date) -> bool:
    return _season(unit, year)[0] <= today


def _days(first: date, count: int) -> Days:
    return first, first + timedelta(count - 1)


def _months(today: date) -> tuple[Days, Days]:
    first = today.replace(day=1)
    before = first - timedelta(1)
    return (first, _end_of_month(today.year, today.month)), (before.replace(day=1), before)
