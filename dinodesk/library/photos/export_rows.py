"""Photos with all metadata and annotations, as rows for other programs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from dinodesk.library.metadata import gazetteer
from dinodesk.library.photos.photo_details import ResolvedMetadata, resolve_metadata
from dinodesk.library.photos.photo_queries import list_photos, paths_by_asset
from dinodesk.library.store.database import Database
from dinodesk.records import Photo, PhotoState


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportRow:
    """One photo; the fields are the columns of the CSV and the names of the JSON.

    Attributes:
        path: the file at its best location; places: all its paths.
        rating: -1 rejected, 0 none, to 5; None when nobody rated it.
        date: ISO 8601, with the zone where one is known; None where the photo has no date.
        date_from: the block that holds the date, for example "EXIF".
        near: the nearest city and its country.
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


def read_export_rows(database: Database, assets: Sequence[int] | None = None) -> list[ExportRow]:
    """One row for each of the given assets, in their order; for all assets by default."""
    photos, contents = list_photos(database, assets)
    paths = paths_by_asset(database, [photo.asset for photo in photos])
    rows: dict[int, ExportRow] = {}
    with database.reading() as connection:
        resolved = resolve_metadata(connection, [photo.asset for photo in photos], contents.tolist())
    for photo, metadata in zip(photos, resolved, strict=True):
        rows[photo.asset] = _row(photo, tuple(paths[photo.asset]), metadata)
    order = list(rows) if assets is None else [asset for asset in dict.fromkeys(assets) if asset in rows]
    return [rows[asset] for asset in order]


def _row(photo: Photo, paths: tuple[str, ...], resolved: ResolvedMetadata) -> ExportRow:
    metadata, annotations = resolved.metadata, resolved.annotations
    near = ""
    if metadata.latitude is not None and metadata.longitude is not None:
        near = gazetteer.shipped().near(metadata.latitude, metadata.longitude)
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
        date=_iso(metadata.taken, metadata.utc_offset),
        date_from=metadata.taken_from,
        camera=f"{metadata.camera_maker} {metadata.camera_model}".strip(),
        lens=metadata.lens,
        focal_length=metadata.focal_length,
        aperture=metadata.aperture,
        exposure=metadata.exposure,
        iso=metadata.iso,
        latitude=metadata.latitude,
        longitude=metadata.longitude,
        altitude=metadata.altitude,
        near=near,
        creator=metadata.creator,
        copyright=metadata.copyright,
        width=photo.width,
        height=photo.height,
    )


def _iso(taken: float | None, offset: int | None) -> str | None:
    if taken is None:
        return None
    moment = datetime.fromtimestamp(0, UTC) + timedelta(seconds=taken)
    if offset is None:
        return moment.replace(tzinfo=None).isoformat(timespec="seconds")
    return moment.astimezone(timezone(timedelta(minutes=offset))).isoformat(timespec="seconds")
