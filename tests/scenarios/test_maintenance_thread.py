"""The engine thread looks after a library: watches, remembers pauses, verifies, moves, forgets, mends."""

from __future__ import annotations

import os
import shutil
import sqlite3
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from fakes import FakeModel
from photos import make_photo

from dinodesk.engine import messages as m
from dinodesk.engine.client import Engine
from dinodesk.engine.maintenance import folder_monitor
from dinodesk.library.library import LibraryStore
from dinodesk.library.store import backups


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
    with qtbot.waitSignal(engine.modelChanged, check_params_cb=lambda s: s.state == "ready", timeout=20_000):
        engine.open_library(str(folder))
        engine.load_model("fake")
    return engine


@pytest.fixture
def engine(qtbot, tmp_path: Path, photo_folder: Path):
    engine = opened(qtbot, tmp_path / "library")
    wait(qtbot, engine.jobDone, lambda: engine.add_photos((str(photo_folder),)))
    session = engine._worker._session
    assert session is not None
    session.care._attendant._watch._starter.join()  # now it is watched
    yield engine
    assert engine.close(20_000)


def wait(qtbot, signal, work, check=None):  # type: ignore[no-untyped-def]
    with qtbot.waitSignal(signal, timeout=20_000, check_params_cb=check) as got:
        work()
    return got.args[0]


def test_a_new_photo_is_found_by_itself(qtbot, engine: Engine, photo_folder: Path) -> None:
    grown = wait(qtbot, engine.catalogGrown, lambda: make_photo(photo_folder / "red" / "new.jpg", seed=80))
    assert [Path(photo.path).name for photo in grown.photos] == ["new.jpg"]
    (photo_folder / "blue" / "00.jpg").unlink()
    reset = wait(
        qtbot, engine.catalogReset, lambda: None, lambda a: any(p.state == "missing" for p in a.photos)
    )
    assert {Path(p.path).name for p in reset.photos if p.state == "missing"} == {"00.jpg"}


def test_a_loss_is_questioned_and_believed_when_the_person_says_so(
    qtbot, engine: Engine, photo_folder: Path
) -> None:
    shutil.rmtree(photo_folder / "red")
    asked = wait(qtbot, engine.libraryChanged, engine.rescan, lambda state: bool(state.question))
    assert "suddenly gone" in asked.question
    done = wait(qtbot, engine.jobDone, lambda: engine.rescan(believe=(asked.doubted[0] + 99,)))
    assert done.missing == 0  # another folder's losses are not meant
    done = wait(qtbot, engine.jobDone, lambda: engine.rescan(believe=asked.doubted), lambda a: a.missing > 0)
    assert done.missing == 6
    assert wait(qtbot, engine.jobDone, engine.rescan).missing == 0  # told once


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
    wait(qtbot, engine.progressed, lambda: engine.add_photos((str(photo_folder),)), lambda p: p.total > 0)
    wait(qtbot, engine.progressed, lambda: engine.control_job("pause"), lambda p: p.phase == "paused")
    assert engine.close(20_000)
    go.set()
    engine = Engine()
    engine.start()
    paused = wait(
        qtbot,
        engine.progressed,
        lambda: (engine.open_library(str(tmp_path / "library")), engine.load_model("fake")),
    )
    assert paused.phase == "paused" and model.embedded == 0
    done = wait(qtbot, engine.jobDone, lambda: engine.control_job("resume"))
    assert done.indexed == 12
    assert engine.close(20_000)
    engine = opened(qtbot, tmp_path / "library")
    wait(qtbot, engine.jobDone, lambda: None)  # not paused any more
    assert engine.close(20_000)


def test_verifying_backing_up_and_moving_are_jobs(
    qtbot, engine: Engine, photo_folder: Path, tmp_path: Path
) -> None:
    file = photo_folder / "red" / "01.jpg"
    about = file.stat()
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    os.utime(file, ns=(about.st_atime_ns, about.st_mtime_ns))
    found = wait(qtbot, engine.caredFor, lambda: engine.care_for("verify"))
    assert [each.path for each in found.problems] == [str(file)] and "1 is damaged" in found.sentence
    found = wait(qtbot, engine.caredFor, lambda: engine.care_for("backup"))
    assert "backed up" in found.sentence and backups.list_backups(tmp_path / "library")
    refused = wait(qtbot, engine.problem, lambda: engine.care_for("move", str(photo_folder)))
    assert "not an empty folder" in refused.sentence
    target = tmp_path / "moved"
    state = wait(
        qtbot,
        engine.libraryChanged,
        lambda: engine.care_for("move", str(target)),
        lambda state: state.path == str(target),
    )
    assert state.total == 12 and not (tmp_path / "library" / "library.db").exists()
    ranked = wait(qtbot, engine.ranked, lambda: engine.search("red"))
    assert ranked.searched == 12


def test_verifying_that_another_job_interrupts_answers_once_at_its_real_end(qtbot, engine: Engine) -> None:
    answers: list[m.CareDone] = []
    engine.caredFor.connect(answers.append)

    def begin() -> None:
        engine.care_for("verify")
        engine.exchange_sidecars("export")

    wait(qtbot, engine.exchanged, begin)
    qtbot.waitUntil(lambda: bool(answers), timeout=20_000)
    wait(qtbot, engine.jobDone, engine.rescan)
    assert [(each.what, each.stopped) for each in answers] == [("verify", False)]
    assert "12 photos verified: 12 are sound" in answers[0].sentence


def test_what_was_done_to_forgotten_photos_is_not_undone(qtbot, engine: Engine, photo_folder: Path) -> None:
    reset = wait(qtbot, engine.catalogReset, lambda: engine.set_rules(("blue",), False, 0, True))
    left = next(photo.asset for photo in reset.photos)
    gone = max(set(range(1, 13)) - {photo.asset for photo in reset.photos})
    wait(qtbot, engine.userDataChanged, lambda: engine.rate((left,), 3))
    wait(qtbot, engine.userDataChanged, lambda: engine.rate((gone,), 4))
    wait(qtbot, engine.statisticsShown, lambda: engine.forget("leftovers"))
    told = wait(qtbot, engine.userDataChanged, engine.undo)
    assert (told.sentence, told.assets) == ("Undone: rating of 1 photo", (left,)) and not told.undo
    told = wait(qtbot, engine.userDataChanged, engine.redo)
    assert told.assets == (left,) and not told.redo
    wait(qtbot, engine.userDataChanged, engine.undo)
    told = wait(qtbot, engine.userDataChanged, engine.undo)
    assert (told.sentence, told.assets) == ("There is nothing to be undone", ())


def test_rules_statistics_and_forgetting(qtbot, engine: Engine, photo_folder: Path) -> None:
    shown = wait(qtbot, engine.rulesShown, lambda: engine.set_rules(("blue",), False, 0, True))
    assert shown.patterns == ("blue",) and shown.watch
    reset = wait(qtbot, engine.catalogReset, lambda: None, lambda a: len(a.photos) == 6)
    assert all("red" in photo.path for photo in reset.photos)
    shown = wait(qtbot, engine.statisticsShown, engine.show_statistics)
    assert shown.statistics.leftovers == 6 and shown.reports[0].what == "index"
    assert shown.reports[-1].data["indexed"] == 12 and shown.reports[-1].data["slowest"]
    shown = wait(qtbot, engine.statisticsShown, lambda: engine.forget("leftovers"))
    assert shown.statistics.leftovers == 0 and shown.sentence == "6 photos were forgotten."
    ranked = wait(qtbot, engine.ranked, lambda: engine.search("red"))
    assert ranked.searched == 6


def test_one_folder_can_be_looked_at_again(qtbot, engine: Engine, photo_folder: Path) -> None:
    done = wait(qtbot, engine.jobDone, lambda: engine.set_rules(("01.jpg",), False, 0, False))
    assert (done.left_out, done.whole) == (1, True)
    os.remove(photo_folder / "red" / "03.jpg")
    os.remove(photo_folder / "blue" / "00.jpg")
    done = wait(qtbot, engine.jobDone, lambda: engine.look_again((str(photo_folder / "red"),)))
    assert (done.missing, done.left_out, done.whole) == (1, 0, False)


def test_folders_are_not_watched_when_the_person_does_not_want_it(
    qtbot, engine: Engine, photo_folder: Path
) -> None:
    wait(qtbot, engine.jobDone, lambda: engine.set_rules((), False, 0, False))
    session = engine._worker._session
    assert session is not None and session.care._attendant is None
    shown = wait(qtbot, engine.rulesShown, engine.show_rules)
    assert shown == m.RulesShown(shown.request, (), False, 0, False)


def test_a_database_that_breaks_while_it_is_used_is_mended(qtbot, tmp_path: Path, photo_folder: Path) -> None:
    engine = opened(qtbot, tmp_path / "library")
    wait(qtbot, engine.jobDone, lambda: engine.add_photos((str(photo_folder),)))
    wait(qtbot, engine.caredFor, lambda: engine.care_for("backup"))
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
    problems: list[m.Problem] = []
    engine.problem.connect(problems.append)
    state = wait(
        qtbot,
        engine.libraryChanged,
        lambda: (engine.open_library(str(tmp_path / "library")), engine.load_model("fake")),
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
    monkeypatch.setattr("dinodesk.engine.jobs.job.LONG", 10)
    monkeypatch.setattr("dinodesk.engine.jobs.job._FEW", 2)
    monkeypatch.setattr("dinodesk.engine.maintenance.housekeeping._ENOUGH", 5)
    for folder, start in (("first", 300), ("second", 400)):
        (tmp_path / folder).mkdir()
        for number in range(12):
            make_photo(tmp_path / folder / f"{number}.jpg", seed=start + number)
    wait(qtbot, engine.jobDone, lambda: engine.add_photos((str(tmp_path / "first"),)))
    told = wait(qtbot, engine.estimated, lambda: engine.add_photos((str(tmp_path / "second"),)))
    assert 0 < told.photos <= 10 and told.seconds > 0
    wait(qtbot, engine.jobDone, lambda: None)
    made = [file.stat().st_size for file in (tmp_path / "library" / "thumbnails").rglob("*.jpg")]
    each = 2 * sum(made) / len(made)
    assert told.photos * each * 0.7 < told.bytes < told.photos * (each * 1.3 + 2000)  # these are small ones


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
    with qtbot.waitSignal(engine.problem, timeout=20_000) as told:
        done = wait(
            qtbot, engine.jobDone, lambda: engine.add_photos((str(photo_folder),)), lambda a: not a.stopped
        )
    assert "too little memory" in told.args[0].sentence and "CPU" in told.args[0].remedy
    assert (done.indexed, asked) == (12, ["auto", "cpu"])
    assert engine.close(20_000)
