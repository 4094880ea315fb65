"""XMP files beside photos: noticing them, reading them, and what they say in the database.

`IMG.jpg.xmp` belongs to one photo, `IMG.xmp` to every photo of that stem; the first goes before the
second, both before what is embedded, and what the person said in DinoDesk before all of them.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection, delete, select

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
from dinodesk.library.metadata.embedded_reader import fill_missing
from dinodesk.library.store.database import Database, batches
from dinodesk.library.store.dialect import upsert
from dinodesk.library.store.schema import Location, Sidecar
from dinodesk.records import PhotoMetadata

READER = embedded_reader.READER + 1
"""Sidecars that an older reader read are read again; these were once when photos were not (UTF-16)."""

_OF = Location.path.label("of")


@dataclass(frozen=True, slots=True)
class ReadSidecar:
    """An XMP file that was read: of which place, what it says, and why it can't be read, if so."""

    place: int
    file: SidecarName
    relative: str
    said: PhotoMetadata
    reason: str | None


def find_changes(
    database: Database, root: RootFolder, found: Mapping[str, Sequence[SidecarName]], seen: Container[str]
) -> tuple[list[tuple[int, SidecarName]], list[tuple[int, str]]]:
    """What must be read, as (place, file), and rows to forget, as (place, path on the volume).

    `found` holds the sidecars of those photos that have some, by the photo's absolute path, and `seen`
    the paths of all photos that the scan saw: only of these is anything forgotten.
    """
    beside = {relative_path(root, path): files for path, files in found.items()}
    places: list[tuple[int, str]] = []
    with database.reading() as connection:
        rows = connection.execute(
            select(Sidecar.place_id, Sidecar.path, Sidecar.size, Sidecar.mtime_ns, Sidecar.reader, _OF)
            .join(Location, Location.id == Sidecar.place_id)
            .where(Location.volume_id == root.volume, *locations_below(root.relative))
        ).all()
        for names in batches(list(beside)):
            query = select(Location.id, Location.path).where(
                Location.volume_id == root.volume, Location.path.in_(names), Location.asset_id.is_not(None)
            )
            places += [(row.id, row.path) for row in connection.execute(query)]
    known = {(row.place_id, row.path): (row.size, row.mtime_ns, row.reader) for row in rows}
    wanted: list[tuple[int, SidecarName]] = []
    for place, path in places:
        for file in beside[path]:
            before = known.pop((place, relative_path(root, file.path)), None)
            if before is None or before[:2] != (file.size, file.mtime_ns) or before[2] < READER:
                wanted.append((place, file))
    here = {
        row.place_id
        for row in rows
        if contains_location(root, row.of) and absolute_path(root, row.of) in seen
    }
    return wanted, [key for key in known if key[0] in here]


def read(place: int, file: SidecarName, root: RootFolder) -> ReadSidecar:
    """Read one sidecar; never raises."""
    said, reason = read_file(file.path)
    return ReadSidecar(place, file, relative_path(root, file.path), said, reason)


def read_file(path: str) -> tuple[PhotoMetadata, str | None]:
    """What an XMP file says, and a plain reason where it can't be read."""
    try:
        with open(path, "rb") as file:
            data = file.read(xmp_reader.LARGEST + 1)
        said = xmp_reader.read(data)
    except OSError as error:
        return PhotoMetadata(), plain_reason(error)
    except ValueError as error:
        return PhotoMetadata(), str(error)
    return replace(said, taken_from="sidecar" if said.taken is not None else ""), None


def store(database: Database, read: Sequence[ReadSidecar], gone: Sequence[tuple[int, str]] = ()) -> None:
    """Write down what was read and forget what is gone, in one transaction."""
    with database.writing() as connection:
        for place, path in gone:
            connection.execute(delete(Sidecar).where(Sidecar.place_id == place, Sidecar.path == path))
        for each in read:
            values: dict[str, object] = {
                "size": each.file.size,
                "mtime_ns": each.file.mtime_ns,
                "reader": READER,
                "reason": each.reason,
                "said": metadata_store.to_json(each.said),
            }
            statement = upsert(Sidecar, ["place_id", "path"], list(values))
            connection.execute(statement.values(place_id=each.place, path=each.relative, **values))


def sidecar_metadata(connection: Connection, assets: Sequence[int] | None = None) -> dict[int, PhotoMetadata]:
    """What the sidecars of assets (or of all) say, merged: a photo's own file first, then by place."""
    query = select(Location.asset_id, Location.path, Sidecar.path, Sidecar.said).join(
        Location, Location.id == Sidecar.place_id
    )
    rows = []
    if assets is None:
        rows = list(connection.execute(query.order_by(Location.id)))
    else:
        for some in batches(assets):
            rows += connection.execute(query.where(Location.asset_id.in_(some)).order_by(Location.id))
    own_first = sorted(rows, key=lambda row: row[2].lower() != (row[1] + ENDING).lower())
    found: dict[int, PhotoMetadata] = {}
    for asset, _, _, said in own_first:
        if asset is not None:
            record = metadata_store.from_json(said)
            found[asset] = fill_missing(found[asset], record) if asset in found else record
    return found
