"""Root folders: added, listed with their state, removed without losing photos of other roots."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from stored_files import StoredFolder

from dinodesk.errors import LibraryError
from dinodesk.library.files import mounts
from dinodesk.library.folders import root_folders, volume_registry
from dinodesk.library.library import LibraryStore


def test_adding_a_folder_again_changes_nothing_but_may_make_it_recursive(
    store: LibraryStore, tmp_path: Path
) -> None:
    database, path = store.database, str(tmp_path)
    first = root_folders.add_root(database, path, recursive=False)
    again = root_folders.add_root(database, path)
    assert (first.id, first.recursive) == (again.id, False) and again.recursive
    assert root_folders.add_root(database, path, recursive=False).recursive
    assert [root.path for root in root_folders.list_roots(database)] == [path]


def test_removing_a_root_keeps_locations_that_another_root_contains(folder: StoredFolder) -> None:
    database = folder.library.database
    outside, inside = folder.add("a.jpg", b"one"), folder.add("sub/b.jpg", b"two")
    inner = root_folders.add_root(database, str(folder.path / "sub"))
    removed = root_folders.remove_root(database, folder.root.id)
    assert removed is not None and (removed.path, removed.rows.photos) == (str(folder.path), 1)
    assert [root.id for root in root_folders.list_roots(database)] == [inner.id]
    assert folder.rows("SELECT asset_id FROM places") == [(inside,)]
    assert sorted(folder.rows("SELECT id FROM assets")) == [(outside,), (inside,)]  # with annotations
    assert folder.rows("SELECT count(*) FROM vectors") == [(2,)]
    assert root_folders.remove_root(database, 12345) is None


def test_drives_mounted_inside_a_root_become_roots_that_go_with_it(
    store: LibraryStore, tmp_path: Path, drives: dict[str, mounts.Mount]
) -> None:
    photos, stick, virtual = (str(tmp_path / name) for name in ("photos", "photos/stick", "photos/proc"))
    for path in (stick, virtual):
        os.makedirs(path)
    drives[stick] = mounts.Mount(stick, "uuid:7", "Stick", False)
    drives[virtual] = mounts.Mount(virtual, "", "proc", False, virtual=True)
    root = root_folders.add_root(store.database, photos)
    nested, stops = root_folders.add_nested_roots(store.database, root)
    assert [(each.path, each.drive, each.nested) for each in nested] == [(stick, "Stick", True)]
    assert stops == {stick, virtual}
    removed = root_folders.remove_root(store.database, root.id)
    assert root_folders.list_roots(store.database) == []
    assert removed is not None
    root_folders.restore_root(store.database, removed)
    assert [each.path for each in root_folders.list_roots(store.database)] == [photos, stick]


def test_a_link_that_replaced_a_root_takes_it_offline(store: LibraryStore, tmp_path: Path) -> None:
    photos, other = tmp_path / "photos", tmp_path / "other"
    for folder in (photos, other):
        folder.mkdir()
    root_folders.add_root(store.database, str(photos))
    photos.rename(tmp_path / "moved")
    photos.symlink_to(other)
    (root,) = root_folders.list_roots(store.database)
    assert (root.online, root.here, root.leads) == (False, True, str(other))
    photos.unlink()
    photos.symlink_to(tmp_path / "moved")  # the same folder at another path is fine
    (root,) = root_folders.list_roots(store.database)
    assert (root.online, root.leads) == (True, "")


def test_the_empty_mount_point_of_an_offline_drive_is_no_folder_to_add(
    store: LibraryStore, tmp_path: Path, drives: dict[str, mounts.Mount]
) -> None:
    stick = str(tmp_path / "stick")
    os.mkdir(stick)
    drives[stick] = mounts.Mount(stick, "uuid:7", "Stick", False)
    root_folders.add_root(store.database, stick)
    del drives[stick]
    with pytest.raises(LibraryError, match=r"\(Stick\) is away"):
        root_folders.add_root(store.database, stick)
    Path(stick, "a.jpg").write_bytes(b"x")
    assert not root_folders.add_root(store.database, stick).known  # somebody uses the folder itself


def test_drives_of_one_name_are_told_apart_by_their_mount_points(
    store: LibraryStore, tmp_path: Path, drives: dict[str, mounts.Mount]
) -> None:
    for number in (1, 2):
        path = str(tmp_path / f"card{number}")
        os.mkdir(path)
        drives[path] = mounts.Mount(path, f"uuid:{number}", "EOS_DIGITAL", False)
        root_folders.add_root(store.database, path)
    names = [root.drive for root in root_folders.list_roots(store.database)]
    assert names == [f"EOS_DIGITAL at {tmp_path / 'card1'}", f"EOS_DIGITAL at {tmp_path / 'card2'}"]


def test_inodes_of_roots_of_older_libraries_are_noted_when_they_are_online(
    store: LibraryStore, tmp_path: Path
) -> None:
    root_folders.add_root(store.database, str(tmp_path))
    with store.database.writing() as connection:
        connection.exec_driver_sql("UPDATE roots SET inode = NULL")
    root_folders.refresh_roots(store.database)
    with store.database.reading() as connection:
        inode = connection.exec_driver_sql("SELECT inode FROM roots").scalar_one()
    assert inode == os.stat(tmp_path).st_ino


def test_two_mounted_drives_of_one_identity_are_refused(
    store: LibraryStore, tmp_path: Path, drives: dict[str, mounts.Mount], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dinodesk.library.files.volumes.same_device", lambda one, other: False)
    for name in ("one", "two"):
        path = str(tmp_path / name)
        os.mkdir(path)
        drives[path] = mounts.Mount(path, "uuid:7", name, False)
    root_folders.add_root(store.database, str(tmp_path / "one"))
    with pytest.raises(LibraryError, match="same identity"):
        root_folders.add_root(store.database, str(tmp_path / "two"))


def test_an_identity_belongs_to_one_volume(store: LibraryStore, folder: StoredFolder) -> None:
    volume = folder.root.volume
    volume_registry.set_identity(store.database, volume, "mark:abc")
    volume_registry.set_identity(store.database, volume, "mark:abc")  # its own
    assert folder.rows("SELECT identity FROM volumes") == [("mark:abc",)]
    with store.database.writing() as connection:
        connection.exec_driver_sql("INSERT INTO volumes (identity, mount) VALUES ('uuid:9', '/mnt')")
    with pytest.raises(LibraryError, match="same marker"):
        volume_registry.set_identity(store.database, volume, "uuid:9")
