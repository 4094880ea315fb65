"""The window's end of the engine: sends requests to the one engine thread, delivers its answers.

Lives in the GUI thread. Imports neither torch nor SQLAlchemy nor hnswlib: the worker does that on the
engine thread, after the window is on the screen.
"""

from __future__ import annotations

import itertools
import logging
import sys
import weakref
from collections.abc import Callable
from dataclasses import dataclass, replace
from types import MethodType
from typing import Any, TypeVar

from PySide6.QtCore import QObject, QThread, Signal, Slot
from shiboken6 import isValid

from dinodesk.engine.messages import Answer, Dropped, Problem, Request
from dinodesk.engine.runtime.worker import Worker

_log = logging.getLogger(__name__)

A = TypeVar("A", bound=Answer)


@dataclass(frozen=True, slots=True)
class _Receiver:
    """A callback and its owner, held weakly: it is not called once the owner is gone, nor keeps it alive."""

    owner: weakref.ref[QObject]
    callback: Callable[[], Callable[[Any], None] | None]

    @classmethod
    def of(cls, owner: QObject, slot: Callable[[Any], None]) -> _Receiver:
        own = isinstance(slot, MethodType) and slot.__self__ is owner
        return cls(weakref.ref(owner), weakref.WeakMethod(slot) if own else lambda: slot)

    @property
    def alive(self) -> bool:
        """Whether its owner, and the Qt object behind it, are still there."""
        owner = self.owner()
        return owner is not None and isValid(owner)

    def __call__(self, answer: Answer) -> None:
        slot = self.callback()
        if slot is None or not self.alive:
            return
        try:
            slot(answer)
        except Exception:  # as with Qt's own slots: one that fails does not silence the others
            sys.excepthook(*sys.exc_info())


@dataclass(frozen=True, slots=True)
class _Pending:
    """A pending request."""

    request: Request[Any]
    then: _Receiver | None
    failed: _Receiver | None


class EngineClient(QObject):
    """Sends requests and delivers answers; how they reach the engine is its subclass's matter.

    An answer goes to all that subscribed to its kind, and a reply also to who sent the request. A request
    that was cancelled, for example by a newer one of its lane, is never answered.
    """

    delivered = Signal(object)  # every answer, after it was delivered

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ids = itertools.count(1)
        self._newest: dict[str, Request[Any]] = {}
        self._pending: dict[int, _Pending] = {}
        self._subscribers: dict[type[Answer], list[_Receiver]] = {}

    def send(
        self,
        request: Request[A],
        owner: QObject | None = None,
        then: Callable[[A], None] | None = None,
        failed: Callable[[Problem], None] | None = None,
    ) -> Request[A]:
        """Ask the engine; returns at once. The request as it was sent, whose token can be cancelled.

        Once it is answered `then` is called with the answer in the GUI thread, or `failed` with the
        problem; a problem that nobody waits for goes to the subscribers of Problem. Both are held weakly by
        `owner`: when that is gone, they are not called.
        """
        request = replace(request, id=next(self._ids))
        if request.lane:
            older = self._newest.get(request.lane)
            if older is not None:
                older.token.cancel()
                self._pending.pop(older.id, None)
            self._newest[request.lane] = request
        if owner is not None and (then is not None or failed is not None):
            self._pending[request.id] = _Pending(
                request,
                None if then is None else _Receiver.of(owner, then),
                None if failed is None else _Receiver.of(owner, failed),
            )
        self._post(request)
        return request

    def subscribe(self, kind: type[A], owner: QObject, slot: Callable[[A], None]) -> None:
        """Call `slot` with every answer of exactly this kind, for as long as `owner` lives."""
        self._subscribers.setdefault(kind, []).append(_Receiver.of(owner, slot))

    def deliver(self, request: Request[Any] | None, answer: Answer) -> None:
        """Hand an answer out; `request` is what it replies to, None for a broadcast."""
        if request is not None and request.token.cancelled:
            self._pending.pop(request.id, None)
            return
        waiting = self._pending.pop(request.id, None) if request is not None else None
        if isinstance(answer, Dropped):
            return
        problem = isinstance(answer, Problem)
        receiver = None if waiting is None else waiting.failed if problem else waiting.then
        if receiver is None or not problem:
            subscribers = self._subscribers.get(type(answer), [])
            subscribers[:] = [each for each in subscribers if each.alive]
            for each in list(subscribers):
                each(answer)
        if receiver is not None:
            receiver(answer)
        self.delivered.emit(answer)

    def _cancel_lanes(self) -> None:
        for request in self._newest.values():
            request.token.cancel()

    def _post(self, request: Request[Any]) -> None:
        raise NotImplementedError


class Engine(EngineClient):
    """Handle of the engine thread. Call `close()` exactly once, it cancels, quits and waits."""

    _posted = Signal(object)

    def __init__(
        self, parent: QObject | None = None, *, thumbnail_bytes: int | None = None, threads: int = 0
    ) -> None:
        """`thumbnail_bytes` limits a library's thumbnail cache (20 GB by default), `threads` those of the
        processor that models use (0: as many as they find best)."""
        super().__init__(parent)
        self._thread = QThread()
        self._thread.setObjectName("dinodesk-engine")
        self._worker = Worker(thumbnail_bytes, threads)
        self._worker.moveToThread(self._thread)
        self._posted.connect(self._worker.receive)
        self._worker.answered.connect(self._receive)
        self._thread.started.connect(self._worker.start)
        self._thread.finished.connect(self._worker.deleteLater)
        self._closed = False

    def start(self) -> None:
        """Start the engine thread; requests sent before are kept in order."""
        self._thread.start()

    def close(self, timeout_ms: int = 30_000) -> bool:
        """Cancel everything, let the thread finish its step, wait. True when it ended in time."""
        if self._closed:
            return True
        self._closed = True
        self._worker.quitting.cancel()
        self._cancel_lanes()
        if not self._thread.isRunning():
            return True
        self._worker.closing.emit()
        ended = self._thread.wait(timeout_ms)
        if not ended:
            _log.error("the engine thread did not end within %d ms", timeout_ms)
        return bool(ended)

    def _post(self, request: Request[Any]) -> None:
        self._posted.emit(request)

    @Slot(object)
    def _receive(self, message: tuple[Request[Any] | None, Answer]) -> None:
        if not self._closed:
            self.deliver(*message)
