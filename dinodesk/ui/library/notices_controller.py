"""Notices about the open library: questions after scans, lost folders, results of jobs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from dinodesk.engine.client import EngineClient
from dinodesk.engine.messages import (
    JobDone,
    JobProgress,
    LeaveShared,
    LibraryState,
    Problem,
    Rescan,
    RescanFolders,
    ShowStatistics,
    StatisticsShown,
)
from dinodesk.records import Folder
from dinodesk.ui.context.app_state import AppState
from dinodesk.ui.context.feedback import Feedback
from dinodesk.ui.text.availability import drive_name
from dinodesk.ui.text.job_messages import (
    added_sentence,
    deserves_report,
    folder_lost_sentence,
    left_behind_sentence,
    scan_sentence,
    shared_sentence,
)
from dinodesk.ui.text.plain_text import one_line
from dinodesk.ui.text.report_text import is_report_of
from dinodesk.ui.widgets.confirm_dialog import confirm
from dinodesk.ui.widgets.file_dialogs import ask_folder
from dinodesk.ui.widgets.notice_bar import NoticeBar


@dataclass(frozen=True, slots=True)
class _JobEnd:
    """How the last job ended: whether the person stopped it, and whether it asked a question."""

    stopped: bool = False
    asked: bool = False


class NoticesController(QObject):
    """Shows a question until it is answered, a notice until it is closed, the rest in the status line."""

    folderFound = Signal(str)  # where a folder that was gone is now
    reportFound = Signal(object)  # StoredReport of the job whose report was asked for
    reportMissed = Signal()  # that job has no report
    privacyRequested = Signal()  # close the library to other people

    def __init__(
        self, engine: EngineClient, state: AppState, bar: NoticeBar, feedback: Feedback, parent: QWidget
    ) -> None:
        """`bar` is the one that stays until it is answered."""
        super().__init__(parent)
        self._engine, self._state, self._bar = engine, state, bar
        self._feedback, self._parent = feedback, parent
        self._questions: dict[str, int] = {}  # the sentence → the root it is about, -1 when unknown
        self._left: set[str] = set()  # questions that were answered with "Leave as it is"
        self._checking: set[int] = set()  # the roots that are scanned again for their questions
        self._lost: tuple[Folder, ...] = ()  # folders that are gone, their drives here
        self._lost_left: set[tuple[str, str]] = set()  # library and folder: answered with "Leave as it is"
        self._notices: tuple[str, ...] = ()
        self._read: set[tuple[str, str]] = set()  # library and notice
        self._shared = False  # others can read the library
        self._path = ""  # of the library
        self._stopping = False  # the person has asked to stop the running job
        self._asked = False  # whether the running job has asked something
        self._by_itself = False  # nobody asked for the job
        self._end = _JobEnd()
        bar.dismissed.connect(self._dismissed)
        state.libraryChanged.connect(self._library_changed)
        engine.subscribe(JobProgress, self, self._progressed)
        engine.subscribe(JobDone, self, self._job_done)

    # ── questions and notices ───────────────────────────────────────────────────────────────────

    @Slot(object)
    def _library_changed(self, library: LibraryState) -> None:
        if library.path != self._path:
            self._path = library.path
            self._questions, self._left, self._checking = {}, set(), set()
            self._lost = ()
            self._stopping = self._asked = False  # a job of the library before
        tops = [folder for folder in library.folders if not folder.parent]
        for line in filter(None, library.question.split("\n")):
            self._asked = True
            about = max((f for f in tops if f.path in line), key=lambda f: len(f.path), default=None)
            root = about.root if about is not None else -1
            if line not in self._left and line not in self._questions:
                for older in [q for q, other in self._questions.items() if other == root]:
                    del self._questions[older]  # the same question with newer numbers
                self._questions[line] = root
        here = {folder.root for folder in tops if folder.state != "offline"}
        self._questions = {line: root for line, root in self._questions.items() if root < 0 or root in here}
        self._notices = tuple(each for each in library.notices if (library.path, each) not in self._read)
        self._shared = library.shared
        lost = {each.path: each for each in self._lost_in(library)}  # none is added: a scan may find them
        self._lost = tuple(lost[each.path] for each in self._lost if each.path in lost)
        self._render()

    def _lost_in(self, library: LibraryState) -> tuple[Folder, ...]:
        """The root folders that are not where they were, less those that were to be left so."""
        return tuple(
            each
            for each in library.folders
            if not each.parent and each.state == "missing" and each.count
            if (library.path, each.path) not in self._lost_left
        )

    def _render(self) -> None:
        if self._questions:
            self._bar.show_message(
                "\n".join(self._questions),
                "They were deleted",
                self._confirm_deleted,
                "Leave as it is",
                self._leave,
                closable=False,
            )
        elif self._lost:
            self._bar.show_message(
                folder_lost_sentence(self._lost[0]),
                "It is here now…",
                self._ask_where,
                "Leave as it is",
                self._leave_lost,
                closable=False,
            )
        elif self._notices:
            self._bar.show_message(self._notices[0])
        elif self._shared:
            self._bar.show_message(shared_sentence(self._path), "Make it private", self._make_private)
        else:
            self._bar.hide()

    @Slot()
    def _dismissed(self) -> None:
        if self._notices and not self._questions:
            self._read.add((self._path, self._notices[0]))
            self._notices = self._notices[1:]
        elif self._shared and not self._questions:
            self._shared = False
            self._engine.send(LeaveShared())
        self._render()

    def _make_private(self) -> None:
        self._shared = False
        self._render()
        self.privacyRequested.emit()

    def _leave(self) -> None:
        self._left.update(self._questions)
        self._questions = {}
        self._render()

    def _confirm_deleted(self) -> None:
        self._render()  # it stands until this is answered, too
        confirm(
            self._parent,
            "believeBox",
            "Were these photos deleted on purpose?",
            "They are then marked as missing, with their labels and ratings kept. Nothing is forgotten until "
            "you say so in “About this library”, and no file is touched.",
            ("They were deleted", self._believe),
        )

    def _believe(self) -> None:
        # only what was asked about: another folder may have lost its photos meanwhile
        roots = tuple(root for root in self._questions.values() if root >= 0)
        self._questions = {}
        self._render()
        self._engine.send(Rescan(believe=roots), self, self.tell_scan)

    # ── folders that are gone ───────────────────────────────────────────────────────────────────

    def _leave_lost(self) -> None:
        self._lost_left.add((self._path, self._lost[0].path))
        self._lost = self._lost[1:]
        self._render()

    def _ask_where(self) -> None:
        self._render()  # it stands until the folder is chosen
        lost = self._lost[0]
        ask_folder(
            self._parent,
            f"Where is the folder {one_line(lost.name)} now?",
            partial(self._add_found, lost.path),
            name="lostFolderDialog",
            start=_nearest(lost.path),
        )

    def _add_found(self, lost: str, folder: str) -> None:
        # asked again once it has been scanned, if photos are wanting still
        self._lost = tuple(each for each in self._lost if each.path != lost)
        self._render()
        self.folderFound.emit(folder)

    # ── jobs ────────────────────────────────────────────────────────────────────────────────────

    @Slot()
    def note_stop(self) -> None:
        """The person has asked to stop the running job."""
        self._stopping = True

    def _job_done(self, done: JobDone) -> None:
        """After any indexing job; `tell_import` and `tell_scan` follow if the person asked for the job."""
        self._end = _JobEnd(self._stopping, self._asked)
        self._stopping = self._asked = False
        if not done.stopped and self._state.library is not None:
            self._lost = self._lost_in(self._state.library)
            self._render()
        if not done.stopped and not self._end.asked and self._questions:
            self._settle(done)
        quiet = not (done.indexed or done.moved or done.missing or done.left_out)
        told = self._feedback.offering or (self._by_itself and bool(self._feedback.status.sentence))
        self._tell(done, important=not (told and quiet))

    def _progressed(self, progress: JobProgress) -> None:
        self._by_itself = progress.request == 0

    @Slot(object)
    def tell_import(self, done: JobDone) -> None:
        """Show the result of adding photos; called after all subscribers of JobDone."""
        if not done.left_behind and deserves_report(done):
            if self._end.stopped or not done.stopped:
                self._feedback.show_status(added_sentence(done), "Report…", partial(self._ask_report, done))
        else:
            self._tell(done, keep=True)

    @Slot(object)
    def tell_scan(self, done: JobDone) -> None:
        """Show the result of a scan that the person asked for; called after all subscribers of JobDone."""
        self._tell(done)

    def _tell(self, done: JobDone, *, important: bool = True, keep: bool = False) -> None:
        """Show the result in the status line, unless it is not `important`."""
        if done.left_behind:
            self._feedback.show_status(left_behind_sentence(done, self._drive_away()), keep=True)
        elif done.stopped and not self._end.stopped:
            return  # something went first; it goes on afterwards
        elif self._end.asked:
            self._feedback.show_status("")  # what there is to say is the question
        elif important:
            total = self._state.library.total if self._state.library is not None else 0
            self._feedback.show_status(scan_sentence(done, total=total, lost=self._only_lost()), keep=keep)

    def _only_lost(self) -> bool:
        """Whether folders are gone and no drive is away."""
        states = {each.state for each in self._state.folders if not each.parent}
        return "missing" in states and "offline" not in states

    def _drive_away(self) -> str:
        """The drive that is away, where it is only one."""
        folders = self._state.folders
        names = {drive_name(each) for each in folders if not each.parent and each.state == "offline"}
        return names.pop() if len(names) == 1 else ""

    def _settle(self, done: JobDone) -> None:
        """Clear or check the open questions after a job that asked none."""
        if done.whole:
            self._questions = {}
        elif not self._checking:  # it saw a part, and the question is about a whole folder: scan that
            roots = set(self._questions.values())
            folders = (each for each in self._state.folders if not each.parent and each.root in roots)
            paths = tuple(each.path for each in folders)
            if paths:
                self._checking = roots
                self._engine.send(RescanFolders(folders=paths), self, self._checked, self._check_failed)
        self._render()

    def _checked(self, done: JobDone) -> None:
        roots, self._checking = self._checking, set()
        if not done.stopped and not self._end.asked:
            self._questions = {line: root for line, root in self._questions.items() if root not in roots}
            self._render()

    def _check_failed(self, problem: Problem) -> None:
        self._checking = set()
        self._feedback.show_problem(problem)

    def _ask_report(self, done: JobDone) -> None:
        self._engine.send(ShowStatistics(), self, partial(self._find_report, done))

    def _find_report(self, done: JobDone, answer: StatisticsShown) -> None:
        report = next((each for each in answer.reports if is_report_of(each, done)), None)
        if report is None:
            self.reportMissed.emit()  # a library that can't be written to keeps none
        else:
            self.reportFound.emit(report)


def _nearest(path: str) -> str:
    """The folder to look from: the nearest one above that is there."""
    above = Path(path).parent
    return str(next((each for each in (above, *above.parents) if each.is_dir()), above))
