"""Saving what can be read of a damaged database, where there is no backup."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from dinodesk import private_files
from dinodesk.library.store import migrations
from dinodesk.library.store.database import Database

_HEADER = 100
"""Bytes of a SQLite file's header, which page 1 begins with (sqlite.org/fileformat2.html)."""
_MAGIC = b"SQLite format 3\0"
_TRIES = 10_000
"""Failed reads of one table after which the rest of it is given up."""
_BEYOND = 200_000
"""Row numbers that are tried behind the last one that can be read."""
_DERIVED = ("filter_facts", "filter_words", "stale_facts")


def save_rows(damaged: Path, target: Path) -> int:
    """Copy every row that can be read to a new database, table by table; returns how many.

    The damaged file is not touched: one whose header is destroyed is read from a copy with a new one.
    """
    if not damaged.is_file():
        return 0
    version = _version(damaged)
    if 0 < version <= migrations.LATEST:
        return _copy_tables(damaged, target, version)
    patched = damaged.with_name("library.db.salvage")
    try:
        return _copy_tables(patched, target, migrations.LATEST) if _patch(damaged, patched) else 0
    finally:
        for name in ("", "-wal", "-shm"):
            Path(f"{patched}{name}").unlink(missing_ok=True)


def mend_links(connection: sqlite3.Connection) -> int:
    """Mend rows that refer to missing rows; returns how many there were.

    For annotations and locations the missing row is made anew, empty: the next scan reads those files again
    and fills it in. Other rows are deleted. Foreign keys must be off.
    """
    faults = connection.execute("PRAGMA foreign_key_check").fetchall()
    if not faults:
        return 0
    _insert_missing_rows(connection)
    while orphans := connection.execute("PRAGMA foreign_key_check").fetchall():
        for table, rowid, *_ in orphans:
            connection.execute(f"DELETE FROM {table} WHERE rowid = ?", (rowid,))
    return len({(table, rowid) for table, rowid, *_ in faults})


def _insert_missing_rows(connection: sqlite3.Connection) -> None:
    """Insert empty rows for missing ones that annotations or locations refer to."""
    for (volume,) in connection.execute(
        "SELECT volume_id FROM places UNION SELECT volume_id FROM roots EXCEPT SELECT id FROM volumes"
    ).fetchall():
        values = (volume, f"lost:{volume}", b"/", f"a drive whose name was lost ({volume})")
        connection.execute("INSERT INTO volumes (id, identity, mount, name) VALUES (?, ?, ?, ?)", values)
    for table in ("label", "album"):
        for (number,) in connection.execute(
            f"SELECT {table}_id FROM asset_{table}s EXCEPT SELECT id FROM {table}s"
        ).fetchall():
            name = f"{table} {number} (its name was lost)"
            connection.execute(
                f"INSERT OR IGNORE INTO {table}s (id, name, folded) VALUES (?, ?, ?)", (number, name, name)
            )
    lost = connection.execute(
        "SELECT asset_id FROM places WHERE asset_id IS NOT NULL UNION SELECT asset_id FROM asset_labels"
        " UNION SELECT asset_id FROM asset_albums EXCEPT SELECT id FROM assets"
    ).fetchall()
    last = max(
        int(connection.execute(f"SELECT coalesce(max({column}), 0) FROM {table}").fetchone()[0])
        for table, column in (("contents", "id"), ("assets", "content_id"))
    )
    for number, (asset,) in enumerate(lost, last + 1):
        connection.execute("INSERT INTO assets (id, content_id) VALUES (?, ?)", (asset, number))
    for (content,) in connection.execute(
        "SELECT content_id FROM assets EXCEPT SELECT id FROM contents"
    ).fetchall():
        digest = b"lost" + content.to_bytes(12, "big")  # that of no file
        connection.execute(
            "INSERT INTO contents (id, hash, size, width, height) VALUES (?, ?, 0, 0, 0)", (content, digest)
        )
        connection.execute(  # so that its files are read again
            "UPDATE places SET size = -1 WHERE asset_id IN (SELECT id FROM assets WHERE content_id = ?)",
            (content,),
        )
        for table in ("vectors", "facts", "earlier"):
            connection.execute(f"DELETE FROM {table} WHERE content_id = ?", (content,))


def _version(file: Path) -> int:
    try:
        with closing(_open(file)) as source:
            return int(source.execute("PRAGMA user_version").fetchone()[0])
    except sqlite3.Error:
        return 0


def _open(file: Path) -> sqlite3.Connection:
    # without a log, no files are made beside it
    alone = "" if Path(f"{file}-wal").exists() else "&immutable=1"
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro{alone}", uri=True)


def _patch(damaged: Path, patched: Path) -> bool:
    """A copy with a header that fits its size, for one that was overwritten or whose file was cut off."""
    made = patched.with_name("library.db.header")
    try:
        Database(made).close()
        header = bytearray(made.read_bytes()[:_HEADER])
    finally:
        made.unlink(missing_ok=True)
    for source, copy in ((damaged, patched), (Path(f"{damaged}-wal"), Path(f"{patched}-wal"))):
        if source == damaged or source.exists():
            private_files.create(copy).close()
            shutil.copyfile(source, copy)
    with patched.open("r+b") as file:
        old = file.read(_HEADER)
        size = os.fstat(file.fileno()).st_size
        pages = 0
        if old.startswith(_MAGIC):
            header[:] = old
            pages = int.from_bytes(old[28:32], "big")
        page = int.from_bytes(header[16:18], "big")
        if not page or size < page:
            return False
        # as long as it was: SQLite refuses tables that begin behind the end, and with them all others
        pages = max(pages, size // page)
        header[28:32] = pages.to_bytes(4, "big")
        header[32:40] = bytes(8)  # no list of free pages: it may lead anywhere
        header[92:96] = header[24:28]  # by which SQLite knows that the number of pages is meant
        file.seek(0)
        file.write(header)
        file.truncate(pages * page)
    return True


def _copy_tables(damaged: Path, target: Path, version: int) -> int:
    saved = 0
    try:
        source = _open(damaged)
    except sqlite3.Error:
        return 0
    Database(target, upto=version).close()
    with closing(source), closing(sqlite3.connect(target)) as copy:
        tables = copy.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        )
        for (table,) in tables.fetchall():
            if table in _DERIVED:  # made anew of the others: triggers note that
                continue
            saved += _copy_rows(source, copy, table)
        for tag in ("label", "album"):  # the index of their pairs lies on other pages
            saved += _copy_pairs(source, copy, tag)
        mend_links(copy)
        copy.commit()
        sound = copy.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok"
    return saved if sound else 0


def _copy_rows(source: sqlite3.Connection, copy: sqlite3.Connection, table: str) -> int:
    columns = [row[1] for row in copy.execute(f"PRAGMA table_info({table})")]
    marks = ", ".join("?" for _ in columns)
    insert = f"INSERT OR IGNORE INTO {table} ({', '.join(columns)}) VALUES ({marks})"
    saved = 0
    for row in _readable_rows(source, table, columns):
        try:
            saved += copy.execute(insert, row).rowcount
        except sqlite3.Error:
            continue  # a value that damage made impossible
    return saved


def _copy_pairs(source: sqlite3.Connection, copy: sqlite3.Connection, tag: str) -> int:
    """Copy which photos have which label or album from the table's index, read in both directions."""
    table, pair = f"asset_{tag}s", f"asset_id, {tag}_id"
    rest = ", position" if tag == "album" else ""
    insert = f"INSERT OR IGNORE INTO {table} ({pair}{rest}) VALUES (?, ?{', 0' if rest else ''})"
    saved = 0
    for order in ("ASC", "DESC"):
        try:
            for row in source.execute(
                f"SELECT {pair} FROM {table} INDEXED BY sqlite_autoindex_{table}_1"
                f" ORDER BY asset_id {order}, {tag}_id {order}"
            ):
                saved += copy.execute(insert, row).rowcount
        except sqlite3.Error:
            continue
        break
    return saved


def _readable_rows(
    source: sqlite3.Connection, table: str, columns: list[str]
) -> Iterator[tuple[object, ...]]:
    """All rows that can be read: around damage the range of row numbers is halved again and again."""
    query = f"SELECT rowid, {', '.join(columns)} FROM {table} WHERE rowid BETWEEN ? AND ? ORDER BY rowid"
    first, last = (_edge(source, table, which) for which in ("min", "max"))
    ranges = [(first or 0, last)]
    tries = _TRIES
    while ranges and tries:
        start, end = ranges.pop()
        reached = start - 1
        try:
            for row in source.execute(query, (start, (1 << 62) if end is None else end)):
                reached = int(row[0])
                yield row[1:]
        except sqlite3.Error:
            tries -= 1
            if end is None:
                end = reached + _BEYOND
            if reached + 1 < end:
                middle = (reached + 1 + end) // 2
                ranges += [(middle + 1, end), (reached + 1, middle)]


def _edge(source: sqlite3.Connection, table: str, which: str) -> int | None:
    try:
        found = source.execute(f"SELECT {which}(rowid) FROM {table}").fetchone()[0]
    except sqlite3.Error:
        return None
    return None if found is None else int(found)
