"""Looking after a library: verify, back up, move, forget, statistics, exclude rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from dinodesk.engine.messages.base import Accepted, Answer, JobRequest, Request
from dinodesk.records import Skipped, Statistics, StoredReport, VerifyCounts

MaintenanceKind = Literal["verify", "backup", "move", "private"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenanceDone(Answer):
    """The library was verified, backed up, moved or closed to others.

    Attributes:
        counts: what verifying found.
        path: the backup's file, or the folder that the library is in now.
        bytes: size of the backup.
        problems: what is wrong with which file.
        refused: files that could not be closed to others.
        stopped: it did not come to its end.
    """

    what: MaintenanceKind
    counts: VerifyCounts | None = None
    path: str = ""
    bytes: int = 0
    problems: tuple[Skipped, ...] = ()
    refused: int = 0
    stopped: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RunMaintenance(JobRequest[MaintenanceDone]):
    """Verify the library, back it up, move it to the empty folder `target`, or close it to other people.

    After a move CatalogReset and LibraryState follow, after closing it LibraryState.
    """

    first: ClassVar[bool] = True

    what: MaintenanceKind
    target: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveShared(Request[Accepted]):
    """Others may go on reading the library; it is not said again. LibraryState follows."""

    keep_on_close: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class StatisticsShown(Answer):
    """What the library holds and takes, the reports of earlier jobs.

    `forgotten` is how many photos were just forgotten; None when the request was another one.
    """

    statistics: Statistics
    reports: tuple[StoredReport, ...]
    forgotten: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowStatistics(Request[StatisticsShown]):
    """Count what the library holds and takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgetPhotos(Request[StatisticsShown]):
    """Forget missing photos (all, or those missing for longer than the grace time), or leftovers.

    CatalogReset and LibraryState are broadcast. There is no way back.
    """

    keep_on_close: ClassVar[bool] = True

    what: Literal["missing", "overdue", "leftovers"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BringBackRemoved(Request[StatisticsShown]):
    """Let the photos that were removed from the library come back; a Rescan runs after it."""

    keep_on_close: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesShown(Answer):
    """What scans leave out; the fields are those of SetRules."""

    patterns: tuple[str, ...]
    hidden: bool
    smallest: int
    watch: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowRules(Request[RulesShown]):
    """What scans leave out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetRules(Request[RulesShown]):
    """Change what scans leave out and whether folders are watched; a Rescan runs after it.

    Attributes:
        patterns: globs of files and folders that are left out.
        hidden: hidden folders are scanned too.
        smallest: files of fewer bytes are left out.
        watch: folders are watched for changes.
    """

    keep_on_close: ClassVar[bool] = True

    patterns: tuple[str, ...] = ()
    hidden: bool = False
    smallest: int = 0
    watch: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchFolders(Request[RulesShown]):
    """Watch the folders of the library for changes from now on, or watch them no more."""

    keep_on_close: ClassVar[bool] = True

    watch: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitThumbnails(Request[Accepted]):
    """Keep a library's thumbnail cache to so many bytes from now on."""

    bytes: int
