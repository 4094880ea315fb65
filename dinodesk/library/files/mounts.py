"""The platform's mounted file systems: mount point, identity, name, and whether they are on a network.

Linux is read from `/proc/self/mountinfo` and `/dev/disk`; macOS from `diskutil`; Windows from its volume
functions. Only Linux is tested on a real machine; the others are tested with recorded answers.
"""

from __future__ import annotations

import ctypes
import os
import plistlib
import re
import string
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_NETWORK = frozenset(
    "nfs nfs4 cifs smb3 smbfs afs ncpfs 9p ceph glusterfs fuse.sshfs fuse.rclone davfs".split()
)
_VIRTUAL = frozenset(
    "proc sysfs cgroup cgroup2 devtmpfs devpts mqueue debugfs tracefs securityfs pstore bpf fusectl configfs"
    " hugetlbfs autofs binfmt_misc nsfs efivarfs rpc_pipefs squashfs".split()
)
_ESCAPED = re.compile(r"\\([0-7]{3})")
_REMOTE = 4  # GetDriveTypeW: DRIVE_REMOTE


@dataclass(frozen=True, slots=True)
class Mount:
    """One mounted file system.

    Attributes:
        point: absolute path it is mounted at.
        identity: "uuid:…" or "serial:…" that it keeps wherever it is mounted; "" where there is none.
        name: its label, or a name made of the mount point; for people.
        network: whether it lies on another machine, so that it sends no news of changes.
        virtual: whether it holds no files of a person, such as /proc.
    """

    point: str
    identity: str
    name: str
    network: bool
    virtual: bool = False


def current() -> dict[str, Mount]:
    """All mounted file systems by mount point."""
    if sys.platform == "win32":
        return _windows()
    if sys.platform == "darwin":
        return mac_mounts(_mac_points(), _diskutil)
    return linux_mounts(_mountinfo(), _linked("by-uuid"), _linked("by-label"), _device_of)


def fingerprint() -> object:
    """A value that differs when a file system was mounted or unmounted; cheap enough for every second."""
    if sys.platform == "win32":
        return getattr(ctypes, "windll").kernel32.GetLogicalDrives()  # noqa: B009
    return tuple(_mac_points()) if sys.platform == "darwin" else _mountinfo()


def name_of(point: str) -> str:
    """A name for a mount point that has no label."""
    return os.path.basename(point.rstrip("/\\")) or point


# ── Linux ───────────────────────────────────────────────────────────────────────────────────────


def linux_mounts(
    mountinfo: str, uuids: dict[int, str], labels: dict[int, str], device_of: Callable[[str], int]
) -> dict[str, Mount]:
    """Parse `/proc/self/mountinfo` (man 5 proc), with the names that `/dev/disk` gives to devices.

    A bind mount or a btrfs subvolume shows a part of its file system: that part is in its identity. The
    device number of a btrfs mount belongs to no device, so its source is looked up as well.
    """
    found: dict[str, Mount] = {}
    for line in mountinfo.split("\n"):  # other ends of lines may be part of a name
        before, dash, after = line.partition(" - ")
        fields, rest = before.split(" "), after.split(" ")
        if not dash or len(fields) < 5 or len(rest) < 2:
            continue
        major, _, minor = fields[2].partition(":")
        device = os.makedev(int(major), int(minor))
        part, point, source = _plain(fields[3]), _plain(fields[4]), _plain(rest[1])
        if device not in uuids and source.startswith("/"):
            device = device_of(source)
        uuid = uuids.get(device, "")
        identity = f"uuid:{uuid}" + ("" if part == "/" else f":{part}") if uuid else ""
        name = labels.get(device) or name_of(point)
        found[point] = Mount(point, identity, name, rest[0] in _NETWORK, rest[0] in _VIRTUAL)
    return found


def _plain(field: str) -> str:
    # mountinfo writes blanks, tabs, newlines and backslashes as octal escapes
    return _ESCAPED.sub(lambda match: chr(int(match[1], 8)), field)


def _mountinfo() -> str:
    try:
        return Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return ""


def _linked(kind: str) -> dict[int, str]:
    """Device number → name, from the links of `/dev/disk/by-…`."""
    found: dict[int, str] = {}
    try:
        for link in Path("/dev/disk", kind).iterdir():
            found[os.stat(link).st_rdev] = re.sub(
                r"\\x([0-9a-f]{2})", lambda match: chr(int(match[1], 16)), link.name
            )
    except OSError:
        pass
    return found


def _device_of(source: str) -> int:
    try:
        return os.stat(source).st_rdev
    except OSError:
        return -1


# ── macOS ───────────────────────────────────────────────────────────────────────────────────────


def mac_mounts(points: list[str], ask: Callable[[str], dict[str, Any]]) -> dict[str, Mount]:
    """One question to `diskutil info -plist` for each mount point; it knows no network drives."""
    found = {}
    for point in points:
        about = ask(point)
        uuid = about.get("VolumeUUID") or about.get("DiskUUID")
        name = about.get("VolumeName") or name_of(point)
        found[point] = Mount(point, f"uuid:{uuid}" if uuid else "", str(name), not about)
    return found


def _mac_points() -> list[str]:
    try:
        return ["/"] + [entry.path for entry in os.scandir("/Volumes") if os.path.ismount(entry.path)]
    except OSError:
        return ["/"]


def _diskutil(point: str) -> dict[str, Any]:
    try:
        answer = subprocess.run(
            ["/usr/sbin/diskutil", "info", "-plist", point], capture_output=True, timeout=10, check=True
        )
        about: dict[str, Any] = plistlib.loads(answer.stdout)
    except (OSError, subprocess.SubprocessError, plistlib.InvalidFileException):
        return {}
    return about


# ── Windows ─────────────────────────────────────────────────────────────────────────────────────


def _windows() -> dict[str, Mount]:
    kernel: Any = getattr(ctypes, "windll").kernel32  # noqa: B009 (the name exists on Windows only)
    letters = kernel.GetLogicalDrives()
    points = [f"{letter}:\\" for bit, letter in enumerate(string.ascii_uppercase) if letters >> bit & 1]
    return windows_mounts(points, lambda point: _volume(kernel, point))


def windows_mounts(points: list[str], ask: Callable[[str], tuple[int, str, int] | None]) -> dict[str, Mount]:
    """Serial number, label and drive type of each drive letter; a drive without a disk is left out."""
    found = {}
    for point in points:
        about = ask(point)
        if about is not None:
            serial, label, kind = about
            identity = f"serial:{serial:08X}" if serial else ""
            found[point] = Mount(point, identity, label or point, kind == _REMOTE)
    return found


def _volume(kernel: Any, point: str) -> tuple[int, str, int] | None:
    label, serial = ctypes.create_unicode_buffer(261), ctypes.c_uint32(0)
    worked = kernel.GetVolumeInformationW(point, label, 261, ctypes.byref(serial), None, None, None, 0)
    return (serial.value, label.value, kernel.GetDriveTypeW(point)) if worked else None
