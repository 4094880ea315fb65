"""Filters of a query in plain words."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from dinodesk.records import FilterTerm
from dinodesk.ui.text.plain_text import one_line

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip
_DAY = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?")
_AGO = re.compile(r"(\d+)([dwmy])")
_UNITS: Final = {"d": "day", "w": "week", "m": "month", "y": "year"}
_FACTS = {"gps": "with a position", "caption": "with a caption", "people": "with named people"}
_TYPES = {
    "video": "videos", "jpeg": "JPEG", "png": "PNG", "webp": "WebP", "gif": "GIF", "tiff": "TIFF",
    "bmp": "BMP", "avif": "AVIF", "heic": "HEIC", "jxl": "JPEG XL",
}  # fmt: skip
_NAMED = {
    "in": "in", "camera": "camera", "lens": "lens", "place": "place", "label": "label", "album": "album",
    "keyword": "keyword", "person": "with", "name": "name",
}  # fmt: skip
"""What stands before the values of keys of names."""
_NUMBERED: dict[str, str] = {
    "iso": "ISO {}", "f": "f/{}", "mm": "{} mm", "rating": "rating {}", "size": "size {}",
    "width": "width {}", "height": "height {}",
}  # fmt: skip


def filter_words(term: FilterTerm) -> str:
    """A filter as its chip says it: "after 2012", "rating 3 or more", "camera X100V"."""
    key, values = term.key, term.values
    if key in _NAMED:
        return f"{_NAMED[key]} {_either(values)}"
    match key:
        case "after" | "before":
            return f"{key} {_either([_spoken(value) for value in values])}"
        case "date":
            return _numbers(term, _spoken, " to ", "from {} on", "until {}")
        case "ext":
            return _either([f".{value}" for value in values])
        case "type":
            return _either([_TYPES.get(value, value) for value in values])
        case "has":
            return _either([_FACTS.get(value, f"with {value}") for value in values])
        case "is":
            return _either(values)
    return _NUMBERED.get(key, key + " {}").format(_numbers(term, _grouped, " to ", "{} or more", "up to {}"))


def filter_sentence(term: FilterTerm) -> str:
    """The same as the line below the bar says it, dates and stars in full: "taken from 1 January 2012 on"."""
    values = term.values
    match term.key:
        case "after":
            return "taken from " + _either([_first_day(value) for value in values]) + " on"
        case "before":
            return "taken before " + _either([_first_day(value) for value in values])
        case "date" if term.comparison == "=":
            return "taken " + _either([_during(value) for value in values])
        case "date":
            return "taken " + filter_words(term)
        case "rating":
            if term.comparison == "=" and values in (("0",), ("-1",)):
                return "unrated" if values == ("0",) else "rejected"
            stars = _numbers(term, str, " to ", "{} or more", "up to {}")
            one = stars == "1"
            if stars.endswith(" or more"):
                number = stars.removesuffix(" or more")
                return f"{number} {'star' if number == '1' else 'stars'} or more"
            return f"{stars} {'star' if one else 'stars'}"
        case "person":
            return "with " + _either(values)
        case "type":
            return "of the kind " + filter_words(term)
    return filter_words(term)


def _either(values: tuple[str, ...] | list[str]) -> str:
    shown = [one_line(value) for value in values]
    return shown[0] if len(shown) == 1 else ", ".join(shown[:-1]) + " or " + shown[-1]


def _numbers(term: FilterTerm, write: Callable[[str], str], to: str, least: str, most: str) -> str:
    """Values, ranges ("3..", "..5", "3..5") and comparisons in words; `least` and `most` hold a place for
    the number."""
    found = []
    for value in term.values:
        low, dots, high = value.partition("..")
        if dots:
            ends = [write(end) for end in (low, high) if end]
            found.append(to.join(ends) if len(ends) == 2 else (least if low else most).format(ends[0]))
        else:
            shown = write(value)
            forms = {"=": "{}", ">": "over {}", ">=": least, "<": "under {}", "<=": most}
            if term.key == "date":
                forms |= {">": "after {}", "<": "before {}"}
            found.append(forms[term.comparison].format(shown))
    return _either(found)


def _grouped(value: str) -> str:
    """A number with its thousands set apart; what is no number as it is, a unit set apart."""
    match = re.fullmatch(r"(\d+)(\.\d+)?([A-Z]*)", value)
    if match is None:
        return value
    unit = f" {match[3]}" if match[3] else ""
    return f"{int(match[1]):,}{match[2] or ''}{unit}"


def _spoken(value: str) -> str:
    """A date as it is typed; "7d" in words."""
    if ago := _AGO.fullmatch(value):
        number = int(ago[1])
        unit = _UNITS[ago[2]]
        return f"the last {unit}" if number == 1 else f"the last {number} {unit}s"
    return value


def _first_day(value: str) -> str:
    """The day on which a year, month or day begins; words as they are."""
    match = _DAY.fullmatch(value)
    if match is None:
        return _spoken(value)
    return f"{int(match[3] or 1)} {_MONTHS[int(match[2] or 1) - 1]} {match[1]}"


def _during(value: str) -> str:
    """ "in 2019", "in July 2019", "on 14 July 2019", "from 1 May 2019 to 2021", "today", "last summer"."""
    low, dots, high = value.partition("..")
    if dots:
        first, last = (_day_or_span(end) for end in (low, high))
        if not low:
            return f"until the end of {last}"
        return f"from {first} on" if not high else f"from {first} to {last}"
    if _DAY.fullmatch(value):
        return f"{'on' if value.count('-') == 2 else 'in'} {_day_or_span(value)}"
    return f"in {_spoken(value)}" if _AGO.fullmatch(value) else value


def _day_or_span(value: str) -> str:
    match = _DAY.fullmatch(value)
    if match is None:
        return value
    year, month, day = match.groups()
    if month is None:
        return year
    return (
        f"{_MONTHS[int(month) - 1]} {year}" if day is None else f"{int(day)} {_MONTHS[int(month) - 1]} {year}"
    )
