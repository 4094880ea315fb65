"""The cached graph beside the cached vectors: damaged it is not even read, half written it leaves nothing."""

from __future__ import annotations

import os
import random
from pathlib import Path

import numpy as np
import pytest
from fakes import FakeModel
from sqlalchemy import update

from dinodesk.engine.search.persistent_index import PersistentIndex, damaged_caches
from dinodesk.library.folders import root_folders
from dinodesk.library.library import LibraryStore
from dinodesk.library.photos import photo_writer
from dinodesk.library.store import vectors
from dinodesk.library.store.schema import Vector
from dinodesk.search.index import hnsw_graph as graphs

ROWS = 600


@pytest.fixture
def library(tmp_path: Path, model: FakeModel):
    """Many photos, none of which is a file."""
    library = LibraryStore(tmp_path / "library")
    root = root_folders.add_root(library.database, str(tmp_path))
    info = model.info
    known = vectors.register_model(library.database, info.fingerprint, info.title, info.dim)
    rows = np.random.default_rng(3).standard_normal((ROWS, info.dim))
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    photos = [
        photo_writer.ScannedPhoto(
            root=root,
            path=str(tmp_path / f"{n}.jpg"),
            size=1,
            mtime_ns=1,
            inode=n,
            hash=n.to_bytes(16, "big"),
            vector=row.astype("<f2").tobytes(),
        )
        for n, row in enumerate(rows)
    ]
    photo_writer.store_photos(library.database, known, photos)
    yield library
    library.close()


def loaded(library: LibraryStore, model: FakeModel) -> PersistentIndex:
    live = PersistentIndex(library, model.info)
    live.load()
    assert len(live.vectors) == ROWS
    return live


@pytest.fixture
def saved(library: LibraryStore, model: FakeModel) -> PersistentIndex:
    if not graphs.available():
        pytest.skip("needs hnswlib")
    live = loaded(library, model)
    live.vectors.graph = graphs.make_graph(live.vectors.matrix)
    live.save()
    assert loaded(library, model).vectors.graph is not None
    return live


@pytest.mark.parametrize("rights", [0o700, 0o755])
def test_the_cache_is_as_private_as_its_folder(
    library: LibraryStore, saved: PersistentIndex, rights: int
) -> None:
    for file in library.index.iterdir():
        file.unlink()
    library.index.chmod(rights)
    before = os.umask(0o022)
    try:
        saved.save()
    finally:
        os.umask(before)
    files = list(library.index.iterdir())
    assert {file.suffix for file in files} == {".f16", ".ids", ".json", ".hnsw", ".npy"}
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600 if rights == 0o700 else 0o644}


@pytest.mark.parametrize("ending", [".hnsw", ".basis.npy"])
def test_a_damaged_graph_is_not_read(
    saved: PersistentIndex,
    library: LibraryStore,
    model: FakeModel,
    ending: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (file,) = library.index.glob(f"*{ending}")
    whole, chance = file.read_bytes(), random.Random(5)
    monkeypatch.setattr(
        "dinodesk.engine.search.persistent_index.load_graph", lambda *_: pytest.fail("it was read")
    )
    for spoilt in (whole[: len(whole) // 2], b"", bytes(len(whole)), flipped(whole, chance)):
        file.write_bytes(spoilt)
        assert loaded(library, model).vectors.graph is None
        assert len(damaged_caches(library)) == 1
    file.unlink()
    assert loaded(library, model).vectors.graph is None


def flipped(data: bytes, chance: random.Random) -> bytes:
    bent = bytearray(data)
    bent[chance.randrange(len(bent))] ^= 1 << chance.randrange(8)
    return bytes(bent)


@pytest.mark.parametrize("fault", [OSError("no room"), RuntimeError("Cannot open file")])
def test_a_graph_that_can_not_be_written_leaves_the_cache_as_it_was(
    saved: PersistentIndex,
    library: LibraryStore,
    model: FakeModel,
    monkeypatch: pytest.MonkeyPatch,
    fault: Exception,
) -> None:
    def fail(self: graphs.HnswGraph, file: Path) -> None:
        file.write_bytes(b"half")
        raise fault

    before = {file.name: file.read_bytes() for file in library.index.iterdir()}
    monkeypatch.setattr(graphs.HnswGraph, "save", fail)
    saved.save()
    assert {file.name: file.read_bytes() for file in library.index.iterdir()} == before
    assert loaded(library, model).vectors.graph is not None


def test_unusable_vectors_of_a_damaged_database_are_left_out(library: LibraryStore, model: FakeModel) -> None:
    bad = [
        np.zeros(32),
        np.full(32, np.nan),
        np.full(32, np.inf),
        np.full(32, 1e-4),
        np.ones(16),
        np.ones(33),
    ]
    with library.database.writing() as connection:
        for row, vector in enumerate(bad, start=10):
            data = vector.astype("<f2").tobytes()
            connection.execute(update(Vector).where(Vector.id == row).values(data=data))
    live = PersistentIndex(library, model.info)
    live.load()
    assert len(live.vectors) == ROWS - len(bad)
    assert not set(live.vectors.contents.tolist()) & set(range(10, 10 + len(bad)))
    assert len(live.vectors.search(np.ones(32) / np.sqrt(32)).rows) > 0
