"""What an indexing run did, counted while it goes."""

from __future__ import annotations

from dataclasses import dataclass, field

from dinodesk.records import Skipped


@dataclass(slots=True)
class IndexReport:
    """What a run did; the counts are the command line's JSON.

    Attributes:
        found: files seen; the sum of indexed, unchanged, moved and skipped.
        missing: files of photos that are gone.
        offline: photos that can't be read because their drives are away.
        newly_missing, returned: files that were there at the scan before, and that were missing then.
        lost: photos that are missing now, since no file of theirs is left; those with a copy are not.
        refreshed: photos known before whose metadata or sidecars were read again.
        left_out: photos that the rules leave out now and that were in the library before.
        skipped: files that can't be used, each with its reason; `unreadable` of them were tried in this run.
        questions: what the library asks before it believes it.
        doubted: ids of the roots that the questions are about.
        left_behind: files that were to be read when their drive was pulled.
        resting: folders with files that are still being written, to be scanned later.
        slowest: seconds and path of the files that took longest to read.
        thumbnails: photos whose thumbnails were made, and `thumbnail_bytes` of all these.
        seconds: of the whole run; `waited` of them the model had no pixels to work on.
    """

    found: int = 0
    indexed: int = 0
    unchanged: int = 0
    moved: int = 0
    missing: int = 0
    newly_missing: int = 0
    lost: int = 0
    returned: int = 0
    offline: int = 0
    refreshed: int = 0
    left_out: int = 0
    left_behind: int = 0
    unreadable: int = 0
    skipped: list[Skipped] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    doubted: list[int] = field(default_factory=list)
    resting: list[str] = field(default_factory=list)
    slowest: list[tuple[float, str]] = field(default_factory=list)
    thumbnails: int = 0
    thumbnail_bytes: int = 0
    seconds: float = 0.0
    waited: float = 0.0
