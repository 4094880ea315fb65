"""The queue of jobs: order, pauses, what is left out, what is still to be added."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dinodesk.engine.jobs.job import Job
from dinodesk.engine.messages import AddPhotos, Answer, JobDone, JobRequest, Rescan, RetrySkipped
from dinodesk.engine.runtime.job_queue import JobQueue, QueuedJob, without


class Begun(Job):
    """A job that has begun."""

    keeps_pause = True

    def __init__(self, request: JobRequest[Any], *, paused: bool = False) -> None:
        super().__init__(request, (_ for _ in ()), "indexing", "test")
        self.paused = paused

    def step(self) -> None:
        self.ended = True

    def done(self, *, stopped: bool) -> Answer:
        return JobDone(
            found=0, indexed=0, unchanged=0, moved=0, missing=0, skipped=0, seconds=0.0, stopped=stopped
        )


def adding(*paths: str, id: int = 1) -> AddPhotos:
    return AddPhotos(paths=paths, id=id)


def drained(queue: JobQueue) -> list[JobRequest[Any]]:
    found = []
    while queue:
        found.append(queue.next().request)
    return found


def test_jobs_run_in_the_order_in_which_they_were_asked_for() -> None:
    queue, requests = JobQueue(), [adding("/a"), Rescan(), adding("/b")]
    for request in requests:
        queue.add(request)
    assert drained(queue) == requests and not queue
    with pytest.raises(IndexError):
        queue.next()


def test_suspended_jobs_resume_before_new_ones_begin() -> None:
    queue = JobQueue()
    queue.add(adding("/new"))
    first, second = Begun(adding("/one")), Begun(adding("/two"))
    queue.set_aside(first)
    queue.set_aside(second)
    assert [queue.next(), queue.next()] == [second, first]
    assert isinstance(queue.next(), QueuedJob)


def test_a_paused_job_does_not_block_others() -> None:
    queue = JobQueue()
    paused = Begun(adding("/paused"), paused=True)
    queue.set_aside(paused)
    queue.add(Rescan(id=1))  # whether it begins paused is as indexing in this library is
    queue.add(adding("/wanted"))
    assert queue.has_paused
    assert queue.next() == QueuedJob(adding("/wanted"), paused=False) and queue.to_add(None) == ("/paused",)
    assert queue.next() is paused  # before what would wait as well
    assert queue.next() == QueuedJob(Rescan(id=1)) and not queue


def test_interrupted_jobs_are_queued_first_and_stay_paused() -> None:
    queue = JobQueue()
    queue.add(adding("/later"))
    queue.set_aside(Begun(adding("/one"), paused=True))
    queue.set_aside(Begun(adding("/two")))
    jobs = queue.interrupt()
    assert [job.request for job in jobs] == [adding("/two"), adding("/one")]
    queue.put_back(jobs)
    back = [queue.next(), queue.next()]
    assert [(each.request, each.paused) for each in back] == [
        (adding("/two"), False),
        (adding("/one"), True),
    ]


def test_only_a_person_who_adds_photos_overrides_a_pause() -> None:
    queue = JobQueue()
    for request in (adding("/dropped", id=7), adding("/left over", id=0), Rescan(id=8)):
        queue.add(request)
    assert [queue.next().paused for _ in range(3)] == [False, None, None]


def test_the_queue_knows_which_kinds_of_jobs_wait() -> None:
    queue = JobQueue()
    queue.add_first(Rescan())
    assert queue.awaits(Rescan) and not queue.awaits(RetrySkipped)
    queue.clear()
    assert not queue.awaits(Rescan) and not queue


def test_jobs_of_a_removed_folder_are_dropped() -> None:
    queue = JobQueue()
    queue.add(adding("/a/one", "/b"))
    queue.add(adding("/a"))
    queue.add(Rescan())
    queue.leave_out("/a")
    assert drained(queue) == [adding("/b"), Rescan()]
    assert without("", adding("/a")) == adding("/a")


PATHS = st.lists(st.sampled_from(["/a", "/a/b", "/ab", "/c", "/c/d/e"]), min_size=1, max_size=5)


@given(st.lists(PATHS, max_size=4), st.one_of(st.none(), PATHS))
def test_paths_to_add_are_listed_once_and_in_order(asked: list[list[str]], running: list[str] | None) -> None:
    queue = JobQueue()
    for paths in asked:
        queue.add(adding(*paths))
    job = None if running is None else Begun(adding(*running))
    wanted = [*(running or []), *(path for paths in asked for path in paths)]
    assert queue.to_add(job) == tuple(dict.fromkeys(wanted))
    assert queue.waiting == frozenset(path for paths in asked for path in paths)


@given(PATHS, st.sampled_from(["/a", "/ab", "/c/d", "/nothing"]))
def test_leaving_out_a_folder_keeps_the_rest(paths: list[str], folder: str) -> None:
    left = without(folder, adding(*paths))
    kept = [path for path in paths if path != folder and not path.startswith(folder + "/")]
    assert left == (adding(*kept) if kept else None)
