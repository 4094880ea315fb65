"""What photos say of themselves, in the database: writing it down, and what still has to be read."""

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


def to_json(facts: PhotoMetadata) -> str:
    """The record as one line of JSON, what is not said left out."""
    said = {name: value for name, value in asdict(facts).items() if value not in (None, "", ())}
    return json.dumps(said, ensure_ascii=True)


def from_json(said: str) -> PhotoMetadata:
    """The record back; an empty one from a damaged row."""
    try:
        found = json.loads(said)
        return PhotoMetadata(**{**found, "keywords": tuple(found.get("keywords", ()))})
    except (ValueError, TypeError, AttributeError):
        return PhotoMetadata()


def store(connection: Connection, told: Sequence[tuple[int, PhotoMetadata]]) -> None:
    """Write what the bytes of some contents say, over what an older reader wrote."""
    if not told:
        return
    rows = [
        asdict(facts)
        | {
            "content_id": content,
            "keywords": json.dumps(facts.keywords, ensure_ascii=True),
            "reader": READER,
        }
        for content, facts in told
    ]
    connection.execute(upsert(MetadataRow, ["content_id"], [*PhotoMetadata.__slots__, "reader"]), rows)


def metadata_of(connection: Connection, contents: Sequence[int]) -> dict[int, PhotoMetadata]:
    """What the bytes of each content say; those that were not read yet are left out."""
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
    """Contents below a root whose facts are missing or by an older reader, in pieces of some thousand rows.

    Each as id and the absolute path of one place that is not missing; pieces may be empty.
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
    # by ranges of ids: a limit would count what is found, which is nothing in most libraries
    for start in range(0, last, _AT_ONCE):
        with database.reading() as connection:
            rows = connection.execute(query.where(Location.id > start, Location.id <= start + _AT_ONCE)).all()
        yield {row.id: absolute_path(root, row.path) for row in rows if contains_location(root, row.path)}


def store_batch(database: Database, read: Sequence[tuple[int, PhotoMetadata]]) -> None:
    """Write a batch in one transaction."""
    with database.writing() as connection:
        store(connection, read)
