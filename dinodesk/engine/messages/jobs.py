"""Indexing jobs: adding photos, scanning again, pausing, and what could not be read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from dinodesk.engine.messages.base import Accepted, Answer, JobRequest, Request
from dinodesk.records import Skipped

JobPhase = Literal[
    "scanning", "indexing", "reading", "export", "import", "verify", "backup", "move", "private", "paused"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class JobProgress(Answer):
    """Where the running job is.

    Attributes:
        request: id of the request that the job answers; 0 when the engine began it by itself.
        phase: looking for files, embedding, reading metadata, sidecars, maintenance, or paused.
        title: short name of what is being worked on.
        done, total: files; total 0 while still counting.
        rate: photos per second over the last seconds; 0 when unknown.
        seconds_left: estimate; -1 when unknown.
        skipped: files that could not be read so far.
        during: the phase, or the one in which it is paused.
    """

    request: int
    phase: JobPhase
    title: str
    done: int
    total: int
    rate: float = 0.0
    seconds_left: float = -1.0
    skipped: int = 0
    during: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobEstimate(Answer):
    """Before a long job: how many photos, about how many seconds here, how many bytes of disk."""

    photos: int
    seconds: float
    bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class JobDone(Answer):
    """An indexing job ended; counts as in the command line's JSON.

    Attributes:
        left_out: photos that the exclude rules leave out now and that were in the library before.
        offline: photos whose drives are away.
        left_behind: files that were to be read when their drive was pulled; they are read when it is back.
        unreadable: files that were read now and can't be used; `skipped` counts those of earlier runs, too.
        left: files that were still to be read when it was stopped; -1 when not all folders had been seen.
        whole: whether all folders of the library were scanned.
    """

    found: int
    indexed: int
    unchanged: int
    moved: int
    missing: int
    skipped: int
    seconds: float
    stopped: bool = False
    left_out: int = 0
    whole: bool = False
    offline: int = 0
    left_behind: int = 0
    unreadable: int = 0
    left: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class AddPhotos(JobRequest[JobDone]):
    """Add folders or files (absolute paths) to the library and index them."""

    keep_on_close: ClassVar[bool] = True

    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rescan(JobRequest[JobDone]):
    """Scan all folders of the library again (F5, start of the program).

    `believe` are the ids of roots whose missing photos the person has said were deleted on purpose.
    """

    believe: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RescanFolders(JobRequest[JobDone]):
    """Scan some folders (absolute paths) again: something changed in them."""

    folders: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RetrySkipped(JobRequest[JobDone]):
    """Try the skipped files again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlJob(Request[Accepted]):
    """Pause, resume or stop the running job."""

    keep_on_close: ClassVar[bool] = True

    action: Literal["pause", "resume", "stop"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SkippedList(Answer):
    """Files that could not be read, each with its reason; sorted by it, then by path."""

    files: tuple[Skipped, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListSkipped(Request[SkippedList]):
    """The files that could not be read."""
