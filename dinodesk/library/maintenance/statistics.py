"""What a library holds, and how much disk space its parts take."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from sqlalchemy import Connection, func, select

from dinodesk.library.folders import root_folders, root_paths
from dinodesk.library.library import LibraryStore
from dinodesk.library.maintenance.purge import GRACE, assets_without_location, missing_assets
from dinodesk.library.photos import photo_locations
from dinodesk.library.store import backups
from dinodesk.library.store.schema import REMOVED, Location, ModelRow, Vector
from dinodesk.records import Statistics


def collect_statistics(library: LibraryStore) -> Statistics:
    """Count everything. Walks the cache folders: not for the GUI thread."""
    database = library.database
    away = root_paths.away_roots(root_folders.list_roots(database))
    unreadable = photo_locations.offline_photos(database, away)
    offline = len(unreadable)
    with database.reading() as connection:
        photos = _count(connection, select(func.count(func.distinct(Location.asset_id))))
        # an offline file can't be looked for: offline goes before missing, as everywhere
        missing = len(set(missing_assets(connection, 0.0)) - unreadable)
        overdue = len(missing_assets(connection, GRACE))
        leftovers = _count(connection, select(func.count()).select_from(assets_without_location().subquery()))
        removed = _count(connection, select(func.count()).where(Location.reason == REMOVED))
        reasons = connection.execute(
            select(Location.reason, func.count()).where(photo_locations.is_skipped())
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
        removed=removed,
        skipped=tuple((str(row[0]), int(row[1])) for row in reasons),
        damaged=damaged,
        models=tuple((row[0], row[1]) for row in models),
        bytes={
            "database": sum(each.stat().st_size for each in library.folder.glob("library.db*")),
            "thumbnails": _bytes_in(library.thumbnails),
            "index": _bytes_in(library.index),
            "backups": _bytes_in(library.folder / "backups"),
        },
        free=_free_bytes(library.folder),
        backed_up=backups.last_backup_time(library.folder),
    )


def _count(connection: Connection, query: object) -> int:
    return int(connection.execute(query).scalar_one())  # type: ignore[call-overload]


def _bytes_in(folder: Path) -> int:
    total = 0
    for parent, _, files in os.walk(folder):
        for name in files:
            try:
                total += os.lstat(os.path.join(parent, name)).st_size
            except OSError:
                continue
    return total


def _free_bytes(folder: Path) -> int:
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return 0
