"""Moving a library to another folder or disk: copied whole, checked, and only then deleted."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from dinodesk import private_files
from dinodesk.errors import LibraryError
from dinodesk.library.library import UNFINISHED, LibraryStore
from dinodesk.library.store import backups
from dinodesk.library.store.database import SUSPECT, Database, plain_errors

_FOLDERS = ("thumbnails", "index", "backups", "damaged")
_BEFORE = "library-before-v*.db"
"""Copies that migrations made of the database before they changed it."""
_DATABASE = ("library.db", "library.db-wal", "library.db-shm", SUSPECT)
_MARGIN = 64 << 20
"""Bytes that the move leaves free on the target's disk."""


def move_library(library: LibraryStore, target: Path) -> Iterator[tuple[int, int]]:
    """Copy an open library to `target`, an empty or new folder, then close it and delete the old one.

    Yields files copied and files to copy. Stopped before its end, or failing, it leaves the library where
    it was, open, and nothing at `target`. The photos themselves stay where they are.

    Raises LibraryError with the reason.
    """
    target = Path(os.path.abspath(target))
    _refuse(library, target)
    before = [file for file in library.folder.glob(_BEFORE) if file.is_file()]
    inside = (file for name in _FOLDERS for file in (library.folder / name).rglob("*"))
    files = [file for file in inside if file.is_file()] + before
    total = len(files) + 1
    made = not target.exists()
    try:
        with plain_errors(target / "library.db"):
            private_files.make_folder(target, like=library.folder)
            if not made and not any(target.iterdir()):
                private_files.copy_rights(library.folder, target)
            if (target / UNFINISHED).is_file():  # an earlier move into it was killed
                _clear(target, False, [file.name for file in target.glob(_BEFORE)])
            here = str(library.folder).encode("utf-8", "backslashreplace")
            private_files.write(target / UNFINISHED, here, like=library.folder)
            for done, file in enumerate(files):
                copy = target / file.relative_to(library.folder)
                private_files.make_folder(copy.parent, like=file.parent)
                if file.exists():  # a cache may be cleared meanwhile
                    private_files.create(copy, like=file).close()
                    shutil.copyfile(file, copy)
                yield done, total
            yield len(files), total
            # the database goes last, with no step between and all writers kept out, also those of other
            # programs: what was written meanwhile is in it, and nobody writes to a file that goes away
            with library.database.locked():
                library.database.back_up(target / "library.db")
                found = backups.problem_of(target / "library.db")
                if found:
                    raise LibraryError(f"The copy in {target} is damaged ({found}).", "Check that disk.")
                Database(target / "library.db").close()  # it opens, so the old one may be deleted
                (target / UNFINISHED).unlink(missing_ok=True)
                library.close()
                _delete_old(library.folder, [*_FOLDERS, *(file.name for file in before), *_DATABASE])
    except BaseException:
        if not _is_gone(library):
            _clear(target, made, [file.name for file in before])
        raise


def _is_gone(library: LibraryStore) -> bool:
    """Whether the old database was deleted, so that the copy is the library now."""
    return not (library.folder / "library.db").exists()


def _refuse(library: LibraryStore, target: Path) -> None:
    if target == library.folder or library.folder in target.parents:
        raise LibraryError(f"{target} lies inside the library itself.", "Choose another folder.")
    mine = (target / UNFINISHED).is_file()
    if target.exists() and not mine and (not target.is_dir() or any(target.iterdir())):
        raise LibraryError(f"{target} is not an empty folder.", "Choose an empty or a new one.")
    size = sum(each.stat().st_size for each in library.folder.rglob("*") if each.is_file())
    parent = next(each for each in (target, *target.parents) if each.exists())
    if shutil.disk_usage(parent).free < size + _MARGIN:
        raise LibraryError(
            f"There is no room for the library ({size / 1e6:,.0f} MB) in {target}.",
            "Choose a folder on another disk.",
        )


def _clear(target: Path, made: bool, before: Sequence[str]) -> None:
    """Remove from the target what was copied there."""
    _remove(target, [*_FOLDERS, *before, "library.db", "library.db.part", UNFINISHED])
    if made:
        with suppress(OSError):  # somebody may have put something there meanwhile
            target.rmdir()


def _delete_old(folder: Path, names: Sequence[str]) -> None:
    """Remove what was copied from the old folder; whatever else lies in there stays."""
    _remove(folder, names)
    with suppress(OSError):
        folder.rmdir()


def _remove(folder: Path, names: Sequence[str]) -> None:
    for name in names:
        if (folder / name).is_dir():
            shutil.rmtree(folder / name, ignore_errors=True)
        else:
            (folder / name).unlink(missing_ok=True)
