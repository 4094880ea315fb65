"""Photos with several locations: which one is shown, and in which folders they count."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from fakes import FakeModel
from indexing import index_photos

from dinodesk.engine.indexing.indexer import Indexer
from dinodesk.library.folders import root_folders
from dinodesk.library.library import LibraryStore
from dinodesk.library.photos import photo_locations
from dinodesk.library.photos.photo_queries import count_photos, folder_tree, list_photos
from dinodesk.records import Photo

Index = Callable[..., None]


@pytest.fixture
def index(library: LibraryStore, model: FakeModel) -> Index:
    def run(*paths: Path) -> None:
        index_photos(Indexer(library, model, believe=None), *paths)

    return run


@pytest.fixture
def plugged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Where something is mounted: "/" and a drive at `tmp_path / "Backup"`."""
    mounted = {str(tmp_path / "Backup"), "/"}
    monkeypatch.setattr(os.path, "ismount", lambda path: str(path) in mounted)
    monkeypatch.setattr("dinodesk.library.files.mounts.current", dict)
    return mounted


def pull(drive: Path, plugged: set[str]) -> None:
    plugged.remove(str(drive))
    shutil.rmtree(drive)
    drive.mkdir()  # the empty mount point stays behind


def photos(library: LibraryStore) -> list[Photo]:
    return list_photos(library.database)[0]


def tree(library: LibraryStore) -> dict[str, tuple[int, str]]:
    nodes = folder_tree(photos(library), root_folders.list_roots(library.database))
    return {node.path: (node.count, node.state) for node in nodes}


def away(library: LibraryStore) -> int:
    gone = [root for root in root_folders.list_roots(library.database) if not root.online]
    return len(photo_locations.offline_photos(library.database, gone))


def test_every_location_counts_in_its_own_folder(
    library: LibraryStore, index: Index, photo_folder: Path, tmp_path: Path, plugged: set[str]
) -> None:
    drive = tmp_path / "Backup"
    shutil.copytree(photo_folder, drive)
    index(photo_folder)
    index(drive)
    assert len(photos(library)) == 12
    assert {(photo.path, *photo.also) for photo in photos(library)} == {
        (str(file), str(drive / file.relative_to(photo_folder))) for file in photo_folder.rglob("*.jpg")
    }
    assert tree(library)[str(drive)] == tree(library)[str(photo_folder)] == (12, "online")
    assert tree(library)[str(drive / "red")] == (6, "online")
    pull(drive, plugged)
    index()
    assert {photo.state for photo in photos(library)} == {"online"}
    assert tree(library)[str(drive)] == (12, "offline")
    assert away(library) == 0  # all can be read


@pytest.mark.parametrize("how", ["folder", "files"])
def test_an_offline_drive_goes_before_a_missing_location(
    library: LibraryStore, index: Index, photo_folder: Path, tmp_path: Path, plugged: set[str], how: str
) -> None:
    drive = tmp_path / "Backup"
    shutil.copytree(photo_folder, drive)
    index(photo_folder)
    index(drive)
    pull(drive, plugged)
    if how == "folder":
        photo_folder.rename(tmp_path / "taken away")
    else:
        for file in photo_folder.rglob("*.jpg"):
            file.unlink()
    index()
    assert all(photo.path.startswith(f"{drive}/") and photo.state == "offline" for photo in photos(library))
    assert tree(library)[str(drive)] == (12, "offline") and away(library) == 12  # each photo once
    # a folder that is gone is asked about; of files that are known to be gone nothing is expected
    assert tree(library)[str(photo_folder)] == ((12, "missing") if how == "folder" else (0, "online"))


def test_two_copies_in_one_folder_count_once_in_it(
    library: LibraryStore, index: Index, photo_folder: Path
) -> None:
    shutil.copy(photo_folder / "red" / "01.jpg", photo_folder / "blue" / "copy.jpg")
    shutil.copy(photo_folder / "red" / "01.jpg", photo_folder / "red" / "copy.jpg")
    index(photo_folder)
    assert {Path(path).name: number for path, (number, _) in tree(library).items()} == {
        "photos": 12, "red": 6, "blue": 7,
    }  # fmt: skip
    assert [photo.also for photo in photos(library) if len(photo.also) != 2] == [()] * 11


def test_a_folder_that_is_gone_keeps_only_what_is_not_elsewhere(
    library: LibraryStore, index: Index, photo_folder: Path, tmp_path: Path
) -> None:
    copies = tmp_path / "copies"
    shutil.copytree(photo_folder / "red", copies)
    index(photo_folder)
    index(copies)
    photo_folder.rename(tmp_path / "renamed")
    index()
    assert tree(library) == {
        str(copies): (6, "online"),
        str(photo_folder): (6, "missing"),
        str(photo_folder / "blue"): (6, "missing"),
    }
    index(tmp_path / "renamed")  # found again: nothing is left to ask about
    assert str(photo_folder) not in tree(library) and tree(library)[str(copies)] == (6, "online")


def test_an_empty_folder_is_listed_while_its_drive_is_waited_for(
    library: LibraryStore, index: Index, photo_folder: Path, tmp_path: Path, plugged: set[str]
) -> None:
    inside = tmp_path / "Backup" / "inside"
    inside.mkdir(parents=True)
    index(photo_folder)
    index(inside)
    inside.rmdir()
    assert str(inside) not in tree(library)  # the drive is here, the folder is not, and it held nothing
    pull(tmp_path / "Backup", plugged)
    assert tree(library)[str(inside)] == (0, "offline")


def test_what_is_missing_everywhere_counts_where_it_was(
    library: LibraryStore, index: Index, photo_folder: Path
) -> None:
    shutil.copy(photo_folder / "red" / "01.jpg", photo_folder / "blue" / "copy.jpg")
    index(photo_folder)
    (photo_folder / "blue" / "copy.jpg").unlink()
    (photo_folder / "red" / "01.jpg").unlink()
    index()
    (lost,) = [photo for photo in photos(library) if photo.state == "missing"]
    assert lost.also == () and tree(library)[str(photo_folder)] == (12, "online")


def test_photos_are_counted_as_they_are_listed(
    library: LibraryStore, index: Index, photo_folder: Path
) -> None:
    assert count_photos(library.database) == 0
    shutil.copy(photo_folder / "red" / "01.jpg", photo_folder / "blue" / "copy.jpg")  # one photo, two places
    index(photo_folder)
    (photo_folder / "red" / "01.jpg").unlink()
    (photo_folder / "blue" / "copy.jpg").unlink()
    index()
    assert count_photos(library.database) == len(photos(library)) > 0
