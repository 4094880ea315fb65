"""Watching folders for changes, up to a limit; where that can't be done, a sentence says so.

Built on watchdog, which has threads of its own. What is reported is the folder in which something changed.
"""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Callable, Sequence
from threading import Event, Thread

from watchdog.events import (
    EVENT_TYPE_CLOSED,
    EVENT_TYPE_CREATED,
    EVENT_TYPE_DELETED,
    EVENT_TYPE_MODIFIED,
    EVENT_TYPE_MOVED,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver

from dinodesk.library.files import volumes

# watchdog warns, on its own thread, when a folder it watches is moved away and back; it goes on watching,
# and where warnings are errors its thread would end
warnings.filterwarnings("ignore", category=RuntimeWarning, module=r"watchdog\.")

_log = logging.getLogger(__name__)

MOST = 50_000
"""Most folders that are watched: a quarter of Linux's default for a user, who runs other programs too."""

_REPORTED_EVENTS = frozenset(
    [EVENT_TYPE_CREATED, EVENT_TYPE_DELETED, EVENT_TYPE_MODIFIED, EVENT_TYPE_MOVED, EVENT_TYPE_CLOSED]
)


class FolderWatcher(FileSystemEventHandler):
    """Watches folders and all folders below them. The callbacks are called on threads of its own.

    Attributes:
        leave_out: folders (the library's own) whose changes are not reported.
    """

    def __init__(
        self,
        changed: Callable[[str], None],
        trouble: Callable[[str], None],
        leave_out: Sequence[str] = (),
        most: int = MOST,
    ) -> None:
        """`changed` gets a folder's path; `trouble` a sentence on a folder that must be scanned by time."""
        self.leave_out = tuple(folder.rstrip(os.sep) + os.sep for folder in leave_out)
        self._changed = changed
        self._trouble = trouble
        self._most = most
        self._observer: BaseObserver | None = None
        self._starter: Thread | None = None
        self._closing = Event()
        self._overflow = _Overflow(self._overflowed)
        logging.getLogger("watchdog").addHandler(self._overflow)

    def watch(self, folders: Sequence[str]) -> None:
        """Begin to watch, on a thread of its own: many folders take seconds. To be called once."""
        self._starter = Thread(target=self._start, args=(list(folders),), name="dinodesk-watch", daemon=True)
        self._starter.start()

    def close(self) -> None:
        """Stop watching and wait for the threads."""
        self._closing.set()
        logging.getLogger("watchdog").removeHandler(self._overflow)
        if self._starter is not None:
            self._starter.join()
        if self._observer is not None and self._observer.is_alive():
            self._observer.stop()
            self._observer.join()

    def _start(self, folders: Sequence[str]) -> None:
        self._observer = Observer()
        self._observer.start()
        left = self._most
        for folder in folders:
            if self._closing.is_set():
                return
            if volumes.is_network(folder):
                self._trouble(
                    f"{folder} lies on a network drive, which sends no news of changes: "
                    "it is looked through now and then."
                )
                continue
            left -= self._count(folder, left)
            if left < 0:
                self._trouble(
                    f"There are more folders than can be watched (in {folder}): they are looked through "
                    "now and then."
                )
                return
            try:
                self._observer.schedule(self, folder, recursive=True)
            except OSError as error:
                _log.info("watching %s: %s", folder, error)
                self._trouble(
                    f"{folder} can't be watched ({(error.strerror or str(error)).lower()}): it is looked "
                    "through now and then."
                )

    def _count(self, folder: str, most: int) -> int:
        """Folders at and below `folder`, counted up to one more than `most`."""
        count = 0
        for _ in os.walk(folder):
            count += 1
            if count > most or self._closing.is_set():
                break
        return count

    def _overflowed(self) -> None:
        self._trouble("So much changed at once that news were lost: the folders are looked through again.")

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Report the folders that an event of watchdog concerns."""
        if event.event_type not in _REPORTED_EVENTS or self._closing.is_set():
            return
        for raw in (event.src_path, event.dest_path):
            path = os.fsdecode(raw)
            if not path:
                continue
            if not event.is_directory:
                self._report(os.path.dirname(path))
            elif event.event_type != EVENT_TYPE_MODIFIED:  # its entries have events of their own
                self._report(path)

    def _report(self, folder: str) -> None:
        if not (folder + os.sep).startswith(self.leave_out):
            self._changed(folder)


class _Overflow(logging.Handler):
    """Calls back when watchdog logs that the system's queue overflowed: it reports that nowhere else."""

    def __init__(self, overflowed: Callable[[], None]) -> None:
        super().__init__(logging.WARNING)
        self._overflowed = overflowed

    def emit(self, record: logging.LogRecord) -> None:
        """Call back for a record that mentions an overflow."""
        if "overflow" in record.getMessage():
            self._overflowed()
