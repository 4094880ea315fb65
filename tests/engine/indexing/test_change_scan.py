"""What a scan makes of changes: renamed without reading, only some folders, drives inside folders, rules."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from fakes import FakeModel
from photos import make_photo

from dinodesk.engine.decoding.decoder_pool import DecoderPool
from dinodesk.engine.indexing.indexer import Indexer
from dinodesk.engine.indexing.report import IndexReport
from dinodesk.library.files import mounts, scanner
from dinodesk.library.files.exclude_rules import ExcludeRules
from dinodesk.library.folders import root_folders
from dinodesk.library.library import LibraryStore
from dinodesk.library.maintenance import statistics
from dinodesk.library.photos import photo_locations
from dinodesk.library.photos.photo_queries import list_photos
from dinodesk.library.store import key_values

Run = Callable[..., IndexReport]


@pytest.fixture
def run(library: LibraryStore, model: FakeModel, threads: DecoderPool) -> Run:
    def run(*paths: Path, again: bool = False, believe: bool = False) -> IndexReport:
        indexer = Indexer(
            library, model, believe=None if believe else (), decoders=threads
        )  # for `unread` to see
        named = [str(path) for path in paths]
        steps = indexer.rescan_folders(named) if again else indexer.add(named) if named else indexer.rescan()
        for _ in steps:
            pass
        report = indexer.report
        assert report.found == report.indexed + report.unchanged + report.moved + len(report.skipped)
        return report

    return run


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The files that tests have just written count as at rest."""
    monkeypatch.setattr("dinodesk.engine.indexing.change_scan.REST", 0.0)


@pytest.fixture
def unread(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Whoever reads a whole file now is written down here."""
    read: list[str] = []
    real = __import__("dinodesk.engine.decoding.photo_reader", fromlist=["hash_file"]).hash_file

    def noting(path: str):  # type: ignore[no-untyped-def]
        read.append(path)
        return real(path)

    monkeypatch.setattr("dinodesk.engine.decoding.photo_reader.hash_file", noting)
    return read


def states(library: LibraryStore) -> dict[str, str]:
    return {Path(photo.path).name: photo.state for photo in list_photos(library.database)[0]}


def test_renamed_files_are_not_read_again(
    library: LibraryStore, run: Run, photo_folder: Path, unread: list[str], model: FakeModel
) -> None:
    run(photo_folder)
    before = {photo.asset for photo in list_photos(library.database)[0]}
    (photo_folder / "red").rename(photo_folder / "rot")
    (photo_folder / "blue" / "00.jpg").rename(photo_folder / "blue" / "first.jpg")
    unread.clear()
    report = run()
    assert (report.moved, report.missing, unread, model.embedded) == (7, 0, [], 12)
    photos = list_photos(library.database)[0]
    assert {photo.asset for photo in photos} == before
    assert {photo.path for photo in photos} == {str(path) for path in photo_folder.rglob("*.jpg")}


def test_a_renamed_root_is_not_read_again(
    library: LibraryStore, run: Run, photo_folder: Path, unread: list[str]
) -> None:
    run(photo_folder)
    photo_folder.rename(photo_folder.with_name("elsewhere"))
    unread.clear()
    assert (run(photo_folder.with_name("elsewhere")).moved, unread) == (12, [])
    assert set(states(library).values()) == {"online"}


def test_another_file_with_the_inode_and_time_of_a_gone_one_is_read(
    library: LibraryStore, run: Run, photo_folder: Path, unread: list[str]
) -> None:
    run(photo_folder)
    file = photo_folder / "red" / "01.jpg"
    about = file.stat()
    bent = bytearray(file.read_bytes())
    bent[-100] ^= 1
    with file.open("r+b") as same:  # same inode, size and time, other bytes, other name
        same.write(bent)
    os.utime(file, ns=(about.st_atime_ns, about.st_mtime_ns))
    file.rename(photo_folder / "red" / "other.jpg")
    unread.clear()
    run()
    assert [Path(path).name for path in unread] == ["other.jpg"]


def test_only_the_folders_that_changed_are_looked_at(
    library: LibraryStore, run: Run, photo_folder: Path, tmp_path: Path
) -> None:
    run(photo_folder)
    make_photo(photo_folder / "red" / "new.jpg", seed=50)
    make_photo(photo_folder / "blue" / "unseen.jpg", seed=51, red=False)
    (photo_folder / "red" / "01.jpg").unlink()
    report = run(photo_folder / "red", photo_folder / "red" / "deeper", tmp_path / "other", again=True)
    assert (report.indexed, report.unchanged, report.missing) == (1, 5, 1)
    assert "unseen.jpg" not in states(library) and states(library)["01.jpg"] == "missing"
    assert run(tmp_path, again=True).indexed == 1


def test_a_file_that_is_still_being_written_is_left_until_it_rests(
    library: LibraryStore, run: Run, photo_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(photo_folder)
    file = make_photo(photo_folder / "red" / "growing.jpg", seed=52)
    monkeypatch.setattr("dinodesk.engine.indexing.change_scan.REST", 3600.0)
    report = run(photo_folder / "red", again=True)
    assert (report.indexed, report.resting) == (0, [str(photo_folder / "red")])
    os.utime(file, (1_000_000_000, 1_000_000_000))
    assert run(photo_folder / "red", again=True).indexed == 1


def test_a_deleted_folder_is_noticed_and_a_great_loss_is_questioned(
    library: LibraryStore, run: Run, photo_folder: Path
) -> None:
    for number in range(2):
        make_photo(photo_folder / "red" / f"deep{number}.jpg", seed=60 + number)
    (photo_folder / "green").mkdir()
    make_photo(photo_folder / "green" / "g.jpg", seed=70)
    run(photo_folder)
    shutil.rmtree(photo_folder / "green")
    report = run(photo_folder / "green", again=True)
    assert (report.missing, report.questions, states(library)["g.jpg"]) == (1, [], "missing")
    shutil.rmtree(photo_folder / "red")
    report = run(photo_folder / "red", again=True)
    assert report.missing == 0 and "suddenly gone" in report.questions[0]
    (root,) = root_folders.list_roots(library.database)
    assert report.doubted == [root.id]
    assert run(believe=True).missing == 8 + 1
    assert list(states(library).values()).count("missing") == 9


def test_a_photo_with_a_copy_that_stays_is_not_lost(
    library: LibraryStore, run: Run, photo_folder: Path
) -> None:
    make_photo(photo_folder / "one.jpg", seed=70)
    shutil.copyfile(photo_folder / "one.jpg", photo_folder / "two.jpg")
    make_photo(photo_folder / "three.jpg", seed=71)
    run(photo_folder)
    (photo_folder / "one.jpg").unlink()
    (photo_folder / "three.jpg").unlink()
    report = run(photo_folder, again=True)
    assert (report.newly_missing, report.lost) == (2, 1)
    assert list(states(library).values()).count("missing") == report.lost
    (photo_folder / "two.jpg").unlink()
    assert run(photo_folder, again=True).lost == 1
    assert run(photo_folder, again=True).lost == 0


def test_what_the_rules_leave_out_leaves_the_library_and_comes_back(
    library: LibraryStore, run: Run, photo_folder: Path, model: FakeModel
) -> None:
    run(photo_folder)
    key_values.write_rules(library.database, ExcludeRules(("red",)))
    assert run().left_out == 6 and len(states(library)) == 6
    key_values.write_rules(library.database, ExcludeRules())
    report = run()
    assert (len(states(library)), model.embedded, report.missing) == (12, 12, 0)


def test_a_drive_mounted_inside_a_folder_is_a_drive_of_its_own(
    library: LibraryStore, run: Run, photo_folder: Path, drives: dict[str, mounts.Mount]
) -> None:
    drive = photo_folder / "blue"
    drives[str(drive)] = mounts.Mount(str(drive), "uuid:9", "Stick", False)
    assert run(photo_folder).indexed == 12
    assert {root.drive: root.nested for root in root_folders.list_roots(library.database)}["Stick"]
    shutil.move(drive, photo_folder.with_name("pulled"))
    drive.mkdir()  # the mount point stays, empty
    drives.clear()
    report = run()
    assert (report.offline, report.missing, report.questions) == (6, 0, [])
    assert sorted(states(library).values()) == ["offline"] * 6 + ["online"] * 6
    outer = next(root for root in root_folders.list_roots(library.database) if not root.nested)
    root_folders.remove_root(library.database, outer.id)
    assert root_folders.list_roots(library.database) == [] and states(library) == {}


def test_files_whose_bytes_are_in_the_cloud_are_not_read(
    run: Run, photo_folder: Path, unread: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dinodesk.library.files.scanner._cloudy", lambda about: True)
    report = run(photo_folder)
    assert (report.indexed, len(report.skipped), unread) == (0, 12, [])
    assert "cloud" in report.skipped[0].reason
    monkeypatch.undo()
    assert run(photo_folder).indexed == 12


def test_a_file_that_became_a_folder_or_a_pipe_is_missing(
    library: LibraryStore, run: Run, photo_folder: Path, unread: list[str]
) -> None:
    run(photo_folder)
    folder, pipe = photo_folder / "red" / "01.jpg", photo_folder / "blue" / "00.jpg"
    for path in (folder, pipe):
        path.unlink()
    folder.mkdir()
    make_photo(folder / "inside.jpg", seed=80)
    os.mkfifo(pipe)
    report = run()
    assert (report.missing, report.indexed) == (2, 1)
    told = {photo.path: photo.state for photo in list_photos(library.database)[0]}
    assert told[str(folder)] == told[str(pipe)] == "missing" and told[str(folder / "inside.jpg")] == "online"


def test_what_is_deleted_between_finding_and_reading_is_not_a_bad_file(
    library: LibraryStore, photo_folder: Path, model: FakeModel, threads: DecoderPool
) -> None:
    indexer = Indexer(library, model, decoders=threads)
    for step in indexer.add([str(photo_folder)]):
        if step.phase == "scanning":
            (photo_folder / "red" / "11.jpg").unlink(missing_ok=True)
    report = indexer.report
    assert (report.found, report.indexed, report.skipped) == (11, 11, [])
    assert photo_locations.count_skipped(library.database) == 0


def test_known_locations_are_read_in_pages(
    library: LibraryStore, run: Run, photo_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(photo_folder)
    (root,) = root_folders.list_roots(library.database)
    monkeypatch.setattr("dinodesk.library.photos.photo_locations._AT_ONCE", 5)
    steps, pieces = photo_locations.known_locations(library.database, root, 1), 0
    while True:
        try:
            next(steps)
            pieces += 1
        except StopIteration as end:
            known = end.value
            break
    assert pieces == 2 and set(known) == {str(path) for path in photo_folder.rglob("*.jpg")}
    assert all(place.embedded and place.looks_like(scanner.look_at(path)) for path, place in known.items())  # type: ignore[arg-type]


def test_a_drive_that_is_pulled_while_it_is_indexed_is_offline_and_goes_on_when_it_is_back(
    library: LibraryStore, photo_folder: Path, model: FakeModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dinodesk.engine.indexing.indexer._ASK_EVERY", -1.0)
    for number in range(60):  # more than are read ahead
        make_photo(photo_folder / "red" / f"more{number}.jpg", seed=100 + number)
    indexer = Indexer(library, model)
    pulled = photo_folder.with_name("pulled")
    for step in indexer.add([str(photo_folder)]):
        if step.stored and photo_folder.exists():
            photo_folder.rename(pulled)
    report = indexer.report
    stored = len(states(library))
    assert 0 < stored < 72 and (report.skipped, report.missing, report.offline) == ([], 0, stored)
    assert (
        set(states(library).values()) == {"offline"} and photo_locations.count_skipped(library.database) == 0
    )
    pulled.rename(photo_folder)
    again = Indexer(library, model)
    for _ in again.rescan():
        pass
    assert (again.report.unchanged, again.report.indexed, model.embedded) == (stored, 72 - stored, 72)


def test_two_drives_at_one_mount_point_are_told_apart(
    library: LibraryStore, run: Run, photo_folder: Path, drives: dict[str, mounts.Mount]
) -> None:
    drive = str(photo_folder)
    drives[drive] = mounts.Mount(drive, "uuid:1", "One", False)
    run(photo_folder)
    photo_folder.rename(photo_folder.with_name("one"))
    photo_folder.mkdir()
    make_photo(photo_folder / "other.jpg", seed=300)
    drives[drive] = mounts.Mount(drive, "uuid:2", "Two", False)
    run(photo_folder)
    found = states(library)
    assert found.pop("other.jpg") == "online" and set(found.values()) == {"offline"} and len(found) == 12


def test_photos_that_can_be_read_elsewhere_are_not_offline(
    library: LibraryStore, run: Run, photo_folder: Path, tmp_path: Path
) -> None:
    copies, single = tmp_path / "copies", tmp_path / "single"
    shutil.copytree(photo_folder / "red", copies)
    single.mkdir()
    shutil.copy(photo_folder / "blue" / "00.jpg", single)
    run(photo_folder, copies)
    run(single / "00.jpg")
    photo_folder.rename(tmp_path / "away")

    def counts() -> tuple[int, ...]:
        report, told = run(), list(states(library).values())
        away = [root for root in root_folders.list_roots(library.database) if not root.online]
        each = {
            Path(root.path): photo_locations.offline_photos(library.database, away, root) for root in away
        }
        assert (
            statistics.collect_statistics(library).states["offline"]
            == told.count("offline")
            == report.offline
        )
        return report.offline, *(len(each.get(one, ())) for one in (photo_folder, copies, single))

    assert counts() == (5, 5, 0, 0)
    (copies / "01.jpg").unlink()  # one of them is really gone there
    assert counts() == (6, 6, 0, 0)
    single.rename(tmp_path / "away too")
    assert counts() == (7, 7, 0, 1)


def test_a_folder_replaced_by_a_link_to_another_is_not_looked_at(
    library: LibraryStore, run: Run, photo_folder: Path, tmp_path: Path
) -> None:
    run(photo_folder)
    other = tmp_path / "other"
    other.mkdir()
    for number in range(10):
        make_photo(other / f"o{number}.jpg", seed=400 + number)
    moved = photo_folder.rename(tmp_path / "moved")
    photo_folder.symlink_to(other, target_is_directory=True)
    for paths in ([], [photo_folder]):
        report = run(*paths)
        assert (report.found, report.missing, report.offline, report.doubted) == (0, 0, 12, [])
        (question,) = report.questions
        assert str(other) in question and "link" in question
    photo_folder.unlink()
    photo_folder.symlink_to(moved, target_is_directory=True)  # moved, with a link where it was: the same
    report = run()
    assert (report.unchanged, report.questions) == (12, [])
    photo_folder.unlink()
    moved.rename(photo_folder)
    report = run()
    assert (report.unchanged, report.missing, report.questions) == (12, 0, [])


def test_a_link_to_a_folder_may_be_added_and_led_elsewhere(run: Run, photo_folder: Path) -> None:
    link = photo_folder.with_name("link")
    link.symlink_to(photo_folder / "red", target_is_directory=True)
    assert run(link).indexed == 6
    link.unlink()
    link.symlink_to(photo_folder, target_is_directory=True)
    assert run(link).indexed == 6


def test_what_could_not_be_read_in_a_folder_that_was_renamed_is_counted_once(
    library: LibraryStore, run: Run, photo_folder: Path
) -> None:
    (photo_folder / "bad.jpg").write_text("no photo")
    run(photo_folder)
    renamed = photo_folder.rename(photo_folder.with_name("renamed"))
    assert len(run(renamed).skipped) == 1 and photo_locations.count_skipped(library.database) == 1
