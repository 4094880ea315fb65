"""Databases of every released schema, made by the code of their time, are taken over with all they hold."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest

from dinodesk.library.store import migrations
from dinodesk.library.store.database import Database

OLD = sorted((Path(__file__).parent / "databases").glob("v*.db"))


def rows(file: Path, table: str) -> list[tuple]:
    connection = sqlite3.connect(file)
    found = connection.execute(f"SELECT * FROM {table} ORDER BY rowid").fetchall()
    connection.close()
    return found


def columns(file: Path, table: str) -> list[str]:
    connection = sqlite3.connect(file)
    found = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
    connection.close()
    return found


def test_there_is_one_of_each_version() -> None:
    assert [file.stem for file in OLD][: migrations.LATEST] == [f"v{n + 1}" for n in range(len(OLD))]
    assert {"v1", "v2"} <= {file.stem for file in OLD}


@pytest.mark.parametrize("old", OLD, ids=lambda file: file.stem)
def test_nothing_is_lost_on_the_way(tmp_path: Path, old: Path) -> None:
    file = tmp_path / "library.db"
    shutil.copy(old, file)
    connection = sqlite3.connect(old)
    tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    found = int(connection.execute("PRAGMA user_version").fetchone()[0])
    connection.close()
    assert f"v{found}" == old.stem
    before = {table: (columns(old, table), rows(old, table)) for table in tables}
    database = Database(file)
    assert database.check() == []
    database.close()
    assert before["places"][1] and before["vectors"][1]
    for table, (names, old_rows) in before.items():
        if table == "sqlite_sequence":
            continue
        where = [columns(file, table).index(name) for name in names]
        assert [tuple(row[at] for at in where) for row in rows(file, table)] == old_rows
    backup = tmp_path / f"library-before-v{migrations.LATEST}.db"
    assert backup.is_file() == (found < migrations.LATEST)
    if found < migrations.LATEST:
        assert rows(backup, "places") == before["places"][1] and "facts" not in columns(backup, "facts")


def test_a_migration_that_fails_leaves_the_database_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "library.db"
    shutil.copy(OLD[0], file)

    def broken(connection) -> None:
        migrations.m002_facts_and_user_data(connection)
        raise RuntimeError("pulled the plug")

    monkeypatch.setattr(migrations, "MIGRATIONS", (migrations.m001_first_tables, broken))
    with pytest.raises(RuntimeError):
        Database(file)
    connection = sqlite3.connect(file)
    assert connection.execute("PRAGMA user_version").fetchone()[0] == 1
    names = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    connection.close()
    assert "facts" not in names and "rating" not in columns(file, "assets")
