"""Runs the long jobs, one at a time and a step at a time: queue, pause, stop, progress, their end."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from functools import partial
from typing import Any

from dinodesk.engine.engine_state import EngineState
from dinodesk.engine.handlers import HANDLERS
from dinodesk.engine.jobs.job import Job
from dinodesk.engine.messages import AddPhotos, JobRequest, Problem, Request, RunMaintenance
from dinodesk.engine.runtime.job_queue import JobQueue, QueuedJob, without
from dinodesk.engine.runtime.publisher import Publisher

Guard = Callable[[Request[Any], Callable[[], None]], bool]
"""Does some work for a request; an error is handled or becomes a Problem. False when there was one."""


class JobRunner:
    """The running job, the jobs behind it, and the chores when there is none."""

    def __init__(self, state: EngineState, publisher: Publisher, guard: Guard) -> None:
        self._state = state
        self._publisher = publisher
        self._guard = guard
        self._queue = JobQueue()
        self._job: Job | None = None
        self._chores: Generator[None, None, None] | None = None

    @property
    def busy(self) -> bool:
        """Whether `step` has something to do."""
        return (self._job is not None and not self._job.paused) or self._chores is not None

    @property
    def to_add(self) -> tuple[str, ...]:
        """The paths that were given to be added and are not."""
        return self._queue.to_add(self._job)

    # ── what to run ─────────────────────────────────────────────────────────────────────────────

    def submit(self, request: JobRequest[Any]) -> None:
        """A job for when its turn comes; a short one at once."""
        if self._state.library is None:
            problem = Problem(sentence="No library is open.", remedy="Open one first.")
            self._publisher.reply(request, problem)
        elif request.first:
            self._go_first(request)
        else:
            self._queue_up(request)

    def submit_unless_queued(self, request: JobRequest[Any], instead: type[JobRequest[Any]]) -> None:
        """The same, unless a job of the kind `instead` waits in the queue, which does the same work."""
        if not self._queue.awaits(instead):
            self.submit(request)

    def _queue_up(self, request: JobRequest[Any]) -> None:
        self._queue.add(request)
        if isinstance(request, AddPhotos):
            self._state.opened.runs.expect(request.paths)
            self._note_to_add()
            if self._job is not None and self._job.paused:
                self._set_aside()  # it stays paused
        if self._state.model is not None:
            self.go_on()

    def _go_first(self, request: JobRequest[Any]) -> None:
        """Suspend an indexing job, which may take hours, for a short job; it resumes afterwards."""
        if isinstance(request, RunMaintenance) and request.what == "move":  # the library is another one then
            self._queue.put_back(self.interrupt())
            self._queue.add_first(request)
        else:
            self._set_aside()
            self._begin(QueuedJob(request, False))
        self.go_on()

    def _set_aside(self) -> None:
        if self._job is not None:
            self._queue.set_aside(self._job)
            self._job = None

    def go_on(self) -> None:
        """Begin or resume the next job, if none runs; and the chores, if there is none or it is paused."""
        while self._job is None and self._queue:
            what = self._queue.next()
            if isinstance(what, Job):
                what.resume()
                self._run(what)
            else:
                self._begin(what)
        if (self._job is None or self._job.paused) and self._chores is None:
            self._chores = self._state.chores()
        self._note_to_add()

    def put_back(self, interrupted: Sequence[Job]) -> None:
        """Queue interrupted jobs again, from their beginning."""
        self._queue.put_back(interrupted)

    def stop_all(self, interrupted: list[Job]) -> None:
        """Answer jobs that do not go on; each is taken out of the list, so that none is answered twice."""
        while interrupted:
            job = interrupted.pop(0)
            self._publisher.reply(job.request, job.done(stopped=True))

    def change_library(self, interrupted: list[Job]) -> None:
        """Another library is open: its jobs are those that were left in it."""
        self.stop_all(interrupted)
        for request in self._queue.clear():
            self._publisher.drop(request)
        left = self._state.opened.runs.left_to_add()
        if left:
            self._queue.add(AddPhotos(paths=left))

    def leave_out(self, folder: str, interrupted: list[Job]) -> None:
        """A folder was taken out of the library: nothing in it is added any more; the rest goes on."""
        ended = [job for job in interrupted if without(folder, job.request) is None]
        self._queue.put_back([job for job in interrupted if job not in ended])
        interrupted.clear()
        self.stop_all(ended)
        for request in self._queue.leave_out(folder):
            self._publisher.drop(request)
        self.go_on()

    def _note_to_add(self) -> None:
        if self._state.library is not None:
            self._state.library.runs.note_to_add(self.to_add)
            waiting = self._queue.waiting
            if waiting != self._state.waiting:
                self._state.waiting = waiting
                self._state.changes.tree = True

    def _begin(self, queued: QueuedJob) -> None:
        request = queued.request
        begun: list[Any] = []
        if not self._guard(request, lambda: begun.append(HANDLERS[type(request)](self._state, request))):
            return
        job: Job = begun[0]
        runs = self._state.opened.runs
        job.paused = runs.is_paused if queued.paused is None else queued.paused
        if job.paused:
            job.expect(runs.left_paused)
        self._run(job)

    def _run(self, job: Job) -> None:
        self._job = job
        self._publisher.broadcast(job.progress())

    # ── pause and stop ──────────────────────────────────────────────────────────────────────────

    def control(self, action: str) -> None:
        """Pause, resume or stop the running job."""
        job = self._job
        if job is None:
            return
        if action == "stop":  # what waits behind it goes on: that was not meant
            job.paused = False
            self._note_pause(job)
            self._end(stopped=True)
            return
        job.paused = action == "pause"
        self._note_pause(job)
        self._publisher.broadcast(job.progress())
        if job.paused:
            # no later step publishes them, and header and tree must agree
            self._publisher.publish_stored(job.take_stored())
            self._state.changes.tree = True
        else:
            job.resume()

    def _note_pause(self, job: Job) -> None:
        """Only indexing remembers a pause, each job its own."""
        if job.keeps_pause:
            paused = job.paused or self._queue.has_paused
            self._state.opened.runs.note_pause(paused, job.left if job.paused else 0)

    # ── steps ───────────────────────────────────────────────────────────────────────────────────

    def step(self) -> None:
        """One step of the job, or of the chores while there is none."""
        if self._job is not None and not self._job.paused:
            self._step_job(self._job)
        elif self._chores is not None and next(self._chores, "done") == "done":
            self._chores = None
            self._state.changes.tree = True  # a backup may have failed, or not any more

    def _step_job(self, job: Job) -> None:
        running = self._guard(job.request, job.step)
        if job is not self._job:
            return  # it begins again on another device, or in another library
        if not running or job.ended:
            self._end(stopped=not running)
            return
        if job.estimate is not None:
            self._publisher.broadcast(job.estimate)
            job.estimate = None
        if job.stored and job.is_due("photos"):
            self._publisher.publish_stored(job.take_stored())
        if job.is_due("tree"):
            self._state.changes.tree = True
        if job.is_due("progress"):
            self._publisher.broadcast(job.progress())

    # ── the end of a job ────────────────────────────────────────────────────────────────────────

    def _end(self, *, stopped: bool) -> None:
        job, self._job = self._job, None
        if job is not None:
            self._put_away(job, stopped=stopped, for_good=True)
            self._publisher.reply(job.request, job.done(stopped=stopped))
        self.go_on()

    def interrupt(self) -> list[Job]:
        """End the jobs that have begun where they are; the caller decides what becomes of them."""
        self._chores = None  # they are about the library and the model of now
        self._set_aside()
        jobs = self._queue.interrupt()
        for job in jobs:
            self._put_away(job, stopped=True, for_good=False)
        return jobs

    def _put_away(self, job: Job, *, stopped: bool, for_good: bool) -> None:
        job.generator.close()
        self._guard(job.request, lambda: self._wrap_up(job, stopped, for_good))

    def _wrap_up(self, job: Job, stopped: bool, for_good: bool) -> None:
        state = self._state
        if state.library is None:
            return  # it was damaged, and is let go of
        if job.moved_to is not None:
            state.reopen(job.moved_to)
            self._publisher.publish()
            return
        self._publisher.publish_stored(job.take_stored())
        job.keep(stopped=stopped, for_good=for_good)
        changes = state.changes
        changes.questions, changes.doubted = job.questions, job.doubted
        changes.catalog |= job.catalog_may_differ
        changes.tree = True
        self._publisher.publish()
        state.library.save_indexes()

    def close(self) -> None:
        """Stop the running job; what is stored stays, and the next start continues."""
        self._set_aside()
        for job in self._queue.interrupt():
            job.generator.close()
            self._guard(job.request, partial(job.keep, stopped=True, for_good=False))
