"""The list of files that could not be read, and trying them again."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from dinodesk.engine.client import EngineClient
from dinodesk.engine.messages import JobDone, ListSkipped, Problem, RetrySkipped, SkippedList
from dinodesk.ui.context.feedback import Feedback
from dinodesk.ui.library.skipped_dialog import SkippedDialog
from dinodesk.ui.theme.theme import Theme


class SkippedController(QObject):
    """Keeps the list in step with the jobs; while files are tried again it stays as it is."""

    scanEnded = Signal(object)  # JobDone of the files that were tried again

    def __init__(self, engine: EngineClient, theme: Theme, feedback: Feedback, parent: QWidget) -> None:
        super().__init__(parent)
        self._engine, self._theme, self._feedback, self._parent = engine, theme, feedback, parent
        self.dialog: SkippedDialog | None = None
        self._retrying = False
        engine.subscribe(JobDone, self, self._job_done)

    @Slot()
    def show_skipped(self) -> None:
        """Open the list of files that could not be read."""
        if self.dialog is None:
            self.dialog = SkippedDialog(self._theme, self._parent)
            self.dialog.retryRequested.connect(self._retry)
        if not self._retrying:  # the list is short while they are being tried
            self._list()
        self.dialog.show()
        self.dialog.raise_()

    def _list(self) -> None:
        self._engine.send(ListSkipped(), self, self._show_list)

    def _show_list(self, answer: SkippedList) -> None:
        if self.dialog is not None:
            self.dialog.show_list(answer.files)

    @Slot()
    def _retry(self) -> None:
        self._retrying = True
        self._engine.send(RetrySkipped(), self, self._retried, self._retry_failed)

    def _retried(self, done: JobDone) -> None:
        self._retrying = False
        self._job_done(done)
        self.scanEnded.emit(done)

    def _retry_failed(self, problem: Problem) -> None:
        self._retrying = False
        self._feedback.show_problem(problem)

    def _job_done(self, _done: JobDone) -> None:
        if self.dialog is not None and self.dialog.isVisible() and not self._retrying:
            self._list()

    def close_dialogs(self) -> None:
        """Close what is open: the window is closed."""
        if self.dialog is not None:
            self.dialog.close()
