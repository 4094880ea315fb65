"""A root folder as a record, and its paths: absolute, and relative to its volume. Never looks at the disk."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement

from dinodesk.library.files import volumes
from dinodesk.library.files.path_utils import lies_in
from dinodesk.library.store.schema import Location


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
        known: whether its drive has an identity of its own, other than its mount point.
        leads: the folder that a link leads to which has replaced the root folder, else "".
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


def top_roots(roots: Sequence[RootFolder]) -> list[RootFolder]:
    """The roots that do not lie inside another root of the same volume."""
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


def away_roots(roots: Sequence[RootFolder]) -> list[RootFolder]:
    """The roots that can't be read now, so that nothing is known of their photos.

    A root inside another one is seen by the scans of that one: what is gone from it is missing.
    """
    return [root for root in top_roots(roots) if not root.online]


def contains_location(root: RootFolder, relative: str) -> bool:
    """Whether the location at `relative`, a path on the root's volume, belongs to this root."""
    if not root.recursive:
        return os.path.dirname(relative) == root.relative
    return not root.relative or relative.startswith(root.relative + "/")


def relative_path(root: RootFolder, path: str) -> str:
    """The path on the root's volume of `path`, an absolute path below the root."""
    inner = path[len(root.path.rstrip(os.sep)) + 1 :]  # not relpath, which takes 15 times as long
    return os.path.join(root.relative, inner) if root.relative else inner


def absolute_path(root: RootFolder, relative: str) -> str:
    """The absolute path of `relative`, a path on the root's volume, as the volume is mounted now."""
    return volumes.join(mount_of(root), relative)


def mount_of(root: RootFolder) -> str:
    """Where the root's volume is mounted, or was last."""
    return root.path[: len(root.path) - len(root.relative)] if root.relative else root.path


def locations_below(relative: str) -> tuple[ColumnElement[bool], ...]:
    """SQL conditions for the locations below the folder `relative` of a volume; none for the volume itself.

    Paths are compared by their bytes, in which "/" is followed by "0": so an index on the path is used.
    """
    if not relative:
        return ()
    return (Location.path > relative + "/", Location.path < relative + chr(ord("/") + 1))
