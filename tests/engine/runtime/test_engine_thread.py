"""The engine thread through its client: real signals, real QThread, a fake encoder."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from pathlib import Path

import numpy as np
import pytest
from engine_steps import Recorder, ask, state_of, wait, waiting
from fakes import FakeModel
from photos import make_photo
from PySide6.QtCore import QThread

from dinodesk.engine.client import Engine
from dinodesk.engine.jobs import job
from dinodesk.engine.messages import (
    AddPhotos,
    AddTag,
    Browse,
    CatalogGrown,
    CatalogReset,
    CheckWords,
    ControlJob,
    Details,
    ExchangeSidecars,
    JobDone,
    JobProgress,
    LibraryState,
    ListSkipped,
    LoadModel,
    MaintenanceDone,
    MakeThumbnail,
    MapAnswer,
    ModelState,
    OpenLibrary,
    PhotosChanged,
    Preview,
    Problem,
    Ranking,
    RatePhotos,
    Redo,
    RemoveFolder,
    Rescan,
    RetrySkipped,
    RunMaintenance,
    Search,
    ShowDetails,
    ShowMap,
    ShowPreview,
    ShowStatistics,
    SidecarsDone,
    SkippedList,
    StatisticsShown,
    TagsChanged,
    ThumbnailReady,
    Undo,
    WordsChecked,
)
from dinodesk.errors import ModelError, PhotoError
from dinodesk.library.annotations import queries
from dinodesk.library.folders import root_folders
from dinodesk.library.library import LibraryStore
from dinodesk.library.photos.photo_queries import list_photos
from dinodesk.library.store import key_values
from dinodesk.records import InFolder, TagChange


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch, model: FakeModel) -> threading.Event:
    """The model is loaded only when the gate is open."""
    opened = threading.Event()
    opened.set()

    def load(name: str, **options: str) -> FakeModel:
        assert opened.wait(20)
        if name == "broken":
            raise ModelError("This is no model.", "Choose another.")
        return model

    monkeypatch.setattr("dinodesk.models.loader.load_model", load)
    return opened


@pytest.fixture
def engine(qtbot, tmp_path: Path, gate: threading.Event):
    engine = Engine()
    engine.start()
    yield engine
    gate.set()
    assert engine.close(20_000)


@pytest.fixture
def seen(engine: Engine) -> Recorder:
    return Recorder(engine)


@pytest.fixture
def ready(qtbot, engine: Engine, seen: Recorder, tmp_path: Path) -> Engine:
    with waiting(qtbot, engine, ModelState, lambda s: s.state == "ready"):
        engine.send(OpenLibrary(path=str(tmp_path / "library")))
        engine.send(LoadModel(name="fake"))
    return engine


def index(qtbot, engine: Engine, folder: Path) -> JobDone:
    with waiting(qtbot, engine, JobDone) as done:
        engine.send(AddPhotos(paths=(str(folder),)))
    return done.args[0]


def test_an_added_folder_can_be_searched(qtbot, ready: Engine, seen: Recorder, photo_folder: Path) -> None:
    done = index(qtbot, ready, photo_folder)
    assert (done.indexed, done.stopped) == (12, False)
    assert len(seen.photos) == 12 and seen.of(CatalogGrown)
    assert {p.phase for p in seen.of(JobProgress)} >= {"scanning"}
    answer = ask(qtbot, ready, Search(text="red"), Ranking)
    assert [Path(seen.photos[p].path).parent.name for p in answer.positions[:6]] == ["red"] * 6
    assert np.all(np.diff(answer.scores) <= 0) and not answer.scores.flags.writeable
    only = ask(qtbot, ready, Search(text="red", scope=InFolder(str(photo_folder / "blue"))), Ranking)
    assert {Path(seen.photos[p].path).parent.name for p in only.positions} == {"blue"}
    browsed = ask(qtbot, ready, Browse(scope=InFolder(str(photo_folder / "red"))), Ranking)
    assert len(browsed.positions) == 6 and browsed.scores is None


def test_search_is_answered_while_indexing(
    qtbot,
    ready: Engine,
    seen: Recorder,
    photo_folder: Path,
    model: FakeModel,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answered = threading.Event()
    honest = model.embed_steps

    def patient(pixels):
        while model.embedded >= 4 and not answered.is_set():  # indexing can't end before the answer
            yield
        return (yield from honest(pixels))

    monkeypatch.setattr(model, "embed_steps", patient)
    ready.subscribe(Ranking, ready, lambda _: answered.set())
    ready.subscribe(CatalogGrown, ready, lambda _: answered.is_set() or ready.send(Search(text="red")))
    assert index(qtbot, ready, photo_folder).indexed == 12
    order = [type(answer) for answer in seen.all]
    assert order.index(Ranking) < order.index(JobDone)
    assert 0 < seen.of(Ranking)[0].searched < 12


def test_only_the_newest_of_many_searches_is_delivered(
    qtbot, ready: Engine, seen: Recorder, photo_folder: Path
) -> None:
    index(qtbot, ready, photo_folder)
    own: list[Ranking] = []
    for number in range(20):
        ready.send(Search(text=f"red {number}"), ready, own.append)
    qtbot.waitUntil(lambda: bool(own), timeout=20_000)
    ask(qtbot, ready, ShowStatistics(), StatisticsShown)
    assert [each.text for each in own] == [each.text for each in seen.of(Ranking)] == ["red 19"]


def test_requests_wait_for_the_model(
    qtbot, engine: Engine, seen: Recorder, gate: threading.Event, tmp_path: Path, photo_folder: Path
) -> None:
    gate.clear()
    engine.send(OpenLibrary(path=str(tmp_path / "library")))
    engine.send(LoadModel(name="fake"))
    engine.send(AddPhotos(paths=(str(photo_folder),)))
    qtbot.waitUntil(lambda: bool(seen.of(CatalogReset)), timeout=20_000)
    engine.send(Search(text="red"))
    assert not seen.of(Ranking)
    gate.set()
    qtbot.waitUntil(lambda: bool(seen.of(Ranking) and seen.of(JobDone)), timeout=20_000)
    assert seen.of(Ranking)[0].text == "red"
    assert seen.of(JobDone)[0].indexed == 12


def test_a_model_that_can_not_be_loaded_says_why(qtbot, ready: Engine, photo_folder: Path) -> None:
    state = []
    ready.subscribe(ModelState, ready, state.append)
    with waiting(qtbot, ready, ModelState, lambda s: s.state == "error"):
        ready.send(LoadModel(name="broken"))
    assert "This is no model" in state[-1].sentence
    assert index(qtbot, ready, photo_folder).indexed == 12  # the one before stays in use


def test_a_job_is_paused_resumed_and_stopped(
    qtbot, ready: Engine, seen: Recorder, photo_folder: Path
) -> None:
    def paused(step: JobProgress) -> bool:
        return step.phase == "paused"

    with waiting(qtbot, ready, JobProgress, paused):
        ready.send(AddPhotos(paths=(str(photo_folder),)))
        ready.send(ControlJob(action="pause"))
    assert not seen.of(JobDone)
    with waiting(qtbot, ready, JobDone) as done:
        ready.send(ControlJob(action="resume"))
    assert done.args[0].indexed == 12
    with waiting(qtbot, ready, JobDone) as done:
        ready.send(Rescan())
        ready.send(ControlJob(action="stop"))
    assert done.args[0].stopped


def test_closing_while_indexing_loses_nothing(qtbot, gate: threading.Event, tmp_path: Path) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(80):
        make_photo(folder / f"{number:03}.jpg", seed=number)

    def started() -> tuple[Engine, Recorder]:
        engine = Engine()
        seen = Recorder(engine)
        engine.start()
        engine.send(OpenLibrary(path=str(tmp_path / "library")))
        engine.send(LoadModel(name="fake"))
        return engine, seen

    engine, seen = started()
    with waiting(qtbot, engine, CatalogGrown):
        engine.send(AddPhotos(paths=(str(folder),)))
    assert engine.close(20_000)
    kept = len(seen.photos)
    engine, seen = started()
    with waiting(qtbot, engine, JobDone) as done:
        pass  # it goes on by itself
    reports = ask(qtbot, engine, ShowStatistics(), StatisticsShown).reports
    parts = [(report.data["indexed"], report.data["stopped"]) for report in reports]
    assert sorted(stopped for _, stopped in parts) == [False, True]  # that of the run closed on, too
    assert sum(indexed for indexed, _ in parts) == 80
    assert done.args[0].indexed + done.args[0].unchanged == 80 and done.args[0].unchanged >= kept
    assert engine.close(20_000)


def test_previews_maps_and_details_are_answered(
    qtbot, ready: Engine, seen: Recorder, photo_folder: Path
) -> None:
    index(qtbot, ready, photo_folder)
    photo = seen.photos[0]
    shown = ask(qtbot, ready, ShowPreview(asset=photo.asset, path=photo.path), Preview)
    assert shown.pixels.shape == (60, 80, 3) and shown.full_size == (80, 60)
    for kind, shape in (("pca", 3), ("similarity", 2), ("norm", 2), ("text", 2)):
        answer = ask(
            qtbot,
            ready,
            ShowMap(asset=photo.asset, path=photo.path, kind=kind, text="red", patch=(1, 1)),
            MapAnswer,
        )
        assert answer.map.values.ndim == shape and answer.map.colours.shape[:2] == answer.map.values.shape[:2]
    found = ask(qtbot, ready, ShowDetails(asset=photo.asset), Details)
    assert [location.path for location in found.info.locations] == list(photo.places)
    refused = ask(
        qtbot, ready, ShowMap(asset=photo.asset, path=photo.path, kind="similarity", patch=(99, 0)), Problem
    )
    assert "no patch" in refused.sentence


def test_a_slow_map_does_not_delay_a_search(
    qtbot,
    ready: Engine,
    seen: Recorder,
    photo_folder: Path,
    model: FakeModel,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    index(qtbot, ready, photo_folder)
    answered = threading.Event()
    ready.subscribe(Ranking, ready, lambda _: answered.set())

    def slow(pixels, layers, *, dense=False):
        while not answered.is_set():  # as many slices as it takes: the search must get between them
            yield
        return model.tokens(pixels, layers)

    monkeypatch.setattr(model, "token_steps", slow)
    photo = seen.photos[0]
    ready.send(ShowMap(asset=photo.asset, path=photo.path, kind="pca"))
    ready.send(Search(text="red"))
    qtbot.waitUntil(lambda: bool(seen.of(Ranking) and seen.of(MapAnswer)), timeout=20_000)
    order = [type(answer) for answer in seen.all]
    assert order.index(Ranking) < order.index(MapAnswer)


def test_a_deleted_thumbnail_is_made_again(
    qtbot, ready: Engine, seen: Recorder, photo_folder: Path, tmp_path: Path
) -> None:
    index(qtbot, ready, photo_folder)
    photo = seen.photos[0]
    file = tmp_path / "library" / "thumbnails" / photo.content[:2] / f"{photo.content}.jpg"
    file.unlink()
    ask(qtbot, ready, MakeThumbnail(content=photo.content, path=photo.path), ThumbnailReady)
    assert file.is_file()


def test_moved_photos_reset_the_catalog(qtbot, ready: Engine, seen: Recorder, photo_folder: Path) -> None:
    index(qtbot, ready, photo_folder)
    renamed = photo_folder.rename(photo_folder.with_name("renamed"))
    assert index(qtbot, ready, renamed).moved == 12
    assert {Path(photo.path).parents[1].name for photo in seen.photos} == {"renamed"}
    generation = max(reset.generation for reset in seen.of(CatalogReset))
    assert ask(qtbot, ready, Search(text="red"), Ranking).generation == generation


def test_skipped_files_are_listed_and_tried_again(qtbot, ready: Engine, photo_folder: Path) -> None:
    (photo_folder / "bad.jpg").write_text("no photo")
    assert index(qtbot, ready, photo_folder).skipped == 1
    listed = ask(qtbot, ready, ListSkipped(), SkippedList)
    assert [Path(each.path).name for each in listed.files] == ["bad.jpg"]
    make_photo(photo_folder / "bad.jpg", seed=60)
    with waiting(qtbot, ready, JobDone) as done:
        ready.send(RetrySkipped())
    assert (done.args[0].indexed, done.args[0].skipped) == (1, 0)


def test_removing_a_folder_empties_the_catalog(
    qtbot, ready: Engine, seen: Recorder, photo_folder: Path
) -> None:
    index(qtbot, ready, photo_folder)
    root = seen.of(LibraryState)[-1].folders[0].root
    with waiting(qtbot, ready, CatalogReset):
        ready.send(RemoveFolder(root=root))
    assert seen.photos == []


def test_a_library_that_can_not_be_opened_is_a_problem(qtbot, engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    answer = ask(qtbot, engine, OpenLibrary(path=str(tmp_path / "file")), Problem)
    assert "can't be made" in answer.sentence


def test_the_engine_thread_is_named_and_ends(qtbot, gate: threading.Event) -> None:
    before = threading.active_count()
    engine = Engine()
    engine.start()
    assert engine.findChildren(QThread) == [] and engine.close()
    assert engine.close()  # closing twice is fine
    assert threading.active_count() <= before


@pytest.fixture
def held(model: FakeModel, monkeypatch: pytest.MonkeyPatch):
    """The model works only while this is set, so that a job is surely still running when it is asked."""
    go = threading.Event()
    honest = model.embed_steps

    def patient(pixels):
        while not go.is_set():
            yield
        return (yield from honest(pixels))

    monkeypatch.setattr(model, "embed_steps", patient)
    monkeypatch.setattr(model, "warm_up", lambda: None)
    yield go
    go.set()


def two_folders(tmp_path: Path) -> tuple[Path, Path]:
    made = []
    for name, base in (("one", 200), ("two", 300)):
        (tmp_path / name).mkdir()
        for number in range(6):
            make_photo(tmp_path / name / f"{number}.jpg", seed=base + number)
        made.append(tmp_path / name)
    return made[0], made[1]


def test_stop_ends_the_running_job_and_no_other(
    qtbot, ready: Engine, seen: Recorder, held: threading.Event, tmp_path: Path
) -> None:
    one, two = two_folders(tmp_path)
    ready.send(AddPhotos(paths=(str(one),)))
    ready.send(AddPhotos(paths=(str(two),)))
    qtbot.waitUntil(lambda: any(p.phase == "indexing" for p in seen.of(JobProgress)), timeout=20_000)
    with waiting(qtbot, ready, JobDone) as stopped:
        ready.send(ControlJob(action="stop"))
    assert stopped.args[0].stopped and stopped.args[0].left == 6
    with waiting(qtbot, ready, JobDone) as done:
        held.set()
    assert (done.args[0].indexed, done.args[0].stopped, done.args[0].left) == (6, False, 0)
    assert {Path(photo.path).parent for photo in seen.photos} == {two}


def test_added_photos_are_indexed_while_indexing_is_paused(
    qtbot, ready: Engine, seen: Recorder, held: threading.Event, tmp_path: Path
) -> None:
    one, two = two_folders(tmp_path)
    with waiting(qtbot, ready, JobProgress, lambda p: p.phase == "paused"):
        ready.send(AddPhotos(paths=(str(one),)))
        ready.send(ControlJob(action="pause"))
    held.set()
    ready.send(AddPhotos(paths=(str(two),)))
    qtbot.waitUntil(lambda: bool(seen.of(JobDone)), timeout=20_000)
    assert {Path(photo.path).parent for photo in seen.photos} == {two}
    qtbot.waitUntil(lambda: seen.of(JobProgress)[-1].phase == "paused", timeout=20_000)  # that stays so
    three = tmp_path / "three"
    three.mkdir()
    make_photo(three / "one.jpg", seed=900)
    assert index(qtbot, ready, three).indexed == 1  # and does not block
    with waiting(qtbot, ready, JobDone, lambda done: done.indexed == 6):
        ready.send(ControlJob(action="resume"))
    assert {Path(photo.path).parent for photo in seen.photos} == {one, two, three}


@pytest.fixture
def paused(qtbot, ready: Engine, seen: Recorder, held: threading.Event, tmp_path: Path) -> tuple[Path, Path]:
    """An import of one folder is paused; another folder waits to be dropped."""
    one, two = two_folders(tmp_path)
    with waiting(qtbot, ready, JobProgress, lambda p: p.phase == "paused"):
        ready.send(AddPhotos(paths=(str(one),)))
        ready.send(ControlJob(action="pause"))
    held.set()
    return one, two


@pytest.mark.parametrize("what", ["remove", "move", "model", "no library"])
def test_a_pause_outlives_whatever_interrupts_it(
    qtbot, ready: Engine, seen: Recorder, paused: tuple[Path, Path], tmp_path: Path, what: str
) -> None:
    (tmp_path / "file").write_text("no folder")
    sent = len(seen.of(JobProgress))
    kind, request = {
        "remove": (CatalogReset, RemoveFolder(root=99)),
        "move": (MaintenanceDone, RunMaintenance(what="move", target=str(tmp_path / "moved"))),
        "model": (ModelState, LoadModel(name="fake")),
        "no library": (Problem, OpenLibrary(path=str(tmp_path / "file"))),
    }[what]
    ask(qtbot, ready, request, kind)
    qtbot.waitUntil(lambda: len(seen.of(JobProgress)) > sent, timeout=20_000)
    ask(qtbot, ready, ShowStatistics(), StatisticsShown)
    assert seen.of(JobProgress)[-1].phase == "paused" and not seen.photos
    with waiting(qtbot, ready, JobDone, lambda done: done.indexed == 6):
        ready.send(ControlJob(action="resume"))


def test_stop_and_resume_apply_to_the_running_job_only(
    qtbot, ready: Engine, seen: Recorder, held: threading.Event, paused: tuple[Path, Path], tmp_path: Path
) -> None:
    one, two = paused
    held.clear()
    ready.send(AddPhotos(paths=(str(two),)))
    qtbot.waitUntil(lambda: seen.of(JobProgress)[-1].phase == "indexing", timeout=20_000)
    for action in ("pause", "resume", "stop"):
        ready.send(ControlJob(action=action))
    qtbot.waitUntil(lambda: bool(seen.of(JobDone)), timeout=20_000)
    held.set()
    ask(qtbot, ready, ShowStatistics(), StatisticsShown)
    assert seen.of(JobProgress)[-1].phase == "paused"
    assert not [photo for photo in seen.photos if Path(photo.path).parent == one]
    assert state_of(ready).opened.runs.is_paused
    assert ready.close(20_000)
    again = Engine()
    again.start()
    late = Recorder(again)
    again.send(OpenLibrary(path=str(tmp_path / "library")))
    again.send(LoadModel(name="fake"))
    try:
        qtbot.waitUntil(lambda: bool(late.of(JobProgress)), timeout=20_000)
        assert late.of(JobProgress)[-1].phase == "paused" and not late.of(JobDone)
    finally:
        assert again.close(20_000)


def test_a_paused_verification_stays_paused_and_blocks_no_added_photos(
    qtbot, ready: Engine, seen: Recorder, photo_folder: Path, tmp_path: Path
) -> None:
    index(qtbot, ready, photo_folder)

    def begin() -> None:
        ready.send(RunMaintenance(what="verify"))
        ready.send(ControlJob(action="pause"))

    wait(qtbot, ready, JobProgress, begin)
    ready.send(ExchangeSidecars(way="export"))
    one, _ = two_folders(tmp_path)
    assert index(qtbot, ready, one).indexed == 6
    qtbot.waitUntil(lambda: seen.of(JobProgress)[-1].phase == "paused", timeout=20_000)
    assert seen.of(JobProgress)[-1].during == "verify"
    found = ask(qtbot, ready, ControlJob(action="resume"), MaintenanceDone)
    assert found.counts is not None and found.counts.done == found.counts.sound >= 12


def test_annotations_sent_before_closing_are_kept(
    qtbot, ready: Engine, seen: Recorder, photo_folder: Path, tmp_path: Path
) -> None:
    index(qtbot, ready, photo_folder)
    one, _ = two_folders(tmp_path)
    ready.send(RatePhotos(assets=(seen.photos[0].asset,), rating=5))
    ready.send(AddTag(kind="label", assets=(seen.photos[1].asset,), name="Late"))
    ready.send(AddPhotos(paths=(str(one),)))
    assert ready.close(20_000)
    library = LibraryStore(tmp_path / "library")
    kept = {photo.asset: photo.rating for photo in list_photos(library.database)[0]}
    assert kept[seen.photos[0].asset] == 5
    assert [tag.name for tag in queries.list_tags(library.database)] == ["Late"]
    assert str(one) in {root.path for root in root_folders.list_roots(library.database)}
    library.close()


def test_a_queued_folder_is_in_the_tree(
    qtbot, ready: Engine, seen: Recorder, held: threading.Event, tmp_path: Path
) -> None:
    one, two = two_folders(tmp_path)
    ready.send(AddPhotos(paths=(str(one),)))
    told = ask(qtbot, ready, AddPhotos(paths=(str(two),)), LibraryState)
    while str(two) not in {folder.path for folder in told.folders if folder.waiting}:
        told = wait(qtbot, ready, LibraryState, lambda: None)
    assert not seen.of(JobDone) and not [f for f in told.folders if f.path == str(one) and f.waiting]
    held.set()
    qtbot.waitUntil(lambda: len(seen.of(JobDone)) == 2, timeout=20_000)
    assert not any(folder.waiting for folder in seen.of(LibraryState)[-1].folders)


def test_a_pause_publishes_every_stored_photo(
    qtbot,
    ready: Engine,
    seen: Recorder,
    photo_folder: Path,
    model: FakeModel,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    go, honest, batches = threading.Event(), model.embed_steps, []

    def one_batch_then_wait(pixels):
        batches.append(pixels)
        while len(batches) > 1 and not go.is_set():
            yield
        return (yield from honest(pixels))

    for kind in ("photos", "tree"):
        monkeypatch.setitem(job.PUBLISH_INTERVAL, kind, 1000.0)
    monkeypatch.setattr(model, "embed_steps", one_batch_then_wait)
    monkeypatch.setattr(model, "warm_up", lambda: None)
    with waiting(qtbot, ready, JobProgress, lambda p: p.phase == "indexing" and p.done > 0):
        ready.send(AddPhotos(paths=(str(photo_folder),)))
    with waiting(qtbot, ready, LibraryState) as told:
        ready.send(ControlJob(action="pause"))
    assert not seen.of(JobDone) and told.args[0].total == len(seen.photos) > 0
    go.set()
    with waiting(qtbot, ready, JobDone):
        ready.send(ControlJob(action="resume"))


def test_queued_jobs_go_on_when_their_library_is_opened_again(
    qtbot, ready: Engine, seen: Recorder, held: threading.Event, tmp_path: Path
) -> None:
    one, two = two_folders(tmp_path)
    ready.send(AddPhotos(paths=(str(one),)))
    ready.send(AddPhotos(paths=tuple(str(file) for file in sorted(two.iterdir()))))
    with waiting(qtbot, ready, CatalogReset):
        ready.send(OpenLibrary(path=str(tmp_path / "other")))
    held.set()
    extra = make_photo(tmp_path / "extra.jpg", seed=400)
    assert index(qtbot, ready, extra).indexed == 1
    assert [photo.path for photo in seen.photos] == [str(extra)]
    ready.send(OpenLibrary(path=str(tmp_path / "library")))
    qtbot.waitUntil(lambda: len(seen.photos) == 12, timeout=20_000)
    assert {Path(photo.path).parent for photo in seen.photos} == {one, two}


def test_queued_folders_are_added_after_a_restart(
    qtbot, ready: Engine, seen: Recorder, held: threading.Event, tmp_path: Path
) -> None:
    one, two = two_folders(tmp_path)
    first, second, *_ = sorted(two.iterdir())
    for path in (one, first, second):
        ready.send(AddPhotos(paths=(str(path),)))
    assert ready.close(20_000)
    held.set()
    second.rename(tmp_path / "away.jpg")
    again = Engine()
    again.start()
    late = Recorder(again)
    again.send(OpenLibrary(path=str(tmp_path / "library")))
    again.send(LoadModel(name="fake"))
    try:
        qtbot.waitUntil(lambda: len(late.of(JobDone)) == 2, timeout=20_000)  # the file, then the folder
        photos = {photo.path for photo in late.photos}
        assert photos == {str(first), *(str(file) for file in one.iterdir())}
        notices = late.of(LibraryState)[0].notices
        assert [str(second) in notice for notice in notices] == [True]
    finally:
        assert again.close(20_000)
    library = LibraryStore(tmp_path / "library")
    assert key_values.read(library.database, "to add") is None
    library.close()


def test_a_library_that_can_not_be_opened_leaves_the_jobs_of_the_one_before(
    qtbot, ready: Engine, seen: Recorder, held: threading.Event, tmp_path: Path
) -> None:
    one, two = two_folders(tmp_path)
    for folder in (one, two):
        ready.send(AddPhotos(paths=(str(folder),)))
    (tmp_path / "file").write_text("no folder")
    ask(qtbot, ready, OpenLibrary(path=str(tmp_path / "file")), Problem)
    held.set()
    qtbot.waitUntil(lambda: len(seen.photos) == 12, timeout=20_000)


def test_a_long_job_resumes_after_a_short_one(
    qtbot, ready: Engine, seen: Recorder, photo_folder: Path, model: FakeModel, monkeypatch
) -> None:
    honest, stored, batches = model.embed_steps, threading.Event(), []

    def after_the_first(pixels):  # type: ignore[no-untyped-def]
        batches.append(len(pixels))
        while len(batches) > 1 and not stored.is_set():
            yield
        return (yield from honest(pixels))

    monkeypatch.setattr(model, "embed_steps", after_the_first)
    monkeypatch.setattr(model, "warm_up", lambda: None)
    ready.send(AddPhotos(paths=(str(photo_folder),)))
    qtbot.waitUntil(lambda: bool(seen.of(CatalogGrown)), timeout=20_000)
    for way in ("export", "import"):  # one sets the other aside as well
        ready.send(ExchangeSidecars(way=way))
    with waiting(qtbot, ready, MaintenanceDone):
        ready.send(RunMaintenance(what="verify"))
    stored.set()
    qtbot.waitUntil(lambda: bool(seen.of(JobDone)), timeout=20_000)
    assert [done.indexed for done in seen.of(JobDone)] == [12]  # one run, one report
    assert len(seen.of(SidecarsDone)) == 2
    reports = ask(qtbot, ready, ShowStatistics(), StatisticsShown).reports
    assert [(each.data["indexed"], each.data["stopped"]) for each in reports if each.what == "index"] == [
        (12, False)
    ]


def test_a_hanging_photo_does_not_delay_a_search(
    qtbot, ready: Engine, photo_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index(qtbot, ready, photo_folder)
    photo = sorted((photo_folder / "red").iterdir())[0]
    hanging: Future[object] = Future()
    monkeypatch.setattr(state_of(ready).decoders, "submit", lambda *a, **k: hanging)
    ready.send(ShowPreview(asset=1, path=str(photo)))
    ready.send(MakeThumbnail(content="00" * 16, path=str(photo)))
    assert len(ask(qtbot, ready, Search(text="red"), Ranking).positions) == 12
    hanging.set_exception(PhotoError("Its decoder hung."))
    monkeypatch.undo()
    assert "hung" in wait(qtbot, ready, Problem, lambda: None).sentence


def test_removing_a_folder_while_it_is_indexed_leaves_nothing_of_it(
    qtbot, ready: Engine, seen: Recorder, held: threading.Event, tmp_path: Path
) -> None:
    one, two = two_folders(tmp_path)
    ready.send(AddPhotos(paths=(str(one),)))
    ready.send(AddPhotos(paths=(str(two),)))
    ready.send(Rescan())
    qtbot.waitUntil(lambda: any(p.phase == "indexing" for p in seen.of(JobProgress)), timeout=20_000)
    with waiting(qtbot, ready, CatalogReset):
        ready.send(RemoveFolder(root=1))
    held.set()
    qtbot.waitUntil(lambda: any(d.unchanged == 6 for d in seen.of(JobDone)), timeout=20_000)
    assert {Path(photo.path).parent for photo in seen.photos} == {two}


def test_dropped_files_survive_a_change_of_model(
    qtbot, ready: Engine, seen: Recorder, held: threading.Event, tmp_path: Path
) -> None:
    one, _ = two_folders(tmp_path)
    ready.send(AddPhotos(paths=tuple(str(file) for file in sorted(one.iterdir()))))
    qtbot.waitUntil(lambda: any(p.phase == "indexing" for p in seen.of(JobProgress)), timeout=20_000)
    with waiting(qtbot, ready, ModelState, lambda s: s.state == "ready"):
        ready.send(LoadModel(name="fake"))
    held.set()
    qtbot.waitUntil(lambda: any(done.indexed == 6 for done in seen.of(JobDone)), timeout=20_000)
    assert len(seen.photos) == 6


def test_a_question_is_asked_even_when_photos_moved_as_well(
    qtbot, ready: Engine, seen: Recorder, photo_folder: Path
) -> None:
    index(qtbot, ready, photo_folder)
    (photo_folder / "red" / "01.jpg").rename(photo_folder / "moved.jpg")
    for number in (3, 5, 7):
        (photo_folder / "red" / f"{number:02}.jpg").unlink()
    assert index(qtbot, ready, photo_folder).moved == 1
    assert any("suddenly gone" in state.question for state in seen.of(LibraryState))


def test_ratings_and_labels_are_published_and_undone(
    qtbot, ready: Engine, seen: Recorder, photo_folder: Path
) -> None:
    index(qtbot, ready, photo_folder)
    assets = tuple(photo.asset for photo in seen.photos[:3])
    rated = TagChange("rate", 3, rating=4)
    told = ask(qtbot, ready, RatePhotos(assets=assets, rating=4), TagsChanged)
    assert (told.change, told.undo, told.redo) == (rated, rated, None)
    news = seen.of(PhotosChanged)[-1]
    assert [photo.rating for photo in news.photos] == [4, 4, 4]
    assert [seen.photos[row].asset for row in news.positions] == list(assets)
    told = ask(qtbot, ready, AddTag(kind="label", assets=assets[:2], name="Beach"), TagsChanged)
    assert [(tag.name, tag.count) for tag in told.tags] == [("Beach", 2), ("★★★★", 3)]
    label = told.tags[0].scope
    shown = ask(qtbot, ready, Browse(scope=label), Ranking)
    assert {seen.photos[row].asset for row in shown.positions} == set(assets[:2])
    found = ask(qtbot, ready, Search(text="red", scope=label), Ranking)
    assert found.searched == 2 and {seen.photos[row].asset for row in found.positions} == set(assets[:2])
    told = ask(qtbot, ready, AddTag(kind="album", assets=(assets[2], assets[0]), name="Best"), TagsChanged)
    album = next(tag for tag in told.tags if tag.kind == "album").scope
    shown = ask(qtbot, ready, Browse(scope=album), Ranking)
    assert [seen.photos[row].asset for row in shown.positions] == [assets[2], assets[0]]
    labelled = TagChange("add", 2, "label", "Beach")
    for undone, left in ((TagChange("add", 2, "album", "Best"), 2), (labelled, 1)):
        told = ask(qtbot, ready, Undo(), TagsChanged)
        assert (told.direction, told.change, len(told.tags)) == ("undo", undone, left)
    told = ask(qtbot, ready, Redo(), TagsChanged)
    assert (told.direction, told.change, told.undo) == ("redo", labelled, labelled)
    told = ask(qtbot, ready, RatePhotos(assets=assets, rating=4), TagsChanged)
    assert told.assets == () and told.redo is not None
    ask(qtbot, ready, RatePhotos(assets=assets, rating=0), TagsChanged)
    assert seen.of(TagsChanged)[-1].redo is None
    refused = ask(qtbot, ready, AddTag(kind="label", assets=assets, name="\x00 "), Problem)
    assert "name is needed" in refused.sentence
    with waiting(qtbot, ready, LibraryState) as state:
        ready.send(Rescan())
    assert [(tag.name, tag.count) for tag in state.args[0].tags] == [("Beach", 2)]


@pytest.fixture
def more(tmp_path: Path) -> Path:
    """A folder of thirty photos, enough to be interrupted."""
    folder = tmp_path / "more"
    folder.mkdir()
    for number in range(30):
        make_photo(folder / f"{number:02}.jpg", seed=100 + number)
    return folder


def test_sidecars_interrupt_indexing_which_resumes(
    qtbot, ready: Engine, seen: Recorder, photo_folder: Path, more: Path
) -> None:
    index(qtbot, ready, photo_folder)
    assets = tuple(photo.asset for photo in seen.photos[:2])
    ask(qtbot, ready, RatePhotos(assets=assets, rating=3), TagsChanged)

    def begin() -> None:
        ready.send(AddPhotos(paths=(str(more),)))
        ready.send(ExchangeSidecars(way="export"))

    done = wait(qtbot, ready, SidecarsDone, begin)
    assert (done.way, done.written, done.skipped, done.stopped) == ("export", 2, (), False)
    assert len(list(photo_folder.rglob("*.xmp"))) == 2
    with waiting(qtbot, ready, JobDone, lambda d: not d.stopped and d.found == 30):
        pass
    ask(qtbot, ready, Undo(), TagsChanged)
    resets = len(seen.of(CatalogReset))
    ask(qtbot, ready, ExchangeSidecars(way="import", assets=assets), SidecarsDone)
    assert len(seen.of(CatalogReset)) == resets + 1
    assert [photo.rating for photo in seen.photos if photo.asset in assets] == [3, 3]
    told = ask(qtbot, ready, Undo(), TagsChanged)
    assert (told.direction, told.change) == ("undo", TagChange("import", 2))


def test_a_paused_index_is_still_paused_after_sidecars(
    qtbot, ready: Engine, seen: Recorder, photo_folder: Path, more: Path
) -> None:
    index(qtbot, ready, photo_folder)

    def begin() -> None:
        ready.send(AddPhotos(paths=(str(more),)))
        ready.send(ControlJob(action="pause"))
        ready.send(ExchangeSidecars(way="export"))

    wait(qtbot, ready, SidecarsDone, begin)
    qtbot.waitUntil(lambda: seen.of(JobProgress)[-1].phase == "paused", timeout=20_000)
    with waiting(qtbot, ready, JobDone, lambda d: d.found == 30):
        ready.send(ControlJob(action="resume"))


def test_unknown_words_are_told_with_what_was_meant(
    qtbot, ready: Engine, photo_folder: Path, tmp_path: Path
) -> None:
    own = tmp_path / "Brunoland"
    own.mkdir()
    make_photo(own / "0.jpg", seed=900)
    index(qtbot, ready, own)
    told = ask(qtbot, ready, CheckWords(text="a dgo in Brunolant"), WordsChecked)
    assert told.unknown == ("dgo", "brunolant") and told.instead == "a dog in brunoland"
    assert ask(qtbot, ready, CheckWords(text="a dog in Brunoland"), WordsChecked).unknown == ()
    foreign = ask(qtbot, ready, CheckWords(text="ein hundd auf wiese"), WordsChecked)
    assert len(foreign.unknown) == 4 and foreign.instead == ""
