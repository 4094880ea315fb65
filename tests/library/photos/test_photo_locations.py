"""What is stored of each file: found again, missing, skipped, offline; and which paths name which photos."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest
from stored_files import StoredFolder

from dinodesk.errors import LibraryError
from dinodesk.generators import run_to_end
from dinodesk.library.files import mounts
from dinodesk.library.files.scanner import FoundFile, look_at
from dinodesk.library.folders import root_folders
from dinodesk.library.photos import photo_locations
from dinodesk.library.photos.photo_locations import UNREAD, KnownLocation


def known(folder: StoredFolder) -> dict[str, KnownLocation]:
    steps = photo_locations.known_locations(folder.library.database, folder.root, folder.model)
    return {os.path.relpath(path, folder.path): each for path, each in run_to_end(steps).items()}


def test_known_locations_are_read_in_pages_with_their_vectors(
    folder: StoredFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(photo_locations, "_AT_ONCE", 3)
    names = [f"{number}.jpg" for number in range(6)] + ["sub/a.jpg", os.fsdecode(b"\xff.jpg")]
    for name in names:
        folder.add(name, os.fsencode(name))
    folder.write("bad.jpg", b"bad")
    folder.store_bad("bad.jpg", "It is cut off.")
    found = known(folder)
    assert set(found) == {*names, "bad.jpg"}
    assert all(found[name].embedded and found[name].is_present_photo for name in names)
    assert (found["bad.jpg"].embedded, found["bad.jpg"].is_present_photo) == (False, False)
    other = StoredFolder(folder.library, folder.path.with_name("photos2"))  # its name continues the root's
    assert known(other) == {}


def test_a_location_looks_like_its_file_until_size_time_or_inode_differ(folder: StoredFolder) -> None:
    folder.add("a.jpg", b"\xff\xd8\xff" + b"0" * 40)
    location, file = known(folder)["a.jpg"], look_at(str(folder.path / "a.jpg"))
    assert file is not None and location.looks_like(file)
    for changed in ({"size": 1}, {"mtime_ns": 1}, {"inode": 1}):
        assert not location.looks_like(FoundFile(**{**file._asdict(), **changed}))


def test_a_root_of_single_files_knows_only_those_directly_in_it(folder: StoredFolder) -> None:
    folder.add("a.jpg", b"one")
    folder.add("sub/b.jpg", b"two")
    folder.rows("SELECT 1")
    with folder.library.database.writing() as connection:
        connection.exec_driver_sql("UPDATE roots SET recursive = 0")
    (folder.root,) = root_folders.list_roots(folder.library.database)
    assert set(known(folder)) == {"a.jpg"}


def test_missing_marks_photos_once_and_deletes_what_was_never_a_photo(folder: StoredFolder) -> None:
    database = folder.library.database
    folder.add("a.jpg", b"one")
    folder.write("bad.jpg", b"bad")
    folder.store_bad("bad.jpg", "It is cut off.")
    rows = [each.id for each in known(folder).values()]
    assert photo_locations.mark_missing(database, rows) == (1, 1)
    (since,) = folder.rows("SELECT missing_since FROM places")
    assert photo_locations.mark_missing(database, rows) == (1, 0)
    assert folder.rows("SELECT missing_since FROM places") == [since]  # the first time counts
    photo_locations.mark_seen(database, rows)
    assert not known(folder)["a.jpg"].missing and "bad.jpg" not in known(folder)


def test_renaming_never_takes_the_path_of_another_location(folder: StoredFolder) -> None:
    database = folder.library.database
    folder.add("a.jpg", b"one")
    folder.add("b.jpg", b"two")
    ids = {name: each.id for name, each in known(folder).items()}
    stem = folder.root.relative
    moved = [(ids["a.jpg"], f"{stem}/b.jpg"), (ids["b.jpg"], f"{stem}/c.jpg")]
    photo_locations.rename_locations(database, moved)
    assert {name: each.id for name, each in known(folder).items()} == {
        "a.jpg": ids["a.jpg"],
        "c.jpg": ids["b.jpg"],
    }


def test_only_files_that_are_gone_and_still_stored_in_the_root_are_found_gone(folder: StoredFolder) -> None:
    for name in ("here.jpg", "gone.jpg", "folder.jpg"):
        folder.add(name, name.encode())
    ids = {name: each.id for name, each in known(folder).items()}
    (folder.path / "gone.jpg").unlink()
    (folder.path / "folder.jpg").unlink()
    (folder.path / "folder.jpg").mkdir()
    steps = photo_locations.find_gone(folder.library.database, [*ids.values(), 10_000], folder.root)
    with pytest.raises(StopIteration) as end:
        while True:
            next(steps)
    assert sorted(end.value.value) == sorted([ids["gone.jpg"], ids["folder.jpg"]])


def test_skipped_files_are_listed_with_reasons_and_can_be_tried_again(folder: StoredFolder) -> None:
    database = folder.library.database
    folder.add("a.jpg", b"one")
    for name, reason in (("b.jpg", "It is cut off."), ("c.jpg", "The file is empty.")):
        folder.write(name, b"bad")
        folder.store_bad(name, reason)
    listed = [(os.path.basename(each.path), each.reason) for each in photo_locations.list_skipped(database)]
    assert listed == [("b.jpg", "It is cut off."), ("c.jpg", "The file is empty.")]
    assert photo_locations.count_skipped(database) == 2
    assert photo_locations.count_present(database, folder.root) == 1
    photo_locations.retry_skipped(database)
    assert {name: each.size for name, each in known(folder).items()} == {"a.jpg": 3, "b.jpg": -1, "c.jpg": -1}
    photo_locations.drop_unreadable(database, folder.root)
    assert set(known(folder)) == {"a.jpg"}


def test_files_that_an_older_decoder_refused_are_tried_again_once(folder: StoredFolder) -> None:
    folder.write("bad.jpg", b"bad")
    folder.store_bad("bad.jpg", "It is damaged.")
    database = folder.library.database
    sizes = [folder.rows("SELECT size FROM places")]
    for version in (2, 2, 3):
        photo_locations.retry_skipped_once(database, version)
        sizes.append(folder.rows("SELECT size FROM places"))
        folder.store_bad("bad.jpg", "It is damaged.")
    assert sizes == [[(3,)], [(UNREAD,)], [(3,)], [(UNREAD,)]]


def test_a_photo_is_offline_when_no_location_outside_the_offline_roots_is_readable(
    folder: StoredFolder, tmp_path: Path, drives: dict[str, mounts.Mount]
) -> None:
    other = StoredFolder(folder.library, tmp_path / "drive")
    both = folder.add("a.jpg", b"both")
    assert other.add("a.jpg", b"both") == both
    only = other.add("b.jpg", b"only there")
    here = folder.add("c.jpg", b"only here")
    offline = photo_locations.offline_photos
    database = folder.library.database
    assert offline(database, []) == set()
    assert offline(database, [other.root]) == {only}
    assert offline(database, [folder.root, other.root]) == {both, only, here}
    assert offline(database, [folder.root, other.root], folder.root) == {both, here}
    (row,) = folder.rows("SELECT id FROM places WHERE asset_id = :id ORDER BY id", id=both)[:1]
    photo_locations.mark_missing(database, [row[0]])
    assert offline(database, [other.root]) == {both, only}  # missing in the one, offline in the other


def test_hashes_are_known_of_every_stored_photo(folder: StoredFolder) -> None:
    for number in range(3):
        folder.add(f"{number}.jpg", b"%d" % number)
    hashes = photo_locations.embedded_hashes(folder.library.database, folder.model)
    ids = [each.id for each in known(folder).values()]
    quick = photo_locations.quick_hashes(folder.library.database, ids)
    assert len(hashes) == 3 and {full for _, full in quick.values()} == hashes
    assert {len(each) for each, _ in quick.values()} == {8}


def test_assets_are_found_by_files_and_by_folders_above_them(folder: StoredFolder) -> None:
    one, two = folder.add("a/one.jpg", b"one"), folder.add("a/b/two.jpg", b"two")
    folder.add("ab.jpg", b"three")
    base = str(folder.path)
    find = photo_locations.assets_at_paths
    database = folder.library.database
    assert find(database, [f"{base}/a"]) == ([one, two], [])
    assert find(database, [f"{base}/a/b/", f"{base}/a/one.jpg"]) == ([two, one], [])
    assert find(database, [f"{base}/a/b/two.jpg", f"{base}/none", f"{base}/a"]) == (
        [two, one],
        [f"{base}/none"],
    )


def test_assets_in_a_root_and_its_skipped_files_are_counted(folder: StoredFolder, tmp_path: Path) -> None:
    asset = folder.add("a.jpg", b"one")
    folder.write("bad.jpg", b"bad")
    folder.store_bad("bad.jpg", "It is cut off.")
    StoredFolder(folder.library, tmp_path / "other").add("b.jpg", b"two")
    assert photo_locations.assets_in_root(folder.library.database, folder.root) == ({asset}, 1)


def test_whether_a_file_is_known_is_asked_without_changing_the_library(folder: StoredFolder) -> None:
    folder.add("a.jpg", b"one")
    link = folder.path.parent / "link.jpg"
    link.symlink_to(folder.path / "a.jpg")
    library = folder.library.folder
    folder.library.close()
    before = sorted(file.name for file in library.iterdir())
    os.chmod(library, 0o555)
    try:
        known_file = photo_locations.is_known_file
        assert known_file(library, str(folder.path / "a.jpg")) and known_file(library, str(link))
        assert not known_file(library, str(folder.path / "b.jpg"))
        assert not known_file(library.parent / "none", str(folder.path / "a.jpg"))
    finally:
        os.chmod(library, 0o755)
    assert sorted(file.name for file in library.iterdir() if "-" not in file.name) == [
        name for name in before if "-" not in name
    ]


def test_whether_a_file_is_known_to_a_damaged_library_is_an_error(tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "library.db").close()
    (tmp_path / "library.db").write_bytes(b"no database" * 500)
    with pytest.raises(LibraryError, match="damaged"):
        photo_locations.is_known_file(tmp_path, str(tmp_path / "a.jpg"))
