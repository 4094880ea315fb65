"""What a library offers for a query: completions of what is typed, the nearest value of an empty filter."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterator
from datetime import date

from dinodesk.engine.search.query_filter import QueryFilter
from dinodesk.records import AllOf, FilterTerm, QueryNode, Suggestion
from dinodesk.search.query.filter_keys import KEYS, FilterKey
from dinodesk.search.query.writer import normalised, written_filter
from dinodesk.text_folding import folded, words_of

MOST = 12
"""Suggestions of one kind."""
_DATES = ("today", "yesterday", "7d", "this month", "last month", "this year", "last year", "last summer")
_NEAR, _SHORTEST = 0.6, 3
"""How alike a value, or a word of it of so many letters, must be to be named instead of one nobody has."""
_OFFERED = ("label", "album", "place", "person", "keyword", "camera")
"""Keys whose values are offered for plain words."""
_PIECE = re.compile(r'(?:^|(?<=[\s(|]))(?P<minus>-?)(?P<piece>(?:[^\s"()|]|"[^"]*"?)*)$')
_KEYED = re.compile(r"(?P<key>[a-z]+):(?P<others>(?:[^,]*,)*)(?P<value>[^,]*)$", re.IGNORECASE)
_STARS = re.compile(r"(?:^|\s)([1-5])\s+stars?$", re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)\d\d")
_SOME_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_A_YEAR = re.compile(r"(?<!\d)\d{4}(?!\w)")
_WITHOUT = re.compile(r"(?:^|\s)(no|without)\s+(\w+)$", re.IGNORECASE)
_MODEL = re.compile(r"\w*\d\w+|\w{2,}\d\w*")
"""The word of a camera's name that says enough: X100V, P6000."""
_ENDING = re.compile(r"\*?\.(\w{2,5})$")


def why_empty(filters: QueryFilter, restriction: QueryNode, today: date) -> str:
    """Why no photo passes: the first filter that nothing passes, and the value that is nearest to its own."""
    parts = restriction.parts if isinstance(restriction, AllOf) else (restriction,)
    for part in parts:
        if not filters.inside(part, today).any():
            nearest = _nearest(filters, part) if isinstance(part, FilterTerm) else ""
            return f"None with {normalised(part)}{nearest and '; ' + nearest}."
    return f"None with {normalised(restriction)} together."


def complete(filters: QueryFilter, text: str, cursor: int) -> list[Suggestion]:
    """What may stand at the cursor instead of what is being typed there, the likeliest first.

    Words that look like filters are offered as those; nothing is applied by itself.
    """
    before = text[:cursor]
    match = _PIECE.search(before)
    if match is None or not match["piece"]:
        return []
    start, piece = match.start("piece"), match["piece"]
    if piece.startswith("#"):
        return list(_values(filters, KEYS["label"], piece[1:], "#", start, cursor))
    keyed = _KEYED.fullmatch(piece)
    if keyed and keyed["key"].casefold() in KEYS:
        key = KEYS[keyed["key"].casefold()]
        head = f"{key.name}:{keyed['others']}"
        return list(_values(filters, key, keyed["value"], head, start, cursor))
    found = [*_offers(filters, before, cursor)]
    found += [
        Suggestion(start, cursor, f"{key.name}:", key.about)
        for key in KEYS.values()
        if key.name.startswith(piece.casefold())
    ]
    return found


def examples(filters: QueryFilter) -> Iterator[str]:
    """Queries that find something in this library, the plainest first."""
    yield "two dogs playing"
    years = [value for value, _ in filters.value_counts("date") if _YEAR.fullmatch(value)]
    if years:
        yield f"people outside date:{years[0]}"
    for key, words in (("place", "a street {}"), ("label", "{} -people"), ("camera", "a portrait {}")):
        commonest = next((value for value, _ in filters.value_counts(key)), "")
        if key == "place":
            commonest = commonest.partition(",")[0]
        elif key == "camera":
            commonest = _MODEL.findall(commonest)[-1] if _MODEL.search(commonest) else commonest
        if commonest:
            yield words.format(written_filter(FilterTerm(key, (commonest,))))
    yield "sunset -people"
    yield "is:landscape a mountain"


def _values(
    filters: QueryFilter, key: FilterKey, typed: str, head: str, start: int, end: int
) -> Iterator[Suggestion]:
    wanted = folded(typed.strip('"'))
    counted: list[tuple[str, int | None]] = []
    if key.kind == "choice":
        counted = [(choice, None) for choice in key.choices]
    elif key.kind == "date":
        counted = [*filters.value_counts("date"), *((each, None) for each in _DATES)]
    elif key.name == "in":
        counted = [*_folders(filters)]
    elif key.name not in ("size", "width", "height"):
        counted = [*filters.value_counts(key.name)]
    fitting = [each for each in counted if wanted in folded(each[0])]
    fitting.sort(key=lambda each: not folded(each[0]).startswith(wanted))  # stable: the commonest first
    for value, count in fitting[:MOST]:
        term = written_filter(FilterTerm(key.name, (value,))).partition(":")[2]
        yield Suggestion(start, end, head + term, key.about, count)


def _folders(filters: QueryFilter) -> Iterator[tuple[str, int]]:
    """The names of folders, and of those above them that hold photos, with the photos in them."""
    counts: dict[str, int] = {}
    for path, count in filters.value_counts("in"):
        name = os.path.basename(path) or path
        counts[name] = counts.get(name, 0) + count
    yield from sorted(counts.items(), key=lambda each: -each[1])


def _offers(filters: QueryFilter, before: str, cursor: int) -> Iterator[Suggestion]:
    """Filters that the last words before the cursor look like."""
    if stars := _STARS.search(before):
        yield Suggestion(stars.start(1), cursor, f"rating>={stars[1]}", KEYS["rating"].about)
    if without := _WITHOUT.search(before):
        yield Suggestion(without.start(1), cursor, f"-{without[2]}", "without this")
    words = [(match.start(), match[0]) for match in re.finditer(r'[^\s"()|]+', before)]
    if not words or words[-1][0] + len(words[-1][1]) != cursor:
        return
    at, last = words[-1]
    if _YEAR.fullmatch(last):
        count = dict(filters.value_counts("date")).get(last)
        if count:
            yield Suggestion(at, cursor, f"date:{last}", KEYS["date"].about, count)
    if ending := _ENDING.fullmatch(last):
        yield Suggestion(at, cursor, f"ext:{ending[1].casefold()}", KEYS["ext"].about)
    for several in (3, 2, 1):
        if len(words) < several:
            continue
        start = words[-several][0]
        typed = words_of(before[start:cursor])
        for key in _OFFERED if typed else ():
            for value, count in filters.value_counts(key):
                parts = value.split(", ") if key == "place" else [value]
                for part in parts:
                    if words_of(part) == typed:
                        text = written_filter(FilterTerm(key, (part,)))
                        yield Suggestion(start, cursor, text, KEYS[key].about, count)
                        break
                else:
                    continue
                break


def _nearest(filters: QueryFilter, term: FilterTerm) -> str:
    """The value of the library that is nearest to one of a filter's, with its number of photos: "X100V has
    2,310"; "" where none is. Photos without stars are no value to be near to."""
    key = KEYS[term.key]
    counted = filters.value_counts("date" if key.kind == "date" else key.name) if _is_counted(key) else []
    if key.name == "rating":
        counted = [each for each in counted if each[0] != "0"]
        if not counted:
            return "nothing is rated yet"
    if key.kind == "number":
        return _nearest_number(_SOME_NUMBER.search(term.values[0]), counted)
    if key.kind == "date":  # the first year in it; `7d` and `last summer` have none
        return _nearest_number(_A_YEAR.search(term.values[0]), counted)
    wanted = folded(term.values[0])
    best: tuple[float, int, str] | None = None
    for value, _ in counted:
        words = (word.strip(",") for word in value.split())
        for part in dict.fromkeys([value, *(word for word in words if len(word) >= _SHORTEST)]):
            alike = difflib.SequenceMatcher(None, wanted, folded(part)).ratio()
            if alike >= _NEAR and (best is None or alike > best[0]):
                holding = sum(count for other, count in counted if folded(part) in folded(other))
                best = (alike, holding, part)
    return "" if best is None else f"{best[2]} has {best[1]:,}"


def _is_counted(key: FilterKey) -> bool:
    return key.kind != "choice" and key.name not in ("name", "size", "width", "height", "in")


def _nearest_number(number: re.Match[str] | None, counted: list[tuple[str, int]]) -> str:
    if number is None or not counted:
        return ""
    wanted = float(number[0])
    value, count = min(counted, key=lambda each: abs(float(each[0]) - wanted))
    return f"{value} has {count:,}"
