"""Exclude rules: showing them, saving them, and the result of the scan that follows."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from dinodesk.engine.client import EngineClient
from dinodesk.engine.messages import (
    JobDone,
    JobProgress,
    Problem,
    RulesShown,
    SetRules,
    ShowRules,
)
from dinodesk.ui.context.feedback import problem_text
from dinodesk.ui.library.exclude_rules_dialog import ExcludeRulesDialog
from dinodesk.ui.text.job_messages import rules_applied_sentence
from dinodesk.ui.theme.theme import Theme


class ExcludeRulesController(QObject):
    """After rules were saved the engine scans all folders; the dialog shows the result."""

    scanEnded = Signal(object)  # JobDone of the scan after the rules were saved

    def __init__(self, engine: EngineClient, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._engine, self._theme, self._parent = engine, theme, parent
        self.dialog: ExcludeRulesDialog | None = None
        self._saved = 0  # id of the request that saved the rules; its scan has the same
        self._scanning = False  # whether that scan is the job that runs
        engine.subscribe(JobProgress, self, self._progressed)
        engine.subscribe(JobDone, self, self._job_done)

    @Slot()
    def show_rules(self) -> None:
        """Open the dialog with the rules of the library."""
        if self.dialog is None:
            self.dialog = ExcludeRulesDialog(self._theme, self._parent)
            self.dialog.saved.connect(self._save)
        if not self.dialog.isVisible():
            self.dialog.show_message("")
            self._engine.send(ShowRules(), self, self._rules_shown, self._failed)
        self.dialog.show()
        self.dialog.raise_()

    @Slot(object, bool, int, bool)
    def _save(self, patterns: tuple[str, ...], hidden: bool, smallest: int, watch: bool) -> None:
        request = SetRules(patterns=patterns, hidden=hidden, smallest=smallest, watch=watch)
        self._saved = self._engine.send(request, self, self._rules_shown, self._failed).id

    def _rules_shown(self, answer: RulesShown) -> None:
        if self.dialog is not None:
            self.dialog.show_rules(answer)

    def _failed(self, problem: Problem) -> None:
        if self.dialog is not None:
            self.dialog.show_message(problem_text(problem), "bad")
            self.dialog.save.setEnabled(True)

    def _progressed(self, progress: JobProgress) -> None:
        self._scanning = bool(self._saved) and progress.request == self._saved
        if self._scanning and progress.phase == "paused" and self.dialog is not None:
            self.dialog.show_message("Saved. It counts as soon as indexing is resumed.")

    def _job_done(self, done: JobDone) -> None:
        if not self._scanning:
            return
        self._scanning, self._saved = False, 0
        if self.dialog is not None:
            self.dialog.show_message(rules_applied_sentence(done), "value")
        self.scanEnded.emit(done)

    def close_dialogs(self) -> None:
        """Close what is open: the window is closed."""
        if self.dialog is not None:
            self.dialog.close()
