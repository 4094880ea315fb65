"""Opening libraries, adding photos to them, scanning their folders."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from dinodesk import paths
from dinodesk.engine.client import EngineClient
from dinodesk.engine.messages import AddPhotos, JobDone, LibraryState, OpenLibrary, Problem, Rescan
from dinodesk.settings import default_library
from dinodesk.ui.context.app_state import AppState
from dinodesk.ui.context.feedback import Feedback, problem_text
from dinodesk.ui.text.plain_text import one_line
from dinodesk.ui.widgets.file_dialogs import PHOTO_FILES, ask_files, ask_folder


class LibraryController(QObject):
    """Writes `AppState.library`, and remembers which library to start with."""

    importEnded = Signal(object)  # JobDone of photos that the person added
    scanEnded = Signal(object)  # JobDone of a scan that the person asked for

    def __init__(self, engine: EngineClient, state: AppState, feedback: Feedback, parent: QWidget) -> None:
        super().__init__(parent)
        self._engine, self._state, self._feedback, self._parent = engine, state, feedback, parent
        self._opening: tuple[str, bool] = ("", True)  # folder, and whether it may be made
        # the library that is to be the one to start with: path as the engine names it, as it is remembered
        self._to_remember: tuple[str, str] | None = None
        self._welcome = ""  # the sample library, while it is being opened
        engine.subscribe(LibraryState, self, self._library_changed)

    # ── opening ─────────────────────────────────────────────────────────────────────────────────

    def open(self, folder: str, *, make: bool = True) -> None:
        """Open a library, made if `make` allows it; when that fails, the notice offers another one."""
        self._opening = folder, make
        self._state.set_library_failed(False)
        self._engine.send(OpenLibrary(path=folder, make=make), self, failed=self._open_failed)

    def _open_failed(self, problem: Problem) -> None:
        self._state.set_library_failed(True)
        self._feedback.show_notice(problem_text(problem), "Open another library…", self.ask_library)

    @Slot()
    def open_again(self) -> None:
        """Try the library again that could not be opened."""
        folder, make = self._opening
        if folder:
            self._feedback.clear_notice()
            self.open(folder, make=make)

    @Slot()
    def ask_library(self) -> None:
        """Ask for another library's folder."""
        ask_folder(self._parent, "Open or make a library", self.switch_library)

    @Slot(str)
    def switch_library(self, folder: str) -> None:
        """Open a library; it is remembered once it is open."""
        self.open(folder)
        self.remember_when_open(folder)

    @Slot(str)
    def return_to_library(self, folder: str) -> None:
        """Open a library that was open before; where it is gone, none is made in its place."""
        self.open(folder, make=False)
        self.remember_when_open(folder)

    @Slot()
    def open_default(self) -> None:
        """Back to the person's own library."""
        default = default_library(self._state.settings)
        self.open(str(default))
        self._to_remember = str(default.absolute()), ""

    @Slot()
    def open_samples(self) -> None:
        """The shipped photos, in a library of their own; the person's stays the one opened at the start."""
        self._to_remember = None
        self.open(str(paths.sample_library()))
        self.add([str(paths.resource("samples"))])
        self._welcome = str(paths.sample_library().absolute())

    def remember_when_open(self, folder: str) -> None:
        """Once the library in this folder is open, it is the one to start with."""
        self._to_remember = str(Path(folder).expanduser().absolute()), folder

    def _library_changed(self, library: LibraryState) -> None:
        self._state.set_library(library)
        if self._welcome and str(Path(library.path).absolute()) == self._welcome:
            self._welcome = ""
            sentence = "The sample photos are a library of their own; yours is untouched."
            self._feedback.show_status(sentence, keep=True)
        if self._to_remember is not None and str(Path(library.path).absolute()) == self._to_remember[0]:
            self._state.change_settings(library=self._to_remember[1])
            self._to_remember = None

    # ── adding and scanning ─────────────────────────────────────────────────────────────────────

    @Slot(object)
    def add(self, files: list[str]) -> None:
        """Add folders or photos and index them."""
        if not files:
            return
        waits = self._state.job is not None and not self._state.paused
        sentence = f"“{one_line(Path(files[0]).name)}” is added after what is running now" if waits else ""
        self._feedback.show_status(sentence)
        self._engine.send(AddPhotos(paths=tuple(files)), self, self._import_ended, self._job_failed)

    @Slot(str)
    def add_folder(self, folder: str) -> None:
        """Add one folder and index it."""
        self.add([folder])

    @Slot()
    def ask_folder(self) -> None:
        """Ask for a folder to add."""
        ask_folder(self._parent, "Add a folder of photos", self.add_folder)

    @Slot()
    def ask_photos(self) -> None:
        """Ask for photos to add."""
        ask_files(self._parent, "Add photos", self.add, PHOTO_FILES)

    @Slot()
    def rescan(self) -> None:
        """Scan all folders of the library again."""
        self._engine.send(Rescan(), self, self._scan_ended, self._job_failed)
        waits = "The folders are looked through when indexing is resumed" if self._state.paused else ""
        self._feedback.show_status(waits)  # what a stop left, with "F5 goes on", is past

    def _import_ended(self, done: JobDone) -> None:
        self.importEnded.emit(done)

    def _scan_ended(self, done: JobDone) -> None:
        self.scanEnded.emit(done)

    def _job_failed(self, problem: Problem) -> None:
        self._feedback.show_notice(problem_text(problem), "Try again", self.rescan)
