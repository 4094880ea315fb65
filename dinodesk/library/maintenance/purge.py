"""Deleting from a library on purpose: photos that are missing, and photos of folders that were taken out."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Select, delete, func, select

from dinodesk.library.annotations import changes
from dinodesk.library.store.database import Database, batches
from dinodesk.library.store.schema import Asset, Content, EarlierContent, Location, MetadataRow, Vector

GRACE = 30 * 86_400.0
"""Seconds after which a missing photo may be purged; it is only offered, never done by itself."""


@dataclass(frozen=True, slots=True)
class Purged:
    """What was deleted: numbers of assets and locations, and the hashes (hex) that name thumbnails."""

    photos: int
    locations: int
    contents: tuple[str, ...]


def purge_missing(database: Database, longer_than: float = GRACE) -> Purged:
    """Delete the assets that have been missing for `longer_than` seconds, with vectors and annotations.

    Only ever called because a person asked for it: it cannot be undone.
    """
    with database.writing() as connection:
        return _purge(connection, missing_assets(connection, longer_than))


def purge_leftovers(database: Database) -> Purged:
    """Delete the assets that lie in no root folder any more; see `purge_missing`."""
    with database.writing() as connection:
        return _purge(connection, [row[0] for row in connection.execute(assets_without_location())])


def missing_assets(connection: Connection, longer_than: float) -> list[int]:
    """Assets of which every location has been missing for at least `longer_than` seconds."""
    # every location counts: a photo with one readable location is not missing, whatever the clock says
    query = (
        select(Location.asset_id)
        .where(Location.asset_id.is_not(None))
        .group_by(Location.asset_id)
        .having(func.count() == func.count(Location.missing_since))
        .having(func.max(Location.missing_since) <= time.time() - longer_than)
    )
    return [asset for asset in connection.execute(query).scalars() if asset is not None]


def assets_without_location() -> Select[int]:
    """The query for ids of assets that lie in no root folder any more."""
    return select(Asset.id).where(~select(Location.id).where(Location.asset_id == Asset.id).exists())


def _purge(connection: Connection, assets: Sequence[int]) -> Purged:
    left = 0
    contents: list[int] = []
    changes.delete_annotations(connection, assets)
    for some in batches(assets):
        left += connection.execute(delete(Location).where(Location.asset_id.in_(some))).rowcount
        contents += connection.execute(select(Asset.content_id).where(Asset.id.in_(some))).scalars()
        contents += connection.execute(
            select(EarlierContent.content_id).where(EarlierContent.asset_id.in_(some))
        ).scalars()
        connection.execute(delete(Asset).where(Asset.id.in_(some)))
    now = select(Asset.id).where(Asset.content_id == Content.id).exists()
    once = select(EarlierContent.asset_id).where(EarlierContent.content_id == Content.id).exists()
    hashes: list[str] = []
    for some in batches(sorted(set(contents))):
        unused: ColumnElement[bool] = Content.id.in_(some) & ~now & ~once
        gone = connection.execute(select(Content.id, Content.hash).where(unused)).all()
        hashes += [row.hash.hex() for row in gone]
        ids = [row.id for row in gone]
        for table in (Vector, MetadataRow):
            connection.execute(delete(table).where(table.content_id.in_(ids)))
        connection.execute(delete(Content).where(Content.id.in_(ids)))
    return Purged(len(assets), left, tuple(hashes))
