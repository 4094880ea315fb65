"""Photos with all metadata and annotations, as rows for other programs."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from dinodesk.library.metadata.gazetteer import city_near
from dinodesk.library.photos.photo_dates import capture_date
from dinodesk.library.photos.photo_details import ResolvedMetadata, resolve_metadata
from dinodesk.library.photos.photo_queries import list_placed_photos, paths_by_asset
from dinodesk.library.store.database import Database
from dinodesk.records import CaptureDate, DatePrecision, Photo, PhotoState, ZoneSource


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportRow:
    """One photo; the fields are the columns of the CSV and the names of the JSON.

    Attributes:
        path: the file at its best location; places: all its paths.
        rating: -1 rejected, 0 none, to 5; None when nobody rated it.
        date: ISO 8601, as much of it as is known ("1965-07"), with the zone that is stated with it; None
            where the photo has no date.
        date_from: the block that holds the date, for example "EXIF".
        zone: "+02:00", where it is stated or can be inferred; zone_from: what from (see `ZoneSource`).
        near: the nearest city and its country; city, province, country: as a person wrote them.
        color_label, flag, people: as in `PhotoMetadata`.
        focal_length: millimetres; aperture: f-number; exposure: seconds; latitude, longitude: degrees;
        altitude: metres; width, height: pixels of the upright photo.
    """

    path: str
    places: tuple[str, ...]
    state: PhotoState
    rating: int | None
    labels: tuple[str, ...]
    albums: tuple[str, ...]
    keywords: tuple[str, ...]
    title: str
    description: str
    date: str | None
    date_from: str
    camera: str
    lens: str
    focal_length: float | None
    aperture: float | None
    exposure: float | None
    iso: int | None
    latitude: float | None
    longitude: float | None
    altitude: float | None
    near: str
    creator: str
    copyright: str
    width: int
    height: int
    # later columns stand behind: tables are read by position too
    zone: str
    zone_from: ZoneSource
    people: tuple[str, ...]
    color_label: str
    flag: int | None
    headline: str
    city: str
    province: str
    country: str


def read_export_rows(
    database: Database, assets: Sequence[int] | None = None, *, now: float | None = None
) -> list[ExportRow]:
    """One row for each of the given assets, in their order; for all assets by default.

    `now` is the time in seconds since the epoch at which dates are judged, the computer's by default.
    """
    now = time.time() if now is None else now
    everything, of_all, zones = list_placed_photos(database, now=now)  # zones are inferred from all photos
    wanted = None if assets is None else set(assets)
    rows_of = [row for row, photo in enumerate(everything) if wanted is None or photo.asset in wanted]
    photos, contents = [everything[row] for row in rows_of], of_all[rows_of]
    paths = paths_by_asset(database, [photo.asset for photo in photos])
    rows: dict[int, ExportRow] = {}
    with database.reading() as connection:
        resolved = resolve_metadata(connection, [photo.asset for photo in photos], contents.tolist())
    for row, photo, each in zip(rows_of, photos, resolved, strict=True):
        date = capture_date(each.metadata, now, zones.zone_of(row))
        rows[photo.asset] = _row(photo, tuple(paths[photo.asset]), each, date)
    order = list(rows) if assets is None else [asset for asset in dict.fromkeys(assets) if asset in rows]
    return [rows[asset] for asset in order]


def _row(
    photo: Photo, paths: tuple[str, ...], resolved: ResolvedMetadata, date: CaptureDate | None
) -> ExportRow:
    metadata, annotations = resolved.metadata, resolved.annotations
    zoned = date if date is not None and date.precision in ("minute", "second") else None
    return ExportRow(
        path=photo.path,
        places=paths,
        state=photo.state,
        rating=resolved.rating,
        labels=annotations.labels,
        albums=annotations.albums,
        keywords=metadata.keywords,
        title=resolved.title,
        description=resolved.description,
        date=None if date is None else _iso(date),
        date_from="" if date is None else date.source,
        camera=metadata.camera,
        lens=metadata.lens,
        focal_length=metadata.focal_length,
        aperture=metadata.aperture,
        exposure=metadata.exposure,
        iso=metadata.iso,
        latitude=metadata.latitude,
        longitude=metadata.longitude,
        altitude=metadata.altitude,
        near=city_near(metadata.latitude, metadata.longitude),
        creator=metadata.creator,
        copyright=metadata.copyright,
        width=photo.width,
        height=photo.height,
        zone="" if zoned is None or zoned.utc_offset is None else _zone(zoned.utc_offset),
        zone_from="" if zoned is None else zoned.zone_from,
        people=metadata.people,
        color_label=metadata.color_label,
        flag=metadata.flag,
        headline=metadata.headline,
        city=metadata.city,
        province=metadata.province,
        country=metadata.country,
    )


_LENGTHS: dict[DatePrecision, int] = {"year": 4, "month": 7, "day": 10, "minute": 16, "second": 19}
"""Characters of an ISO date that are known."""


def _iso(date: CaptureDate) -> str:
    clock = (datetime(1970, 1, 1) + timedelta(seconds=date.clock)).isoformat(timespec="seconds")
    known = clock[: _LENGTHS[date.precision]]
    if date.instant_known and date.utc_offset is not None and "T" in known:
        return known + _zone(date.utc_offset)
    return known


def _zone(offset: int) -> str:
    return f"{'-' if offset < 0 else '+'}{abs(offset) // 60:02}:{abs(offset) % 60:02}"
