"""Real file systems in memory, mounted, pulled, filled up and mounted elsewhere. Needs root on Linux."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fakes import FakeModel
from indexing import index_photos
from photos import make_photo

from dinodesk.engine.decoding.decoder_pool import DecoderPool
from dinodesk.engine.indexing.indexer import Indexer
from dinodesk.engine.indexing.report import IndexReport
from dinodesk.engine.search.persistent_index import PersistentIndex
from dinodesk.errors import LibraryError
from dinodesk.library.annotations.changes import add_tag
from dinodesk.library.annotations.queries import list_tags
from dinodesk.library.files import volumes
from dinodesk.library.folders import root_folders
from dinodesk.library.library import LibraryStore
from dinodesk.library.maintenance.move_library import move_library
from dinodesk.library.photos import photo_locations
from dinodesk.library.photos.photo_queries import list_photos
from dinodesk.library.store import backups, key_values

Mount = Callable[..., Path]


@pytest.fixture(autouse=True)
def fresh_mount_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(volumes, "_FRESH", -1.0)


@pytest.fixture
def mount(tmp_path: Path) -> Iterator[Mount]:
    """Mount something at `tmp_path / name`, by default a file system in memory of so many kilobytes."""
    made: list[Path] = []

    def mount(name: str, *arguments: str, kilobytes: int = 8192) -> Path:
        point = tmp_path / name
        point.mkdir(exist_ok=True)
        command = list(arguments) or ["-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs"]
        done = subprocess.run(["mount", *command, str(point)], capture_output=True)
        if done.returncode:
            pytest.skip("mounting is not allowed here")
        made.append(point)
        return point

    yield mount
    for point in reversed(made):
        subprocess.run(["umount", "-l", str(point)], capture_output=True)


def unmount(point: Path) -> None:
    """Pulled, not put away: files that are open stay open."""
    subprocess.run(["umount", "-l", str(point)], check=True)


def index(library: LibraryStore, model: FakeModel, decoders: DecoderPool, *paths: Path) -> IndexReport:
    return index_photos(Indexer(library, model, decoders=decoders), *paths)


def states(library: LibraryStore) -> list[str]:
    return sorted(photo.state for photo in list_photos(library.database)[0])


def fill(folder: Path, count: int, seed: int = 0) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        make_photo(folder / f"{number:03}.jpg", seed=seed + number)


# ── one identity twice ──────────────────────────────────────────────────────────────────────────────


def test_a_copied_marker_does_not_make_two_drives_one(
    library: LibraryStore, model: FakeModel, threads: DecoderPool, mount: Mount
) -> None:
    one, other = mount("one"), mount("other")
    fill(one / "p", 4)
    fill(other / "p", 3, seed=50)
    volumes.write_marker(str(one))
    shutil.copy(one / volumes.MARKER, other / volumes.MARKER)
    assert index(library, model, threads, one / "p").indexed == 4
    with pytest.raises(LibraryError, match="same identity"):
        index(library, model, threads, other / "p")
    assert index(library, model, threads).unchanged == 4 and states(library) == ["online"] * 4
    (other / volumes.MARKER).unlink()
    assert index(library, model, threads, other / "p").indexed == 3
    again = mount("again", "--bind", str(one))  # the same drive at a second place is no twin
    assert index(library, model, threads, again / "p").indexed == 0
    assert states(library) == ["online"] * 7


def test_drives_of_one_name_are_told_apart(
    library: LibraryStore, model: FakeModel, threads: DecoderPool, mount: Mount, tmp_path: Path
) -> None:
    drives = []
    for parent in ("one", "two"):
        (tmp_path / parent).mkdir()
        drives.append(mount(f"{parent}/Untitled"))
        fill(drives[-1] / "p", 2, seed=len(drives) * 10)
    index(library, model, threads, *(drive / "p" for drive in drives))
    names = [root.drive for root in root_folders.list_roots(library.database)]
    assert names == [f"Untitled at {drive}" for drive in drives]


# ── pulled, and mounted elsewhere ───────────────────────────────────────────────────────────────────


def test_a_drive_pulled_during_indexing_is_continued_when_it_returns(
    library: LibraryStore, model: FakeModel, mount: Mount, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dinodesk.engine.indexing.indexer._ASK_EVERY", -1.0)
    drive, away = mount("drive"), mount("away")
    fill(drive / "photos", 60)
    shutil.copytree(drive / "photos", away / "photos")  # what is on the drive when it comes back
    for file in (drive / "photos").iterdir():
        about = file.stat()
        os.utime(away / "photos" / file.name, ns=(about.st_atime_ns, about.st_mtime_ns))
    pool = DecoderPool()  # processes: files of the pulled drive may still be open there
    indexer = Indexer(library, model, decoders=pool)
    pulled = False
    for step in indexer.add([str(drive)]):
        if step.stored and not pulled:
            unmount(drive)
            pulled = True
    report, stored = indexer.report, len(states(library))
    assert 0 < stored < 60 and (report.missing, report.skipped, report.offline) == (0, [], stored)
    assert states(library) == ["offline"] * stored and photo_locations.count_skipped(library.database) == 0
    assert all(
        any(library.thumbnails.rglob(f"{photo.content}*")) for photo in list_photos(library.database)[0]
    )
    mount("drive", "--bind", str(away))
    again = index(library, model, pool)
    assert (again.missing, again.found, states(library)) == (0, 60, ["online"] * 60)
    assert model.embedded == 60
    pool.close()


def test_the_top_of_a_drive_is_known_again_without_reading(
    library: LibraryStore,
    model: FakeModel,
    threads: DecoderPool,
    mount: Mount,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drive = mount("drive")
    fill(drive, 3)
    fill(drive / "inner", 3, seed=50)
    index(library, model, threads, drive)
    monkeypatch.setattr(
        "dinodesk.engine.decoding.photo_reader.hash_file", lambda path: pytest.fail(f"opened {path}")
    )
    assert index(library, model, threads).unchanged == 6


def test_a_marked_drive_at_another_mount_point(
    library: LibraryStore,
    model: FakeModel,
    threads: DecoderPool,
    mount: Mount,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drive = mount("drive")
    volumes.write_marker(str(drive))  # a file system in memory has no identity of its own
    fill(drive / "photos", 4)
    index(library, model, threads, drive / "photos")
    add_tag(library.database, "label", [list_photos(library.database)[0][0].asset], "kept")
    elsewhere = mount("elsewhere", "--bind", str(drive))
    unmount(drive)
    library.close()
    monkeypatch.setattr(
        "dinodesk.engine.decoding.photo_reader.hash_file", lambda path: pytest.fail(f"opened {path}")
    )
    again = LibraryStore(library.folder)
    report = index(again, model, threads)
    assert (report.unchanged, report.offline, report.missing, model.embedded) == (4, 0, 0, 4)
    found = list_photos(again.database)[0]
    assert {Path(photo.path).parent for photo in found} == {elsewhere / "photos"}
    assert [(tag.name, tag.count) for tag in list_tags(again.database)] == [("kept", 1)]
    again.close()


def test_a_bind_mount_inside_a_folder_makes_no_second_photo(
    library: LibraryStore, model: FakeModel, threads: DecoderPool, mount: Mount, tmp_path: Path
) -> None:
    fill(tmp_path / "photos" / "inner", 3)
    mount("photos/shown-again", "--bind", str(tmp_path / "photos" / "inner"))
    mount("photos/inner/itself", "--bind", str(tmp_path / "photos"))
    report = index(library, model, threads, tmp_path / "photos")
    assert report.indexed == 3 and len(states(library)) == 3
    again = index(library, model, threads)
    assert (again.unchanged, again.missing, again.indexed, again.moved) == (report.found, 0, 0, 0)


def test_files_under_a_mount_point_are_hidden_not_missing(
    library: LibraryStore, model: FakeModel, threads: DecoderPool, mount: Mount, tmp_path: Path
) -> None:
    top = tmp_path / "t10"
    fill(top / "usb", 3)
    fill(top / "other", 20, seed=50)
    index(library, model, threads, top)
    hidden = {str(each) for each in (top / "usb").iterdir()}
    drive = mount("t10/usb")
    fill(drive, 8, seed=100)
    fill(tmp_path / "copies", 1)  # of a hidden photo: a second place, it did not move
    report = index(library, model, threads, top, tmp_path / "copies")
    assert (report.missing, report.questions, report.indexed, report.moved) == (0, [], 8, 1)
    again = Indexer(library, model, decoders=threads)
    for _ in again.rescan_folders([str(top)]):
        pass
    assert (again.report.missing, again.report.questions) == (0, [])
    assert hidden <= set(photo_locations.assets_by_path(library.database))
    (drive / "000.jpg").unlink()  # a drive's own losses are seen
    assert index(library, model, threads, drive).missing == 1
    assert index(library, model, threads).missing == 1
    unmount(drive)
    report = index(library, model, threads)
    assert (report.missing, report.questions, report.unchanged) == (0, [], 24)


def test_a_root_that_a_drive_is_mounted_over_is_not_taken_for_the_drive(
    library: LibraryStore, model: FakeModel, threads: DecoderPool, mount: Mount, tmp_path: Path
) -> None:
    fill(tmp_path / "usb", 3)
    index(library, model, threads, tmp_path / "usb")
    drive = mount("usb")
    fill(drive, 4, seed=100)
    report = index(library, model, threads)
    assert (report.found, report.missing, report.offline, report.questions) == (0, 0, 3, [])
    assert index(library, model, threads, drive).indexed == 4
    unmount(drive)
    report = index(library, model, threads)
    assert (report.unchanged, report.offline, report.missing, report.questions) == (3, 4, 0, [])


# ── full, and not to be written to ──────────────────────────────────────────────────────────────────


def left_over(folder: Path) -> list[str]:
    return [each.name for each in folder.rglob("*.part*")]


def test_a_full_disk_stops_with_a_sentence_and_goes_on_when_there_is_room(
    mount: Mount, model: FakeModel, threads: DecoderPool, tmp_path: Path
) -> None:
    disk = mount("disk", kilobytes=700)
    fill(tmp_path / "photos", 60)
    originals = {file: hashlib.sha256(file.read_bytes()).digest() for file in (tmp_path / "photos").iterdir()}
    library = LibraryStore(disk / "library")
    with pytest.raises(LibraryError, match="is full") as told:
        index(library, model, threads, tmp_path / "photos")
    assert "Make room" in str(told.value)
    stored = len(list_photos(library.database)[0])  # what was stored can be read
    assert 0 < stored < 60 and left_over(disk) == [] and library.database.check() == []
    live = PersistentIndex(library, model.info)
    live.load()
    assert len(live.vectors) == stored
    with pytest.raises(LibraryError, match=r"is full|no room"):
        backups.back_up(library.database)
    live.save()  # refused, and told in the log only: it is a cache
    assert left_over(disk) == [] and backups.list_backups(library.folder) == []
    library.close()
    reopened = LibraryStore(disk / "library")  # while the disk is full
    assert len(list_photos(reopened.database)[0]) == stored and reopened.notices == []
    subprocess.run(["mount", "-o", "remount,size=16m", str(disk)], check=True)
    report = index(reopened, model, threads, tmp_path / "photos")
    assert (report.unchanged, report.indexed) == (stored, 60 - stored)
    assert reopened.database.check() == [] and len(list_photos(reopened.database)[0]) == 60
    assert {file: hashlib.sha256(file.read_bytes()).digest() for file in originals} == originals
    reopened.close()


def test_a_full_disk_at_every_size(
    mount: Mount, model: FakeModel, threads: DecoderPool, tmp_path: Path
) -> None:
    """From no room for the tables to room for nearly all: whichever file it is that does not fit."""
    fill(tmp_path / "photos", 12)
    for kilobytes in range(40, 600, 80):
        disk = mount("disk", kilobytes=kilobytes)
        try:
            library = LibraryStore(disk / "library")
        except LibraryError as told:
            assert "is full" in str(told), kilobytes
        else:
            try:
                index(library, model, threads, tmp_path / "photos")
            except LibraryError as told:
                assert "is full" in str(told), kilobytes
            library.close()
        subprocess.run(["mount", "-o", "remount,size=16m", str(disk)], check=True)
        library = LibraryStore(disk / "library")
        index(library, model, threads, tmp_path / "photos")
        assert len(list_photos(library.database)[0]) == 12 and library.database.check() == [], kilobytes
        assert library.notices == [] and left_over(disk) == [], kilobytes
        library.close()
        unmount(disk)


def test_a_library_on_a_disk_that_can_not_be_written_to(
    mount: Mount, model: FakeModel, threads: DecoderPool, tmp_path: Path
) -> None:
    disk = mount("disk")
    fill(tmp_path / "photos", 3)
    library = LibraryStore(disk / "library")
    index(library, model, threads, tmp_path / "photos")
    library.close()
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    library = LibraryStore(disk / "library")
    live = PersistentIndex(library, model.info)
    live.load()
    assert len(live.vectors) == 3 and states(library) == ["online"] * 3
    with pytest.raises(LibraryError, match="can't be written to"):
        index(library, model, threads, tmp_path / "photos")
    with pytest.raises(LibraryError, match="can't be written to"):
        backups.back_up(library.database)
    library.close()


def test_photos_on_a_disk_that_can_not_be_written_to(
    mount: Mount, library: LibraryStore, model: FakeModel, threads: DecoderPool
) -> None:
    disk = mount("disk")
    fill(disk / "photos", 3)
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    assert index(library, model, threads, disk / "photos").indexed == 3
    assert root_folders.list_roots(library.database)[0].online


def test_a_library_on_a_disk_without_a_byte_left_can_be_read_and_moved_away(
    mount: Mount, photo_folder: Path, model: FakeModel, threads: DecoderPool, tmp_path: Path
) -> None:
    disk = mount("disk", kilobytes=4096)
    library = LibraryStore(disk / "library")
    index(library, model, threads, photo_folder)
    library.close()
    with pytest.raises(OSError), (disk / "ballast").open("wb", buffering=0) as ballast:
        while True:
            ballast.write(b"x" * 4096)
    library = LibraryStore(disk / "library")
    assert "full" in library.notices[0] and states(library) == ["online"] * 12
    with pytest.raises(LibraryError, match=r"can't be written|full"):
        key_values.write(library.database, "x", 1)
    for _ in move_library(library, tmp_path / "rescued"):
        pass
    rescued = LibraryStore(tmp_path / "rescued")
    assert rescued.notices == [] and states(rescued) == ["online"] * 12
    assert index(rescued, model, threads).unchanged == 12
    rescued.close()
