"""Looking after the library from the window: its page, its rules, verifying, backing up, moving, drives."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QDialog, QFileDialog

from dinodesk.engine import messages as m
from dinodesk.records import MISSING, Folder, Skipped, StoredReport
from dinodesk.ui.library.exclude_rules_dialog import ExcludeRulesDialog
from dinodesk.ui.library.library_dialog import LibraryDialog
from dinodesk.ui.library.report_dialog import ReportDialog
from dinodesk.ui.text import availability, formatting
from dinodesk.ui.widgets.confirm_dialog import confirm
from dinodesk.ui.widgets.files_dialog import FilesDialog

if TYPE_CHECKING:
    from dinodesk.ui.shell.main_window import MainWindow

Care = Literal["verify", "backup", "move"]
Lost = Literal["missing", "overdue", "leftovers"]
_STOPPED = {
    "verify": "Verifying was stopped; it goes on from there when it is started again.",
    "backup": "The backup was stopped; the older ones are as they were.",
    "move": "Moving was stopped; the library is where it was.",
}
_BEGUN = {
    "verify": "Verifying; how far it is stands at the bottom of the window.",
    "backup": "Backing up…",
    "move": "Moving; how far it is stands at the bottom of the window.",
}
DAMAGED = (
    "The bytes of these photos are not what they were, though nobody edited them: the disk lost something. "
    "DinoDesk changes no photo; put a copy of yours in its place."
)
NO_WAY_BACK = "This can’t be undone. No file on disk is touched."


class MaintenanceController(QObject):
    """Asks the engine, and says what came of it on the page, or in the strip when the page is closed."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window, self._engine = window, window.engine
        self.page: LibraryDialog | None = None
        self.rules: ExcludeRulesDialog | None = None
        self.damaged: FilesDialog | None = None
        self._caring: dict[int, Care] = {}
        self._rules_id = self._marking = self._forgetting = 0
        engine = self._engine
        engine.statisticsShown.connect(self._statistics_shown)
        engine.rulesShown.connect(self._rules_shown)
        engine.caredFor.connect(self._cared_for)
        engine.progressed.connect(self._progressed)
        engine.jobDone.connect(self._job_done)
        engine.libraryChanged.connect(self._library_changed)

    # ── the page ────────────────────────────────────────────────────────────────────────────────

    @Slot()
    def _show_missing(self) -> None:
        if self.page is not None:
            self.page.hide()
        self._window.tree.choose(MISSING)

    @Slot()
    def show_page(self) -> None:
        """What the library holds."""
        if self.page is None:
            page = self.page = LibraryDialog(self._window.theme, self._window)
            page.actionAsked.connect(self.act)
            page.forgetAsked.connect(self.ask_forget)
            page.listAsked.connect(self._window.doing.pages.show_skipped)
            page.missingAsked.connect(self._show_missing)
            page.reportAsked.connect(self.show_report)
        self.page.set_busy(bool(self._caring) or self._window.library is None)
        self.page.say("")
        if self._window.library is not None:
            self.page.show_library(self._window.library)
            self._engine.show_statistics()
        self.page.show()
        self.page.raise_()

    def _refresh(self) -> None:
        if self.page is not None and self.page.isVisible():
            self._engine.show_statistics()

    @Slot(object)
    def _statistics_shown(self, answer: m.StatisticsShown) -> None:
        if self.page is not None:
            self.page.show_statistics(answer)
        if answer.sentence and answer.request == self._forgetting:
            self._window.strip.say(answer.sentence)

    @Slot(object)
    def _library_changed(self, state: m.LibraryState) -> None:
        if self.page is not None:
            self.page.show_library(state)
            self.page.set_busy(bool(self._caring))
        if self._marking and state.request == self._marking:
            self._marking = 0
            self._window.strip.say("The drive has its small file now, and is known wherever it is mounted")

    @Slot(object)
    def show_report(self, report: StoredReport) -> None:
        """One report whole."""
        parent = self.page if self.page is not None and self.page.isVisible() else self._window
        dialog = ReportDialog(self._window.theme, report, parent)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.show()

    # ── care ────────────────────────────────────────────────────────────────────────────────────

    @Slot(str)
    def act(self, what: str) -> None:
        """One of the page's actions."""
        if what == "move":
            self.ask_move()
        elif what == "sidecars":
            self._engine.exchange_sidecars("export", ())
        elif what in ("verify", "backup"):
            self._care("verify" if what == "verify" else "backup")

    @Slot()
    def verify(self) -> None:
        """Read every photo again and compare."""
        self._care("verify")

    @Slot()
    def back_up(self) -> None:
        """A copy of the database."""
        self._care("backup")

    @Slot()
    def ask_move(self) -> None:
        """Ask for an empty folder."""
        dialog = QFileDialog(self._window, "Move the library to an empty folder")
        dialog.setObjectName("moveDialog")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(self.move_to)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    @Slot(str)
    def move_to(self, folder: str) -> None:
        """Move the library there; it is the one to start with afterwards."""
        if folder:
            self._window.doing.expect_library(folder)
            self._care("move", folder)

    def _care(self, what: Care, target: str = "") -> None:
        if self._caring:
            self._window.strip.say("The library is being looked after already")
            return
        self._caring[self._engine.care_for(what, target)] = what
        if self.page is not None:
            self.page.set_busy(True)
            self.page.say(_BEGUN[what], "muted")

    @Slot(object)
    def _cared_for(self, done: m.CareDone) -> None:
        strip = self._window.strip
        strip.show_done()
        self._window.hearing.refresh_page()
        if self._caring.pop(done.request, None) is None:
            return  # what went wrong was said
        sentence = _STOPPED[done.what] if done.stopped else done.sentence
        show = partial(self.show_damaged, done.problems)
        if done.problems:
            strip.say(sentence, "Show list…", show)
            self._window.results.notice.say(sentence, "Show list…", show)
        else:
            strip.say(sentence, keep=True)
        if self.page is not None:
            self.page.set_busy(False)
            self.page.say(sentence, "warning" if done.problems else "value")
        self._refresh()

    def show_damaged(self, problems: tuple[Skipped, ...]) -> None:
        """The photos whose bytes rotted."""
        if self.damaged is None:
            theme = self._window.theme
            self.damaged = FilesDialog(theme, "damaged", "Damaged photos", DAMAGED, self._window)
        self.damaged.files.show(problems)
        self.damaged.show()
        self.damaged.raise_()

    def take_problem(self, problem: m.Problem) -> bool:
        """What went wrong here is said here; True when it was."""
        sentence = f"{problem.sentence} {problem.remedy}".strip()
        if problem.request and problem.request == self._rules_id and self.rules is not None:
            self.rules.say(sentence, "bad")
            self.rules.save.setEnabled(True)
            return True
        if problem.request and problem.request == self._marking:
            self._marking = 0
        if self._caring.pop(problem.request, None) is None:
            return False
        if self.page is None:
            return False
        self.page.set_busy(False)
        self.page.say(sentence, "bad")
        return self.page.isVisible()

    # ── forgetting ──────────────────────────────────────────────────────────────────────────────

    @Slot(str)
    def ask_forget(self, what: str) -> None:
        """Ask plainly, with the numbers."""
        shown = self.page.statistics if self.page is not None else None
        if self.page is None or shown is None:
            return
        gone = shown.states.get("missing", 0)
        if what == "leftovers":
            text = f"Forget {formatting.count(shown.leftovers)} of folders that were removed?"
            more = "Adding such a folder again means indexing it anew, without its labels and ratings."
            choices: list[tuple[str, Lost]] = [("Forget", "leftovers")]
        elif shown.overdue and shown.overdue < gone:
            text = f"Forget missing photos? {gone:,} are missing, {shown.overdue:,} of them for over 30 days."
            more = "Their labels, ratings and places in albums go with them."
            choices = [(f"Forget the {shown.overdue:,}", "overdue"), (f"Forget all {gone:,}", "missing")]
        else:
            text = f"Forget {formatting.count(gone, 'missing photo')}?"
            more = "Labels, ratings and places in albums go with them."
            choices = [("Forget", "overdue" if shown.overdue else "missing")]
        confirm(
            self.page,
            "forgetBox",
            text,
            f"{more} {NO_WAY_BACK}",
            *((label, partial(self._forget, each)) for label, each in choices),
        )

    def _forget(self, what: Lost) -> None:
        self._forgetting = self._engine.forget(what)

    # ── what is left out ────────────────────────────────────────────────────────────────────────

    @Slot()
    def show_rules(self) -> None:
        """The dialog on what is left out."""
        if self.rules is None:
            self.rules = ExcludeRulesDialog(self._window.theme, self._window)
            self.rules.saved.connect(self._save_rules)
        if not self.rules.isVisible():
            self.rules.say("")
            self._rules_id = self._engine.show_rules()
        self.rules.show()
        self.rules.raise_()

    @Slot(object, bool, int, bool)
    def _save_rules(self, patterns: tuple[str, ...], hidden: bool, smallest: int, watch: bool) -> None:
        self._rules_id = self._engine.set_rules(patterns, hidden, smallest, watch)

    @Slot(object)
    def _rules_shown(self, answer: m.RulesShown) -> None:
        if self.rules is not None and answer.request == self._rules_id:
            self.rules.show_rules(answer)

    @Slot(object)
    def _progressed(self, progress: m.JobProgress) -> None:
        if progress.phase == "paused" and self.rules is not None and progress.request == self._rules_id:
            self.rules.say("Saved. It counts as soon as indexing is resumed.")

    @Slot(object)
    def _job_done(self, done: m.JobDone) -> None:
        if self.rules is not None and done.request and done.request == self._rules_id:
            self.rules.say(formatting.left_the_library(done), "value")
        self._refresh()

    # ── drives ──────────────────────────────────────────────────────────────────────────────────

    def can_mark(self, folder: Folder) -> bool:
        """Whether a small file would help to know a folder's drive again."""
        return (
            not folder.parent
            and not folder.known
            and folder.state == "online"
            and availability.name_of(folder) != availability.HERE
        )

    def ask_mark(self, folder: Folder) -> None:
        """Explain the small file, then leave it."""
        confirm(
            self._window,
            "markDriveBox",
            f"Recognise the drive “{availability.name_of(folder)}” by a small file?",
            "This drive has no number of its own, so DinoDesk would leave one small file named "
            ".dinodesk-volume at its top, and know its photos wherever it is plugged in; nothing else on it "
            "is touched.",
            ("Leave the file", partial(self._mark, folder.root)),
        )

    def _mark(self, root: int) -> None:
        self._marking = self._engine.mark_drive(root)

    def close_dialogs(self) -> None:
        """With the window."""
        every: tuple[QDialog | None, ...] = (self.page, self.rules, self.damaged)
        for dialog in every:
            if dialog is not None:
                dialog.close()
