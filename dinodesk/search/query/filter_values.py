"""Values of filters: checked, brought into one form, and what they mean as numbers."""

from __future__ import annotations

import difflib
import math
import re
from dataclasses import dataclass
from datetime import date, timedelta

from dinodesk.records import Comparison, FilterTerm, Interval, PhotoFilter
from dinodesk.search.query.date_values import days_of, normalised_date
from dinodesk.search.query.filter_keys import ANY, KEYS, FilterKey

_NUMBER = re.compile(r"(-?\d{1,15}(?:\.\d{1,9})?)\s*([a-z]{0,3})", re.ASCII)
_BYTES = {"": 1, "b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "k": 10**3, "m": 10**6, "g": 10**9}
_UNITS = {"mm": {"": 1, "mm": 1}, "width": {"": 1, "px": 1}, "height": {"": 1, "px": 1}, "size": _BYTES}
_LONGEST, _STARS = 4000, 8
"""Characters of a name, as long as a path may be, and stars in it: more would take long to compare."""
_AS_WRITTEN = 0.05
"""So far a photo's f-number or focal length may lie from the one that is asked for: cameras write 2.828."""
_EPOCH = date(1970, 1, 1)
_DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Misunderstood:
    """Why a filter can't be applied, as a sentence without its full stop."""

    why: str


def filter_term(
    key: FilterKey, values: list[str], comparison: Comparison = "="
) -> FilterTerm | Misunderstood:
    """The filter of a key and its values as they were written."""
    written = [" ".join(_without_controls(value).split()) for value in values]
    written = [value for value in written if value]
    if not written:
        return Misunderstood(f"{key.name}: has no value; write it right behind, as in {key.example}")
    if comparison != "=" and len(written) > 1:
        return Misunderstood(f"{key.name}{comparison} takes one value, as in {key.example}")
    found: list[str] = []
    for value in written:
        normal = _normalised(key, value, comparison)
        if isinstance(normal, Misunderstood):
            return normal
        found.append(normal)
    return FilterTerm(key.name, tuple(dict.fromkeys(found)), comparison)


def _without_controls(value: str) -> str:
    """No name has them, and SQL ends a text at a zero."""
    return "".join(char if char >= " " and char != "\x7f" else " " for char in value)


def photo_filter(term: FilterTerm, today: date) -> PhotoFilter:
    """The filter as the library finds its photos; words for dates mean what they mean `today`."""
    key = KEYS[term.key]
    if key.kind == "date":
        intervals = tuple(
            _clock_interval(term.key, term.comparison, *days_of(each, today)) for each in term.values
        )
        return PhotoFilter("date", intervals=intervals)
    if key.kind == "number":
        return PhotoFilter(
            term.key, intervals=tuple(_interval(key, term.comparison, each) for each in term.values)
        )
    return PhotoFilter(term.key, words=term.values)


def _normalised(key: FilterKey, value: str, comparison: Comparison) -> str | Misunderstood:
    match key.kind:
        case "date":
            normal = normalised_date(value)
            if normal is None or (".." in normal and (comparison != "=" or key.name != "date")):
                return Misunderstood(
                    f"{key.name}: {value} is no date; write 2019, 2019-07, 2019-07-14"
                    + (", 2019..2021" if key.name == "date" else "")
                    + ", 7d or last summer"
                )
            return normal
        case "number":
            return _normalised_number(key, value, comparison)
        case "choice":
            choice = value.casefold().removeprefix(".")
            choice = {"jpg": "jpeg", "heif": "heic", "tif": "tiff", "unlabeled": "unlabelled"}.get(
                choice, choice
            )
            if choice in key.choices:
                return choice
            near = difflib.get_close_matches(choice, key.choices, n=1)
            meant = f"did you mean {key.name}:{near[0]}?" if near else f"there are {', '.join(key.choices)}"
            return Misunderstood(f"{key.name}:{value} not known, {meant}")
        case "name":
            if len(value) > _LONGEST or value.count("*") > _STARS:
                return Misunderstood(f"{key.name}: the name is too long, or has too many stars")
            return value.removeprefix(".").casefold() or value if key.name == "ext" else value


def _normalised_number(key: FilterKey, value: str, comparison: Comparison) -> str | Misunderstood:
    low, dots, high = value.partition("..")
    wrong = Misunderstood(f"{key.name}: {value} {_fault(key, value)}; write it as in {key.example}")
    if not dots:
        number = _number(key, value)
        return wrong if number is None else _written(key, number)
    if comparison != "=" or not (low or high):
        return wrong
    ends = [_number(key, end) if end else None for end in (low, high)]
    if any(number is None for end, number in zip((low, high), ends, strict=True) if end):
        return wrong
    first, last = ends
    if first is not None and last is not None and first > last:
        first, last = last, first
    return "..".join("" if number is None else _written(key, number) for number in (first, last))


def _fault(key: FilterKey, value: str) -> str:
    """What is wrong with a value that was not taken for a number."""
    numbers = [match for each in value.split("..") if (match := _NUMBER.fullmatch(each.casefold()))]
    if any(not key.least <= float(match[1]) <= key.most for match in numbers):
        return (
            f"is not between {_plain(key.least)} and {_plain(key.most)}" if key.most < ANY else "is below 0"
        )
    return "is no number"


def _number(key: FilterKey, written: str) -> float | None:
    match = _NUMBER.fullmatch(written.casefold().removeprefix("f/" if key.name == "f" else ""))
    if match is None:
        return None
    factor = _UNITS.get(key.name, {"": 1}).get(match[2])
    if factor is None:
        return None
    number = float(match[1]) * factor
    if key.whole:
        number = float(round(number)) if key.name == "size" else number
        if not number.is_integer():
            return None
    return number if key.least <= number <= key.most else None


def _written(key: FilterKey, number: float) -> str:
    if key.name == "size":
        for unit, factor in (("GB", 10**9), ("MB", 10**6), ("KB", 10**3)):
            if number and number % (factor // 10) == 0 and number >= factor:
                return f"{_plain(number / factor)}{unit}"
    return _plain(number)


def _plain(number: float) -> str:
    return str(int(number)) if float(number).is_integer() else f"{number:.9f}".rstrip("0")


def _interval(key: FilterKey, comparison: Comparison, value: str) -> Interval:
    if ".." in value:
        low, _, high = (_number(key, part) if part else None for part in value.partition(".."))
        found = Interval(-math.inf if low is None else low, math.inf if high is None else high)
        return found if key.whole else Interval(found.low - 1e-6, found.high + 1e-6)
    number = _number(key, value)
    assert number is not None  # it was normalised
    rounding = 0.0 if key.whole else 1e-6  # 2.8 may be stored as 2.8000001
    match comparison:
        case "=":
            return (
                Interval(number, number)
                if key.whole
                else Interval(number - _AS_WRITTEN, number + _AS_WRITTEN)
            )
        case "<":
            return Interval(high=math.nextafter(number - rounding, -math.inf))
        case "<=":
            return Interval(high=number + rounding)
        case ">":
            return Interval(low=math.nextafter(number + rounding, math.inf))
        case ">=":
            return Interval(low=number - rounding)


def _clock_interval(key: str, comparison: Comparison, first: date, last: date) -> Interval:
    start = (first - _EPOCH) / timedelta(1) * _DAY
    if first == date.min:
        start = -math.inf
    end = math.inf if last == date.max else ((last - _EPOCH) / timedelta(1) + 1) * _DAY
    before_start, before_end = math.nextafter(start, -math.inf), math.nextafter(end, -math.inf)
    if key == "after":
        comparison = ">="
    elif key == "before":
        comparison = "<"
    match comparison:
        case "=":
            return Interval(start, end if math.isinf(end) else before_end)
        case ">=":
            return Interval(low=start)
        case ">":
            return Interval(low=end)
        case "<":
            return Interval(high=before_start)
        case "<=":
            return Interval(high=end if math.isinf(end) else before_end)
