"""Cleaning values from foreign files; what can't be true is dropped.

Every function takes anything and returns None or "" for what is no such value; none raises.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

NAME, TITLE, STORY, KEYWORDS = 200, 500, 4000, 200
"""Longest name, title and description in characters, and the most keywords of a photo."""

ALTITUDE = (0, 30_000)
"""Metres above or below the sea (the sign has a field of its own); aeroplanes fly lower."""
ISO_SPEED = (1, 5_000_000)
"""ISO 12232; no camera offers more."""
FOCAL_LENGTH = (0.5, 10_000)
"""Millimetres."""
APERTURE = (0.5, 128)
"""F-number."""
EXPOSURE = (1e-6, 86_400)
"""Seconds: from a millionth to a day."""
ZONES = (-12 * 60, 14 * 60)
"""Minutes east of UTC: the time zones that exist lie between UTC-12 and UTC+14."""

FIRST_PHOTO = datetime(1826, 1, 1, tzinfo=UTC)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# not characters, and marks of writing direction, with which one text can be made to look like another
_UNWANTED = dict.fromkeys(
    [0xFFFE, 0xFFFF, 0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF]
)
_EXIF_DATE = re.compile(r"(\d{4})[:\-/.](\d\d)[:\-/.](\d\d)(?:[ T]+(\d\d):(\d\d)(?::(\d\d))?)?", re.ASCII)
_ISO_DATE = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?\s*(Z|[+-]\d\d:?\d\d)?)?", re.ASCII
)
_IPTC_DATE = re.compile(r"(\d{4})(\d\d)(\d\d)", re.ASCII)
_IPTC_TIME = re.compile(r"(\d\d)(\d\d)(\d\d)\s*([+-]\d{4})?", re.ASCII)
_ZONE = re.compile(r"([+-])(\d\d):?(\d\d)", re.ASCII)


@dataclass(frozen=True, slots=True)
class PhotoDate:
    """A date: seconds since the epoch, and minutes east of UTC of the clock, None where unknown."""

    seconds: float
    offset: int | None


def text(value: Any, limit: int = NAME, *, lines: bool = False) -> str:
    """`value` as readable text of at most `limit` characters; line breaks only with `lines`."""
    if isinstance(value, bytes | bytearray):
        value = bytes(value[: 8 * limit])
        try:
            value = value.decode("utf-8")
        except UnicodeDecodeError as error:
            # cut inside a character; otherwise an older program wrote it in Windows' code page
            cut = error.start >= len(value) - 3
            value = value[: error.start].decode("utf-8") if cut else value.decode("cp1252", "replace")
    if not isinstance(value, str):
        return ""
    value = unicodedata.normalize("NFC", _without_controls(value[: 8 * limit], lines).translate(_UNWANTED))
    value = value.strip() if lines else " ".join(value.split())
    return str(value[:limit]).rstrip()


def _without_controls(value: str, lines: bool) -> str:
    value = value.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    kept = "\n\t" if lines else ""
    return "".join(
        char if char in kept or (char >= " " and unicodedata.category(char) not in ("Cc", "Cs")) else
        " " if char in "\n\t" else ""
        for char in value
    )  # fmt: skip


def words(values: Iterable[Any]) -> tuple[str, ...]:
    """Keywords: cleaned, each once whatever its case, at most 200."""
    found: dict[str, str] = {}
    for value in values:
        word = text(value)
        if word:
            found.setdefault(word.casefold(), word)
        if len(found) == KEYWORDS:
            break
    return tuple(found.values())


def number(value: Any, low: float, high: float) -> float | None:
    """A finite number within `low` to `high`: from a number, a rational, or "a/b" in words."""
    try:
        if isinstance(value, list | tuple) and len(value) == 1:
            value = value[0]
        if isinstance(value, bytes):
            value = value[:64].decode("ascii")
        if isinstance(value, str):
            above, _, below = value[:64].strip("\0 ").partition("/")
            value = float(above) / float(below) if below else float(above)
        found = float(value)
    except (ArithmeticError, ValueError, TypeError):
        return None
    return found if math.isfinite(found) and low <= found <= high else None


def rating(value: Any) -> int | None:
    """-1 rejected, 0 to 5."""
    found = number(value, -1, 5)
    return None if found is None else round(found)


def degrees(value: Any, reference: Any, limit: float) -> float | None:
    """A latitude or longitude from degrees, minutes, seconds and "N", "S", "E" or "W"."""
    try:
        parts = [number(each, 0, 360) for each in value]
    except TypeError:
        return None
    if not parts or len(parts) > 3 or any(part is None for part in parts):
        return None
    found = sum(float(part or 0) / 60**power for power, part in enumerate(parts))
    sign = text(reference)[:1].upper()
    if sign not in ("N", "S", "E", "W") or (sign in "NS") != (limit == 90) or found > limit:
        return None
    return -found if sign in "SW" else found


def point(latitude: float | None, longitude: float | None) -> tuple[float, float] | None:
    """Both or neither; 0/0 is what a camera without reception writes."""
    if latitude is None or longitude is None or (abs(latitude) < 1e-6 and abs(longitude) < 1e-6):
        return None
    return round(latitude, 6), round(longitude, 6)


# ── dates ───────────────────────────────────────────────────────────────────────────────────────


def exif_date(value: Any, zone: Any = None, fraction: Any = None) -> PhotoDate | None:
    """EXIF's "2021:05:06 07:08:09", its zone "+02:00" and its fraction of a second "123"."""
    match = _EXIF_DATE.match(text(value))
    if match is None or match[4] is None:
        return None  # EXIF writes a date without a time where it is not known
    return _moment(match.groups(), text(fraction), _offset(text(zone)))


def iso_date(value: Any) -> PhotoDate | None:
    """XMP's "2021-05-06T07:08:09.123+02:00"; the time, its seconds and the zone may be left out."""
    written = text(value)
    match = _ISO_DATE.match(written)
    if match is None:
        return exif_date(written)  # some programs write EXIF's format into XMP
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    return _moment((year, month, day, hour, minute, second), fraction or "", _offset(zone or ""))


def iptc_date(date: Any, time: Any = None) -> PhotoDate | None:
    """IPTC's "20210506" and "070809+0200"."""
    day = _IPTC_DATE.match(text(date))
    clock = _IPTC_TIME.match(text(time))
    if day is None:
        return None
    return _moment(
        (*day.groups(), *(clock.groups()[:3] if clock else ())), "", _offset(clock[4] or "" if clock else "")
    )


def gps_date(date: Any, time: Any) -> PhotoDate | None:
    """GPS's day "2021:05:06" and hour, minute, second, which are UTC's."""
    try:
        clock = [number(each, 0, 60) for each in time]
    except TypeError:
        return None
    if len(clock) != 3 or any(each is None for each in clock):
        return None
    parts = "".join(f"{int(each or 0):02}:" for each in clock)[:-1]
    return exif_date(f"{text(date)[:10]} {parts}", "Z")


def _moment(parts: tuple[str | None, ...], fraction: str, offset: int | None) -> PhotoDate | None:
    try:
        numbers = [int(part) for part in parts if part is not None]
        zone = timezone(timedelta(minutes=offset)) if offset is not None else UTC
        when = datetime(*numbers, tzinfo=zone)  # type: ignore[arg-type, misc]
        digits = re.match(r"\d{1,6}", fraction, re.ASCII)
        seconds = (when - _EPOCH).total_seconds() + (float(f"0.{digits[0]}") if digits else 0.0)
        if not FIRST_PHOTO <= when <= datetime.now(UTC) + timedelta(days=1):
            return None
    except (ValueError, OverflowError, TypeError):
        return None
    return PhotoDate(seconds, offset)


def _offset(zone: str) -> int | None:
    if zone.upper() == "Z":
        return 0
    match = _ZONE.match(zone)
    if match is None:
        return None
    minutes = (int(match[2]) * 60 + int(match[3])) * (-1 if match[1] == "-" else 1)
    return minutes if ZONES[0] <= minutes <= ZONES[1] and int(match[3]) < 60 else None
