"""The running job: where it is, what it will take, pausing and stopping it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from dinodesk.engine.client import EngineClient
from dinodesk.engine.messages import (
    Answer,
    ControlJob,
    JobDone,
    JobEstimate,
    JobProgress,
    MaintenanceDone,
    SidecarsDone,
)
from dinodesk.ui.context.app_state import AppState
from dinodesk.ui.context.feedback import Feedback
from dinodesk.ui.text.job_messages import estimate_sentence


class JobController(QObject):
    """Writes `AppState.job`. The result of a job is shown by the controller that sent it."""

    def __init__(self, engine: EngineClient, state: AppState, feedback: Feedback, parent: QObject) -> None:
        super().__init__(parent)
        self._engine, self._state, self._feedback = engine, state, feedback
        engine.subscribe(JobProgress, self, self._progressed)
        engine.subscribe(JobEstimate, self, self._estimated)
        engine.subscribe(JobDone, self, self._ended)
        engine.subscribe(SidecarsDone, self, self._ended)
        engine.subscribe(MaintenanceDone, self, self._ended)

    @Slot(bool)
    def pause(self, pause: bool) -> None:
        """Pause or resume the job."""
        self._engine.send(ControlJob(action="pause" if pause else "resume"))

    @Slot()
    def stop(self) -> None:
        """Stop the job; what is done is kept."""
        self._engine.send(ControlJob(action="stop"))

    def _progressed(self, progress: JobProgress) -> None:
        before, scanning = self._state.job, progress.phase == "scanning"
        if progress.request:
            beginning = before is None
        else:  # a scan that begins by itself mostly finds nothing, and takes no sentence away
            beginning = not scanning and (before is None or before.phase == "scanning")
        if beginning and not self._feedback.offering:
            self._feedback.show_status("")
        self._state.set_job(progress)

    def _estimated(self, estimate: JobEstimate) -> None:
        self._feedback.show_estimate(estimate_sentence(estimate))

    def _ended(self, _done: Answer) -> None:
        self._feedback.clear_estimate()
        self._state.set_job(None)
