"""All that is known of one photo: the person's annotations first, then its sidecars, then its own bytes."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from dinodesk.library.annotations import queries
from dinodesk.library.files import volumes
from dinodesk.library.files.path_utils import lies_in
from dinodesk.library.folders.root_folders import list_roots
from dinodesk.library.folders.root_paths import RootFolder, away_roots
from dinodesk.library.metadata import capture_dates, metadata_store
from dinodesk.library.metadata.embedded_reader import fill_missing
from dinodesk.library.metadata.gazetteer import city_near
from dinodesk.library.photos.photo_dates import capture_date
from dinodesk.library.photos.photo_queries import location_rank, offline_prefixes, photo_state
from dinodesk.library.sidecars import sidecar_reader
from dinodesk.library.store.database import Database
from dinodesk.library.store.schema import Asset, Content, Location, ModelRow, Sidecar, Vector, Volume
from dinodesk.records import LocationDetails, PhotoDetails, PhotoMetadata, SidecarDetails, ZoneSource

_NONE = PhotoMetadata()


@dataclass(frozen=True, slots=True, kw_only=True)
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
            return ResolvedMetadata(
                annotations=annotations, metadata=metadata, rating=rating, rated_by=source
            )
    return ResolvedMetadata(annotations=annotations, metadata=metadata, rating=None, rated_by="")


def read_photo_details(
    database: Database,
    asset: int,
    *,
    zone: tuple[int, ZoneSource] | None = None,
    now: float | None = None,
) -> PhotoDetails | None:
    """All that is known of an asset; None for one that does not exist.

    `zone` is what was inferred from other photos for a clock without one (`PlacedDates.zone_of`); `now` is
    the time in seconds since the epoch at which dates are judged, the computer's by default.
    """
    now = time.time() if now is None else now
    roots = list_roots(database)
    with database.reading() as connection:
        row = connection.execute(
            select(Content.id, Content.size, Content.width, Content.height)
            .join(Asset, Asset.content_id == Content.id)
            .where(Asset.id == asset)
        ).one_or_none()
        if row is None:
            return None
        models = connection.execute(
            select(ModelRow.name).join(Vector, Vector.model_id == ModelRow.id)
            .where(Vector.content_id == row.id).group_by(ModelRow.name).order_by(func.min(ModelRow.id))
        ).scalars().all()  # fmt: skip
        locations = _locations(connection, asset, roots)
        sidecars = _sidecars(connection, asset)
        (resolved,) = resolve_metadata(connection, [asset], [row.id])
    metadata = resolved.metadata
    date = capture_date(metadata, now, zone)
    return PhotoDetails(
        locations=locations,
        width=row.width,
        height=row.height,
        bytes=row.size,
        sidecars=sidecars,
        models=tuple(models),
        metadata=metadata,
        date=date,
        doubted=tuple(claim for claim in metadata.dates if capture_dates.is_doubtful(claim, now)),
        near=city_near(metadata.latitude, metadata.longitude),
        title=resolved.title,
        description=resolved.description,
        rating=resolved.rating,
        rated_by=resolved.rated_by,
        labels=resolved.annotations.labels,
        albums=resolved.annotations.albums,
    )


def _locations(
    connection: Connection, asset: int, roots: Sequence[RootFolder]
) -> tuple[LocationDetails, ...]:
    """The locations of an asset, best first."""
    rows = connection.execute(
        select(Location.path, Location.missing_since, Volume.mount, Volume.id)
        .join(Volume, Volume.id == Location.volume_id)
        .where(Location.asset_id == asset)
        .order_by(Location.missing_since.is_not(None), Location.id)
    )
    offline, unplugged = offline_prefixes(roots), {root.volume for root in roots if not root.here}
    ranked: list[tuple[int, LocationDetails]] = []
    for path, missing_since, mount, volume in rows:
        full, missing = volumes.join(mount, path), missing_since is not None
        state = photo_state(full, missing, offline.get(volume, ()))
        gone = [root for root in away_roots(roots) if root.volume == volume and lies_in(full, root.path)]
        details = LocationDetails(
            path=full,
            state=state,
            drive=gone[0].drive if state == "offline" and gone else "",
            folder_missing=state == "offline" and any(root.here for root in gone),
        )
        ranked.append((location_rank(state, missing, volume in unplugged), details))
    ranked.sort(key=lambda each: each[0])  # stable: the oldest of equal rank comes first
    return tuple(details for _, details in ranked)


def _sidecars(connection: Connection, asset: int) -> tuple[SidecarDetails, ...]:
    rows = connection.execute(
        select(Sidecar.path, Sidecar.reason)
        .join(Location, Location.id == Sidecar.place_id)
        .where(Location.asset_id == asset)
        .order_by(Sidecar.path)
    )
    return tuple(SidecarDetails(path=path, reason=reason or "") for path, reason in rows)
