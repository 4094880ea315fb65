"""A library: a folder with the database, and caches that may be deleted at any moment."""

from __future__ import annotations

import os
from pathlib import Path

from dinodesk import private_files
from dinodesk.errors import DamagedLibraryError, LibraryError
from dinodesk.library.files import volumes
from dinodesk.library.folders.root_folders import refresh_roots
from dinodesk.library.store import backups, migrations
from dinodesk.library.store.database import Database, has_no_space, peek_version, plain_errors

UNFINISHED = "moving-here"
"""Name of the file, holding the old folder's path, in a folder that a library is being moved to."""


class LibraryStore:
    """An open library folder. A damaged database is set aside and restored from the newest backup.

    Attributes:
        folder: absolute path of the folder.
        database: the open database; the modules of this package take it as their first argument.
        thumbnails: folder of the thumbnail cache.
        index: folder of the search index caches.
        notices: sentences that a person should read: what was restored, why the library's folder is unsafe.
        trouble: the one of them on why there is no automatic backup; "" when there is one.
    """

    def __init__(self, folder: Path, *, make: bool = True) -> None:
        """Open the library in `folder`, made if it is not there and `make` allows it.

        Only its owner can read a new one; what is made in one that is there is as private as its database.

        Raises LibraryError in plain words.
        """
        self.folder = Path(os.path.abspath(folder))
        _refuse_half_moved(self.folder)
        if not make and not any(
            (self.folder / name).exists() for name in ("library.db", "backups", "damaged")
        ):
            raise LibraryError(
                f"The library {self.folder} is not there.",
                "If it lies on a drive, plug that in and start again; nothing was made in its place.",
            )
        self.thumbnails = self.folder / "thumbnails"
        self.index = self.folder / "index"
        model = next((each for each in (self.folder / "library.db", self.thumbnails) if each.exists()), None)
        try:
            if model is None and self.folder.is_dir() and not any(self.folder.iterdir()):
                private_files.make_private(self.folder)  # a new one in an empty folder
            for needed in (self.folder, self.thumbnails, self.index):
                with plain_errors(self.folder / "library.db"):
                    to_nowhere = needed.is_symlink() and not needed.exists()
                    if needed != self.folder and (needed.is_file() or to_nowhere):
                        needed.unlink(missing_ok=True)  # caches are made again
                    private_files.make_folder(needed, like=model)
        except OSError as error:
            raise LibraryError(
                f"The library folder {self.folder} can't be made ({(error.strerror or str(error)).lower()}).",
                "Choose another folder for it.",
            ) from error
        self.trouble = ""
        file = self.folder / "library.db"
        self.notices = [warning] if (warning := volumes.warning_about(str(self.folder))) else []
        self._restore_lost_database(file)
        read_only = file.is_file() and not (os.access(file, os.W_OK) and os.access(self.folder, os.W_OK))
        self.database = self._opened(file, read_only=read_only)
        if not self.database.read_only:
            refresh_roots(self.database)

    def _opened(self, file: Path, *, read_only: bool) -> Database:
        """The database; restored where it is damaged, read-only where its disk is full."""
        try:
            return Database(file, read_only=read_only)
        except DamagedLibraryError:
            if read_only:
                raise
            self.notices.append(backups.restore(self.folder))
            return Database(file)
        except LibraryError:
            if read_only or not _is_readable_without_log(file):
                raise
            self.notices.append(
                f"The disk that holds the library {self.folder} is full: it can be searched and looked at, "
                "and nothing can be changed until there is room."
            )
            return Database(file, read_only=True)

    def _restore_lost_database(self, file: Path) -> None:
        """Restore a lost or damaged database, so that no empty one silently takes its place.

        A database marked as suspect is checked as a whole.
        """
        if file.is_file() and file.stat().st_size:
            if backups.is_suspect(self.folder):
                migrations.check_not_newer(peek_version(file))
                if backups.problem_of(file):
                    self.notices.append(backups.restore(self.folder))
                backups.clear_suspicion(self.folder)
            return
        aside = backups.list_damaged(self.folder)
        traces = (any(folder.iterdir()) for folder in (self.thumbnails, self.index))
        if not aside and not any(traces) and not backups.list_backups(self.folder):
            return
        if aside and backups.finish_restoring(self.folder):
            self.notices.append(
                f"The library's database was damaged. It was set aside in {aside[0]}, and what was restored "
                "took its place now, for the program had been ended before. What was added or said since the "
                "last backup may be lost."
            )
            return
        try:
            self.notices.append(backups.restore(self.folder))
        except DamagedLibraryError as error:
            raise DamagedLibraryError(
                f"The database of the library {self.folder} is {'empty' if file.is_file() else 'gone'}, "
                "and there is no backup of it." + (f" A damaged one lies in {aside[0]}." if aside else ""),
                "Bring library.db back; to begin anew, choose another folder or delete this one.",
            ) from error

    def close(self) -> None:
        """Close the database."""
        self.database.close()


def _refuse_half_moved(folder: Path) -> None:
    """A move into `folder` that was killed left the library where it was, and copies here."""
    try:
        old = (folder / UNFINISHED).read_text("utf-8", "replace")
    except OSError:
        return
    if Path(old, "library.db").exists():
        raise LibraryError(
            f"A library was being moved to {folder} when the program was ended. It is still in {old}.",
            "Open it there, and move it again.",
        )


def _is_readable_without_log(file: Path) -> bool:
    """Whether a database on a full disk can be read without its write-ahead log."""
    log = file.with_name(file.name + "-wal")
    if not has_no_space(file.parent) or (log.exists() and log.stat().st_size):
        return False
    return peek_version(file, immutable=True) == migrations.LATEST
