"""Volumes: which file system a path lies on, by its identity where the platform tells one.

On Linux the identity is the file system's UUID, from `/dev/disk/by-uuid`; elsewhere, and for file
systems without one (overlay, tmpfs, network), it is the mount point itself.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

_BY_UUID = Path("/dev/disk/by-uuid")


@dataclass(frozen=True, slots=True)
class Location:
    """A path split at its volume: identity, mount point, and the rest (no leading separator)."""

    identity: str
    mount: str
    relative: str


def mount_point(path: str) -> str:
    """The mount point that holds `path` (absolute)."""
    current = path
    while not os.path.ismount(current):
        parent = os.path.dirname(current)
        if parent == current:
            break
        current = parent
    return current


@lru_cache(maxsize=1)
def _uuid_by_device() -> dict[int, str]:
    found: dict[int, str] = {}
    try:
        for link in _BY_UUID.iterdir():
            found[os.stat(link).st_rdev] = link.name
    except OSError:
        pass
    return found


def identity_of(mount: str) -> str:
    """`uuid:…` where the platform tells one, else `mount:…`; "" where nothing is mounted now."""
    try:
        if not os.path.ismount(mount):
            return ""
        device = os.stat(mount).st_dev
    except OSError:
        return ""
    uuid = _uuid_by_device().get(device)
    return f"uuid:{uuid}" if uuid else f"mount:{mount}"


def locate(path: str) -> Location:
    """Split an absolute path at its volume."""
    mount = mount_point(path)
    return Location(identity_of(mount), mount, os.path.relpath(path, mount) if path != mount else "")


def join(mount: str, relative: str) -> str:
    """The absolute path of `relative` on the volume mounted at `mount`."""
    return os.path.join(mount, relative) if relative else mount


def current_mounts() -> dict[str, str]:
    """Identity → mount point for every volume mounted now (Linux; empty elsewhere).

    A volume mounted twice counts at its shortest mount point.
    """
    _uuid_by_device.cache_clear()
    mounts: dict[str, str] = {}
    try:
        lines = (
            Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="surrogateescape").splitlines()
        )
    except OSError:
        return mounts
    for line in lines:
        fields = line.split(" ")
        if len(fields) < 5 or fields[3] != "/":
            continue  # a bind mount of a subfolder is not the volume's own root
        # mountinfo writes blanks and such as octal escapes
        mount = fields[4].replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\")
        identity = identity_of(mount)
        if identity not in mounts or len(mount) < len(mounts[identity]):
            mounts[identity] = mount
    return mounts
