"""Maintenance through the engine thread: watching, pauses, verifying, moving, purging, repairs."""

from __future__ import annotations

import os
import shutil
import sqlite3
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from engine_steps import ask, state_of, wait, waiting
from fakes import FakeModel
from photos import make_photo

from dinodesk.engine.client import Engine
from dinodesk.engine.maintenance import folder_monitor
from dinodesk.engine.messages import (
    AddPhotos,
    CatalogGrown,
    CatalogReset,
    ControlJob,
    ExchangeSidecars,
    ForgetPhotos,
    JobDone,
    JobEstimate,
    JobProgress,
    LeaveShared,
    LibraryState,
    LoadModel,
    MaintenanceDone,
    ModelState,
    OpenLibrary,
    Problem,
    Ranking,
    RatePhotos,
    Redo,
    Rescan,
    RescanFolders,
    RulesShown,
    RunMaintenance,
    Search,
    SetRules,
    ShowRules,
    ShowStatistics,
    SidecarsDone,
    StatisticsShown,
    TagsChanged,
    Undo,
)
from dinodesk.library.library import LibraryStore
from dinodesk.library.store import backups
from dinodesk.records import TagChange, VerifyCounts


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch, model: FakeModel) -> None:
    """The fake model; seconds of patience become hundredths."""
    monkeypatch.setattr("dinodesk.models.loader.load_model", lambda name, **options: model)
    monkeypatch.setattr("dinodesk.engine.runtime.worker.TICK_MS", 20)
    monkeypatch.setattr(folder_monitor, "QUIET", 0.05)
    monkeypatch.setattr("dinodesk.engine.indexing.change_scan.REST", 0.05)


def opened(qtbot, folder: Path) -> Engine:
    engine = Engine()
    engine.start()
    with waiting(qtbot, engine, ModelState, lambda s: s.state == "ready"):
        engine.send(OpenLibrary(path=str(folder)))
        engine.send(LoadModel(name="fake"))
    return engine


@pytest.fixture
def engine(qtbot, tmp_path: Path, photo_folder: Path):
    engine = opened(qtbot, tmp_path / "library")
    ask(qtbot, engine, AddPhotos(paths=(str(photo_folder),)), JobDone)
    monitor = state_of(engine).opened.watching._monitor
    assert monitor is not None
    monitor._watch._starter.join()  # now it is watched
    yield engine
    assert engine.close(20_000)


def test_a_new_photo_is_found_by_itself(qtbot, engine: Engine, photo_folder: Path) -> None:
    grown = wait(qtbot, engine, CatalogGrown, lambda: make_photo(photo_folder / "red" / "new.jpg", seed=80))
    assert [Path(photo.path).name for photo in grown.photos] == ["new.jpg"]
    (photo_folder / "blue" / "00.jpg").unlink()
    reset = wait(
        qtbot, engine, CatalogReset, lambda: None, lambda a: any(p.state == "missing" for p in a.photos)
    )
    assert {Path(p.path).name for p in reset.photos if p.state == "missing"} == {"00.jpg"}


@pytest.mark.skipif(os.name != "posix", reason="the system knows no such rights")
def test_a_library_that_others_can_read_is_said_until_it_is_answered(qtbot, tmp_path: Path) -> None:
    folder = tmp_path / "older"
    LibraryStore(folder).close()

    def open_up() -> None:
        for each in (folder, *folder.rglob("*")):
            each.chmod(0o755 if each.is_dir() else 0o644)

    def reopened() -> tuple[Engine, LibraryState]:
        engine = Engine()
        engine.start()
        return engine, ask(qtbot, engine, OpenLibrary(path=str(folder)), LibraryState)

    open_up()
    engine, state = reopened()
    assert state.shared
    assert engine.close(20_000)  # without an answer
    engine, state = reopened()
    assert state.shared
    done = ask(qtbot, engine, RunMaintenance(what="private"), MaintenanceDone)
    assert not done.stopped and not done.refused
    assert not any(each.stat().st_mode & 0o077 for each in (folder, *folder.rglob("*")))
    assert engine.close(20_000)
    engine, state = reopened()
    assert not state.shared
    assert engine.close(20_000)
    open_up()
    engine, state = reopened()
    assert state.shared
    assert not ask(qtbot, engine, LeaveShared(), LibraryState).shared
    assert engine.close(20_000)
    engine, state = reopened()
    assert not state.shared and folder.stat().st_mode & 0o077
    assert engine.close(20_000)


def test_a_loss_is_asked_about_and_can_be_confirmed(qtbot, engine: Engine, photo_folder: Path) -> None:
    shutil.rmtree(photo_folder / "red")
    asked = ask(qtbot, engine, Rescan(), LibraryState, lambda state: bool(state.question))
    assert "suddenly gone" in asked.question
    done = ask(qtbot, engine, Rescan(believe=(asked.doubted[0] + 99,)), JobDone)
    assert done.missing == 0  # another folder's losses are not meant
    done = ask(qtbot, engine, Rescan(believe=asked.doubted), JobDone, lambda a: a.missing > 0)
    assert done.missing == 6
    assert ask(qtbot, engine, Rescan(), JobDone).missing == 0  # told once


def test_a_pause_survives_a_restart(
    qtbot, tmp_path: Path, photo_folder: Path, model: FakeModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    go = threading.Event()
    honest = model.embed_steps

    def patient(pixels):  # type: ignore[no-untyped-def]
        while not go.is_set():
            yield
        return (yield from honest(pixels))

    monkeypatch.setattr(model, "embed_steps", patient)
    monkeypatch.setattr(model, "warm_up", lambda: None)
    engine = opened(qtbot, tmp_path / "library")
    ask(qtbot, engine, AddPhotos(paths=(str(photo_folder),)), JobProgress, lambda p: p.total > 0)
    ask(qtbot, engine, ControlJob(action="pause"), JobProgress, lambda p: p.phase == "paused")
    assert engine.close(20_000)
    go.set()
    engine = Engine()
    engine.start()
    paused = wait(
        qtbot,
        engine,
        JobProgress,
        lambda: (
            engine.send(OpenLibrary(path=str(tmp_path / "library"))),
            engine.send(LoadModel(name="fake")),
        ),
    )
    assert paused.phase == "paused" and model.embedded == 0
    done = ask(qtbot, engine, ControlJob(action="resume"), JobDone)
    assert done.indexed == 12
    assert engine.close(20_000)
    engine = opened(qtbot, tmp_path / "library")
    wait(qtbot, engine, JobDone, lambda: None)  # not paused any more
    assert engine.close(20_000)


def test_verifying_backing_up_and_moving_are_jobs(
    qtbot, engine: Engine, photo_folder: Path, tmp_path: Path
) -> None:
    file = photo_folder / "red" / "01.jpg"
    about = file.stat()
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    os.utime(file, ns=(about.st_atime_ns, about.st_mtime_ns))
    found = ask(qtbot, engine, RunMaintenance(what="verify"), MaintenanceDone)
    assert [each.path for each in found.problems] == [str(file)] and found.counts.damaged == 1
    found = ask(qtbot, engine, RunMaintenance(what="backup"), MaintenanceDone)
    assert Path(found.path) in backups.list_backups(tmp_path / "library") and found.bytes > 0
    refused = ask(qtbot, engine, RunMaintenance(what="move", target=str(photo_folder)), Problem)
    assert "not an empty folder" in refused.sentence
    target = tmp_path / "moved"
    state = ask(
        qtbot,
        engine,
        RunMaintenance(what="move", target=str(target)),
        LibraryState,
        lambda state: state.path == str(target),
    )
    assert state.total == 12 and not (tmp_path / "library" / "library.db").exists()
    ranked = ask(qtbot, engine, Search(text="red"), Ranking)
    assert ranked.searched == 12


def test_verifying_that_another_job_interrupts_answers_once_at_its_real_end(qtbot, engine: Engine) -> None:
    answers: list[MaintenanceDone] = []
    engine.subscribe(MaintenanceDone, engine, answers.append)

    def begin() -> None:
        engine.send(RunMaintenance(what="verify"))
        engine.send(ExchangeSidecars(way="export"))

    wait(qtbot, engine, SidecarsDone, begin)
    qtbot.waitUntil(lambda: bool(answers), timeout=20_000)
    ask(qtbot, engine, Rescan(), JobDone)
    assert [(each.what, each.stopped) for each in answers] == [("verify", False)]
    assert answers[0].counts == VerifyCounts(12, 12, 0, 0, 0)


def test_undo_leaves_out_forgotten_photos(qtbot, engine: Engine, photo_folder: Path) -> None:
    reset = ask(
        qtbot, engine, SetRules(patterns=("blue",), hidden=False, smallest=0, watch=True), CatalogReset
    )
    left = next(photo.asset for photo in reset.photos)
    gone = max(set(range(1, 13)) - {photo.asset for photo in reset.photos})
    ask(qtbot, engine, RatePhotos(assets=(left,), rating=3), TagsChanged)
    ask(qtbot, engine, RatePhotos(assets=(gone,), rating=4), TagsChanged)
    ask(qtbot, engine, ForgetPhotos(what="leftovers"), StatisticsShown)
    answer = ask(qtbot, engine, Undo(), TagsChanged)
    assert (answer.change, answer.assets) == (TagChange("rate", 1, rating=3), (left,)) and answer.undo is None
    answer = ask(qtbot, engine, Redo(), TagsChanged)
    assert answer.assets == (left,) and not answer.redo
    ask(qtbot, engine, Undo(), TagsChanged)
    answer = ask(qtbot, engine, Undo(), TagsChanged)
    assert (answer.change, answer.assets) == (None, ())


def test_rules_statistics_and_forgetting(qtbot, engine: Engine, photo_folder: Path) -> None:
    shown = ask(qtbot, engine, SetRules(patterns=("blue",), hidden=False, smallest=0, watch=True), RulesShown)
    assert shown.patterns == ("blue",) and shown.watch
    reset = wait(qtbot, engine, CatalogReset, lambda: None, lambda a: len(a.photos) == 6)
    assert all("red" in photo.path for photo in reset.photos)
    shown = ask(qtbot, engine, ShowStatistics(), StatisticsShown)
    assert shown.statistics.leftovers == 6 and shown.reports[0].what == "index"
    assert shown.reports[-1].data["indexed"] == 12 and shown.reports[-1].data["slowest"]
    shown = ask(qtbot, engine, ForgetPhotos(what="leftovers"), StatisticsShown)
    assert shown.statistics.leftovers == 0 and shown.forgotten == 6
    ranked = ask(qtbot, engine, Search(text="red"), Ranking)
    assert ranked.searched == 6


def test_one_folder_can_be_scanned_again(qtbot, engine: Engine, photo_folder: Path) -> None:
    done = ask(qtbot, engine, SetRules(patterns=("01.jpg",), hidden=False, smallest=0, watch=False), JobDone)
    assert (done.left_out, done.whole) == (1, True)
    os.remove(photo_folder / "red" / "03.jpg")
    os.remove(photo_folder / "blue" / "00.jpg")
    done = ask(qtbot, engine, RescanFolders(folders=(str(photo_folder / "red"),)), JobDone)
    assert (done.missing, done.left_out, done.whole) == (1, 0, False)


def test_folders_are_not_watched_when_the_person_does_not_want_it(
    qtbot, engine: Engine, photo_folder: Path
) -> None:
    ask(qtbot, engine, SetRules(patterns=(), hidden=False, smallest=0, watch=False), JobDone)
    assert state_of(engine).opened.watching._monitor is None
    shown = ask(qtbot, engine, ShowRules(), RulesShown)
    assert shown == RulesShown(patterns=(), hidden=False, smallest=0, watch=False)


def test_a_database_that_is_damaged_in_use_is_repaired(qtbot, tmp_path: Path, photo_folder: Path) -> None:
    engine = opened(qtbot, tmp_path / "library")
    ask(qtbot, engine, AddPhotos(paths=(str(photo_folder),)), JobDone)
    ask(qtbot, engine, RunMaintenance(what="backup"), MaintenanceDone)
    assert engine.close(20_000)
    file = tmp_path / "library" / "library.db"
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA journal_mode = DELETE")
    page = connection.execute("PRAGMA page_size").fetchone()[0]
    root = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'facts'").fetchone()[0]
    connection.close()
    with file.open("r+b") as database:
        database.seek((root - 1) * page)
        database.write(b"\xa5" * page)
    engine = Engine()
    engine.start()
    problems: list[Problem] = []
    engine.subscribe(Problem, engine, problems.append)
    state = wait(
        qtbot,
        engine,
        LibraryState,
        lambda: (
            engine.send(OpenLibrary(path=str(tmp_path / "library"))),
            engine.send(LoadModel(name="fake")),
        ),
        lambda state: bool(state.notices),
    )
    assert "set aside" in state.notices[0] and state.total == 12
    assert problems == []  # "it is damaged, open it again" would be out of date
    assert engine.close(20_000)
    library = LibraryStore(tmp_path / "library")
    assert library.database.check() == []
    library.close()


def test_a_long_job_is_estimated(
    qtbot, engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dinodesk.engine.jobs.index_job.LONG", 10)
    monkeypatch.setattr("dinodesk.engine.jobs.index_job._FEW", 2)
    monkeypatch.setattr("dinodesk.engine.maintenance.run_history._ENOUGH", 5)
    for folder, start in (("first", 300), ("second", 400)):
        (tmp_path / folder).mkdir()
        for number in range(12):
            make_photo(tmp_path / folder / f"{number}.jpg", seed=start + number)
    ask(qtbot, engine, AddPhotos(paths=(str(tmp_path / "first"),)), JobDone)
    answer = ask(qtbot, engine, AddPhotos(paths=(str(tmp_path / "second"),)), JobEstimate)
    assert 0 < answer.photos <= 10 and answer.seconds > 0
    wait(qtbot, engine, JobDone, lambda: None)
    made = [file.stat().st_size for file in (tmp_path / "library" / "thumbnails").rglob("*.jpg")]
    each = 2 * sum(made) / len(made)
    assert (
        answer.photos * each * 0.7 < answer.bytes < answer.photos * (each * 1.3 + 2000)
    )  # these are small ones


def test_the_cpu_takes_over_when_the_graphics_card_is_too_small(
    qtbot, tmp_path: Path, photo_folder: Path, model: FakeModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    class SmallCard(FakeModel):
        """A card on which not one photo fits."""

        def __init__(self) -> None:
            super().__init__()
            self.info = replace(self.info, device="cuda")

        def embed_steps(self, pixels):  # type: ignore[no-untyped-def]
            raise MemoryError("CUDA out of memory")
            yield

        def is_out_of_memory(self, error: Exception) -> bool:
            return isinstance(error, MemoryError)

        def warm_up(self) -> None:
            """Nothing to warm."""

    def load(name: str, **options: str) -> FakeModel:
        asked.append(options["device"])
        return model if options["device"] == "cpu" else SmallCard()

    monkeypatch.setattr("dinodesk.models.loader.load_model", load)
    engine = opened(qtbot, tmp_path / "library")
    with waiting(qtbot, engine, Problem) as answer:
        done = ask(qtbot, engine, AddPhotos(paths=(str(photo_folder),)), JobDone, lambda a: not a.stopped)
    assert "too little memory" in answer.args[0].sentence and "CPU" in answer.args[0].remedy
    assert (done.indexed, asked) == (12, ["auto", "cpu"])
    assert engine.close(20_000)
