"""Moving a library: copied whole, checked, and the old one deleted only then."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from fakes import FakeModel
from indexing import index_photos

from dinodesk.engine.indexing.indexer import Indexer
from dinodesk.errors import LibraryError
from dinodesk.library.library import LibraryStore
from dinodesk.library.maintenance.move_library import move_library
from dinodesk.library.photos.photo_queries import list_photos
from dinodesk.library.store import key_values


@pytest.fixture
def library(tmp_path: Path, photo_folder: Path, model: FakeModel):
    library = LibraryStore(tmp_path / "library")
    index(library, model, photo_folder)
    yield library
    library.close()


def index(library: LibraryStore, model: FakeModel, *paths: Path) -> None:
    index_photos(Indexer(library, model, believe=()), *paths)


def test_a_library_moves_whole(
    library: LibraryStore, tmp_path: Path, photo_folder: Path, model: FakeModel
) -> None:
    before = {photo.path for photo in list_photos(library.database)[0]}
    thumbnails = sorted(each.name for each in library.thumbnails.rglob("*.jpg"))
    (library.folder / "diary.txt").write_text("not ours")
    target = tmp_path / "new disk" / "library"
    for _ in move_library(library, target):
        pass
    moved = LibraryStore(target)
    assert {photo.path for photo in list_photos(moved.database)[0]} == before
    assert sorted(each.name for each in moved.thumbnails.rglob("*.jpg")) == thumbnails
    assert [each.name for each in library.folder.iterdir()] == ["diary.txt"]
    index(moved, model)
    assert model.embedded == 12
    moved.close()


def test_a_move_takes_along_what_was_kept_and_no_foreign_file(library: LibraryStore, tmp_path: Path) -> None:
    old = {
        "library-before-v3.db": b"earlier",
        "damaged/20250101/library.db": b"damaged",
        "damaged/20250101/library.db-wal": b"wal",
    }
    foreign = {"library.dbf": b"not ours", "library-holiday.db": b"not ours either"}
    for name, data in (old | foreign).items():
        (library.folder / name).parent.mkdir(parents=True, exist_ok=True)
        (library.folder / name).write_bytes(data)
    (library.folder / "suspect").touch()
    stopped = move_library(library, tmp_path / "stopped")
    for _ in range(2):
        next(stopped)
    stopped.close()  # type: ignore[attr-defined]
    assert not (tmp_path / "stopped").exists()
    target = tmp_path / "target"
    for _ in move_library(library, target):
        pass
    assert {name: (target / name).read_bytes() for name in old} == old
    assert {each.name: each.read_bytes() for each in library.folder.iterdir()} == foreign
    LibraryStore(target).close()


def test_a_move_that_is_stopped_or_refused_leaves_everything(library: LibraryStore, tmp_path: Path) -> None:
    target = tmp_path / "target"
    steps = move_library(library, target)
    next(steps)
    steps.close()  # type: ignore[attr-defined]
    assert not target.exists() and len(list_photos(library.database)[0]) == 12
    for wrong in (library.folder, library.folder / "inside", tmp_path / "photos"):
        with pytest.raises(LibraryError):
            next(move_library(library, wrong))
    assert len(list_photos(library.database)[0]) == 12
    assert np.array_equal(sorted(os.listdir(tmp_path / "photos")), ["blue", "red"])


def test_a_move_that_was_killed_can_be_made_again(library: LibraryStore, tmp_path: Path) -> None:
    target = tmp_path / "elsewhere"
    steps = move_library(library, target)
    for _ in range(6):
        next(steps)
    shutil.copytree(target, tmp_path / "killed")  # closing the steps would tidy up
    steps.close()
    shutil.rmtree(target, ignore_errors=True)
    (tmp_path / "killed").rename(target)
    with pytest.raises(LibraryError, match="still in"):
        LibraryStore(target)
    for _ in move_library(library, target):
        pass
    assert not library.folder.exists() and not (target / "moving-here").exists()
    moved = LibraryStore(target)
    assert len(list_photos(moved.database)[0]) == 12 and moved.notices == []
    moved.close()


def test_what_another_program_writes_while_a_library_moves_is_refused_not_lost(
    library: LibraryStore, tmp_path: Path, photo_folder: Path
) -> None:
    other = LibraryStore(library.folder)  # as another program would have it open
    target = tmp_path / "moved"
    for _ in move_library(library, target):
        pass
    with pytest.raises(LibraryError, match="not there any more"):
        key_values.write(other.database, "x", 1)
    other.close()
    moved = LibraryStore(target)
    assert key_values.read(moved.database, "x") is None and moved.database.check() == []
    moved.close()
    assert not library.folder.exists()
