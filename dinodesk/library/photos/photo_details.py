"""What is known of one photo, in words for showing: the person's first, then sidecar, then the photo."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from sqlalchemy import Connection, func, select

from dinodesk.library.annotations import queries
from dinodesk.library.files import volumes
from dinodesk.library.files.path_utils import lies_in
from dinodesk.library.folders.root_folders import list_roots
from dinodesk.library.folders.root_paths import RootFolder
from dinodesk.library.metadata import gazetteer, metadata_store
from dinodesk.library.metadata.embedded_reader import fill_missing
from dinodesk.library.photos.photo_queries import location_rank, offline_prefixes, photo_state
from dinodesk.library.sidecars import sidecar_reader
from dinodesk.library.store.database import Database
from dinodesk.library.store.schema import Asset, Content, Location, ModelRow, Sidecar, Vector, Volume
from dinodesk.records import DetailGroup, PhotoDetails, PhotoMetadata

Lines = list[tuple[str, str]]

_NONE = PhotoMetadata()

_MISSING = "not found where it was"


@dataclass(frozen=True, slots=True)
class ResolvedMetadata:
    """Annotations and metadata of one asset, and which of them count.

    Attributes:
        annotations: the person's.
        metadata: of the sidecars; what they lack, of the photo's own bytes.
        rating: the person's, else the sidecar's, else the photo's; None when nobody rated it.
        rated_by: whose it is: "sidecar", "photo", or "" for the person or nobody.
    """

    annotations: queries.Annotations
    metadata: PhotoMetadata
    rating: int | None
    rated_by: str

    @property
    def title(self) -> str:
        """The person's title, else that of the metadata."""
        return self.metadata.title if self.annotations.title is None else self.annotations.title

    @property
    def description(self) -> str:
        """The person's description, else that of the metadata."""
        return (
            self.metadata.description
            if self.annotations.description is None
            else self.annotations.description
        )


def resolve_metadata(
    connection: Connection, assets: Sequence[int], contents: Sequence[int]
) -> list[ResolvedMetadata]:
    """Annotations and metadata of assets and their contents, in the order given."""
    annotations = queries.annotations_of(connection, assets)
    sidecars = sidecar_reader.sidecar_metadata(connection, assets)
    own = metadata_store.metadata_of(connection, contents)
    return [
        _resolve(
            annotations.get(asset, queries.Annotations()), sidecars.get(asset, _NONE), own.get(content, _NONE)
        )
        for asset, content in zip(assets, contents, strict=True)
    ]


def _resolve(
    annotations: queries.Annotations, sidecar: PhotoMetadata, own: PhotoMetadata
) -> ResolvedMetadata:
    metadata = fill_missing(sidecar, own)
    for rating, source in ((annotations.rating, ""), (sidecar.rating, "sidecar"), (own.rating, "photo")):
        if rating is not None:
            return ResolvedMetadata(annotations, metadata, rating, source)
    return ResolvedMetadata(annotations, metadata, None, "")


def photo_info(database: Database, asset: int) -> PhotoDetails | None:
    """Everything for the Info page; None for an asset that does not exist."""
    roots = list_roots(database)
    with database.reading() as connection:
        row = connection.execute(
            select(Content.id, Content.size, Content.width, Content.height, Content.taken)
            .join(Asset, Asset.content_id == Content.id)
            .where(Asset.id == asset)
        ).one_or_none()
        if row is None:
            return None
        places = connection.execute(
            select(Location.path, Location.missing_since, Volume.mount, Volume.id)
            .join(Volume, Volume.id == Location.volume_id)
            .where(Location.asset_id == asset)
            .order_by(Location.missing_since.is_not(None), Location.id)
        ).all()
        models = connection.execute(
            select(ModelRow.name).join(Vector, Vector.model_id == ModelRow.id)
            .where(Vector.content_id == row.id).group_by(ModelRow.name).order_by(func.min(ModelRow.id))
        ).scalars().all()  # fmt: skip
        notes = _sidecar_lines(connection, asset)
        (resolved,) = resolve_metadata(connection, [asset], [row.id])
    found = resolved.metadata
    name, where = _where(places, roots)
    size: Lines = [("Size", f"{row.width:,} × {row.height:,} pixels"), ("On disk", _bytes_in_words(row.size))]
    date = date_lines(found if found.taken is not None or row.taken is None else _plain(row.taken))
    groups = (
        ("File", [*name, *size, *notes]),
        ("Words", _words(resolved)),
        ("Date", date),
        ("Camera", _camera(found)),
        ("Exposure", _exposure(found)),
        ("Place", place_lines(found)),
        ("Where", where),
        ("Indexed with", [("Model", each) for each in models] or [("Model", "no model yet")]),
    )
    return PhotoDetails(
        tuple(DetailGroup(title, tuple(lines)) for title, lines in groups if lines),
        resolved.rating,
        resolved.rated_by,
        resolved.annotations.labels,
        found.keywords,
        resolved.annotations.albums,
    )


def _where(places: Sequence[Any], roots: Sequence[RootFolder]) -> tuple[Lines, Lines]:
    """The name at the best place; and every place, best first, with its state where it can't be read."""
    away, unplugged = offline_prefixes(roots), {root.volume for root in roots if not root.here}
    found: list[tuple[int, str, str]] = []
    for path, missing, mount, volume in places:
        full = volumes.join(mount, path)
        state = photo_state(full, missing is not None, away.get(volume, ()))
        why = "" if state == "online" else _MISSING if state == "missing" else _away(full, volume, roots)
        found.append((location_rank(state, missing is not None, volume in unplugged), full, why))
    found.sort(key=lambda each: each[0])
    where: Lines = []
    first = os.path.basename(found[0][1]) if found else ""
    for _, full, why in found:
        where.append(("Folder" if not where else "Also in", os.path.dirname(full)))
        if why:
            where.append(("State", why))
        if os.path.basename(full) != first:
            where.append(("as", os.path.basename(full)))
    return [("Name", first)] if found else [], where


def _away(path: str, volume: int, roots: Sequence[RootFolder]) -> str:
    """Why a file can't be read now, and what helps."""
    gone = [each for each in roots if each.volume == volume and not each.online and lies_in(path, each.path)]
    if any(each.here for each in gone):
        return "its folder is not there"
    return f"away: plug in “{gone[0].drive}”" if gone and gone[0].drive not in ("", "/") else "away"


def _plain(taken: float) -> PhotoMetadata:
    return PhotoMetadata(taken=taken, taken_from="EXIF")


def _sidecar_lines(connection: Connection, asset: int) -> Lines:
    rows = connection.execute(
        select(Sidecar.path, Sidecar.reason)
        .join(Location, Location.id == Sidecar.place_id)
        .where(Location.asset_id == asset)
        .order_by(Sidecar.path)
    )
    return [
        ("Sidecar", os.path.basename(path) + (f" · can't be used: {reason}" if reason else ""))
        for path, reason in rows
    ]


def _words(resolved: ResolvedMetadata) -> Lines:
    found = resolved.metadata
    lines = [
        ("Title", resolved.title),
        ("Description", resolved.description),
        ("By", found.creator),
        ("Rights", found.copyright),
    ]
    return [(name, value) for name, value in lines if value]


def date_lines(found: PhotoMetadata) -> Lines:
    """Date, clock with zone, and where it stands; none without a date."""
    if found.taken is None:
        return []
    # a clock of unknown zone was stored as if it were UTC's, and is shown as it stood
    zone = UTC if found.utc_offset is None else timezone(timedelta(minutes=found.utc_offset))
    moment = datetime.fromtimestamp(0, UTC) + timedelta(seconds=found.taken)
    clock = moment.astimezone(zone)
    said = f"{clock.day} {clock:%B %Y}, {clock:%H:%M:%S}"
    return [("Taken", said), ("Time zone", zone_words(found.utc_offset)), ("From", found.taken_from)]


def zone_words(offset: int | None) -> str:
    """ "UTC+02:00", "UTC", or that it is not known."""
    if offset is None:
        return "not known"
    return f"UTC{'+' if offset > 0 else '−'}{abs(offset) // 60:02}:{abs(offset) % 60:02}" if offset else "UTC"


def _camera(found: PhotoMetadata) -> Lines:
    maker, model = found.camera_maker, found.camera_model
    # "Canon" and "Canon EOS 40D", "NIKON CORPORATION" and "NIKON D70": the maker once
    first = maker.split(" ")[0].casefold()
    name = model if first and model.casefold().startswith(first) else f"{maker} {model}".strip()
    return [(title, value) for title, value in (("Camera", name), ("Lens", found.lens)) if value]


def _exposure(found: PhotoMetadata) -> Lines:
    lines: Lines = []
    if found.exposure is not None:
        long = found.exposure >= 0.3
        lines.append(("Time", f"{found.exposure:g} s" if long else f"1/{round(1 / found.exposure):,} s"))
    if found.aperture is not None:
        lines.append(("Aperture", f"f/{found.aperture:.3g}"))
    if found.iso is not None:
        lines.append(("ISO", f"{found.iso:,}"))
    if found.focal_length is not None:
        lines.append(("Focal length", f"{found.focal_length:.4g} mm"))
    return lines


def place_lines(found: PhotoMetadata) -> Lines:
    """Nearest city, coordinates, height; none without a place."""
    if found.latitude is None or found.longitude is None:
        return []
    near = gazetteer.shipped().near(found.latitude, found.longitude)
    lines: Lines = [("Near", near)] if near else []
    north = f"{abs(found.latitude):.5f}° {'N' if found.latitude >= 0 else 'S'}"
    east = f"{abs(found.longitude):.5f}° {'E' if found.longitude >= 0 else 'W'}"
    lines.append(("Coordinates", f"{north}, {east}"))
    if found.altitude is not None:
        lines.append(("Height", f"{found.altitude:,.0f} m"))
    return lines


def _bytes_in_words(size: int) -> str:
    if size < 1000:
        return f"{size} bytes"
    value = float(size)
    for unit in ("kB", "MB", "GB"):
        value /= 1000
        if value < 1000 or unit == "GB":
            break
    return f"{value:.1f} {unit}"
