"""The folders of a library: adding, listing, removing, and the state of the drives below them."""

from __future__ import annotations

import os
import stat
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from dinodesk.errors import LibraryError
from dinodesk.library.files import volumes
from dinodesk.library.files.file_identity import inode_of
from dinodesk.library.files.path_utils import lies_in
from dinodesk.library.store.database import Database, pieces
from dinodesk.library.store.schema import Location, Root, Volume


@dataclass(frozen=True, slots=True)
class RootFolder:
    """A folder of the library.

    Attributes:
        id, volume: ids of the root and its volume.
        path: absolute path where the volume is mounted now (or was last).
        relative: path on the volume.
        recursive: False for a folder of which only single files were added.
        online: whether the folder can be listed now.
        drive: what people call its volume.
        nested: whether it is a drive found mounted inside another root.
        here: whether its drive is mounted now; the folder itself may be gone all the same.
        known: whether its drive has an identity of its own, other than the place it is mounted at.
        leads: where its path leads now that a link to another folder took its place, else "".
    """

    id: int
    volume: int
    path: str
    relative: str
    recursive: bool
    online: bool
    drive: str = ""
    nested: bool = False
    here: bool = True
    known: bool = True
    leads: str = ""


def add_root(database: Database, path: str, *, recursive: bool = True, nested: bool = False) -> RootFolder:
    """Add a folder (absolute path); adding it again, or making it recursive, is fine.

    Raises LibraryError for the empty mount point of a drive of the library that is away.
    """
    if not nested:
        _refuse_empty_mount_point(database, path)
    location = volumes.locate(path)
    with database.writing() as connection:
        volume = _volume_id(connection, location)
        known = connection.execute(
            select(Root.id, Root.recursive, Root.nested, Root.inode).where(
                Root.volume_id == volume, Root.path == location.relative
            )
        ).one_or_none()
        inode = _inode_of(path)
        if known is None:
            root = _new_id(
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


def _inode_of(folder: str) -> int | None:
    """Of a folder itself; None where there is none, or a link to one."""
    try:
        about = os.lstat(folder)
    except OSError:
        return None
    return inode_of(about) if stat.S_ISDIR(about.st_mode) else None


def _leads_elsewhere(mount: str, path: str, inode: int | None) -> str:
    """The folder a link at `path` leads to, where the folder `inode` was and it is not that one; else ""."""
    try:
        if inode is None or not os.path.islink(path):
            return ""
        about = os.stat(path)
        same = inode_of(about) == inode and about.st_dev == os.stat(mount).st_dev
        return "" if same else os.path.realpath(path)
    except OSError:
        return ""


def _refuse_empty_mount_point(database: Database, path: str) -> None:
    """What is left when a drive is pulled is no folder of the disk below."""
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


def list_roots(database: Database) -> list[RootFolder]:
    """All folders of the library, in the order they were added."""
    with database.reading() as connection:
        rows = connection.execute(
            select(Root, Volume.mount, Volume.identity, Volume.name)
            .join(Volume, Volume.id == Root.volume_id)
            .order_by(Root.id)
        ).all()
    found = []
    names = Counter(name for _, name in {(row.identity, row.name) for row in rows})
    for row in rows:
        path = volumes.join(row.mount, row.path)
        name = row.name or volumes.name_of(row.mount)
        if names[row.name] > 1 and row.name not in ("", "/"):  # memory cards are all called the same
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
                online=here and os.path.isdir(path) and not leads and not volumes.is_hidden(row.mount, path),
                drive=name,
                nested=row.nested,
                here=here,
                known=not row.identity.startswith(volumes.UNKNOWN),
                leads=leads,
            )
        )
    return found


def remove_root(database: Database, root: int) -> str:
    """Forget a folder and the places in it that no other folder holds; contents and vectors stay.

    Returns the folder's path, "" when there is no such root.
    """
    roots = list_roots(database)
    gone = next((each for each in roots if each.id == root), None)
    if gone is None:
        return ""
    inside = gone.path.rstrip(os.sep) + os.sep
    leaving = [gone, *(each for each in roots if each.nested and each.path.startswith(inside))]
    left = [each for each in roots if each not in leaving]
    with database.writing() as connection:
        for one in leaving:
            _remove(connection, one, [each for each in left if each.volume == one.volume])
    return gone.path


def _remove(connection: Connection, gone: RootFolder, kept: Sequence[RootFolder]) -> None:
    rows = connection.execute(
        select(Location.id, Location.path).where(Location.volume_id == gone.volume, *below(gone.relative))
    ).all()
    doomed = [
        row.id for row in rows if holds(gone, row.path) and not any(holds(other, row.path) for other in kept)
    ]
    drop_places(connection, doomed)
    connection.execute(delete(Root).where(Root.id == gone.id))


def drop_places(connection: Connection, places: Sequence[int]) -> None:
    """Forget these places; contents, vectors and what a person said of the photos stay."""
    for some in pieces(places):
        connection.execute(delete(Location).where(Location.id.in_(some)))


def nested_roots(database: Database, root: RootFolder) -> tuple[list[RootFolder], set[str]]:
    """The drives mounted inside a recursive root, as roots of their own; and where its own scan must stop.

    So their photos belong to their own volume: when one of them is unplugged they are offline, not missing.
    """
    if not root.recursive or not root.online:
        return [], set()
    inside = volumes.mounts_below(root.path)
    real = [add_root(database, mount.point, nested=True) for mount in inside if not mount.virtual]
    return real, {mount.point for mount in inside}


def top_roots(roots: Sequence[RootFolder]) -> list[RootFolder]:
    """Roots that do not lie inside another one on the same drive."""
    return [
        root
        for root in roots
        if not any(
            other.id != root.id
            and other.recursive
            and other.volume == root.volume
            and root.path != other.path
            and lies_in(root.path, other.path)
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
    inner = path[len(root.path.rstrip(os.sep)) + 1 :]  # not relpath, which takes 15 times as long
    return os.path.join(root.relative, inner) if root.relative else inner


def absolute_path(root: RootFolder, relative: str) -> str:
    """The other way round."""
    return volumes.join(mount_of(root), relative)


def mount_of(root: RootFolder) -> str:
    """Where the root's volume is mounted, or was last."""
    return root.path[: len(root.path) - len(root.relative)] if root.relative else root.path


def refresh_mounts(database: Database) -> None:
    """Note where known volumes are mounted now, so that a drive at another mount point is found again."""
    mounts = volumes.current_mounts()
    with database.reading() as connection:
        known = connection.execute(select(Volume.id, Volume.identity, Volume.mount, Volume.name)).all()
    changed = []
    for row in known:
        here = volumes.identity_of(row.mount) == row.identity
        mount = row.mount if here else mounts.get(row.identity)
        if mount is not None and (mount, volumes.name_of(mount)) != (row.mount, row.name):
            changed.append((row.id, mount))
    if changed:
        with database.writing() as connection:
            for volume, mount in changed:
                values = {"mount": mount, "name": volumes.name_of(mount)}
                connection.execute(update(Volume).where(Volume.id == volume).values(**values))
    _learn_folders(database)


def _learn_folders(database: Database) -> None:
    """Note which folders the roots of older libraries are."""
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


def rename_volume(database: Database, volume: int, identity: str) -> None:
    """A volume got an identity of its own. Raises LibraryError when another one has it."""
    with database.writing() as connection:
        taken = connection.execute(select(Volume.id).where(Volume.identity == identity)).scalar_one_or_none()
        if taken not in (None, volume):
            raise LibraryError(
                "Another drive of the library has the same marker.",
                "It was copied from there: delete the file .dinodesk-volume on one of them.",
            )
        connection.execute(update(Volume).where(Volume.id == volume).values(identity=identity))


def below(relative: str) -> tuple[ColumnElement[bool], ...]:
    """Conditions for places below a folder, by the order of bytes ("/" is followed by "0")."""
    if not relative:
        return ()
    return (Location.path > relative + "/", Location.path < relative + chr(ord("/") + 1))


def _volume_id(connection: Connection, location: volumes.VolumePath) -> int:
    row = connection.execute(
        select(Volume.id, Volume.mount).where(Volume.identity == location.identity)
    ).one_or_none()
    if row is None:
        name = volumes.name_of(location.mount)
        return _new_id(
            connection, insert(Volume).values(identity=location.identity, mount=location.mount, name=name)
        )
    if row.mount != location.mount:
        _refuse_a_twin(row.mount, location)
        connection.execute(update(Volume).where(Volume.id == row.id).values(mount=location.mount))
    return int(row.id)


def _refuse_a_twin(mount: str, location: volumes.VolumePath) -> None:
    """Two drives with one identity, mounted at once, would be taken for one: photos would seem to vanish."""
    if volumes.identity_of(mount) != location.identity or volumes.same_device(mount, location.mount):
        return
    marked = location.identity.startswith(volumes.MARKED)
    raise LibraryError(
        f"The drives at {mount} and {location.mount} have the same identity: one was copied from the other.",
        f"Delete the file {volumes.MARKER} on one of them."
        if marked
        else "Give one of them another identity, or unplug the one that is not meant.",
    )


def _new_id(connection: Connection, statement: object) -> int:
    key = connection.execute(statement).inserted_primary_key  # type: ignore[call-overload]
    return int(key[0])
