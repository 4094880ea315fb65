"""The folders of a library: adding, listing, removing, and the state of the drives below them."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from dinodesk.library import volumes
from dinodesk.library.database import Database
from dinodesk.library.schema import Place, Root, Volume


@dataclass(frozen=True, slots=True)
class RootFolder:
    """A folder of the library.

    Attributes:
        id, volume: ids of the root and its volume.
        path: absolute path where the volume is mounted now (or was last).
        relative: path on the volume.
        recursive: False for a folder of which only single files were added.
        online: whether the folder can be listed now.
    """

    id: int
    volume: int
    path: str
    relative: str
    recursive: bool
    online: bool


def add_root(database: Database, path: str, *, recursive: bool = True) -> RootFolder:
    """Add a folder (absolute path); adding it again, or making it recursive, is fine."""
    location = volumes.locate(path)
    with database.writing() as connection:
        volume = _volume_id(connection, location)
        known = connection.execute(
            select(Root.id, Root.recursive).where(Root.volume_id == volume, Root.path == location.relative)
        ).one_or_none()
        if known is None:
            root = _new_id(
                connection,
                insert(Root).values(
                    volume_id=volume, path=location.relative, recursive=recursive, added=time.time()
                ),
            )
        else:
            root = known.id
            recursive = recursive or known.recursive
            connection.execute(update(Root).where(Root.id == root).values(recursive=recursive))
    return RootFolder(root, volume, path, location.relative, recursive, os.path.isdir(path))


def list_roots(database: Database) -> list[RootFolder]:
    """All folders of the library, in the order they were added."""
    with database.reading() as connection:
        rows = connection.execute(
            select(Root.id, Root.volume_id, Root.path, Root.recursive, Volume.mount, Volume.identity)
            .join(Volume, Volume.id == Root.volume_id)
            .order_by(Root.id)
        ).all()
    found = []
    for row in rows:
        path = volumes.join(row.mount, row.path)
        online = volumes.identity_of(row.mount) == row.identity and os.path.isdir(path)
        found.append(RootFolder(row.id, row.volume_id, path, row.path, row.recursive, online))
    return found


def remove_root(database: Database, root: int) -> str:
    """Forget a folder and the places in it that no other folder holds; contents and vectors stay.

    Returns the folder's path, "" when there is no such root.
    """
    roots = list_roots(database)
    gone = next((each for each in roots if each.id == root), None)
    if gone is None:
        return ""
    kept = [each for each in roots if each.id != root and each.volume == gone.volume]
    with database.writing() as connection:
        rows = connection.execute(
            select(Place.id, Place.path).where(Place.volume_id == gone.volume, *below(gone.relative))
        ).all()
        doomed = [
            row.id
            for row in rows
            if holds(gone, row.path) and not any(holds(other, row.path) for other in kept)
        ]
        for start in range(0, len(doomed), 500):
            connection.execute(delete(Place).where(Place.id.in_(doomed[start : start + 500])))
        connection.execute(delete(Root).where(Root.id == root))
    return gone.path


def top_roots(roots: Sequence[RootFolder]) -> list[RootFolder]:
    """Roots that do not lie inside another one."""
    return [
        root
        for root in roots
        if not any(
            other.id != root.id
            and other.recursive
            and (root.path != other.path)
            and root.path.startswith(other.path.rstrip(os.sep) + os.sep)
            for other in roots
        )
    ]


def holds(root: RootFolder, relative: str) -> bool:
    """Whether a place, relative to the root's volume, belongs to this root."""
    if not root.recursive:
        return os.path.dirname(relative) == root.relative
    return not root.relative or relative.startswith(root.relative + "/")


def relative_path(root: RootFolder, path: str) -> str:
    """An absolute path below a root, as it is on the root's volume."""
    inner = os.path.relpath(path, root.path)
    return os.path.join(root.relative, inner) if root.relative else inner


def refresh_mounts(database: Database) -> None:
    """Note where known volumes are mounted now, so that a drive at another mount point is found again."""
    mounts = volumes.current_mounts()
    with database.reading() as connection:
        known = connection.execute(select(Volume.id, Volume.identity, Volume.mount)).all()
    moved = [
        (row.id, mounts[row.identity])
        for row in known
        if row.identity in mounts and volumes.identity_of(row.mount) != row.identity
    ]
    if moved:
        with database.writing() as connection:
            for volume, mount in moved:
                connection.execute(update(Volume).where(Volume.id == volume).values(mount=mount))


def below(relative: str) -> tuple[ColumnElement[bool], ...]:
    """Conditions for places below a folder, by the order of bytes ("/" is followed by "0")."""
    if not relative:
        return ()
    return (Place.path > relative + "/", Place.path < relative + chr(ord("/") + 1))


def _volume_id(connection: Connection, location: volumes.Location) -> int:
    row = connection.execute(
        select(Volume.id, Volume.mount).where(Volume.identity == location.identity)
    ).one_or_none()
    if row is None:
        return _new_id(connection, insert(Volume).values(identity=location.identity, mount=location.mount))
    if row.mount != location.mount:
        connection.execute(update(Volume).where(Volume.id == row.id).values(mount=location.mount))
    return int(row.id)


def _new_id(connection: Connection, statement: object) -> int:
    key = connection.execute(statement).inserted_primary_key  # type: ignore[call-overload]
    return int(key[0])
