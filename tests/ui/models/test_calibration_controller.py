"""Calibrating in the window: what is asked, what is shown on the way, and that closing ends it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from fake_engine import INFO, FakeEngine
from labelled_photos import calibrated
from PySide6.QtWidgets import QFileDialog, QWidget

from dinodesk.engine.messages import (
    Answer,
    CalibrateFolder,
    CalibrationChanged,
    CalibrationProgress,
    CalibrationShown,
    FolderReportWritten,
    ForgetCalibration,
    KeepCalibration,
    ModelState,
    Problem,
    ShowCalibration,
    WriteFolderReport,
)
from dinodesk.records import Skipped
from dinodesk.ui.context.app_state import AppState
from dinodesk.ui.models.calibration_controller import CalibrationController
from dinodesk.ui.models.calibration_dialog import CalibrationDialog

FOUND = calibrated(skipped=(Skipped("/photos/known ones/a/bad.jpg", "It is cut off."),))


def answering(*answers: Answer) -> Callable[[object], Iterator[Answer]]:
    return lambda _request: iter(answers)


@pytest.fixture
def calibration(fake: FakeEngine, state: AppState, theme, parent: QWidget) -> CalibrationController:
    fake.answers |= {
        ShowCalibration: answering(CalibrationShown(photos=0)),
        CalibrateFolder: answering(CalibrationProgress(phase="photos", done=4, total=60), FOUND),
        KeepCalibration: lambda request: iter([CalibrationChanged(photos=request.photos)]),
        ForgetCalibration: answering(CalibrationChanged(photos=0)),
    }
    parent.show()
    return CalibrationController(fake, state, theme, parent)


def opened(calibration: CalibrationController, fake: FakeEngine) -> CalibrationDialog:
    calibration.show()
    fake.settle()
    assert calibration.dialog is not None
    return calibration.dialog


def test_before_choosing_it_is_explained_and_a_folder_is_asked_for(
    calibration: CalibrationController, fake: FakeEngine
) -> None:
    dialog = opened(calibration, fake)
    assert "steam train" in dialog.findChild(object, "calibrationExample").text()
    assert (
        dialog.use_button.isHidden() and dialog.report_button.isHidden() and dialog.forget_button.isHidden()
    )
    dialog.choose_button.click()
    asked = dialog.findChild(QFileDialog, "calibrationFolderDialog")
    asked.fileSelected.emit("/photos/known ones")
    assert [request.folder for request in fake.sent_of(CalibrateFolder)] == ["/photos/known ones"]
    assert dialog.running


def test_progress_result_and_what_is_done_with_it(
    calibration: CalibrationController, fake: FakeEngine
) -> None:
    dialog = opened(calibration, fake)
    calibration.begin("/photos/known ones")
    fake.broadcast(CalibrationProgress(phase="photos", done=4, total=60))
    fake.settle()
    result = dialog.findings
    assert dialog.progress_label.text() == "Looking at the photos, 5 of 60" and dialog.bar.value() == 4
    assert not dialog.running and result.head.text().startswith("Of 60 photos, built-in (small) names 55")
    assert result.folder.text() == "/photos/known ones · 1 photo lies in no labelled folder"
    assert "“label 0” is taken for “label 2” in 5 of 20 photos." in result.confused.text()
    assert not result.matrix.isHidden() and "misleads" not in result.middle_words.text()
    dialog.use_button.click()
    fake.settle()
    (kept,) = fake.sent_of(KeepCalibration)
    assert (kept.model, kept.shift, kept.slope, kept.photos) == (INFO, 0.5, 1.2, 60)
    assert "60 photos of yours" in dialog.status.text() and not dialog.use_button.isEnabled()
    dialog.forget_button.click()
    fake.settle()
    assert "Forgotten" in dialog.status.text() and dialog.forget_button.isHidden()
    assert dialog.use_button.isEnabled()
    dialog.grab()


def test_files_that_could_not_be_read_are_listed(
    calibration: CalibrationController, fake: FakeEngine
) -> None:
    dialog = opened(calibration, fake)
    calibration.begin("/photos/known ones")
    fake.settle()
    assert dialog.findings.skipped_button.text() == "1 file could not be read…"
    dialog.findings.skipped_button.click()
    listed = dialog.findChild(object, "calibrationSkippedDialog")
    assert listed.isVisible() and listed.files.files == FOUND.measures.skipped
    listed.close()


def test_a_report_is_written_where_it_is_wished(calibration: CalibrationController, fake: FakeEngine) -> None:
    dialog = opened(calibration, fake)
    calibration.begin("/photos/known ones")
    fake.settle()
    fake.answers[WriteFolderReport] = lambda request: iter([FolderReportWritten(path=request.path)])
    dialog.report_button.click()
    asked = dialog.findChild(QFileDialog, "saveFileDialog")
    assert asked.selectedFiles()[0].endswith("known ones report.html")
    asked.fileSelected.emit("/x/report.html")
    fake.settle()
    assert fake.sent_of(WriteFolderReport)[0].measures is FOUND.measures
    assert dialog.status.text() == "The report is in /x/report.html"
    fake.answers[WriteFolderReport] = answering(Problem(sentence="The disk is full.", remedy="Make room."))
    asked.fileSelected.emit("/x/report.html")
    fake.settle()
    assert dialog.status.text() == "The disk is full. Make room."


@pytest.mark.parametrize("how", ["stop", "close", "window"])
def test_stopping_and_closing_end_the_run(
    calibration: CalibrationController, fake: FakeEngine, how: str
) -> None:
    dialog = opened(calibration, fake)
    calibration.begin("/photos/known ones")
    (request,) = fake.sent_of(CalibrateFolder)
    {
        "stop": dialog.stop_button.click,
        "close": dialog.close_button.click,
        "window": calibration.close_dialogs,
    }[how]()
    assert request.token.cancelled
    fake.settle()  # what was on its way says nothing any more
    if how == "stop":
        assert not dialog.running and dialog.isVisible() and dialog.use_button.isHidden()
    else:
        assert calibration.dialog is None
        again = opened(calibration, fake)
        assert again is not dialog and not again.running


def test_what_is_wrong_with_a_folder_is_said_where_one_is_chosen(
    calibration: CalibrationController, fake: FakeEngine
) -> None:
    dialog = opened(calibration, fake)
    fake.answers[CalibrateFolder] = answering(
        Problem(sentence="There are no photos below /x.", remedy="Check.")
    )
    calibration.begin("/x")
    fake.settle()
    assert dialog.problem.text() == "There are no photos below /x. Check." and not dialog.problem.isHidden()
    fake.answers[CalibrateFolder] = answering(FOUND)
    calibration.begin("/photos/known ones")
    fake.settle()
    calibration.begin("/photos/known ones")
    dialog.stop_button.click()
    assert dialog.problem.isHidden()


def test_of_another_model_it_is_asked_anew_what_is_kept(
    calibration: CalibrationController, fake: FakeEngine, state: AppState
) -> None:
    state.set_model(ModelState(state="ready", name="builtin", info=INFO))
    assert not fake.sent_of(ShowCalibration)  # nobody looks
    fake.answers[ShowCalibration] = answering(CalibrationShown(photos=159))
    dialog = opened(calibration, fake)
    assert "159 photos of yours" in dialog.status.text() and not dialog.forget_button.isHidden()
    fake.answers[ShowCalibration] = answering(CalibrationShown(photos=0))
    other = replace(INFO, title="DINOv2", fingerprint="0" * 16)
    state.set_model(ModelState(state="ready", name="other", info=other))
    fake.settle()
    assert dialog.status.text() == "" and dialog.forget_button.isHidden()
