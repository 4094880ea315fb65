"""The inside of a decoder process, and the frames it exchanges with its pool.

The pool starts it as a fresh interpreter (not by multiprocessing, which would run an unguarded script
of a person who uses the Python door again in every child). It loads neither torch nor Qt nor
SQLAlchemy: some 0.15 s and 40 MB. It reads jobs from stdin and answers on what was stdout; its own stdout
is silent, whatever a decoder prints. It ends when its stdin ends, so also when the program is killed.
"""

from __future__ import annotations

import os
import pickle
import signal
import struct
import sys
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any, BinaryIO

from dinodesk.errors import PhotoError
from dinodesk.library.images.decoder import TOO_MUCH_MEMORY

FLAG = "--dinodesk-decoder"
"""First argument of a frozen program that is to be a decoder process (`__main__` looks for it)."""

READY, JOB, ASK, ANSWER, DONE, REFUSED, FAILED = b"r", b"j", b"a", b"b", b"d", b"x", b"f"

_HEADER = struct.Struct("<cI")
_LENGTH = struct.Struct("<Q")
_ORPHAN_SECONDS = 30.0
"""Seconds over its time limit after which a process ends by itself, in case its pool is gone."""


def send(stream: BinaryIO, kind: bytes, value: object = None) -> None:
    """Write one frame; arrays go into the pipe as they lie, without a copy. Raises OSError."""
    buffers: list[pickle.PickleBuffer] = []
    parts: list[Any] = [pickle.dumps(value, 5, buffer_callback=buffers.append)]
    parts += [buffer.raw() for buffer in buffers]
    stream.write(_HEADER.pack(kind, len(parts)))
    for part in parts:
        stream.write(_LENGTH.pack(len(part)))
        stream.write(part)
    stream.flush()


def receive(stream: BinaryIO) -> tuple[bytes, Any]:
    """Read one frame. Raises EOFError when the other side is gone."""
    kind, count = _HEADER.unpack(_exactly(stream, _HEADER.size))
    parts = [_exactly(stream, _LENGTH.unpack(_exactly(stream, _LENGTH.size))[0]) for _ in range(count)]
    return kind, pickle.loads(parts[0], buffers=parts[1:])


def _exactly(stream: BinaryIO, size: int) -> bytearray:
    data = bytearray(size)
    view = memoryview(data)
    while len(view):
        count = stream.readinto(view)  # type: ignore[attr-defined]
        if not count:
            raise EOFError
        view = view[count:]
    return data


class _Known:
    """The hashes that the program knows: asked for one by one, since they are many and change."""

    def __init__(self, out: BinaryIO, inbox: SimpleQueue[tuple[bytes, Any]]) -> None:
        self._out, self._inbox = out, inbox

    def __contains__(self, digest: bytes) -> bool:
        send(self._out, ASK, digest)
        return bool(self._inbox.get()[1])


def main(memory: int) -> None:
    """Work off jobs until stdin ends; `memory` in bytes limits the address space (POSIX only: elsewhere
    there is no such limit, and a decoder that wants too much fails or is ended by the system)."""
    null = os.open(os.devnull, os.O_RDWR)
    jobs, out = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(null, 0)
    os.dup2(null, 1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the program's to answer
    _limit(memory)
    inbox: SimpleQueue[tuple[bytes, Any]] = SimpleQueue()
    threading.Thread(target=_listen, args=(jobs, inbox), daemon=True).start()
    send(out, READY)
    known = _Known(out, inbox)
    while True:
        _, (work, arguments, asks, seconds) = inbox.get()
        _alarm(seconds + _ORPHAN_SECONDS)
        send(out, *_outcome(work, arguments, {"known": known} if asks else {}))
        _alarm(0)


def _listen(jobs: BinaryIO, inbox: SimpleQueue[tuple[bytes, Any]]) -> None:
    try:
        while True:
            inbox.put(receive(jobs))
    finally:
        os._exit(0)  # at once, in the middle of a job too: nobody waits for its result


def _outcome(
    work: Callable[..., Any], arguments: tuple[Any, ...], options: dict[str, Any]
) -> tuple[bytes, Any]:
    try:
        return DONE, work(*arguments, **options)
    except PhotoError as error:
        return REFUSED, error.sentence
    except MemoryError:
        return REFUSED, TOO_MUCH_MEMORY
    except Exception as error:
        return FAILED, type(error).__name__


def _limit(memory: int) -> None:
    if sys.platform == "win32":
        return
    import resource  # not there on Windows

    for what, most in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CORE, 0)):
        _, ceiling = resource.getrlimit(what)
        if ceiling != resource.RLIM_INFINITY:
            most = min(most, ceiling)
        try:
            resource.setrlimit(what, (most, ceiling))
        except (OSError, ValueError):
            continue  # macOS refuses limits on the address space


def _alarm(seconds: float) -> None:
    # its default action ends the process even while a decoder's C code hangs
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_REAL, seconds)
