"""Metadata of photos in the database: stored, read back, and which photos still have none."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import astuple
from typing import Any

from sqlalchemy import Connection, func, select

from dinodesk.library.folders.root_paths import RootFolder, absolute_path, contains_location, locations_below
from dinodesk.library.metadata.capture_dates import latest, resolve
from dinodesk.library.metadata.embedded_reader import READER
from dinodesk.library.store.database import Database, batches
from dinodesk.library.store.dialect import upsert
from dinodesk.library.store.schema import Asset, Content, Location, MetadataRow
from dinodesk.records import DateClaim, PhotoMetadata

_AT_ONCE = 5000
"""Locations read in one step."""


_LISTS = ("dates", "keywords", "people")
"""Fields that are stored as JSON lists."""
_PLAIN = tuple(name for name in PhotoMetadata.__slots__ if name not in _LISTS)
_STORED = (*PhotoMetadata.__slots__, "taken", "utc_offset", "taken_from", "zone_from", "latest", "reader")


def to_json(metadata: PhotoMetadata) -> str:
    """The record as one line of JSON; empty fields are left out."""
    fields = {name: getattr(metadata, name) for name in PhotoMetadata.__slots__}
    fields["dates"] = [astuple(claim) for claim in metadata.dates]
    kept = {name: value for name, value in fields.items() if value not in (None, "", (), [])}
    return json.dumps(kept, ensure_ascii=True)


def from_json(stored: str) -> PhotoMetadata:
    """The record of a JSON line; an empty one for a damaged line."""
    try:
        found = json.loads(stored)
        lists = {name: tuple(found.get(name, ())) for name in ("keywords", "people")}
        claims = tuple(DateClaim(*each) for each in found.get("dates", ()))
        return PhotoMetadata(**{**found, **lists, "dates": claims})
    except (ValueError, TypeError, AttributeError):
        return PhotoMetadata()


def claims_from_json(stored: str) -> tuple[DateClaim, ...]:
    """The dates of a JSON list; none for a damaged one."""
    try:
        return tuple(DateClaim(*each) for each in json.loads(stored))
    except (ValueError, TypeError):
        return ()


def store(connection: Connection, metadata: Sequence[tuple[int, PhotoMetadata]]) -> None:
    """Store the metadata of contents, (id, metadata) each; replaces what an older reader stored."""
    if metadata:
        rows = [row_of(content, each) for content, each in metadata]
        connection.execute(upsert(MetadataRow, ["content_id"], list(_STORED)), rows)


def row_of(content: int, metadata: PhotoMetadata) -> dict[str, Any]:
    """The row of a content in the table `facts`."""
    date = resolve(metadata.dates)
    return {name: getattr(metadata, name) for name in _PLAIN} | {
        "content_id": content,
        "dates": json.dumps([astuple(claim) for claim in metadata.dates]),
        "keywords": json.dumps(metadata.keywords, ensure_ascii=True),
        "people": json.dumps(metadata.people, ensure_ascii=True),
        "taken": None if date is None else date.instant,
        "utc_offset": None if date is None else date.utc_offset,
        "taken_from": "" if date is None else date.source,
        "zone_from": "" if date is None else date.zone_from,
        "latest": latest(metadata.dates),
        "reader": READER,
    }


def metadata_of(connection: Connection, contents: Sequence[int]) -> dict[int, PhotoMetadata]:
    """The stored metadata of each content; contents that were not read yet are left out."""
    found: dict[int, PhotoMetadata] = {}
    for some in batches(contents):
        query = select(MetadataRow).where(MetadataRow.content_id.in_(some))
        for row in connection.execute(query).mappings():
            found[row["content_id"]] = PhotoMetadata(
                **{name: row[name] for name in _PLAIN},
                dates=claims_from_json(row["dates"]),
                keywords=words_from_json(row["keywords"]),
                people=words_from_json(row["people"]),
            )
    return found


def words_from_json(stored: str) -> tuple[str, ...]:
    """The words of a JSON list; none for a damaged one."""
    try:
        return tuple(str(word) for word in json.loads(stored))
    except (ValueError, TypeError):
        return ()


def contents_without_metadata(database: Database, root: RootFolder) -> Iterator[dict[int, str]]:
    """Contents below a root without metadata by the current reader: id and the absolute path of one location.

    Yields a dict for every 5,000 locations, which may be empty; missing locations are left out.
    """
    query = (
        select(Content.id, Location.path)
        .join(Asset, Asset.content_id == Content.id)
        .join(Location, Location.asset_id == Asset.id)
        .outerjoin(MetadataRow, MetadataRow.content_id == Content.id)
        .where(
            Location.volume_id == root.volume,
            *locations_below(root.relative),
            Location.missing_since.is_(None),
            Location.reason.is_(None),
            (MetadataRow.reader.is_(None)) | (MetadataRow.reader < READER),
        )
    )
    with database.reading() as connection:
        last = connection.execute(select(func.max(Location.id))).scalar_one() or 0
    # by ranges of ids: a LIMIT would scan all rows, since in most libraries nothing is found
    for start in range(0, last, _AT_ONCE):
        with database.reading() as connection:
            rows = connection.execute(query.where(Location.id > start, Location.id <= start + _AT_ONCE)).all()
        yield {row.id: absolute_path(root, row.path) for row in rows if contains_location(root, row.path)}


def store_batch(database: Database, batch: Sequence[tuple[int, PhotoMetadata]]) -> None:
    """Store the metadata of a batch of contents in one transaction; see `store`."""
    with database.writing() as connection:
        store(connection, batch)
