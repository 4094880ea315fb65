"""The scheduler: finds the handler of each request and answers at once, in steps, later, or by a job.

Plain Python: no Qt in here. After each request and step what changed in the state is published, once, and
what follows from it is done.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any

from dinodesk.engine.decoding.decoders import Deferred
from dinodesk.engine.engine_state import EngineState, FollowUps
from dinodesk.engine.error_reports import problem_of
from dinodesk.engine.handlers import HANDLERS, Steps
from dinodesk.engine.jobs.job import Job
from dinodesk.engine.messages import (
    Accepted,
    AddPhotos,
    Answer,
    CancelToken,
    JobRequest,
    LoadModel,
    Needs,
    OpenLibrary,
    Problem,
    Request,
    Rescan,
    RescanFolders,
)
from dinodesk.engine.runtime.job_runner import JobRunner
from dinodesk.engine.runtime.publisher import Publisher, Send
from dinodesk.errors import DamagedLibraryError, DeviceMemoryError
from dinodesk.library.folders.root_folders import list_roots


@dataclass(frozen=True, slots=True, eq=False)
class _Stepped:
    """A request that is answered in steps."""

    request: Request[Any]
    steps: Steps


class Scheduler:
    """Answers requests with the engine's state; lives on the engine thread."""

    def __init__(
        self,
        state: EngineState,
        send: Send,
        call_soon: Callable[[Callable[[], None]], None],
        quitting: CancelToken | None = None,
    ) -> None:
        """`call_soon` runs a function on the engine thread, from any other; `quitting` is set when the
        program closes, and nothing is answered any more."""
        self._state = state
        self._call_soon = call_soon
        self._quitting = quitting or CancelToken()
        self._publisher = Publisher(state, send)
        self._jobs = JobRunner(state, self._publisher, self._guard)
        self._stepped: list[_Stepped] = []
        self._parked: list[Request[Any]] = []  # until what they need is there
        self._mending = False

    @property
    def busy(self) -> bool:
        """Whether `step` has something to do."""
        return bool(self._stepped) or self._jobs.busy

    # ── requests ────────────────────────────────────────────────────────────────────────────────

    def submit(self, request: Request[Any]) -> None:
        """Work a request off, or begin to; whatever goes wrong becomes a `Problem`, never silence."""
        if isinstance(request, JobRequest):
            self._guard(request, lambda: self._jobs.submit(request))
        elif not self._has(request.needs):
            # only the newest of a lane
            self._parked = [each for each in self._parked if each.lane != request.lane] + [request]
        else:
            interrupted = self._jobs.interrupt() if request.interrupts else []
            library = self._state.library
            if not self._guard(request, lambda: self._handle(request, interrupted)):
                self._state.take_follow_ups()  # what a handler that failed would have led to
                if self._state.library is not library:  # never in another library than they are about
                    self._jobs.stop_all(interrupted)
                elif interrupted:
                    self._jobs.put_back(interrupted)
                    self._jobs.go_on()
        self._guard(request, self._publisher.publish)

    def _has(self, needs: Needs) -> bool:
        if Needs.MODEL in needs and self._state.model is None:
            return False
        return not (Needs.INDEX in needs and self._state.index is None)

    def _handle(self, request: Request[Any], interrupted: list[Job]) -> None:
        outcome = HANDLERS[type(request)](self._state, request)
        if isinstance(outcome, Deferred):
            self._wait_for(request, outcome)
        elif isinstance(outcome, Generator):
            self._stepped.append(_Stepped(request, outcome))
            self._advance(self._stepped[-1])
        elif isinstance(outcome, Answer | None):
            self._reply(request, outcome, interrupted)
        else:
            raise TypeError(f"{type(request).__name__} asks for a job, but is no JobRequest")

    def _reply(
        self, request: Request[Any], answer: Answer | None, interrupted: list[Job] | None = None
    ) -> None:
        """Tell what changed and do what follows from it, then answer."""
        follow_ups = self._state.take_follow_ups()
        if follow_ups.library:
            self._jobs.change_library(interrupted or [])
        self._publisher.publish()
        self._follow(follow_ups, interrupted or [])
        self._publisher.reply(request, answer or Accepted())
        if follow_ups.rescan_folders:
            self._jobs.submit(RescanFolders(folders=follow_ups.rescan_folders))
        if follow_ups.rescan:  # the window recognises the scan by the id of what led to it
            self._jobs.submit(Rescan(id=request.id))
        if follow_ups.library or follow_ups.model:
            parked, self._parked = self._parked, []
            for each in parked:
                if not each.token.cancelled:
                    self.submit(each)

    def _wait_for(self, request: Request[Any], deferred: Deferred[Answer]) -> None:
        def finish() -> None:
            dropped = self._quitting.cancelled or request.token.cancelled
            if not (dropped or deferred.future.cancelled()):
                self._guard(request, lambda: self._reply(request, deferred.answer()))

        deferred.future.add_done_callback(lambda _: self._call_soon(finish))

    def _advance(self, stepped: _Stepped) -> None:
        """One step of a request that is answered in steps."""
        try:
            answer = next(stepped.steps)
        except StopIteration as end:
            self._stepped.remove(stepped)
            self._reply(stepped.request, end.value)
        except Exception:
            self._stepped.remove(stepped)
            self._state.take_follow_ups()  # what it would have led to
            raise
        else:
            if answer is not None:
                self._publisher.broadcast(answer)

    # ── errors ──────────────────────────────────────────────────────────────────────────────────

    def _guard(self, request: Request[Any], work: Callable[[], None]) -> bool:
        """Do some work; an error is handled, or becomes a `Problem`. False when there was one."""
        try:
            work()
        except Exception as error:
            if not self._mend(error):
                self._publisher.reply(request, problem_of(error))
            return False
        return True

    def _mend(self, error: Exception) -> bool:
        """Whether it could be gone on without what went wrong."""
        if isinstance(error, DamagedLibraryError):
            return self._restore()
        return isinstance(error, DeviceMemoryError) and self._use_cpu(error)

    def _restore(self) -> bool:
        """Open the damaged library again, which repairs it and adds a notice. Once: that may fail as well."""
        if self._mending or self._state.library is None:
            return False
        self._mending = True
        folder = self._state.abandon()
        to_add = self._jobs.to_add
        self.submit(OpenLibrary(path=folder))
        lost = tuple(path for path in to_add if path not in self._jobs.to_add)
        if lost and self._state.library is not None:  # the backup may be older than the wish to add them
            self.submit(AddPhotos(paths=lost))
        self._mending = False
        return self._state.library is not None

    def _use_cpu(self, error: DeviceMemoryError) -> bool:
        """Where even one photo is too much for the graphics card, the CPU takes over, at once."""
        model = self._state.model
        if model is None or model.info.device == "cpu":
            return False
        words = "Indexing goes on on the CPU, which is slower."
        self._publisher.broadcast(Problem(sentence=error.sentence, remedy=words))
        self.submit(LoadModel(name=model.info.name, device="cpu"))
        loading = self._stepped[-1] if self._stepped else None
        while loading in self._stepped:
            self._step_request(loading)
        return True

    # ── what follows from a change ──────────────────────────────────────────────────────────────

    def _follow(self, follow_ups: FollowUps, interrupted: list[Job]) -> None:
        if follow_ups.removed_folder is not None:
            # a folder that is taken out by redoing it: no job was interrupted for that yet
            interrupted += self._jobs.interrupt()
            self._jobs.leave_out(follow_ups.removed_folder, interrupted)
        if follow_ups.model:
            self._jobs.put_back(self._jobs.interrupt())  # they go on with the new model
        if follow_ups.library or follow_ups.moved or follow_ups.model:
            self._guard(Request(), self._model_meets_library)
        if follow_ups.job_action:
            self._jobs.control(follow_ups.job_action)
        if follow_ups.chores:
            self._jobs.go_on()

    def _model_meets_library(self) -> None:
        """If both are there, one of them is new: read the vectors, scan the folders."""
        library, model = self._state.library, self._state.model
        if library is None or model is None:
            return
        library.index_of(model.info)
        self._state.changes.tree = True
        self._publisher.publish()
        library.watch()
        if list_roots(library.store.database):
            # go on with what was interrupted, see what changed
            self._jobs.submit_unless_queued(Rescan(), Rescan)
        self._jobs.go_on()

    # ── steps ───────────────────────────────────────────────────────────────────────────────────

    def step(self) -> bool:
        """One step of what a person waits for, else of a job or a chore. Whether there is more to do."""
        if self._stepped:
            # in turns: a map whose decoder hangs must not hold the loading of a model
            self._stepped.append(self._stepped.pop(0))
            self._step_request(self._stepped[-1])
        else:
            self._jobs.step()
        self._guard(Request(), lambda: self._follow(self._state.take_follow_ups(), []))
        self._guard(Request(), self._publisher.publish)
        return self.busy

    def _step_request(self, stepped: _Stepped) -> None:
        if stepped.request.token.cancelled:
            self._stepped.remove(stepped)
            stepped.steps.close()
        else:
            self._guard(stepped.request, lambda: self._advance(stepped))

    def tick(self) -> None:
        """About once a second: what happened in the folders becomes jobs; sentences that a person stayed with
        are kept when there is time."""
        if self._state.library is not None and self._state.model is not None:
            if self._state.sentences.wants_saving:
                self._guard(Request(), self._jobs.go_on)
            self._guard(Request(), self._take_folder_events)
            self._guard(Request(), self._publisher.publish)

    def _take_folder_events(self) -> None:
        events = self._state.opened.watching.events()
        if events.drives:
            self._state.changes.catalog = True
        elif events.trouble:
            self._state.changes.tree = True
        self._publisher.publish()
        if events.everything:
            self._jobs.submit_unless_queued(Rescan(), Rescan)
        elif events.folders:
            self._jobs.submit_unless_queued(RescanFolders(folders=events.folders), Rescan)

    def close(self) -> None:
        """Stop the running job; what is stored stays, and the next start continues."""
        self._jobs.close()
        self._state.close()
