"""Calibrating the model in use with a labelled folder: measures it, and keeps what came of it when wished."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from dinodesk.engine.client import EngineClient
from dinodesk.engine.messages import (
    CalibrateFolder,
    CalibrationChanged,
    CalibrationProgress,
    CalibrationShown,
    FolderCalibrated,
    FolderReportWritten,
    ForgetCalibration,
    KeepCalibration,
    Problem,
    Request,
    ShowCalibration,
    WriteFolderReport,
)
from dinodesk.ui.context.app_state import AppState
from dinodesk.ui.context.feedback import problem_text
from dinodesk.ui.models.calibration_dialog import CalibrationDialog
from dinodesk.ui.models.calibration_text import report_name
from dinodesk.ui.text.plain_text import one_line
from dinodesk.ui.theme.theme import Theme
from dinodesk.ui.widgets.file_dialogs import ask_folder, ask_save


class CalibrationController(QObject):
    """One run at a time, for as long as the dialog is open; a result is kept only when that is wished."""

    def __init__(self, engine: EngineClient, state: AppState, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._engine, self._theme, self._parent = engine, theme, parent
        self.dialog: CalibrationDialog | None = None
        self._run: Request[FolderCalibrated] | None = None  # under way
        self._found: FolderCalibrated | None = None
        engine.subscribe(CalibrationProgress, self, self._show_progress)
        engine.subscribe(CalibrationChanged, self, self._changed)
        state.modelChanged.connect(self._ask_kept)

    @Slot()
    def show(self) -> None:
        """Open the dialog: the explanation, or what it shows already."""
        if self.dialog is None:
            dialog = self.dialog = CalibrationDialog(self._theme, self._parent)
            dialog.folderWanted.connect(self._ask_folder)
            dialog.stopped.connect(self.stop)
            dialog.useWanted.connect(self._keep)
            dialog.forgetWanted.connect(self._forget)
            dialog.reportWanted.connect(self._ask_report)
            dialog.finished.connect(self._closed)
        self.dialog.show()
        self.dialog.raise_()
        self.dialog.activateWindow()
        self._ask_kept()

    @Slot()
    def _ask_kept(self) -> None:
        if self.dialog is not None and self.dialog.isVisible():
            self._engine.send(ShowCalibration(), self, self._show_kept)

    def _show_kept(self, answer: CalibrationShown) -> None:
        if self.dialog is not None:
            self.dialog.show_kept(answer.photos)

    # ── measuring ───────────────────────────────────────────────────────────────────────────────

    @Slot()
    def _ask_folder(self) -> None:
        if self.dialog is not None:
            title = "A folder with a subfolder for each label"
            ask_folder(self.dialog, title, self.begin, name="calibrationFolderDialog")

    @Slot(str)
    def begin(self, folder: str) -> None:
        """Measure the model in use on a folder."""
        if self.dialog is None or not self.dialog.isVisible():
            return
        self._found = None
        self.dialog.show_started()
        self._run = self._engine.send(CalibrateFolder(folder=folder), self, self._show_found, self._failed)

    def _show_progress(self, step: CalibrationProgress) -> None:
        if self.dialog is not None and self._run is not None:
            self.dialog.show_progress(step)

    def _show_found(self, found: FolderCalibrated) -> None:
        self._run, self._found = None, found
        if self.dialog is not None:
            self.dialog.show_found(found)

    def _failed(self, problem: Problem) -> None:
        self._run = None
        if self.dialog is not None:
            self.dialog.show_choice(problem_text(problem))

    @Slot()
    def stop(self) -> None:
        """End the run that is under way, if any, and explain what to choose again."""
        if self._run is not None:
            self._run.token.cancel()
            self._run = None
            if self.dialog is not None:
                self.dialog.show_choice()

    @Slot()
    def _closed(self) -> None:
        self.stop()
        self._found = None
        if self.dialog is not None:
            self.dialog.deleteLater()
            self.dialog = None

    # ── what is done with a result ──────────────────────────────────────────────────────────────

    @Slot()
    def _keep(self) -> None:
        if self._found is not None:
            request = KeepCalibration(
                model=self._found.model,
                shift=self._found.correction.shift,
                slope=self._found.correction.slope,
                photos=self._found.measures.photos,
            )
            self._engine.send(request, self, failed=self._say_problem)

    @Slot()
    def _forget(self) -> None:
        self._engine.send(ForgetCalibration(), self, failed=self._say_problem)

    def _changed(self, answer: CalibrationChanged) -> None:
        if self.dialog is not None:
            self.dialog.show_kept(answer.photos)
            self.dialog.use_button.setEnabled(not answer.photos)
            if not answer.photos:
                self.dialog.say("Forgotten: this model's confidences are as they came.")

    @Slot()
    def _ask_report(self) -> None:
        if self.dialog is None or self._found is None:
            return
        measures = self._found.measures

        def write(path: str) -> None:
            request = WriteFolderReport(measures=measures, path=path)
            self._engine.send(request, self, self._written, self._say_problem)

        ask_save(self.dialog, "Save the report", write, name=report_name(measures), ending=".html")

    def _written(self, answer: FolderReportWritten) -> None:
        self._say(f"The report is in {one_line(answer.path)}")

    def _say_problem(self, problem: Problem) -> None:
        self._say(problem_text(problem))

    def _say(self, sentence: str) -> None:
        if self.dialog is not None:
            self.dialog.say(sentence)

    def close_dialogs(self) -> None:
        """Close what is open: the window is closed."""
        if self.dialog is not None:
            self.dialog.close()
