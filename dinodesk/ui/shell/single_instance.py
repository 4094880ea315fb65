"""One window for each library: a second start hands its paths to the first and ends.

A lock file tells who is first (a dead program's lock is cleared), a local socket carries the words. Both lie
in a folder that only the person can enter, and are named after the library. After kill -9 the socket's file
is left behind; only who holds the lock removes it.
"""

from __future__ import annotations

import getpass
import hashlib
import json
import os
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject, Signal, Slot
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from dinodesk import private_files
from dinodesk.ui.shell.runtime_folder import runtime_folder

_WAIT = 2000  # milliseconds the first window may take to answer
_MOST = 1 << 20  # bytes of one message
_SOCKET = ".sock"


class SingleInstance(QObject):
    """Claims a library for this program; `asked` carries the list of paths another start was given."""

    asked = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lock: QLockFile | None = None
        self._server: QLocalServer | None = None
        self._name = ""

    def claim(self, library: str) -> bool:
        """Whether this program is the first with that library; what was claimed before is given back."""
        name = name_for(library)
        if name == self._name:
            return True
        self.release()
        self._name = name
        folder = runtime_folder(len(name) + len(_SOCKET))
        if folder is None:
            return True
        file = folder / f"{name}.lock"
        lock = QLockFile(str(file))
        lock.setStaleLockTime(0)  # a window may stay open for weeks; a dead one is known by its process
        if not lock.tryLock(0) and lock.error() == QLockFile.LockError.LockFailedError:
            self._name = ""
            return False
        # where no lock can be made at all (a read-only disk) every start is a first one
        self._lock = lock
        private_files.make_private(file)
        address = _address(folder, name)
        QLocalServer.removeServer(address)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._listen)
        self._server.listen(address)
        return True

    def release(self) -> None:
        """Let another program have the library."""
        if self._server is not None:
            self._server.close()
            self._server.deleteLater()
            self._server = None
        if self._lock is not None:
            self._lock.unlock()
            self._lock = None
        self._name = ""

    @Slot()
    def _listen(self) -> None:
        while self._server is not None and self._server.hasPendingConnections():
            socket = self._server.nextPendingConnection()
            words = bytearray()

            def read(socket: QLocalSocket = socket, words: bytearray = words) -> None:
                words.extend(socket.readAll().data())
                if len(words) > _MOST:
                    socket.abort()
                elif words.endswith(b"\n"):
                    socket.write(b"ok\n")
                    socket.flush()
                    self.asked.emit(_paths(bytes(words)))

            socket.readyRead.connect(read)
            socket.disconnected.connect(socket.deleteLater)
            read()


def hand_over(library: str, paths: Sequence[str]) -> bool:
    """Ask the first window to come forward with these paths; whether it answered."""
    name = name_for(library)
    folder = runtime_folder(len(name) + len(_SOCKET))
    if folder is None:
        return False
    socket = QLocalSocket()
    socket.connectToServer(_address(folder, name))
    if not socket.waitForConnected(_WAIT):
        return False
    words = json.dumps([os.fsdecode(os.fsencode(path)) for path in paths]) + "\n"
    socket.write(words.encode("ascii"))
    return socket.waitForBytesWritten(_WAIT) and socket.waitForReadyRead(_WAIT)


def name_for(library: str) -> str:
    """A name for lock and socket, of the person and the library; short, for a socket's path has few bytes."""
    whole = f"{getpass.getuser()}\0{os.path.realpath(library)}"
    return "dinodesk-" + hashlib.sha256(whole.encode("utf-8", "surrogateescape")).hexdigest()[:16]


def _address(folder: Path, name: str) -> str:
    """The socket: a file, but on Windows a pipe, which is named in a room of its own."""
    return name if os.name == "nt" else str(folder / (name + _SOCKET))


def _paths(words: bytes) -> list[str]:
    try:
        found = json.loads(words)
    except ValueError:
        return []
    return [each for each in found if isinstance(each, str)] if isinstance(found, list) else []
