"""Numbers about a library, and the stored reports of its jobs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Statistics:
    """What a library holds, and the disk space it takes.

    Attributes:
        photos: assets with a location.
        states: number of photos by state: online, offline, missing.
        overdue: how many of the missing have been missing for 30 days (`purge.GRACE`).
        leftovers: photos that were taken out, by themselves or with their folder; kept, so that bringing
            them back costs nothing.
        removed: files that a person removed from the library, which scans pass over.
        skipped: number of files that can't be read, by reason, most first.
        damaged: photos whose bytes changed although size and date did not.
        models: name and number of vectors of each model.
        bytes: disk space in bytes of "database", "thumbnails", "index" and "backups".
        free: bytes free on the library's disk.
        backed_up: when the newest backup was made, seconds since the epoch; 0 when there is none.
    """

    photos: int
    states: dict[str, int]
    overdue: int
    leftovers: int
    removed: int
    skipped: tuple[tuple[str, int], ...]
    damaged: int
    models: tuple[tuple[str, int], ...]
    bytes: dict[str, int]
    free: int
    backed_up: float = 0.0


@dataclass(frozen=True, slots=True)
class StoredReport:
    """A job's report: when it ended (seconds since the epoch), what it was, and its figures."""

    id: int
    at: float
    what: str
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class VerifyCounts:
    """What verifying a library found, in photos.

    Attributes:
        done: looked at.
        sound: their bytes are what they were.
        damaged: their bytes are not, although size and date are.
        changed: edited since.
        away: offline, missing or unreadable.
    """

    done: int
    sound: int
    damaged: int
    changed: int
    away: int
