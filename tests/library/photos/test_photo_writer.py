"""What a batch of scanned files leaves in the database: contents, assets, locations, vectors, reasons."""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
import xxhash
from hypothesis import given, settings
from hypothesis import strategies as st
from stored_files import StoredFolder, vector_of

from dinodesk.library.library import LibraryStore
from dinodesk.library.photos import photo_locations
from dinodesk.library.photos.asset_matching import merge_twins
from dinodesk.library.photos.photo_writer import store_photos
from dinodesk.library.store.vectors import read_vectors
from dinodesk.records import PhotoMetadata


def test_a_new_file_gets_content_asset_location_vector_and_metadata(folder: StoredFolder) -> None:
    folder.write("a.jpg", b"one")
    ((outcome, asset),) = folder.store("a.jpg", metadata=PhotoMetadata(camera_model="X100"))
    digest = xxhash.xxh3_128_digest(b"one")
    assert outcome == "indexed" and folder.assets() == {"a.jpg": asset}
    assert folder.rows("SELECT hash, size, width, height FROM contents") == [(digest, 3, 40, 30)]
    assert folder.rows("SELECT camera_model FROM facts") == [("X100",)]
    _, contents, matrix = read_vectors(folder.library.database, folder.model, 8)
    assert matrix.tobytes() == vector_of(digest)
    assert folder.rows("SELECT content_id FROM assets") == [(contents[0],)]


def test_equal_files_of_one_batch_are_one_asset_with_two_locations(folder: StoredFolder) -> None:
    for name in ("a.jpg", "b.jpg"):
        folder.write(name, b"same")
    (first, asset), (second, other) = folder.store("a.jpg", "b.jpg")
    assert (first, second) == ("indexed", "moved") and asset == other
    assert folder.assets() == {"a.jpg": asset, "b.jpg": asset}
    assert folder.rows("SELECT count(*) FROM vectors") == [(1,)]


def test_a_file_whose_times_changed_is_unchanged(folder: StoredFolder) -> None:
    asset = folder.add("a.jpg", b"one")
    os.utime(folder.path / "a.jpg", (1, 1))
    touched = replace(folder.scanned("a.jpg"), vector=None)  # known bytes are not embedded again
    stored = store_photos(folder.library.database, folder.model, [touched], folder.departed)
    assert stored == [("unchanged", asset)]
    assert folder.rows("SELECT mtime_ns FROM places") == [(10**9,)]


def test_a_renamed_file_keeps_its_location_row(folder: StoredFolder) -> None:
    asset = folder.add("a.jpg", b"one")
    before = folder.rows("SELECT id FROM places")
    folder.new_run()
    (folder.path / "a.jpg").rename(folder.path / "b.jpg")
    assert folder.store("b.jpg") == [("moved", asset)]
    assert folder.rows("SELECT id FROM places") == before and folder.assets() == {"b.jpg": asset}


def test_of_a_vanished_original_and_two_copies_one_takes_its_location(folder: StoredFolder) -> None:
    asset = folder.add("a.jpg", b"one")
    folder.new_run()
    for name in ("b.jpg", "c.jpg"):
        shutil.copy(folder.path / "a.jpg", folder.path / name)
    (folder.path / "a.jpg").unlink()
    assert folder.store("b.jpg", "c.jpg") == [("moved", asset), ("moved", asset)]
    assert folder.assets() == {"b.jpg": asset, "c.jpg": asset}


def test_a_copy_of_a_file_that_is_there_is_a_second_location(folder: StoredFolder) -> None:
    asset = folder.add("a.jpg", b"one")
    folder.new_run()
    shutil.copy(folder.path / "a.jpg", folder.path / "b.jpg")
    folder.store("b.jpg")
    assert folder.assets() == {"a.jpg": asset, "b.jpg": asset}


def test_a_vector_is_stored_once_for_each_model_and_content(folder: StoredFolder) -> None:
    folder.add("a.jpg", b"one")
    folder.store("a.jpg")
    folder.model += 1
    with folder.library.database.writing() as connection:
        connection.exec_driver_sql("INSERT INTO models (fingerprint, name, dim) VALUES ('b', 'other', 8)")
    assert folder.store("a.jpg")[0][0] == "indexed"  # known bytes, and the first vector of this model
    assert folder.rows("SELECT model_id, count(*) FROM vectors GROUP BY 1") == [(1, 1), (2, 1)]


def test_an_unreadable_file_has_a_reason_until_it_can_be_read(folder: StoredFolder) -> None:
    folder.write("a.jpg", b"broken")
    folder.store_bad("a.jpg", "It is cut off.")
    folder.write("b.jpg", b"locked")
    folder.store_bad("b.jpg", "no permission", opened=False)
    rows = "SELECT reason, size, asset_id FROM places ORDER BY id"
    assert folder.rows(rows) == [
        ("It is cut off.", 6, None),
        ("no permission", photo_locations.UNREAD, None),
    ]
    asset = folder.add("a.jpg", b"mended")
    assert folder.rows(rows)[0] == (None, 6, asset)


def test_a_photo_that_can_no_longer_be_read_keeps_its_asset(folder: StoredFolder) -> None:
    asset = folder.add("a.jpg", b"one")
    folder.write("a.jpg", b"half")
    folder.store_bad("a.jpg", "It is cut off.")
    assert folder.rows("SELECT asset_id, reason FROM places") == [(asset, "It is cut off.")]


def test_a_missing_file_that_comes_back_after_long_with_other_bytes_is_another_photo(
    folder: StoredFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    asset = folder.add("a.jpg", b"one")
    (place,) = folder.rows("SELECT id FROM places")[0]
    photo_locations.mark_missing(folder.library.database, [place])
    (since,) = folder.rows("SELECT missing_since FROM places")[0]
    for later, same in ((3000.0, True), (5000.0, False)):
        folder.write("a.jpg", b"edited %d" % later)
        monkeypatch.setattr("dinodesk.library.photos.photo_writer.time.time", lambda at=since + later: at)
        with folder.library.database.writing() as connection:
            connection.exec_driver_sql(f"UPDATE places SET missing_since = {since}, asset_id = {asset}")
        assert (folder.store("a.jpg")[0][1] == asset) is same


Operation = tuple[str, int, int]
OPERATIONS = st.lists(
    st.tuples(st.sampled_from(["write", "move", "copy", "delete"]), st.integers(0, 3), st.integers(0, 3)),
    min_size=1,
    max_size=8,
)


@settings(max_examples=40, deadline=None)
@given(st.lists(OPERATIONS, min_size=1, max_size=4))
def test_after_any_changes_every_location_has_the_asset_of_its_bytes(runs: list[list[Operation]]) -> None:
    with tempfile.TemporaryDirectory() as name:
        library = LibraryStore(Path(name, "library"))
        folder = StoredFolder(library, Path(name, "photos"))
        for run in runs:
            folder.new_run()
            for kind, one, two in run:
                change(folder.path, kind, one, two)
            scan(folder)
            files = {file.name: xxhash.xxh3_128_digest(file.read_bytes()) for file in folder.path.iterdir()}
            stored = folder.rows(
                "SELECT places.path, hash FROM places JOIN assets ON assets.id = asset_id"
                " JOIN contents ON contents.id = content_id WHERE missing_since IS NULL"
            )
            assert {os.path.basename(path.decode()): digest for path, digest in stored} == files
            assert library.database.check() == []
            vectors = folder.rows(
                "SELECT count(*) FROM contents WHERE id NOT IN (SELECT content_id FROM vectors)"
            )
            assert vectors == [(0,)]
        library.close()


def change(path: Path, kind: str, one: int, two: int) -> None:
    source, target = path / f"{one}.jpg", path / f"{two}.jpg"
    if kind == "write":
        source.write_bytes(b"photo %d" % two)
    elif source.exists():
        if kind == "delete":
            source.unlink()
        elif source != target:
            (shutil.move if kind == "move" else shutil.copy)(source, target)


def scan(folder: StoredFolder) -> None:
    """Store every file anew and mark what is gone, as a run of the indexer does."""
    here = sorted(file.name for file in folder.path.iterdir())
    if here:
        folder.store(*here)
    known = {os.path.basename(path.decode()): row for row, path in folder.rows("SELECT id, path FROM places")}
    gone = [row for name, row in known.items() if name not in here]
    photo_locations.mark_missing(folder.library.database, gone)
    merge_twins(folder.library.database)
