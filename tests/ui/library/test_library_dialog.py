"""The page about the library, its reports, what is left out, and the list of skipped files."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fake_engine import REPORT, STATISTICS
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QFileDialog, QLabel, QMessageBox, QPushButton

from dinodesk.engine import messages as m
from dinodesk.records import Skipped
from dinodesk.ui.library.exclude_rules_dialog import what_is_wrong
from dinodesk.ui.library.report_dialog import ReportDialog, as_text
from dinodesk.ui.widgets import files_table


@pytest.fixture
def page(qtbot, window, engine):
    with qtbot.waitSignal(engine.statisticsShown):
        window.actions_["aboutLibrary"].trigger()
    return window.doing.keeping.page


def number_of(engine) -> int:
    """The id that the newest request got."""
    return next(engine._ids) - 1


def test_the_page_counts_everything(window, page):
    assert page.isVisible() and not page.isModal() and page.path.whole == "/library"
    assert ("Away with their drives", "6,334") in page.photos.facts()
    assert ("Damaged", "2") in page.photos.facts()
    assert page.missing.text() == "12 photos are missing, 3 of them for over 30 days."
    assert page.leftovers.text() == "40 photos without a file are kept (of removed folders, or overwritten)."
    assert page.unread.facts() == [("9", "the file ends too early"), ("3", "it is no photo")]
    assert ("Thumbnails", "2.2 GB") in page.room.facts()
    assert ("Free on this disk", "312 GB") in page.room.facts()
    assert ("DINOv2 ViT-L/14 with text", "902 photos") in page.models.facts()
    assert page.drives.facts() == [("This computer", "300 photos"), ("Archive 7", "0 photos, away")]
    assert page.last_backup.text().startswith("Last backup: ")


def test_the_page_uses_plain_words(window, page):
    words = {label.text() for label in page.findChildren(QLabel)}
    assert {"Disk space", "Models"} <= words and not {"Room", "Searchable with"} & words
    assert page.unreadable.text() == "12 files could not be read."


def test_every_control_of_the_pages_is_named(qtbot, window, page):
    window.doing.keeping.show_report(REPORT)
    window.doing.keeping.show_rules()
    window.doing.pages.show_skipped()
    dialogs = (
        page,
        window.doing.keeping.rules,
        window.doing.pages.skipped,
        page.findChild(ReportDialog),
    )
    for dialog in dialogs:
        for button in dialog.findChildren(QAbstractButton):
            inner = (
                button.objectName().startswith("qt_")
                or button.metaObject().className() == "QTableCornerButton"
            )
            assert inner or (button.objectName() and (button.text() or button.accessibleName()))


def test_an_empty_library_is_no_blank_page(window, engine, page):
    nothing = replace(
        STATISTICS,
        photos=0,
        states={},
        overdue=0,
        leftovers=0,
        skipped=(),
        damaged=0,
        models=(),
        backed_up=0.0,
    )
    page.show_statistics(m.StatisticsShown(0, nothing, ()))
    assert page.missing.text() == "No photo is missing." and page.unreadable.text() == "None."
    for button in (page.forget_missing, page.forget_leftovers, page.show_unread):
        assert not button.isVisible()
    assert page.last_backup.text() == "No backup yet." and page.models.facts() == [("Nothing yet", "")]
    assert not page.open_report.isEnabled()


def test_forgetting_asks_plainly_with_the_numbers(qtbot, window, engine, page):
    page.forget_missing.click()
    box = page.findChild(QMessageBox, "forgetBox")
    assert box.text() == "Forget missing photos? 12 are missing, 3 of them for over 30 days."
    assert "can’t be undone" in box.informativeText() and "No file" in box.informativeText()
    assert box.defaultButton() is box.button(QMessageBox.StandardButton.Cancel)
    assert not engine.called("forget")
    with qtbot.waitSignal(engine.statisticsShown):
        box.findChild(QPushButton, "forgetBoxChoice0").click()
    assert engine.called("forget") == [("overdue",)]
    assert page.sentence.text() == "12 photos were forgotten." == window.strip.message.whole


def test_leftovers_and_all_missing_can_be_forgotten(window, engine, page):
    page.forget_leftovers.click()
    box = page.findChild(QMessageBox, "forgetBox")
    assert box.text() == "Forget 40 photos of folders that were removed?"
    box.findChild(QPushButton, "forgetBoxChoice0").click()
    box.setObjectName("done")
    page.show_statistics(m.StatisticsShown(0, replace(STATISTICS, overdue=0), ()))
    page.forget_missing.click()
    box = page.findChild(QMessageBox, "forgetBox")
    assert box.text() == "Forget 12 missing photos?"
    box.findChild(QPushButton, "forgetBoxChoice0").click()
    assert engine.called("forget") == [("leftovers",), ("missing",)]


def test_verifying_is_told_at_its_end(qtbot, window, engine, page):
    page.actions_["verify"].click()
    number = number_of(engine)
    assert engine.called("care_for") == [("verify", "")] and not page.actions_["backup"].isEnabled()
    assert "bottom of the window" in page.sentence.text()
    engine.progressed.emit(m.JobProgress(number, "verify", "library", 3, 9, 0, -1, 0))
    assert window.strip.running
    rotten = (Skipped("/photos/a/1.jpg", "its bytes changed by themselves"),)
    said = "9 photos verified: 8 are sound, 1 are damaged."
    with qtbot.waitSignal(engine.statisticsShown):
        engine.caredFor.emit(m.CareDone(number, "verify", said, rotten))
    assert not window.strip.running and page.actions_["backup"].isEnabled()
    assert page.sentence.text() == said == window.strip.message.whole
    window.findChild(QPushButton, "statusAction").click()
    damaged = window.doing.keeping.damaged
    assert damaged.isVisible() and damaged.files.files == rotten


def test_what_care_came_to_outlives_the_job_that_goes_on(window, engine):
    window.actions_["verify"].trigger()
    number = number_of(engine)
    engine.jobDone.emit(m.JobDone(5, 20, 7, 0, 0, 0, 0, 2.0, True))  # the job that verifying went before
    assert "Stopped" not in window.strip.message.whole
    engine.caredFor.emit(m.CareDone(number, "verify", "9 photos verified: 9 are sound."))
    engine.progressed.emit(m.JobProgress(5, "indexing", "Holiday", 8, 20, 0, -1, 0))
    assert window.strip.message.whole == "9 photos verified: 9 are sound."
    window.doing.add(["/photos/more"])
    assert window.strip.message.whole == "“more” is added after what is running now"


def test_care_that_is_stopped_says_what_that_means(window, engine, page):
    for what, word in (("verify", "goes on from there"), ("backup", "older ones")):
        window.actions_["verify" if what == "verify" else "backUp"].trigger()
        engine.caredFor.emit(m.CareDone(number_of(engine), what, "x", (), True))
        assert word in page.sentence.text()


def test_only_one_care_at_a_time(window, engine):
    window.actions_["verify"].trigger()
    window.actions_["backUp"].trigger()
    assert engine.called("care_for") == [("verify", "")]
    assert "already" in window.strip.message.whole


def test_moving_asks_for_a_folder_and_is_remembered(window, engine, page, saved):
    page.actions_["move"].click()
    dialog = window.findChild(QFileDialog, "moveDialog")
    assert dialog.isVisible() and not engine.called("care_for")
    dialog.fileSelected.emit("/new/place")
    dialog.close()
    number = number_of(engine)
    assert engine.called("care_for") == [("move", "/new/place")]
    engine.libraryChanged.emit(replace(engine.state(), path="/new/place"))
    assert saved[-1].library == "/new/place" and page.path.whole == "/new/place"
    engine.caredFor.emit(m.CareDone(number, "move", "The library is in /new/place now."))
    assert page.sentence.text() == "The library is in /new/place now."


def test_care_that_fails_says_why_once(window, engine, page):
    window.doing.keeping.move_to("/full")
    number = number_of(engine)
    engine.problem.emit(m.Problem(number, "/full is not an empty folder.", "Choose an empty or a new one."))
    engine.caredFor.emit(m.CareDone(number, "move", "It was stopped.", (), True))
    assert page.sentence.text() == "/full is not an empty folder. Choose an empty or a new one."
    assert page.actions_["move"].isEnabled() and window.results.notice.sentence == ""
    page.close()
    window.doing.keeping.move_to("/full")
    engine.problem.emit(m.Problem(number_of(engine), "/full is not an empty folder."))
    assert window.results.notice.sentence == "/full is not an empty folder."


def test_sidecars_of_the_whole_library(engine, page):
    page.actions_["sidecars"].click()
    assert engine.called("exchange_sidecars") == [("export", ())]


def test_a_report_opens_whole(qtbot, window, engine, page, qtmodeltester):
    qtmodeltester.check(page.reports.rows)
    row = [page.reports.rows.index(0, column).data() for column in range(3)]
    assert row[1:] == ["Added Holiday 24", "3,310 indexed, 2 skipped"]
    page.reports.selectRow(0)
    page.show_statistics(m.StatisticsShown(0, STATISTICS, (replace(REPORT, id=8), REPORT)))
    assert page.reports.chosen() == REPORT  # the chosen one stays chosen
    page.open_report.click()
    dialog = page.findChild(ReportDialog)
    assert ("Indexed", "3,310") in dialog.facts.facts() and ("Time", "4 min") in dialog.facts.facts()
    assert [each.reason for each in dialog.skipped.files.files] == [
        "it is no photo",
        "the file ends too early",
    ]
    assert [each.reason for each in dialog.slowest.files.files] == ["4.05 s", "2.31 s"]
    dialog.findChild(QPushButton, "copyReport").click()
    assert QGuiApplication.clipboard().text() == as_text(REPORT)
    assert "/photos/a.jpg\tit is no photo" in as_text(REPORT)


def test_a_report_of_verifying_lists_what_is_damaged(window, engine, page):
    data = {"done": 9, "sound": 8, "changed": 0, "away": 0, "damaged": ["/photos/a.jpg"]}
    report = replace(REPORT, what="verify", data=data)
    page.reportAsked.emit(report)
    dialog = page.findChild(ReportDialog)
    assert ("Damaged", "1") in dialog.facts.facts() and dialog.pages.count() == 1
    assert [each.path for each in dialog.damaged.files.files] == ["/photos/a.jpg"]
    assert "/photos/a.jpg" in as_text(report) and as_text(report).startswith("Verified the library")
    dialog.close()


def test_the_page_follows_what_happens(qtbot, window, engine, page):
    with qtbot.waitSignal(engine.statisticsShown):
        engine.jobDone.emit(m.JobDone(0, 1, 1, 0, 0, 0, 0, 0.1))
    page.close()
    asked = len(engine.called("show_statistics"))
    engine.jobDone.emit(m.JobDone(0, 1, 1, 0, 0, 0, 0, 0.1))
    assert len(engine.called("show_statistics")) == asked


# ── what is left out ────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def rules(qtbot, window, engine):
    with qtbot.waitSignal(engine.rulesShown):
        window.actions_["rules"].trigger()
    return window.doing.keeping.rules


def test_rules_are_shown_saved_and_told(qtbot, window, engine, rules):
    assert rules.patterns.toPlainText() == "*_thumb.jpg" and rules.smallest.value() == 2
    assert not rules.hidden.isChecked() and rules.watch.isChecked()
    rules.patterns.setPlainText(" *_thumb.jpg \n\n2019/*/raw\n")
    rules.watch.setChecked(False)
    rules.save.click()
    assert engine.called("set_rules") == [(("*_thumb.jpg", "2019/*/raw"), False, 2000, False)]
    assert "Looking through" in rules.sentence.text()
    number = window.doing.keeping._rules_id
    engine.progressed.emit(m.JobProgress(number, "paused", "library", 0, 0, 0, -1, 0))
    assert "resumed" in rules.sentence.text()
    engine.jobDone.emit(m.JobDone(0, 1, 1, 0, 0, 0, 0, 0.1))
    assert "resumed" in rules.sentence.text()  # another job
    engine.jobDone.emit(m.JobDone(number, 300, 0, 288, 0, 0, 0, 1.0, left_out=12))
    assert rules.sentence.text() == "Saved. 12 photos left the library; the files stay where they are."
    assert window.strip.message.whole.endswith("12 photos left out")


def test_what_cannot_be_meant_is_said_before_it_is_saved(engine, rules):
    for pattern, word in (("*", "everything"), ("**/*", "everything"), ("/home/me", "top of the disk")):
        rules.patterns.setPlainText(pattern)
        rules.save.click()
        assert word in rules.sentence.text() and rules.save.isEnabled()
    assert not engine.called("set_rules")
    assert what_is_wrong(("*.png", "cache", "2019/**", "a?b")) == ""


def test_rules_that_cannot_be_kept_say_why(window, engine, rules):
    rules.save.click()
    engine.problem.emit(m.Problem(window.doing.keeping._rules_id, "The library can't be written to."))
    assert rules.sentence.text() == "The library can't be written to." and rules.save.isEnabled()
    assert window.results.notice.sentence == ""


def test_a_size_that_was_not_touched_is_kept_to_the_byte(engine, qtbot, window):
    engine.rules = ((), True, 1234, True)
    with qtbot.waitSignal(engine.rulesShown):
        window.doing.keeping.show_rules()
    rules = window.doing.keeping.rules
    assert rules.smallest.value() == 2 and rules.hidden.isChecked()
    rules.save.click()
    assert engine.called("set_rules")[-1][2] == 1234
    rules.smallest.set_value(5)
    rules.save.setEnabled(True)
    rules.save.click()
    assert engine.called("set_rules")[-1][2] == 5000


# ── skipped files ───────────────────────────────────────────────────────────────────────────────


def test_skipped_files_are_sorted_shown_copied_and_tried_again(qtbot, window, engine, monkeypatch):
    with qtbot.waitSignal(engine.skippedListed):
        window.actions_["skipped"].trigger()
    dialog = window.doing.pages.skipped
    files = (Skipped("/b.jpg", "too large"), Skipped("/c.jpg", "is cut off"), Skipped("/a.jpg", "too large"))
    dialog.files.show(files)
    assert [each.path for each in dialog.files.files] == ["/c.jpg", "/a.jpg", "/b.jpg"]
    dialog.show_list(dialog.files.files)  # sorted by the engine: thousands take too long for this thread
    shown: list[str] = []
    monkeypatch.setattr(files_table, "show_files", shown.extend)
    assert not dialog.table.reveal.isEnabled()
    dialog.table.view.selectRow(1)
    dialog.table.reveal.click()
    assert shown == ["/a.jpg"]
    dialog.table.view.clearSelection()
    dialog.table.copy.click()
    assert QGuiApplication.clipboard().text() == "/c.jpg\tis cut off\n/a.jpg\ttoo large\n/b.jpg\ttoo large"
    asked = len(engine.called("list_skipped"))
    dialog.retry.click()
    assert dialog.isVisible() and not dialog.retry.isEnabled()
    engine.jobDone.emit(m.JobDone(0, 1, 1, 0, 0, 0, 0, 0.1))  # another job
    assert len(engine.called("list_skipped")) == asked
    with qtbot.waitSignal(engine.skippedListed):
        engine.jobDone.emit(m.JobDone(window.doing.pages._retrying, 3, 2, 0, 0, 0, 1, 0.1))
    assert dialog.intro.text().startswith("2 can be read now.") and dialog.retry.isEnabled()
    dialog.show_list(())
    assert dialog.intro.text() == "Every file could be read." and not dialog.retry.isEnabled()
    assert dialog.table.view.model().headerData(1, Qt.Orientation.Horizontal) == "Why it was skipped"
