"""Rows of root folders and locations kept in memory after they were deleted, so that this can be undone."""

from __future__ import annotations

import itertools
import json
import zlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from dinodesk.library.store.database import batches, inserted_id
from dinodesk.library.store.schema import Asset, Base, Content, Location, Root, Sidecar

_HASH = "hash"
"""In a kept row of a location: of the bytes that its photo had."""

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
    def locations(self) -> list[dict[str, Any]]:
        """The rows of the locations, by column."""
        return self._rows[1]

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
    hashes = _hashes(connection, [row["asset_id"] for row in kept[1]])
    for row in kept[1]:
        row[_HASH] = hashes.get(row["asset_id"], "")
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
    hashes = _hashes(connection, [row["asset_id"] for row in wanted])
    taken = _taken(connection, [(row["volume_id"], row["path"]) for row in wanted])
    again = [
        row
        for row in wanted
        if hashes.get(row["asset_id"], "") == row.pop(_HASH) and (row["volume_id"], row["path"]) not in taken
    ]
    new = _ids(connection, [row["id"] for row in again])
    _insert(connection, Location, [{**row, "id": new[row["id"]]} for row in again])
    beside = [{**row, "place_id": new[row["place_id"]]} for row in sidecars if row["place_id"] in new]
    _insert(connection, Sidecar, beside)
    return ids, sorted({row["asset_id"] for row in again} - {None})


def _restore_root(connection: Connection, row: dict[str, Any]) -> int:
    here = Root.volume_id == row["volume_id"], Root.path == row["path"]
    known = connection.execute(select(Root.id, Root.recursive).where(*here)).one_or_none()
    if known is None:
        if connection.execute(select(Root.id).where(Root.id == row["id"])).first() is not None:
            row = {name: value for name, value in row.items() if name != "id"}
        return inserted_id(connection, insert(Root).values(**row))
    if row["recursive"] and not known.recursive:
        connection.execute(update(Root).where(Root.id == known.id).values(recursive=True))
    return int(known.id)


def _hashes(connection: Connection, assets: Iterable[int | None]) -> dict[int, str]:
    """The hash (hex) of what each of the assets is now, of those that are in the library.

    The id of a deleted asset may be another one's; with the same bytes, that one is the same photo.
    """
    found: dict[int, str] = {}
    for some in batches(sorted({each for each in assets if each is not None})):
        query = select(Asset.id, Content.hash).join(Content, Content.id == Asset.content_id)
        found |= {row.id: row.hash.hex() for row in connection.execute(query.where(Asset.id.in_(some)))}
    return found


def _ids(connection: Connection, before: Sequence[int]) -> dict[int, int]:
    """The ids that locations get, by those they had: the same, since of several the oldest is shown; others
    where they are taken by now. The transaction is an immediate one: nobody else takes them meanwhile."""
    taken: set[int] = set()
    for some in batches(before):
        taken.update(connection.execute(select(Location.id).where(Location.id.in_(some))).scalars())
    last = connection.execute(select(func.max(Location.id))).scalar_one() or 0
    fresh = itertools.count(max([last, *before]) + 1)
    return {each: next(fresh) if each in taken else each for each in before}


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
