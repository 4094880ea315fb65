"""Cleaning values from foreign files; what can't be true is dropped.

Every function takes anything and returns None or "" for what is no such value; none raises.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from dinodesk.text_decoding import decode_text

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
_PERCENT_OF_STARS = (1, 25, 50, 75, 99)
"""What Windows writes for one to five stars."""

# not characters, and marks of writing direction, with which one text can be made to look like another
_UNWANTED = dict.fromkeys(
    [0xFFFE, 0xFFFF, 0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF]
)


_COORDINATE = re.compile(
    r"(?P<before>[NSEWnsew]?)\s*(?P<sign>[-+\u2212]?)\s*"
    r"(?P<numbers>\d{1,3}(?:\.\d+)?(?:[\s,;:°º\u02da]+|\s*deg\s*)?"
    r"(?:\d+(?:\.\d+)?[\s,;:'′’]*)?(?:\d{1,2}(?:\.\d+)?)?)"
    r"\s*(?:[\"″”]|'')?\s*(?P<behind>[NSEWnsew]?)[A-Za-z]*",
    re.ASCII,
)


_RATIONAL = re.compile(r"(\d+)/([1-9]\d*)", re.ASCII)
_DECIMAL_COMMA = re.compile(r"(\d{1,3}),(\d+)", re.ASCII)


def text(value: Any, limit: int = NAME, *, lines: bool = False, declared: str = "", most: int = 0) -> str:
    """`value` as readable text of at most `limit` characters; line breaks only with `lines`.

    Bytes are decoded by `text_decoding`: `declared` is the encoding that their container names, and `most`
    the bytes that its format allows a value: one of exactly so many may have been cut within a character.
    """
    if isinstance(value, bytes | bytearray):
        cut = len(value) > 8 * limit or 0 < most == len(value)
        value = decode_text(bytes(value[: 8 * limit]), declared, cut=cut)
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


def stars_of_percent(value: Any) -> int | None:
    """0 to 5 stars of Windows' 0 to 100."""
    found = number(value, 0, 100)
    return None if found is None else sum(found >= least for least in _PERCENT_OF_STARS)


def degrees(value: Any, reference: Any, limit: float) -> float | None:
    """A latitude or longitude from degrees, minutes, seconds and "N", "S", "E" or "W".

    Minutes or seconds that are no numbers (0/0) count as none; negative degrees are those of the other side.
    """
    try:
        parts = [number(each, -360, 360) for each in value]
    except TypeError:
        return None
    while len(parts) > 1 and parts[-1] is None:
        parts.pop()
    if not parts or len(parts) > 3 or any(part is None for part in parts):
        return None
    whole = [abs(part) for part in parts if part is not None]
    found = sum(part / 60**power for power, part in enumerate(whole))
    signed = _signed(found, text(reference)[:1].upper(), limit)
    negative = any(part is not None and part < 0 for part in parts)
    return -abs(signed) if signed is not None and negative else signed


def coordinate(written: Any, reference: Any, limit: float) -> float | None:
    """A latitude or longitude from a text of any common form.

    "48,51.5N" and "48,51,30N" (XMP), "48.858333", "-2.35", "N 48.858333", "48° 51' 30\" n",
    "48 deg 51' 30.00\" N"; the letter may stand apart as `reference`, a sign takes its place.
    """
    written = _RATIONAL.sub(lambda pair: str(float(pair[1]) / float(pair[2])), text(written))
    if (plain := number(written, -limit, limit)) is not None and not text(reference):
        return plain
    match = _COORDINATE.fullmatch(written)
    if match is None:
        return None
    letter = (match["before"] or match["behind"] or text(reference)[:1]).upper()
    numbers = match["numbers"].strip(" ,;")
    if (decimal := _DECIMAL_COMMA.fullmatch(numbers)) and (len(decimal[2]) > 2 or not letter):
        numbers = f"{decimal[1]}.{decimal[2]}"  # as programs write it in countries with a decimal comma
    parts = [float(part) for part in re.findall(r"\d+(?:\.\d+)?", numbers)]
    if not 1 <= len(parts) <= 3 or any(part > 60 for part in parts[1:]):
        return None
    found = sum(part / 60**power for power, part in enumerate(parts))
    if match["sign"]:
        return -found if match["sign"] != "+" and found <= limit else found if found <= limit else None
    if not letter and len(parts) == 1:  # a plain number has its sign
        return found if found <= limit else None
    return _signed(found, letter, limit)


def _signed(found: float, letter: str, limit: float) -> float | None:
    if letter not in ("N", "S", "E", "W") or (letter in "NS") != (limit == 90) or found > limit:
        return None
    return -found if letter in "SW" else found


def point(latitude: float | None, longitude: float | None) -> tuple[float, float] | None:
    """Both or neither; 0/0 is what a camera without reception writes."""
    if latitude is None or longitude is None or (abs(latitude) < 1e-6 and abs(longitude) < 1e-6):
        return None
    return round(latitude, 6), round(longitude, 6)
