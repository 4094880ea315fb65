"""The dialog on the library: verifying, backing up, moving, forgetting, reports."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fake_engine import REPORT, STATISTICS, FakeEngine, job_done
from PySide6.QtWidgets import QFileDialog, QMessageBox, QPushButton, QWidget

from dinodesk.engine.messages import (
    BringBackRemoved,
    ForgetPhotos,
    MaintenanceDone,
    Problem,
    RunMaintenance,
    ShowStatistics,
)
from dinodesk.records import MISSING, Skipped, VerifyCounts
from dinodesk.settings import Settings
from dinodesk.ui.context.app_state import AppState
from dinodesk.ui.context.feedback import Feedback
from dinodesk.ui.library.library_dialog import LibraryDialog
from dinodesk.ui.library.maintenance_controller import MaintenanceController
from dinodesk.ui.library.report_dialog import ReportDialog
from dinodesk.ui.widgets.files_dialog import FilesDialog

SOUND = MaintenanceDone(what="verify", counts=VerifyCounts(9, 9, 0, 0, 0))
ROTTEN = (Skipped("/photos/a/1.jpg", "its bytes changed by themselves"),)
DAMAGED = MaintenanceDone(what="verify", counts=VerifyCounts(9, 8, 1, 0, 0), problems=ROTTEN)
FULL = Problem(sentence="/full is not an empty folder.", remedy="Choose an empty or a new one.")


@pytest.fixture
def maintenance(fake, state: AppState, library, theme, feedback, parent: QWidget) -> MaintenanceController:
    return MaintenanceController(fake, state, library, theme, feedback, parent)


@pytest.fixture
def dialog(maintenance: MaintenanceController, state: AppState, fake: FakeEngine) -> LibraryDialog:
    """Open, with what the library holds."""
    state.set_library(fake.state())
    maintenance.show_library()
    fake.settle()
    return maintenance.dialog


def test_before_a_library_is_open_nothing_can_be_asked(
    maintenance, state: AppState, fake: FakeEngine
) -> None:
    maintenance.show_library()
    buttons = maintenance.dialog.actions_.values()
    assert fake.sent == [] and not any(button.isEnabled() for button in buttons)
    state.set_library(fake.state())
    assert all(button.isEnabled() for button in buttons) and maintenance.dialog.path.whole == "/library"


def test_the_dialog_counts_the_library_and_follows_it(dialog, maintenance, state, fake: FakeEngine) -> None:
    assert dialog.isVisible() and dialog.statistics == STATISTICS and dialog.reports.rows.rowCount() == 1
    fake.broadcast(job_done())
    assert len(fake.sent_of(ShowStatistics)) == 2
    dialog.close()
    fake.broadcast(job_done())
    assert len(fake.sent_of(ShowStatistics)) == 2
    maintenance.show_library()
    assert maintenance.dialog is dialog and len(fake.sent_of(ShowStatistics)) == 3


@pytest.mark.parametrize("what", ["verify", "backup"])
def test_an_action_runs_alone(dialog, feedback: Feedback, maintenance, fake: FakeEngine, what: str) -> None:
    dialog.actions_[what].click()
    assert fake.values_of(RunMaintenance) == [(what, "")]
    assert not any(button.isEnabled() for button in dialog.actions_.values()) and dialog.sentence.text()
    maintenance.verify()
    assert len(fake.sent_of(RunMaintenance)) == 1
    assert feedback.status.sentence == "The library is being looked after already"
    dialog.close()
    maintenance.show_library()
    assert not dialog.actions_["verify"].isEnabled()  # it runs still


def test_results_of_verifying_are_in_the_dialog_and_the_status_line(
    dialog, maintenance, feedback, fake
) -> None:
    maintenance.verify()
    counted = len(fake.sent_of(ShowStatistics))
    fake.reply(RunMaintenance, SOUND)
    sentence = "9 files verified: 9 are sound."
    assert dialog.sentence.text() == feedback.status.sentence == sentence and feedback.offering
    assert dialog.actions_["verify"].isEnabled() and len(fake.sent_of(ShowStatistics)) == counted + 1
    assert feedback.notice.sentence == ""


def test_damaged_photos_are_listed(dialog, maintenance, feedback: Feedback, parent, fake: FakeEngine) -> None:
    maintenance.verify()
    fake.reply(RunMaintenance, DAMAGED)
    result = "9 files verified: 8 are sound, 1 is damaged."
    assert feedback.notice.sentence == feedback.status.sentence == result
    assert dialog.sentence.property("role") == "warning"
    for offered in (feedback.status, feedback.notice):
        offered.do()
    (shown,) = parent.findChildren(FilesDialog)
    assert shown.isVisible() and shown.files.files == ROTTEN


def test_without_the_dialog_the_status_line_shows_the_result(
    maintenance, state, feedback, fake: FakeEngine
) -> None:
    state.set_library(fake.state())
    maintenance.back_up()
    fake.reply(RunMaintenance, MaintenanceDone(what="backup", path="/l/1.db", bytes=61_000_000))
    assert feedback.status.sentence == "The library was backed up to /l/1.db (61 MB)."
    assert maintenance.dialog is None


def test_the_library_is_moved_to_a_folder_that_is_asked_for(dialog, state, saved, parent, fake) -> None:
    dialog.actions_["move"].click()
    asked = parent.findChild(QFileDialog, "moveDialog")
    assert fake.sent_of(RunMaintenance) == []
    asked.fileSelected.emit("/new")
    asked.close()
    assert fake.values_of(RunMaintenance) == [("move", "/new")] and saved == []
    fake.broadcast(replace(fake.state(), path="/new"))
    assert saved == [Settings(library="/new")] and dialog.path.whole == "/new"
    fake.reply(RunMaintenance, MaintenanceDone(what="move", path="/new"))
    assert dialog.sentence.text() == "The library is in /new now."


def test_a_dialog_that_was_cancelled_moves_nothing(maintenance, fake: FakeEngine) -> None:
    maintenance.move_to("")
    assert fake.sent == []


def test_a_failure_is_shown_once(dialog, maintenance, feedback: Feedback, fake: FakeEngine) -> None:
    maintenance.move_to("/full")
    fake.reply(RunMaintenance, FULL)
    fake.reply(RunMaintenance, MaintenanceDone(what="move", stopped=True))  # the job ends all the same
    assert dialog.sentence.text() == "/full is not an empty folder. Choose an empty or a new one."
    assert dialog.sentence.property("role") == "bad" and dialog.actions_["move"].isEnabled()
    assert feedback.notice.sentence == "" and feedback.status.sentence == ""
    dialog.close()
    maintenance.move_to("/full")
    fake.reply(RunMaintenance, FULL)
    assert feedback.notice.sentence.startswith("/full is not an empty folder.")


def test_removed_photos_are_brought_back_from_the_dialog(dialog, fake: FakeEngine) -> None:
    assert dialog.removed.isHidden() and dialog.bring_back.isHidden()
    fake.statistics = replace(STATISTICS, removed=2)
    fake.broadcast(job_done())
    fake.settle()
    assert dialog.removed.text() == "2 files were removed; scans pass them by."
    dialog.bring_back.click()
    assert len(fake.sent_of(BringBackRemoved)) == 1


@pytest.mark.parametrize(
    ("statistics", "button", "question", "choices"),
    [
        (
            STATISTICS,
            "forget_missing",
            "Forget missing photos for good? 12 are missing, 3 of them for over 30 days.",
            {"Forget the 3": "overdue", "Forget all 12": "missing"},
        ),
        (
            replace(STATISTICS, overdue=0),
            "forget_missing",
            "Forget 12 missing photos for good?",
            {"Forget for good": "missing"},
        ),
        (
            replace(STATISTICS, overdue=12),
            "forget_missing",
            "Forget 12 missing photos for good?",
            {"Forget for good": "overdue"},
        ),
        (
            STATISTICS,
            "forget_leftovers",
            "Forget 40 photos of which the library has no file any more?",
            {"Forget for good": "leftovers"},
        ),
    ],
)
def test_forgetting_is_asked_with_the_numbers(dialog, fake, statistics, button, question, choices) -> None:
    fake.statistics = statistics
    fake.broadcast(job_done())
    fake.settle()
    for label, what in choices.items():
        getattr(dialog, button).click()
        box = dialog.findChildren(QMessageBox, "forgetBox")[-1]
        assert box.text() == question and "can’t be undone" in box.informativeText()
        next(each for each in box.findChildren(QPushButton) if each.text() == label).click()
        assert fake.values_of(ForgetPhotos)[-1] == (what,)


def test_forgotten_photos_are_reported(dialog, feedback: Feedback, fake: FakeEngine) -> None:
    dialog.forget_leftovers.click()
    dialog.findChild(QMessageBox, "forgetBox").findChild(QPushButton, "forgetBoxChoice0").click()
    fake.settle()
    assert dialog.sentence.text() == feedback.status.sentence == "12 photos were forgotten."


def test_buttons_of_the_dialog_send_requests_or_signals(qtbot, dialog, maintenance, fake: FakeEngine) -> None:
    with qtbot.waitSignal(maintenance.skippedRequested):
        dialog.show_unread.click()
    with qtbot.waitSignal(maintenance.sidecarsRequested):
        dialog.actions_["sidecars"].click()
    with qtbot.waitSignal(maintenance.scopeRequested) as asked:
        dialog.show_missing.click()
    assert asked.args == [MISSING] and not dialog.isVisible()


def test_a_report_opens_above_the_dialog_or_the_window(dialog, maintenance, parent: QWidget) -> None:
    dialog.reports.selectRow(0)
    dialog.open_report.click()
    (report,) = dialog.findChildren(ReportDialog)
    assert report.report == REPORT and report.isVisible() and not report.isModal()
    dialog.close()
    maintenance.show_report(REPORT)
    assert [each for each in parent.findChildren(ReportDialog) if each.parent() is parent]


def test_it_closes_with_the_window(dialog, maintenance, fake: FakeEngine) -> None:
    maintenance.verify()
    fake.reply(RunMaintenance, DAMAGED)
    maintenance._show_damaged(ROTTEN)
    maintenance.close_dialogs()
    assert not dialog.isVisible() and not maintenance.damaged.isVisible()
