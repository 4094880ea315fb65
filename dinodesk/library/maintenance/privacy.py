"""Whether other people of this computer can read a library, and closing it to them.

New libraries are private from the start; those of earlier versions had the rights of any file.
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

from dinodesk import private_files
from dinodesk.library.files.directory_entries import entries_of
from dinodesk.library.library import LibraryStore
from dinodesk.library.store import key_values

_FOLDERS = ("thumbnails", "index", "backups", "damaged")
_FILES = ("library.db", "library.db-wal", "library.db-shm", "library.db.part", "suspect")
_PATTERN = "library-before-v*.db*"
_SAID = "shared"
"""Note that a person was told, and chose to leave it so."""
_STEP = 0.02
_ENTER = stat.S_IXGRP | stat.S_IXOTH
_READ = stat.S_IRGRP | stat.S_IROTH


def is_shared(library: LibraryStore) -> bool:
    """Whether others can read the library, so that its owner could close it to them.

    They can where they may enter its folder and every folder above it, and read something in it: one folder
    above that is closed, such as a home, keeps them out. False on disks that keep no rights, and for a
    library that can't be written to: nothing helps there.
    """
    return _is_open(library, lambda path: path != library.folder and _is_readable(path))


def can_be_tightened(library: LibraryStore) -> bool:
    """Whether others have a right to anything of the library, even where a folder above keeps them out."""
    return _is_open(library, private_files.is_open_to_others)


def _is_open(library: LibraryStore, judge: Callable[[Path], bool]) -> bool:
    if library.database.read_only or not any(map(judge, _top(library.folder))):
        return False
    return private_files.knows_rights(library.folder)


def _is_readable(path: Path) -> bool:
    """Whether others get to a file or folder of ours, and can read it or enter it."""
    if not private_files.is_open_to_others(path):
        return False
    try:
        wanted = _READ | _ENTER if path.is_dir() else _READ  # in a folder names can be guessed
        return bool(path.stat().st_mode & wanted) and all(map(lets_others_in, path.resolve().parents))
    except OSError:
        return False


def lets_others_in(folder: Path) -> bool:
    """Whether anybody but its owner may enter a folder. Raises OSError."""
    return bool(folder.stat().st_mode & _ENTER)


def wants_saying(library: LibraryStore) -> bool:
    """Whether others can read the library and its owner was not told yet."""
    return is_shared(library) and not key_values.read(library.database, _SAID, False)


def leave_shared(library: LibraryStore) -> None:
    """Note that the owner was told, so that it is not said again."""
    key_values.write(library.database, _SAID, True)


def make_private_steps(library: LibraryStore) -> Generator[tuple[int, int], None, int]:
    """Close the library to others; yields how much is done, and of how much, about every 20 ms.

    Returns how many files could not be closed. What leads to all the rest goes first: stopped after its first
    step, nobody else gets in either.
    What a person keeps beside a library in the same folder is left alone.
    """
    refused = sum(not private_files.make_private(each) for each in _top(library.folder))
    inside = [entry for name in _FOLDERS for entry in entries_of(str(library.folder / name))]
    yield 0, len(inside)
    paused = time.perf_counter()
    for done, entry in enumerate(inside):
        for each in _below(entry):
            refused += not private_files.make_private(each)
            if time.perf_counter() - paused > _STEP:
                yield done, len(inside)
                paused = time.perf_counter()
    yield len(inside), len(inside)
    return refused


def _top(folder: Path) -> list[Path]:
    """The library's own files and folders; its folder itself where there is nothing else in it."""
    own = [folder / name for name in (*_FOLDERS, *_FILES)] + list(folder.glob(_PATTERN))
    there = [each.resolve() if each.is_symlink() else each for each in own if each.exists()]
    names = {each.name for each in own}
    alone = all(entry.name in names for entry in entries_of(str(folder)))
    return [folder, *there] if alone else there


def _below(entry: os.DirEntry[str]) -> Iterator[Path]:
    """A file or folder with all that is in it; links are left out."""
    pending = [entry]
    while pending:
        entry = pending.pop()
        if entry.is_symlink():
            continue
        yield Path(entry.path)
        if entry.is_dir(follow_symlinks=False):
            pending += entries_of(entry.path)
