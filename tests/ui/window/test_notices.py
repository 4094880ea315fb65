"""What the library tells by itself: estimates, pauses, imports, questions, notices, drives."""

from __future__ import annotations

from dataclasses import replace

from fake_engine import REPORT, FakeEngine, job_done, job_progress
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFileDialog, QLabel, QMessageBox, QPushButton, QToolButton

from dinodesk.engine.messages import (
    Accepted,
    AddPhotos,
    ControlJob,
    JobEstimate,
    JobProgress,
    LeaveShared,
    MaintenanceDone,
    MarkDrive,
    Problem,
    Rescan,
    RescanFolders,
    RunMaintenance,
)
from dinodesk.records import Folder, InFolder
from dinodesk.ui.library.library_tree import fitted
from dinodesk.ui.library.report_dialog import ReportDialog

GONE = "214 of 300 photos of /photos are suddenly gone. Nothing was forgotten."


def progress(phase: str, done: int = 0, total: int = 0, request: int = 0) -> JobProgress:
    return job_progress(phase, done, total, request=request, rate=14.2, seconds_left=148.0)


def press(window, name: str) -> None:
    button = window.findChild(QPushButton, name)
    assert button.isVisible()
    button.click()


# ── jobs ────────────────────────────────────────────────────────────────────────────────────────


def test_a_long_job_says_what_it_will_take_beside_pause_and_stop(qtbot, window, engine):
    engine.broadcast(progress("indexing", 12, 3310))
    engine.broadcast(JobEstimate(photos=3310, seconds=231.0, bytes=480_000_000))
    strip = window.strip
    expected = "3,310 photos: about 4 min on this device, 480 MB of disk"
    assert strip.message.whole == expected
    assert strip.pause.isVisible() and strip.stop.isVisible() and strip.message.isVisible()
    qtbot.waitUntil(lambda: strip.message.text() == expected)  # whole, not cut
    engine.broadcast(progress("indexing", 40, 3310))
    assert strip.figures.text() == "40 of 3,310"  # the time is said once
    window.feedback._fading.timeout.emit()
    assert strip.message.whole == ""
    engine.broadcast(progress("indexing", 80, 3310))
    assert strip.figures.text() == "80 of 3,310 · 14/s · 2 min left"


def test_in_a_narrow_window_the_estimate_goes_before_the_figures(qtbot, window, engine):
    engine.skipped = 12
    engine.broadcast(engine.state())
    window.resize(window.minimumSizeHint().width(), 700)
    engine.broadcast(progress("indexing", 12, 3310))
    engine.broadcast(JobEstimate(photos=3310, seconds=231.0, bytes=480_000_000))
    strip = window.strip
    qtbot.waitUntil(lambda: strip.message.text().startswith("3,310 photos: about 4 min on this device"))
    assert not strip.figures.isVisible() and strip.progress.isVisible()
    window.feedback._fading.timeout.emit()
    engine.broadcast(progress("indexing", 40, 3310))
    assert strip.figures.isVisible()


def test_every_phase_has_its_words(window, engine):
    for phase, word in (
        ("verify", "Verifying"),
        ("backup", "Backing up"),
        ("move", "Moving"),
        ("private", "Protecting"),
    ):
        engine.broadcast(job_progress(phase, 1, 9, title="library"))
        assert window.strip.job.text() == f"{word} the library" and window.strip.figures.text() == "1 of 9"
    engine.broadcast(job_progress("backup", title="library"))
    assert window.strip.progress.maximum() == 0 and window.strip.figures.text() == ""


def test_a_pause_says_what_is_left_and_offers_to_resume(window, engine):
    engine.broadcast(progress("paused", 2106, 3310))
    pause = window.findChild(QToolButton, "pauseButton")
    assert window.strip.job.text() == "Paused: 1,204 photos to go"
    assert (pause.text(), pause.accessibleName()) == ("Resume", "Resume")
    pause.click()
    assert engine.values_of(ControlJob) == [("resume",)]
    engine.broadcast(progress("indexing", 2106, 3310))
    assert pause.text() == "" and pause.accessibleName() == "Pause"


def test_a_pause_from_before_the_start_is_told(qtbot, open_window, thumbnails):
    window = open_window(engine=FakeEngine(0, thumbnails))
    window.engine.broadcast(progress("paused"))
    assert window.strip.job.text() == "Indexing is paused"
    assert window.strip.pause.isVisible() and not window.strip.progress.isVisible()
    assert window.results.stack.currentWidget() is window.results.empty
    assert "Indexing is paused." in [label.text() for label in window.results.empty.findChildren(QLabel)]


def test_a_scan_while_indexing_is_paused_says_that_it_waits(window, engine):
    engine.broadcast(progress("paused", 2106, 3310))
    window.actions_["rescan"].trigger()
    assert engine.values_of(Rescan) == [((),)] and "resumed" in window.strip.message.whole


def test_an_import_with_skipped_files_offers_its_report(qtbot, window, engine):
    window.library.add(["/photos/Holiday 24"])
    number = engine.sent_of(AddPhotos)[-1].id
    engine.broadcast(progress("indexing", 1, 3322, number))
    engine.reply(AddPhotos, job_done(found=3322, indexed=3310, skipped=2, seconds=241.5))
    strip = window.strip
    assert strip.message.whole == "3,310 photos added, 2 could not be read, in 4 min"
    engine.broadcast(progress("scanning"))  # a look by itself takes nothing away
    engine.broadcast(job_done(found=300, unchanged=300))
    assert strip.message.whole == "3,310 photos added, 2 could not be read, in 4 min"
    press(window, "statusAction")
    qtbot.waitUntil(lambda: window.findChild(ReportDialog) is not None)
    dialog = window.findChild(ReportDialog)
    assert dialog.report == REPORT and dialog.isVisible() and not dialog.isModal()
    dialog.close()


def test_an_import_that_is_quick_and_whole_offers_none(window, engine):
    window.library.add(["/photos/Holiday 24"])
    engine.reply(AddPhotos, job_done(found=20, indexed=20, seconds=2.0))
    assert window.strip.message.whole == "20 photos indexed (300 in the library now)"
    assert not window.strip.action.isVisible()


def test_an_interrupted_import_reports_at_its_end_only(window, engine):
    window.library.add(["/photos/Holiday 24"])
    number = engine.sent_of(AddPhotos)[-1].id
    engine.broadcast(
        job_done(found=20, indexed=20, skipped=3, seconds=2.0, stopped=True)
    )  # verifying went first
    assert not window.strip.action.isVisible()
    engine.broadcast(progress("indexing", 1, 20, number))
    window.strip.stop.click()
    engine.reply(AddPhotos, job_done(found=20, indexed=5, unchanged=15, skipped=3, seconds=2.0, stopped=True))
    assert window.strip.message.whole.startswith("Stopped: 5 photos added")
    assert window.strip.action.isVisible()


def test_messages_stay_with_their_library(qtbot, window, engine):
    window.library.add(["/photos/Holiday 24"])
    engine.reply(AddPhotos, job_done(found=20, indexed=17, skipped=3, seconds=2.0))
    window.feedback.show_notice("The disk is full.")
    assert window.strip.action.isVisible()
    window.strip.stop.click()  # a job that ends because another library is opened
    engine.broadcast(replace(engine.state(), path="/other"))
    assert window.strip.message.whole == "" and not window.strip.action.isVisible()
    assert not window.results.notice.isVisible()
    engine.broadcast(job_done(found=20, indexed=5, stopped=True, left=15))
    assert window.strip.message.whole == "", "nobody stopped a job of this library"


# ── questions and notices ───────────────────────────────────────────────────────────────────────


def test_a_question_stands_until_it_is_answered(window, engine):
    bar = window.results.standing
    engine.broadcast(engine.state(GONE))
    engine.broadcast(engine.state())  # later news ask nothing
    window.feedback.show_notice("Something else.")
    assert bar.isVisible() and bar.sentence == GONE and not bar._close.isVisible()
    press(window, "standingOtherButton")
    assert not bar.isVisible() and not engine.values_of(Rescan)
    engine.broadcast(engine.state(GONE))
    assert not bar.isVisible()  # answered in this session
    engine.broadcast(engine.state(GONE.replace("214", "230")))
    assert bar.isVisible() and "230" in bar.sentence
    engine.broadcast(engine.state(GONE.replace("214", "240")))
    assert bar.sentence == GONE.replace("214", "240")  # the newest numbers only


def test_deleted_on_purpose_is_asked_once_more(window, engine):
    engine.broadcast(engine.state(GONE))
    press(window, "standingButton")
    box = window.findChild(QMessageBox, "believeBox")
    assert window.results.standing.isVisible() and not engine.values_of(Rescan)
    assert box.textFormat() == Qt.TextFormat.PlainText
    box.findChild(QPushButton, "believeBoxChoice0").click()
    assert engine.values_of(Rescan) == [((1,),)]
    assert not window.results.standing.isVisible()


def test_a_question_goes_with_what_it_is_about(window, engine):
    bar = window.results.standing
    engine.broadcast(engine.state(GONE))
    engine.broadcast(job_done(found=300, unchanged=300, seconds=1.0, whole=True))  # the look that asked
    assert bar.isVisible()
    engine.broadcast(job_done(found=2, unchanged=2, seconds=1.0))  # another folder
    assert bar.isVisible()
    engine.broadcast(job_done(found=300, unchanged=300, seconds=1.0, whole=True))  # all is there again
    assert not bar.isVisible()
    engine.broadcast(engine.state(GONE))
    left = tuple(f for f in engine.state().folders if f.root != 1)
    engine.broadcast(replace(engine.state(), folders=left))
    assert not bar.isVisible()


def test_a_question_goes_when_the_watch_sees_the_folder_again(window, engine):
    bar = window.results.standing
    engine.broadcast(engine.state(GONE))
    engine.broadcast(job_done())  # the job that asked
    assert bar.isVisible() and not engine.values_of(RescanFolders)
    engine.broadcast(engine.state())
    engine.broadcast(job_done(found=12, unchanged=12))  # the watch looked at a part
    assert bar.isVisible() and engine.values_of(RescanFolders) == [(("/photos",),)]
    engine.broadcast(engine.state(GONE))  # not all of it is back
    engine.reply(RescanFolders, job_done(found=12, unchanged=12))
    assert bar.isVisible()
    engine.broadcast(job_done(found=12, unchanged=12))
    engine.reply(RescanFolders, job_done(found=300, unchanged=300))
    assert not bar.isVisible() and len(engine.values_of(RescanFolders)) == 2


def test_in_a_narrow_window_the_buttons_stand_under_the_question(qtbot, window, engine):
    bar = window.results.standing
    engine.broadcast(engine.state(GONE))
    window.resize(1060, 640)
    qtbot.waitUntil(lambda: bar._button.y() > bar._text.geometry().bottom())
    assert bar._other.x() < bar._button.x() and not bar._other.property("link")
    window.resize(1900, 850)
    qtbot.waitUntil(lambda: bar._button.x() > bar._text.geometry().right())


def test_notices_are_shown_once_and_whole(window, engine):
    bar = window.results.standing
    notices = ("The library was restored. " * 8, "The library lies on a network drive.")
    state = replace(engine.state(), notices=notices)
    engine.broadcast(state)
    assert bar.sentence == notices[0] and bar._text.wordWrap()
    bar._close.click()
    assert bar.sentence == notices[1]
    bar._close.click()
    engine.broadcast(state)
    assert not bar.isVisible()
    engine.broadcast(replace(state, path="/other"))
    assert bar.isVisible()


def test_a_library_that_others_can_read_is_said_with_a_button(window, engine):
    bar = window.results.standing
    shared = replace(engine.state(), shared=True)
    engine.broadcast(replace(shared, notices=("It lies on a network drive.",)))
    assert bar.sentence == "It lies on a network drive."  # one after the other
    bar._close.click()
    assert "can read this library (/library)" in bar.sentence and bar._button.text() == "Make it private"
    engine.answers[RunMaintenance] = lambda _: iter([MaintenanceDone(what="private")])
    bar._button.click()
    assert not bar.isVisible() and engine.sent[-1] == RunMaintenance(what="private")
    engine.broadcast(engine.state())
    assert not bar.isVisible()


def test_what_came_of_making_a_library_private_is_said(qtbot, window, engine):
    for done, words in (
        (MaintenanceDone(what="private"), "Only you can read this library now."),
        (MaintenanceDone(what="private", refused=1), "1 file of the library could not be made private"),
        (MaintenanceDone(what="private", stopped=True), "Stopped. Others can't get into"),
    ):
        engine.answers[RunMaintenance] = lambda _, done=done: iter([done])
        engine.broadcast(replace(engine.state(), shared=True))
        window.results.standing._button.click()
        qtbot.waitUntil(lambda words=words: window.strip.message.whole.startswith(words))


def test_a_library_that_may_be_read_by_others_is_not_named_again(window, engine):
    bar = window.results.standing
    engine.broadcast(replace(engine.state(), shared=True))
    bar._close.click()
    assert not bar.isVisible() and engine.sent[-1] == LeaveShared()


def test_folders_that_are_not_watched_are_a_quiet_line(window, engine):
    why = "/nas lies on a network drive, which sends no news of changes: it is looked through now and then."
    engine.broadcast(replace(engine.state(), unwatched=why))
    label = window.strip.unwatched
    assert label.isVisible() and label.toolTip() == why
    engine.broadcast(progress("scanning"))
    assert not label.isVisible()
    engine.broadcast(job_done(seconds=0.0))
    assert label.isVisible()
    engine.broadcast(engine.state())
    assert not label.isVisible()


# ── folders that are gone ───────────────────────────────────────────────────────────────────────

LOST = Folder("/home/me/local7", "local7", "", 29, 7, "missing")
LOST_TOO = Folder("/home/me/local8", "local8", "", 1, 8, "missing")
LOOKED = job_done(found=300, unchanged=300, seconds=1.0, whole=True)


def lose(engine: FakeEngine, *lost: Folder) -> None:
    engine.broadcast(replace(engine.state(), folders=(*engine.state().folders, *lost)))


def test_a_folder_that_is_not_where_it_was_is_asked_about(qtbot, window, engine, tmp_path):
    bar = window.results.standing
    lose(engine, LOST)
    assert not bar.isVisible()  # the look through the folders may find its photos
    engine.broadcast(LOOKED)
    expected = "The folder local7 is not where it was (/home/me/local7). Its 29 photos are kept."
    assert bar.sentence == expected and not bar._close.isVisible()
    press(window, "standingButton")
    dialog = window.findChild(QFileDialog, "lostFolderDialog")
    assert bar.sentence == expected and dialog.fileMode() == QFileDialog.FileMode.Directory
    dialog.fileSelected.emit(str(tmp_path))
    dialog.close()
    assert engine.values_of(AddPhotos) == [((str(tmp_path),),)] and not bar.isVisible()
    lose(engine, replace(LOST, count=4))
    assert not bar.isVisible()
    engine.reply(AddPhotos, job_done(found=25, moved=25, seconds=1.0))
    assert "Its 4 photos are kept." in bar.sentence  # not all of them were found there
    lose(engine)
    assert not bar.isVisible()


def test_folders_that_are_gone_are_asked_about_one_by_one_and_once(window, engine):
    bar = window.results.standing
    lose(engine, LOST, LOST_TOO, replace(LOST, path="/home/me/empty", count=0))
    engine.broadcast(LOOKED)
    assert "local7" in bar.sentence
    press(window, "standingOtherButton")
    assert bar.sentence == "The folder local8 is not where it was (/home/me/local8). Its one photo is kept."
    engine.broadcast(replace(engine.state(GONE), folders=(*engine.state().folders, LOST_TOO)))
    assert bar.sentence == GONE  # what can't be undone goes first
    press(window, "standingOtherButton")
    assert "local8" in bar.sentence
    press(window, "standingOtherButton")
    engine.broadcast(LOOKED)
    lose(engine, LOST, LOST_TOO)
    engine.broadcast(LOOKED)
    assert not bar.isVisible() and not engine.values_of(AddPhotos)


def test_the_tree_elides_names_and_never_states(window, engine):
    lose(engine, replace(LOST, name="a folder with a very long name " * 3))
    metrics = window.tree.fontMetrics()
    expected = fitted(metrics, "a folder with a very long name " * 3, " · not found", 200)
    assert expected.endswith("… · not found") and metrics.horizontalAdvance(expected) <= 200
    assert fitted(metrics, "local7", " · not found", 200) == "local7 · not found"
    tip = window.tree.model().index_of(InFolder(LOST.path)).data(Qt.ItemDataRole.ToolTipRole)
    assert tip == "/home/me/local7\nnot found where it was"


# ── drives ──────────────────────────────────────────────────────────────────────────────────────

STICK = Folder("/media/stick/Trips", "Trips", "", 20, 3, "online", "KINGSTON", False)


def headings(window) -> list[str]:
    model, tree = window.tree.model(), window.tree
    rows = [r for r in range(model.rowCount()) if not tree.isRowHidden(r, tree.rootIndex())]
    return [str(model.index(r, 0).data()) for r in rows]


def test_folders_stand_under_their_drives(window, engine):
    assert headings(window)[2:] == ["This computer", "photos", "Archive 7 · away", "Archive 7"]
    tip = window.tree.model().index_of(InFolder("/archive")).data(Qt.ItemDataRole.ToolTipRole)
    assert tip == "/archive\naway: plug in “Archive 7”"
    alone = tuple(f for f in engine.state().folders if f.drive != "Archive 7")
    engine.broadcast(replace(engine.state(), folders=alone))
    assert headings(window) == ["Library", "All photos", "Folders", "photos"]
    engine.broadcast(replace(engine.state(), folders=(STICK, *alone)))
    assert headings(window) == ["Library", "All photos", "This computer", "photos", "KINGSTON", "Trips"]
    window.tree.choose(InFolder(STICK.path))
    engine.broadcast(replace(engine.state(), folders=(replace(STICK, state="offline"), *alone)))
    assert headings(window)[-2:] == ["KINGSTON · away", "Trips"] and window.tree.scope == InFolder(STICK.path)


def menu_of(window, path: str) -> list[str]:
    window.tree_menu.show_menu(QPoint(0, 0), window.tree.model().index_of(InFolder(path)))
    menu = window.findChild(object, "treeMenu")
    texts = [action.text() for action in menu.actions()]
    for action in menu.actions():
        if action.text() in ("Rescan this folder", "Recognise this drive by a small file…"):
            action.trigger()
    menu.close()
    return texts


def test_a_drive_without_an_identity_can_be_marked(window, engine):
    engine.broadcast(replace(engine.state(), folders=(*engine.state().folders, STICK)))
    assert "Recognise this drive by a small file…" in menu_of(window, STICK.path)
    assert engine.values_of(RescanFolders) == [((STICK.path,),)]
    box = window.findChild(QMessageBox, "markDriveBox")
    assert "“KINGSTON”" in box.text() and ".dinodesk-volume" in box.informativeText()
    box.findChild(QPushButton, "markDriveBoxChoice0").click()
    assert engine.values_of(MarkDrive) == [(3,)]
    engine.reply(MarkDrive, Accepted())
    assert "known wherever" in window.strip.message.whole


def test_other_drives_offer_no_mark(window, engine):
    for path in ("/photos", "/photos/a", "/archive"):
        assert "Recognise this drive by a small file…" not in menu_of(window, path)
    assert not any(call == (("/archive",),) for call in engine.values_of(RescanFolders))


def test_a_drive_that_is_pulled_while_it_is_indexed_is_named(window, engine):
    engine.broadcast(job_done(found=231, indexed=231, seconds=9.0, left_behind=369))
    assert "369 photos wait for the drive “Archive 7”" in window.strip.message.whole
    engine.broadcast(job_done())  # a look by itself takes nothing away
    assert "Archive 7" in window.strip.message.whole


def test_what_failed_can_be_tried_again(window, engine):
    window.library.add(["/photos/more"])
    engine.reply(AddPhotos, Problem(sentence="The disk is full.", remedy="Make room."))
    assert window.results.notice.sentence == "The disk is full. Make room."
    press(window, "noticeButton")
    assert engine.values_of(Rescan) == [((),)]


def test_a_paused_job_says_which_it_is(window, engine):
    engine.broadcast(job_progress("paused", 11, 80, title="library", during="verify"))
    assert window.strip.job.text() == "Verifying the library is paused"
    engine.broadcast(job_progress("verify", 12, 80, title="library", during="verify"))
    assert window.strip.pause.toolTip() == "Pause"
    engine.broadcast(job_progress("paused", 24, 200, title="Holiday", during="indexing"))
    assert window.strip.job.text() == "Paused: 176 photos to go"
    engine.broadcast(job_progress("indexing", 24, 200, title="Holiday", during="indexing"))
    assert "after a restart too" in window.strip.pause.toolTip()
