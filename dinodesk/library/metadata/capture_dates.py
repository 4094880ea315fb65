"""When a photo was taken: one rule of belief for what its blocks and sidecars claim.

Claims that agree are merged to the richest of them; where they contradict, the rank decides. A claim that
lies in the future is kept and not believed, until its day has come: today is asked when a date is read, and
the answer is never stored, since the computer's clock may be wrong.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from enum import IntEnum

from dinodesk.records import CaptureDate, DateClaim, DatePrecision

DAY = 86_400.0
"""Seconds: so far into the future a clock is believed, since it may be ahead of UTC and set wrong."""
_GPS_LATE = 5 * 60
"""Seconds that GPS's time may lie from the clock's and still tell its zone: a fix is some minutes old."""
_DRIFT = 15 * 60
"""Seconds by which a clock is set right without another zone being meant."""
_QUARTERS = (5 * 60 + 45, 8 * 60 + 45, 12 * 60 + 45, 13 * 60 + 45)
"""Minutes east of UTC of the zones in use that are no multiple of half an hour (IANA time zone database)."""

_ORDER: tuple[DatePrecision, ...] = ("year", "month", "day", "minute", "second")
_CLOCKS = ("minute", "second")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


SIDECAR = "sidecar"
"""The source of claims that are made in sidecars."""


class Rank(IntEnum):
    """Where claims contradict, the lowest counts: what a person corrected, then what the camera wrote."""

    SIDECAR_ORIGINAL = 0
    SHARED_ORIGINAL = 1  # of a sidecar that several photos share, where there is one of the photo alone
    EXIF_ORIGINAL = 2
    XMP_ORIGINAL = 3
    IPTC_CREATED = 4
    SIDECAR_CREATED = 5  # XMP's CreateDate is when the photo was digitized
    XMP_CREATED = 6
    EXIF_DIGITIZED = 7
    TEXT = 8
    EXIF_CHANGED = 9
    GPS = 10


_OF_THE_SHOT = (Rank.EXIF_ORIGINAL, Rank.XMP_ORIGINAL, Rank.IPTC_CREATED)
"""Ranks whose zone is that of the camera when the photo was taken."""
_NO_CLOCK_OF_THE_SHOT = (Rank.EXIF_CHANGED, Rank.GPS)
"""Ranks that may tell a zone, and never the time of a day that a better claim names."""


def latest(claims: Iterable[DateClaim]) -> float | None:
    """The latest instant that is claimed, in seconds since the epoch; None without claims."""
    return max((claim.instant for claim in claims), default=None)


def is_doubtful(claim: DateClaim, now: float) -> bool:
    """Whether a claim lies in the future of `now` (seconds since the epoch)."""
    return claim.instant > now + DAY


def resolve(
    claims: Sequence[DateClaim],
    now: float = float("inf"),
    offset_at_place: Callable[[float], int | None] | None = None,
) -> CaptureDate | None:
    """The date that is believed at `now` (seconds since the epoch); None where there is none.

    `offset_at_place` gives the zone at the photo's coordinates for a clock there, in minutes east of UTC.
    """
    believed = [claim for claim in claims if not is_doubtful(claim, now)]
    believed.sort(key=lambda claim: claim.rank)  # stable: the first given of one rank goes first
    believed = _corrections_first(believed)
    if not believed:
        return None
    merged, agreeing = believed[0], [believed[0]]
    for claim in believed[1:]:
        if _agree(merged, claim):
            merged = _merged(merged, claim)
            agreeing.append(claim)
    return _with_zone(merged, _source(merged, agreeing), believed, offset_at_place)


def _with_zone(
    date: DateClaim,
    source: str,
    claims: Sequence[DateClaim],
    offset_at_place: Callable[[float], int | None] | None,
) -> CaptureDate:
    """The date with its zone: stated, else by GPS and the coordinates, else by the photo's own clock."""
    at_place = offset_at_place or (lambda _clock: None)
    found = CaptureDate(date.clock, date.utc_offset, date.precision, source, "stated", instant_known=True)
    if date.utc_offset is not None and not date.in_utc:
        return found
    if date.in_utc:  # only the instant is known: the place tells what its clocks showed
        local = at_place(date.clock)
        if local is None or date.precision not in _CLOCKS:
            return replace(found, zone_from="utc")
        return replace(found, clock=date.clock + 60 * local, utc_offset=local, zone_from="gps_place")
    stated = [claim for claim in claims if claim.utc_offset is not None and not claim.in_utc]
    for claim in stated:  # a correction of minutes that was written without a zone
        if date.precision in _CLOCKS and abs(claim.clock - date.clock) < _DRIFT:
            return replace(found, utc_offset=claim.utc_offset)
    found = replace(found, zone_from="", instant_known=False)
    by_gps, place = _offset_by_gps(date, claims), at_place(date.clock)
    if place is not None and (by_gps is None or abs(by_gps - place) <= 60):
        return replace(found, utc_offset=place, zone_from="gps_place")
    if by_gps is not None:
        return replace(found, utc_offset=by_gps, zone_from="gps_clock")
    shots = [claim for claim in stated if claim.rank in _OF_THE_SHOT]
    if shots and date.precision in _CLOCKS:
        return replace(found, utc_offset=shots[0].utc_offset, zone_from="photo")
    return found


def _source(merged: DateClaim, agreeing: Sequence[DateClaim]) -> str:
    """The block that says alone what several say together, else the first one with this clock."""
    told = (merged.clock, merged.utc_offset, merged.precision)
    for claim in agreeing:
        if (claim.clock, claim.utc_offset, claim.precision) == told:
            return claim.source
    return next(claim.source for claim in agreeing if claim.clock == merged.clock)


def _corrections_first(claims: list[DateClaim]) -> list[DateClaim]:
    """A sidecar's date that differs from all of the photo's own was corrected by a person: it goes first.

    Of one sidecar's dates the one that differs; its CreateDate only where it differs from every own date.
    """
    own = [claim for claim in claims if not _of_sidecar(claim) and claim.rank not in _NO_CLOCK_OF_THE_SHOT]
    if not own:
        return claims

    def key(claim: DateClaim) -> tuple[int, bool]:
        if not _of_sidecar(claim):
            return claim.rank, False
        corrected = not any(_agree(claim, each) for each in own)
        raised = corrected and claim.rank == Rank.SIDECAR_CREATED
        return Rank.SHARED_ORIGINAL if raised else claim.rank, not corrected

    return sorted(claims, key=key)


def _of_sidecar(claim: DateClaim) -> bool:
    return claim.source == SIDECAR


def _agree(one: DateClaim, other: DateClaim) -> bool:
    """Whether two claims can both be true, as far as each goes."""
    unit = _ORDER[min(_surely_known(one), _surely_known(other))]
    if _start(one.clock, unit) == _start(other.clock, unit):
        # a day is the same in every zone, and UTC stands in for a zone that a program does not know
        zones = {claim.utc_offset for claim in (one, other) if not claim.in_utc} - {None}
        return len(zones) <= 1 or unit not in _CLOCKS
    if unit not in _CLOCKS or one.utc_offset is None or other.utc_offset is None:
        return False
    return one.instant // 60 == other.instant // 60  # one instant, on two clocks


def _surely_known(claim: DateClaim) -> int:
    """The smallest unit that is surely known, as its number in `_ORDER`."""
    unit = _ORDER.index(claim.precision)
    return min(unit, _ORDER.index("day")) if _may_be_a_day(claim) else unit


def _may_be_a_day(claim: DateClaim) -> bool:
    """Whether a claim names a day at most, or a midnight, which is how many programs write a day.

    A camera that writes its zone knows its time too.
    """
    if claim.precision not in _CLOCKS:
        return True
    by_camera = claim.rank == Rank.EXIF_ORIGINAL and claim.utc_offset is not None
    return claim.clock % DAY == 0 and not by_camera


def _start(clock: float, unit: DatePrecision) -> float:
    """The beginning of the unit in which a clock lies."""
    if unit in _CLOCKS:
        return clock // (60 if unit == "minute" else 1)
    when = _EPOCH + timedelta(seconds=clock)
    day = when.day if unit == "day" else 1
    month = 1 if unit == "year" else when.month
    return float(calendar.timegm((when.year, month, day, 0, 0, 0)))


def _merged(first: DateClaim, second: DateClaim) -> DateClaim:
    """What two agreeing claims say together; the first has the better rank and gives it on."""
    a_day = _may_be_a_day(first)
    if a_day == _may_be_a_day(second) and not a_day and first.clock // 60 != second.clock // 60:
        # one instant: a clock in UTC knows nothing of the place
        return replace(second, rank=first.rank) if first.utc_offset == 0 else first
    finer, other = first, second
    if _fineness(second) > _fineness(first) and second.rank not in _NO_CLOCK_OF_THE_SHOT:
        finer, other = second, first
    return replace(_zoned(finer, other), rank=first.rank)


def _fineness(claim: DateClaim) -> tuple[int, int, bool]:
    """How finely a clock is told, to compare."""
    return _surely_known(claim), _ORDER.index(claim.precision), claim.clock % 1 != 0


def _zoned(clock: DateClaim, other: DateClaim) -> DateClaim:
    """`clock` with the zone that it or the other states; UTC that stands in for a zone is none."""
    for claim in (clock, other):
        if claim.utc_offset is not None and not claim.in_utc:
            return replace(clock, utc_offset=claim.utc_offset, in_utc=False)
    if clock.in_utc and other.utc_offset is None and not _may_be_a_day(other):
        return replace(clock, utc_offset=None, in_utc=False)
    return clock


def _offset_by_gps(date: DateClaim, claims: Sequence[DateClaim]) -> int | None:
    """Minutes east of UTC of a clock, by the UTC time that GPS stored at about the same moment."""
    if date.precision not in _CLOCKS:
        return None
    for claim in claims:
        if claim.rank == Rank.GPS:
            apart = (date.clock - claim.clock) / 60
            candidates = (round(apart / 30) * 30, *_QUARTERS)
            minutes = min(candidates, key=lambda each: abs(apart - each))
            if abs(apart - minutes) * 60 <= _GPS_LATE and -12 * 60 <= minutes <= 14 * 60:
                return minutes
    return None
