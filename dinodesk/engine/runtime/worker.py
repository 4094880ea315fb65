"""The worker on the engine thread: hands requests to the scheduler and its answers to the window.

Imports of torch, SQLAlchemy and hnswlib happen with the first request, on this thread, after the first
paint of the window.
"""

from __future__ import annotations

import contextlib
import errno
import logging
import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QFile, QObject, QStandardPaths, QThread, QTimer, Signal, Slot

from dinodesk.engine.error_reports import problem_of
from dinodesk.engine.messages import Answer, CancelToken, Request

if TYPE_CHECKING:
    from dinodesk.engine.runtime.scheduler import Scheduler

_log = logging.getLogger(__name__)

TICK_MS = 1000


def move_to_trash(path: str) -> str:
    """Move a file to the system's trash; its path there. Raises OSError with a plain reason.

    Qt says nothing that helps of what went wrong.
    """
    try:
        path.encode("utf-8")
    except UnicodeEncodeError:
        raise OSError(errno.EINVAL, "its name is not UTF-8, which the trash can’t keep") from None
    if not os.path.lexists(path):
        raise FileNotFoundError(errno.ENOENT, "it is not there any more")
    with contextlib.suppress(OSError):  # a fresh account has no folder for the trash to be made in
        data = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericDataLocation)
        os.makedirs(data, exist_ok=True)
    file = QFile(path)
    if file.moveToTrash() and not os.path.lexists(path):
        return file.fileName()
    if not os.access(os.path.dirname(path), os.W_OK):
        raise PermissionError(errno.EACCES, "its folder can’t be written to")
    raise OSError(errno.EIO, "the system’s trash does not take it; its drive may have none")


class Worker(QObject):
    """Receives requests, answers with `(request, answer)` pairs; the request is None for a broadcast.

    Attributes:
        quitting: set by the client when the program closes; every long step looks at it.
    """

    answered = Signal(object)
    closing = Signal()
    _soon = Signal(object)  # a function for this thread, from a decoder's

    def __init__(self, thumbnail_bytes: int | None = None, threads: int = 0) -> None:
        """`thumbnail_bytes` limits the thumbnail cache of the library that is opened, `threads` those of the
        processor that models use (0: as many as they find best)."""
        super().__init__()
        self._thumbnail_bytes, self._threads = thumbnail_bytes, threads
        self.quitting = CancelToken()
        self.closing.connect(self._close)  # emitted from the other thread, so it runs on this object's
        self._soon.connect(self._run)
        self._scheduler: Scheduler | None = None
        self._timer: QTimer | None = None
        self._ticker: QTimer | None = None

    @Slot()
    def start(self) -> None:
        """Runs first on the engine thread."""
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._step)
        self._ticker = QTimer(self, interval=TICK_MS)
        self._ticker.timeout.connect(self._tick)
        self._ticker.start()

    @Slot(object)
    def receive(self, request: Request[Any]) -> None:
        """Work one request off; what a person decided before closing the window is still done."""
        if request.token.cancelled or (self.quitting.cancelled and not request.keep_on_close):
            return
        try:
            self._ready().submit(request)
        except Exception as error:  # torch may be broken; whoever waits must hear of it
            self._send(request, problem_of(error))
        self._keep_stepping()

    def _ready(self) -> Scheduler:
        """The scheduler; loading what it stands on is the slow part of the first request."""
        if self._scheduler is None:
            from dinodesk.engine.engine_state import THUMBNAIL_BYTES, EngineState
            from dinodesk.engine.runtime.scheduler import Scheduler

            state = EngineState(
                self._thumbnail_bytes or THUMBNAIL_BYTES, threads=self._threads, trash=move_to_trash
            )
            self._scheduler = Scheduler(state, self._send, self._soon.emit, self.quitting)
        return self._scheduler

    def _send(self, request: Request[Any] | None, answer: Answer) -> None:
        self.answered.emit((request, answer))

    @Slot(object)
    def _run(self, work: Callable[[], None]) -> None:
        work()
        self._keep_stepping()

    def _keep_stepping(self) -> None:
        """One step each turn of the event loop, so that a query waits for one step at most."""
        if self._timer is not None and self._scheduler is not None and self._scheduler.busy:
            self._timer.start()

    @Slot()
    def _step(self) -> None:
        if self.quitting.cancelled or self._scheduler is None:
            return
        if not self._scheduler.step() and self._timer is not None:
            self._timer.stop()

    @Slot()
    def _tick(self) -> None:
        if self._scheduler is not None and not self.quitting.cancelled:
            self._scheduler.tick()
            self._keep_stepping()

    @Slot()
    def _close(self) -> None:
        """Stop the job where it is (what is stored stays), write the cache, end the thread's loop."""
        try:
            for timer in (self._timer, self._ticker):
                if timer is not None:
                    timer.stop()
            if self._scheduler is not None:
                self._scheduler.close()
        except Exception:
            _log.exception("closing the engine")
        finally:
            QThread.currentThread().quit()
