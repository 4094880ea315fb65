"""Opening the SQLite file: pragmas, explicit transactions, migrations, and errors in plain words."""

from __future__ import annotations

import errno
import logging
import os
import shutil
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, Insert, create_engine, event, text
from sqlalchemy.exc import DatabaseError

from dinodesk import private_files
from dinodesk.errors import DamagedLibraryError, LibraryError
from dinodesk.library.store import migrations
from dinodesk.library.store.dialect import read_only_address, read_only_connection

_log = logging.getLogger(__name__)

_T = TypeVar("_T")
_AT_ONCE = 500
"""Values in one IN clause: SQLite takes some thousand variables in a statement at most."""

BUSY_MS = 10_000
"""Milliseconds to wait for another program's transaction."""
SUSPECT = "suspect"
"""Name of the empty file that marks a database as found damaged while it was in use."""


class Database:
    """One library's database. Thread-safe; every use is one `reading` or `writing` block.

    Attributes:
        file: path of `library.db`.
        read_only: whether writing is refused; for libraries on read-only media.
    """

    def __init__(self, file: Path, *, read_only: bool = False, upto: int = migrations.LATEST) -> None:
        """Open or make the file and migrate it (to version `upto`). Raises LibraryError in plain words."""
        self.file = file
        self._upto = upto
        self.read_only = read_only
        migrations.check_not_newer(peek_version(file))
        if not read_only and not file.exists():
            with suppress(OSError):  # SQLite says why
                private_files.create(file).close()  # its side files get the same rights
        self._engine = _make_engine(file, read_only)
        self._watch: sqlite3.Connection | None = None
        self._inode = 0
        try:
            with plain_errors(file):
                self._open()
        except BaseException:
            self._engine.dispose()
            raise
        self._inode = _inode(file)

    def _open(self) -> None:
        with self._engine.connect() as connection:
            found = migrations.version(connection)
            connection.rollback()
        migrations.check_not_newer(found)
        if self.read_only:
            return
        if 0 < found < self._upto:
            self.back_up(self.file.with_name(f"library-before-v{self._upto}.db"))
        if found < self._upto:
            with self._engine.execution_options(immediate=True).begin() as connection:
                migrations.migrate(connection, self._upto)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only reads; a snapshot of one moment."""
        with plain_errors(self.file), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that is committed at the end, or rolled back as a whole."""
        # IMMEDIATE: a deferred transaction that reads first could not wait for another writer
        with plain_errors(self.file), self._engine.execution_options(immediate=True).begin() as connection:
            self.check_there()  # what is written to a file without a name is lost
            yield connection

    def check_there(self) -> None:
        """Raise LibraryError when the file that is open is not the library's database any more."""
        if self._inode and _inode(self.file) != self._inode:
            gone = "is not there any more" if not self.file.exists() else "was moved or replaced meanwhile"
            raise LibraryError(
                f"The library {self.file.parent} {gone}.",
                "Bring it back, or open it where it is now.",
            )

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep all writers out, of this and other programs, inside the block."""
        if self.read_only:
            yield
            return
        with plain_errors(self.file):
            lock = sqlite3.connect(self.file, isolation_level=None, timeout=BUSY_MS / 1000)
            try:
                lock.execute("BEGIN IMMEDIATE")
                yield
            finally:
                lock.close()  # releases the lock, also when the file is gone by now

    def changes(self) -> int:
        """A number that differs when any program has committed something since the last call."""
        if self._watch is None:  # a connection of its own: it sees what all others commit
            self._watch = sqlite3.connect(self.file, check_same_thread=False)
        return int(self._watch.execute("PRAGMA data_version").fetchone()[0])

    def check(self) -> list[str]:
        """Problems that SQLite's own quick check and foreign keys find; empty when sound."""
        return self.quick_check() + self.orphans()

    def orphans(self) -> list[str]:
        """A problem sentence on rows that refer to missing rows; empty when there are none."""
        with self.reading() as connection:
            faults = connection.execute(text("PRAGMA foreign_key_check")).fetchall()
        orphans = {(table, row) for table, row, *_ in faults}  # a row may break several rules
        return [f"{len(orphans):,} rows that point to nothing"] * bool(orphans)

    def quick_check(self) -> list[str]:
        """Problems of SQLite's own quick check alone; empty when its pages are sound."""
        with self.reading() as connection:
            quick = [str(row[0]) for row in connection.execute(text("PRAGMA quick_check(20)"))]
        return [] if quick == ["ok"] else quick

    def back_up(self, target: Path) -> None:
        """Copy the database to `target` with SQLite's backup function, whole or not at all.

        The copy has the rights of the original.
        """
        part = target.with_name(target.name + ".part")
        source = (
            sqlite3.connect(read_only_address(self.file, immutable=True), uri=True)
            if self.read_only
            else sqlite3.connect(self.file)
        )
        try:
            private_files.create(part, like=self.file).close()
            copy = sqlite3.connect(part)
            try:
                source.backup(copy)
            finally:
                copy.close()
            os.replace(part, target)
        finally:
            source.close()
            part.unlink(missing_ok=True)

    def close(self) -> None:
        """Close all connections; the last one merges the write-ahead log into the file."""
        if self._watch is not None:
            self._watch.close()
        self._engine.dispose()


def peek_version(file: Path, *, immutable: bool = False) -> int:
    """The schema version, read without changing the file; 0 when it can't be read.

    With `immutable` not even files beside it are made, for which a full disk has no room.
    """
    if not file.is_file():
        return 0
    try:
        with read_only_connection(file, immutable=immutable) as connection:
            return int(connection.execute("PRAGMA user_version").fetchone()[0])
    except (sqlite3.Error, UnicodeEncodeError):
        return 0  # opening it as a library says what is wrong


def batches(rows: Sequence[_T]) -> Iterator[list[_T]]:
    """The rows in lists of at most `_AT_ONCE`."""
    for start in range(0, len(rows), _AT_ONCE):
        yield list(rows[start : start + _AT_ONCE])


def inserted_id(connection: Connection, statement: Insert) -> int:
    """Execute an INSERT of one row and return the row's new id."""
    key = connection.execute(statement).inserted_primary_key
    assert key is not None  # every table that is inserted into so has an integer id
    return int(key[0])


def _inode(file: Path) -> int:
    try:
        return file.stat().st_ino
    except OSError:
        return -1


def _make_engine(file: Path, read_only: bool) -> Engine:
    # a path is no URL: "?" and "%" in it must stay what they are
    if read_only:
        address = read_only_address(file, immutable=True)
        engine = create_engine("sqlite://", creator=lambda: sqlite3.connect(address, uri=True))
    else:
        address = str(file)
        engine = create_engine(URL.create("sqlite", database=address))

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: Any) -> None:
        # sqlite3 of Python 3.11 would begin and commit on its own; we send BEGIN ourselves below
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
        cursor.execute("PRAGMA foreign_keys = ON")
        if not read_only:
            _use_wal(cursor)
        cursor.execute("PRAGMA synchronous = NORMAL")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        immediate = connection.get_execution_options().get("immediate", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

    return engine


def _use_wal(cursor: Any) -> None:
    """Switch to WAL; SQLite's busy handler does not wait for that one, so two new starts would collide."""
    give_up = time.monotonic() + BUSY_MS / 1000
    while cursor.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > give_up:
                raise
            time.sleep(0.02)


@contextmanager
def plain_errors(file: Path) -> Iterator[None]:
    """Turn faults of the disk and of the file into LibraryError; bugs (bad SQL, constraints) pass through."""
    try:
        yield
    except (DatabaseError, sqlite3.DatabaseError) as error:
        words = str(error.orig if isinstance(error, DatabaseError) else error)
        if "malformed" in words or "not a database" in words:
            mark_suspect(file.parent)
            raise DamagedLibraryError(
                f"The database of the library {file.parent} is damaged.",
                "Open the library again: it is set aside then, and the newest backup takes its place.",
            ) from error
        sentence, remedy = _explain(words, file)
        if sentence:
            raise LibraryError(sentence, remedy) from error
        raise
    except OSError as error:
        known = {errno.ENOSPC: "disk is full", errno.EIO: "disk I/O error", errno.EROFS: "readonly"}
        sentence, remedy = _explain(known.get(error.errno or 0, ""), file)
        if sentence:
            raise LibraryError(sentence, remedy) from error
        raise


def mark_suspect(folder: Path) -> None:
    """Note for the next start that the whole database must be checked."""
    try:
        private_files.create(folder / SUSPECT).close()
    except OSError:
        _log.warning("the damage of %s could not be noted", folder)


def _explain(words: str, file: Path) -> tuple[str, str]:
    where = file.parent
    if "disk is full" in words or ("disk I/O error" in words and has_no_space(where)):
        return (
            f"The disk that holds the library {where} is full.",
            "Make room and try again; everything indexed so far is kept.",
        )
    if "locked" in words:
        return (
            f"The library {where} is in use by another program.",
            "Close it there, or wait, and try again.",
        )
    if "readonly" in words or "unable to open" in words:
        return (
            f"The library {where} can't be written to.",
            "Choose another folder for it, or change its permissions.",
        )
    if "disk I/O error" in words:
        return (f"The disk that holds the library {where} does not answer.", "Check the drive and try again.")
    return "", ""


def has_no_space(folder: Path) -> bool:
    """Whether the disk that holds `folder` has less than a megabyte left."""
    try:
        return shutil.disk_usage(folder).free < 1 << 20
    except OSError:
        return False
