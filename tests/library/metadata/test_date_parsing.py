"""Dates as strangers write them: every form gives the same moment, none raises, none is judged by today."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dinodesk.library.metadata.date_parsing import (
    WrittenDate,
    gps_date,
    iptc_date,
    parse_date,
    parse_zone,
)

ANYTHING = st.one_of(
    st.none(), st.integers(), st.floats(), st.text(), st.binary(), st.lists(st.integers(), max_size=4)
)
CLOCKISH = st.text("0123456789:-/.TtZz+ APMapm", max_size=32)


def read(written: str) -> tuple[str, int | None, str] | None:
    found = parse_date(written)
    if found is None:
        return None
    clock = datetime(1970, 1, 1) + timedelta(seconds=found.clock)
    return f"{clock:%Y-%m-%d %H:%M:%S.%f}"[:23], found.utc_offset, found.precision


@pytest.mark.parametrize(
    ("written", "clock", "offset"),
    [
        ("2015:08:22 24:08:19", "2015-08-22 00:08:19.000", None),  # telephones: 24 for 0 of the same day
        ("2012:06:13  7:02:09", "2012-06-13 07:02:09.000", None),
        ("2012: 6: 3  7: 2: 9", "2012-06-03 07:02:09.000", None),
        ("2012:6:3 7:02:09", "2012-06-03 07:02:09.000", None),
        ("2012:06:30 23:59:60", "2012-06-30 23:59:59.000", None),
        ("2012:06:13 01:02:09 PM", "2012-06-13 13:02:09.000", None),
        ("2012:06:13 12:02:09 a.m.", "2012-06-13 00:02:09.000", None),
        ("2012:06:13 下午 01:02:09", "2012-06-13 13:02:09.000", None),
        ("2012:06:13 01:02:09 오후", "2012-06-13 13:02:09.000", None),
        ("2012年06月13日 01:02:09", "2012-06-13 01:02:09.000", None),
        ("2012:06:13:01:02:09", "2012-06-13 01:02:09.000", None),
        ("2012:06:13 01:02:09 GMT+2", "2012-06-13 01:02:09.000", 120),
        ("2012:06:13 13:02:09 PM", "2012-06-13 13:02:09.000", None),
        ("2015:02:01 14:42:59+01:00", "2015-02-01 14:42:59.000", 60),
        ("2015:02:01 14:42:59 -0330", "2015-02-01 14:42:59.000", -210),
        ("2015:02:01 14:42:59Z", "2015-02-01 14:42:59.000", 0),
        ("2024-07-01 10:50:00", "2024-07-01 10:50:00.000", None),
        ("2024-07-01t10:50:00z", "2024-07-01 10:50:00.000", 0),
        ("2024-07-01T10:50:00.25+02:00", "2024-07-01 10:50:00.250", 120),
        ("2024/07/01 10.50.00", "2024-07-01 10:50:00.000", None),
        ("20240701T105000+0200", "2024-07-01 10:50:00.000", 120),
        ("20240701105000", "2024-07-01 10:50:00.000", None),
        ("2024:07:01 10:50:00 Monday", "2024-07-01 10:50:00.000", None),
        ("Mon, 01 Jul 2024 10:50:00 +0200", "2024-07-01 10:50:00.000", 120),
        ("1 Jul 2024 10:50:00 GMT", "2024-07-01 10:50:00.000", 0),
        ("Mon Jul  1 10:50:00 2024", "2024-07-01 10:50:00.000", None),
        ("2024:07:01 10:50:00+25:00", "2024-07-01 10:50:00.000", None),  # no such zone
    ],
)
def test_clocks_of_every_form(written: str, clock: str, offset: int | None) -> None:
    assert read(written) == (clock, offset, "second")


@pytest.mark.parametrize(
    ("written", "clock", "precision"),
    [
        ("2024-07-01T10:50", "2024-07-01 10:50:00.000", "minute"),
        ("2024:07:01", "2024-07-01 00:00:00.000", "day"),
        ("2024:07:01   :  :  ", "2024-07-01 00:00:00.000", "day"),
        ("1965:07:00 00:00:00", "1965-07-01 00:00:00.000", "month"),
        ("1965-07", "1965-07-01 00:00:00.000", "month"),
        ("1965:00:00 00:00:00", "1965-01-01 00:00:00.000", "year"),
        ("1965", "1965-01-01 00:00:00.000", "year"),
    ],
)
def test_what_is_not_written_is_not_known(written: str, clock: str, precision: str) -> None:
    assert read(written) == (clock, None, precision)


@pytest.mark.parametrize(
    "written", ["", "yesterday", "0000:00:00 00:00:00", "    :  :     :  :  ", "\0" * 19,
                "1825:12:31 23:59:59",
                "2021:13:01 00:00:00", "2021:02:30 00:00:00", "2021:05:06 25:00:00", "2021:05:06 07:61:00",
                "2021:05:065", "20150", "２０２１:05:06 07:08:09"],
)  # fmt: skip
def test_what_can_not_be_a_date_is_none(written: str) -> None:
    assert parse_date(written) is None


def test_a_date_in_the_future_is_parsed_like_any_other() -> None:
    assert read("2999:01:01 00:00:00") == ("2999-01-01 00:00:00.000", None, "second")


@pytest.mark.parametrize(
    ("written", "minutes"),
    [("+02:00", 120), ("-0330", -210), ("Z", 0), ("UTC", 0), ("UTC+1", 60), ("GMT-3", -180),
     ("+25:00", None), ("+02:75", None), ("", None), ("home", None)],
)  # fmt: skip
def test_zones(written: str, minutes: int | None) -> None:
    assert parse_zone(written) == minutes


@given(
    st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)).map(lambda each: each.replace(microsecond=0)),
    st.integers(-11 * 60, 13 * 60),
)
def test_a_date_is_the_same_in_every_format(moment: datetime, offset: int) -> None:
    zone = f"{'-' if offset < 0 else '+'}{abs(offset) // 60:02}:{abs(offset) % 60:02}"
    forms = (
        parse_date(f"{moment:%Y:%m:%d %H:%M:%S}", zone),
        parse_date(f"{moment:%Y-%m-%dT%H:%M:%S}{zone}"),
        iptc_date(f"{moment:%Y%m%d}", f"{moment:%H%M%S}{zone.replace(':', '')}"),
    )
    clock = moment.replace(tzinfo=UTC).timestamp()
    assert forms[:2] == (WrittenDate(clock, offset, "second"),) * 2
    if offset or (moment.hour, moment.minute, moment.second) != (0, 0, 0):
        assert forms[2] == WrittenDate(clock, offset, "second", in_utc=not offset)
    gps = gps_date(f"{moment:%Y:%m:%d}", (moment.hour, moment.minute, moment.second))
    assert gps == WrittenDate(clock, 0, "second", in_utc=True)


def test_iptcs_zeros_stand_for_what_is_not_known() -> None:
    for time in ("000000", "000000+0000", ""):
        found = iptc_date("20210506", time)
        assert found is not None and (found.precision, found.utc_offset) == ("day", None)
    midnight, unzoned = iptc_date("20210506", "000000+0200"), iptc_date("20210506", "103000+0000")
    assert midnight is not None and (midnight.precision, midnight.in_utc) == ("second", False)
    assert unzoned is not None and unzoned.in_utc


@given(ANYTHING | CLOCKISH, ANYTHING | CLOCKISH, ANYTHING)
def test_no_value_raises_or_gives_an_impossible_date(one: object, two: object, three: object) -> None:
    for found in (parse_date(one, two, three), iptc_date(one, two), gps_date(one, two)):
        if found is not None:
            assert math.isfinite(found.clock) and found.utc_offset in (None, *range(-720, 841))
            assert datetime(1826, 1, 1) <= datetime(1970, 1, 1) + timedelta(seconds=found.clock)
