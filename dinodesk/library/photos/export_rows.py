"""All that is known of photos as rows for other programs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from dinodesk.library.metadata import gazetteer
from dinodesk.library.photos.photo_details import resolve_metadata
from dinodesk.library.photos.photo_queries import list_photos, paths_by_asset
from dinodesk.library.store.database import Database
from dinodesk.records import PhotoState


@dataclass(frozen=True, slots=True)
class ExportRow:
    """One photo; the fields are the columns of the CSV and the names of the JSON.

    Attributes:
        path: of its first place; places: all of them.
        rating: -1 rejected, 0 none, to 5; None when nobody rated it.
        date: ISO 8601, with the zone where one is known; None where the photo tells no date.
        date_from: where the date stood. near: the nearest city and its country.
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
    """The given assets (or all) in the order given, each as one row."""
    photos, contents = list_photos(database, assets)
    where = paths_by_asset(database, [photo.asset for photo in photos])
    rows: dict[int, ExportRow] = {}
    with database.reading() as connection:
        told = resolve_metadata(connection, [photo.asset for photo in photos], contents.tolist())
        for photo, said in zip(photos, told, strict=True):
            found = said.facts
            near = ""
            if found.latitude is not None and found.longitude is not None:
                near = gazetteer.shipped().near(found.latitude, found.longitude)
            rows[photo.asset] = ExportRow(
                photo.path, tuple(where[photo.asset]), photo.state, said.rating, said.said.labels,
                said.said.albums, found.keywords, said.title, said.description,
                _iso(found.taken, found.utc_offset), found.taken_from,
                f"{found.camera_maker} {found.camera_model}".strip(), found.lens, found.focal_length,
                found.aperture, found.exposure, found.iso, found.latitude, found.longitude,
                found.altitude, near, found.creator, found.copyright, photo.width, photo.height,
            )  # fmt: skip
    order = list(rows) if assets is None else [asset for asset in dict.fromkeys(assets) if asset in rows]
    return [rows[asset] for asset in order]


def _iso(taken: float | None, offset: int | None) -> str | None:
    if taken is None:
        return None
    moment = datetime.fromtimestamp(0, UTC) + timedelta(seconds=taken)
    if offset is None:
        return moment.replace(tzinfo=None).isoformat(timespec="seconds")
    return moment.astimezone(timezone(timedelta(minutes=offset))).isoformat(timespec="seconds")
