"""Metadata of photos in the database: stored, read back, and which photos still have none."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from sqlalchemy import Connection, func, select

from dinodesk.library.folders.root_paths import RootFolder, absolute_path, contains_location, locations_below
from dinodesk.library.metadata.embedded_reader import READER
from dinodesk.library.store.database import Database, batches
from dinodesk.library.store.dialect import upsert
from dinodesk.library.store.schema import Asset, Content, Location, MetadataRow
from dinodesk.records import PhotoMetadata

_AT_ONCE = 5000
"""Locations read in one step."""


def to_json(metadata: PhotoMetadata) -> str:
    """The record as one line of JSON; empty fields are left out."""
    fields = {name: value for name, value in asdict(metadata).items() if value not in (None, "", ())}
    return json.dumps(fields, ensure_ascii=True)


def from_json(stored: str) -> PhotoMetadata:
    """The record of a JSON line; an empty one for a damaged line."""
    try:
        found = json.loads(stored)
        return PhotoMetadata(**{**found, "keywords": tuple(found.get("keywords", ()))})
    except (ValueError, TypeError, AttributeError):
        return PhotoMetadata()


def store(connection: Connection, metadata: Sequence[tuple[int, PhotoMetadata]]) -> None:
    """Store the metadata of contents, (id, metadata) each; replaces what an older reader stored."""
    if not metadata:
        return
    rows = [
        asdict(each)
        | {
            "content_id": content,
            "keywords": json.dumps(each.keywords, ensure_ascii=True),
            "reader": READER,
        }
        for content, each in metadata
    ]
    connection.execute(upsert(MetadataRow, ["content_id"], [*PhotoMetadata.__slots__, "reader"]), rows)


def metadata_of(connection: Connection, contents: Sequence[int]) -> dict[int, PhotoMetadata]:
    """The stored metadata of each content; contents that were not read yet are left out."""
    found: dict[int, PhotoMetadata] = {}
    names = [name for name in PhotoMetadata.__slots__ if name != "keywords"]
    for some in batches(contents):
        query = select(MetadataRow).where(MetadataRow.content_id.in_(some))
        for row in connection.execute(query).mappings():
            try:
                keywords = tuple(str(word) for word in json.loads(row["keywords"]))
            except (ValueError, TypeError):
                keywords = ()
            found[row["content_id"]] = PhotoMetadata(**{name: row[name] for name in names}, keywords=keywords)
    return found


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
