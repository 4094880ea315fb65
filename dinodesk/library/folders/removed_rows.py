"""Rows of root folders and locations kept in memory after they were deleted, so that this can be undone."""

from __future__ import annotations

import json
import zlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from dinodesk.library.store.database import batches, inserted_id
from dinodesk.library.store.schema import Asset, Base, Location, Root, Sidecar

Key = tuple[int, str]
"""A location: volume, and path on it. Its id may be another one's after it was deleted."""


@dataclass(frozen=True, slots=True)
class RemovedRows:
    """Rows of root folders, and of locations with their sidecars.

    They are held compressed: some 60 bytes a location, where a library has a million of them.

    Attributes:
        photos: assets that have one of the locations.
    """

    photos: int
    _packed: bytes

    @property
    def _rows(self) -> tuple[list[Any], list[Any], list[Any]]:
        roots, locations, sidecars = json.loads(zlib.decompress(self._packed))
        return roots, locations, sidecars


def keep_rows(connection: Connection, roots: Sequence[int], locations: Sequence[int]) -> RemovedRows:
    """What is stored of these roots and locations (ids), which are about to be deleted."""
    kept: list[list[dict[str, Any]]] = [[], [], []]
    for rows, table, column, ids in (
        (kept[0], Root, Root.id, roots),
        (kept[1], Location, Location.id, locations),
        (kept[2], Sidecar, Sidecar.place_id, locations),
    ):
        for some in batches(ids):
            found = connection.execute(select(*table.__table__.columns).where(column.in_(some)))
            rows += [dict(row) for row in found.mappings()]
    kept[0].sort(key=lambda row: roots.index(row["id"]))
    assets = {row["asset_id"] for row in kept[1]} - {None}
    return RemovedRows(len(assets), zlib.compress(json.dumps(kept).encode(), 1))


def restore_rows(
    connection: Connection, removed: RemovedRows, only: Collection[Key] | None = None
) -> tuple[list[int], list[int]]:
    """Store the rows again (of the locations `only` these); returns the roots' ids, in the order they were
    kept, and the assets.

    What is stored by now at the same path stays as it is. A location whose asset was deleted meanwhile is
    left out: a scan finds its file.
    """
    roots, locations, sidecars = removed._rows
    ids = [_restore_root(connection, row) for row in roots]
    wanted = [row for row in locations if only is None or (row["volume_id"], row["path"]) in only]
    assets = _existing(connection, sorted({row["asset_id"] for row in wanted} - {None}))
    taken = _taken(connection, [(row["volume_id"], row["path"]) for row in wanted])
    again = [
        row
        for row in wanted
        if (row["asset_id"] is None or row["asset_id"] in assets)
        and (row["volume_id"], row["path"]) not in taken
    ]
    # the transaction is an immediate one: nobody else can take these ids meanwhile
    first = (connection.execute(select(func.max(Location.id))).scalar_one() or 0) + 1
    new = {row["id"]: number for number, row in enumerate(again, start=first)}
    _insert(connection, Location, [{**row, "id": new[row["id"]]} for row in again])
    beside = [{**row, "place_id": new[row["place_id"]]} for row in sidecars if row["place_id"] in new]
    _insert(connection, Sidecar, beside)
    return ids, sorted({row["asset_id"] for row in again} - {None})


def _restore_root(connection: Connection, row: dict[str, Any]) -> int:
    here = Root.volume_id == row["volume_id"], Root.path == row["path"]
    known = connection.execute(select(Root.id, Root.recursive).where(*here)).one_or_none()
    if known is None:
        values = {name: value for name, value in row.items() if name != "id"}
        return inserted_id(connection, insert(Root).values(**values))
    if row["recursive"] and not known.recursive:
        connection.execute(update(Root).where(Root.id == known.id).values(recursive=True))
    return int(known.id)


def _existing(connection: Connection, assets: Sequence[int]) -> set[int]:
    """Those of the assets that are in the library."""
    found: set[int] = set()
    for some in batches(assets):
        found.update(connection.execute(select(Asset.id).where(Asset.id.in_(some))).scalars())
    return found


def _taken(connection: Connection, keys: Sequence[Key]) -> set[Key]:
    """Those of the locations that are stored."""
    found: set[Key] = set()
    for volume in {each[0] for each in keys}:
        for some in batches([path for on, path in keys if on == volume]):
            query = select(Location.path).where(Location.volume_id == volume, Location.path.in_(some))
            found.update((volume, path) for path in connection.execute(query).scalars())
    return found


def _insert(connection: Connection, table: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    for some in batches(rows):
        connection.execute(insert(table), some)
