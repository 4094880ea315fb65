"""Looking after a library: verifying, forgetting on purpose, counting, moving to another folder."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import numpy as np
import pytest
import xxhash
from fakes import FakeModel
from photos import make_photo

from dinodesk.engine.indexing.indexer import Indexer
from dinodesk.errors import LibraryError
from dinodesk.library.folders import root_folders, volume_registry
from dinodesk.library.library import LibraryStore
from dinodesk.library.maintenance import purge, statistics
from dinodesk.library.maintenance.move_library import move_library
from dinodesk.library.maintenance.verify import Verified, verify
from dinodesk.library.photos.photo_queries import folder_tree, list_photos
from dinodesk.library.store import backups, job_reports, key_values
from dinodesk.records import Folder


@pytest.fixture
def library(tmp_path: Path, photo_folder: Path, model: FakeModel):
    library = LibraryStore(tmp_path / "library")
    index(library, model, photo_folder)
    yield library
    library.close()


def index(library: LibraryStore, model: FakeModel, *paths: Path, believe: bool = False) -> None:
    indexer = Indexer(library, model, believe=None if believe else ())
    for _ in indexer.add([str(path) for path in paths]) if paths else indexer.rescan():
        pass


def rot(file: Path) -> None:
    """One bit falls over; size and time stay."""
    about = file.stat()
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 4
    file.write_bytes(data)
    os.utime(file, ns=(about.st_atime_ns, about.st_mtime_ns))


def finish(steps) -> Verified:  # type: ignore[no-untyped-def]
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


def test_verifying_finds_rot_and_nothing_else(library: LibraryStore, photo_folder: Path) -> None:
    rot(photo_folder / "red" / "01.jpg")
    make_photo(photo_folder / "red" / "03.jpg", seed=99)  # edited on purpose
    (photo_folder / "red" / "05.jpg").unlink()
    found = finish(verify(library.database))
    assert (found.done, found.sound, found.changed, found.away) == (12, 9, 1, 1)
    assert [each.path for each in found.damaged] == [str(photo_folder / "red" / "01.jpg")]
    assert statistics.collect_statistics(library).damaged == 1
    (report,) = job_reports.list_reports(library.database)
    assert (report.what, report.data["damaged"]) == ("verify", [str(photo_folder / "red" / "01.jpg")])


def test_verifying_goes_on_where_it_was_stopped(
    library: LibraryStore, photo_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dinodesk.library.maintenance.verify._AT_ONCE", 5)
    rot(photo_folder / "blue" / "00.jpg")
    steps = verify(library.database)
    while next(steps).done < 7:
        pass
    steps.close()
    assert key_values.read(library.database, "verify") is not None
    read: list[None] = []
    real = xxhash.xxh3_128
    monkeypatch.setattr(
        "dinodesk.library.maintenance.verify.xxhash.xxh3_128", lambda: read.append(None) or real()
    )
    found = finish(verify(library.database))
    assert (found.done, found.total, found.sound, len(found.damaged), len(read)) == (12, 12, 11, 1, 7)
    assert key_values.read(library.database, "verify") is None


def test_a_large_file_is_verified_in_pieces(library: LibraryStore, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = sum(1 for _ in verify(library.database))
    monkeypatch.setattr("dinodesk.library.maintenance.verify._PIECE", 100)
    assert sum(1 for _ in verify(library.database)) > 3 * whole  # each step is short, whatever the file


def test_missing_photos_stay_until_they_are_forgotten_on_purpose(
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


def test_a_photo_is_forgotten_with_what_it_was_before_it_was_edited(
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


def test_leftovers_of_removed_folders_are_forgotten_on_purpose(
    library: LibraryStore, photo_folder: Path, model: FakeModel
) -> None:
    root_folders.remove_root(library.database, root_folders.list_roots(library.database)[0].id)
    assert statistics.collect_statistics(library).leftovers == 12
    index(library, model, photo_folder / "red")
    assert model.embedded == 12  # nothing was embedded again
    purged = purge.purge_leftovers(library.database)
    assert (purged.photos, len(purged.contents)) == (6, 6)
    assert library.database.check() == [] and statistics.collect_statistics(library).leftovers == 0


def test_statistics_count_states_and_room(
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
def test_what_is_there_is_never_forgotten(library: LibraryStore, longer_than: float) -> None:
    assert purge.purge_missing(library.database, longer_than).photos == 0


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
