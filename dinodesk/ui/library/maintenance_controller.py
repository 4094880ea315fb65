"""Maintenance of the library from the window: its dialog, verifying, backing up, moving, forgetting."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QDialog, QWidget

from dinodesk.engine.client import EngineClient
from dinodesk.engine.messages import (
    BringBackRemoved,
    ForgetPhotos,
    JobDone,
    LibraryState,
    MaintenanceDone,
    MaintenanceKind,
    Problem,
    RunMaintenance,
    ShowStatistics,
    StatisticsShown,
)
from dinodesk.records import MISSING, Skipped, Statistics, StoredReport
from dinodesk.ui.context.app_state import AppState
from dinodesk.ui.context.feedback import Feedback, problem_text
from dinodesk.ui.library.library_controller import LibraryController
from dinodesk.ui.library.library_dialog import LibraryDialog
from dinodesk.ui.library.report_dialog import ReportDialog
from dinodesk.ui.text.formatting import count
from dinodesk.ui.text.job_messages import forgotten_sentence, maintenance_sentence
from dinodesk.ui.theme.theme import Theme
from dinodesk.ui.widgets.confirm_dialog import confirm
from dinodesk.ui.widgets.file_dialogs import ask_folder
from dinodesk.ui.widgets.files_dialog import FilesDialog

_BEGUN: dict[MaintenanceKind, str] = {
    "verify": "Verifying; how far it is stands at the bottom of the window.",
    "backup": "Backing up…",
    "move": "Moving; how far it is stands at the bottom of the window.",
    "private": "Making the library private; how far it is stands at the bottom of the window.",
}
DAMAGED = (
    "The bytes of these photos are not what they were, though nobody edited them: the disk lost something. "
    "DinoDesk changes no photo; put a copy of yours in its place."
)
NO_WAY_BACK = "This can’t be undone. No file on disk is touched."


class MaintenanceController(QObject):
    """Sends the requests, and shows results in the dialog, or in the status line when that is closed."""

    skippedRequested = Signal()  # the list of files that could not be read
    scopeRequested = Signal(object)  # Scope
    sidecarsRequested = Signal()  # sidecars of the whole library

    def __init__(
        self,
        engine: EngineClient,
        state: AppState,
        library: LibraryController,
        theme: Theme,
        feedback: Feedback,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._engine, self._state, self._library = engine, state, library
        self._theme, self._feedback, self._parent = theme, feedback, parent
        self.dialog: LibraryDialog | None = None
        self.damaged: FilesDialog | None = None
        self._running: MaintenanceKind | None = None
        state.libraryChanged.connect(self._library_changed)
        engine.subscribe(StatisticsShown, self, self._statistics_shown)
        engine.subscribe(JobDone, self, self._job_done)

    # ── the dialog ──────────────────────────────────────────────────────────────────────────────

    @Slot()
    def show_library(self) -> None:
        """Open the dialog with the statistics of the library."""
        if self.dialog is None:
            self.dialog = LibraryDialog(self._theme, self._parent)
            self.dialog.actionRequested.connect(self._act)
            self.dialog.forgetRequested.connect(self._ask_forget)
            self.dialog.bringBackRequested.connect(self._bring_back)
            self.dialog.listRequested.connect(self.skippedRequested)
            self.dialog.missingRequested.connect(self._show_missing)
            self.dialog.reportRequested.connect(self.show_report)
        library = self._state.library
        self.dialog.set_busy(self._running is not None or library is None)
        self.dialog.show_message("")
        if library is not None:
            self.dialog.show_library(library)
            self._engine.send(ShowStatistics())
        self.dialog.show()
        self.dialog.raise_()

    @Slot()
    def _show_missing(self) -> None:
        if self.dialog is not None:
            self.dialog.hide()
        self.scopeRequested.emit(MISSING)

    def _statistics_shown(self, answer: StatisticsShown) -> None:
        if self.dialog is not None:
            self.dialog.show_statistics(answer)

    @Slot(object)
    def _library_changed(self, library: LibraryState) -> None:
        if self.dialog is not None:
            self.dialog.show_library(library)
            self.dialog.set_busy(self._running is not None)

    def _job_done(self, _done: JobDone) -> None:
        self._refresh()

    def _refresh(self) -> None:
        if self.dialog is not None and self.dialog.isVisible():
            self._engine.send(ShowStatistics())

    @Slot(object)
    def show_report(self, report: StoredReport) -> None:
        """Open a report, above the dialog when that is open."""
        visible = self.dialog is not None and self.dialog.isVisible()
        dialog = ReportDialog(self._theme, report, self.dialog if visible else self._parent)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.show()

    # ── verifying, backing up, moving ───────────────────────────────────────────────────────────

    @Slot(str)
    def _act(self, action: str) -> None:
        """Run the action of one of the dialog's buttons."""
        if action == "sidecars":
            self.sidecarsRequested.emit()
        else:
            {"verify": self.verify, "backup": self.back_up, "move": self.ask_move}[action]()

    @Slot()
    def verify(self) -> None:
        """Read every photo again and compare."""
        self._run("verify")

    @Slot()
    def back_up(self) -> None:
        """A copy of the database."""
        self._run("backup")

    @Slot()
    def make_private(self) -> None:
        """Close the library to other people."""
        self._run("private")

    @Slot()
    def ask_move(self) -> None:
        """Ask for an empty folder to move the library to."""
        title = "Move the library to an empty folder"
        ask_folder(self._parent, title, self.move_to, name="moveDialog")

    @Slot(str)
    def move_to(self, folder: str) -> None:
        """Move the library there; it is the one to start with afterwards."""
        if folder:
            self._library.remember_when_open(folder)
            self._run("move", folder)

    def _run(self, what: MaintenanceKind, target: str = "") -> None:
        if self._running is not None:
            self._feedback.show_status("The library is being looked after already")
            return
        self._running = what
        self._engine.send(RunMaintenance(what=what, target=target), self, self._done, self._failed)
        if self.dialog is not None:
            self.dialog.set_busy(True)
            self.dialog.show_message(_BEGUN[what], "muted")

    def _done(self, done: MaintenanceDone) -> None:
        self._running = None
        sentence = maintenance_sentence(done)
        if done.problems:
            show = partial(self._show_damaged, done.problems)
            self._feedback.show_status(sentence, "Show list…", show)
            self._feedback.show_notice(sentence, "Show list…", show)
        else:
            self._feedback.show_status(sentence, keep=True)
        if self.dialog is not None:
            self.dialog.set_busy(False)
            self.dialog.show_message(sentence, "warning" if done.problems else "value")
        self._refresh()

    def _failed(self, problem: Problem) -> None:
        self._running = None
        if self.dialog is not None:
            self.dialog.set_busy(False)
            self.dialog.show_message(problem_text(problem), "bad")
        if self.dialog is None or not self.dialog.isVisible():
            self._feedback.show_problem(problem)

    def _show_damaged(self, problems: tuple[Skipped, ...]) -> None:
        if self.damaged is None:
            self.damaged = FilesDialog(self._theme, "damaged", "Damaged photos", DAMAGED, self._parent)
        self.damaged.files.show(problems)
        self.damaged.show()
        self.damaged.raise_()

    # ── forgetting ──────────────────────────────────────────────────────────────────────────────

    @Slot()
    def _bring_back(self) -> None:
        self._engine.send(BringBackRemoved(), self)

    @Slot(str)
    def _ask_forget(self, what: str) -> None:
        """Ask plainly, with the numbers."""
        if self.dialog is None or self.dialog.statistics is None:
            return
        text, more, choices = _forget_question(what, self.dialog.statistics)
        confirm(
            self.dialog,
            "forgetBox",
            text,
            f"{more} {NO_WAY_BACK}",
            *((label, partial(self._forget, request)) for label, request in choices),
        )

    def _forget(self, request: ForgetPhotos) -> None:
        self._engine.send(request, self, self._forgotten)

    def _forgotten(self, answer: StatisticsShown) -> None:
        self._feedback.show_status(forgotten_sentence(answer.forgotten or 0))

    def close_dialogs(self) -> None:
        """Close what is open: the window is closed."""
        every: tuple[QDialog | None, ...] = (self.dialog, self.damaged)
        for dialog in every:
            if dialog is not None:
                dialog.close()


def _forget_question(what: str, shown: Statistics) -> tuple[str, str, list[tuple[str, ForgetPhotos]]]:
    """Question, what it means, and the choices, each with what is asked of the engine."""
    gone, overdue = shown.states.get("missing", 0), shown.overdue
    if what == "leftovers":
        return (
            f"Forget {count(shown.leftovers)} of which the library has no file any more?",
            "They were removed, or their folders were. Where such a file comes back, it is indexed anew, "
            "without its labels and ratings.",
            [("Forget for good", ForgetPhotos(what="leftovers"))],
        )
    if overdue and overdue < gone:
        return (
            f"Forget missing photos for good? {gone:,} are missing, {overdue:,} of them for over 30 days.",
            "Their labels, ratings and places in albums go with them.",
            [
                (f"Forget the {overdue:,}", ForgetPhotos(what="overdue")),
                (f"Forget all {gone:,}", ForgetPhotos(what="missing")),
            ],
        )
    return (
        f"Forget {count(gone, 'missing photo')} for good?",
        "Labels, ratings and places in albums go with them.",
        [("Forget for good", ForgetPhotos(what="overdue" if overdue else "missing"))],
    )
