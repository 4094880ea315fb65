"""Verifying a library: every photo's bytes are hashed again; stopped, it continues where it was."""

from __future__ import annotations

import os
import time
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from typing import Literal

import xxhash
from sqlalchemy import func, select, update

from dinodesk.library.files import volumes
from dinodesk.library.store import job_reports, key_values
from dinodesk.library.store.database import Database
from dinodesk.library.store.schema import Asset, Content, Location, Volume
from dinodesk.records import Skipped

_KEY = "verify"
_PIECE = 2 << 20
"""Bytes read in one step."""
_AT_ONCE = 50
"""Locations between two commits of the progress."""
DAMAGE = "Its bytes are not what they were, although its size and date are: the file is damaged."


State = Literal["sound", "changed", "away", "damaged"]


@dataclass(slots=True)
class Verified:
    """What verifying found.

    Attributes:
        done, total: photos looked at of those to look at.
        sound: photos whose bytes are what they were.
        changed: photos that were edited since; the next scan reads them.
        away: photos that are offline, missing or can't be read.
        damaged: photos whose bytes differ although size and date are the same (bit rot).
    """

    done: int = 0
    total: int = 0
    sound: int = 0
    changed: int = 0
    away: int = 0
    damaged: list[Skipped] = field(default_factory=list)


def verify(database: Database) -> Generator[Verified, None, Verified]:
    """Hash every photo of the library again, 2 MiB a step; stopped and started again, it continues.

    In a read-only library nothing is stored: stopped, it begins anew.
    """
    known = key_values.read(database, _KEY, {})
    figures = (known.get(key) for key in ("last", "done", "sound", "changed", "away"))
    last, done, fine, changed, away = (each if isinstance(each, int) else 0 for each in figures)
    found = Verified(done, 0, fine, changed, away)
    damaged = known.get("damaged")
    found.damaged = [Skipped(str(path), DAMAGE) for path in (damaged if isinstance(damaged, list) else ())]
    photos = select(func.count()).select_from(Location).where(Location.asset_id.is_not(None))
    with database.reading() as connection:
        found.total = found.done + connection.execute(photos.where(Location.id > last)).scalar_one()
    while rows := _next(database, last):
        sound: list[int] = []
        rotten: list[int] = []
        for place, path, size, mtime, digest in rows:
            steps = _state(path, size, mtime, digest)
            while (state := next(steps)) is None:
                yield found
            if state == "sound":
                sound.append(place)
            elif state == "damaged":
                rotten.append(place)
                found.damaged.append(Skipped(path, DAMAGE))
            if state != "damaged":
                setattr(found, state, getattr(found, state) + 1)
            last = place
            found.done += 1
            yield found
        if not database.read_only:
            _note(database, sound, rotten)
            key_values.write(database, _KEY, {**_figures(found), "last": last})
    if not database.read_only:
        key_values.write(database, _KEY, None)
        job_reports.add_report(database, "verify", _figures(found))
    return found


def _state(path: str, size: int, mtime: int, digest: bytes) -> Iterator[State | None]:
    """Yields None while the file is read, then its state."""
    try:
        before = os.stat(path)
        if (before.st_size, before.st_mtime_ns) != (size, mtime):
            yield "changed"
            return
        state = xxhash.xxh3_128()
        with open(path, "rb") as file:
            while piece := file.read(_PIECE):
                state.update(piece)
                yield None
        if state.digest() == digest:
            yield "sound"
            return
        after = os.stat(path)
    except OSError:
        yield "away"
        return
    # it may have been written to while it was read
    yield "damaged" if (after.st_size, after.st_mtime_ns) == (size, mtime) else "changed"


def _next(database: Database, last: int) -> list[tuple[int, str, int, int, bytes]]:
    query = (
        select(Location.id, Location.path, Location.size, Location.mtime_ns, Content.hash, Volume.mount)
        .join(Asset, Asset.id == Location.asset_id)
        .join(Content, Content.id == Asset.content_id)
        .join(Volume, Volume.id == Location.volume_id)
        .where(Location.id > last)
        .order_by(Location.id)
        .limit(_AT_ONCE)
    )
    with database.reading() as connection:
        rows = connection.execute(query).all()
    return [(row.id, volumes.join(row.mount, row.path), row.size, row.mtime_ns, row.hash) for row in rows]


def _note(database: Database, sound: list[int], rotten: list[int]) -> None:
    with database.writing() as connection:
        if sound:
            fine = update(Location).where(Location.id.in_(sound))
            connection.execute(fine.values(verified=time.time(), damage=None))
        if rotten:
            connection.execute(update(Location).where(Location.id.in_(rotten)).values(damage=DAMAGE))


def _figures(found: Verified) -> dict[str, object]:
    return {
        "done": found.done,
        "sound": found.sound,
        "changed": found.changed,
        "away": found.away,
        "damaged": [each.path for each in found.damaged],
    }
