"""When a photo was taken: one rule of belief for what its blocks and sidecars claim.

Claims that agree are merged to the richest of them; where they contradict, the rank decides. A claim that
lies in the future is kept and not believed, until its day has come: today is asked when a date is read, and
the answer is never stored, since the computer's clock may be wrong.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from enum import IntEnum

from dinodesk.records import CaptureDate, DateClaim, DatePrecision, ZoneSource

DAY = 86_400.0
"""Seconds: so far into the future a clock is believed, since it may be ahead of UTC and set wrong."""
ZONE_STEP = 15
"""Minutes: every zone in use since 1970 is a multiple (IANA time zone database)."""
_GPS_LATE = 5 * 60
"""Seconds that GPS's time may lie from the clock's and still tell its zone: a fix is some minutes old."""

_ORDER: tuple[DatePrecision, ...] = ("year", "month", "day", "minute", "second")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Rank(IntEnum):
    """Where claims contradict, the lowest counts: what a person corrected, then what the camera wrote."""

    SIDECAR_ORIGINAL = 0
    SIDECAR_CREATED = 1
    EXIF_ORIGINAL = 2
    XMP_ORIGINAL = 3
    IPTC_CREATED = 4
    XMP_CREATED = 5
    EXIF_DIGITIZED = 6
    TEXT = 7
    EXIF_CHANGED = 8
    GPS = 9


def latest(claims: Iterable[DateClaim]) -> float | None:
    """The latest instant that is claimed, in seconds since the epoch; None without claims."""
    return max((claim.instant for claim in claims), default=None)


def is_doubtful(claim: DateClaim, now: float) -> bool:
    """Whether a claim lies in the future of `now` (seconds since the epoch)."""
    return claim.instant > now + DAY


def resolve(claims: Sequence[DateClaim], now: float = float("inf")) -> CaptureDate | None:
    """The date that is believed at `now` (seconds since the epoch); None where there is none."""
    believed = [claim for claim in claims if not is_doubtful(claim, now)]
    believed.sort(key=lambda claim: claim.rank)  # stable: the first given of one rank goes first
    believed = _corrected_first(believed)
    if not believed:
        return None
    merged, agreeing = believed[0], [believed[0]]
    for claim in believed[1:]:
        if _agree(merged, claim):
            merged = _merged(merged, claim)
            agreeing.append(claim)
    offset, zone_from = merged.utc_offset, _STATED
    if offset is None and (drifted := _before_correction(merged, believed)) is not None:
        offset = drifted.utc_offset
    if offset is None:
        offset = _offset_by_gps(merged, believed)
        zone_from = _NOTHING if offset is None else _BY_GPS
    return CaptureDate(merged.clock, offset, merged.precision, _source(merged, agreeing), zone_from)


_NOTHING: ZoneSource = ""
_STATED: ZoneSource = "stated"
_BY_GPS: ZoneSource = "gps_clock"


def _source(merged: DateClaim, agreeing: Sequence[DateClaim]) -> str:
    """The block that says alone what several say together, else the one that says most of it."""
    told = (merged.clock, merged.utc_offset, merged.precision)
    for claim in agreeing:
        if (claim.clock, claim.utc_offset, claim.precision) == told:
            return claim.source
    return max(agreeing, key=_telling).source


def _before_correction(corrected: DateClaim, claims: Sequence[DateClaim]) -> DateClaim | None:
    """The claim with a zone that a correction of minutes, written without a zone, was made of."""
    if corrected.precision not in ("minute", "second"):
        return None
    for claim in claims:
        if claim.utc_offset is not None and abs(claim.clock - corrected.clock) < 60 * ZONE_STEP:
            return claim
    return None


def _corrected_first(claims: list[DateClaim]) -> list[DateClaim]:
    """Of a sidecar's dates the one that differs from the photo's own was corrected by a person."""
    own = [claim for claim in claims if claim.rank >= Rank.EXIF_ORIGINAL]
    if not own:
        return claims
    originals = [claim for claim in claims if claim.rank == Rank.SIDECAR_ORIGINAL]
    originals.sort(key=lambda claim: _agree(claim, own[0]))
    return originals + [claim for claim in claims if claim.rank != Rank.SIDECAR_ORIGINAL]


def _telling(claim: DateClaim) -> tuple[int, bool, bool]:
    """How much a claim tells, to compare: its precision, a zone, a fraction of the second."""
    return _ORDER.index(claim.precision), claim.utc_offset is not None, claim.clock % 1 != 0


def _agree(one: DateClaim, other: DateClaim) -> bool:
    """Whether two claims can both be true, as far as each goes."""
    if _same_clock(one, other):
        return one.utc_offset is None or other.utc_offset is None or one.utc_offset == other.utc_offset
    if one.utc_offset is None or other.utc_offset is None:
        return False
    # one instant, on two clocks
    clocks = ("minute", "second")
    return one.precision in clocks and other.precision in clocks and one.instant // 60 == other.instant // 60


def _same_clock(one: DateClaim, other: DateClaim) -> bool:
    coarser = _ORDER[min(_ORDER.index(one.precision), _ORDER.index(other.precision))]
    if _start(one.clock, coarser) == _start(other.clock, coarser):
        return True
    # midnight to the second is how many programs write a day without a time
    either = _says_only_the_day(one) or _says_only_the_day(other)
    return either and _start(one.clock, "day") == _start(other.clock, "day")


def _says_only_the_day(claim: DateClaim) -> bool:
    return claim.clock % DAY == 0 and not claim.utc_offset


def _start(clock: float, precision: DatePrecision) -> float:
    """The beginning of the unit in which a clock lies."""
    if precision in ("second", "minute"):
        return clock // (60 if precision == "minute" else 1)
    when = _EPOCH + timedelta(seconds=clock)
    day = when.day if precision == "day" else 1
    month = 1 if precision == "year" else when.month
    return float(calendar.timegm((when.year, month, day, 0, 0, 0)))


def _merged(first: DateClaim, second: DateClaim) -> DateClaim:
    """What two agreeing claims say together."""
    if not _same_clock(first, second):  # one instant: a clock in UTC knows nothing of the place
        return second if first.utc_offset == 0 else first
    finer, other = (first, second) if _fineness(first) >= _fineness(second) else (second, first)
    offset = finer.utc_offset if finer.utc_offset is not None else other.utc_offset
    if _says_only_the_day(other) and finer.utc_offset is None:
        offset = None if other.utc_offset == 0 else offset  # the zone of a clock that was not known
    return DateClaim(finer.clock, offset, finer.precision, first.source, first.rank)


def _fineness(claim: DateClaim) -> tuple[int, bool, bool]:
    """How finely a clock is told, to compare; a midnight may be a day without a time."""
    return _ORDER.index(claim.precision), not _says_only_the_day(claim), claim.clock % 1 != 0


def _offset_by_gps(date: DateClaim, claims: Sequence[DateClaim]) -> int | None:
    """Minutes east of UTC of a clock, by the UTC time that GPS stored at about the same moment."""
    if date.precision not in ("minute", "second"):
        return None
    for claim in claims:
        if claim.rank == Rank.GPS:
            minutes = round((date.clock - claim.clock) / 60 / ZONE_STEP) * ZONE_STEP
            late = abs(date.clock - claim.clock - 60 * minutes)
            if late <= _GPS_LATE and -12 * 60 <= minutes <= 14 * 60:
                return minutes
    return None
