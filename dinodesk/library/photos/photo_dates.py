"""When photos were taken, placed beside each other: the one reader of dates for order, Info and export.

A date with a zone names an instant. A clock without one is placed by the coordinates of its photo, else by
the zone of the same trip: of the photos that are near in time and folder.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from dinodesk.library.metadata import capture_dates, time_zones
from dinodesk.records import CaptureDate, DateClaim, DoubleArray, IntArray, Photo, PhotoMetadata, ZoneSource

_INFERRED: dict[int, ZoneSource] = {time_zones.BY_FOLDER: "folder", time_zones.BY_DAYS: "days"}


def capture_date(
    metadata: PhotoMetadata, now: float, zone: tuple[int, ZoneSource] | None = None
) -> CaptureDate | None:
    """The date that is believed at `now` (seconds since the epoch); None where there is none.

    `zone` is what other photos tell (`PlacedDates.zone_of`), for a clock whose zone nothing else does.
    """
    date = date_of_claims(metadata.dates, metadata.latitude, metadata.longitude, now)
    if date is None or date.utc_offset is not None or zone is None:
        return date
    return replace(date, utc_offset=zone[0], zone_from=zone[1])


def date_of_claims(
    claims: Sequence[DateClaim], latitude: float | None, longitude: float | None, now: float
) -> CaptureDate | None:
    """The same, of claims and coordinates (degrees) alone."""
    if latitude is None or longitude is None:
        return capture_dates.resolve(claims, now)
    return capture_dates.resolve(
        claims, now, lambda clock: time_zones.offset_at_place(latitude, longitude, clock)
    )


@dataclass(frozen=True, slots=True, eq=False)
class PlacedDates:
    """When each of some photos was taken.

    Attributes:
        instants: float64 (N,), seconds since the epoch: of the date with its zone, given or inferred, else of
            the file.
        offsets: int64 (N,), minutes east of UTC; `time_zones.UNKNOWN` where nothing tells.
        basis: int64 (N,), what an inferred offset is known from (`time_zones.infer_offsets`); 0 for others.
    """

    instants: DoubleArray
    offsets: IntArray
    basis: IntArray

    def zone_of(self, row: int) -> tuple[int, ZoneSource] | None:
        """The inferred offset of one photo and what it is known from; None where none was inferred, or from
        photos of another time only."""
        source = _INFERRED.get(int(self.basis[row]))
        return None if source is None else (int(self.offsets[row]), source)


def place_dates(photos: Sequence[Photo]) -> PlacedDates:
    """Place the dates of photos beside each other; the more photos, the more there is to infer zones from."""
    count = len(photos)
    instants = np.fromiter((photo.taken for photo in photos), np.float64, count)
    clocks = np.fromiter(
        (np.nan if photo.clock is None else photo.clock for photo in photos), np.float64, count
    )
    offsets = np.fromiter(
        (time_zones.UNKNOWN if photo.utc_offset is None else photo.utc_offset for photo in photos),
        np.int64,
        count,
    )
    basis = np.zeros(count, np.int64)
    dated = np.flatnonzero(~np.isnan(clocks))
    if (offsets[dated] == time_zones.UNKNOWN).any() and (offsets[dated] != time_zones.UNKNOWN).any():
        numbers: dict[str, int] = {}
        folders = np.fromiter(
            (numbers.setdefault(os.path.dirname(photos[row].path), len(numbers)) for row in dated.tolist()),
            np.int64,
            len(dated),
        )
        offsets[dated], basis[dated] = time_zones.infer_offsets(clocks[dated], offsets[dated], folders)
        placed = dated[basis[dated] != 0]
        instants[placed] = clocks[placed] - 60.0 * offsets[placed]
    return PlacedDates(instants, offsets, basis)
