"""Sidecars: which are new or changed, reading them, and their metadata in the database.

`IMG.jpg.xmp` belongs to one photo, `IMG.xmp` to every photo of that stem; the first goes before the
second, both before what is embedded, and annotations made in DinoDesk before all of them.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection, delete, select
from sqlalchemy.orm import aliased

from dinodesk.library.files.os_errors import plain_reason
from dinodesk.library.files.sidecar_names import ENDING, SidecarName
from dinodesk.library.folders.root_paths import (
    RootFolder,
    absolute_path,
    contains_location,
    locations_below,
    relative_path,
)
from dinodesk.library.metadata import embedded_reader, metadata_store, xmp_reader
from dinodesk.library.metadata.capture_dates import Rank
from dinodesk.library.metadata.embedded_reader import fill_missing
from dinodesk.library.store.database import Database, batches
from dinodesk.library.store.dialect import upsert
from dinodesk.library.store.schema import Location, Sidecar
from dinodesk.records import PhotoMetadata

READER = embedded_reader.READER + 1
"""Version of the sidecar reader; what an older one stored is read again.

One more than that of photos: sidecars were once read again alone, when UTF-16 was added.
"""

_PHOTO_PATH = Location.path.label("photo_path")


@dataclass(frozen=True, slots=True)
class ReadSidecar:
    """A sidecar that was read.

    Attributes:
        location: id of the location of its photo.
        file: the XMP file; `relative` is its path on the volume.
        metadata: what it holds; empty where it can't be read.
        reason: why it can't be read, else None.
    """

    location: int
    file: SidecarName
    relative: str
    metadata: PhotoMetadata
    reason: str | None


def find_changes(
    database: Database, root: RootFolder, found: Mapping[str, Sequence[SidecarName]], seen: Container[str]
) -> tuple[list[tuple[int, SidecarName]], list[tuple[int, str]]]:
    """Sidecars to read, as (location, file), and rows to delete, as (location, path on the volume).

    `found` holds the sidecars of those photos that have some, by the photo's absolute path, and `seen`
    the paths of all photos that the scan saw: rows of others are never deleted.
    """
    sidecars = {relative_path(root, path): files for path, files in found.items()}
    locations: list[tuple[int, str]] = []
    with database.reading() as connection:
        rows = connection.execute(
            select(
                Sidecar.place_id, Sidecar.path, Sidecar.size, Sidecar.mtime_ns, Sidecar.reader, _PHOTO_PATH
            )
            .join(Location, Location.id == Sidecar.place_id)
            .where(Location.volume_id == root.volume, *locations_below(root.relative))
        ).all()
        for names in batches(list(sidecars)):
            query = select(Location.id, Location.path).where(
                Location.volume_id == root.volume, Location.path.in_(names), Location.asset_id.is_not(None)
            )
            locations += [(row.id, row.path) for row in connection.execute(query)]
    known = {(row.place_id, row.path): (row.size, row.mtime_ns, row.reader) for row in rows}
    wanted: list[tuple[int, SidecarName]] = []
    for location, path in locations:
        for file in sidecars[path]:
            before = known.pop((location, relative_path(root, file.path)), None)
            if before is None or before[:2] != (file.size, file.mtime_ns) or before[2] < READER:
                wanted.append((location, file))
    scanned = {
        row.place_id
        for row in rows
        if contains_location(root, row.photo_path) and absolute_path(root, row.photo_path) in seen
    }
    return wanted, [key for key in known if key[0] in scanned]


def read(location: int, file: SidecarName, root: RootFolder) -> ReadSidecar:
    """Read one sidecar; never raises."""
    metadata, reason = read_file(file.path)
    return ReadSidecar(location, file, relative_path(root, file.path), metadata, reason)


def read_file(path: str) -> tuple[PhotoMetadata, str | None]:
    """The metadata in an XMP file, and a plain reason where it can't be read."""
    try:
        with open(path, "rb") as file:
            data = file.read(xmp_reader.LARGEST + 1)
        metadata = xmp_reader.read(data, sidecar=True)
    except OSError as error:
        return PhotoMetadata(), plain_reason(error)
    except ValueError as error:
        return PhotoMetadata(), str(error)
    return metadata, None


def store(database: Database, read: Sequence[ReadSidecar], gone: Sequence[tuple[int, str]] = ()) -> None:
    """Store the sidecars that were read and delete the rows of `gone` ones, in one transaction."""
    with database.writing() as connection:
        for location, path in gone:
            connection.execute(delete(Sidecar).where(Sidecar.place_id == location, Sidecar.path == path))
        for each in read:
            values: dict[str, object] = {
                "size": each.file.size,
                "mtime_ns": each.file.mtime_ns,
                "reader": READER,
                "reason": each.reason,
                "said": metadata_store.to_json(each.metadata),
            }
            statement = upsert(Sidecar, ["place_id", "path"], list(values))
            connection.execute(statement.values(place_id=each.location, path=each.relative, **values))


def _behind(metadata: PhotoMetadata) -> PhotoMetadata:
    """The same, its dates behind those of a sidecar that goes before."""
    dates = (
        replace(each, rank=Rank.SHARED_ORIGINAL) if each.rank == Rank.SIDECAR_ORIGINAL else each
        for each in metadata.dates
    )
    return replace(metadata, dates=tuple(dates))


def sidecar_metadata(connection: Connection, assets: Sequence[int] | None = None) -> dict[int, PhotoMetadata]:
    """The metadata in the sidecars of each asset (of all by default), merged.

    A photo's own file (`IMG.jpg.xmp`) goes before a shared one, then an older location before a newer one.
    Those of missing locations count only where the asset has no other.
    """
    other = aliased(Location)
    elsewhere = select(other.id).where(other.asset_id == Location.asset_id, other.missing_since.is_(None))
    query = (
        select(Location.asset_id, Location.path, Sidecar.path, Sidecar.metadata_json)
        .join(Location, Location.id == Sidecar.place_id)
        .where(Location.missing_since.is_(None) | ~elsewhere.exists())
    )
    rows = []
    if assets is None:
        rows = list(connection.execute(query.order_by(Location.id)))
    else:
        for some in batches(assets):
            rows += connection.execute(query.where(Location.asset_id.in_(some)).order_by(Location.id))
    own_first = sorted(rows, key=lambda row: row[2].lower() != (row[1] + ENDING).lower())
    found: dict[int, PhotoMetadata] = {}
    for asset, _, _, stored in own_first:
        if asset is not None:
            record = metadata_store.from_json(stored)
            found[asset] = fill_missing(found[asset], _behind(record)) if asset in found else record
    return found
