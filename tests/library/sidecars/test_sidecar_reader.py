"""Sidecars in the database: what must be read, what is stored, and whose words go first."""

from __future__ import annotations

from pathlib import Path

import pytest
from photo_blocks import bag, packet
from stored_files import StoredFolder

from dinodesk.library.files.sidecar_names import SidecarName, sidecars_of
from dinodesk.library.metadata import xmp_reader
from dinodesk.library.sidecars import sidecar_reader
from dinodesk.records import PhotoMetadata


def find(folder: StoredFolder, *photos: str) -> tuple[list[tuple[int, SidecarName]], list[tuple[int, str]]]:
    paths = [str(folder.path / name) for name in photos]
    found = {path: sidecars for path in paths if (sidecars := sidecars_of(path))}
    return sidecar_reader.find_changes(folder.library.database, folder.root, found, set(paths))


def read_all(folder: StoredFolder, *photos: str) -> None:
    changed, gone = find(folder, *photos)
    read = [sidecar_reader.read(location, file, folder.root) for location, file in changed]
    sidecar_reader.store(folder.library.database, read, gone)


def metadata(folder: StoredFolder, *assets: int) -> dict[int, PhotoMetadata]:
    with folder.library.database.reading() as connection:
        return sidecar_reader.sidecar_metadata(connection, assets or None)


def test_a_sidecar_is_read_once_until_it_changes(folder: StoredFolder) -> None:
    asset = folder.add("a.jpg", b"one")
    sidecar = folder.write("a.jpg.xmp", packet('xmp:Rating="2"'))
    read_all(folder, "a.jpg")
    assert metadata(folder)[asset].rating == 2 and find(folder, "a.jpg") == ([], [])
    sidecar.write_bytes(packet('xmp:Rating="4"', bag("dc:title", "longer")))
    read_all(folder, "a.jpg")
    assert metadata(folder, asset)[asset] == PhotoMetadata(rating=4, title="longer")


def test_a_sidecar_that_is_gone_is_forgotten_only_where_its_photo_was_seen(folder: StoredFolder) -> None:
    for name in ("a.jpg", "b.jpg"):
        folder.add(name, name.encode())
        folder.write(f"{name}.xmp", packet('xmp:Rating="1"'))
    read_all(folder, "a.jpg", "b.jpg")
    for name in ("a.jpg", "b.jpg"):
        (folder.path / f"{name}.xmp").unlink()
    changed, gone = find(folder, "a.jpg")
    assert changed == [] and len(gone) == 1 and gone[0][1].endswith("a.jpg.xmp")
    read_all(folder, "a.jpg")
    assert len(metadata(folder)) == 1


def test_what_an_older_reader_stored_is_read_again(folder: StoredFolder) -> None:
    folder.add("a.jpg", b"one")
    folder.write("a.jpg.xmp", packet())
    read_all(folder, "a.jpg")
    with folder.library.database.writing() as connection:
        connection.exec_driver_sql(f"UPDATE sidecars SET reader = {sidecar_reader.READER - 1}")
    assert len(find(folder, "a.jpg")[0]) == 1


def test_the_own_sidecar_goes_before_a_shared_one_field_by_field(folder: StoredFolder) -> None:
    asset = folder.add("a.jpg", b"one")
    folder.write("a.xmp", packet('xmp:Rating="5"', bag("dc:title", "shared", kind="Alt")))
    folder.write("a.jpg.xmp", packet('xmp:Rating="1"'))
    read_all(folder, "a.jpg")
    assert metadata(folder)[asset] == PhotoMetadata(rating=1, title="shared")


@pytest.mark.parametrize(
    ("data", "reason"),
    [(b"no xml", "not well-formed"), (b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "definitions"),
     (b" " * (xmp_reader.LARGEST + 1), "too large")],
)  # fmt: skip
def test_an_unreadable_sidecar_is_stored_with_its_reason(
    folder: StoredFolder, data: bytes, reason: str
) -> None:
    folder.add("a.jpg", b"one")
    folder.write("a.jpg.xmp", data)
    read_all(folder, "a.jpg")
    ((stored, said),) = folder.rows("SELECT reason, said FROM sidecars")
    assert reason in stored and said == "{}"
    assert find(folder, "a.jpg") == ([], [])  # not again until it changes


def test_a_missing_sidecar_is_a_reason_too(tmp_path: Path) -> None:
    assert sidecar_reader.read_file(str(tmp_path / "a.xmp")) == (PhotoMetadata(), "it is no longer there")


def test_forgotten_locations_take_their_sidecars_along(folder: StoredFolder) -> None:
    folder.add("a.jpg", b"one")
    folder.write("a.jpg.xmp", packet('xmp:Rating="2"'))
    read_all(folder, "a.jpg")
    with folder.library.database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM places")
    assert metadata(folder) == {}
