"""Looking after a library: what is missing, forgetting it on purpose, and what takes how much room."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import ColumnElement, Connection, Select, delete, func, select

from dinodesk.library.annotations import changes
from dinodesk.library.folders import root_folders
from dinodesk.library.library import LibraryStore
from dinodesk.library.photos import photo_locations
from dinodesk.library.store import backups
from dinodesk.library.store.database import Database, pieces
from dinodesk.library.store.schema import (
    Asset,
    Content,
    EarlierContent,
    Location,
    MetadataRow,
    ModelRow,
    Vector,
)
from dinodesk.records import Statistics

GRACE = 30 * 86_400.0
"""Seconds that a missing photo is only missing; after that it is offered for forgetting, never forgotten."""


@dataclass(frozen=True, slots=True)
class Purged:
    """What was forgotten: photos, their places, and the names of thumbnails that nothing needs now."""

    photos: int
    places: int
    contents: tuple[str, ...]


def count_missing(database: Database, longer_than: float = 0.0) -> int:
    """Photos of which every place is missing, for longer than so many seconds."""
    with database.reading() as connection:
        return len(_missing_assets(connection, longer_than))


def purge_missing(database: Database, longer_than: float = GRACE) -> Purged:
    """Forget missing photos for good, with vectors and all a person said of them. A deliberate act."""
    with database.writing() as connection:
        return _purge(connection, _missing_assets(connection, longer_than))


def purge_leftovers(database: Database) -> Purged:
    """Forget photos that lie in no folder of the library any more. A deliberate act."""
    with database.writing() as connection:
        return _purge(connection, [row[0] for row in connection.execute(_placeless())])


def statistics(library: LibraryStore) -> Statistics:
    """Count everything. Walks the cache folders: not for the GUI thread."""
    database = library.database
    away = [root for root in root_folders.list_roots(database) if not root.online]
    out_of_reach = photo_locations.offline_photos(database, away)
    offline = len(out_of_reach)
    with database.reading() as connection:
        photos = _count(connection, select(func.count(func.distinct(Location.asset_id))))
        # what is away can't be looked at: offline goes before missing, as everywhere
        missing = len(set(_missing_assets(connection, 0.0)) - out_of_reach)
        overdue = len(_missing_assets(connection, GRACE))
        leftovers = _count(connection, select(func.count()).select_from(_placeless().subquery()))
        reasons = connection.execute(
            select(Location.reason, func.count()).where(Location.reason.is_not(None))
            .group_by(Location.reason).order_by(func.count().desc(), Location.reason)
        ).all()  # fmt: skip
        damaged = _count(connection, select(func.count()).where(Location.damage.is_not(None)))
        models = connection.execute(
            select(ModelRow.name, func.count(Vector.id)).outerjoin(Vector, Vector.model_id == ModelRow.id)
            .group_by(ModelRow.id).order_by(ModelRow.id)
        ).all()  # fmt: skip
    return Statistics(
        photos=photos,
        states={"online": photos - missing - offline, "offline": offline, "missing": missing},
        overdue=overdue,
        leftovers=leftovers,
        skipped=tuple((str(row[0]), int(row[1])) for row in reasons),
        damaged=damaged,
        models=tuple((row[0], row[1]) for row in models),
        bytes={
            "database": sum(each.stat().st_size for each in library.folder.glob("library.db*")),
            "thumbnails": _room(library.thumbnails),
            "index": _room(library.index),
            "backups": _room(library.folder / "backups"),
        },
        free=_free(library.folder),
        backed_up=backups.last(library.folder),
    )


def _missing_assets(connection: Connection, longer_than: float) -> list[int]:
    # every place counts: a photo of which one place is here is not missing, whatever the clock says
    query = (
        select(Location.asset_id)
        .where(Location.asset_id.is_not(None))
        .group_by(Location.asset_id)
        .having(func.count() == func.count(Location.missing_since))
        .having(func.max(Location.missing_since) <= time.time() - longer_than)
    )
    return [asset for asset in connection.execute(query).scalars() if asset is not None]


def _placeless() -> Select[int]:
    return select(Asset.id).where(~select(Location.id).where(Location.asset_id == Asset.id).exists())


def _purge(connection: Connection, assets: Sequence[int]) -> Purged:
    left = 0
    contents: list[int] = []
    changes.delete_annotations(connection, assets)
    for some in pieces(assets):
        left += connection.execute(delete(Location).where(Location.asset_id.in_(some))).rowcount
        contents += connection.execute(select(Asset.content_id).where(Asset.id.in_(some))).scalars()
        contents += connection.execute(
            select(EarlierContent.content_id).where(EarlierContent.asset_id.in_(some))
        ).scalars()
        connection.execute(delete(Asset).where(Asset.id.in_(some)))
    now = select(Asset.id).where(Asset.content_id == Content.id).exists()
    once = select(EarlierContent.asset_id).where(EarlierContent.content_id == Content.id).exists()
    hashes: list[str] = []
    for some in pieces(sorted(set(contents))):
        unused: ColumnElement[bool] = Content.id.in_(some) & ~now & ~once
        gone = connection.execute(select(Content.id, Content.hash).where(unused)).all()
        hashes += [row.hash.hex() for row in gone]
        ids = [row.id for row in gone]
        for table in (Vector, MetadataRow):
            connection.execute(delete(table).where(table.content_id.in_(ids)))
        connection.execute(delete(Content).where(Content.id.in_(ids)))
    return Purged(len(assets), left, tuple(hashes))


def _count(connection: Connection, query: object) -> int:
    return int(connection.execute(query).scalar_one())  # type: ignore[call-overload]


def _room(folder: Path) -> int:
    total = 0
    for parent, _, files in os.walk(folder):
        for name in files:
            try:
                total += os.lstat(os.path.join(parent, name)).st_size
            except OSError:
                continue
    return total


def _free(folder: Path) -> int:
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return 0
