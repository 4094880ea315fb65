"""The running job, and what it will take."""

from __future__ import annotations

import pytest
from fake_engine import FakeEngine, job_done, job_progress

from dinodesk.engine.messages import ControlJob, JobEstimate, MaintenanceDone, SidecarsDone
from dinodesk.ui.context.app_state import AppState
from dinodesk.ui.context.feedback import Feedback
from dinodesk.ui.library.job_controller import JobController

ESTIMATE = JobEstimate(photos=3310, seconds=231.0, bytes=480_000_000)


@pytest.fixture
def jobs(fake: FakeEngine, state: AppState, feedback: Feedback) -> JobController:
    return JobController(fake, state, feedback, feedback)


def test_progress_is_known_to_all(jobs, state: AppState, fake: FakeEngine) -> None:
    running, paused = job_progress("indexing", 3, 9), job_progress("paused", 3, 9)
    fake.broadcast(running)
    assert state.job is running and not state.paused
    fake.broadcast(paused)
    assert state.job is paused and state.paused


@pytest.mark.parametrize(
    "done",
    [
        job_done(indexed=3),
        SidecarsDone(way="export", written=1, unchanged=0),
        MaintenanceDone(what="verify", stopped=True),
    ],
)
def test_every_kind_of_job_ends(jobs, state: AppState, fake: FakeEngine, done) -> None:
    fake.broadcast(job_progress("indexing", 3, 9))
    fake.broadcast(done)
    assert state.job is None


def test_a_new_job_clears_the_status_unless_it_is_kept(jobs, feedback: Feedback, fake) -> None:
    feedback.show_status("3 copied")
    fake.broadcast(job_progress("scanning", request=5))
    assert feedback.status.sentence == ""
    feedback.show_status("Copied")
    fake.broadcast(job_progress("indexing", 1, 9, request=5))  # it goes on: what was said meanwhile stays
    assert feedback.status.sentence == "Copied"
    fake.broadcast(job_done())
    fake.broadcast(job_progress("scanning"))  # a scan that nobody asked for, which may find nothing
    assert feedback.status.sentence == "Copied"
    fake.broadcast(job_progress("indexing", 1, 9))
    assert feedback.status.sentence == ""
    fake.broadcast(job_done())
    feedback.show_status("The library was verified.", keep=True)
    fake.broadcast(job_progress("scanning"))
    assert feedback.status.sentence == "The library was verified."


def test_an_estimate_goes_with_the_job(jobs, feedback: Feedback, fake: FakeEngine) -> None:
    fake.broadcast(job_progress("indexing", 12, 3310))
    fake.broadcast(ESTIMATE)
    assert feedback.status.sentence == "3,310 photos: about 4 min on this device, 480 MB of disk"
    assert feedback.status.estimate
    fake.broadcast(job_done())
    assert feedback.status.sentence == ""


def test_a_status_after_the_estimate_stays(jobs, feedback: Feedback, fake: FakeEngine) -> None:
    fake.broadcast(ESTIMATE)
    feedback.show_status("3 copied")
    fake.broadcast(job_done())
    assert feedback.status.sentence == "3 copied"


def test_pause_resume_and_stop_are_asked_for(jobs, fake: FakeEngine) -> None:
    jobs.pause(True)
    jobs.pause(False)
    jobs.stop()
    assert fake.values_of(ControlJob) == [("pause",), ("resume",), ("stop",)]
