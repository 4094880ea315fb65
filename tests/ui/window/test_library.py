"""The page about the library, its reports, what is left out, and the list of skipped files."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fake_engine import REPORT, STATISTICS, job_done, job_progress
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QFileDialog,
    QLabel,
    QMessageBox,
    QPushButton,
)
from window_steps import answered

from dinodesk.engine.messages import (
    ExchangeSidecars,
    ForgetPhotos,
    ListSkipped,
    MaintenanceDone,
    PlanSidecars,
    Problem,
    RetrySkipped,
    RulesShown,
    RunMaintenance,
    SetRules,
    ShowStatistics,
    SkippedList,
    StatisticsShown,
)
from dinodesk.records import Skipped, VerifyCounts
from dinodesk.ui.library.exclude_rules_dialog import pattern_problem
from dinodesk.ui.library.report_dialog import ReportDialog, as_text
from dinodesk.ui.widgets import files_table


@pytest.fixture
def page(qtbot, window, engine):
    with answered(qtbot, engine, StatisticsShown):
        window.actions_["aboutLibrary"].trigger()
    return window.maintenance.dialog


def test_the_page_counts_everything(window, page):
    assert page.isVisible() and not page.isModal() and page.path.whole == "/library"
    assert ("Away with their drives", "6,334") in page.photos.facts()
    assert ("Damaged", "2") in page.photos.facts()
    assert page.missing.text() == "12 photos are missing, 3 of them for over 30 days."
    assert page.leftovers.text() == (
        "40 photos outside the library are kept (removed, in the trash, forgotten, or overwritten)."
    )
    assert page.unread.facts() == [("9", "the file ends too early"), ("3", "it is no photo")]
    assert ("Thumbnails", "2.2 GB") in page.disk_space.facts()
    assert ("Free on this disk", "312 GB") in page.disk_space.facts()
    assert ("DINOv2 ViT-L/14 with text", "902 photos") in page.models.facts()
    assert page.drives.facts() == [("This computer", "300 photos"), ("Archive 7", "0 photos, away")]
    assert page.last_backup.text().startswith("Last backup: ")


def test_the_page_uses_plain_words(window, page):
    words = {label.text() for label in page.findChildren(QLabel)}
    assert {"Disk space", "Models"} <= words and not {"Room", "Searchable with"} & words
    assert page.unreadable.text() == "12 files could not be read."


def test_every_control_of_the_pages_is_named(qtbot, window, page):
    window.maintenance.show_report(REPORT)
    window.rules.show_rules()
    window.skipped.show_skipped()
    dialogs = (
        page,
        window.rules.dialog,
        window.skipped.dialog,
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
    page.show_statistics(StatisticsShown(statistics=nothing, reports=()))
    assert page.missing.text() == "No photo is missing." and page.unreadable.text() == "None."
    for button in (page.forget_missing, page.forget_leftovers, page.show_unread):
        assert not button.isVisible()
    assert page.last_backup.text() == "No backup yet." and page.models.facts() == [("Nothing yet", "")]
    assert not page.open_report.isEnabled()


def test_forgetting_asks_plainly_with_the_numbers(qtbot, window, engine, page):
    page.forget_missing.click()
    box = page.findChild(QMessageBox, "forgetBox")
    assert box.text() == "Forget missing photos for good? 12 are missing, 3 of them for over 30 days."
    assert "can’t be undone" in box.informativeText() and "No file" in box.informativeText()
    assert box.defaultButton() is box.button(QMessageBox.StandardButton.Cancel)
    assert not engine.values_of(ForgetPhotos)
    with answered(qtbot, engine, StatisticsShown):
        box.findChild(QPushButton, "forgetBoxChoice0").click()
    assert engine.values_of(ForgetPhotos) == [("overdue",)]
    assert page.sentence.text() == "12 photos were forgotten." == window.strip.message.whole


def test_leftovers_and_all_missing_can_be_forgotten(window, engine, page):
    page.forget_leftovers.click()
    box = page.findChild(QMessageBox, "forgetBox")
    assert box.text() == "Forget 40 photos of which the library has no file any more?"
    box.findChild(QPushButton, "forgetBoxChoice0").click()
    box.setObjectName("done")
    page.show_statistics(StatisticsShown(statistics=replace(STATISTICS, overdue=0), reports=()))
    page.forget_missing.click()
    box = page.findChild(QMessageBox, "forgetBox")
    assert box.text() == "Forget 12 missing photos for good?"
    box.findChild(QPushButton, "forgetBoxChoice0").click()
    assert engine.values_of(ForgetPhotos) == [("leftovers",), ("missing",)]


def test_verifying_is_told_at_its_end(qtbot, window, engine, page):
    page.actions_["verify"].click()
    number = engine.sent_of(RunMaintenance)[-1].id
    assert engine.values_of(RunMaintenance) == [("verify", "")] and not page.actions_["backup"].isEnabled()
    assert "bottom of the window" in page.sentence.text()
    engine.broadcast(job_progress("verify", 3, 9, request=number, title="library"))
    assert window.state.job is not None
    rotten = (Skipped("/photos/a/1.jpg", "its bytes changed by themselves"),)
    result = "9 files verified: 8 are sound, 1 is damaged."
    with answered(qtbot, engine, StatisticsShown):
        counts = VerifyCounts(done=9, sound=8, damaged=1, changed=0, away=0)
        engine.reply(RunMaintenance, MaintenanceDone(what="verify", counts=counts, problems=rotten))
    assert window.state.job is None and page.actions_["backup"].isEnabled()
    assert page.sentence.text() == result == window.strip.message.whole
    window.findChild(QPushButton, "statusAction").click()
    damaged = window.maintenance.damaged
    assert damaged.isVisible() and damaged.files.files == rotten


def test_results_of_maintenance_stay_while_indexing_resumes(window, engine):
    window.actions_["verify"].trigger()
    engine.broadcast(job_done(2.0, found=20, indexed=7, stopped=True))  # the job that verifying went before
    assert "Stopped" not in window.strip.message.whole
    counts = VerifyCounts(done=9, sound=9, damaged=0, changed=0, away=0)
    engine.reply(RunMaintenance, MaintenanceDone(what="verify", counts=counts))
    engine.broadcast(job_progress("indexing", 8, 20, request=5, title="Holiday"))
    assert window.strip.message.whole == "9 files verified: 9 are sound."
    window.library.add(["/photos/more"])
    assert window.strip.message.whole == "“more” is added after what is running now"


def test_stopped_maintenance_says_what_that_means(window, engine, page):
    for what, word in (("verify", "goes on from there"), ("backup", "older ones")):
        window.actions_["verify" if what == "verify" else "backUp"].trigger()
        engine.reply(RunMaintenance, MaintenanceDone(what=what, stopped=True))
        assert word in page.sentence.text()


def test_only_one_maintenance_job_runs_at_a_time(window, engine):
    window.actions_["verify"].trigger()
    window.actions_["backUp"].trigger()
    assert engine.values_of(RunMaintenance) == [("verify", "")]
    assert "already" in window.strip.message.whole


def test_moving_asks_for_a_folder_and_is_remembered(window, engine, page, saved):
    page.actions_["move"].click()
    dialog = window.findChild(QFileDialog, "moveDialog")
    assert dialog.isVisible() and not engine.values_of(RunMaintenance)
    dialog.fileSelected.emit("/new/place")
    dialog.close()
    assert engine.values_of(RunMaintenance) == [("move", "/new/place")]
    engine.broadcast(replace(engine.state(), path="/new/place"))
    assert saved[-1].library == "/new/place" and page.path.whole == "/new/place"
    engine.reply(RunMaintenance, MaintenanceDone(what="move", path="/new/place"))
    assert page.sentence.text() == "The library is in /new/place now."


def test_failed_maintenance_says_why_once(window, engine, page):
    window.maintenance.move_to("/full")
    problem = Problem(sentence="/full is not an empty folder.", remedy="Choose an empty or a new one.")
    engine.reply(RunMaintenance, problem)
    engine.reply(RunMaintenance, MaintenanceDone(what="move", stopped=True))
    assert page.sentence.text() == "/full is not an empty folder. Choose an empty or a new one."
    assert page.actions_["move"].isEnabled() and window.results.notice.sentence == ""
    page.close()
    window.maintenance.move_to("/full")
    engine.reply(RunMaintenance, Problem(sentence="/full is not an empty folder."))
    assert window.results.notice.sentence == "/full is not an empty folder."


def test_sidecars_of_the_whole_library(engine, page):
    page.actions_["sidecars"].click()
    assert engine.values_of(PlanSidecars) == [((), "name")] and not engine.sent_of(ExchangeSidecars)


def test_a_report_opens_whole(qtbot, window, engine, page, qtmodeltester):
    qtmodeltester.check(page.reports.rows)
    row = [page.reports.rows.index(0, column).data() for column in range(3)]
    assert row[1:] == ["Added Holiday 24", "3,310 indexed, 2 skipped"]
    page.reports.selectRow(0)
    page.show_statistics(StatisticsShown(statistics=STATISTICS, reports=(replace(REPORT, id=8), REPORT)))
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
    page.reportRequested.emit(report)
    dialog = page.findChild(ReportDialog)
    assert ("Damaged", "1") in dialog.facts.facts() and dialog.pages.count() == 1
    assert [each.path for each in dialog.damaged.files.files] == ["/photos/a.jpg"]
    assert "/photos/a.jpg" in as_text(report) and as_text(report).startswith("Verified the library")
    dialog.close()


def test_the_page_follows_what_happens(qtbot, window, engine, page):
    with answered(qtbot, engine, StatisticsShown):
        engine.broadcast(job_done(found=1, indexed=1))
    page.close()
    asked = len(engine.values_of(ShowStatistics))
    engine.broadcast(job_done(found=1, indexed=1))
    assert len(engine.values_of(ShowStatistics)) == asked


# ── what is left out ────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def rules(qtbot, window, engine):
    with answered(qtbot, engine, RulesShown):
        window.actions_["rules"].trigger()
    return window.rules.dialog


def test_rules_are_shown_saved_and_told(qtbot, window, engine, rules):
    assert rules.patterns.toPlainText() == "*_thumb.jpg" and rules.smallest.value() == 2
    assert not rules.hidden.isChecked() and rules.watch.isChecked()
    rules.patterns.setPlainText(" *_thumb.jpg \n\n2019/*/raw\n")
    rules.watch.setChecked(False)
    rules.save.click()
    assert engine.values_of(SetRules) == [(("*_thumb.jpg", "2019/*/raw"), False, 2000, False)]
    assert "Looking through" in rules.sentence.text()
    number = engine.sent_of(SetRules)[-1].id
    engine.broadcast(job_progress("paused", request=number, title="library"))
    assert "resumed" in rules.sentence.text()
    engine.broadcast(job_progress("scanning"))
    engine.broadcast(job_done(found=1, indexed=1))
    assert "resumed" in rules.sentence.text()  # another job
    engine.broadcast(job_progress("scanning", request=number, title="library"))
    engine.broadcast(job_done(found=300, unchanged=288, seconds=1.0, left_out=12))
    assert rules.sentence.text() == "Saved. 12 photos left the library; the files stay where they are."
    assert window.strip.message.whole.endswith("12 photos left out")


def test_invalid_patterns_are_rejected_before_saving(engine, rules):
    for pattern, word in (("*", "everything"), ("**/*", "everything"), ("/home/me", "top of the disk")):
        rules.patterns.setPlainText(pattern)
        rules.save.click()
        assert word in rules.sentence.text() and rules.save.isEnabled()
    assert not engine.values_of(SetRules)
    assert pattern_problem(("*.png", "cache", "2019/**", "a?b")) == ""


def test_rules_that_cannot_be_kept_say_why(window, engine, rules):
    rules.save.click()
    engine.reply(SetRules, Problem(sentence="The library can't be written to."))
    assert rules.sentence.text() == "The library can't be written to." and rules.save.isEnabled()
    assert window.results.notice.sentence == ""


def test_a_size_that_was_not_touched_is_kept_to_the_byte(engine, qtbot, window):
    engine.rules = RulesShown(patterns=(), hidden=True, smallest=1234, watch=True)
    with answered(qtbot, engine, RulesShown):
        window.rules.show_rules()
    rules = window.rules.dialog
    assert rules.smallest.value() == 2 and rules.hidden.isChecked()
    rules.save.click()
    assert engine.values_of(SetRules)[-1][2] == 1234
    rules.smallest.set_value(5)
    rules.save.setEnabled(True)
    rules.save.click()
    assert engine.values_of(SetRules)[-1][2] == 5000


# ── skipped files ───────────────────────────────────────────────────────────────────────────────


def test_skipped_files_are_sorted_shown_copied_and_tried_again(qtbot, window, engine, monkeypatch):
    with answered(qtbot, engine, SkippedList):
        window.actions_["skipped"].trigger()
    dialog = window.skipped.dialog
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
    asked = len(engine.values_of(ListSkipped))
    dialog.retry.click()
    assert dialog.isVisible() and not dialog.retry.isEnabled()
    engine.broadcast(job_done(found=1, indexed=1))  # another job
    assert len(engine.values_of(ListSkipped)) == asked
    with answered(qtbot, engine, SkippedList):
        engine.reply(RetrySkipped, job_done(found=3, indexed=2, skipped=1))
    assert dialog.intro.text().startswith("2 can be read now.") and dialog.retry.isEnabled()
    dialog.show_list(())
    assert dialog.intro.text() == "Every file could be read." and not dialog.retry.isEnabled()
    assert dialog.table.view.model().headerData(1, Qt.Orientation.Horizontal) == "Why it was skipped"


def test_reasons_get_the_larger_part(qtbot, window):
    window.skipped.show_skipped()
    dialog = window.skipped.dialog
    dialog.files.show((Skipped("/x/<b>bold\nline.jpg", "it is no photo"),))
    table = dialog.findChild(QAbstractItemView, "skippedTable")
    assert table.columnWidth(1) > 1.4 * table.columnWidth(0)
    assert "↵" in dialog.files.index(0, 0).data()
