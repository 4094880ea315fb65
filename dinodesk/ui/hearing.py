"""What the window does when the engine says something."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from dinodesk import paths
from dinodesk.engine import messages as m

if TYPE_CHECKING:
    from dinodesk.ui.main_window import MainWindow


class Hearing(QObject):
    """Passes answers to the panes they are for, and chooses what the centre shows."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._model_notice = False
        engine = window.engine
        engine.modelChanged.connect(self._model_changed)
        engine.libraryChanged.connect(self._library_changed)
        engine.progressed.connect(self._progressed)
        engine.jobDone.connect(self._job_done)
        engine.problem.connect(self._problem)
        engine.thumbnailReady.connect(self._thumbnail_ready)
        window.thumbnails.missing.connect(self._thumbnail_missing)
        window.asking.answered.connect(self._answered)
        window.results.grid.photos.rowsInserted.connect(self.refresh_page)

    @Slot(object)
    def _model_changed(self, state: m.ModelState) -> None:
        window = self._window
        before, window.model_state = window.model_state, state
        window.strip.show_model(state)
        window.doing.pages.model_changed(state)
        window.looking.set_model(state.info if state.state == "ready" else None)
        if state.state == "ready" and state.info is not None:
            window.results.first_run.show_model(state.info.title, state.info.text)
            if self._model_notice:
                self._model_notice = False
                window.results.notice.hide()
            if before is not None and before.state == "loading":
                window.asking.model_ready(state.info.fingerprint)
        elif state.state == "error":
            self._model_notice = True
            window.results.notice.say(
                f"The model can't be used. {state.sentence}", "Models…", window.doing.pages.show_models
            )
        window.say_waiting()

    @Slot(object)
    def _library_changed(self, state: m.LibraryState) -> None:
        window = self._window
        if window.library is not None and window.library.path != state.path:
            window.bar.clear()
            window.results.notice.hide()
            window.results.grid.selectionModel().clear()  # numbers of another library's photos mean others
            window.looking.look_at(None)
        window.setWindowTitle(_title(Path(state.path)))
        window.library = state
        window.thumbnails.set_folder(state.thumbnails)
        window.tree.show_state(state.total, state.folders)
        window.strip.show_skipped(state.skipped)
        if state.question:
            window.results.notice.say(state.question, "Rescan", window.engine.rescan)
        self.refresh_page()

    @Slot(object, bool)
    def _answered(self, answer: m.Ranking, new: bool) -> None:
        window = self._window
        window.results.show_answer(answer)
        if new:
            window.results.grid.verticalScrollBar().setValue(0)
        window.looking.set_text(answer.text)
        window.say_waiting()
        self.refresh_page()
        window.show_why()

    @Slot(object)
    def _progressed(self, progress: m.JobProgress) -> None:
        strip = self._window.strip
        was_running = strip.running
        if not was_running:
            strip.say("")
        strip.show_progress(progress)
        if not was_running:
            self.refresh_page()

    @Slot(object)
    def _job_done(self, done: m.JobDone) -> None:
        window = self._window
        window.strip.show_done()
        window.strip.say(window.doing.sum_up(done))
        window.asking.ask()
        self.refresh_page()

    @Slot(object)
    def _problem(self, problem: m.Problem) -> None:
        window = self._window
        if window.looking.take_problem(problem) or window.doing.take_problem(problem):
            return
        window.results.notice.say(f"{problem.sentence} {problem.remedy}".strip())

    @Slot(object)
    def _thumbnail_ready(self, answer: m.ThumbnailReady) -> None:
        self._window.thumbnails.retry(answer.content)

    @Slot(str, str)
    def _thumbnail_missing(self, content: str, path: str) -> None:
        self._window.engine.make_thumbnail(content, path)

    @Slot()
    def refresh_page(self) -> None:
        """What the centre shows: photos, the first run, or why there are none."""
        window = self._window
        results, library = window.results, window.library
        rows, searching, place = (
            results.grid.photos.rowCount(),
            window.asking.searching,
            window.asking.place,
        )
        page: QWidget = results.empty
        if rows:
            page = results.grid
        elif window.strip.running:
            results.empty.say("Looking for photos…", "They appear here as soon as they can be searched.")
        elif library is None:
            results.empty.say("Opening the library…")
        elif library.total == 0 and not place:
            page = results.first_run
        elif library.embedded == 0 and library.total > 0:
            results.empty.say(
                "No photo here can be searched yet.",
                "They have not been indexed with this model; press F5 to do it now.",
            )
        elif not searching or place:
            results.empty.say("There are no photos here.", "Press F5 to look again." if place else "")
        results.show_page(page)


def _title(library: Path) -> str:
    """A person's own library needs no name; another one is told apart."""
    if library == paths.default_library().absolute():
        return "DinoDesk"
    return f"{'Sample photos' if library == paths.sample_library() else library.name} · DinoDesk"
