"""Vectors of models: registered once, counted, and read back as one matrix in pages."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import insert
from stored_files import DIM, StoredFolder

from dinodesk.library.library import LibraryStore
from dinodesk.library.store.database import Database
from dinodesk.library.store.schema import Vector
from dinodesk.library.store.vectors import count_vectors, read_vectors, register_model


def test_a_model_is_registered_once_by_its_fingerprint(store: LibraryStore) -> None:
    first = register_model(store.database, "aa", "one", 4)
    assert register_model(store.database, "aa", "renamed", 4) == first
    assert register_model(store.database, "bb", "two", 4) != first


def test_a_read_only_library_has_no_vectors_of_new_models(store: LibraryStore) -> None:
    known = register_model(store.database, "aa", "one", 4)
    store.database.close()
    database = Database(store.folder / "library.db", read_only=True)
    assert register_model(database, "aa", "one", 4) == known
    assert register_model(database, "bb", "two", 4) == 0 == count_vectors(database, 0)
    database.close()


def test_vectors_are_read_in_pages_in_the_order_they_were_stored(folder: StoredFolder) -> None:
    for number in range(7):
        folder.add(f"{number}.jpg", b"%d" % number)
    database, after, contents, parts = folder.library.database, 0, list[int](), []
    while True:
        last, ids, matrix = read_vectors(database, folder.model, DIM, after, limit=3)
        assert matrix.dtype == np.float16 and matrix.shape == (len(ids), DIM)
        if last == after:
            break
        after = last
        contents += ids.tolist()
        parts.append(matrix)
    assert contents == [row for (row,) in folder.rows("SELECT content_id FROM vectors ORDER BY id")]
    stored = b"".join(data for (data,) in folder.rows("SELECT data FROM vectors ORDER BY id"))
    assert np.concatenate(parts).tobytes() == stored
    assert count_vectors(database, folder.model) == 7 == count_vectors(database, folder.model, upto=after)
    assert np.allclose(np.linalg.norm(np.concatenate(parts).astype(np.float32), axis=1), 1, atol=2e-3)


@pytest.mark.parametrize("length", [0, 1, 2 * DIM - 1, 2 * DIM + 2])
def test_a_row_of_a_wrong_length_is_left_out(folder: StoredFolder, length: int, tmp_path: Path) -> None:
    folder.add("a.jpg", b"one")
    other = folder.add("b.jpg", b"two")
    with folder.library.database.writing() as connection:
        connection.exec_driver_sql("UPDATE vectors SET data = ? WHERE id = 1", (b"x" * length,))
    last, contents, matrix = read_vectors(folder.library.database, folder.model, DIM)
    assert last == 2 and matrix.shape == (1, DIM)
    assert folder.rows("SELECT content_id FROM assets WHERE id = :id", id=other) == [(contents[0],)]


def test_vectors_of_another_model_are_not_read(folder: StoredFolder) -> None:
    folder.add("a.jpg", b"one")
    other = register_model(folder.library.database, "bb", "two", DIM)
    with folder.library.database.writing() as connection:
        connection.execute(insert(Vector).values(content_id=1, model_id=other, view="model", data=b"\0" * 16))
    _, contents, matrix = read_vectors(folder.library.database, other, DIM)
    assert contents.tolist() == [1] and not matrix.any()
    assert read_vectors(folder.library.database, 99, DIM)[0] == 0
