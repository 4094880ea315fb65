"""Whether other people of this computer can read a library, and closing it to them.

New libraries are private from the start; those of earlier versions had the rights of any file.
"""

from __future__ import annotations

import os
import time
from collections.abc import Generator, Iterator
from pathlib import Path

from dinodesk import private_files
from dinodesk.library.library import LibraryStore
from dinodesk.library.store import key_values

_FOLDERS = ("thumbnails", "index", "backups", "damaged")
_FILES = ("library.db", "library.db-wal", "library.db-shm", "library.db.part", "suspect")
_PATTERN = "library-before-v*.db*"
_SAID = "shared"
"""Note that a person was told, and chose to leave it so."""
_STEP = 0.02


def is_shared(library: LibraryStore) -> bool:
    """Whether others can read the library, so that its owner could close it to them.

    False on disks that keep no rights, and for a library that can't be written to: nothing helps there.
    """
    if library.database.read_only or not any(map(private_files.is_open_to_others, _top(library.folder))):
        return False
    return private_files.knows_rights(library.folder)


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
    inside = [entry for name in _FOLDERS for entry in _listed(str(library.folder / name))]
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
    alone = all(entry.name in names for entry in _listed(str(folder)))
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
            pending += _listed(entry.path)


def _listed(folder: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError:
        return []
