"""Files of photos that are copied or moved on a person's wish; nothing that is there is ever written over."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from collections.abc import Generator
from typing import BinaryIO

_PIECE = 4 << 20
"""Bytes copied in one step."""
_MOST_NAMES = 10_000


def copy_steps(source: str, folder: str) -> Generator[None, None, str]:
    """Copy a file into a folder, in steps; returns the copy's path, another name where its own is taken.

    The copy has the times of the original. Raises OSError; what was begun is removed.
    """
    with open(source, "rb") as original:
        target, copy = _new_file(folder, os.path.basename(source))
        try:
            with copy:
                while piece := original.read(_PIECE):
                    copy.write(piece)
                    yield
            with contextlib.suppress(OSError):  # some disks keep no times, or no rights
                shutil.copystat(source, target)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(target)
            raise
    return target


def _new_file(folder: str, name: str) -> tuple[str, BinaryIO]:
    stem, ending = os.path.splitext(name)
    for number in range(1, _MOST_NAMES):
        target = os.path.join(folder, name if number == 1 else f"{stem} ({number}){ending}")
        with contextlib.suppress(FileExistsError):
            return target, open(target, "xb")
    raise FileExistsError(errno.EEXIST, "every name for it is taken", name)


def put_back(in_trash: str, path: str) -> None:
    """Move a file from the trash to where it was. Raises OSError: FileNotFoundError where it is not in the
    trash any more or its folder is gone, FileExistsError where another file has its name."""
    if not os.path.lexists(in_trash):
        raise FileNotFoundError(errno.ENOENT, "it is not in the trash any more")
    if not os.path.isdir(os.path.dirname(path)):
        raise FileNotFoundError(errno.ENOENT, "its folder is not there any more")
    _move(in_trash, path)
    _drop_trash_note(in_trash)


def _move(source: str, target: str) -> None:
    try:
        os.link(source, target, follow_symlinks=False)  # unlike a rename it fails where there is a file
    except FileExistsError:
        raise FileExistsError(errno.EEXIST, "there is another file of its name now") from None
    except (OSError, NotImplementedError):
        if os.path.lexists(target):
            raise FileExistsError(errno.EEXIST, "there is another file of its name now") from None
        shutil.move(source, target)  # a disk without links, or another one
    else:
        os.unlink(source)


def _drop_trash_note(in_trash: str) -> None:
    """Remove what a freedesktop.org trash notes beside a file: from where it came, and when."""
    files, name = os.path.split(in_trash)
    if os.path.basename(files) == "files":
        note = os.path.join(os.path.dirname(files), "info", f"{name}.trashinfo")
        with contextlib.suppress(OSError):
            os.unlink(note)
