"""The database: pragmas, whole transactions, versions, errors in plain words."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from dinodesk.errors import LibraryError
from dinodesk.library.library import LibraryStore
from dinodesk.library.store import migrations, schema, vectors
from dinodesk.library.store.database import Database


def pragma(database: Database, name: str) -> object:
    with database.reading() as connection:
        return connection.execute(text(f"PRAGMA {name}")).scalar_one()


def test_pragmas(tmp_path: Path) -> None:
    database = Database(tmp_path / "library.db")
    assert pragma(database, "journal_mode") == "wal"
    assert pragma(database, "synchronous") == 1
    assert pragma(database, "foreign_keys") == 1
    assert pragma(database, "user_version") == migrations.LATEST
    database.close()


def test_migrations_make_the_tables_that_the_classes_describe(tmp_path: Path) -> None:
    database = Database(tmp_path / "library.db")
    with database.reading() as connection:
        found = inspect(connection)
        for table in schema.Base.metadata.sorted_tables:
            columns = {each["name"]: each["nullable"] for each in found.get_columns(table.name)}
            wanted = {each.name: bool(each.nullable) for each in table.columns}
            for key in table.primary_key:
                wanted[key.name] = columns[key.name]  # SQLite calls a primary key nullable
            assert columns == wanted
    database.close()


def test_a_failed_transaction_leaves_nothing(tmp_path: Path) -> None:
    database = Database(tmp_path / "library.db")
    with pytest.raises(RuntimeError), database.writing() as connection:
        connection.execute(text("CREATE TABLE half (x)"))
        connection.execute(text("INSERT INTO volumes (identity, mount) VALUES ('a', '/')"))
        raise RuntimeError
    with database.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM volumes")).scalar_one() == 0
        assert "half" not in inspect(connection).get_table_names()
    database.close()


def test_a_newer_library_is_refused_untouched(tmp_path: Path) -> None:
    file = tmp_path / "library.db"
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA user_version = 999")
    before = file.read_bytes()
    with pytest.raises(LibraryError, match="newer DinoDesk"):
        LibraryStore(tmp_path)
    assert file.read_bytes() == before


def test_a_damaged_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "library.db").write_bytes(b"this is no database at all" * 100)
    with pytest.raises(LibraryError, match="damaged"):
        LibraryStore(tmp_path)


def test_a_locked_database_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    LibraryStore(tmp_path).close()
    monkeypatch.setattr("dinodesk.library.store.database.BUSY_MS", 50)
    holder = sqlite3.connect(tmp_path / "library.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    database = Database(tmp_path / "library.db")
    with pytest.raises(LibraryError, match="in use"), database.writing():
        pass
    database.close()
    holder.close()


def test_a_folder_that_can_not_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(LibraryError, match="can't be made"):
        LibraryStore(tmp_path / "file" / "library")


def test_back_up_is_a_whole_database(tmp_path: Path) -> None:
    database = Database(tmp_path / "library.db")
    with database.writing() as connection:
        connection.execute(text("INSERT INTO volumes (identity, mount) VALUES ('a', '/')"))
    database.back_up(tmp_path / "copy.db")
    assert database.check() == []
    database.close()
    copy = Database(tmp_path / "copy.db")
    with copy.reading() as connection:
        assert connection.execute(text("SELECT identity FROM volumes")).scalar_one() == "a"
    copy.close()


def test_any_folder_name_is_a_path_not_a_url(tmp_path: Path) -> None:
    for name in ("a?b", "a%20b", "a#b", "ü ß"):
        LibraryStore(tmp_path / name).close()
        assert (tmp_path / name / "library.db").is_file()
    assert {each.name for each in tmp_path.iterdir()} == {"a?b", "a%20b", "a#b", "ü ß"}


def test_many_programs_may_open_a_new_library_at_once(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        for library in pool.map(lambda _: LibraryStore(tmp_path / "new"), range(16)):
            library.close()


@pytest.mark.parametrize("left", ["", None])
def test_a_lost_database_is_never_a_silent_new_library(tmp_path: Path, left: str | None) -> None:
    library = LibraryStore(tmp_path)
    (library.thumbnails / "ab").mkdir()
    library.close()
    for file in tmp_path.glob("library.db*"):
        file.unlink()
    if left is not None:
        (tmp_path / "library.db").write_text(left)
    with pytest.raises(LibraryError, match="no backup"):
        LibraryStore(tmp_path)


def test_a_read_only_library_can_be_read(tmp_path: Path) -> None:
    library = LibraryStore(tmp_path)
    known = vectors.register_model(library.database, "f" * 32, "model", 4)
    library.close()
    database = Database(tmp_path / "library.db", read_only=True)
    assert vectors.register_model(database, "f" * 32, "model", 4) == known
    assert vectors.register_model(database, "0" * 32, "other", 4) == 0
    with pytest.raises(LibraryError, match="can't be written to"), database.writing() as connection:
        connection.execute(text("DELETE FROM models"))
    database.close()


def test_changes_are_noticed(tmp_path: Path) -> None:
    library = LibraryStore(tmp_path)
    before = library.database.changes()
    assert library.database.changes() == before
    vectors.register_model(library.database, "f" * 32, "model", 4)
    assert library.database.changes() != before
    library.close()
