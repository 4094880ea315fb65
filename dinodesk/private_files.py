"""Files and folders that only their owner can read.

The rights are given when a file is made, one by one, and not by the process's umask: that would also bind
what a person asks for by name (exports, sidecars), child processes, and other threads at that moment. Where
the system or the disk knows no such rights (Windows, FAT), all of this does nothing and complains of nothing.
"""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from pathlib import Path
from typing import BinaryIO

FILE, FOLDER = 0o600, 0o700
OTHERS = 0o077
"""The rights of everybody but the owner."""

_ORDINARY = 0o666
_HAS_RIGHTS = os.name == "posix"


def is_open_to_others(path: Path) -> bool:
    """Whether anybody but its owner has a right to a file or folder of ours; False where there is none.

    A link is judged by what it leads to. What belongs to somebody else is theirs to open.
    """
    if not _HAS_RIGHTS:
        return False
    try:
        about = path.stat()
    except OSError:
        return False
    return bool(about.st_mode & OTHERS) and about.st_uid == os.geteuid()


def knows_rights(folder: Path) -> bool:
    """Whether the disk under a folder keeps the rights it is given; False where that can't be tried."""
    if not _HAS_RIGHTS:
        return False
    try:
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".dinodesk-", suffix=".part") as file:
            return not os.fstat(file.fileno()).st_mode & OTHERS
    except OSError:
        return False


def make_private(path: Path) -> bool:
    """Take all rights of others from a file or folder; whether they have none now. Links are left alone."""
    try:
        about = path.lstat()
        if stat.S_ISLNK(about.st_mode):
            return False
        if about.st_mode & OTHERS:
            os.chmod(path, stat.S_IMODE(about.st_mode) & ~OTHERS)
    except FileNotFoundError:
        return True  # deleted meanwhile
    except OSError:
        return False
    return True


def make_folder(folder: Path, *, like: Path | None = None, parents: bool = True) -> None:
    """Make a folder, and with `parents` those above it; one that is there is left as it is.

    Only its owner can enter it, unless `like` is a file or folder that others have rights to: then it gets
    the person's usual rights. Raises OSError.
    """
    missing = []
    while not folder.is_dir():
        missing.append(folder)
        if not parents:
            break
        folder = folder.parent
    for each in reversed(missing):
        each.mkdir(mode=FOLDER if _is_closed(like) else 0o777, exist_ok=True)


def require_private_folder(folder: Path) -> None:
    """Make a folder, or see that the one that is there is ours, no link, and closed to others.

    For a name that somebody else may have taken before. Raises OSError when it is not so.
    """
    make_folder(folder)
    about = folder.lstat()
    if not stat.S_ISDIR(about.st_mode):
        raise NotADirectoryError(f"{folder} is no folder")
    if not _HAS_RIGHTS:
        return
    if about.st_uid != os.geteuid():
        raise PermissionError(f"{folder} belongs to somebody else")
    if about.st_mode & OTHERS:
        os.chmod(folder, FOLDER)
        if folder.lstat().st_mode & OTHERS:
            raise PermissionError(f"{folder} can't be closed to others")


def create(path: Path, *, like: Path | None = None, append: bool = False) -> BinaryIO:
    """Open a file for writing, made if it is not there, emptied unless `append`.

    Only its owner can read it, from its first byte on, unless `like` is a file or folder that others have
    rights to: then it gets the person's usual rights. One that is there is closed to others, never opened.
    Raises OSError.
    """
    private = _is_closed(like)
    flags = os.O_WRONLY | os.O_CREAT | (os.O_APPEND if append else os.O_TRUNC)
    number = os.open(path, flags | getattr(os, "O_BINARY", 0), FILE if private else _ORDINARY)
    try:
        if private and _HAS_RIGHTS and os.fstat(number).st_mode & OTHERS:
            with contextlib.suppress(OSError):  # a disk without rights
                os.fchmod(number, FILE)
        return os.fdopen(number, "ab" if append else "wb")
    except BaseException:
        os.close(number)
        raise


def write(path: Path, data: bytes, *, like: Path | None = None) -> None:
    """Write a file that is made as `create` does. Raises OSError."""
    with create(path, like=like) as file:
        file.write(data)


def _is_closed(like: Path | None) -> bool:
    """Whether what is made after this model is private; without one it is."""
    try:
        return like is None or not _HAS_RIGHTS or not like.stat().st_mode & OTHERS
    except OSError:
        return True


def copy_rights(source: Path, target: Path) -> None:
    """Give `target` the rights of `source`; where that is not possible it keeps its own."""
    with contextlib.suppress(OSError):
        os.chmod(target, stat.S_IMODE(source.stat().st_mode))


def give_usual_rights(path: Path) -> None:
    """Give a file the rights that the person's programs give to new files. Raises OSError."""
    if _HAS_RIGHTS:
        os.chmod(path, _ORDINARY & ~_umask())


def _umask() -> int:
    try:
        with open("/proc/self/status", encoding="ascii", errors="replace") as status:
            for line in status:
                if line.startswith("Umask:"):
                    return int(line.split()[1], 8)
    except (OSError, ValueError):
        pass
    # elsewhere it can only be read by changing it; to the strictest, for what is made at that moment
    mask = os.umask(OTHERS)
    os.umask(mask)
    return mask
