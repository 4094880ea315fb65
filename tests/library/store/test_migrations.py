"""Databases of every released schema, made by the code of their time, are taken over with all they hold."""

from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import select

from dinodesk.generators import run_to_end
from dinodesk.library.photos.filter_facts import is_stale, refresh_steps
from dinodesk.library.photos.photo_filters import passing_assets
from dinodesk.library.store import migrations
from dinodesk.library.store.database import Database
from dinodesk.library.store.schema import Asset, Location
from dinodesk.records import Interval, PhotoFilter

MOVED = {("contents", "taken"), ("facts", "taken"), ("facts", "taken_from"), ("sidecars", "said")}
"""Columns whose values are found elsewhere, or in another form, after migration 5."""
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
        kept = [name for name in names if (table, name) not in MOVED]
        old_at, new_at = ([of.index(name) for name in kept] for of in (names, columns(file, table)))
        whole = [tuple(row[at] for at in new_at) for row in rows(file, table)]
        assert whole[: len(old_rows)] == [tuple(row[at] for at in old_at) for row in old_rows]
    backup = tmp_path / f"library-before-v{migrations.LATEST}.db"
    assert backup.is_file() == (found < migrations.LATEST)
    if found < migrations.LATEST:
        assert rows(backup, "places") == before["places"][1] and "facts" not in columns(backup, "facts")


@pytest.mark.parametrize("old", OLD[:4], ids=lambda file: file.stem)
def test_dates_become_claims(tmp_path: Path, old: Path) -> None:
    file = tmp_path / "library.db"
    shutil.copy(old, file)
    connection = sqlite3.connect(file)
    connection.execute("UPDATE contents SET taken = 1e9 WHERE id = 1")
    connection.execute("UPDATE contents SET taken = 0 WHERE id = 2")  # a RAW file's "unknown"
    expected = {1: [[1e9, None, "second", "EXIF", 9]], 2: []}
    if old.stem != "v1":
        connection.execute("DELETE FROM facts")
        connection.execute(
            "INSERT INTO facts (content_id, reader, taken, utc_offset, taken_from)"
            " VALUES (1, 1, 5e8, 60, 'XMP')"
        )
        said = json.dumps({"taken": 5e8, "utc_offset": 60, "taken_from": "sidecar", "rating": 3})
        connection.execute(
            "INSERT OR REPLACE INTO sidecars (place_id, path, size, mtime_ns, reader, said)"
            " SELECT min(id), x'61', 1, 1, 2, ? FROM places",
            (said,),
        )
        expected[1] = [[5e8 + 3600, 60, "second", "XMP", 3]]
    connection.commit()
    connection.close()
    Database(file).close()
    connection = sqlite3.connect(file)
    query = "SELECT c.id, coalesce(f.dates, '[]') FROM contents c LEFT JOIN facts f ON f.content_id = c.id"
    found = {number: json.loads(dates) for number, dates in connection.execute(query) if number in (1, 2)}
    assert found == {number: expected[number] for number in found} and 1 in found
    if old.stem != "v1":
        ((said,),) = connection.execute("SELECT said FROM sidecars WHERE path = x'61'").fetchall()
        assert json.loads(said) == {"rating": 3, "dates": [[5e8 + 3600, 60, "second", "sidecar", 0]]}
    connection.close()


@pytest.mark.parametrize("old", OLD, ids=lambda file: file.stem)
def test_filters_find_the_photos_of_an_older_library(tmp_path: Path, old: Path) -> None:
    file = tmp_path / "library.db"
    shutil.copy(old, file)
    database = Database(file)
    assert is_stale(database)
    run_to_end(refresh_steps(database))
    assert not is_stale(database) and database.check() == []
    with database.reading() as connection:
        located = set(connection.execute(select(Location.asset_id)).scalars()) - {None}
        assets = set(connection.execute(select(Asset.id)).scalars())
    assert set(passing_assets(database, PhotoFilter("name", words=("*.*",))).tolist()) == located
    rated = set(passing_assets(database, PhotoFilter("rating", intervals=(Interval(-1, 5),))).tolist())
    assert rated == assets
    database.close()


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
