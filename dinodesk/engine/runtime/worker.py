"""The worker on the engine thread: owns library, model and index, and works off requests one by one.

Long work is a generator of which one step runs per turn of the thread's event loop, so a query typed
meanwhile waits for one step. Imports of torch, SQLAlchemy and hnswlib happen inside `rooms`, on
this thread, after the first paint: the one place where imports inside a function are allowed.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator
from concurrent.futures import Future
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QThread, QTimer, Signal, Slot

from dinodesk.engine import messages as m
from dinodesk.engine.runtime.error_reports import problem_of
from dinodesk.engine.runtime.scheduler import Scheduler
from dinodesk.errors import DamagedLibraryError, DinoDeskError

if TYPE_CHECKING:
    from dinodesk.engine.engine_state import EngineState

_log = logging.getLogger(__name__)

TICK_MS = 1000
_NEVER_DROPPED = (
    m.UserDataRequest, m.AddPhotos, m.RemoveFolder, m.SetRules, m.Forget, m.MarkDrive, m.ControlJob
)  # fmt: skip
"""What a person decided before closing the window is done, or noted, before the thread ends."""


class Worker(QObject):
    """Receives requests, answers with `(request, answer)` pairs. Lives on the engine thread.

    Attributes:
        quitting: set by the client when the program closes; every long step looks at it.
    """

    answered = Signal(object)
    closing = Signal()
    _read = Signal(object)  # a request and what makes its answer, from a decoder's thread

    def __init__(self, thumbnail_bytes: int | None = None) -> None:
        """`thumbnail_bytes` limits the thumbnail cache of the library that is opened."""
        super().__init__()
        self._thumbnail_bytes = thumbnail_bytes
        self.quitting = m.CancelToken()
        self.closing.connect(self._close)  # emitted from the other thread, so it runs on this object's
        self._read.connect(self._answer)
        self._session: EngineState | None = None
        self._runner = Scheduler(self)
        self._map: tuple[m.ShowMap, Generator[None, None, m.MapAnswer]] | None = None
        self._mending = False
        self._waiting: list[m.Request] = []  # asked before the model was ready
        self._timer: QTimer | None = None
        self._handlers: dict[type[m.Request], Callable[[Any], None]] = {
            m.OpenLibrary: self._open_library,
            m.LoadModel: self._load_model_soon,
            m.AddPhotos: self._runner.queue,
            m.Rescan: self._runner.queue,
            m.RetrySkipped: self._runner.queue,
            m.ControlJob: self._runner.control,
            m.RemoveFolder: self._remove_folder,
            m.Browse: self._through_session("browse"),
            m.Search: self._search,
            m.ShowPreview: self._through_decoders("preview"),
            m.ShowMap: self._show_map,
            m.MakeThumbnail: self._through_decoders("make_thumbnail"),
            m.ShowDetails: self._through_session("details"),
            m.ListSkipped: self._through_session("skipped"),
            m.ListModels: self._through_session("models"),
            m.ImportModel: self._through_session("import_model"),
            m.ExchangeSidecars: self._runner.go_first,
            m.CareFor: self._runner.go_first,
            m.LookAgain: self._runner.queue,
            m.ShowLabels: self._through_session("labels"),
            m.ShowStatistics: self._through_session("care.statistics"),
            m.ShowRules: self._through_session("care.rules"),
            m.SetRules: self._set_rules,
            m.Forget: self._forget,
            m.MarkDrive: self._mark_drive,
        }
        for kind in (m.Rate, m.PutOn, m.TakeOff, m.RenameTag, m.DropTag, m.Undo, m.Redo):
            self._handlers[kind] = self._through_session("change_user_data")

    @Slot()
    def start(self) -> None:
        """Runs first on the engine thread."""
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._step)
        self._ticker = QTimer(self, interval=TICK_MS)
        self._ticker.timeout.connect(self._tick)

    @Slot(object)
    def receive(self, request: m.Request) -> None:
        """Work one request off; whatever goes wrong becomes a `Problem`, never silence."""
        if request.token.cancelled or (self.quitting.cancelled and not isinstance(request, _NEVER_DROPPED)):
            return
        self.guarded(request, lambda: self._handlers[type(request)](request))

    def guarded(self, request: m.Request, work: Callable[[], None]) -> bool:
        """Do some work; an error becomes a `Problem`, and a damaged library is mended. False for an error."""
        try:
            work()
        except Exception as error:
            if not (isinstance(error, DamagedLibraryError) and self._restore()):
                self.say(problem_of(error, request.id), request)
            return False
        return True

    def say(self, answer: m.Answer, request: m.Request | None = None) -> None:
        """Hand an answer to the window; `request` is what it answers."""
        self.answered.emit((request, answer))

    def rooms(self) -> EngineState:
        """The session, with the rooms it needs; loading them is the slow part of the first request."""
        if self._session is None:
            from dinodesk.engine.engine_state import (  # see the module's docstring
                THUMBNAIL_BYTES,
                EngineState,
            )

            self._session = EngineState(self._thumbnail_bytes or THUMBNAIL_BYTES)
        return self._session

    def _through_session(self, method: str) -> Callable[[Any], None]:
        def handle(request: m.Request) -> None:
            answer = attrgetter(method)(self.rooms())(request)
            for each in answer if isinstance(answer, list) else [answer] * (answer is not None):
                self.say(each, request)

        return handle

    def _through_decoders(self, method: str) -> Callable[[Any], None]:
        """A decoder may take seconds, or hang: the thread goes on meanwhile."""

        def handle(request: m.Request) -> None:
            future, answer = attrgetter(method)(self.rooms())(request)
            future.add_done_callback(lambda done: self._read.emit((request, done, answer)))

        return handle

    @Slot(object)
    def _answer(self, read: tuple[m.Request, Future[Any], Callable[[], m.Answer | None]]) -> None:
        request, future, make = read

        def say() -> None:
            answer = make()
            if answer is not None:
                self.say(answer, request)

        if not (self.quitting.cancelled or request.token.cancelled or future.cancelled()):
            self.guarded(request, say)

    # ── library and model ───────────────────────────────────────────────────────────────────────

    def _open_library(self, request: m.OpenLibrary) -> None:
        interrupted = self._runner.interrupt()
        session = self.rooms()
        try:
            session.open_library(Path(request.path), make=request.make)
        except DinoDeskError:
            self._runner.agenda.put_back(interrupted)
            self._runner.go_on()  # the library before is open still
            raise
        for job in interrupted:
            self.say(job.done(stopped=True))
        self._runner.add_what_is_left()
        self.tell_catalog(request.id)
        if session.model is not None:
            self.model_meets_library()

    def _load_model_soon(self, request: m.LoadModel) -> None:
        self.say(m.ModelState(request.id, "loading", request.name))
        # after what else is already posted: photos are shown before the model is there
        QTimer.singleShot(0, self, lambda: self._load_model(request))

    def use_cpu(self) -> None:
        """Load the present model again, on the CPU."""
        model = self.rooms().model
        if model is not None:
            self._load_model(m.LoadModel(0, name=model.info.name, device="cpu"))

    def _load_model(self, request: m.LoadModel) -> None:
        if self.quitting.cancelled:
            return
        session = self.rooms()
        try:
            info = session.load_model(request.name, request.device, request.precision)
        except Exception as error:
            problem = problem_of(error, request.id)
            words = f"{problem.sentence} {problem.remedy}".strip()
            self.say(m.ModelState(request.id, "error", request.name, None, words))
            return
        self._runner.agenda.put_back(self._runner.interrupt())  # they go on with the new model
        if session.library is not None:
            self.guarded(request, self.model_meets_library)
        self.say(m.ModelState(request.id, "ready", request.name, info))
        waiting, self._waiting = self._waiting, []
        for each in waiting:
            self.receive(each)

    def model_meets_library(self) -> None:
        """Both are there, one of them is new: read the vectors, look through the folders."""
        session = self.rooms()
        session.load_index()
        self.say(session.library_state(0))
        if session.has_roots() and not self._runner.agenda.awaits(m.Rescan):
            self._runner.agenda.ask(m.Rescan(0))  # go on with what was interrupted, see what changed
        session.care.attend()
        self._ticker.start()
        self._runner.go_on()

    def tell_catalog(self, request_id: int, question: str = "", doubted: tuple[int, ...] = ()) -> None:
        """Read the catalogue anew and hand it to the window."""
        session = self.rooms()
        session.reload_catalog()
        self.say(session.catalog_reset(request_id))
        self.say(session.library_state(request_id, question, doubted))

    def _remove_folder(self, request: m.RemoveFolder) -> None:
        interrupted = self._runner.interrupt()
        session = self.rooms()
        gone = session.remove_folder(request.root)
        session.care.attend()
        self.tell_catalog(request.id)
        self._runner.leave_out(gone, interrupted)

    # ── looking after it ────────────────────────────────────────────────────────────────────────

    @Slot()
    def _tick(self) -> None:
        """What was heard of the folders becomes jobs."""
        session = self._session
        if session is None or session.library is None or session.model is None or self.quitting.cancelled:
            return
        self.guarded(m.Request(0), lambda: self._take_news(session))

    def _take_news(self, session: EngineState) -> None:
        news = session.care.tick()
        if news.drives:
            self.tell_catalog(0)
        elif news.trouble:
            self.say(session.library_state(0))
        waiting = self._runner.agenda.awaits(m.Rescan)
        if news.everything and not waiting:
            self._runner.queue(m.Rescan(0))
        elif news.folders and not waiting:
            self._runner.queue(m.LookAgain(0, folders=news.folders))

    def _set_rules(self, request: m.SetRules) -> None:
        session = self.rooms()
        self.say(session.care.set_rules(request), request)
        self._runner.queue(m.Rescan(request.id))

    def _forget(self, request: m.Forget) -> None:
        session = self.rooms()
        shown = session.care.forget(request)
        if session.index is not None:
            session.load_index()  # rows of it are gone
        self.tell_catalog(request.id)
        self.say(shown, request)

    def _mark_drive(self, request: m.MarkDrive) -> None:
        session = self.rooms()
        session.care.mark_drive(request)
        self.say(session.library_state(request.id))

    def _restore(self) -> bool:
        """Open the damaged library again, which mends it and says how; once, for that may fail as well."""
        session = self._session
        if self._mending or session is None or session.library is None:
            return False
        self._mending = True
        folder = session.abandon()
        to_add = self._runner.to_add
        self.guarded(m.OpenLibrary(0), lambda: self._open_library(m.OpenLibrary(0, path=folder)))
        lost = tuple(path for path in to_add if path not in self._runner.to_add)
        if lost and session.library is not None:  # the backup may be older than the wish to add them
            self._runner.queue(m.AddPhotos(0, paths=lost))
        self._mending = False
        return session.library is not None

    # ── showing and searching ───────────────────────────────────────────────────────────────────

    def _search(self, request: m.Search) -> None:
        session = self.rooms()
        if session.model is None or session.index is None:
            self._later(request)
            return
        self.say(session.search(request), request)

    def _later(self, request: m.Request) -> None:
        """Once the model is ready; only the newest of its kind."""
        self._waiting = [each for each in self._waiting if type(each) is not type(request)] + [request]

    def _show_map(self, request: m.ShowMap) -> None:
        session = self.rooms()
        if session.model is None:
            self._later(request)
            return
        # in slices, like an indexing job: a map of a big model must not hold a query for seconds
        self._map = (request, session.map_steps(request))
        self.keep_stepping()

    def _step_map(self, request: m.ShowMap, steps: Generator[None, None, m.MapAnswer]) -> None:
        def one_step() -> None:
            try:
                next(steps)
            except StopIteration as end:
                self._map = None
                self.say(end.value, request)

        if request.token.cancelled or not self.guarded(request, one_step):
            self._map = None

    # ── stepping and closing ────────────────────────────────────────────────────────────────────

    def keep_stepping(self) -> None:
        """There is something to step, one step each turn of the event loop."""
        if self._timer is not None:
            self._timer.start()

    @Slot()
    def _step(self) -> None:
        if self.quitting.cancelled:
            return
        if self._map is not None:
            self._step_map(*self._map)
        elif not self._runner.step() and self._map is None and self._timer is not None:
            self._timer.stop()

    @Slot()
    def _close(self) -> None:
        """Stop the job where it is (what is stored stays), write the cache, end the thread's loop."""
        try:
            self._runner.close()
            if self._timer is not None:
                self._timer.stop()
                self._ticker.stop()
            if self._session is not None:
                self._session.close()
        except Exception:
            _log.exception("closing the engine")
        finally:
            QThread.currentThread().quit()
