"""Folders are watched: bursts are gathered, what can't be watched is looked through by the clock."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from queue import Queue
from typing import ClassVar

import pytest
from photos import make_photo

from dinodesk.engine.maintenance import folder_monitor
from dinodesk.engine.maintenance.folder_monitor import ChangeDebouncer, FolderEvents, FolderMonitor
from dinodesk.library.files import mounts
from dinodesk.library.files.folder_watcher import FolderWatcher
from dinodesk.library.folders import root_folders
from dinodesk.library.library import LibraryStore


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_of_changes_is_reported_when_it_ends() -> None:
    settling = ChangeDebouncer()
    for second in range(5):
        settling.note("a", second)
    settling.note("b", 1)
    assert settling.due(5) == []  # a is not at rest, so b waits as well
    assert sorted(settling.due(6)) == ["a", "b"] and not len(settling)


def test_a_folder_that_keeps_changing_is_reported_after_a_while() -> None:
    settling = ChangeDebouncer()
    settling.note("quiet", 0)
    for second in range(70):
        settling.note("busy", second)
        found = settling.due(second + 0.5)
        if second == 30:
            assert found == ["quiet"]
        if second == 60:
            assert found == ["busy"]


class Silent(FolderWatcher):
    """Watches nothing; the test speaks for it."""

    made: ClassVar[list[Silent]] = []

    def __init__(self, changed, trouble, leave_out=()):  # type: ignore[no-untyped-def]
        super().__init__(changed, trouble, leave_out)
        self.folders: list[str] = []
        Silent.made.append(self)

    def watch(self, folders) -> None:  # type: ignore[no-untyped-def]
        self.folders = list(folders)


@pytest.fixture
def library(tmp_path: Path, photo_folder: Path):
    library = LibraryStore(tmp_path / "library")
    root_folders.add_root(library.database, str(photo_folder))
    root_folders.add_root(library.database, str(photo_folder / "red"))
    Silent.made.clear()
    yield library
    library.close()


def test_folders_that_can_not_be_watched_are_scanned_at_intervals(library: LibraryStore) -> None:
    clock = Clock()
    attendant = FolderMonitor(library, clock, watch=Silent)
    (watch,) = Silent.made
    assert [Path(each).name for each in watch.folders] == ["photos"]
    assert attendant.tick() == FolderEvents()
    watch._trouble("too many")
    assert attendant.tick() == FolderEvents(trouble="too many")
    clock.now += folder_monitor.TIMED + 1
    assert attendant.tick() == FolderEvents(everything=True)
    assert attendant.tick() == FolderEvents()
    clock.now += folder_monitor.TIMED + 1
    assert attendant.tick().everything
    logging.getLogger("watchdog.observers.inotify_c").warning("Inotify queue overflowed; events were lost")
    assert attendant.tick().everything  # at once
    attendant.close()


def test_a_drive_that_comes_or_goes_is_noticed(
    library: LibraryStore, photo_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = [1]
    monkeypatch.setattr("dinodesk.library.files.mounts.fingerprint", lambda: tuple(table))
    attendant = FolderMonitor(library, watch=Silent)
    table.append(2)  # some other drive
    assert attendant.tick() == FolderEvents()
    photo_folder.rename(photo_folder.with_name("pulled"))
    table.append(3)
    assert attendant.tick() == FolderEvents(everything=True, drives=True)
    assert len(Silent.made) == 1  # nothing left to watch
    photo_folder.with_name("pulled").rename(photo_folder)
    table.append(4)
    assert attendant.tick().drives and len(Silent.made) == 2
    attendant.close()


def test_a_folder_that_goes_or_is_another_one_is_noticed(library: LibraryStore, photo_folder: Path) -> None:
    clock = Clock()
    attendant = FolderMonitor(library, clock, watch=Silent)

    def later() -> FolderEvents:
        clock.now += folder_monitor.LOOK_UP + 1
        return attendant.tick()

    assert later() == FolderEvents()
    photo_folder.rename(photo_folder.with_name("renamed"))
    assert later() == FolderEvents(everything=True, drives=True) and later() == FolderEvents()
    photo_folder.mkdir()
    assert later().everything and [Path(each).name for each in Silent.made[-1].folders] == ["photos"]
    photo_folder.rmdir()
    photo_folder.with_name("renamed").rename(photo_folder)
    assert later().everything and later() == FolderEvents()
    attendant.close()


def test_changes_on_the_disk_are_reported(library: LibraryStore, photo_folder: Path) -> None:
    heard: Queue[str] = Queue()

    def until(*wanted: Path) -> set[str]:
        told = set[str]()
        while not told & {str(each) for each in wanted}:
            told.add(heard.get(timeout=10))
        return told

    watch = FolderWatcher(heard.put, lambda sentence: pytest.fail(sentence), [str(photo_folder / "library")])
    watch.watch([str(photo_folder)])
    assert watch._starter is not None
    watch._starter.join()
    make_photo(photo_folder / "blue" / "new.jpg", seed=77)
    assert until(photo_folder / "blue") == {str(photo_folder / "blue")}
    (photo_folder / "red").rename(photo_folder / "rot")
    until(photo_folder / "red", photo_folder / "rot")
    watch.close()


def started(watch: FolderWatcher, folder: Path) -> None:
    """Begin to watch, and end it when it has begun."""
    watch.watch([str(folder)])
    assert watch._starter is not None
    watch._starter.join()
    watch.close()


def test_too_many_folders_and_refusals_are_reported(
    photo_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    watch = FolderWatcher(lambda folder: None, told.append, most=2)
    started(watch, photo_folder)
    assert "more folders than can be watched" in told[0]
    told.clear()
    watch = FolderWatcher(lambda folder: None, told.append)
    started(watch, tmp_path / "nowhere")
    assert "can't be watched" in told[0]
    told.clear()
    nas = mounts.Mount(str(tmp_path), "", "nas", True)
    monkeypatch.setattr("dinodesk.library.files.mounts.current", lambda: {str(tmp_path): nas})
    monkeypatch.setattr("dinodesk.library.files.volumes._FRESH", -1.0)
    monkeypatch.setattr(os.path, "ismount", lambda path: str(path) in (str(tmp_path), "/"))
    watch = FolderWatcher(lambda folder: None, told.append)
    started(watch, photo_folder)
    assert "network drive" in told[0]
