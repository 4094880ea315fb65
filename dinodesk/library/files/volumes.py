"""Volumes: which file system a path lies on, by its identity, wherever it is mounted.

The identity is the file system's UUID or serial number; where there is none (network drives, some
memory cards), a marker file that the person allowed; and as the last resort the mount point itself.
"""

from __future__ import annotations

import os
import re
import time
import uuid
from dataclasses import dataclass
from pathlib import Path

from dinodesk.library.files import mounts

MARKER = ".dinodesk-volume"
"""Name of the file that marks a volume without an identity of its own."""

MARKED = "mark:"
"""Prefix of the identity that a marker file gives a volume."""
UNKNOWN = "mount:"
"""Prefix of the identity of a volume that has none of its own: its mount point."""

_FRESH = 1.0
"""Seconds for which a mount table is used again: a scan asks thousands of times."""
_MARK = re.compile(r"[0-9a-f]{32}")
_SYNCED = ("dropbox", "onedrive", "google drive", "googledrive", "icloud", "nextcloud", "pcloud", "syncthing")


@dataclass(frozen=True, slots=True)
class VolumePath:
    """A path split at its volume: identity, mount point, and the rest (no leading separator)."""

    identity: str
    mount: str
    relative: str


class _Table:
    """The mount table, read again after `_FRESH` seconds."""

    def __init__(self) -> None:
        self._read = -_FRESH
        self._mounts: dict[str, mounts.Mount] = {}

    def get(self, *, now: bool = False) -> dict[str, mounts.Mount]:
        if now or time.monotonic() - self._read > _FRESH:
            self._mounts, self._read = mounts.current(), time.monotonic()
        return self._mounts


_table = _Table()


def mount_point(path: str) -> str:
    """The mount point that holds `path` (absolute)."""
    current = path
    while not os.path.ismount(current):
        parent = os.path.dirname(current)
        if parent == current:
            break
        current = parent
    return current


def identity_of(mount: str) -> str:
    """`uuid:…`, `serial:…`, `mark:…` or `mount:…`; "" where nothing is mounted now."""
    try:
        if not os.path.ismount(mount):
            return ""
    except OSError:
        return ""
    known = _table.get().get(mount)
    identity = (known.identity if known else "") or _marked(mount) or f"{UNKNOWN}{mount}"
    return identity.encode("utf-8", "backslashreplace").decode()  # it may hold a path, and is stored as text


def name_of(mount: str) -> str:
    """The name that people know the volume mounted at `mount` by."""
    known = _table.get().get(mount)
    name = known.name if known else mounts.name_of(mount)
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def is_network(path: str) -> bool:
    """Whether `path` lies on another machine."""
    known = _table.get().get(mount_point(path))
    return known is not None and known.network


def locate(path: str) -> VolumePath:
    """Split an absolute path at its volume."""
    mount = mount_point(path)
    return VolumePath(identity_of(mount), mount, os.path.relpath(path, mount) if path != mount else "")


def same_device(one: str, other: str) -> bool:
    """Whether two mount points show the same file system; True where that can't be told."""
    try:
        return os.stat(one).st_dev == os.stat(other).st_dev
    except OSError:
        return True


def join(mount: str, relative: str) -> str:
    """The absolute path of `relative` on the volume mounted at `mount`."""
    return os.path.join(mount, relative) if relative else mount


def current_mounts() -> dict[str, str]:
    """Identity → mount point for every volume mounted now; one mounted twice counts at its shortest."""
    found: dict[str, str] = {}
    for point in _table.get(now=True):
        identity = identity_of(point)
        if identity and (identity not in found or len(point) < len(found[identity])):
            found[identity] = point
    return found


def is_covered(mount: str, folder: str) -> bool:
    """Whether `folder`, of the volume mounted at `mount`, is hidden by another volume mounted above it."""
    return mount_point(folder) != mount


def mounts_below(folder: str) -> list[mounts.Mount]:
    """File systems mounted strictly inside `folder`, by mount point."""
    start = folder.rstrip(os.sep) + os.sep
    inside = {point: each for point, each in _table.get().items() if point.startswith(start)}
    return [inside[point] for point in sorted(inside) if os.path.ismount(point)]


def write_marker(mount: str) -> str:
    """Write a marker file at the top of a volume and return its new identity; only if a person asked for it.

    Raises OSError when the volume can't be written to.
    """
    known = identity_of(mount)
    if not known.startswith(UNKNOWN):
        return known
    file = Path(mount, MARKER)
    with file.open("x", encoding="ascii") as marker:
        marker.write(uuid.uuid4().hex + "\n")
        marker.flush()
        os.fsync(marker.fileno())
    return identity_of(mount)


def _marked(mount: str) -> str:
    try:
        with open(os.path.join(mount, MARKER), encoding="ascii") as marker:
            found = _MARK.fullmatch(marker.read(64).strip())
    except (OSError, ValueError):
        return ""
    return MARKED + found[0] if found else ""


def warning_about(folder: str) -> str:
    """A sentence when a library's database should not lie in `folder`; "" when it may."""
    if is_network(folder):
        return (
            f"The library {folder} lies on a network drive: if the connection breaks while it is written to, "
            "its database may be damaged. A folder of this computer is safer."
        )
    for part in Path(folder).parts:
        if part.lower().startswith(_SYNCED):
            return (
                f"The library {folder} lies in a synchronised folder ({part}): another computer may change "
                "it while it is open. A folder that is not synchronised is safer."
            )
    return ""
