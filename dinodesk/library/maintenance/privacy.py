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
    """Close the library to others; yields folders done and to do, returns the files that could not be closed.

    What leads to all the rest goes first: stopped after its first step, nobody else gets in either.
    What a person keeps beside a library in the same folder is left alone.
    """
    refused = sum(not private_files.make_private(each) for each in _top(library.folder))
    folders = list(_inner_folders(library.folder))
    yield 0, len(folders)
    paused = time.perf_counter()
    for done, folder in enumerate(folders):
        for entry in _listed(folder):
            if not entry.is_dir(follow_symlinks=False) and not entry.is_symlink():
                refused += not private_files.make_private(Path(entry.path))
            if time.perf_counter() - paused > _STEP:
                yield done, len(folders)
                paused = time.perf_counter()
        refused += not private_files.make_private(Path(folder))
    yield len(folders), len(folders)
    return refused


def _top(folder: Path) -> list[Path]:
    """The library's own files and folders; its folder itself where there is nothing else in it."""
    own = [folder / name for name in (*_FOLDERS, *_FILES)] + list(folder.glob(_PATTERN))
    there = [each.resolve() if each.is_symlink() else each for each in own if each.exists()]
    names = {each.name for each in own}
    alone = all(entry.name in names for entry in _listed(str(folder)))
    return [folder, *there] if alone else there


def _inner_folders(folder: Path) -> Iterator[str]:
    """The folders of the library, with those inside; links in them are not followed."""
    for name in _FOLDERS:
        if not (folder / name).is_dir():
            continue
        pending = [os.path.realpath(folder / name)]
        while pending:
            current = pending.pop()
            yield current
            pending += [entry.path for entry in _listed(current) if entry.is_dir(follow_symlinks=False)]


def _listed(folder: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError:
        return []
