"""What the library tells by itself: estimates, pauses, imports, questions, notices, drives."""

from __future__ import annotations

from dataclasses import replace

from fake_engine import REPORT, FakeEngine
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFileDialog, QLabel, QMessageBox, QPushButton, QToolButton

from dinodesk.engine import messages as m
from dinodesk.records import Folder
from dinodesk.ui.library.library_tree import fitted
from dinodesk.ui.library.report_dialog import ReportDialog

GONE = "214 of 300 photos of /photos are suddenly gone. Nothing was forgotten."


def progress(phase: str, done: int = 0, total: int = 0, request: int = 0) -> m.JobProgress:
    return m.JobProgress(request, phase, "Holiday 24", done, total, 14.2, 148.0, 0)


def press(window, name: str) -> None:
    button = window.findChild(QPushButton, name)
    assert button.isVisible()
    button.click()


# ── jobs ────────────────────────────────────────────────────────────────────────────────────────


def test_a_long_job_says_what_it_will_take_beside_pause_and_stop(qtbot, window, engine):
    engine.progressed.emit(progress("indexing", 12, 3310))
    engine.estimated.emit(m.JobEstimate(0, 3310, 231.0, 480_000_000))
    strip = window.strip
    said = "3,310 photos: about 4 min on this device, 480 MB of disk"
    assert strip.message.whole == said
    assert strip.pause.isVisible() and strip.stop.isVisible() and strip.message.isVisible()
    qtbot.waitUntil(lambda: strip.message.text() == said)  # whole, not cut
    engine.progressed.emit(progress("indexing", 40, 3310))
    assert strip.figures.text() == "40 of 3,310"  # the time is said once
    strip._fading.timeout.emit()
    assert strip.message.whole == ""
    engine.progressed.emit(progress("indexing", 80, 3310))
    assert strip.figures.text() == "80 of 3,310 · 14/s · 2 min left"


def test_in_a_narrow_window_the_estimate_goes_before_the_figures(qtbot, window, engine):
    engine.skipped = 12
    engine.libraryChanged.emit(engine.state())
    window.resize(window.minimumSizeHint().width(), 700)
    engine.progressed.emit(progress("indexing", 12, 3310))
    engine.estimated.emit(m.JobEstimate(0, 3310, 231.0, 480_000_000))
    strip = window.strip
    qtbot.waitUntil(lambda: strip.message.text().startswith("3,310 photos: about 4 min on this device"))
    assert not strip.figures.isVisible() and strip.progress.isVisible()
    strip._fading.timeout.emit()
    engine.progressed.emit(progress("indexing", 40, 3310))
    assert strip.figures.isVisible()


def test_every_phase_has_its_words(window, engine):
    for phase, word in (("verify", "Verifying"), ("backup", "Backing up"), ("move", "Moving")):
        engine.progressed.emit(m.JobProgress(0, phase, "library", 1, 9, 0, -1, 0))
        assert window.strip.job.text() == f"{word} the library" and window.strip.figures.text() == "1 of 9"
    engine.progressed.emit(m.JobProgress(0, "backup", "library", 0, 0, 0, -1, 0))
    assert window.strip.progress.maximum() == 0 and window.strip.figures.text() == ""


def test_a_pause_says_what_is_left_and_offers_to_resume(window, engine):
    engine.progressed.emit(progress("paused", 2106, 3310))
    pause = window.findChild(QToolButton, "pauseButton")
    assert window.strip.job.text() == "Paused: 1,204 photos to go"
    assert (pause.text(), pause.accessibleName()) == ("Resume", "Resume")
    pause.click()
    assert engine.called("control_job") == [("resume",)]
    engine.progressed.emit(progress("indexing", 2106, 3310))
    assert pause.text() == "" and pause.accessibleName() == "Pause"


def test_a_pause_from_before_the_start_is_told(qtbot, open_window, thumbnails):
    window = open_window(engine=FakeEngine(0, thumbnails))
    window.engine.progressed.emit(progress("paused"))
    assert window.strip.job.text() == "Indexing is paused"
    assert window.strip.pause.isVisible() and not window.strip.progress.isVisible()
    assert window.results.stack.currentWidget() is window.results.empty
    assert "Indexing is paused." in [label.text() for label in window.results.empty.findChildren(QLabel)]


def test_a_look_while_paused_says_that_it_waits(window, engine):
    engine.progressed.emit(progress("paused", 2106, 3310))
    window.actions_["rescan"].trigger()
    assert engine.called("rescan") == [()] and "resumed" in window.strip.message.whole


def test_an_import_with_skipped_files_offers_its_report(qtbot, window, engine):
    window.doing.add(["/photos/Holiday 24"])
    number = max(window.doing._asked)
    engine.progressed.emit(progress("indexing", 1, 3322, number))
    done = m.JobDone(number, 3322, 3310, 0, 0, 0, 2, 241.5)
    engine.jobDone.emit(done)
    strip = window.strip
    assert strip.message.whole == "3,310 photos added, 2 could not be read, in 4 min"
    engine.progressed.emit(progress("scanning"))  # a look by itself takes nothing away
    engine.jobDone.emit(m.JobDone(0, 300, 0, 300, 0, 0, 0, 0.1))
    assert strip.message.whole == "3,310 photos added, 2 could not be read, in 4 min"
    press(window, "statusAction")
    qtbot.waitUntil(lambda: window.findChild(ReportDialog) is not None)
    dialog = window.findChild(ReportDialog)
    assert dialog.report == REPORT and dialog.isVisible() and not dialog.isModal()
    dialog.close()


def test_an_import_that_is_quick_and_whole_offers_none(window, engine):
    window.doing.add(["/photos/Holiday 24"])
    number = max(window.doing._asked)
    engine.jobDone.emit(m.JobDone(number, 20, 20, 0, 0, 0, 0, 2.0))
    assert window.strip.message.whole == "20 photos indexed" and not window.strip.action.isVisible()


def test_an_interrupted_import_reports_at_its_end_only(window, engine):
    window.doing.add(["/photos/Holiday 24"])
    number = max(window.doing._asked)
    engine.jobDone.emit(m.JobDone(number, 20, 20, 0, 0, 0, 3, 2.0, True))  # verifying went first
    assert not window.strip.action.isVisible()
    engine.progressed.emit(progress("indexing", 1, 20, number))
    window.strip.stop.click()
    engine.jobDone.emit(m.JobDone(number, 20, 5, 15, 0, 0, 3, 2.0, True))
    assert window.strip.message.whole.startswith("Stopped: 5 photos added")
    assert window.strip.action.isVisible()


# ── questions and notices ───────────────────────────────────────────────────────────────────────


def test_a_question_stands_until_it_is_answered(window, engine):
    bar = window.results.standing
    engine.libraryChanged.emit(engine.state(GONE))
    engine.libraryChanged.emit(engine.state())  # later news ask nothing
    window.results.notice.say("Something else.")
    assert bar.isVisible() and bar.sentence == GONE and not bar._close.isVisible()
    press(window, "standingOtherButton")
    assert not bar.isVisible() and not engine.called("rescan")
    engine.libraryChanged.emit(engine.state(GONE))
    assert not bar.isVisible()  # answered in this session
    engine.libraryChanged.emit(engine.state(GONE.replace("214", "230")))
    assert bar.isVisible() and "230" in bar.sentence
    engine.libraryChanged.emit(engine.state(GONE.replace("214", "240")))
    assert bar.sentence == GONE.replace("214", "240")  # the newest numbers only


def test_deleted_on_purpose_is_asked_once_more(window, engine):
    engine.libraryChanged.emit(engine.state(GONE))
    press(window, "standingButton")
    box = window.findChild(QMessageBox, "believeBox")
    assert window.results.standing.isVisible() and not engine.called("rescan")
    assert box.textFormat() == Qt.TextFormat.PlainText
    box.findChild(QPushButton, "believeBoxChoice0").click()
    assert engine.called("rescan") == [("believe",)]
    assert not window.results.standing.isVisible()


def test_a_question_goes_with_what_it_is_about(window, engine):
    bar = window.results.standing
    engine.libraryChanged.emit(engine.state(GONE))
    engine.jobDone.emit(m.JobDone(0, 300, 0, 300, 0, 0, 0, 1.0, whole=True))  # the look that asked
    assert bar.isVisible()
    engine.jobDone.emit(m.JobDone(0, 2, 0, 2, 0, 0, 0, 1.0))  # another folder
    assert bar.isVisible()
    engine.jobDone.emit(m.JobDone(0, 300, 0, 300, 0, 0, 0, 1.0, whole=True))  # all is there again
    assert not bar.isVisible()
    engine.libraryChanged.emit(engine.state(GONE))
    left = tuple(f for f in engine.state().folders if f.root != 1)
    engine.libraryChanged.emit(replace(engine.state(), folders=left))
    assert not bar.isVisible()


def test_a_question_goes_when_the_watch_sees_the_folder_again(window, engine):
    bar = window.results.standing
    engine.libraryChanged.emit(engine.state(GONE))
    engine.jobDone.emit(m.JobDone(0, 0, 0, 0, 0, 0, 0, 0.1))  # the job that asked
    assert bar.isVisible() and not engine.called("look_again")
    engine.libraryChanged.emit(engine.state())
    engine.jobDone.emit(m.JobDone(0, 12, 0, 12, 0, 0, 0, 0.1))  # the watch looked at a part
    assert bar.isVisible() and engine.called("look_again") == [(("/photos",),)]
    engine.libraryChanged.emit(engine.state(GONE))  # not all of it is back
    engine.jobDone.emit(m.JobDone(window.telling._checking[0], 12, 0, 12, 0, 0, 0, 0.1))
    assert bar.isVisible()
    engine.jobDone.emit(m.JobDone(0, 12, 0, 12, 0, 0, 0, 0.1))
    engine.jobDone.emit(m.JobDone(window.telling._checking[0], 300, 0, 300, 0, 0, 0, 0.1))
    assert not bar.isVisible() and len(engine.called("look_again")) == 2


def test_in_a_narrow_window_the_buttons_stand_under_the_question(qtbot, window, engine):
    bar = window.results.standing
    engine.libraryChanged.emit(engine.state(GONE))
    window.resize(1060, 640)
    qtbot.waitUntil(lambda: bar._button.y() > bar._text.geometry().bottom())
    assert bar._other.x() < bar._button.x() and not bar._other.property("link")
    window.resize(1900, 850)
    qtbot.waitUntil(lambda: bar._button.x() > bar._text.geometry().right())


def test_notices_are_shown_once_and_whole(window, engine):
    bar = window.results.standing
    notices = ("The library was restored. " * 8, "The library lies on a network drive.")
    state = replace(engine.state(), notices=notices)
    engine.libraryChanged.emit(state)
    assert bar.sentence == notices[0] and bar._text.wordWrap()
    bar._close.click()
    assert bar.sentence == notices[1]
    bar._close.click()
    engine.libraryChanged.emit(state)
    assert not bar.isVisible()
    engine.libraryChanged.emit(replace(state, path="/other"))
    assert bar.isVisible()


def test_folders_that_are_not_watched_are_a_quiet_line(window, engine):
    why = "/nas lies on a network drive, which sends no news of changes: it is looked through now and then."
    engine.libraryChanged.emit(replace(engine.state(), unwatched=why))
    label = window.strip.unwatched
    assert label.isVisible() and label.toolTip() == why
    engine.progressed.emit(progress("scanning"))
    assert not label.isVisible()
    engine.jobDone.emit(m.JobDone(0, 0, 0, 0, 0, 0, 0, 0.0))
    assert label.isVisible()
    engine.libraryChanged.emit(engine.state())
    assert not label.isVisible()


# ── folders that are gone ───────────────────────────────────────────────────────────────────────

LOST = Folder("/home/me/local7", "local7", "", 29, 7, "missing")
LOST_TOO = Folder("/home/me/local8", "local8", "", 1, 8, "missing")
LOOKED = m.JobDone(0, 300, 0, 300, 0, 0, 0, 1.0, whole=True)


def lose(engine: FakeEngine, *lost: Folder) -> None:
    engine.libraryChanged.emit(replace(engine.state(), folders=(*engine.state().folders, *lost)))


def test_a_folder_that_is_not_where_it_was_is_asked_about(qtbot, window, engine, tmp_path):
    bar = window.results.standing
    lose(engine, LOST)
    assert not bar.isVisible()  # the look through the folders may find its photos
    engine.jobDone.emit(LOOKED)
    said = "The folder local7 is not where it was (/home/me/local7). Its 29 photos are kept."
    assert bar.sentence == said and not bar._close.isVisible()
    press(window, "standingButton")
    dialog = window.findChild(QFileDialog, "lostFolderDialog")
    assert bar.sentence == said and dialog.fileMode() == QFileDialog.FileMode.Directory
    dialog.fileSelected.emit(str(tmp_path))
    dialog.close()
    assert engine.called("add_photos") == [((str(tmp_path),),)] and not bar.isVisible()
    lose(engine, replace(LOST, count=4))
    assert not bar.isVisible()
    engine.jobDone.emit(m.JobDone(1, 25, 0, 0, 25, 0, 0, 1.0))
    assert "Its 4 photos are kept." in bar.sentence  # not all of them were found there
    lose(engine)
    assert not bar.isVisible()


def test_folders_that_are_gone_are_asked_about_one_by_one_and_once(window, engine):
    bar = window.results.standing
    lose(engine, LOST, LOST_TOO, replace(LOST, path="/home/me/empty", count=0))
    engine.jobDone.emit(LOOKED)
    assert "local7" in bar.sentence
    press(window, "standingOtherButton")
    assert bar.sentence == "The folder local8 is not where it was (/home/me/local8). Its one photo is kept."
    engine.libraryChanged.emit(replace(engine.state(GONE), folders=(*engine.state().folders, LOST_TOO)))
    assert bar.sentence == GONE  # what can't be undone goes first
    press(window, "standingOtherButton")
    assert "local8" in bar.sentence
    press(window, "standingOtherButton")
    engine.jobDone.emit(LOOKED)
    lose(engine, LOST, LOST_TOO)
    engine.jobDone.emit(LOOKED)
    assert not bar.isVisible() and not engine.called("add_photos")


def test_in_the_tree_a_name_is_cut_and_never_what_is_said_of_it(window, engine):
    lose(engine, replace(LOST, name="a folder with a very long name " * 3))
    metrics = window.tree.fontMetrics()
    said = fitted(metrics, "a folder with a very long name " * 3, " · not found", 200)
    assert said.endswith("… · not found") and metrics.horizontalAdvance(said) <= 200
    assert fitted(metrics, "local7", " · not found", 200) == "local7 · not found"
    tip = window.tree.model().index_of(LOST.path).data(Qt.ItemDataRole.ToolTipRole)
    assert tip == "/home/me/local7\nnot found where it was"


# ── drives ──────────────────────────────────────────────────────────────────────────────────────

STICK = Folder("/media/stick/Trips", "Trips", "", 20, 3, "online", "KINGSTON", False)


def headings(window) -> list[str]:
    model, tree = window.tree.model(), window.tree
    rows = [r for r in range(model.rowCount()) if not tree.isRowHidden(r, tree.rootIndex())]
    return [str(model.index(r, 0).data()) for r in rows]


def test_folders_stand_under_their_drives(window, engine):
    assert headings(window)[2:] == ["This computer", "photos", "Archive 7 · away", "Archive 7"]
    tip = window.tree.model().index_of("/archive").data(Qt.ItemDataRole.ToolTipRole)
    assert tip == "/archive\naway: plug in “Archive 7”"
    alone = tuple(f for f in engine.state().folders if f.drive != "Archive 7")
    engine.libraryChanged.emit(replace(engine.state(), folders=alone))
    assert headings(window) == ["Library", "All photos", "Folders", "photos"]
    engine.libraryChanged.emit(replace(engine.state(), folders=(STICK, *alone)))
    assert headings(window) == ["Library", "All photos", "This computer", "photos", "KINGSTON", "Trips"]
    window.tree.choose(STICK.path)
    engine.libraryChanged.emit(replace(engine.state(), folders=(replace(STICK, state="offline"), *alone)))
    assert headings(window)[-2:] == ["KINGSTON · away", "Trips"] and window.tree.place == STICK.path


def menu_of(window, path: str) -> list[str]:
    window.doing.tree_menu(QPoint(0, 0), window.tree.model().index_of(path))
    menu = window.findChild(object, "treeMenu")
    texts = [action.text() for action in menu.actions()]
    for action in menu.actions():
        if action.text() in ("Rescan this folder", "Recognise this drive by a small file…"):
            action.trigger()
    menu.close()
    return texts


def test_a_drive_without_an_identity_can_be_marked(window, engine):
    engine.libraryChanged.emit(replace(engine.state(), folders=(*engine.state().folders, STICK)))
    assert "Recognise this drive by a small file…" in menu_of(window, STICK.path)
    assert engine.called("look_again") == [((STICK.path,),)]
    box = window.findChild(QMessageBox, "markDriveBox")
    assert "“KINGSTON”" in box.text() and ".dinodesk-volume" in box.informativeText()
    box.findChild(QPushButton, "markDriveBoxChoice0").click()
    assert engine.called("mark_drive") == [(3,)]
    engine.libraryChanged.emit(replace(engine.state(), request=window.doing.keeping._marking))
    assert "known wherever" in window.strip.message.whole


def test_other_drives_offer_no_mark(window, engine):
    for path in ("/photos", "/photos/a", "/archive"):
        assert "Recognise this drive by a small file…" not in menu_of(window, path)
    assert not any(call == (("/archive",),) for call in engine.called("look_again"))


def test_a_drive_that_is_pulled_while_it_is_indexed_is_named(window, engine):
    engine.jobDone.emit(m.JobDone(3, 231, 231, 0, 0, 0, 0, 9.0, left_behind=369))
    assert "369 photos wait for the drive “Archive 7”" in window.strip.message.whole
    engine.jobDone.emit(m.JobDone(0, 0, 0, 0, 0, 0, 0, 0.1))  # a look by itself takes nothing away
    assert "Archive 7" in window.strip.message.whole


def test_what_failed_can_be_tried_again(window, engine):
    window.doing.add(["/photos/more"])
    engine.problem.emit(m.Problem(max(window.doing._asked), "The disk is full.", "Make room."))
    assert window.results.notice.sentence == "The disk is full. Make room."
    press(window, "noticeButton")
    assert engine.called("rescan") == [()]


def test_a_paused_job_says_which_it_is(window, engine):
    engine.progressed.emit(m.JobProgress(0, "paused", "library", 11, 80, 0, -1, 0, "verify"))
    assert window.strip.job.text() == "Verifying the library is paused"
    engine.progressed.emit(m.JobProgress(0, "verify", "library", 12, 80, 0, -1, 0, "verify"))
    assert window.strip.pause.toolTip() == "Pause"
    engine.progressed.emit(m.JobProgress(0, "paused", "Holiday", 24, 200, 0, -1, 0, "indexing"))
    assert window.strip.job.text() == "Paused: 176 photos to go"
    engine.progressed.emit(m.JobProgress(0, "indexing", "Holiday", 24, 200, 0, -1, 0, "indexing"))
    assert "after a restart too" in window.strip.pause.toolTip()
