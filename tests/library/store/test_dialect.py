"""Statements that only SQLite understands, on the real tables."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from dinodesk.library.store.database import Database, batches, inserted_id
from dinodesk.library.store.dialect import insert_new, read_only_connection, update_if_free, upsert
from dinodesk.library.store.schema import KeyValue, Volume


@pytest.fixture
def database(tmp_path: Path):
    database = Database(tmp_path / "li?br%ary.db")  # no URL
    yield database
    database.close()


def values(database: Database) -> dict[str, str]:
    with database.reading() as connection:
        return {row.key: row.value for row in connection.execute(select(KeyValue.key, KeyValue.value))}


def test_upsert_inserts_new_rows_and_replaces_known_ones(database: Database) -> None:
    rows = [{"key": "a", "value": "1"}, {"key": "b", "value": "2"}]
    for given in (rows, [{"key": "b", "value": "3"}, {"key": "c", "value": "4"}]):
        with database.writing() as connection:
            connection.execute(upsert(KeyValue, ["key"], ["value"]), given)
    assert values(database) == {"a": "1", "b": "3", "c": "4"}


def test_inserting_new_rows_leaves_known_ones_as_they_are(database: Database) -> None:
    with database.writing() as connection:
        connection.execute(insert(KeyValue).values(key="a", value="1"))
        connection.execute(insert_new(KeyValue), [{"key": "a", "value": "2"}, {"key": "b", "value": "3"}])
    assert values(database) == {"a": "1", "b": "3"}


def test_an_update_never_takes_the_key_of_another_row(database: Database) -> None:
    with database.writing() as connection:
        connection.execute(insert(KeyValue), [{"key": "a", "value": "1"}, {"key": "b", "value": "2"}])
        for old, new in (("a", "b"), ("b", "c")):
            connection.execute(update_if_free(KeyValue).where(KeyValue.key == old).values(key=new))
    assert values(database) == {"a": "1", "c": "2"}


def test_a_read_only_connection_can_not_write(database: Database) -> None:
    with read_only_connection(database.file) as connection:
        assert connection.execute("SELECT count(*) FROM notes").fetchone() == (0,)
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            connection.execute("INSERT INTO notes VALUES ('a', '1')")
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        connection.execute("SELECT 1")


def test_an_immutable_connection_makes_no_files(database: Database, tmp_path: Path) -> None:
    database.close()
    before = sorted(tmp_path.iterdir())
    with read_only_connection(database.file, immutable=True) as connection:
        connection.execute("SELECT count(*) FROM notes").fetchone()
        assert sorted(tmp_path.iterdir()) == before


def test_the_id_of_an_inserted_row_finds_it(database: Database) -> None:
    with database.writing() as connection:
        ids = [inserted_id(connection, insert(Volume).values(identity=name, mount="/")) for name in "ab"]
        names = [
            connection.execute(select(Volume.identity).where(Volume.id == each)).scalar_one() for each in ids
        ]
    assert names == ["a", "b"]


@pytest.mark.parametrize("count", [0, 1, 500, 501, 1000])
def test_batches_cover_all_rows_in_order(count: int) -> None:
    rows = list(range(count))
    parts = list(batches(rows))
    assert [row for part in parts for row in part] == rows and all(0 < len(part) <= 500 for part in parts)
