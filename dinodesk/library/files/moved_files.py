"""Files of photos that are copied or moved on a person's wish; nothing that is there is ever written over."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from collections.abc import Callable, Generator
from functools import partial
from pathlib import Path

from dinodesk import private_files

_PIECE = 4 << 20
"""Bytes copied in one step."""
_MOST_NAMES = 10_000
_TAKEN = "there is another file of its name now"


def copy_steps(source: str, folder: str) -> Generator[None, None, str]:
    """Copy a file into a folder, in steps; returns the copy's path, another name where its own is taken.

    The copy has the times of the original, and its name only once it is whole, whatever happens in between.
    Raises OSError; what was begun is removed.
    """
    part = _part_in(folder)
    try:
        with open(source, "rb") as original, open(part, "wb") as copy:
            while piece := original.read(_PIECE):
                copy.write(piece)
                yield
        target = name_freely(part, folder, os.path.basename(source))
    finally:
        with contextlib.suppress(OSError):
            os.unlink(part)
    _copy_times(source, target)
    return target


def _part_in(folder: str) -> str:
    """An empty file in which a copy grows, with the rights that a new file has there."""
    return str(private_files.make_part(Path(folder, "copy"), like=Path(folder)))


def link_file(source: str, folder: str) -> str:
    """Make a symbolic link to a file in a folder, else a hard one, under another name where its own is taken;
    returns its path, "" where the disk refuses both. Raises FileExistsError where every name is taken."""
    makers: tuple[Callable[[str, str], None], ...] = (os.symlink, os.link)
    for make in makers:
        with contextlib.suppress(NotImplementedError):
            try:
                return _freely(partial(make, source), folder, os.path.basename(source))
            except FileExistsError:
                raise
            except OSError:
                continue
    return ""


def name_freely(part: str, folder: str, name: str) -> str:
    """Give a whole file its name in a folder, or another one where that is taken; returns its path.

    Raises OSError.
    """
    return _freely(partial(_name, part), folder, name)


def _freely(make: Callable[[str], None], folder: str, name: str) -> str:
    stem, ending = os.path.splitext(name)
    for number in range(1, _MOST_NAMES):
        target = os.path.join(folder, name if number == 1 else f"{stem} ({number}){ending}")
        with contextlib.suppress(FileExistsError):
            make(target)
            return target
    raise FileExistsError(errno.EEXIST, "every name for it is taken", name)


def _name(part: str, target: str) -> None:
    """Give a whole copy its name. Raises OSError: FileExistsError where that is taken."""
    try:
        os.link(part, target)  # unlike a rename it fails where there is a file
    except FileExistsError:
        raise
    except (OSError, NotImplementedError):  # a disk without links
        with open(target, "xb"):
            pass
        os.replace(part, target)


def _copy_times(source: str, target: str) -> None:
    with contextlib.suppress(OSError):  # some disks keep no times, or no rights
        shutil.copystat(source, target)


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
        raise FileExistsError(errno.EEXIST, _TAKEN) from None
    except (OSError, NotImplementedError):  # a disk without links, or another one
        if os.path.lexists(target):
            raise FileExistsError(errno.EEXIST, _TAKEN) from None
        try:
            os.rename(source, target)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            _move_to_other_disk(source, target)
    else:
        os.unlink(source)


def _move_to_other_disk(source: str, target: str) -> None:
    """Whole or not at all: the source goes when its copy is safe on the disk."""
    if os.path.islink(source):
        os.symlink(os.readlink(source), target)
    else:
        part = _part_in(os.path.dirname(target))
        try:
            with open(source, "rb") as original, open(part, "wb") as copy:
                shutil.copyfileobj(original, copy, _PIECE)
                copy.flush()
                os.fsync(copy.fileno())
            _name(part, target)
        finally:
            with contextlib.suppress(OSError):
                os.unlink(part)
        _copy_times(source, target)
    os.unlink(source)


def _drop_trash_note(in_trash: str) -> None:
    """Remove what a freedesktop.org trash notes beside a file: from where it came, and when."""
    files, name = os.path.split(in_trash)
    if os.path.basename(files) == "files":
        note = os.path.join(os.path.dirname(files), "info", f"{name}.trashinfo")
        with contextlib.suppress(OSError):
            os.unlink(note)
