"""Runs the long jobs of the engine thread, one at a time and a step at a time. No Qt in here."""

from __future__ import annotations

from collections.abc import Callable, Generator
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from dinodesk.engine import messages as m
from dinodesk.engine.jobs.job import Job, job_of
from dinodesk.engine.runtime.job_queue import JobQueue, QueuedJob, without
from dinodesk.errors import DeviceMemoryError

if TYPE_CHECKING:
    from dinodesk.engine.engine_state import EngineState


class Host(Protocol):
    """What a runner needs of the thread that it runs on."""

    def rooms(self) -> EngineState:
        """The session."""

    def say(self, answer: m.Answer, request: m.Request | None = None) -> None:
        """Hand an answer to the window."""

    def guarded(self, request: m.Request, work: Callable[[], None]) -> bool:
        """Do some work; an error becomes an answer. False when there was one."""

    def tell_catalog(self, request_id: int, question: str = "", doubted: tuple[int, ...] = ()) -> None:
        """Read the catalogue anew and hand it to the window."""

    def model_meets_library(self) -> None:
        """Another library is open."""

    def use_cpu(self) -> None:
        """Load the present model on the CPU."""

    def keep_stepping(self) -> None:
        """There is something to step."""


class Scheduler:
    """The running job and the agenda.

    Attributes:
        agenda: what comes after the running job.
    """

    def __init__(self, host: Host) -> None:
        self._host = host
        self.agenda = JobQueue()
        self._job: Job | None = None
        self._chores: Generator[None, None, None] | None = None

    # ── what to run ─────────────────────────────────────────────────────────────────────────────

    def queue(self, request: m.Request) -> None:
        """A job for when its turn comes."""
        session = self._host.rooms()
        if session.library is None:
            self._host.say(m.Problem(request.id, "No library is open.", "Open one first."))
            return
        self.agenda.ask(request)
        if isinstance(request, m.AddPhotos):
            session.care.expect(request.paths)
            self._note_to_add()
            if self._job is not None and self._job.paused:
                self._set_aside()  # it stays paused
        if session.model is not None:
            self.go_on()

    def go_first(self, request: m.Request) -> None:
        """Short jobs go before an indexing job that may take hours; that one goes on afterwards."""
        if isinstance(request, m.CareFor) and request.what == "move":  # the library is another one then
            self.agenda.put_back(self.interrupt())
            self.agenda.ask_first(request)
        else:
            self._set_aside()
            self._begin(QueuedJob(request, False))
        self.go_on()

    def _set_aside(self) -> None:
        if self._job is not None:
            self.agenda.set_aside(self._job)
            self._job = None

    def go_on(self) -> None:
        """Begin or go on with what comes next, if nothing runs."""
        while self._job is None and self.agenda:
            what = self.agenda.next()
            if isinstance(what, Job):
                what.resume()
                self._run(what)
            else:
                self._begin(what)
        if self._job is None and self._chores is None:
            self._chores = self._host.rooms().chores()
            self._host.keep_stepping()
        self._note_to_add()

    def add_what_is_left(self) -> None:
        """Another library was opened: its jobs are those that were left in it."""
        self.agenda.clear()
        left = self._host.rooms().care.left_to_add()
        if left:
            self.agenda.ask(m.AddPhotos(0, paths=left))

    def leave_out(self, folder: str, interrupted: list[Job]) -> None:
        """A folder was taken out of the library: nothing in it is added any more; the rest goes on."""
        for job in interrupted:
            if without(folder, job.request) is None:
                self._host.say(job.done(stopped=True))
        self.agenda.put_back(interrupted)
        self.agenda.leave_out(folder)
        self.go_on()

    @property
    def to_add(self) -> tuple[str, ...]:
        """The paths that were given to be added and are not."""
        return self.agenda.to_add(self._job)

    def _note_to_add(self) -> None:
        session = self._host.rooms()
        if session.library is not None:
            session.care.note_to_add(self.to_add)
            waiting = self.agenda.waiting
            if waiting != session.waiting:
                session.waiting = waiting
                self._host.say(session.library_state(0))

    def _begin(self, asked: QueuedJob) -> None:
        request = asked.request
        job = job_of(request)
        if not self._host.guarded(request, lambda: job.begin(self._host.rooms())):
            return
        if isinstance(request, m.AddPhotos):
            self._host.rooms().care.attend()  # the new folders too, and before they are looked through
        care = self._host.rooms().care
        job.paused = care.is_paused if asked.paused is None else asked.paused
        if job.paused:
            job.expect(care.left_paused)
        self._run(job)

    def _run(self, job: Job) -> None:
        self._job = job
        self._host.say(job.progress())
        self._host.keep_stepping()

    # ── pause and stop ──────────────────────────────────────────────────────────────────────────

    def control(self, request: m.ControlJob) -> None:
        """Pause, resume or stop the running job."""
        job = self._job
        if job is None:
            return
        if request.action == "stop":  # what waits behind it goes on: that was not meant
            job.paused = False
            self._note_pause(job)
            self._end(stopped=True)
        else:
            job.paused = request.action == "pause"
            self._note_pause(job)
            self._tell_pause(job)

    def _note_pause(self, job: Job) -> None:
        """Only indexing remembers a pause, each job its own."""
        if job.keeps_pause:
            paused = job.paused or self.agenda.has_paused
            self._host.rooms().care.note_pause(paused, job.left if job.paused else 0)

    def _tell_pause(self, job: Job) -> None:
        self._host.say(job.progress())
        if job.paused:
            self._tell_stored(job)  # no later step tells of them, and header and tree must agree
            self._host.say(self._host.rooms().library_state(0))
        else:
            job.resume()
            self._host.keep_stepping()

    # ── stepping ────────────────────────────────────────────────────────────────────────────────

    def step(self) -> bool:
        """One step of the job, or of the chores while there is none; False when there is nothing to step."""
        job = self._job
        if job is not None and not job.paused:
            self._step(job)
            return True
        if self._chores is not None and next(self._chores, "done") == "done":
            self._chores = None
            self._host.say(self._host.rooms().library_state(0))  # a backup may have failed, or not any more
        return self._chores is not None

    def _step(self, job: Job) -> None:
        running = self._host.guarded(job.request, lambda: self._step_on_device(job))
        if job is not self._job:
            return  # it begins again on another device, or in another library
        if not running or job.ended:
            self._end(stopped=not running)
            return
        if job.estimate is not None:
            self._host.say(job.estimate)
            job.estimate = None
        if job.stored and job.is_due("photos"):
            self._tell_stored(job)
        if job.is_due("tree"):
            self._host.say(self._host.rooms().library_state(0))
        if job.is_due("progress"):
            self._host.say(job.progress())

    def _step_on_device(self, job: Job) -> None:
        """One step; where even one photo is too much for the graphics card, the CPU takes over."""
        try:
            job.step()
        except DeviceMemoryError as error:
            model = self._host.rooms().model
            if model is None or model.info.device == "cpu":
                raise
            words = "Indexing goes on on the CPU, which is slower."
            self._host.say(m.Problem(job.request.id, error.sentence, words))
            self._host.use_cpu()

    def _tell_stored(self, job: Job) -> None:
        assets, job.stored = job.stored, []
        for answer in self._host.rooms().take_stored(assets):
            self._host.say(answer)

    # ── the end of a job ────────────────────────────────────────────────────────────────────────

    def _end(self, *, stopped: bool) -> None:
        job, self._job = self._job, None
        if job is not None:
            self._put_away(job, stopped=stopped, for_good=True)
            self._host.say(job.done(stopped))
        self.go_on()

    def interrupt(self) -> list[Job]:
        """End the jobs that have begun where they are; the caller says what becomes of them."""
        self._chores = None  # they are about the library and the model of now
        jobs = self._take_begun()
        for job in jobs:
            self._put_away(job, stopped=True, for_good=False)
        return jobs

    def _take_begun(self) -> list[Job]:
        """The jobs that have begun, the running one first; none of them runs after this."""
        self._set_aside()
        return self.agenda.interrupt()

    def _put_away(self, job: Job, *, stopped: bool, for_good: bool) -> None:
        job.generator.close()
        self._host.guarded(job.request, lambda: self._wrap_up(job, stopped, for_good))

    def _wrap_up(self, job: Job, stopped: bool, for_good: bool) -> None:
        session = self._host.rooms()
        if session.library is None:
            return  # it was damaged, and is let go of
        if job.moved_to:
            session.reopen(Path(job.moved_to))
            self._host.tell_catalog(job.request.id)
            self._host.model_meets_library()
            return
        self._tell_stored(job)
        job.keep(session, stopped=stopped, for_good=for_good)
        question = "\n".join(job.questions)
        if job.catalog_may_differ:
            self._host.tell_catalog(job.request.id, question, job.doubted)
        else:
            self._host.say(session.library_state(job.request.id, question, job.doubted))
        session.save_index()

    def close(self) -> None:
        """Stop where it is; what is stored stays, and the next start goes on."""
        for job in self._take_begun():
            job.generator.close()
