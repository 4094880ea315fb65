"""Photos that a person takes out of the library: their annotations stay, and they can come back as they were.

A photo that is removed leaves its locations behind, marked so that scans pass over the files; of one that is
forgotten, or whose files were moved away, nothing but the photo itself stays: it comes back when its bytes
turn up again.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import Connection, delete, select, update

from dinodesk.library.files import volumes
from dinodesk.library.folders.removed_rows import Key, RemovedRows, keep_rows, restore_rows
from dinodesk.library.folders.root_folders import drop_locations
from dinodesk.library.store.database import Database, batches
from dinodesk.library.store.schema import REMOVED, Location, Volume


def remove_photos(database: Database, assets: Sequence[int]) -> RemovedRows:
    """Take photos out of the library for good: scans pass over their files, wherever those are moved to."""
    with database.writing() as connection:
        ids = _locations_of(connection, assets)
        rows = keep_rows(connection, (), ids)
        for some in batches(ids):
            connection.execute(
                update(Location).where(Location.id.in_(some)).values(asset_id=None, reason=REMOVED)
            )
    return rows


def forget_photos(database: Database, assets: Sequence[int]) -> RemovedRows:
    """Drop all locations of photos; when their bytes turn up again, they are the photos they were."""
    with database.writing() as connection:
        ids = _locations_of(connection, assets)
        rows = keep_rows(connection, (), ids)
        drop_locations(connection, ids)
    return rows


def forget_files(database: Database, keys: Sequence[Key]) -> RemovedRows:
    """Drop the locations with these keys, whose files were moved out of reach; see `forget_photos`."""
    with database.writing() as connection:
        ids = [each for volume, path in keys for each in _ids(connection, volume, path)]
        rows = keep_rows(connection, (), ids)
        drop_locations(connection, ids)
    return rows


def restore_photos(
    database: Database, several: Sequence[RemovedRows], only: Collection[Key] | None = None
) -> list[int]:
    """Bring back the locations (`only` these), no longer marked as removed; returns their assets.

    The files of `only` have just been put where nothing was: what is noted there of unreadable ones is over.
    """
    assets: set[int] = set()
    with database.writing() as connection:
        for volume, path in only or ():
            here = Location.volume_id == volume, Location.path == path, Location.asset_id.is_(None)
            connection.execute(delete(Location).where(*here))
        _delete_marks(connection, several, only)
        for rows in several:
            assets.update(restore_rows(connection, rows, only)[1])
    return sorted(assets)


def _delete_marks(
    connection: Connection, several: Sequence[RemovedRows], only: Collection[Key] | None
) -> None:
    """Delete the marks of removed files, whatever their names are by now."""
    marks = select(Location.id, Location.volume_id, Location.path, Location.inode, Location.size)
    marked = connection.execute(marks.where(Location.reason == REMOVED)).all()
    if not marked:
        return
    every = [row for rows in several for row in rows.locations]
    wanted = [row for row in every if only is None or (row["volume_id"], row["path"]) in only]
    paths = {(row["volume_id"], row["path"]) for row in wanted}
    files = {(row["volume_id"], row["inode"], row["size"]) for row in wanted if row["inode"]}
    gone = [
        row.id
        for row in marked
        if (row.volume_id, row.path) in paths or (row.volume_id, row.inode, row.size) in files
    ]
    drop_locations(connection, gone)


def take_back(database: Database, key: Key) -> None:
    """Forget that a file was removed from the library, because a person adds it again."""
    here = Location.volume_id == key[0], Location.path == key[1], Location.reason == REMOVED
    with database.writing() as connection:
        connection.execute(delete(Location).where(*here))


def take_all_back(database: Database) -> None:
    """Forget that files were removed from the library: the next scan finds them again."""
    with database.writing() as connection:
        connection.execute(delete(Location).where(Location.reason == REMOVED))


def location_keys(database: Database, assets: Sequence[int]) -> dict[str, Key]:
    """The key of each location of the assets, by its absolute path."""
    found: dict[str, Key] = {}
    query = select(Location.volume_id, Location.path, Volume.mount).join(
        Volume, Volume.id == Location.volume_id
    )
    with database.reading() as connection:
        for some in batches(list(assets)):
            for row in connection.execute(query.where(Location.asset_id.in_(some))):
                found[volumes.join(row.mount, row.path)] = row.volume_id, row.path
    return found


def _locations_of(connection: Connection, assets: Sequence[int]) -> list[int]:
    found: list[int] = []
    for some in batches(list(assets)):
        found += connection.execute(select(Location.id).where(Location.asset_id.in_(some))).scalars()
    return found


def _ids(connection: Connection, volume: int, path: str) -> Sequence[int]:
    where = Location.volume_id == volume, Location.path == path
    return connection.execute(select(Location.id).where(*where)).scalars().all()
