"""Automatic backups of the database, and what happens when the database is damaged.

A damaged database is set aside, never deleted; the newest sound backup takes its place, or what can still
be read of the damaged one. Photos, vectors and thumbnails come back with the next scan; annotations made
after the backup are lost, and a notice says so.
"""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import time
from contextlib import closing
from datetime import datetime
from pathlib import Path

from dinodesk import private_files
from dinodesk.errors import DamagedLibraryError, LibraryError
from dinodesk.library.store import migrations, salvage
from dinodesk.library.store.database import SUSPECT, Database, plain_errors
from dinodesk.library.store.dialect import read_only_connection

KEPT = 3
"""Backups that are kept; the oldest are deleted first."""
EVERY = 24 * 3600.0
"""Seconds between two automatic backups."""

_DATABASE = ("library.db", "library.db-wal", "library.db-shm")
_MARGIN = 64 << 20
"""Bytes that a backup leaves free on its disk."""


def folder_of(library: Path) -> Path:
    """Where the backups of the library in folder `library` lie."""
    return library / "backups"


def list_backups(library: Path) -> list[Path]:
    """All backups, newest first.

    Sorted by the number at the end of their names: times are wrong when the clock once was. Backups without
    a number are older.
    """
    return sorted(
        folder_of(library).glob("library-*.db"), key=lambda file: (_number(file), file), reverse=True
    )


def last_backup_time(library: Path) -> float:
    """When the newest backup was made, seconds since the epoch; 0 when there is none."""
    newest = next(iter(list_backups(library)), None)
    return _mtime(newest) if newest is not None else 0.0


def is_due(library: Path) -> bool:
    """Whether the newest backup is older than `EVERY` and the database has changed since."""
    newest = next(iter(list_backups(library)), None)
    if newest is None:
        return True
    made = newest.stat().st_mtime
    changed = max(_mtime(library / "library.db"), _mtime(library / "library.db-wal"))
    age = time.time() - made
    # a time far in the future was made by a wrong clock
    return (changed > made or age < -EVERY) and not 0 <= age < EVERY


def back_up(database: Database) -> Path:
    """Make a backup now, while the library may be in use, and drop the oldest; returns its path.

    Raises LibraryError when there is no room for it.
    """
    library = database.file.parent
    folder = folder_of(library)
    database.check_there()
    with plain_errors(database.file):
        private_files.make_folder(folder, like=database.file)
        for left_over in folder.glob("*.part*"):
            left_over.unlink(missing_ok=True)
        size = _size(database.file)
        if shutil.disk_usage(folder).free < size + _MARGIN:
            raise LibraryError(
                f"There is no room for a backup of the library ({size / 1e6:,.0f} MB) in {folder}.",
                "Make room; the library itself is untouched.",
            )
        number = max((_number(file) for file in list_backups(library)), default=0) + 1
        target = folder / f"library-{datetime.now():%Y%m%d-%H%M%S}-{number:06}.db"
        database.back_up(target)
        _thin_out(library)
    return target


def _thin_out(library: Path) -> None:
    """Delete the oldest beyond `KEPT`, and those that take more than a tenth of the free space together."""
    space = shutil.disk_usage(library).free / 10
    for number, file in enumerate(list_backups(library)):
        space -= file.stat().st_size
        if number >= KEPT or (number and space < 0):
            for name in ("", "-wal", "-shm"):  # earlier versions read them as if they were in use
                file.with_name(file.name + name).unlink(missing_ok=True)


def is_suspect(library: Path) -> bool:
    """Whether the next start must check the whole database."""
    return (library / SUSPECT).exists()


def clear_suspicion(library: Path) -> None:
    """Note that the database was checked and is sound."""
    (library / SUSPECT).unlink(missing_ok=True)


def problem_of(file: Path, *, unused: bool = False) -> str:
    """What SQLite finds wrong with a database file, "" when it is sound and of a known format.

    With `unused`, for a copy that no program has open, no files are made beside it.
    """
    try:
        with read_only_connection(file, immutable=unused) as connection:
            version = int(connection.execute("PRAGMA user_version").fetchone()[0])
            found = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite3.Error as error:
        return str(error)
    if not 0 < version <= migrations.LATEST:
        return f"format {version}"
    return "" if found == "ok" else found


def mend_links(database: Database) -> int:
    """Mend rows that refer to missing rows (see `salvage.mend_links`); returns how many there were."""
    database.check_there()
    with plain_errors(database.file), closing(sqlite3.connect(database.file, timeout=30)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        mended = salvage.mend_links(connection)
        connection.commit()
    return mended


def restore(library: Path) -> str:
    """Replace the damaged database by the newest sound backup; returns a sentence that a person must read.

    Without a sound backup, what can be read of the damaged database is saved into a new one.

    Raises DamagedLibraryError when there is neither: nothing is changed then.
    """
    backup = next((file for file in list_backups(library) if not problem_of(file, unused=True)), None)
    fresh = library / "library.db.part"
    with plain_errors(library / "library.db"):
        fresh.unlink(missing_ok=True)
        if backup is not None:
            private_files.create(fresh, like=backup).close()
            shutil.copyfile(backup, fresh)
            when = datetime.fromtimestamp(backup.stat().st_mtime)
            words = (
                f"the backup of {when:%d %B %Y, %H:%M} took its place. Photos added or changed since then "
                "are looked for again; labels and ratings given since then are lost."
            )
        else:
            saved = salvage.save_rows(library / "library.db", fresh)
            if not saved:
                fresh.unlink(missing_ok=True)
                raise DamagedLibraryError(
                    f"The database of the library {library} is damaged, there is no backup, "
                    "and nothing of it can be read.",
                    "Nothing was changed; keep it, a specialist may read more. To begin anew, choose another "
                    "folder.",
                )
            words = f"there was no backup, so what could still be read was saved ({saved:,} rows)."
        if (library / "library.db").exists():
            private_files.copy_rights(library / "library.db", fresh)
        aside = _set_aside(library)
        os.replace(fresh, library / "library.db")
        clear_suspicion(library)
    return f"The library's database was damaged. It was set aside in {aside}, and {words}"


def list_damaged(library: Path) -> list[Path]:
    """The folders in which damaged databases lie, newest first."""
    return sorted((each for each in (library / "damaged").glob("*") if each.is_dir()), reverse=True)


def finish_restoring(library: Path) -> bool:
    """Finish a restoration that was interrupted before its last step; returns whether there was one."""
    fresh = library / "library.db.part"
    if not fresh.is_file() or problem_of(fresh, unused=True):
        return False
    with plain_errors(library / "library.db"):
        if any((library / name).exists() for name in _DATABASE):
            _set_aside(library)  # side files left behind must not be taken for the new one's
        os.replace(fresh, library / "library.db")
        clear_suspicion(library)
    return True


def _set_aside(library: Path) -> Path:
    aside = library / "damaged" / f"{datetime.now():%Y%m%d-%H%M%S-%f}"
    database = library / "library.db"
    private_files.make_folder(aside, like=database if database.exists() else None)
    for name in _DATABASE:
        if (library / name).exists():
            os.replace(library / name, aside / name)
    return aside


def _number(file: Path) -> int:
    found = re.fullmatch(r"library-\d{8}-\d{6}-(\d{1,18})\.db", file.name)
    return int(found[1]) if found else 0


def _mtime(file: Path) -> float:
    try:
        return file.stat().st_mtime
    except OSError:
        return 0.0


def _size(file: Path) -> int:
    wal = file.with_name(file.name + "-wal")
    return file.stat().st_size + (wal.stat().st_size if wal.exists() else 0)
