"""What the window does when the engine says something."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from dinodesk import paths
from dinodesk.engine import messages as m
from dinodesk.records import is_tag
from dinodesk.ui.text import availability
from dinodesk.ui.text.plain_text import one_line

if TYPE_CHECKING:
    from dinodesk.ui.shell.main_window import MainWindow


class EngineEvents(QObject):
    """Passes answers to the panes they are for, and chooses what the centre shows."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._model_notice = False
        self._loaded: m.ModelState | None = None  # the model that answers
        self._instead = -1  # the request for the built-in model when the start model failed
        engine = window.engine
        engine.modelChanged.connect(self._model_changed)
        engine.libraryChanged.connect(self._library_changed)
        engine.progressed.connect(self._progressed)
        engine.jobDone.connect(self._job_done)
        engine.catalogGrown.connect(self._grown)
        engine.problem.connect(self._problem)
        engine.thumbnailReady.connect(self._thumbnail_ready)
        window.thumbnails.missing.connect(self._thumbnail_missing)
        window.asking.answered.connect(self._answered)
        window.results.grid.photos.rowsInserted.connect(self.refresh_page)
        window.results.empty.helpAsked.connect(window.doing.open_again)
        self._allow_care()

    def _allow_care(self) -> None:
        for name in ("verify", "backUp", "moveLibrary"):
            self._window.actions_[name].setEnabled(self._window.library is not None)

    @Slot(object)
    def _model_changed(self, state: m.ModelState) -> None:
        window = self._window
        window.doing.pages.model_changed(state)
        before = window.model_state
        if state.state == "error" and self._loaded is not None:
            failed, state = state, self._loaded  # the model that was there goes on answering
            self._say_model(failed, f"The model {_title_of(state)} stays in use.")
        window.model_state = state
        window.strip.show_model(state)
        window.looking.set_model(state.info if state.state == "ready" else None)
        if state.state == "ready" and state.info is not None:
            first = self._loaded is not state
            self._loaded = state
            window.results.first_run.show_model(state.info.title, state.info.text)
            if first and self._model_notice and state.request != self._instead:
                self._model_notice = False
                window.results.notice.hide()
            if before is not None and before.state == "loading":
                window.asking.model_ready(state.info.fingerprint)
        elif state.state == "error":
            self._fall_back(state)
        window.say_waiting()

    def _fall_back(self, state: m.ModelState) -> None:
        """No model at all: the one that came with DinoDesk is tried, once."""
        window = self._window
        if state.name == "builtin" or self._instead >= 0:
            self.say_no_model(state)
            return
        self._say_model(state, "DinoDesk uses its built-in model instead.")
        self._instead = window.engine.load_model("builtin", window.device, window.precision)

    def say_no_model(self, state: m.ModelState) -> None:
        """Nothing can be searched; the button helps."""
        falling_back = self._instead >= 0 and state.request != self._instead
        if not falling_back:
            self._say_model(state, "Photos can be looked at, but not searched.")

    def _say_model(self, failed: m.ModelState, rest: str) -> None:
        self._model_notice = True
        self._window.results.notice.say(
            f"The model {_title_of(failed)} can't be used. {failed.sentence} {rest}",
            "Models…",
            self._window.doing.pages.show_models,
        )

    @Slot(object)
    def _library_changed(self, state: m.LibraryState) -> None:
        window = self._window
        if window.library is not None and window.library.path != state.path:
            window.bar.clear()
            window.tree.choose("")  # numbers of another library's labels mean others, too
            window.results.notice.hide()
            window.results.grid.selectionModel().clear()  # numbers of another library's photos mean others
            window.looking.look_at(None)
        window.setWindowTitle(_title(Path(state.path)))
        window.library = state
        self._allow_care()
        window.doing.library_opened(state.path)
        window.thumbnails.set_folder(state.thumbnails)
        away = availability.away(state.folders)
        if away != window.results.grid.photos.away:
            window.results.grid.photos.away = window.inspector.away = away
            window.results.grid.viewport().update()
        window.tree.show_state(state.total, state.folders)
        window.tagging.show_state(state)
        window.strip.show_skipped(state.skipped)
        window.telling.show_state(state)
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
        was_paused = strip.paused
        if not was_running and not strip.offering:
            strip.say("")
        strip.show_progress(progress)
        if not was_running or was_paused != strip.paused:
            self.refresh_page()

    @Slot(object)
    def _grown(self, _answer: m.CatalogGrown) -> None:
        self._window.tree.show_total(self._window.asking.catalogue_size)

    @Slot(object)
    def _job_done(self, done: m.JobDone) -> None:
        window = self._window
        window.strip.show_done()
        window.telling.job_done(done)
        window.asking.ask()
        self.refresh_page()

    @Slot(object)
    def _problem(self, problem: m.Problem) -> None:
        window = self._window
        if window.looking.take_problem(problem) or window.doing.take_problem(problem):
            return
        sentence = f"{problem.sentence} {problem.remedy}".strip()
        if window.asking.images and problem.request and problem.request == window.asking.asked:
            name = one_line(Path(window.asking.images[0]).name)
            sentence = sentence if name in sentence else f"{name} can't be searched by. {sentence}"
            window.bar.clear_images()
        window.results.notice.say(sentence)

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
        elif window.strip.paused:
            results.empty.say("Indexing is paused.", "Press Resume at the bottom of the window to go on.")
        elif library is not None and any(f.path == place and f.waiting for f in library.folders):
            results.empty.say("This folder waits for its turn.", "It is added after what is running now.")
        elif window.strip.running:
            results.empty.say("Looking for photos…", "They appear here as soon as they can be searched.")
        elif library is None and window.doing.unopened:
            results.empty.say(
                "The library could not be opened.", "The reason is told above the photos.", "Try again"
            )
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
            results.empty.say(
                "There are no photos here.", "Press F5 to look again." if place and not is_tag(place) else ""
            )
        results.show_page(page)


def _title(library: Path) -> str:
    """A person's own library needs no name; another one is told apart."""
    if library == paths.default_library().absolute():
        return "DinoDesk"
    name = "Sample photos" if library == paths.sample_library() else one_line(library.name)
    return f"{name} · DinoDesk"


def _title_of(state: m.ModelState) -> str:
    name = state.info.title if state.info is not None else Path(state.name).name
    return "built-in (small)" if name == "builtin" else one_line(name)
