"""What only SQLite understands: statements beyond standard SQL, and connections that change nothing on disk.

No other package of the library may use SQLite's dialect or `sqlite3`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Insert, Select, Update, func, insert, select, update
from sqlalchemy.dialects import sqlite

from dinodesk.library.store.schema import Base


def upsert(table: type[Base], key: Sequence[str], columns: Sequence[str]) -> Insert:
    """An INSERT that, where a row with the same `key` is there, sets its `columns` to the new values."""
    statement = sqlite.insert(table)
    values = {name: statement.excluded[name] for name in columns}
    return statement.on_conflict_do_update(index_elements=list(key), set_=values)


def insert_new(table: type[Base]) -> Insert:
    """An INSERT that leaves out rows whose key is there already."""
    return insert(table).prefix_with("OR IGNORE")


def update_if_free(table: type[Base]) -> Update:
    """An UPDATE that leaves rows as they are whose new key is another row's."""
    return update(table).prefix_with("OR IGNORE")


def year_of(clock: Any) -> ColumnElement[str]:
    """The year, in four digits, of a column of seconds since 1970."""
    return func.strftime("%Y", clock, "unixepoch")


def joined_ids(ids: Select[Any]) -> Select[Any]:
    """A query for all ids that a query finds, as one text joined by commas (null for none): to read them row
    by row takes ten times as long."""
    found = ids.subquery()
    return select(func.group_concat(found.c[0]))


@contextmanager
def read_only_connection(file: Path, *, immutable: bool = False) -> Iterator[sqlite3.Connection]:
    """A connection that only reads a database file, closed at the end. Raises sqlite3.Error.

    With `immutable` SQLite makes no files beside it (`-wal`, `-shm`): for a folder that can't be written to,
    a full disk, and copies that no program has open.
    """
    with closing(sqlite3.connect(read_only_address(file, immutable=immutable), uri=True)) as connection:
        yield connection


def read_only_address(file: Path, *, immutable: bool = False) -> str:
    """The URI by which SQLite opens a file for reading only; see `read_only_connection`."""
    return f"{file.absolute().as_uri()}?mode=ro" + ("&immutable=1" if immutable else "")
