"""Questions, notices, folders that are gone, and what a job came to."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fake_engine import REPORT, FakeEngine, job_done, job_progress
from PySide6.QtWidgets import QFileDialog, QMessageBox, QPushButton, QWidget

from dinodesk.engine.messages import Problem, Rescan, RescanFolders, ShowStatistics
from dinodesk.records import Folder
from dinodesk.ui.context.app_state import AppState
from dinodesk.ui.context.feedback import Feedback
from dinodesk.ui.library.notices_controller import NoticesController
from dinodesk.ui.theme.theme import Theme
from dinodesk.ui.widgets.notice_bar import NoticeBar

GONE = "214 of 300 photos of /photos are suddenly gone. Nothing was forgotten."
OTHER = "3 of 5 photos of /photos/sea are suddenly gone. Nothing was forgotten."
PHOTOS = Folder("/photos", "photos", "", 300, 1, "online")
SEA = Folder("/photos/sea", "sea", "", 5, 4, "online")
LOST = Folder("/home/me/local7", "local7", "", 29, 7, "missing")
LOST_TOO = Folder("/home/me/local8", "local8", "", 1, 8, "missing")
WHOLE = job_done(found=300, unchanged=300, whole=True)
PART = job_done(found=12, unchanged=12)


@pytest.fixture
def bar(theme: Theme, parent: QWidget) -> NoticeBar:
    parent.show()
    return NoticeBar(theme, "standing", parent)


@pytest.fixture
def notices(fake, state: AppState, bar: NoticeBar, feedback: Feedback, parent: QWidget) -> NoticesController:
    return NoticesController(fake, state, bar, feedback, parent)


@pytest.fixture
def say(notices, state: AppState, fake: FakeEngine):
    """The library says how it is."""

    def say_(question: str = "", *folders: Folder, **more: object) -> None:
        state.set_library(replace(fake.state(question), folders=folders or (PHOTOS, SEA), **more))

    return say_


# ── questions ───────────────────────────────────────────────────────────────────────────────────


def test_a_question_stands_and_has_two_answers(say, bar: NoticeBar) -> None:
    say(GONE)
    assert bar.sentence == GONE and not bar._close.isVisible()
    assert (bar._button.text(), bar._other.text()) == ("They were deleted", "Leave as it is")
    say("")  # later news ask nothing
    assert bar.sentence == GONE


def test_what_was_left_as_it_is_is_not_asked_again(say, bar: NoticeBar, fake: FakeEngine) -> None:
    say(GONE)
    bar._other.click()
    say(GONE)
    assert bar.sentence == "" and fake.sent == []
    say(GONE.replace("214", "230"))
    assert bar.sentence == GONE.replace("214", "230")  # that is another question


def test_newer_numbers_take_the_place_of_the_older_ones(say, bar: NoticeBar) -> None:
    say(f"{GONE}\n{OTHER}")
    assert bar.sentence == f"{GONE}\n{OTHER}"
    say(GONE.replace("214", "240"))
    assert bar.sentence == f"{OTHER}\n{GONE.replace('214', '240')}"  # /photos/sea is a root of its own


def test_deleted_on_purpose_is_asked_once_more(
    say, bar: NoticeBar, parent: QWidget, fake: FakeEngine
) -> None:
    say(f"{GONE}\n{OTHER}")
    bar._button.click()
    box = parent.findChild(QMessageBox, "believeBox")
    assert bar.isVisible() and fake.sent == []
    box.findChild(QPushButton, "believeBoxChoice0").click()
    assert fake.values_of(Rescan) == [((1, 4),)] and bar.sentence == ""


def test_a_question_goes_with_its_folder_or_its_drive(say, bar: NoticeBar) -> None:
    for folders in ((SEA,), (replace(PHOTOS, state="offline"), SEA)):
        say(GONE)
        say("", *folders)
        assert bar.sentence == ""


def test_a_question_of_no_known_folder_stays(say, bar: NoticeBar) -> None:
    say("The drive lost everything.")
    say("", SEA)
    assert bar.sentence == "The drive lost everything."


def test_another_library_has_its_own_questions(say, bar: NoticeBar) -> None:
    say(GONE)
    bar._other.click()
    say(GONE, path="/other")
    assert bar.sentence == GONE


def test_a_whole_scan_that_asks_nothing_settles_all_questions(say, bar: NoticeBar, fake: FakeEngine) -> None:
    say(GONE)
    fake.broadcast(WHOLE)  # the scan that asked
    assert bar.sentence == GONE
    fake.broadcast(replace(WHOLE, stopped=True))
    assert bar.sentence == GONE
    fake.broadcast(WHOLE)
    assert bar.sentence == "" and fake.sent == []


def test_after_a_scan_of_a_part_the_whole_folder_is_scanned_once(
    say, bar: NoticeBar, fake: FakeEngine
) -> None:
    say(f"{GONE}\n{OTHER}")
    fake.broadcast(PART)  # the job that asked
    fake.broadcast(PART)  # something came back
    fake.broadcast(PART)  # and more, while that is looked at
    assert fake.values_of(RescanFolders) == [(("/photos", "/photos/sea"),)]
    fake.reply(RescanFolders, PART)
    assert bar.sentence == ""


def test_a_check_that_asks_again_leaves_the_question(say, bar: NoticeBar, fake: FakeEngine) -> None:
    say(GONE)
    for _ in range(2):
        fake.broadcast(PART)
    say(GONE)  # not all of it is back
    fake.reply(RescanFolders, PART)
    assert bar.sentence == GONE
    fake.broadcast(PART)
    assert len(fake.sent_of(RescanFolders)) == 2  # it may be checked again


def test_a_check_that_fails_is_told_and_can_be_repeated(
    say, bar, feedback: Feedback, fake: FakeEngine
) -> None:
    say(GONE)
    for _ in range(2):
        fake.broadcast(PART)
    fake.reply(RescanFolders, Problem(sentence="The disk is full."))
    assert bar.sentence == GONE and feedback.notice.sentence == "The disk is full."
    fake.broadcast(PART)
    assert len(fake.sent_of(RescanFolders)) == 2


# ── notices and folders that are gone ───────────────────────────────────────────────────────────


def test_notices_are_read_one_by_one_and_once_in_each_library(say, bar: NoticeBar) -> None:
    notices = ("The library was restored.", "It lies on a network drive.")
    say(notices=notices)
    assert bar.sentence == notices[0] and bar._close.isVisible()
    bar._close.click()
    assert bar.sentence == notices[1]
    bar._close.click()
    say(notices=notices)
    assert bar.sentence == ""
    say(notices=notices, path="/other")
    assert bar.sentence == notices[0]


def test_a_question_goes_before_a_lost_folder_and_that_before_a_notice(say, bar: NoticeBar, fake) -> None:
    more = {"notices": ("It lies on a network drive.",)}
    say("", PHOTOS, LOST, **more)
    assert bar.sentence == "It lies on a network drive."  # the scan may find its photos
    fake.broadcast(WHOLE)
    assert bar.sentence.startswith("The folder local7 is not where it was")
    say(GONE, PHOTOS, LOST, **more)
    assert bar.sentence == GONE
    bar._other.click()
    assert bar.sentence.startswith("The folder local7")
    bar._other.click()
    assert bar.sentence == "It lies on a network drive."
    fake.broadcast(WHOLE)
    assert bar.sentence == "It lies on a network drive."  # it was to be left so


def test_where_a_lost_folder_is_now_can_be_told(qtbot, notices, say, bar, parent, fake: FakeEngine) -> None:
    say("", PHOTOS, LOST, LOST_TOO)
    fake.broadcast(WHOLE)
    bar._button.click()
    dialog = parent.findChild(QFileDialog, "lostFolderDialog")
    assert dialog.windowTitle() == "Where is the folder local7 now?" and "local7" in bar.sentence
    with qtbot.waitSignal(notices.folderFound) as found:
        dialog.fileSelected.emit("/media/local7")
    assert found.args == ["/media/local7"] and "local8" in bar.sentence
    dialog.close()


def test_folders_without_photos_and_inner_ones_are_not_asked_about(say, bar: NoticeBar, fake) -> None:
    say("", PHOTOS, replace(LOST, count=0), replace(LOST_TOO, parent="/home/me"))
    fake.broadcast(WHOLE)
    assert bar.sentence == ""


# ── what a job came to ──────────────────────────────────────────────────────────────────────────


def test_a_job_is_summed_up_in_one_line(notices, feedback: Feedback, fake: FakeEngine) -> None:
    fake.broadcast(job_done(indexed=7, moved=1))
    assert feedback.status.sentence == "7 photos indexed · 1 photo recognised, not indexed again"
    assert not feedback.offering


@pytest.mark.parametrize(
    ("done", "expected"),
    [
        (job_done(found=3, unchanged=3), False),  # a look by itself, and nothing new
        (job_done(indexed=1), True),
        (job_done(moved=1), True),
        (job_done(missing=1), True),
        (job_done(left_out=1), True),
    ],
)
def test_an_automatic_scan_without_changes_keeps_the_status(
    notices, feedback: Feedback, fake, done, expected: bool
) -> None:
    feedback.show_status("The library was verified.", keep=True)
    fake.broadcast(done)
    assert (feedback.status.sentence != "The library was verified.") is expected


def test_a_scan_that_was_asked_for_always_says_what_it_found(notices, feedback: Feedback, fake) -> None:
    feedback.show_status("The library was verified.", keep=True)
    fake.broadcast(PART)
    notices.tell_scan(PART)
    assert feedback.status.sentence == "Everything is up to date"


def test_an_interrupted_job_shows_nothing(notices, feedback: Feedback, fake: FakeEngine) -> None:
    fake.broadcast(job_done(found=20, indexed=7, stopped=True))
    assert feedback.status.sentence == ""
    notices.note_stop()
    fake.broadcast(job_done(found=20, indexed=7, stopped=True))
    assert feedback.status.sentence == "Stopped: 7 photos indexed"
    fake.broadcast(job_done(found=20, indexed=9, stopped=True))
    assert feedback.status.sentence == "Stopped: 7 photos indexed"  # one stop is for one job


def test_a_question_clears_the_status_line(notices, say, feedback: Feedback, fake: FakeEngine) -> None:
    feedback.show_status("3 copied")
    say(GONE)
    fake.broadcast(job_done(found=86, missing=214, whole=True))
    assert feedback.status.sentence == ""


def test_photos_of_a_drive_that_was_pulled_wait_for_it(notices, state, feedback, fake: FakeEngine) -> None:
    state.set_library(fake.state())
    fake.broadcast(job_done(indexed=231, left_behind=369))
    expected = "369 photos wait for the drive “Archive 7”: plug it in, and indexing goes on"
    assert feedback.status.sentence == expected and feedback.offering
    two = replace(fake.state().folders[-1], path="/b", drive="Backup")
    state.set_library(replace(fake.state(), folders=(*fake.state().folders, two)))
    fake.broadcast(job_done(left_behind=1))
    assert feedback.status.sentence.startswith("1 photo waits for the drive: ")  # which of them is unknown


def test_photos_of_a_lost_folder_are_not_with_a_drive(notices, say, feedback: Feedback, fake) -> None:
    say("", PHOTOS, LOST)
    fake.broadcast(job_done(found=300, unchanged=300, offline=29, whole=True))
    assert feedback.status.sentence == "Everything here is up to date · 29 photos not found"
    say("", PHOTOS, replace(LOST, state="offline"))
    fake.broadcast(job_done(found=300, unchanged=300, offline=29, whole=True))
    assert feedback.status.sentence == "Everything here is up to date · 29 photos away"


# ── imports ─────────────────────────────────────────────────────────────────────────────────────

LONG = job_done(241.5, found=3322, indexed=3310, skipped=2)


def ended(notices: NoticesController, fake: FakeEngine, done) -> None:
    """An import ends as the client tells it: to all, then to who asked."""
    fake.broadcast(job_progress("indexing", 1, 9))
    fake.broadcast(done)
    notices.tell_import(done)


def test_a_quick_import_is_one_line_that_stays(notices, feedback: Feedback, fake: FakeEngine) -> None:
    ended(notices, fake, job_done(found=20, indexed=20))
    assert feedback.status.sentence == "20 photos indexed" and feedback.status.button == ""
    assert feedback.offering


def test_a_long_import_offers_its_report(qtbot, notices, feedback: Feedback, fake: FakeEngine) -> None:
    ended(notices, fake, LONG)
    assert feedback.status.sentence == "3,310 photos added, 2 could not be read, in 4 min"
    assert feedback.status.button == "Report…"
    feedback.status.do()
    assert len(fake.sent_of(ShowStatistics)) == 1
    with qtbot.waitSignal(notices.reportFound) as found, qtbot.assertNotEmitted(notices.reportMissed):
        fake.settle()
    assert found.args == [REPORT]


def test_a_report_that_was_not_kept_is_missed(qtbot, notices, feedback: Feedback, fake: FakeEngine) -> None:
    fake.reports = (replace(REPORT, data={}),)
    ended(notices, fake, LONG)
    feedback.status.do()
    with qtbot.waitSignal(notices.reportMissed), qtbot.assertNotEmitted(notices.reportFound):
        fake.settle()


def test_an_import_that_was_stopped_reports_what_is_there(notices, feedback: Feedback, fake) -> None:
    stopped = replace(LONG, stopped=True)
    ended(notices, fake, stopped)
    assert feedback.status.button == ""  # something went first
    notices.note_stop()
    ended(notices, fake, stopped)
    assert feedback.status.sentence.startswith("Stopped: 3,310 photos added")
    assert feedback.status.button == "Report…"


def test_an_import_whose_drive_was_pulled_says_that(notices, state, feedback, fake: FakeEngine) -> None:
    state.set_library(fake.state())
    ended(notices, fake, replace(LONG, left_behind=369))
    assert feedback.status.sentence.startswith("369 photos wait") and feedback.status.button == ""


def test_a_scan_that_nobody_asked_for_and_that_finds_nothing_takes_no_sentence_away(
    notices, feedback: Feedback, fake: FakeEngine
) -> None:
    fake.broadcast(job_progress("scanning"))
    fake.broadcast(WHOLE)
    assert feedback.status.sentence == "Everything is up to date"
    feedback.show_status("1 photo moved to the trash")
    fake.broadcast(job_progress("scanning"))
    fake.broadcast(WHOLE)
    assert feedback.status.sentence == "1 photo moved to the trash"
    fake.broadcast(job_progress("scanning"))
    fake.broadcast(job_done(found=300, unchanged=298, missing=2))
    assert feedback.status.sentence == "2 photos missing"
    fake.broadcast(job_progress("scanning", request=7))  # F5
    fake.broadcast(WHOLE)
    assert feedback.status.sentence == "Everything is up to date"
