"""Missing photos, leftovers, and what a library says of its folders, disk space and backups."""

from __future__ import annotations

from pathlib import Path

import pytest
from fakes import FakeModel
from indexing import index_photos
from photos import make_photo

from dinodesk.engine.indexing.indexer import Indexer
from dinodesk.library.folders import root_folders, volume_registry
from dinodesk.library.library import LibraryStore
from dinodesk.library.maintenance import purge, statistics
from dinodesk.library.photos.photo_queries import folder_tree, list_photos
from dinodesk.library.store import backups
from dinodesk.records import Folder


@pytest.fixture
def library(tmp_path: Path, photo_folder: Path, model: FakeModel):
    library = LibraryStore(tmp_path / "library")
    index(library, model, photo_folder)
    yield library
    library.close()


def index(library: LibraryStore, model: FakeModel, *paths: Path) -> None:
    index_photos(Indexer(library, model, believe=()), *paths)


def test_missing_photos_stay_until_they_are_purged(
    library: LibraryStore, photo_folder: Path, model: FakeModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    (photo_folder / "red" / "01.jpg").unlink()
    index(library, model)
    assert statistics.collect_statistics(library).states["missing"] == 1
    assert purge.purge_missing(library.database).photos == 0  # within the grace time
    now = __import__("time").time()
    monkeypatch.setattr("dinodesk.library.maintenance.purge.time.time", lambda: now + purge.GRACE + 60)
    assert statistics.collect_statistics(library).overdue == 1
    purged = purge.purge_missing(library.database)
    assert (purged.photos, purged.locations, len(purged.contents)) == (1, 1, 1)
    assert len(list_photos(library.database)[0]) == 11
    assert library.database.check() == []


def test_a_purged_photo_takes_its_earlier_contents_along(
    library: LibraryStore, photo_folder: Path, model: FakeModel
) -> None:
    one, two = (photo_folder / "red" / name for name in ("01.jpg", "03.jpg"))
    (photo_folder / "copy.jpg").write_bytes(two.read_bytes())
    for file, seed in ((one, 98), (two, 99)):
        make_photo(file, seed=seed)
        index(library, model)
    for file in (one, two):
        file.unlink()
    index(library, model)
    purged = purge.purge_missing(library.database, 0.0)
    assert (purged.photos, len(purged.contents)) == (2, 3)  # what the copy is stays
    assert len(list_photos(library.database)[0]) == 11 and library.database.check() == []


def test_a_photo_with_a_copy_is_not_missing(
    library: LibraryStore, photo_folder: Path, model: FakeModel
) -> None:
    copy = photo_folder / "blue" / "copy.jpg"
    copy.write_bytes((photo_folder / "red" / "01.jpg").read_bytes())
    index(library, model)
    copy.unlink()
    index(library, model)
    assert statistics.collect_statistics(library).states["missing"] == 0
    assert purge.purge_missing(library.database, 0.0).photos == 0


def test_leftovers_of_removed_folders_are_purged(
    library: LibraryStore, photo_folder: Path, model: FakeModel
) -> None:
    root_folders.remove_root(library.database, root_folders.list_roots(library.database)[0].id)
    assert statistics.collect_statistics(library).leftovers == 12
    index(library, model, photo_folder / "red")
    assert model.embedded == 12  # nothing was embedded again
    purged = purge.purge_leftovers(library.database)
    assert (purged.photos, len(purged.contents)) == (6, 6)
    assert library.database.check() == [] and statistics.collect_statistics(library).leftovers == 0


def test_statistics_count_states_and_disk_space(
    library: LibraryStore, photo_folder: Path, model: FakeModel, tmp_path: Path
) -> None:
    (photo_folder / "bad.jpg").write_bytes(b"no photo")
    other = tmp_path / "other"
    other.mkdir()
    for number in range(3):
        make_photo(other / f"{number}.jpg", seed=200 + number)
    index(library, model, photo_folder, other)
    other.rename(tmp_path / "away")
    (photo_folder / "red" / "01.jpg").unlink()
    index(library, model)
    found = statistics.collect_statistics(library)
    assert found.states == {"online": 11, "offline": 3, "missing": 1} and found.photos == 15
    assert sum(count for _, count in found.skipped) == 1 and found.models == (("fake encoder", 15),)
    assert found.bytes["database"] > 0 and found.bytes["thumbnails"] > 0 and found.free > 0
    offline = {photo.path for photo in list_photos(library.database)[0] if photo.state == "offline"}
    assert len(offline) == 3


def test_statistics_name_the_newest_backup(library: LibraryStore) -> None:
    assert statistics.collect_statistics(library).backed_up == 0.0
    file = backups.back_up(library.database)
    assert statistics.collect_statistics(library).backed_up == file.stat().st_mtime


def test_folders_name_their_drive_and_what_is_wrong(library: LibraryStore, photo_folder: Path) -> None:
    def node() -> Folder:
        return folder_tree(list_photos(library.database)[0], root_folders.list_roots(library.database))[0]

    assert node().state == "online" and node().drive
    photo_folder.rename(photo_folder.with_name("elsewhere"))
    assert node().state == "missing"  # the drive is here, the folder is not
    root = root_folders.list_roots(library.database)[0]
    volume_registry.set_identity(library.database, root.volume, "uuid:not-plugged-in")
    assert (node().state, node().known) == ("offline", True)
    volume_registry.set_identity(library.database, root.volume, "mount:/somewhere")
    assert not node().known


@pytest.mark.parametrize("longer_than", [0.0, -1e12, float("-inf")])
def test_readable_photos_are_never_purged(library: LibraryStore, longer_than: float) -> None:
    assert purge.purge_missing(library.database, longer_than).photos == 0
