"""The scheduler without a thread: what is replied and broadcast, in which order, step by step."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pytest
from fakes import FakeModel
from photos import make_photo

from dinodesk.engine.decoding.decoder_pool import DecoderPool
from dinodesk.engine.encoding import text_vectors
from dinodesk.engine.engine_state import EngineState, FollowUps
from dinodesk.engine.messages import (
    Accepted,
    AddPhotos,
    AddTag,
    Answer,
    Browse,
    CancelToken,
    CatalogReset,
    ControlJob,
    Dropped,
    ExchangeSidecars,
    ForgetSentences,
    JobDone,
    JobProgress,
    KeepSentences,
    LibraryState,
    LoadModel,
    MaintenanceDone,
    MapAnswer,
    MapScalesChanged,
    ModelState,
    MoveToTrash,
    OpenLibrary,
    PhotosChanged,
    PlanSidecars,
    PlanTrash,
    Preview,
    Problem,
    Ranking,
    RatePhotos,
    Redo,
    RemoveFolder,
    Request,
    Rescan,
    RetrySkipped,
    RulesShown,
    RunMaintenance,
    Search,
    SetRules,
    ShowMap,
    ShowPreview,
    SidecarPlan,
    SidecarsDone,
    TagsChanged,
    TrashPlan,
    Undo,
    WatchFolders,
)
from dinodesk.engine.runtime.scheduler import Scheduler
from dinodesk.errors import DamagedLibraryError, LibraryError, ModelError, PhotoError
from dinodesk.records import TagChange

A = TypeVar("A", bound=Answer)
PLENTY = 2_000  # steps after which a test would hang


class Desk:
    """A scheduler, and all that it sent; functions that are to run soon run between steps."""

    def __init__(self, decoders: DecoderPool) -> None:
        self.sent: list[tuple[Request[Any] | None, Answer]] = []
        self.soon: list[Callable[[], None]] = []
        self.quitting = CancelToken()
        self.state = EngineState(decoders=decoders)
        self.scheduler = Scheduler(self.state, self._keep, self.soon.append, self.quitting)

    def _keep(self, request: Request[Any] | None, answer: Answer) -> None:
        self.sent.append((request, answer))

    def submit(self, *requests: Request[Any]) -> None:
        for request in requests:
            self.scheduler.submit(request)

    def run(self, until: Callable[[], object] = lambda: False) -> None:
        """Steps until there is nothing to do, or until the condition holds."""
        for _ in range(PLENTY):
            while self.soon:
                self.soon.pop(0)()
            if until() or not self.scheduler.step():
                return
        raise AssertionError("it never comes to rest")

    def all(self, kind: type[A]) -> list[A]:
        return [answer for _, answer in self.sent if isinstance(answer, kind)]

    def reply(self, request: Request[Any]) -> Answer | None:
        found = [answer for about, answer in self.sent if about is request]
        assert len(found) <= 1, "answered twice"
        return found[0] if found else None

    def order(self, *kinds: type[Answer]) -> list[type[Answer]]:
        return [type(answer) for _, answer in self.sent if isinstance(answer, kinds)]


@pytest.fixture
def desk(
    threads: DecoderPool, model: FakeModel, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Desk]:
    def load(name: str, **options: str) -> FakeModel:
        if name == "broken":
            raise ModelError("This is no model.", "Choose another.")
        return model

    monkeypatch.setattr("dinodesk.models.loader.load_model", load)
    desk = Desk(threads)
    yield desk
    desk.scheduler.close()


@pytest.fixture
def ready(desk: Desk, tmp_path: Path) -> Desk:
    desk.submit(OpenLibrary(path=str(tmp_path / "library")), LoadModel(name="fake"))
    desk.run()
    desk.sent.clear()
    return desk


def index(desk: Desk, folder: Path) -> JobDone:
    adding = AddPhotos(paths=(str(folder),))
    desk.submit(adding)
    desk.run()
    done = desk.reply(adding)
    assert isinstance(done, JobDone)
    return done


def test_opening_publishes_catalog_and_state_before_the_reply(desk: Desk, tmp_path: Path) -> None:
    opening = OpenLibrary(path=str(tmp_path / "library"))
    desk.submit(opening)
    assert desk.order(CatalogReset, LibraryState, Accepted) == [CatalogReset, LibraryState, Accepted]
    assert isinstance(desk.reply(opening), Accepted)
    assert desk.all(LibraryState)[0].embedded == -1  # no model is ready


def test_a_model_is_loaded_in_a_later_step_and_answers_once(desk: Desk, tmp_path: Path) -> None:
    loading = LoadModel(name="fake")
    desk.submit(loading)
    assert [state.state for state in desk.all(ModelState)] == ["loading"] and desk.reply(loading) is None
    desk.submit(OpenLibrary(path=str(tmp_path / "library")))  # goes before it
    desk.run()
    assert desk.order(CatalogReset, ModelState) == [ModelState, CatalogReset, ModelState]
    answer = desk.reply(loading)
    assert isinstance(answer, ModelState) and answer.state == "ready" and answer.info is not None
    assert desk.all(LibraryState)[-1].embedded == 0  # told before the reply, with its vectors


def test_a_broken_model_is_a_state_and_the_one_before_stays(ready: Desk) -> None:
    loading = LoadModel(name="broken")
    ready.submit(loading)
    ready.run()
    answer = ready.reply(loading)
    assert isinstance(answer, ModelState)
    assert (answer.state, answer.sentence) == ("error", "This is no model. Choose another.")
    assert ready.state.model is not None and not ready.all(Problem)


def test_a_search_waits_for_model_and_library_and_only_the_newest_does(
    desk: Desk, tmp_path: Path, photo_folder: Path
) -> None:
    first, second = Search(text="red"), Search(text="blue")
    desk.submit(first, second)
    assert desk.sent == []
    desk.submit(LoadModel(name="fake"))
    desk.run()
    assert not desk.all(Ranking)  # there is no library
    desk.submit(OpenLibrary(path=str(tmp_path / "library")))
    desk.run()
    assert desk.reply(first) is None
    ranking = desk.reply(second)
    assert isinstance(ranking, Ranking) and ranking.text == "blue" and ranking.searched == 0


def test_indexing_publishes_progress_and_ends_with_its_counts(ready: Desk, photo_folder: Path) -> None:
    done = index(ready, photo_folder)
    assert (done.found, done.indexed, done.stopped) == (12, 12, False)
    assert ready.all(JobProgress) and ready.all(LibraryState)[-1].total == 12
    assert ready.order(JobDone, LibraryState).index(JobDone) > 0
    again = Rescan()
    ready.submit(again)
    ready.run()
    done = ready.reply(again)
    assert isinstance(done, JobDone) and (done.unchanged, done.whole) == (12, True)


def test_a_query_is_answered_between_two_steps_of_a_job(ready: Desk, photo_folder: Path) -> None:
    adding, browsing = AddPhotos(paths=(str(photo_folder),)), Browse()
    ready.submit(adding)
    ready.run(until=lambda: ready.scheduler.busy)
    ready.submit(browsing)
    assert isinstance(ready.reply(browsing), Ranking) and ready.reply(adding) is None
    ready.run()
    assert isinstance(ready.reply(adding), JobDone)


def test_pausing_holds_the_job_until_it_is_resumed(ready: Desk, photo_folder: Path) -> None:
    adding = AddPhotos(paths=(str(photo_folder),))
    ready.submit(adding, ControlJob(action="pause"))
    ready.run()
    assert ready.all(JobProgress)[-1].phase == "paused" and ready.reply(adding) is None
    assert ready.state.opened.runs.is_paused
    resuming = ControlJob(action="resume")
    ready.submit(resuming)
    assert isinstance(ready.reply(resuming), Accepted)
    ready.run()
    done = ready.reply(adding)
    assert isinstance(done, JobDone) and done.indexed == 12
    assert not ready.state.opened.runs.is_paused


def test_stopping_answers_the_job_and_the_next_one_begins(
    ready: Desk, photo_folder: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    make_photo(other / "one.jpg", seed=500)
    first, second = AddPhotos(paths=(str(photo_folder),)), AddPhotos(paths=(str(other),))
    ready.submit(first, second, ControlJob(action="stop"))
    stopped = ready.reply(first)
    assert isinstance(stopped, JobDone) and stopped.stopped
    ready.run()
    done = ready.reply(second)
    assert isinstance(done, JobDone) and done.indexed == 1 and not done.stopped


def test_a_short_job_goes_first_and_the_long_one_goes_on(ready: Desk, photo_folder: Path) -> None:
    adding, verifying = AddPhotos(paths=(str(photo_folder),)), RunMaintenance(what="verify")
    exporting = ExchangeSidecars(way="export")
    ready.submit(adding, verifying, exporting)
    ready.run()
    ended = [about for about, answer in ready.sent if about in (adding, verifying, exporting)]
    assert ended == [exporting, verifying, adding]
    assert isinstance(ready.reply(exporting), SidecarsDone)
    done = ready.reply(adding)
    assert isinstance(done, JobDone) and done.indexed == 12


def test_removing_a_folder_ends_its_job(ready: Desk, photo_folder: Path) -> None:
    adding = AddPhotos(paths=(str(photo_folder),))
    ready.submit(adding)
    ready.run(until=lambda: ready.state.opened.catalog.photos)
    root = next(folder.root for folder in ready.all(LibraryState)[-1].folders if folder.root)
    removing = RemoveFolder(root=root)
    ready.submit(removing)
    stopped = ready.reply(adding)
    assert isinstance(stopped, JobDone) and stopped.stopped
    assert isinstance(ready.reply(removing), Accepted)
    ready.run()
    assert ready.all(LibraryState)[-1].total == 0 and ready.all(LibraryState)[-1].folders == ()


def test_a_removed_folder_comes_back_as_it_was(ready: Desk, photo_folder: Path) -> None:
    index(ready, photo_folder)
    before = ready.state.opened.catalog.photos
    first = before[0].asset
    ready.submit(AddTag(kind="album", assets=(first,), name="Trip"), RatePhotos(assets=(first,), rating=4))
    root = next(folder.root for folder in ready.all(LibraryState)[-1].folders if folder.root)
    ready.submit(RemoveFolder(root=root))
    assert ready.all(LibraryState)[-1].undo == TagChange("removeFolder", 12, name="photos")
    new, undoing = make_photo(photo_folder / "new.jpg", seed=80), Undo()
    os.utime(new, (1e9, 1e9))  # it is not being written any more
    Path(before[1].path).unlink()
    ready.submit(undoing)
    answer = ready.reply(undoing)
    assert isinstance(answer, TagsChanged) and answer.change == TagChange("removeFolder", 12, name="photos")
    assert [(tag.kind, tag.name, tag.count) for tag in answer.tags] == [
        ("album", "Trip", 1),
        ("rating", "★★★★", 1),
    ]
    assert [photo.asset for photo in ready.state.opened.catalog.photos] == [photo.asset for photo in before]
    ready.run()  # what changed in it meanwhile is found
    (done,) = ready.all(JobDone)[1:]
    assert (done.indexed, done.missing, done.unchanged) == (1, 1, 11)
    assert str(new) in {photo.path for photo in ready.state.opened.catalog.photos}
    assert len(ready.all(LibraryState)[-1].folders) == 3


def test_a_folder_is_removed_again_even_while_it_is_scanned(ready: Desk, photo_folder: Path) -> None:
    index(ready, photo_folder)
    root = next(folder.root for folder in ready.all(LibraryState)[-1].folders if folder.root)
    ready.submit(RemoveFolder(root=root), Undo())  # which scans it
    os.utime(make_photo(photo_folder / "new.jpg", seed=80), (1e9, 1e9))
    ready.run(until=lambda: ready.all(JobProgress)[-1].phase == "indexing")
    redoing = Redo()
    ready.submit(redoing)
    assert isinstance(ready.reply(redoing), TagsChanged)
    ready.run()
    assert ready.all(LibraryState)[-1].total == 0 and ready.all(LibraryState)[-1].folders == ()
    undoing = Undo()
    ready.submit(undoing)
    assert isinstance(ready.reply(undoing), TagsChanged)
    ready.run()
    assert ready.all(LibraryState)[-1].total == 13


def test_where_a_folder_is_gone_the_step_before_is_not_undone_in_its_place(
    ready: Desk, photo_folder: Path
) -> None:
    index(ready, photo_folder)
    first = ready.state.opened.catalog.photos[0].asset
    ready.submit(AddTag(kind="album", assets=(first,), name="Trip"))
    root = next(folder.root for folder in ready.all(LibraryState)[-1].folders if folder.root)
    ready.submit(RemoveFolder(root=root))
    aside = photo_folder.rename(photo_folder.with_name("aside"))
    for undoing in (Undo(), Undo()):
        ready.submit(undoing)
        answer = ready.reply(undoing)
        assert isinstance(answer, Problem) and "is not there any more" in answer.sentence
    aside.rename(photo_folder)
    undoing = Undo()
    ready.submit(undoing)
    assert isinstance(ready.reply(undoing), TagsChanged)
    ready.run()
    assert [(tag.name, tag.count) for tag in ready.all(LibraryState)[-1].tags] == [("Trip", 1)]


def test_photos_go_to_the_trash_in_steps_and_come_back(
    ready: Desk, photo_folder: Path, tmp_path: Path
) -> None:
    index(ready, photo_folder)
    (tmp_path / "trash").mkdir()

    def trash(path: str) -> str:
        return shutil.move(path, tmp_path / "trash" / f"{len(os.listdir(tmp_path / 'trash'))}.jpg")

    ready.state.trash = trash
    photos = tuple((photo.asset, photo.path) for photo in ready.state.opened.catalog.photos[:5])
    planning, moving = PlanTrash(photos=photos), MoveToTrash(photos=photos)
    ready.submit(planning)
    ready.run()
    ready.submit(moving)
    ready.run()
    assert ready.reply(planning) == TrashPlan(photos=5, files=5, partners=0, copies=0)
    ready.sent.clear()
    moving = MoveToTrash(photos=photos[:1] + photos[4:])  # which are not there any more
    ready.submit(moving)
    ready.run()
    answer = ready.reply(moving)
    assert isinstance(answer, TagsChanged) and answer.change is None and len(answer.failed) == 2
    assert answer.undo == TagChange("trash", 5)
    undoing = Undo()
    ready.submit(undoing)
    answer = ready.reply(undoing)
    assert isinstance(answer, TagsChanged) and len(answer.assets) == 5 and answer.failed == ()
    assert ready.order(CatalogReset, LibraryState, TagsChanged)[-3:] == [
        CatalogReset, LibraryState, TagsChanged,
    ]  # fmt: skip
    ready.run()  # their folders are looked through
    assert ready.all(LibraryState)[-1].total == 12 and not os.listdir(tmp_path / "trash")
    assert ready.all(JobDone)[-1].unchanged == 6


def test_sidecars_are_counted_as_they_would_be_written(ready: Desk, photo_folder: Path) -> None:
    index(ready, photo_folder)
    first, second, *_ = ready.state.opened.catalog.photos
    ready.submit(AddTag(kind="label", assets=(first.asset, second.asset), name="sea"))
    shutil.copy(first.path, photo_folder / "copy.jpg")
    ready.submit(Rescan())
    ready.run()
    before = sorted(photo_folder.rglob("*"))
    for assets, photos, files in (((), 2, 3), ((first.asset,), 1, 2)):
        planning = PlanSidecars(assets=assets)
        ready.submit(planning)
        ready.run()
        assert ready.reply(planning) == SidecarPlan(photos=photos, files=files, skipped=0)
    assert sorted(photo_folder.rglob("*")) == before
    ready.submit(ExchangeSidecars(way="export"))
    ready.run()
    assert ready.all(SidecarsDone)[-1].written == 3
    planning = PlanSidecars()
    ready.submit(planning)
    ready.run()
    assert ready.reply(planning) == SidecarPlan(photos=0, files=0, skipped=0)


def test_new_exclude_rules_start_a_scan(ready: Desk, photo_folder: Path) -> None:
    index(ready, photo_folder)
    ready.sent.clear()
    ready.submit(SetRules(patterns=("blue",), watch=False))
    ready.run()
    (done,) = ready.all(JobDone)
    assert (done.left_out, done.whole) == (6, True)


def test_folders_that_are_watched_again_are_scanned(ready: Desk, photo_folder: Path) -> None:
    index(ready, photo_folder)
    ready.submit(SetRules(patterns=("blue",)))
    ready.run()
    ready.sent.clear()
    ready.submit(WatchFolders(watch=False))
    ready.run()
    (shown,) = ready.all(RulesShown)
    assert (shown.watch, shown.patterns) == (False, ("blue",)) and not ready.all(JobDone)
    assert not ready.state.opened.options.watching
    ready.submit(WatchFolders(watch=True), WatchFolders(watch=True))
    ready.run()
    assert ready.state.opened.options.watching and len(ready.all(JobDone)) == 1


def test_a_map_is_computed_in_steps_and_dropped_when_nobody_waits(ready: Desk, photo_folder: Path) -> None:
    index(ready, photo_folder)
    photo = ready.state.opened.catalog.photos[0]
    wanted = ShowMap(asset=photo.asset, path=photo.path, kind="norm")
    ready.submit(wanted)
    assert ready.reply(wanted) is None
    ready.run()
    assert isinstance(ready.reply(wanted), MapAnswer)
    unwanted = ShowMap(asset=photo.asset, path=photo.path, kind="pca", view="model")
    ready.submit(unwanted)
    unwanted.token.cancel()
    ready.run()
    assert ready.reply(unwanted) is None
    unknown = ShowMap(asset=photo.asset, path=photo.path, kind="aura")
    ready.submit(unknown)
    ready.run()
    problem = ready.reply(unknown)
    assert isinstance(problem, Problem) and "no map" in problem.sentence


def text_map(desk: Desk, text: str, until: Callable[[], object] = lambda: False) -> MapAnswer:
    """The text map of the first photo; steps go on until there is nothing to do, or the condition holds."""
    photo = desk.state.opened.catalog.photos[0]
    wanted = ShowMap(asset=photo.asset, path=photo.path, kind="text", text=text)
    desk.submit(wanted)
    desk.run(until)
    answer = desk.reply(wanted)
    assert isinstance(answer, MapAnswer)
    return answer


def test_the_first_text_map_asks_for_a_sample_and_the_next_is_drawn_by_it(
    ready: Desk, photo_folder: Path
) -> None:
    index(ready, photo_folder)
    assert not ready.all(MapScalesChanged)
    own = text_map(ready, "red")  # answered first, then what is idle time is used
    assert not own.map.shared and ready.order(MapAnswer, MapScalesChanged) == [MapAnswer, MapScalesChanged]
    first, second = text_map(ready, "red"), text_map(ready, "red")
    assert first.map.shared and (first.map.low, first.map.high) == (second.map.low, second.map.high)
    assert len(ready.all(MapScalesChanged)) == 1


def test_the_sample_waits_for_a_running_job_and_not_for_a_paused_one(ready: Desk, photo_folder: Path) -> None:
    index(ready, photo_folder)
    ready.submit(Rescan(), ControlJob(action="pause"))
    ready.run()
    text_map(ready, "red")
    assert len(ready.all(MapScalesChanged)) == 1
    ready.sent.clear()
    assert ready.state.model is not None
    ready.state.opened._sample = None  # as with a model that was just loaded
    (ready.state.opened.store.index / f"{ready.state.model.info.fingerprint}.patches.npz").unlink()
    ready.submit(ControlJob(action="resume"))
    text_map(ready, "red")
    assert ready.order(JobDone, MapScalesChanged) == [JobDone, MapScalesChanged]


def test_a_search_is_answered_while_the_sample_is_made(ready: Desk, photo_folder: Path) -> None:
    index(ready, photo_folder)
    text_map(ready, "red", until=lambda: ready.all(MapAnswer))
    ready.scheduler.step()
    searching = Search(text="blue")
    ready.submit(searching)
    assert isinstance(ready.reply(searching), Ranking) and not ready.all(MapScalesChanged)
    ready.run()
    assert ready.all(MapScalesChanged)


def test_a_preview_is_answered_when_its_decoder_is_done(ready: Desk, photo_folder: Path) -> None:
    index(ready, photo_folder)
    photo = ready.state.opened.catalog.photos[0]
    wanted = ShowPreview(asset=photo.asset, path=photo.path)
    ready.submit(wanted)
    assert ready.reply(wanted) is None
    while not ready.soon:
        pass  # the decoder is a thread of this process
    ready.run()
    answer = ready.reply(wanted)
    assert isinstance(answer, Preview) and answer.full_size == (80, 60)


def test_after_quitting_no_decoder_answers(ready: Desk, photo_folder: Path) -> None:
    index(ready, photo_folder)
    photo = ready.state.opened.catalog.photos[0]
    wanted = ShowPreview(asset=photo.asset, path=photo.path)
    ready.submit(wanted)
    ready.quitting.cancel()
    while not ready.soon:
        pass
    ready.run()
    assert ready.reply(wanted) is None


def test_changed_photos_are_published_before_the_reply(ready: Desk, photo_folder: Path) -> None:
    index(ready, photo_folder)
    ready.sent.clear()
    asset = ready.state.opened.catalog.photos[3].asset
    ready.submit(AddTag(kind="label", assets=(asset,), name="sea"))
    assert ready.order(PhotosChanged, TagsChanged) == [PhotosChanged, TagsChanged]
    assert ready.all(PhotosChanged)[0].positions == (3,)
    ready.submit(Undo())
    assert ready.all(TagsChanged)[-1].tags == () and ready.all(TagsChanged)[-1].redo is not None


def test_jobs_without_a_library_are_refused_in_words(desk: Desk) -> None:
    adding = AddPhotos(paths=("/nowhere",))
    desk.submit(adding)
    problem = desk.reply(adding)
    assert isinstance(problem, Problem) and problem.sentence == "No library is open."


def test_a_folder_that_is_not_there_is_a_problem_of_its_job_only(ready: Desk, photo_folder: Path) -> None:
    lost = AddPhotos(paths=(str(photo_folder / "never"),))
    ready.submit(lost)
    problem = ready.reply(lost)
    assert isinstance(problem, Problem) and "There is no" in problem.sentence
    assert index(ready, photo_folder).indexed == 12


def test_a_damaged_library_is_opened_again_and_says_so(
    ready: Desk, photo_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index(ready, photo_folder)
    before = ready.state.library
    ready.sent.clear()

    def damaged(scope: object) -> None:
        raise DamagedLibraryError("The database is damaged.", "Open it again.")

    monkeypatch.setattr(ready.state.opened.catalog, "newest_first", damaged)
    ready.submit(Browse())
    assert ready.state.library is not None and ready.state.library is not before
    assert not ready.all(Problem) and ready.all(CatalogReset)
    ready.run()
    browsing = Browse()
    ready.submit(browsing)
    assert isinstance(ready.reply(browsing), Ranking)


def test_an_unexpected_error_is_a_problem_that_keeps_the_rest_going(
    ready: Desk, photo_folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def wrong(scope: object) -> None:
        raise RuntimeError("never thought of")

    monkeypatch.setattr(ready.state.opened.catalog, "newest_first", wrong)
    browsing = Browse()
    ready.submit(browsing)
    problem = ready.reply(browsing)
    assert isinstance(problem, Problem) and "never thought of" in problem.sentence
    assert "unexpected error in the engine" in caplog.text
    monkeypatch.undo()
    assert index(ready, photo_folder).indexed == 12


@pytest.mark.parametrize("fault", ["reload", "warm"])
def test_jobs_never_go_on_in_another_library(
    ready: Desk, photo_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    adding = AddPhotos(paths=(str(photo_folder),))
    ready.submit(adding)

    def fail(*_: object) -> None:
        raise LibraryError("The disk is gone.", "Plug it in.")

    if fault == "warm":
        monkeypatch.setattr(ready.state.decoders, "warm", fail)
    else:
        monkeypatch.setattr("dinodesk.engine.search.catalog.Catalog.reload", fail)
    opening = OpenLibrary(path=str(tmp_path / "other"))
    ready.submit(opening)
    assert isinstance(ready.reply(opening), Problem)
    stopped = ready.reply(adding)
    assert isinstance(stopped, JobDone) and stopped.stopped
    monkeypatch.undo()
    ready.run()
    assert ready.state.opened.store.folder == tmp_path / "other"
    assert ready.state.library_state().folders == () and ready.state.follow_ups == FollowUps()


def test_jobs_go_on_when_no_other_library_could_be_opened(
    ready: Desk, photo_folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    adding = AddPhotos(paths=(str(photo_folder),))
    ready.submit(adding, OpenLibrary(path=str(tmp_path / "file")))
    ready.run()
    done = ready.reply(adding)
    assert isinstance(done, JobDone) and (done.indexed, done.stopped) == (12, False)


def test_what_a_failed_handler_would_have_led_to_is_forgotten(
    ready: Desk, photo_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index(ready, photo_folder)
    root = next(folder.root for folder in ready.all(LibraryState)[-1].folders if folder.root)

    def fail() -> None:
        raise LibraryError("The folders can't be watched.", "")

    monkeypatch.setattr(ready.state.opened, "watch", fail)
    removing = RemoveFolder(root=root)
    ready.submit(removing)
    assert isinstance(ready.reply(removing), Problem)
    assert ready.state.follow_ups == FollowUps()


def test_a_model_is_loaded_beside_a_map_whose_decoder_hangs(
    ready: Desk, photo_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index(ready, photo_folder)
    photo = ready.state.opened.catalog.photos[0]
    hanging: Future[object] = Future()
    monkeypatch.setattr(ready.state.decoders, "submit", lambda *a, **k: hanging)
    wanted, loading = ShowMap(asset=photo.asset, path=photo.path), LoadModel(name="fake")
    ready.submit(wanted, loading)
    for _ in range(10):
        ready.scheduler.step()
    assert isinstance(ready.reply(loading), ModelState) and ready.reply(wanted) is None
    hanging.set_exception(PhotoError("Its decoder hung."))
    ready.run()
    assert isinstance(ready.reply(wanted), Problem)


def test_rules_are_answered_before_the_scan_that_follows_them(
    ready: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(believe: tuple[int, ...] = ()) -> None:
        raise LibraryError("The library is not there any more.", "")

    monkeypatch.setattr(ready.state, "indexer", gone)
    ready.submit(SetRules(patterns=("x",)))
    assert ready.order(RulesShown, Problem) == [RulesShown, Problem]


def test_queued_jobs_of_a_library_that_is_closed_are_dropped(
    ready: Desk, photo_folder: Path, tmp_path: Path
) -> None:
    running, queued = AddPhotos(paths=(str(photo_folder),)), RetrySkipped()
    ready.submit(running, queued, OpenLibrary(path=str(tmp_path / "other")))
    assert isinstance(ready.reply(running), JobDone) and isinstance(ready.reply(queued), Dropped)


def test_stopping_a_paused_job_forgets_the_pause(ready: Desk, photo_folder: Path) -> None:
    ready.submit(AddPhotos(paths=(str(photo_folder),)), ControlJob(action="pause"))
    assert ready.state.opened.runs.is_paused
    ready.submit(ControlJob(action="stop"))
    assert not ready.state.opened.runs.is_paused


def test_undo_survives_a_move_of_the_library(ready: Desk, photo_folder: Path, tmp_path: Path) -> None:
    index(ready, photo_folder)
    asset = ready.state.opened.catalog.photos[0].asset
    ready.submit(AddTag(kind="label", assets=(asset,), name="sea"))
    moving = RunMaintenance(what="move", target=str(tmp_path / "moved"))
    ready.submit(moving)
    ready.run()
    done = ready.reply(moving)
    assert isinstance(done, MaintenanceDone) and done.path == str(tmp_path / "moved")
    assert ready.state.opened.store.folder == tmp_path / "moved" and ready.state.index is not None
    ready.submit(Undo())
    assert ready.all(TagsChanged)[-1].assets == (asset,) and ready.all(TagsChanged)[-1].tags == ()


def test_the_model_before_is_let_go_of(ready: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    other = FakeModel("0the" * 8)
    monkeypatch.setattr("dinodesk.models.loader.load_model", lambda name, **options: other)
    ready.submit(LoadModel(name="other"))
    ready.run()
    assert list(ready.state.models._models) == [other.info.fingerprint]
    assert list(ready.state.opened.indexes) == [other.info.fingerprint]


def test_the_cpu_has_nothing_to_fall_back_to(
    ready: Desk, photo_folder: Path, model: FakeModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_much(pixels: object) -> Iterator[None]:
        raise MemoryError("no room for one photo")
        yield

    monkeypatch.setattr(model, "embed_steps", too_much)
    monkeypatch.setattr(model, "is_out_of_memory", lambda error: isinstance(error, MemoryError))
    adding = AddPhotos(paths=(str(photo_folder),))
    ready.submit(adding)
    ready.run()
    replies = [answer for about, answer in ready.sent if about is adding]
    assert [type(answer) for answer in replies] == [Problem, JobDone]
    assert "too little memory" in replies[0].sentence and replies[1].stopped  # type: ignore[attr-defined]
    assert not any(state.state == "loading" for state in ready.all(ModelState))


def test_a_restart_answers_the_last_searches_without_encoding(
    threads: DecoderPool, ready: Desk, model: FakeModel, photo_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoded: list[str] = []
    embed = model.embed_texts
    monkeypatch.setattr(model, "embed_texts", lambda texts: encoded.extend(texts) or embed(texts))
    library = Path(ready.state.opened.store.folder)

    def ask(desk: Desk, text: str) -> Ranking:
        request = Search(text=text)
        desk.submit(request)
        desk.run()
        answer = desk.reply(request)
        assert isinstance(answer, Ranking)
        return answer

    def kept() -> int:
        return len(list((library / "index").glob("*.texts")))

    ready.submit(KeepSentences(keep=True), AddPhotos(paths=(str(photo_folder),)))
    ready.run()
    monkeypatch.setattr(text_vectors, "SETTLED_S", 3600.0)
    first = ask(ready, "red")
    ready.scheduler.tick()
    ready.run()
    assert kept() == 0, "it may be a moment of typing"
    monkeypatch.setattr(text_vectors, "SETTLED_S", 0.0)
    ready.scheduler.tick()
    ready.run()
    assert kept() == 1, "when there is time"
    monkeypatch.setattr(text_vectors, "SETTLED_S", 3600.0)
    ask(ready, "blue")
    ready.scheduler.close()

    again = Desk(threads)
    again.submit(KeepSentences(keep=True), OpenLibrary(path=str(library)), LoadModel(name="fake"))
    again.run()
    encoded.clear()  # warming up is over
    found = ask(again, "red")
    ask(again, "blue")
    assert encoded == []
    np.testing.assert_array_equal(found.scores, first.scores)
    again.submit(ForgetSentences())
    ask(again, "red")
    assert encoded == ["red"] and kept() == 0
    again.submit(KeepSentences(keep=False))
    ask(again, "blue")
    again.scheduler.close()
    assert kept() == 0
