"""The root folders of a library: adding, listing and removing them, and whether each can be read now."""

from __future__ import annotations

import os
import stat
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from dinodesk.errors import LibraryError
from dinodesk.library.files import volumes
from dinodesk.library.files.file_identity import inode_of
from dinodesk.library.folders.removed_rows import RemovedRows, keep_rows, restore_rows
from dinodesk.library.folders.root_paths import RootFolder, contains_location, locations_below, mount_of
from dinodesk.library.folders.volume_registry import refresh_mounts, register_volume
from dinodesk.library.store.database import Database, batches, inserted_id
from dinodesk.library.store.schema import Location, Root, Volume


def add_root(database: Database, path: str, *, recursive: bool = True, nested: bool = False) -> RootFolder:
    """Add a folder (absolute path); one that is there already may become recursive.

    Raises LibraryError for the empty mount point of a drive of the library that is away.
    """
    if not nested:
        _refuse_empty_mount_point(database, path)
    location = volumes.locate(path)
    with database.writing() as connection:
        volume = register_volume(connection, location)
        known = connection.execute(
            select(Root.id, Root.recursive, Root.nested, Root.inode).where(
                Root.volume_id == volume, Root.path == location.relative
            )
        ).one_or_none()
        inode = _inode_of(path)
        if known is None:
            root = inserted_id(
                connection,
                insert(Root).values(
                    volume_id=volume,
                    path=location.relative,
                    recursive=recursive,
                    added=time.time(),
                    nested=nested,
                    inode=inode,
                ),
            )
        else:
            root = known.id
            recursive, nested = recursive or known.recursive, nested and known.nested
            inode = inode if known.inode is None else known.inode
            values = {"recursive": recursive, "nested": nested, "inode": inode}
            connection.execute(update(Root).where(Root.id == root).values(**values))
    leads = _leads_elsewhere(location.mount, path, inode)
    return RootFolder(
        root,
        volume,
        path,
        location.relative,
        recursive,
        online=os.path.isdir(path) and not leads,
        drive=volumes.name_of(location.mount),
        nested=nested,
        known=not location.identity.startswith(volumes.UNKNOWN),
        leads=leads,
    )


def list_roots(database: Database) -> list[RootFolder]:
    """All root folders of the library, in the order they were added."""
    with database.reading() as connection:
        rows = _root_rows(connection)
    return _described(rows)


def _root_rows(connection: Connection) -> Sequence[Any]:
    return connection.execute(
        select(Root, Volume.mount, Volume.identity, Volume.name)
        .join(Volume, Volume.id == Root.volume_id)
        .order_by(Root.id)
    ).all()


def _described(rows: Sequence[Any]) -> list[RootFolder]:
    """The root folders as they are on their drives now."""
    found = []
    names = Counter(name for _, name in {(row.identity, row.name) for row in rows})
    for row in rows:
        path = volumes.join(row.mount, row.path)
        name = row.name or volumes.name_of(row.mount)
        if names[row.name] > 1 and row.name not in ("", "/"):  # many memory cards have the same name
            name = f"{name} at {os.fsencode(row.mount).decode('utf-8', 'replace')}"
        here = volumes.identity_of(row.mount) == row.identity
        leads = _leads_elsewhere(row.mount, path, row.inode) if here else ""
        found.append(
            RootFolder(
                row.id,
                row.volume_id,
                path,
                row.path,
                row.recursive,
                online=here and os.path.isdir(path) and not leads and not volumes.is_covered(row.mount, path),
                drive=name,
                nested=row.nested,
                here=here,
                known=not row.identity.startswith(volumes.UNKNOWN),
                leads=leads,
            )
        )
    return found


@dataclass(frozen=True, slots=True)
class RemovedRoot:
    """A root folder that was taken out of the library, with what is needed to bring it back.

    Attributes:
        path: where it was.
        online: whether it could be listed then.
        rows: of the root, of the drives found mounted inside it, and of their locations.
    """

    path: str
    online: bool
    rows: RemovedRows


def remove_root(database: Database, root: int) -> RemovedRoot | None:
    """Delete a root folder, and its locations that lie in no other one; contents and vectors stay.

    Returns what `restore_root` needs, None when there is no such root.
    """
    roots = list_roots(database)
    removed = next((each for each in roots if each.id == root), None)
    if removed is None:
        return None
    inside = removed.path.rstrip(os.sep) + os.sep
    leaving = [removed, *(each for each in roots if each.nested and each.path.startswith(inside))]
    left = [each for each in roots if each not in leaving]
    with database.writing() as connection:
        doomed: list[int] = []
        for one in leaving:
            doomed += _only_inside(connection, one, [each for each in left if each.volume == one.volume])
        ids = [one.id for one in leaving]
        rows = keep_rows(connection, ids, list(dict.fromkeys(doomed)))
        drop_locations(connection, doomed)
        connection.execute(delete(Root).where(Root.id.in_(ids)))
    return RemovedRoot(removed.path, removed.online, rows)


def _only_inside(connection: Connection, gone: RootFolder, kept: Sequence[RootFolder]) -> list[int]:
    """The locations of a root that lie in no other one."""
    rows = connection.execute(
        select(Location.id, Location.path).where(
            Location.volume_id == gone.volume, *locations_below(gone.relative)
        )
    ).all()
    return [
        row.id
        for row in rows
        if contains_location(gone, row.path) and not any(contains_location(other, row.path) for other in kept)
    ]


def restore_root(database: Database, removed: RemovedRoot) -> tuple[RootFolder, list[int]]:
    """Bring back what `remove_root` deleted; returns the root, and the assets that lie in it again.

    A drive that is away is no obstacle. Raises LibraryError where the folder was there and is not any more,
    though its drive is.
    """
    with database.writing() as connection:
        roots, assets = restore_rows(connection, removed.rows)
        restored = next(each for each in _described(_root_rows(connection)) if each.id == roots[0])
        if removed.online and restored.here and not restored.online:
            raise LibraryError(
                f"The folder {restored.path} is not there any more, so its removal can’t be undone.",
                "Bring it back first, then undo again.",
            )
    return restored, assets


def drop_locations(connection: Connection, locations: Sequence[int]) -> None:
    """Delete locations; contents, vectors and annotations stay."""
    for some in batches(locations):
        connection.execute(delete(Location).where(Location.id.in_(some)))


def add_nested_roots(database: Database, root: RootFolder) -> tuple[list[RootFolder], set[str]]:
    """Add the drives mounted inside a recursive root as roots; also returns where its own scan must stop.

    So their photos belong to their own volume: when one of them is unplugged they are offline, not missing.
    """
    if not root.recursive or not root.online:
        return [], set()
    inside = volumes.mounts_below(root.path)
    real = [add_root(database, mount.point, nested=True) for mount in inside if not mount.virtual]
    return real, {mount.point for mount in inside}


def refresh_roots(database: Database) -> None:
    """Note where known volumes are mounted now, and the inodes of root folders that have none noted yet."""
    refresh_mounts(database)
    _note_missing_inodes(database)


def _note_missing_inodes(database: Database) -> None:
    """Store the inodes of root folders that have none: those of libraries from before inodes were stored."""
    with database.reading() as connection:
        unknown = set(connection.execute(select(Root.id).where(Root.inode.is_(None))).scalars())
    if not unknown:
        return
    learnt = {root.id: _inode_of(root.path) for root in list_roots(database) if root.online}
    values = {root: inode for root, inode in learnt.items() if root in unknown and inode is not None}
    if values:
        with database.writing() as connection:
            for root, inode in values.items():
                connection.execute(update(Root).where(Root.id == root).values(inode=inode))


def _inode_of(folder: str) -> int | None:
    """The inode of a folder; None where there is no folder, or a link to one."""
    try:
        about = os.lstat(folder)
    except OSError:
        return None
    return inode_of(about) if stat.S_ISDIR(about.st_mode) else None


def _leads_elsewhere(mount: str, path: str, inode: int | None) -> str:
    """The folder that a link at `path` leads to, if it has replaced the folder `inode`; else ""."""
    try:
        if inode is None or not os.path.islink(path):
            return ""
        about = os.stat(path)
        same = inode_of(about) == inode and about.st_dev == os.stat(mount).st_dev
        return "" if same else os.path.realpath(path)
    except OSError:
        return ""


def _refuse_empty_mount_point(database: Database, path: str) -> None:
    """Raise LibraryError for the empty mount point of an offline drive, which is no folder of its disk."""
    away = [
        root
        for root in list_roots(database)
        if not root.here and path in (root.path, mount_of(root).rstrip(os.sep))
    ]
    if away and not os.path.ismount(path) and os.path.isdir(path) and not os.listdir(path):
        raise LibraryError(
            f"The drive of {away[0].path} ({away[0].drive}) is away; {path} is only where it is mounted.",
            "Plug the drive in and try again.",
        )
