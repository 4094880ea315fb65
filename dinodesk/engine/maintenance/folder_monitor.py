"""Watching the folders of a library: reports changed folders once they are quiet, and mounts of drives.

No Qt in here: the scheduler asks for events about once a second.
"""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dinodesk.library.files import mounts, volumes
from dinodesk.library.files.folder_watcher import FolderWatcher
from dinodesk.library.files.path_utils import outermost
from dinodesk.library.folders import root_folders
from dinodesk.library.library import LibraryStore

QUIET = 2.0
"""Seconds without a change after which a folder is reported."""
LONGEST = 30.0
"""Seconds after which a folder that keeps changing is reported all the same."""
LOOK_UP = 3.0
"""Seconds between two looks whether the folders of the library are still there."""
TIMED = 15 * 60.0
"""Seconds between two looks where folders can't be watched."""


@dataclass(frozen=True, slots=True)
class FolderEvents:
    """What happened since the last question.

    Attributes:
        folders: absolute paths of folders to look at again.
        everything: whether all folders of the library must be looked through.
        drives: whether a drive came or went, so that photos changed their state.
        trouble: a sentence about folders that can't be watched; "" when it is as before.
    """

    folders: tuple[str, ...] = ()
    everything: bool = False
    drives: bool = False
    trouble: str = ""


class ChangeDebouncer:
    """Collects changed folders and reports each once it has not changed for some seconds."""

    def __init__(self) -> None:
        self._first: dict[str, float] = {}
        self._last: dict[str, float] = {}

    def note(self, folder: str, now: float) -> None:
        """Something changed in `folder`."""
        self._first.setdefault(folder, now)
        self._last[folder] = now

    def due(self, now: float) -> list[str]:
        """Take out the folders to report: all once none changes any more, else those that waited too long."""
        over = all(now - last >= QUIET for last in self._last.values())
        ready = [
            folder
            for folder, last in self._last.items()
            if over or (now - self._first[folder] >= LONGEST and now - last >= QUIET / 2)
        ]
        ready += [each for each in self._last if each not in ready and now - self._first[each] >= 2 * LONGEST]
        for folder in ready:
            del self._first[folder], self._last[folder]
        return ready

    def __len__(self) -> int:
        return len(self._last)


class FolderMonitor:
    """Watches the folders of an open library; made again when its folders change."""

    def __init__(
        self,
        library: LibraryStore,
        clock: Callable[[], float] = time.monotonic,
        *,
        watch: Callable[..., FolderWatcher] = FolderWatcher,
    ) -> None:
        self._library = library
        self._clock = clock
        self._make = watch
        self._settling = ChangeDebouncer()
        self._heard: deque[str] = deque()
        self._troubles: deque[str] = deque()
        self._timed: float | None = None
        self._mounts = mounts.fingerprint()
        self._online: dict[int, bool] = {}
        self._marks: dict[str, tuple[int, int] | None] = {}
        self._marked = 0.0
        self._watch: FolderWatcher | None = None
        self.watch_again()

    def watch_again(self) -> None:
        """Watch the folders that the library has now."""
        every = root_folders.list_roots(self._library.database)
        self._online = {root.id: root.online for root in every}
        self._stop()
        self._timed = None
        here = [root.path for root in every if root.online]
        # a network drive that does not answer would hold the engine up
        self._marks = {root.path: _mark(root.path) for root in every if not volumes.is_network(root.path)}
        self._marked = self._clock()
        if here:
            self._watch = self._make(self._heard.append, self._troubles.append, [str(self._library.folder)])
            self._watch.watch(outermost(here))

    def look_later(self, folders: Sequence[str]) -> None:
        """Report these folders again later: they hold files that are still being written."""
        for folder in folders:
            self._settling.note(folder, self._clock())

    def tick(self) -> FolderEvents:
        """Take in what the watcher reported; returns what must be done now."""
        now = self._clock()
        while self._heard:
            self._settling.note(self._heard.popleft(), now)
        everything, trouble = False, ""
        while self._troubles:
            trouble = self._troubles.popleft()
            everything = everything or "lost" in trouble
            self._timed = now + TIMED if self._timed is None else self._timed
        if self._timed is not None and now >= self._timed:
            self._timed, everything = now + TIMED, True
        drives = self._drives_differ() or self._folders_differ(now)
        return FolderEvents(tuple(self._settling.due(now)), everything or drives, drives, trouble)

    def close(self) -> None:
        """Stop watching."""
        self._stop()

    def _stop(self) -> None:
        if self._watch is not None:
            self._watch.close()
            self._watch = None

    def _folders_differ(self, now: float) -> bool:
        """Whether a root folder appeared, vanished or was replaced.

        watchdog reports nothing when a watched folder itself is replaced.
        """
        if now - self._marked < LOOK_UP:
            return False
        self._marked = now
        if all(_mark(path) == mark for path, mark in self._marks.items()):
            return False
        self.watch_again()
        return True

    def _drives_differ(self) -> bool:
        found = mounts.fingerprint()
        if found == self._mounts:
            return False
        self._mounts = found
        root_folders.refresh_roots(self._library.database)
        online = {root.id: root.online for root in root_folders.list_roots(self._library.database)}
        if online == self._online:
            return False
        self.watch_again()
        return True


def _mark(folder: str) -> tuple[int, int] | None:
    """What a folder is known by to the system; None when it is not there."""
    try:
        about = os.stat(folder)
    except OSError:
        return None
    return about.st_dev, about.st_ino


class FolderWatching:
    """Watches the folders of one open library, for as long as that is wanted.

    Attributes:
        trouble: why folders are not watched but scanned by the clock; "" when they are watched.
    """

    def __init__(self, library: LibraryStore) -> None:
        self._library = library
        self._monitor: FolderMonitor | None = None
        self.trouble = ""

    def start(self) -> None:
        """Watch the folders that the library has now."""
        self.stop()
        self._monitor = FolderMonitor(self._library)

    def stop(self) -> None:
        """Watch no longer."""
        if self._monitor is not None:
            self._monitor.close()
        self._monitor, self.trouble = None, ""

    def look_later(self, folders: Sequence[str]) -> None:
        """Report these folders again later: they hold files that are still being written."""
        if self._monitor is not None:
            self._monitor.look_later(folders)

    def events(self) -> FolderEvents:
        """What happened since; called about once a second."""
        found = self._monitor.tick() if self._monitor is not None else FolderEvents()
        if found.trouble:
            self.trouble = found.trouble
        return found
