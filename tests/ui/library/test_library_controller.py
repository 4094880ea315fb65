"""Opening libraries, adding photos, scanning."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from fake_engine import FakeEngine, job_done, job_progress
from PySide6.QtWidgets import QFileDialog, QWidget

from dinodesk import paths
from dinodesk.engine.messages import Accepted, AddPhotos, OpenLibrary, Problem, Rescan
from dinodesk.settings import Settings
from dinodesk.ui.context.app_state import AppState
from dinodesk.ui.context.feedback import Feedback

LOCKED = Problem(sentence="Another window has this library open.", remedy="Close it first.")


@pytest.fixture
def quiet(fake: FakeEngine) -> FakeEngine:
    """The engine that opens a library only when a test says so."""
    fake.answers[OpenLibrary] = lambda _: []
    return fake


def opened(fake: FakeEngine, path: str) -> None:
    """The engine has opened a library."""
    fake.broadcast(replace(fake.state(), path=path))
    fake.reply(OpenLibrary, Accepted())


def test_a_library_that_opens_is_known_to_all(qtbot, library, state: AppState, fake: FakeEngine) -> None:
    library.open("/library", make=False)
    assert fake.values_of(OpenLibrary) == [("/library", False)]
    with qtbot.waitSignal(state.libraryChanged):
        fake.settle()
    assert state.library.path == "/library" and not state.library_failed


def test_one_that_cannot_be_opened_offers_another_one(
    library, state, feedback: Feedback, parent, quiet
) -> None:
    library.open("/locked")
    quiet.reply(OpenLibrary, LOCKED)
    assert state.library_failed
    assert feedback.notice.sentence == "Another window has this library open. Close it first."
    assert feedback.notice.button == "Open another library…"
    feedback.notice.do()
    dialog = parent.findChild(QFileDialog)
    dialog.fileSelected.emit("/other")
    dialog.close()
    assert quiet.values_of(OpenLibrary)[-1] == ("/other", True) and not state.library_failed


def test_it_can_be_tried_again_as_it_was_asked_for(
    library, state, feedback: Feedback, quiet: FakeEngine
) -> None:
    library.open_again()
    assert quiet.sent == []  # nothing was asked for yet
    library.open("/drive/library", make=False)
    quiet.reply(OpenLibrary, LOCKED)
    library.open_again()
    assert quiet.values_of(OpenLibrary) == [("/drive/library", False)] * 2
    assert feedback.notice.sentence == "" and not state.library_failed


def test_a_library_that_was_open_before_is_not_made_anew(library, fake: FakeEngine) -> None:
    library.return_to_library("/photos/before")
    assert fake.values_of(OpenLibrary) == [("/photos/before", False)]


def test_a_library_is_the_one_to_start_with_once_it_is_open(library, saved: list[Settings], quiet) -> None:
    library.switch_library("/other")
    assert saved == []
    quiet.broadcast(replace(quiet.state(), path="/library"))  # the one before tells something
    assert saved == []
    opened(quiet, "/other")
    assert saved == [Settings(library="/other")]
    opened(quiet, "/other")
    assert len(saved) == 1


def test_one_that_did_not_open_is_not_remembered(library, saved: list[Settings], quiet: FakeEngine) -> None:
    library.switch_library("/locked")
    quiet.reply(OpenLibrary, LOCKED)
    quiet.broadcast(quiet.state())
    assert saved == []


def test_the_persons_own_library_needs_no_name(library, saved: list[Settings], quiet: FakeEngine) -> None:
    library.open_default()
    opened(quiet, str(paths.default_library()))
    assert quiet.values_of(OpenLibrary) == [(str(paths.default_library()), True)]
    assert saved == [Settings(library="")]


def test_the_samples_are_a_library_of_their_own(library, saved: list[Settings], feedback, quiet) -> None:
    library.switch_library("/other")
    library.open_samples()
    assert quiet.sent_of(OpenLibrary)[-1].path == str(paths.sample_library())
    assert quiet.values_of(AddPhotos) == [((str(paths.resource("samples")),),)]
    opened(quiet, str(paths.sample_library()))
    assert "yours is untouched" in feedback.status.sentence and feedback.offering
    opened(quiet, "/other")
    assert saved == []  # the person chose the samples instead


# ── adding and scanning ─────────────────────────────────────────────────────────────────────────


def test_photos_are_added_and_their_end_is_told(qtbot, library, fake: FakeEngine) -> None:
    library.add([])
    assert fake.sent == []
    library.add(["/photos/a", "/photos/b.jpg"])
    assert fake.values_of(AddPhotos) == [(("/photos/a", "/photos/b.jpg"),)]
    done = job_done(indexed=7)
    with qtbot.waitSignal(library.importEnded) as ended, qtbot.assertNotEmitted(library.scanEnded):
        fake.reply(AddPhotos, done)
    assert ended.args == [done]
    with qtbot.assertNotEmitted(library.importEnded):
        fake.broadcast(done)  # a job that nobody here asked for


@pytest.mark.parametrize(
    ("phase", "sentence"),
    [("indexing", "“more↵photos” is added after what is running now"), ("paused", ""), (None, "")],
)
def test_a_waiting_import_says_so(library, state, feedback: Feedback, phase, sentence: str) -> None:
    state.set_job(job_progress(phase) if phase else None)
    feedback.show_status("3 copied")
    library.add(["/photos/more\nphotos"])
    assert feedback.status.sentence == sentence


def test_folders_and_photos_are_asked_for(qtbot, library, parent: QWidget, fake: FakeEngine) -> None:
    for ask, signal, given in (
        (library.ask_folder, "fileSelected", "/photos/a"),
        (library.ask_photos, "filesSelected", ["/b.jpg", "/c.jpg"]),
    ):
        ask()
        dialog = parent.findChild(QFileDialog)
        getattr(dialog, signal).emit(given)
        dialog.close()
        qtbot.waitUntil(lambda: parent.findChild(QFileDialog) is None)
    assert fake.values_of(AddPhotos) == [(("/photos/a",),), (("/b.jpg", "/c.jpg"),)]


def test_a_scan_that_was_asked_for_is_told_at_its_end(qtbot, library, fake: FakeEngine) -> None:
    library.rescan()
    assert fake.values_of(Rescan) == [((),)]
    with qtbot.waitSignal(library.scanEnded), qtbot.assertNotEmitted(library.importEnded):
        fake.reply(Rescan, job_done())


def test_a_scan_ends_what_was_said_of_the_job_before(library, feedback: Feedback) -> None:
    feedback.show_status("Stopped. 3 photos still to be indexed; F5 goes on.", keep=True)
    library.rescan()
    assert feedback.status.sentence == "" and not feedback.offering


def test_a_scan_while_paused_says_that_it_waits(library, state, feedback: Feedback) -> None:
    state.set_job(job_progress("paused"))
    library.rescan()
    assert feedback.status.sentence == "The folders are looked through when indexing is resumed"


@pytest.mark.parametrize("kind", [AddPhotos, Rescan])
def test_what_failed_can_be_tried_again(library, feedback: Feedback, fake: FakeEngine, kind) -> None:
    library.add(["/photos/a"]) if kind is AddPhotos else library.rescan()
    fake.reply(kind, Problem(sentence="The disk is full.", remedy="Make room."))
    assert (
        feedback.notice.sentence == "The disk is full. Make room." and feedback.notice.button == "Try again"
    )
    before = len(fake.sent_of(Rescan))
    feedback.notice.do()
    assert len(fake.sent_of(Rescan)) == before + 1


def test_a_relative_library_is_remembered_as_it_was_chosen(
    library, saved, quiet, monkeypatch, tmp_path
) -> None:
    monkeypatch.chdir(tmp_path)
    library.remember_when_open("photos-library")
    opened_at = str(Path(tmp_path) / "photos-library")
    library.open("photos-library")
    opened(quiet, opened_at)
    assert saved == [Settings(library="photos-library")]
