"""A small pool of decoder processes: a crash, timeout or excess memory fails only the file being read.

One thread of this program looks after each process: it hands over a job, waits for the answer within the
job's time, and replaces a process that died or was too slow. Processes are started when there is
work, stay warm between jobs, and end with the pool or when there was nothing to do for a while. Where none
can be started (a restricted sandbox) the threads decode themselves, without limits, and the log says so.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Container, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

from dinodesk.engine.decoding import decoder_process as process
from dinodesk.errors import PhotoError

_log = logging.getLogger(__name__)

TIME_LIMIT = 30.0
URGENT_LIMIT = 10.0
"""Somebody waits for urgent work, and other questions wait behind it."""
BYTES_PER_SECOND = 4 << 20
"""A large file gets more time: one second for this many bytes."""
MEMORY_LIMIT = 4 << 30
"""Address space of a process; a photo of 250 million pixels with alpha needs 3.5 GiB."""
START_LIMIT = 60.0
GRACE = 2.0
IDLE = 60.0
"""Seconds without an ordinary job after which its process ends; the one for urgent work stays."""

_ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    # glibc gives each freed picture back to the system otherwise: a preview took 43 ms instead of 23
    "MALLOC_MMAP_THRESHOLD_": str(64 << 20),
    "MALLOC_TRIM_THRESHOLD_": str(128 << 20),
}

_T = TypeVar("_T")


class DecoderError(PhotoError):
    """A file that its decoder refused or did not survive.

    Attributes:
        digest: hash of the bytes when the decoder got as far as having read them, else empty.
    """

    def __init__(self, sentence: str, digest: bytes = b"") -> None:
        super().__init__(sentence)
        self.digest = digest


@dataclass(slots=True, eq=False)
class _Task:
    work: Callable[..., Any]
    arguments: tuple[Any, ...]
    known: Container[bytes] | None
    seconds: float
    future: Future[Any] = field(default_factory=Future)


class DecoderPool:
    """Runs functions of a path in decoder processes; safe to use from any thread.

    Work is named by a function that the processes can import; arguments and results are plain data.
    Ordinary jobs wait for each other in a row; urgent ones have a process of their own.
    """

    def __init__(
        self,
        workers: int = 0,
        *,
        processes: bool = True,
        seconds: float = TIME_LIMIT,
        memory: int = 0,
    ) -> None:
        """`workers` processes (by default half of the cores, two to four); with `processes` False plain
        threads. `seconds` is the least time limit of a job, `memory` the limit in bytes of a process
        (by default 4 GiB, or half of the machine's memory where that is less)."""
        self._workers = workers or max(2, min(4, (os.cpu_count() or 2) // 2))
        self._seconds, self._memory = seconds, memory or _memory_limit()
        self._processes = processes
        self._proved = False
        self._closed = False
        self._lock = threading.Lock()
        self._bulk: SimpleQueue[_Task | None] = SimpleQueue()
        self._urgent: SimpleQueue[_Task | None] = SimpleQueue()
        self._threads: list[tuple[threading.Thread, SimpleQueue[_Task | None]]] = []
        self._alive: set[_Worker] = set()

    def __enter__(self) -> DecoderPool:
        return self

    def __exit__(self, *raised: object) -> None:
        self.close()

    def submit(
        self,
        work: Callable[..., _T],
        path: str,
        *arguments: object,
        known: Container[bytes] | None = None,
        urgent: bool = False,
    ) -> Future[_T]:
        """Have `work(path, *arguments)` done; with `known` the work gets it as a keyword, to ask for hashes.

        The future fails with DecoderError, or where threads do the work with what the work raised.
        """
        seconds = min(self._seconds, URGENT_LIMIT) if urgent else self._seconds
        task = _Task(work, (path, *arguments), known, seconds)
        with self._lock:
            if self._closed:
                task.future.cancel()
                return task.future
            tasks = self._urgent if urgent else self._bulk
            if sum(queue is tasks for _, queue in self._threads) < (1 if urgent else self._workers):
                name = f"dinodesk-decode-{len(self._threads)}"
                thread = threading.Thread(target=self._serve, args=(tasks,), name=name, daemon=True)
                self._threads.append((thread, tasks))
                thread.start()
            tasks.put(task)
        return task.future

    def call(self, work: Callable[..., _T], path: str, *arguments: object) -> _T:
        """The same at once, ahead of ordinary jobs, waiting for the result. Raises PhotoError."""
        return self.submit(work, path, *arguments, urgent=True).result()

    def warm(self) -> None:
        """Start the process for urgent work now, so that the first picture does not wait for it."""
        self.submit(os.path.basename, "", urgent=True)

    def processes(self) -> list[int]:
        """Ids of the processes that are running."""
        with self._lock:
            return [worker.pid for worker in self._alive]

    def close(self) -> None:
        """Drop what has not begun, give what has two seconds, end the processes."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
        for tasks in (self._bulk, self._urgent):
            _drop(tasks)
        for _, tasks in self._threads:
            tasks.put(None)
        for thread, _ in self._threads:
            thread.join(GRACE)
        with self._lock:
            late = list(self._alive)
        for worker in late:
            worker.kill()
        for thread, _ in self._threads:
            thread.join(GRACE)

    # ── on the pool's own threads ───────────────────────────────────────────────────────────────

    def _serve(self, tasks: SimpleQueue[_Task | None]) -> None:
        worker: _Worker | None = None
        while True:
            try:
                task = tasks.get(timeout=IDLE if worker is not None and tasks is self._bulk else None)
            except Empty:
                self._forget(worker)
                worker = None
                continue
            if task is None:
                break
            if not task.future.set_running_or_notify_cancel():
                continue
            try:
                if worker is None or not worker.running:
                    worker = self._replace(worker)
                result = task.work(*task.arguments, **_asking(task)) if worker is None else worker.run(task)
            except Exception as error:  # whatever it is, the future must carry it and the thread go on
                task.future.set_exception(error)
            else:
                task.future.set_result(result)
            del task
        self._forget(worker)

    def _replace(self, old: _Worker | None) -> _Worker | None:
        """A new process; None where there can be none, and threads must do."""
        self._forget(old)
        if not self._processes:
            return None
        try:
            worker = _Worker(self._memory)
        except (OSError, EOFError) as error:
            if self._proved:
                raise DecoderError("No decoder process could be started for it.") from error
            self._processes = False
            _log.warning("no decoder process could be started (%r): threads decode, without limits", error)
            return None
        self._proved = True
        with self._lock:
            self._alive.add(worker)
        return worker

    def _forget(self, worker: _Worker | None) -> None:
        if worker is not None:
            with self._lock:
                self._alive.discard(worker)
            worker.end()


class _Worker:
    """One process and the pipes to it. Used by one thread; only `kill` comes from others."""

    def __init__(self, memory: int) -> None:
        """Start it and wait until it listens. Raises OSError or EOFError when it can't be had."""
        self._process = subprocess.Popen(
            _command(memory),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=None if os.environ.get("DINODESK_DEBUG") else subprocess.DEVNULL,
            env={**os.environ, **_ENVIRONMENT},
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        assert self._process.stdin is not None and self._process.stdout is not None
        self._in, self._out = self._process.stdin, self._process.stdout
        self._expired = False
        self._failed = False
        self.pid = self._process.pid
        try:
            with self._within(START_LIMIT):
                process.receive(self._out)  # type: ignore[arg-type]
        except BaseException:
            self.end()
            raise

    @property
    def running(self) -> bool:
        """Whether another job may be given to it."""
        # a process whose pipe has ended may take a moment more to be dead
        return not self._expired and not self._failed and self._process.poll() is None

    def run(self, task: _Task) -> Any:
        """One job. Raises DecoderError with the decoder's reason, or with what became of the process."""
        seconds = task.seconds + _size(task.arguments[0]) / BYTES_PER_SECOND
        digest = b""
        try:
            with self._within(seconds):
                job = (task.work, task.arguments, task.known is not None, seconds)
                process.send(self._in, process.JOB, job)  # type: ignore[arg-type]
                kind, value = process.receive(self._out)  # type: ignore[arg-type]
                while kind == process.ASK:
                    digest = value
                    known = task.known is not None and digest in task.known
                    process.send(self._in, process.ANSWER, known)  # type: ignore[arg-type]
                    kind, value = process.receive(self._out)  # type: ignore[arg-type]
        except Exception as error:
            late, self._failed = self._expired, True
            self.kill()
            # a decoder that never reported the file's hash may have waited for the drive
            what = "Its decoder" if digest or task.known is None else "Reading it"
            if late:
                raise DecoderError(f"{what} did not finish within {seconds:.0f} seconds.", digest) from error
            raise DecoderError("Its decoder crashed.", digest) from error
        if kind == process.REFUSED:
            raise DecoderError(value, digest)
        if kind == process.FAILED:
            raise DecoderError(f"The decoder gave up on it ({value}).", digest)
        return value

    @contextlib.contextmanager
    def _within(self, seconds: float) -> Iterator[None]:
        """Kill the process when the block takes longer; it then fails by the end of the pipe."""
        watch = threading.Timer(seconds, self._expire)
        watch.daemon = True
        watch.start()
        try:
            yield
        finally:
            watch.cancel()
            watch.join()

    def _expire(self) -> None:
        self._expired = True
        self.kill()

    def kill(self) -> None:
        """End it at once, whatever it does."""
        self._process.kill()

    def end(self) -> None:
        """Close its stdin, at which it ends by itself, and wait; kill it if it does not."""
        with contextlib.suppress(OSError):
            self._in.close()
        try:
            self._process.wait(GRACE)
        except subprocess.TimeoutExpired:
            self.kill()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(GRACE)  # stuck in a drive that does not answer: the system's to end
        with contextlib.suppress(OSError):
            self._out.close()


def _command(memory: int) -> list[str]:
    if getattr(sys, "frozen", False):
        return [sys.executable, process.FLAG, str(memory)]
    # the very same modules as here, however this program found them; -P: never those of the folder it is in
    code = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    code += "from dinodesk.engine.decoding.decoder_process import main; main(int(sys.argv[2]))"
    path = [os.path.abspath(each) for each in sys.path]
    return [sys.executable, "-P", "-c", code, json.dumps(path), str(memory)]


def _asking(task: _Task) -> dict[str, Any]:
    return {} if task.known is None else {"known": task.known}


def _drop(tasks: SimpleQueue[_Task | None]) -> None:
    while True:
        try:
            task = tasks.get_nowait()
        except Empty:
            return
        if task is not None:
            task.future.cancel()


def _size(path: str) -> int:
    try:
        return os.stat(path).st_size
    except OSError:
        return 0


def _memory_limit() -> int:
    try:
        return min(MEMORY_LIMIT, os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2)
    except (AttributeError, ValueError, OSError):
        return MEMORY_LIMIT
