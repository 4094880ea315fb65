"""What the library has to tell a person by itself: questions, notices, estimates, how an import went."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QFileDialog

from dinodesk.engine import messages as m
from dinodesk.records import Folder
from dinodesk.ui.text import availability, formatting
from dinodesk.ui.text.plain_text import one_line
from dinodesk.ui.widgets.confirm_dialog import confirm

if TYPE_CHECKING:
    from dinodesk.ui.shell.main_window import MainWindow


class NoticesController(QObject):
    """A question stands until it is answered; a notice until it is read; the rest is one quiet line."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window, self._engine = window, window.engine
        self._bar = window.results.standing
        self._questions: dict[str, int] = {}  # the sentence → the root it is about, -1 when unknown
        self._left: set[str] = set()  # questions that were answered with "Leave as it is"
        self._asked_again = False  # whether the running job has asked something
        self._lost: tuple[Folder, ...] = ()  # folders that are gone, their drives here
        self._lost_left: set[tuple[str, str]] = set()  # library and folder: answered with "Leave as it is"
        self._checking: tuple[int, set[int]] = (-1, set())  # the request that looks at these roots again
        self._notices: tuple[str, ...] = ()
        self._read: set[tuple[str, str]] = set()  # library and notice
        self._library = ""
        self._stopping = False
        self._wanted: tuple[int, m.JobDone] | None = None
        self._bar.dismissed.connect(self._dismissed)
        window.strip.stopAsked.connect(self._stop_asked)
        self._engine.estimated.connect(window.strip.show_estimate)
        self._engine.statisticsShown.connect(self._statistics_shown)

    # ── questions and notices ───────────────────────────────────────────────────────────────────

    def show_state(self, state: m.LibraryState) -> None:
        """What the library asks and says now."""
        if state.path != self._library:
            self._library = state.path
            self._questions, self._left = {}, set()
            self._lost = ()
        tops = [folder for folder in state.folders if not folder.parent]
        for line in filter(None, state.question.split("\n")):
            self._asked_again = True
            about = max((f for f in tops if f.path in line), key=lambda f: len(f.path), default=None)
            root = about.root if about is not None else -1
            if line not in self._left and line not in self._questions:
                for older in [q for q, other in self._questions.items() if other == root]:
                    del self._questions[older]  # the same question with newer numbers
                self._questions[line] = root
        here = {folder.root for folder in tops if folder.state != "offline"}
        self._questions = {line: root for line, root in self._questions.items() if root < 0 or root in here}
        self._notices = tuple(each for each in state.notices if (state.path, each) not in self._read)
        self._window.strip.show_unwatched(state.unwatched)
        lost = {each.path: each for each in self._lost_in(state)}  # none is added: a look may find the photos
        self._lost = tuple(lost[each.path] for each in self._lost if each.path in lost)
        self._render()

    def _lost_in(self, state: m.LibraryState) -> tuple[Folder, ...]:
        """The root folders that are not where they were, less those that were to be left so."""
        return tuple(
            each
            for each in state.folders
            if not each.parent and each.state == "missing" and each.count
            if (state.path, each.path) not in self._lost_left
        )

    def _render(self) -> None:
        if self._questions:
            self._bar.say(
                "\n".join(self._questions),
                "They were deleted",
                self._confirm_deleted,
                "Leave as it is",
                self._leave,
                closable=False,
            )
        elif self._lost:
            self._bar.say(
                formatting.folder_lost(self._lost[0]),
                "It is here now…",
                self._ask_where,
                "Leave as it is",
                self._leave_lost,
                closable=False,
            )
        elif self._notices:
            self._bar.say(self._notices[0])
        else:
            self._bar.hide()

    @Slot()
    def _dismissed(self) -> None:
        if self._notices and not self._questions:
            self._read.add((self._library, self._notices[0]))
            self._notices = self._notices[1:]
        self._render()

    def _leave(self) -> None:
        self._left.update(self._questions)
        self._questions = {}
        self._render()

    def _leave_lost(self) -> None:
        self._lost_left.add((self._library, self._lost[0].path))
        self._lost = self._lost[1:]
        self._render()

    def _ask_where(self) -> None:
        self._render()  # it stands until the folder is chosen
        lost = self._lost[0]
        title = f"Where is the folder {one_line(lost.name)} now?"
        dialog = QFileDialog(self._window, title, _nearest(lost.path))
        dialog.setObjectName("lostFolderDialog")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(partial(self._add_found, lost.path))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _add_found(self, lost: str, folder: str) -> None:
        # asked again once it has been looked through, if photos are wanting still
        self._lost = tuple(each for each in self._lost if each.path != lost)
        self._render()
        self._window.doing.add([folder])

    def _confirm_deleted(self) -> None:
        self._render()  # it stands until this is answered, too
        confirm(
            self._window,
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
        self._engine.rescan(believe=roots)

    # ── jobs ────────────────────────────────────────────────────────────────────────────────────

    @Slot()
    def _stop_asked(self) -> None:
        self._stopping = True

    def job_done(self, done: m.JobDone) -> None:
        """One quiet line on a job that ended; with its report where a person waited for it."""
        stopping, self._stopping = self._stopping, False
        asked, self._asked_again = self._asked_again, False
        checked = done.request == self._checking[0]
        if not done.stopped and self._window.library is not None:
            self._lost = self._lost_in(self._window.library)
            self._render()
        if not done.stopped and not asked and self._questions:
            self._settle(done, checked)
        strip = self._window.strip
        if done.left_behind:
            strip.say(formatting.left_behind(done, self._pulled()), keep=True)
            return
        quiet = not (done.indexed or done.moved or done.missing or done.left_out)
        if self._window.doing.is_import(done.request) and formatting.deserves_report(done):
            if stopping or not done.stopped:
                strip.say(formatting.added(done), "Report…", partial(self._ask_report, done))
        elif done.stopped and not stopping:
            pass  # something went first; it goes on afterwards
        elif asked:
            strip.say("")  # what there is to say is the question
        elif not (strip.offering and quiet and (checked or not done.request)):
            strip.say(
                formatting.summed_up(done, lost=self._only_lost()),
                keep=self._window.doing.is_import(done.request),
            )

    def _only_lost(self) -> bool:
        """Whether folders are gone and no drive is away."""
        library = self._window.library
        states = {each.state for each in library.folders if not each.parent} if library is not None else set()
        return "missing" in states and "offline" not in states

    def _pulled(self) -> str:
        """The drive that is away, where it is only one."""
        library = self._window.library
        folders = library.folders if library is not None else ()
        names = {
            availability.name_of(each) for each in folders if not each.parent and each.state == "offline"
        }
        return names.pop() if len(names) == 1 else ""

    def _settle(self, done: m.JobDone, checked: bool) -> None:
        """A job asked nothing: what was gone may be there again."""
        if done.whole:
            self._questions = {}
        elif checked:
            looked = self._checking[1]
            self._questions = {line: root for line, root in self._questions.items() if root not in looked}
        else:  # it saw a part, and the question is about a whole folder: look at that
            wanted = set(self._questions.values())
            library = self._window.library
            folders = library.folders if library is not None else ()
            paths = tuple(each.path for each in folders if not each.parent and each.root in wanted)
            if paths:
                self._checking = self._engine.look_again(paths), wanted
        self._render()

    def _ask_report(self, done: m.JobDone) -> None:
        self._wanted = self._engine.show_statistics(), done

    @Slot(object)
    def _statistics_shown(self, answer: m.StatisticsShown) -> None:
        if self._wanted is None or answer.request != self._wanted[0]:
            return
        done, self._wanted = self._wanted[1], None
        report = next((each for each in answer.reports if formatting.is_report_of(each, done)), None)
        if report is None:
            self._window.doing.keeping.show_page()  # a library that can't be written to keeps none
        else:
            self._window.doing.keeping.show_report(report)


def _nearest(path: str) -> str:
    """The folder to look from: the nearest one above that is there."""
    above = Path(path).parent
    return str(next((each for each in (above, *above.parents) if each.is_dir()), above))
