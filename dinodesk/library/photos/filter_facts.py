"""What filters compare of each photo: annotations, sidecars and metadata together, as the window shows them.

The database's triggers note the photos of which anything changed; these are derived anew before the next
filter is asked, so that an answer is right while photos are indexed and after each change.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from dinodesk.errors import LibraryError
from dinodesk.library.files import volumes
from dinodesk.library.files.file_types import ending
from dinodesk.library.metadata import capture_dates
from dinodesk.library.metadata.gazetteer import city_near
from dinodesk.library.photos.photo_dates import capture_date
from dinodesk.library.photos.photo_details import ResolvedMetadata, resolve_metadata
from dinodesk.library.store.database import Database, batches, peek_version
from dinodesk.library.store.schema import Asset, FilterFacts, FilterWord, Location, StaleFacts, Volume
from dinodesk.text_folding import folded, words_of

_AT_ONCE = 128
"""Photos that are derived in one transaction: some 50 ms."""
_SINCE = 6
"""The schema version that has the tables."""
LEVELS = "|"
"""What joins the levels of a keyword's hierarchy."""


def refresh_steps(database: Database, now: float | None = None) -> Iterator[None]:
    """Derive what is out of date, in steps; dates are judged at `now`, the computer's time by default.

    In a library that can't be written to, filters go by what was derived before. Raises LibraryError where
    that was never done.
    """
    if database.read_only and peek_version(database.file, immutable=True) < _SINCE:
        raise LibraryError(
            "This library was made by an older DinoDesk and can't be written to, so that filters don't work.",
            "Open it once where it can be written to.",
        )
    now = time.time() if now is None else now
    while not database.read_only:
        with database.reading() as connection:
            stale = _stale(connection, now)
        if not stale:
            return
        with database.writing() as connection:
            _derive(connection, _stale(connection, now), now)
        yield


def is_stale(database: Database) -> bool:
    """Whether anything is to be derived."""
    with database.reading() as connection:
        return not database.read_only and bool(_stale(connection, time.time()))


def _stale(connection: Connection, now: float) -> list[int]:
    found = list(connection.execute(select(StaleFacts.asset_id).limit(_AT_ONCE)).scalars())
    if not found:
        come = select(FilterFacts.asset_id).where(FilterFacts.doubted_until <= now).limit(_AT_ONCE)
        found = list(connection.execute(come).scalars())
    return found


def _derive(connection: Connection, assets: Sequence[int], now: float) -> None:
    rows = connection.execute(select(Asset.id, Asset.content_id).where(Asset.id.in_(assets)))
    contents = {row.id: row.content_id for row in rows}
    known = sorted(contents)
    resolved = resolve_metadata(connection, known, [contents[asset] for asset in known])
    files = _files(connection, known)
    facts: list[dict[str, Any]] = []
    words: list[dict[str, Any]] = []
    for asset, each in zip(known, resolved, strict=True):
        facts.append({"asset_id": asset} | _facts(each, now))
        named = dict.fromkeys([*_names(each), *_of_files(files.get(asset, []))])
        words += [
            {"asset_id": asset, "kind": kind, "folded": storable(fold), "word": word}
            for kind, fold, word in named
        ]
    for some in batches(list(assets)):
        for table in (FilterFacts, FilterWord, StaleFacts):
            connection.execute(delete(table).where(table.asset_id.in_(some)))
    if facts:
        connection.execute(insert(FilterFacts), facts)
    if words:
        connection.execute(insert(FilterWord), words)


def _facts(resolved: ResolvedMetadata, now: float) -> dict[str, Any]:
    metadata = resolved.metadata
    date = capture_date(metadata, now)
    doubted = [claim.instant for claim in metadata.dates if capture_dates.is_doubtful(claim, now)]
    return {
        "clock": None if date is None else date.clock,
        "doubted_until": min(doubted) - capture_dates.DAY if doubted else None,
        "rating": resolved.rating or 0,
        "iso": metadata.iso,
        "aperture": metadata.aperture,
        "focal_length": metadata.focal_length,
        "has_gps": metadata.latitude is not None,
        "has_caption": bool(resolved.description),
    }


Word = tuple[str, str, str]
"""Kind, what is compared, what is shown."""


def _names(resolved: ResolvedMetadata) -> Iterator[Word]:
    metadata = resolved.metadata
    if metadata.camera:
        yield "camera", folded(metadata.camera), metadata.camera
    if metadata.lens:
        yield "lens", folded(metadata.lens), metadata.lens
    written = ", ".join(part for part in (metadata.city, metadata.province, metadata.country) if part)
    for place in (written, city_near(metadata.latitude, metadata.longitude)):
        if place:
            yield "place", run_of_words(place), place
    for keyword in metadata.keywords:
        yield "keyword", folded(keyword), keyword
        if LEVELS in keyword:
            for level in keyword.split(LEVELS):
                if level.strip():
                    yield "keyword", folded(level.strip()), level.strip()
    for person in metadata.people:
        yield "person", run_of_words(person), person


def _of_files(files: Iterable[tuple[str, str]]) -> Iterator[Word]:
    """Of each location of a photo: absolute path and name of the drive."""
    for path, drive in files:
        folder, name = os.path.split(path)
        yield "name", folded(name), name
        if end := ending(name):
            yield "ext", folded(end[1:]), end[1:]
        yield "in", folder_levels(folder), folder
        if drive:
            yield "drive", folded(drive), drive


def run_of_words(text: str) -> str:
    """The words of a text, folded, each with a blank before and behind it: " paris france "."""
    return " " + " ".join(words_of(text)) + " "


def folder_levels(folder: str) -> str:
    """The names of a folder and of those above it, folded, each between slashes: "/home/anna/photos/"."""
    return "/" + folded(folder).replace(os.sep, "/").strip("/") + "/"


def storable(text: str) -> str:
    """Without the surrogates of names that are not UTF-8, which are compared as "?"."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _files(connection: Connection, assets: Sequence[int]) -> dict[int, list[tuple[str, str]]]:
    """The locations that are not missing, else all of them."""
    found: dict[int, list[tuple[bool, str, str]]] = {}
    rows = connection.execute(
        select(Location.asset_id, Location.path, Location.missing_since, Volume.mount, Volume.name)
        .join(Volume, Volume.id == Location.volume_id)
        .where(Location.asset_id.in_(assets))
    )
    for asset, path, missing, mount, drive in rows:
        if asset is not None:
            found.setdefault(asset, []).append((missing is None, volumes.join(mount, path), drive))
    return {
        asset: [
            (path, drive) for there, path, drive in several if there or not any(one[0] for one in several)
        ]
        for asset, several in found.items()
    }
