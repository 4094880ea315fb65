"""The worker on the engine thread: owns library, model and index, and works off requests one by one.

Long work is a generator of which one step runs per turn of the thread's event loop, so a query typed
meanwhile waits for one step. Imports of torch, SQLAlchemy and hnswlib happen inside `_rooms`, on
this thread, after the first paint: the one place where imports inside a function are allowed.
"""

from __future__ import annotations

import logging
import os
import time
from collections import deque
from collections.abc import Callable, Generator
from dataclasses import replace
from functools import partial
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QThread, QTimer, Signal, Slot

from dinodesk.engine import messages as m
from dinodesk.engine.jobs import CareJob, ExchangeJob, Job
from dinodesk.errors import DamagedLibraryError, DeviceMemoryError, DinoDeskError

if TYPE_CHECKING:
    from dinodesk.engine.session import Session

_log = logging.getLogger(__name__)

GROWN_EVERY = 0.15
"""Seconds between two rounds of news about photos that were stored."""
PROGRESS_EVERY = 0.1
TICK_MS = 1000
TREE_EVERY = 2.0  # counting 100,000 photos by folder takes some 100 ms


class Worker(QObject):
    """Receives requests, answers with `(request, answer)` pairs. Lives on the engine thread.

    Attributes:
        quitting: set by the client when the program closes; every long step looks at it.
    """

    answered = Signal(object)
    closing = Signal()

    def __init__(self, thumbnail_bytes: int | None = None) -> None:
        """`thumbnail_bytes` limits the thumbnail cache of the library that is opened."""
        super().__init__()
        self._thumbnail_bytes = thumbnail_bytes
        self.quitting = m.CancelToken()
        self.closing.connect(self._close)  # emitted from the other thread, so it runs on this object's
        self._session: Session | None = None
        self._jobs: deque[m.Request] = deque()
        self._job: Job | None = None
        self._chores: Generator[None, None, None] | None = None
        self._aside: tuple[m.ShowMap, Generator[None, None, m.MapAnswer]] | None = None
        self._paused = False
        self._mending = False
        self._waiting: list[m.Request] = []  # asked before the model was ready
        self._timer: QTimer | None = None
        self._handlers: dict[type[m.Request], Callable[[Any], None]] = {
            m.OpenLibrary: self._open_library,
            m.LoadModel: self._load_model_soon,
            m.AddPhotos: self._queue_job,
            m.Rescan: self._queue_job,
            m.RetrySkipped: self._queue_job,
            m.ControlJob: self._control_job,
            m.RemoveFolder: self._remove_folder,
            m.Browse: self._through_session("browse"),
            m.Search: self._search,
            m.ShowPreview: self._through_session("preview"),
            m.ShowMap: self._show_map,
            m.MakeThumbnail: self._through_session("make_thumbnail"),
            m.ShowDetails: self._through_session("details"),
            m.ListSkipped: self._through_session("skipped"),
            m.ListModels: self._through_session("models"),
            m.ImportModel: self._through_session("import_model"),
            m.ExchangeSidecars: self._go_first,
            m.CareFor: self._go_first,
            m.LookAgain: self._queue_job,
            m.ShowStatistics: self._through_session("care.statistics"),
            m.ShowRules: self._through_session("care.rules"),
            m.SetRules: self._set_rules,
            m.Forget: self._forget,
            m.MarkDrive: self._mark_drive,
        }
        for kind in (m.Rate, m.PutOn, m.TakeOff, m.Undo, m.Redo):
            self._handlers[kind] = self._through_session("change_user_data")

    @Slot()
    def start(self) -> None:
        """Runs first on the engine thread."""
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._step)
        self._ticker = QTimer(self)
        self._ticker.setInterval(TICK_MS)
        self._ticker.timeout.connect(self._tick)

    @Slot(object)
    def receive(self, request: m.Request) -> None:
        """Work one request off; whatever goes wrong becomes a `Problem`, never silence."""
        if self.quitting.cancelled or request.token.cancelled:
            return
        self._guarded(request, lambda: self._handlers[type(request)](request))

    def _guarded(self, request: m.Request, work: Callable[[], None]) -> bool:
        try:
            work()
        except DamagedLibraryError as error:
            self._say(m.Problem(request.id, error.sentence, error.remedy), request)
            self._restore()
        except DinoDeskError as error:
            self._say(m.Problem(request.id, error.sentence, error.remedy), request)
        except MemoryError as error:
            self._say(
                m.Problem(request.id, "There is not enough memory.", "Close other programs.", str(error))
            )
        except Exception as error:
            _log.exception("unexpected error in the engine")
            sentence = f"Something unexpected went wrong ({type(error).__name__}: {error})."
            self._say(m.Problem(request.id, sentence, "The log has the details; the library is safe."))
        else:
            return True
        return False

    def _say(self, answer: m.Answer, request: m.Request | None = None) -> None:
        self.answered.emit((request, answer))

    def _rooms(self) -> Session:
        """The session, with the rooms it needs; loading them is the slow part of the first request."""
        if self._session is None:
            from dinodesk.engine.session import THUMBNAIL_BYTES, Session  # see the module's docstring

            self._session = Session(self._thumbnail_bytes or THUMBNAIL_BYTES)
        return self._session

    def _through_session(self, method: str) -> Callable[[Any], None]:
        def handle(request: m.Request) -> None:
            answer = attrgetter(method)(self._rooms())(request)
            for each in answer if isinstance(answer, list) else [answer] * (answer is not None):
                self._say(each, request)

        return handle

    # ── library and model ───────────────────────────────────────────────────────────────────────

    def _open_library(self, request: m.OpenLibrary) -> None:
        self._jobs.clear()
        self._close_off(self._put_away(stopped=True))
        session = self._rooms()
        session.open_library(Path(request.path), make=request.make)
        self._tell_catalog(request.id)
        if session.model is not None:
            self._model_meets_library()

    def _load_model_soon(self, request: m.LoadModel) -> None:
        self._say(m.ModelState(request.id, "loading", request.name))
        # after what else is already posted: photos are shown before the model is there
        QTimer.singleShot(0, self, lambda: self._load_model(request))

    def _load_model(self, request: m.LoadModel) -> None:
        if self.quitting.cancelled:
            return
        session = self._rooms()
        try:
            info = session.load_model(request.name, request.device, request.precision)
        except DinoDeskError as error:
            self._say(m.ModelState(request.id, "error", request.name, None, str(error)))
            return
        except Exception as error:
            _log.exception("loading the model failed")
            words = f"The model could not be loaded ({type(error).__name__}: {error})."
            self._say(m.ModelState(request.id, "error", request.name, None, words))
            return
        interrupted = self._put_away(stopped=True)
        if interrupted is not None and session.library is not None:
            self._jobs.appendleft(interrupted.request)  # what was dropped goes on with the new model
        if session.library is not None:
            self._guarded(request, self._model_meets_library)
        self._say(m.ModelState(request.id, "ready", request.name, info))
        waiting, self._waiting = self._waiting, []
        for each in waiting:
            self.receive(each)

    def _model_meets_library(self) -> None:
        session = self._rooms()
        session.load_index()
        self._say(session.library_state(0))
        if session.has_roots() and not any(isinstance(job, m.Rescan) for job in self._jobs):
            self._jobs.append(m.Rescan(0))  # go on with what was interrupted, see what changed
        session.care.attend()
        self._ticker.start()
        self._next_job()

    def _tell_catalog(self, request_id: int, question: str = "", doubted: tuple[int, ...] = ()) -> None:
        session = self._rooms()
        session.reload_catalog()
        self._say(session.catalog_reset(request_id))
        self._say(session.library_state(request_id, question, doubted))

    def _remove_folder(self, request: m.RemoveFolder) -> None:
        interrupted = self._put_away(stopped=True)
        session = self._rooms()
        gone = session.remove_folder(request.root)
        session.care.attend()
        self._tell_catalog(request.id)
        if interrupted is not None:
            self._jobs.appendleft(interrupted.request)
            if _without(gone, interrupted.request) is None:
                self._close_off(interrupted)
        self._jobs = deque(job for job in map(partial(_without, gone), self._jobs) if job is not None)
        self._next_job()

    # ── looking after it ────────────────────────────────────────────────────────────────────────

    @Slot()
    def _tick(self) -> None:
        """What was heard of the folders becomes jobs."""
        session = self._session
        if session is None or session.library is None or session.model is None or self.quitting.cancelled:
            return
        self._guarded(m.Request(0), lambda: self._take_news(session))

    def _take_news(self, session: Session) -> None:
        news = session.care.tick()
        if news.drives:
            self._tell_catalog(0)
        elif news.trouble:
            self._say(session.library_state(0))
        waiting = any(isinstance(job, m.Rescan) for job in self._jobs)
        if news.everything and not waiting:
            self._queue_job(m.Rescan(0))
        elif news.folders and not waiting:
            self._queue_job(m.LookAgain(0, folders=news.folders))

    def _set_rules(self, request: m.SetRules) -> None:
        session = self._rooms()
        self._say(session.care.set_rules(request), request)
        self._queue_job(m.Rescan(request.id))

    def _forget(self, request: m.Forget) -> None:
        session = self._rooms()
        shown = session.care.forget(request)
        if session.index is not None:
            session.load_index()  # rows of it are gone
        self._tell_catalog(request.id)
        self._say(shown, request)

    def _mark_drive(self, request: m.MarkDrive) -> None:
        session = self._rooms()
        session.care.mark_drive(request)
        self._say(session.library_state(request.id))

    def _restore(self) -> None:
        """Open the damaged library again, which mends it; once, for that may fail as well."""
        session = self._session
        if self._mending or session is None or session.library is None:
            return
        self._mending = True
        folder = session.abandon()
        self._guarded(m.OpenLibrary(0), lambda: self._open_library(m.OpenLibrary(0, path=folder)))
        self._mending = False

    # ── showing and searching ───────────────────────────────────────────────────────────────────

    def _search(self, request: m.Search) -> None:
        session = self._rooms()
        if session.model is None or session.index is None:
            self._waiting = [each for each in self._waiting if not isinstance(each, m.Search)] + [request]
            return
        self._say(session.search(request), request)

    def _show_map(self, request: m.ShowMap) -> None:
        session = self._rooms()
        if session.model is None:
            self._waiting = [each for each in self._waiting if not isinstance(each, m.ShowMap)] + [request]
            return
        # in slices, like an indexing job: a map of a big model must not hold a query for seconds
        self._aside = (request, session.map_steps(request))
        if self._timer is not None:
            self._timer.start()

    def _step_aside(self, request: m.ShowMap, steps: Generator[None, None, m.MapAnswer]) -> None:
        def one_step() -> None:
            try:
                next(steps)
            except StopIteration as end:
                self._aside = None
                self._say(end.value, request)

        if request.token.cancelled or not self._guarded(request, one_step):
            self._aside = None

    # ── the indexing job ────────────────────────────────────────────────────────────────────────

    def _queue_job(self, request: m.Request) -> None:
        self._jobs.append(request)
        session = self._rooms()
        if session.library is None:
            self._jobs.clear()
            self._say(m.Problem(request.id, "No library is open.", "Open one first."))
            return
        if isinstance(request, m.AddPhotos):  # who adds photos wants them indexed
            session.care.note_pause(False)
            if self._job is not None and self._paused:
                self._set_paused(self._job, False)
        if session.model is not None:
            self._next_job()

    def _go_first(self, request: m.Request) -> None:
        """Short jobs go before an indexing job that may take hours; that one goes on afterwards."""
        interrupted = self._put_away(stopped=True)
        if interrupted is not None:
            self._jobs.appendleft(interrupted.request)
        self._jobs.appendleft(request)
        self._next_job()

    def _next_job(self) -> None:
        if self._job is not None or self._timer is None:
            return
        if not self._jobs:
            self._chores = self._rooms().chores()
            if self._chores is not None:
                self._timer.start()
            return
        request = self._jobs.popleft()
        kinds = {m.ExchangeSidecars: ExchangeJob, m.CareFor: CareJob}
        job: Job = kinds.get(type(request), Job)(request)
        if not self._guarded(request, lambda: job.begin(self._rooms())):
            self._next_job()
            return
        self._job = job
        if isinstance(request, m.AddPhotos):
            self._rooms().care.attend()  # the new folders too, and before they are looked through
        self._paused = type(job) is Job and self._rooms().care.is_paused
        self._say(job.progress("paused" if self._paused else None))
        if not self._paused or self._aside is not None:
            self._timer.start()

    def _control_job(self, request: m.ControlJob) -> None:
        if self._job is None or self._timer is None:
            return
        if type(self._job) is Job:
            self._rooms().care.note_pause(request.action == "pause")
        if request.action == "stop":  # what waits behind it goes on: that was not meant
            self._end_job(stopped=True)
        else:
            self._set_paused(self._job, request.action == "pause")

    def _set_paused(self, job: Job, paused: bool) -> None:
        self._paused = paused
        self._say(job.progress("paused" if paused else None))
        if self._timer is None:
            return
        if paused:
            self._timer.stop()
            self._tell_stored(job)  # no later step tells of them, and header and tree must agree
            self._say(self._rooms().library_state(0))
        else:
            job.resume()
            self._timer.start()

    @Slot()
    def _step(self) -> None:
        job = self._job
        if self.quitting.cancelled:
            return
        if self._aside is not None:
            self._step_aside(*self._aside)
        elif job is None or self._paused:
            self._step_chores()
        else:
            self._step_job(job)

    def _step_job(self, job: Job) -> None:
        running = self._guarded(job.request, lambda: self._step_on_device(job))
        if job is not self._job:
            return  # it begins again on another device
        if not running or job.ended:
            self._end_job(stopped=not running)
            return
        self._report(job)

    def _step_on_device(self, job: Job) -> None:
        """One step; where even one photo is too much for the graphics card, the CPU takes over."""
        session = self._rooms()
        try:
            job.step()
        except DeviceMemoryError as error:
            if session.model is None or session.model.info.device == "cpu":
                raise
            name = session.model.info.name
            words = "Indexing goes on on the CPU, which is slower."
            self._say(m.Problem(job.request.id, error.sentence, words))
            self._load_model(m.LoadModel(0, name=name, device="cpu"))

    def _step_chores(self) -> None:
        if self._chores is None or next(self._chores, "done") == "done":
            self._chores = None
            if self._timer is not None:
                self._timer.stop()

    def _report(self, job: Job) -> None:
        now = time.perf_counter()
        if job.estimate is not None:
            self._say(job.estimate)
            job.estimate = None
        if job.stored and now - job.told_photos >= GROWN_EVERY:
            job.told_photos = now
            self._tell_stored(job)
        if now - job.told_tree >= TREE_EVERY:
            job.told_tree = now
            self._say(self._rooms().library_state(0))
        if now - job.told_progress >= PROGRESS_EVERY:
            job.told_progress = now
            self._say(job.progress())

    def _tell_stored(self, job: Job) -> None:
        session = self._rooms()
        assets, job.stored = job.stored, []
        for answer in session.take_stored(assets):
            self._say(answer)

    def _end_job(self, *, stopped: bool) -> None:
        self._close_off(self._put_away(stopped=stopped), stopped=stopped)
        self._next_job()

    def _put_away(self, *, stopped: bool) -> Job | None:
        job, self._job = self._job, None
        if job is None:
            return None
        job.generator.close()
        self._guarded(job.request, lambda: self._wrap_up(job, stopped))
        return job

    def _close_off(self, job: Job | None, *, stopped: bool = True) -> None:
        """The closing record of a job that ended for good; one that goes on later has none yet."""
        if job is not None:
            self._say(job.done(stopped))

    def _wrap_up(self, job: Job, stopped: bool) -> None:
        session = self._rooms()
        if job.moved_to:
            session.reopen(Path(job.moved_to))
            self._tell_catalog(job.request.id)
            self._model_meets_library()
            return
        self._tell_stored(job)
        job.keep(session, stopped)
        question = "\n".join(job.questions)
        if job.catalog_may_differ:
            self._tell_catalog(job.request.id, question, job.doubted)
        else:
            self._say(session.library_state(job.request.id, question, job.doubted))
        session.save_index()

    @Slot()
    def _close(self) -> None:
        """Stop the job where it is (what is stored stays), write the cache, end the thread's loop."""
        try:
            if self._job is not None:
                self._job.generator.close()
                self._job = None
            if self._timer is not None:
                self._timer.stop()
                self._ticker.stop()
            if self._session is not None:
                self._session.close()
        except Exception:
            _log.exception("closing the engine")
        finally:
            QThread.currentThread().quit()


def _without(folder: str, job: m.Request) -> m.Request | None:
    """The job without what lies in a folder that was taken out of the library; None if nothing is left."""
    if not folder or not isinstance(job, m.AddPhotos):
        return job
    inside = (folder, folder.rstrip(os.sep) + os.sep)
    paths = tuple(path for path in job.paths if path != inside[0] and not path.startswith(inside[1]))
    return replace(job, paths=paths) if paths else None
