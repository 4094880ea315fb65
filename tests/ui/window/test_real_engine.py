"""The real window with the real engine: reports, rules, verifying, backing up, moving, pausing, questions."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton
from shiboken6 import isValid
from window_steps import answered

from dinodesk.app import App, launch
from dinodesk.engine.messages import (
    JobDone,
    JobProgress,
    MaintenanceDone,
    RescanFolders,
    RulesShown,
    SkippedList,
    StatisticsShown,
)
from dinodesk.ui.library.report_dialog import ReportDialog

LONG = 60_000


@pytest.fixture
def start(qtbot, qapp, tmp_path: Path) -> Iterator[Callable[[], App]]:
    opened: list[App] = []

    def start_() -> App:
        app = launch(["--library", str(tmp_path / "library"), "--model", "builtin"])
        opened.append(app)
        qtbot.waitUntil(lambda: app.window.strip.chip.property("state") == "ready", timeout=LONG)
        return app

    yield start_
    for app in opened:
        if isValid(app.window):
            end(app)


def end(app: App) -> None:
    app.close()
    app.window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def add(qtbot, app: App, folder: Path) -> None:
    with answered(qtbot, app.engine, JobDone, timeout=LONG):
        app.window.library.add([str(folder)])


def test_an_import_is_reported_and_looked_after(qtbot, start, photo_folder: Path, tmp_path: Path):
    (photo_folder / "red" / "cut.jpg").write_bytes((photo_folder / "red" / "01.jpg").read_bytes()[:300])
    app = start()
    window, maintenance = app.window, app.window.maintenance
    add(qtbot, app, photo_folder)
    assert window.strip.message.whole.startswith("12 photos added, 1 could not be read, in ")
    window.strip.action.click()
    qtbot.waitUntil(lambda: window.findChild(ReportDialog) is not None, timeout=LONG)
    report = window.findChild(ReportDialog)
    assert ("Indexed", "12") in report.facts.facts() and ("Found", "13") in report.facts.facts()
    assert [each.path for each in report.skipped.files.files] == [str(photo_folder / "red" / "cut.jpg")]
    assert report.slowest.files.rowCount() > 0
    report.close()

    with answered(qtbot, app.engine, StatisticsShown, timeout=LONG):
        maintenance.show_library()
    page = maintenance.dialog
    assert ("All photos", "12") in page.photos.facts() and page.reports.rows.rowCount() == 1
    with answered(qtbot, app.engine, MaintenanceDone, timeout=LONG):
        page.actions_["verify"].click()
    assert page.sentence.text() == "12 files verified: 12 are sound."
    page.actions_["backup"].click()
    qtbot.waitUntil(lambda: "backed up" in page.sentence.text(), timeout=LONG)
    qtbot.waitUntil(lambda: "today" in page.last_backup.text(), timeout=LONG)

    with answered(qtbot, app.engine, MaintenanceDone, timeout=LONG):
        maintenance.move_to(str(tmp_path / "moved"))
    assert page.path.whole == str(tmp_path / "moved") and window.state.settings.library == str(
        tmp_path / "moved"
    )
    assert not (tmp_path / "library" / "library.db").exists()


def test_excluded_photos_leave_the_library_and_return(qtbot, start, photo_folder: Path):
    app = start()
    add(qtbot, app, photo_folder)
    with answered(qtbot, app.engine, RulesShown, timeout=LONG):
        app.window.rules.show_rules()
    rules = app.window.rules.dialog
    rows = app.window.results.grid.photos.rowCount
    for patterns, words, left in (
        ("blue", "Saved. 6 photos left the library; the files stay where they are.", 6),
        ("", "Saved. No photo had to leave the library.", 12),
    ):
        rules.patterns.setPlainText(patterns)
        rules.save.click()
        qtbot.waitUntil(lambda words=words: rules.sentence.text().startswith(words), timeout=LONG)
        qtbot.waitUntil(lambda left=left: rows() == left, timeout=LONG)


def test_a_pause_survives_a_restart(qtbot, start, photo_folder: Path):
    app = start()
    with answered(qtbot, app.engine, JobProgress, timeout=LONG):
        app.window.library.add([str(photo_folder)])
    app.window.strip.pause.click()
    qtbot.waitUntil(lambda: app.window.state.paused, timeout=LONG)
    end(app)
    app = start()
    strip = app.window.strip
    qtbot.waitUntil(lambda: app.window.state.paused, timeout=LONG)
    assert "aused" in strip.job.text() and strip.pause.text() == "Resume"  # with what is left, once counted
    with answered(qtbot, app.engine, JobDone, timeout=LONG):
        strip.pause.click()
    assert app.window.state.job is None and app.window.results.grid.photos.rowCount() == 12


def test_photos_that_are_suddenly_gone_are_asked_about(qtbot, start, photo_folder: Path):
    app = start()
    add(qtbot, app, photo_folder)
    for file in (photo_folder / "red").iterdir():
        os.remove(file)
    window, bar = app.window, app.window.results.standing
    window.actions_["rescan"].trigger()
    qtbot.waitUntil(bar.isVisible, timeout=LONG)
    assert "6 of 12 photos" in bar.sentence
    qtbot.waitUntil(lambda: window.state.job is None, timeout=LONG)
    bar.findChild(QPushButton, "standingButton").click()
    with answered(qtbot, app.engine, JobDone, timeout=LONG, check=lambda done: done.missing == 6):
        window.findChild(QMessageBox, "believeBox").findChild(QPushButton, "believeBoxChoice0").click()
    with answered(qtbot, app.engine, StatisticsShown, timeout=LONG):
        window.maintenance.show_library()
    page = window.maintenance.dialog
    assert page.missing.text() == "6 photos are missing." and not bar.isVisible()
    page.forget_missing.click()
    with answered(qtbot, app.engine, StatisticsShown, timeout=LONG):
        page.findChild(QMessageBox, "forgetBox").findChild(QPushButton, "forgetBoxChoice0").click()
    assert (
        page.sentence.text() == "6 photos were forgotten." and page.missing.text() == "No photo is missing."
    )


@pytest.mark.parametrize("whole", [True, False])
def test_a_question_goes_when_the_photos_are_back(qtbot, start, photo_folder: Path, whole: bool):
    app = start()
    add(qtbot, app, photo_folder)
    bar = app.window.results.standing
    files = {file: file.read_bytes() for file in (photo_folder / "red").iterdir()}
    for file in files:
        os.remove(file)
    app.window.actions_["rescan"].trigger()
    qtbot.waitUntil(bar.isVisible, timeout=LONG)
    for file, data in files.items():
        file.write_bytes(data)
    if whole:
        app.window.actions_["rescan"].trigger()
    else:
        app.engine.send(RescanFolders(folders=(str(photo_folder / "red"),)))  # as when the watch hears of it
    qtbot.waitUntil(lambda: not bar.isVisible(), timeout=LONG)
    assert app.window.results.grid.photos.rowCount() == 12


def test_a_skipped_file_that_was_mended_leaves_the_list(qtbot, start, photo_folder: Path):
    cut = photo_folder / "red" / "cut.jpg"
    whole = (photo_folder / "red" / "01.jpg").read_bytes()
    cut.write_bytes(whole[:300])
    app = start()
    add(qtbot, app, photo_folder)
    qtbot.waitUntil(app.window.strip.skipped.isVisible, timeout=LONG)
    with answered(qtbot, app.engine, SkippedList, timeout=LONG):
        app.window.strip.skipped.click()
    dialog = app.window.skipped.dialog
    assert [each.path for each in dialog.files.files] == [str(cut)]
    about = cut.stat()
    cut.write_bytes(whole)
    os.utime(cut, ns=(about.st_atime_ns, about.st_mtime_ns))
    dialog.retry.click()
    qtbot.waitUntil(lambda: dialog.intro.text().startswith("1 can be read now."), timeout=LONG)
    assert dialog.files.rowCount() == 0 and not app.window.strip.skipped.isVisible()
