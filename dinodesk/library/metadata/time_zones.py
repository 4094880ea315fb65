"""Time zones of clocks that were written without one: by coordinates, and by photos of the same trip.

A camera writes its clock, a telephone its clock and its zone. To stand in one order both need a zone;
what is inferred here is never stored, since a photo that is added later may tell more.
"""

from __future__ import annotations

import contextlib
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np

from dinodesk.library.metadata import gazetteer
from dinodesk.records import DoubleArray, IntArray

UNKNOWN = np.iinfo(np.int64).min
"""Stands for an unknown offset in arrays."""
TRIP = 3 * 86_400.0
"""Seconds: so near in time a photo with a zone is taken for one of the same trip."""
_EPOCH = datetime(1970, 1, 1)
_CELL = 0.1
"""Degrees: coordinates in one cell share the answer of the gazetteer."""

BY_FOLDER, BY_DAYS, BY_LIBRARY = 1, 2, 3
"""What an inferred offset is known from: photos of the same days in the same folder; of the same days in
other folders; the photo nearest in time, however far, which is good for the order and for nothing else."""


def offset_at_place(latitude: float, longitude: float, clock: float) -> int:
    """Minutes east of UTC at coordinates (degrees) when a clock there shows `clock` (see `DateClaim`).

    Far from any known point, at sea, the nautical zone: fifteen degrees an hour.
    """
    zone = _zone_of_cell(round(latitude / _CELL), round(longitude / _CELL))
    if zone is not None:
        with contextlib.suppress(OverflowError, ValueError):
            offset = (_EPOCH + timedelta(seconds=clock)).replace(tzinfo=zone).utcoffset()
            if offset is not None:
                return round(offset / timedelta(minutes=1))
    return round(longitude / 15) * 60


@lru_cache(maxsize=1 << 17)
def _zone_of_cell(north: int, east: int) -> ZoneInfo | None:
    name = gazetteer.shipped().time_zone(north * _CELL, east * _CELL)
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def infer_offsets(clocks: DoubleArray, offsets: IntArray, folders: IntArray) -> tuple[IntArray, IntArray]:
    """The offsets of clocks without one, by the photos nearest in time that have one.

    Args:
        clocks: float64 (N,), seconds (see `DateClaim`).
        offsets: int64 (N,), minutes east of UTC, `UNKNOWN` where nothing tells.
        folders: int64 (N,), equal for photos of one folder.

    Returns `offsets` with the unknown ones filled in, `UNKNOWN` only where no photo has a zone; and int64
    (N,): 0 where the offset was known, else `BY_FOLDER`, `BY_DAYS` or `BY_LIBRARY`.
    """
    filled, basis = offsets.copy(), np.zeros(len(offsets), np.int64)
    unknown = np.flatnonzero(offsets == UNKNOWN)
    known = np.flatnonzero(offsets != UNKNOWN)
    if not len(unknown) or not len(known):
        return filled, basis
    # one axis for folder and time, so that the nearest of the same folder is found by one search
    first, last = float(clocks.min()), float(clocks.max())
    span = last - first + 4 * TRIP
    along = folders * span + (clocks - first)
    nearest, distance = _nearest(along[unknown], known[np.argsort(along[known], kind="stable")], along)
    same_trip = distance <= TRIP
    filled[unknown[same_trip]] = offsets[nearest[same_trip]]
    basis[unknown[same_trip]] = BY_FOLDER
    rest = unknown[~same_trip]
    if len(rest):
        nearest, distance = _nearest(clocks[rest], known[np.argsort(clocks[known], kind="stable")], clocks)
        filled[rest] = offsets[nearest]
        basis[rest] = np.where(distance <= TRIP, BY_DAYS, BY_LIBRARY)
    return filled, basis


def _nearest(wanted: DoubleArray, rows: IntArray, values: DoubleArray) -> tuple[IntArray, DoubleArray]:
    """For each wanted value the row of the nearest among `rows`, sorted by their values, and its distance."""
    ordered = values[rows]
    right = np.clip(np.searchsorted(ordered, wanted), 0, len(rows) - 1)
    left = np.maximum(right - 1, 0)
    closer = np.where(np.abs(ordered[left] - wanted) <= np.abs(ordered[right] - wanted), left, right)
    return rows[closer], np.abs(ordered[closer] - wanted)
