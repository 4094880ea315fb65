"""Dates and clocks as cameras and programs write them: EXIF, ISO 8601, IPTC, GPS, and strangers' forms.

Nothing here asks what day it is: a date that lies in the future is parsed like any other, and whether it
is believed is decided when it is read (`capture_dates`). None raises.
"""

from __future__ import annotations

import email.utils
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from dinodesk.library.metadata import sanitize
from dinodesk.records import DateClaim, DatePrecision

ZONES = (-12 * 60, 14 * 60)
"""Minutes east of UTC: the time zones that exist lie between UTC-12 and UTC+14."""
FIRST_YEAR = 1826
"""Of the oldest photograph that is kept."""

_HALF_DAY = 43_200.0
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PRECISIONS: tuple[DatePrecision, ...] = ("year", "month", "day", "minute", "second")

_DATE = re.compile(
    r"(?P<year>\d{4})"
    r"(?: \s*[-:/.年]\s* (?P<month>\d{1,2}) (?: \s*[-:/.月]\s* (?P<day>\d{1,2}) 日? )? )? (?!\d)",
    re.VERBOSE | re.ASCII,
)
_COMPACT_DATE = re.compile(r"(\d{4})(\d\d)(\d\d)(?=\D|$|\d{4}(?:\d\d)?(?!\d))", re.ASCII)
_CLOCK = re.compile(
    r"""(?:\s*[Tt]\s*|[\s,:]+|^) (?:[^\s\d:.,]{1,4}\s*)?          # the T, a blank; a half of the day
    (?P<hour>\d{1,2}) \s*[:.]\s* (?P<minute>\d{1,2})
    (?: \s*[:.]\s* (?P<second>\d{1,2}) (?: [.,](?P<fraction>\d+) )? )?
    (?: \s*(?P<half>[AaPp])\.?[Mm]\.? )?""",
    re.VERBOSE | re.ASCII,
)
_COMPACT_CLOCK = re.compile(
    r"(?:[Tt\s]|^)(?P<hour>\d\d)(?P<minute>\d\d)(?:(?P<second>\d\d)(?:\.(?P<fraction>\d+))?)?(?P<half>)(?!\d)",
    re.ASCII,
)
_ZONE = re.compile(
    r"\s*(?:UTC|GMT)?\s*(?P<sign>[-+\u2212])(?P<hours>\d{1,2})(?::?(?P<minutes>\d\d))?(?!\d)", re.ASCII
)
_HALVES = {"a": ("am", "a.m", "上午", "午前", "오전"), "p": ("pm", "p.m", "下午", "午後", "오후")}
"""How halves of the day are written before or behind a clock."""
_MONTH_NAME = re.compile(r"[A-Za-z]{3}")
_NO_TIME = re.compile(r"0{2,6}\s*(?:[-+]0{4})?", re.ASCII)
_MAIL_ZONE = re.compile(r"[-+]\d{4}\s*$|\b[A-Z]{1,4}\s*$")
_DIGIT = re.compile(r"\d", re.ASCII)
_UTC = re.compile(r"\s*(?:Z|UTC|GMT)(?![A-Za-z])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class WrittenDate:
    """A date as it is written: see `records.DateClaim` for the fields."""

    clock: float
    utc_offset: int | None
    precision: DatePrecision
    in_utc: bool = False

    def claim(self, source: str, rank: int) -> DateClaim:
        """The date as the claim of a block."""
        return DateClaim(self.clock, self.utc_offset, self.precision, source, rank, self.in_utc)


def parse_date(value: Any, zone: Any = None, fraction: Any = None) -> WrittenDate | None:
    """A date with or without a clock and a zone, in whatever form; None for what is no date.

    Args:
        value: the text: "2021:05:06 07:08:09", "2021-05-06T07:08:09.12+02:00", "2021-05", …
        zone: a text beside it that names the zone, for example "+02:00"; one in `value` goes first.
        fraction: digits of a fraction of the second that stand apart, as EXIF has them.
    """
    text = sanitize.text(value)
    day = _DATE.match(text) or _COMPACT_DATE.match(text)
    if day is None:
        return _with_name_of_month(text)
    year, month, date = (int(part or 0) for part in day.groups())
    rest = text[day.end() :]
    if not month or not date:  # zeros stand for what is not known
        return None if day[3] is None and _DIGIT.search(rest) else _written(year, month, 0)
    clock = _CLOCK.match(rest) or _COMPACT_CLOCK.match(rest)
    if clock is None:
        return None if rest[:1].isdigit() else _written(year, month, date)  # whatever follows is no clock
    offset, end = _offset_at(rest, clock.end())  # what else follows, as a day of the week, says nothing
    in_utc = offset == 0 and _UTC.match(rest, clock.end()) is not None
    if offset is None:
        offset = parse_zone(zone)
    half = _half_of_day(clock["half"] or rest[: clock.start("hour")] + rest[end:])
    digits = clock["fraction"] or _digits(fraction)
    return _written(year, month, date, clock, half, digits, offset, in_utc=in_utc)


def _half_of_day(text: str) -> str:
    """ "a" or "p" for the half of the day that a text beside a clock names, "" for none."""
    folded = text.casefold()
    for half, words in _HALVES.items():
        if any(word in folded for word in words):
            return half
    return folded[:1] if folded in ("a", "p") else ""


def _with_name_of_month(text: str) -> WrittenDate | None:
    """Dates of e-mail and of C's asctime: "13 Jun 2012 07:02:09 +0200" (RFC 2822, which PNG names)."""
    try:
        found = email.utils.parsedate_tz(text) if _MONTH_NAME.search(text) else None
    except (IndexError, TypeError, ValueError):  # the parser is made for headers, not for noise
        found = None
    if found is None:
        return None
    year, month, day, hour, minute, second = found[:6]
    date = parse_date(f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")
    if date is None or found[9] is None or not _MAIL_ZONE.search(text):  # the parser makes UTC of no zone
        return date
    offset = found[9] // 60
    return replace(date, utc_offset=offset if ZONES[0] <= offset <= ZONES[1] else None)


def parse_zone(value: Any) -> int | None:
    """Minutes east of UTC of "+02:00", "-0330", "Z", "UTC+1"; None for what is no zone that exists."""
    text = sanitize.text(value)
    offset, end = _offset_at(text, 0)
    return offset if end == len(text) else None


def iptc_date(date: Any, time: Any = None) -> WrittenDate | None:
    """IPTC's "20210506" and "070809+0200"; zeros stand for what is not known.

    The standard asks for a zone: "+0000" is what programs write that know none.
    """
    day = sanitize.text(date)
    if re.fullmatch(r"\d{8}", day, re.ASCII):
        day = f"{day[:4]}-{day[4:6]}-{day[6:]}"
    clock = sanitize.text(time)
    found = parse_date(f"{day}T{clock}") if clock and not _NO_TIME.fullmatch(clock) else None
    if found is not None and found.utc_offset == 0:
        return replace(found, in_utc=True)
    return found or parse_date(day)


def gps_date(date: Any, time: Any, beside: WrittenDate | None = None) -> WrittenDate | None:
    """GPS's day "2021:05:06" and hour, minute, second, which are UTC's.

    Where GPS has no day, the instant within half a day of the date `beside` it.
    """
    try:
        clock = [sanitize.number(each, 0, 60) for each in time]
    except TypeError:
        return None
    if len(clock) != 3 or any(each is None for each in clock):
        return None
    hour, minute, second = (float(each or 0) for each in clock)
    whole, part = divmod(second, 1)
    day = sanitize.text(date)[:10]
    if not day and beside is not None and beside.precision == "second":
        seconds = 3600 * hour + 60 * minute + second
        apart = (beside.clock - seconds + _HALF_DAY) % (2 * _HALF_DAY) - _HALF_DAY
        return WrittenDate(beside.clock - apart, 0, "second", in_utc=True)
    return parse_date(f"{day} {int(hour):02}:{int(minute):02}:{int(whole):02}Z", fraction=f"{part:.3f}"[2:])


def _offset_at(text: str, start: int) -> tuple[int | None, int]:
    """The zone that begins at `start`, and where it ends."""
    if (match := _ZONE.match(text, start)) is not None:
        minutes = int(match["hours"]) * 60 + int(match["minutes"] or 0)
        minutes *= 1 if match["sign"] == "+" else -1
        exists = ZONES[0] <= minutes <= ZONES[1] and int(match["minutes"] or 0) < 60
        return (minutes if exists else None), match.end()
    if (match := _UTC.match(text, start)) is not None:
        return 0, match.end()
    return None, start


def _digits(fraction: Any) -> str:
    match = re.match(r"\d+", sanitize.text(fraction), re.ASCII)
    return match[0] if match else ""


def _written(
    year: int,
    month: int,
    day: int,
    clock: re.Match[str] | None = None,
    half: str = "",
    fraction: str = "",
    offset: int | None = None,
    *,
    in_utc: bool = False,
) -> WrittenDate | None:
    if year < FIRST_YEAR:
        return None
    hour = minute = second = 0
    precision = _PRECISIONS[sum(map(bool, (month, day)))]
    if clock is not None:
        hour, minute = int(clock["hour"]), int(clock["minute"])
        if half and hour <= 12:
            hour = hour % 12 + 12 * (half == "p")
        precision = "minute" if clock["second"] is None else "second"
        second = int(clock["second"] or 0)
        if second == 60:  # a leap second, or a clock that counts to sixty
            second, fraction = 59, ""
        if hour == 24:  # phones write 24 for 0 of the same day
            hour = 0
    try:
        when = datetime(year, month or 1, day or 1, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None
    seconds = (when - _EPOCH) / timedelta(seconds=1)
    if precision == "second" and fraction:
        seconds += float(f"0.{fraction[:6]}")
    return WrittenDate(seconds, offset, precision, in_utc)
