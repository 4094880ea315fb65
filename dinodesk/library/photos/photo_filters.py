"""Photos that pass a filter, found by SQL over what `filter_facts` derives; and the values that there are."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, Connection, Select, and_, false, func, or_, select
from sqlalchemy.orm import aliased

from dinodesk.library.files.file_types import RAW_ENDINGS, VIDEO_ENDINGS
from dinodesk.library.photos.filter_facts import folder_levels, run_of_words, storable
from dinodesk.library.store.database import Database, batches
from dinodesk.library.store.dialect import joined_ids, year_of
from dinodesk.library.store.schema import (
    Album,
    Asset,
    AssetAlbum,
    AssetLabel,
    Content,
    FilterFacts,
    FilterWord,
    Label,
)
from dinodesk.records import IntArray, Interval, PhotoFilter
from dinodesk.text_folding import folded

ENDINGS: dict[str, frozenset[str]] = {
    "raw": frozenset(end[1:] for end in RAW_ENDINGS),
    "video": frozenset(end[1:] for end in VIDEO_ENDINGS),
    "jpeg": frozenset("jpg jpeg jpe jfif mpo".split()),
    "png": frozenset("png apng".split()),
    "webp": frozenset(["webp"]),
    "gif": frozenset(["gif"]),
    "tiff": frozenset("tif tiff".split()),
    "bmp": frozenset(["bmp"]),
    "avif": frozenset(["avif"]),
    "heic": frozenset("heic heif hif".split()),
    "jxl": frozenset(["jxl"]),
}
"""The endings of each kind of file."""

_NUMBERS: dict[str, Any] = {
    "date": FilterFacts.clock,
    "iso": FilterFacts.iso,
    "f": FilterFacts.aperture,
    "mm": FilterFacts.focal_length,
    "rating": FilterFacts.rating,
}
_OF_CONTENT: dict[str, Any] = {"size": Content.size, "width": Content.width, "height": Content.height}
_SHAPES: dict[str, ColumnElement[bool]] = {
    "portrait": Content.height > Content.width,
    "landscape": Content.width > Content.height,
    "square": Content.width == Content.height,
}
BY_STATE = ("offline", "missing")
"""Values of `is:` that depend on which drives are plugged in, which the database does not know."""
_TAGS: dict[str, tuple[Any, Any, Any]] = {
    "label": (Label, AssetLabel, AssetLabel.label_id),
    "album": (Album, AssetAlbum, AssetAlbum.album_id),
}


def passing_assets(database: Database, wanted: PhotoFilter) -> IntArray:
    """Ids of the assets that pass a filter, int64 (N,), some of them more than once, in no order; `BY_STATE`
    is for the caller.

    `filter_facts.refresh_steps` must have run before.
    """
    with database.reading() as connection:
        texts = [connection.execute(joined_ids(each)).scalar() for each in _queries(connection, wanted)]
    found = [np.fromstring(text, np.int64, sep=",") for text in texts if text]
    return np.concatenate(found) if found else np.zeros(0, np.int64)


def value_counts(database: Database, key: str) -> list[tuple[str, int]]:
    """The values of a key as they are shown, each with its number of photos, the commonest first.

    Of dates the years; of folders their absolute paths.
    """
    with database.reading() as connection:
        rows = [(_shown(value), count) for value, count in connection.execute(_counted(key))]
    found: Counter[str] = Counter()
    for value, count in rows:
        found[value] += count
    return sorted(found.items(), key=lambda each: (-each[1], each[0]))


def _shown(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _counted(key: str) -> Select[Any]:
    if key in _TAGS:
        table, link, tag = _TAGS[key]
        return select(table.name, func.count()).join(link, tag == table.id).group_by(table.id)
    if key in _NUMBERS:
        column = _NUMBERS[key]
        if key == "date":
            column = year_of(column)
        return select(column, func.count()).where(_NUMBERS[key].is_not(None)).group_by(column)
    kinds = ("in", "drive") if key == "in" else (key,)
    one = aliased(FilterWord)
    shown = select(one.word).where(one.kind == FilterWord.kind, one.folded == FilterWord.folded).limit(1)
    counted: Any = select(shown.scalar_subquery(), func.count())
    return counted.where(FilterWord.kind.in_(kinds)).group_by(FilterWord.kind, FilterWord.folded)


def _queries(connection: Connection, wanted: PhotoFilter) -> Iterator[Select[Any]]:
    """Queries for asset ids; a photo passes that any of them finds."""
    key = wanted.key
    if wanted.intervals:
        if key in _OF_CONTENT:
            yield _with_content(_inside(_OF_CONTENT[key], wanted.intervals))
        else:
            yield select(FilterFacts.asset_id).where(_inside(_NUMBERS[key], wanted.intervals))
    elif key in _TAGS:
        table, link, tag = _TAGS[key]
        matches = [_matcher(word) for word in wanted.words]
        names = connection.execute(select(table.id, table.name))
        ids = [each for each, name in names if any(match(folded(name)) for match in matches)]
        for some in batches(ids):
            yield select(link.asset_id).where(tag.in_(some))
    elif key == "is":
        yield from (query for word in wanted.words for query in _by_state(word))
    elif key == "has":
        yield from (_by_fact(word) for word in wanted.words)
    elif key == "in":
        yield from _in_folders(connection, wanted.words)
    elif key == "type":
        endings = sorted({end for word in wanted.words for end in ENDINGS[word]})
        yield _with_words("ext", FilterWord.folded.in_(endings))
    else:
        yield _with_words(key, or_(*(_named(key, word) for word in wanted.words)))


def _inside(column: Any, intervals: Sequence[Interval]) -> ColumnElement[bool]:
    """Whether a number lies in one of the intervals; not where it is not known."""
    return and_(column.is_not(None), or_(*(_between(column, each) for each in intervals)))


def _between(column: Any, interval: Interval) -> ColumnElement[bool]:
    ends = []
    if np.isfinite(interval.low):
        ends.append(column >= interval.low)
    if np.isfinite(interval.high):
        ends.append(column <= interval.high)
    return and_(*ends) if ends else column.is_not(None)


def _with_content(condition: ColumnElement[bool]) -> Select[Any]:
    return select(Asset.id).join(Content, Content.id == Asset.content_id).where(condition)


def _with_words(kind: str, condition: ColumnElement[bool]) -> Select[Any]:
    return select(FilterWord.asset_id).where(FilterWord.kind == kind, condition)


def _named(key: str, word: str) -> ColumnElement[bool]:
    """How a name is compared: a part of a camera's, lens's or file's name, whole words of a place or person,
    else the whole of it; with a star it is a pattern for the whole, and for cameras and lenses for a part."""
    compared = storable(folded(word))
    part = key in ("camera", "lens")
    if key in ("place", "person"):
        run = run_of_words(word.replace("*", ""))
        if not run.strip():
            return false()
        if "*" in word:
            inner = _escaped(compared).replace("*", "%").strip()
            return FilterWord.folded.like(f"% {inner} %", escape="\\")
        return FilterWord.folded.contains(run if compared.isascii() else run.strip(), autoescape=True)
    if "*" in compared:
        pattern = _escaped(compared).replace("*", "%")
        return FilterWord.folded.like(f"%{pattern}%" if part else pattern, escape="\\")
    if part or key == "name":
        return FilterWord.folded.contains(compared, autoescape=True)
    return FilterWord.folded == compared


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")


def _matcher(word: str) -> Callable[[str], bool]:
    """Whether a folded name is the word, in which a star stands for anything."""
    pattern = re.compile(".*".join(re.escape(part) for part in folded(word).split("*")), re.DOTALL)
    return lambda name: pattern.fullmatch(name) is not None


def _in_folders(connection: Connection, words: Sequence[str]) -> Iterator[Select[Any]]:
    """Photos in folders of which some levels are the words, or on drives of such names."""
    for kind in ("in", "drive"):
        known = select(FilterWord.folded).where(FilterWord.kind == kind).distinct()
        values = list(connection.execute(known).scalars())
        matches = [_levels(word) if kind == "in" else _matcher(word) for word in words]
        found = [value for value in values if any(match(value) for match in matches)]
        for some in batches(found):
            yield _with_words(kind, FilterWord.folded.in_(some))


def _levels(word: str) -> Callable[[str], bool]:
    """Whether whole names of folders are the word, which may be several joined by slashes; from the first
    level on where it begins with one."""
    parts = folder_levels(word).split("*")
    pattern = re.compile(("" if not word.startswith("/") else r"\A") + "[^/]*".join(map(re.escape, parts)))
    return lambda folder: pattern.search(folder) is not None


def _by_state(word: str) -> Iterator[Select[Any]]:
    if word == "unrated":
        yield select(FilterFacts.asset_id).where(FilterFacts.rating == 0)
    elif word == "unlabelled":
        yield select(Asset.id).where(Asset.id.not_in(select(AssetLabel.asset_id)))
    elif word in _SHAPES:
        yield _with_content(_SHAPES[word])


def _by_fact(word: str) -> Select[Any]:
    if word == "people":
        return select(FilterWord.asset_id).where(FilterWord.kind == "person").distinct()
    column = FilterFacts.has_gps if word == "gps" else FilterFacts.has_caption
    return select(FilterFacts.asset_id).where(column)
