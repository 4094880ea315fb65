"""Storing what a scan has read, a batch a transaction: new, moved, edited, copied and unreadable files."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, delete, func, insert, select, update

from dinodesk.library.annotations.changes import copy_annotations
from dinodesk.library.files import volumes
from dinodesk.library.files.scanner import file_is_gone
from dinodesk.library.folders.root_paths import RootFolder, relative_path
from dinodesk.library.metadata import metadata_store
from dinodesk.library.photos import asset_matching
from dinodesk.library.photos.photo_locations import UNREAD
from dinodesk.library.store.database import Database, batches, inserted_id
from dinodesk.library.store.schema import REMOVED, Asset, Content, Location, Vector, Volume
from dinodesk.records import PhotoMetadata

StoreOutcome = Literal["indexed", "moved", "unchanged", "removed"]
"""What a file was found to be; "removed": a photo that a person took out, and that stays out."""
_VIEW = "model"
"""Which part of the photo the vectors are of: the model's own crop (glossary: view)."""
_LONG_GONE = 3600.0
"""Seconds that a file may be missing and come back edited; later its name is taken for another photo's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScannedPhoto:
    """One decoded file, ready to be stored.

    Attributes:
        root: the root it was found under.
        path: absolute path.
        size, mtime_ns, inode: of the file when it was read.
        hash, quick: of its bytes, 16 and 8 bytes; `quick` is empty where it is not known.
        width, height: of the photo; zeros where the content is known and was not decoded again.
        vector: the unit vector as little-endian float16 bytes, or None where the library has it.
        metadata: of its bytes; None where they were not read for it.
    """

    root: RootFolder
    path: str
    size: int
    mtime_ns: int
    inode: int
    hash: bytes
    width: int = 0
    height: int = 0
    vector: bytes | None = None
    quick: bytes = b""
    metadata: PhotoMetadata | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BadFile:
    """One file that can't be read, ready to be stored; `opened` is False when it could not even be opened."""

    root: RootFolder
    path: str
    size: int
    mtime_ns: int
    inode: int
    reason: str
    opened: bool


class DepartedLocations:
    """The locations whose files are gone, of the assets that one run met again elsewhere.

    Each location is looked for on disk only once, however many copies of its photo there are.

    Attributes:
        new_assets: the assets that this run made of bytes that the library did not know.
    """

    def __init__(self) -> None:
        self.new_assets: set[int] = set()
        self._unchecked: dict[int, list[tuple[int, str, str, str]]] = {}

    def pop_for(self, connection: Connection, asset: int) -> int | None:
        """A location of the asset whose file is gone although its volume is mounted; each only once."""
        if asset not in self._unchecked:
            rows = connection.execute(
                select(Location.id, Location.path, Volume.mount, Volume.identity)
                .join(Volume, Volume.id == Location.volume_id)
                .where(Location.asset_id == asset)
                .order_by(Location.id.desc())
            )
            self._unchecked[asset] = [(row.id, row.path, row.mount, row.identity) for row in rows]
        unchecked = self._unchecked[asset]
        while unchecked:
            location, path, mount, identity = unchecked.pop()
            # a file on a drive that is away, or covered by another drive mounted above it, did not move
            full = volumes.join(mount, path)
            here = volumes.identity_of(mount) == identity
            if here and file_is_gone(full) and not volumes.is_covered(mount, os.path.dirname(full)):
                return location
        return None


def store_photos(
    database: Database, model: int, photos: Sequence[ScannedPhoto], departed: DepartedLocations | None = None
) -> list[tuple[StoreOutcome, int]]:
    """Store a batch in one transaction; returns what each photo was found to be, and its asset's id.

    The id is 0 for what stays out of the library. The batches of one run share one `departed`.
    """
    departed = departed or DepartedLocations()
    with database.writing() as connection:
        unknown = _unknown_rows(connection, photos)
        made = _insert_unknown(connection, model, [photos[row] for row in unknown])
        departed.new_assets.update(made)
        done: dict[int, tuple[StoreOutcome, int]] = {
            row: ("indexed", asset) for row, asset in zip(unknown, made, strict=True)
        }
        return [
            done.get(row) or _store(connection, model, photo, departed) for row, photo in enumerate(photos)
        ]


def _unknown_rows(connection: Connection, photos: Sequence[ScannedPhoto]) -> list[int]:
    """Rows of photos of which neither bytes nor location are known: most of them, and quickly stored."""
    hashes, taken = set[bytes](), set[tuple[int, str]]()
    for some in batches(photos):
        wanted = [photo.hash for photo in some]
        hashes.update(connection.execute(select(Content.hash).where(Content.hash.in_(wanted))).scalars())
        for volume in {photo.root.volume for photo in some}:
            relative = [
                relative_path(photo.root, photo.path) for photo in some if photo.root.volume == volume
            ]
            found = select(Location.path).where(Location.volume_id == volume, Location.path.in_(relative))
            taken.update((volume, path) for path in connection.execute(found).scalars())
    rows = []
    for row, photo in enumerate(photos):
        where = (photo.root.volume, relative_path(photo.root, photo.path))
        if photo.hash not in hashes and where not in taken:
            rows.append(row)
        hashes.add(photo.hash)  # the second of two equal files is a copy of the first
        taken.add(where)
    return rows


def _insert_unknown(connection: Connection, model: int, photos: Sequence[ScannedPhoto]) -> list[int]:
    """Insert contents, assets, locations and vectors with one statement each; returns the assets' ids."""
    if not photos:
        return []
    contents = _next_ids(connection, Content, len(photos))
    made = _next_ids(connection, Asset, len(photos))
    pairs = list(zip(contents, made, photos, strict=True))
    connection.execute(insert(Content), [{"id": each, **_content(photo)} for each, _, photo in pairs])
    connection.execute(insert(Asset), [{"id": asset, "content_id": each} for each, asset, _ in pairs])
    locations = [
        {
            "volume_id": photo.root.volume,
            "path": relative_path(photo.root, photo.path),
            "asset_id": asset,
            "size": photo.size,
            "mtime_ns": photo.mtime_ns,
            "inode": photo.inode,
        }
        for _, asset, photo in pairs
    ]
    connection.execute(insert(Location), locations)
    vectors = [
        {"content_id": each, "model_id": model, "view": _VIEW, "data": photo.vector}
        for each, _, photo in pairs
        if photo.vector is not None
    ]
    if vectors:
        connection.execute(insert(Vector), vectors)
    metadata_store.store(
        connection, [(each, photo.metadata) for each, _, photo in pairs if photo.metadata is not None]
    )
    return list(made)


def _next_ids(connection: Connection, table: type[Content] | type[Asset], count: int) -> range:
    # the transaction is an immediate one: nobody else can take these meanwhile
    first = (connection.execute(select(func.max(table.id))).scalar_one() or 0) + 1
    return range(first, first + count)


def _content(photo: ScannedPhoto) -> dict[str, object]:
    return {
        "hash": photo.hash,
        "size": photo.size,
        "width": photo.width,
        "height": photo.height,
        "quick": photo.quick or None,
    }


def _store(
    connection: Connection, model: int, photo: ScannedPhoto, departed: DepartedLocations
) -> tuple[StoreOutcome, int]:
    content = connection.execute(select(Content.id).where(Content.hash == photo.hash)).scalar_one_or_none()
    relative = relative_path(photo.root, photo.path)
    location = connection.execute(
        select(Location.id, Location.asset_id, Location.missing_since, Location.reason).where(
            Location.volume_id == photo.root.volume, Location.path == relative
        )
    ).one_or_none()
    own = location.asset_id if location is not None else None
    if location is not None and location.reason == REMOVED and content is not None:
        # only its times or its inode changed; other bytes are another photo
        values = {"size": photo.size, "mtime_ns": photo.mtime_ns, "inode": photo.inode}
        connection.execute(update(Location).where(Location.id == location.id).values(**values))
        return "removed", 0
    outcome: StoreOutcome
    if content is None:
        content = inserted_id(connection, insert(Content).values(**_content(photo)))
        if location is not None and location.missing_since is not None:
            own = None if time.time() - location.missing_since > _LONG_GONE else own
        asset, outcome = asset_matching.asset_for_new_content(connection, content, own), "indexed"
    else:
        if photo.quick:
            add_quick_hash = update(Content).where(Content.id == content, Content.quick.is_(None))
            connection.execute(add_quick_hash.values(quick=photo.quick))
        asset, outcome = asset_matching.asset_for_known_content(connection, content, own)
        if outcome == "unchanged" and photo.vector is not None:
            outcome = "indexed"
    left = departed.pop_for(connection, asset) if outcome == "moved" else None
    _store_location(connection, photo, asset, location.id if location is not None else None, left)
    if own is not None and own != asset and location is not None and location.missing_since is None:
        edited = asset in departed.new_assets  # the edit was also saved under a new name
        if edited:
            copy_annotations(connection, own, asset)
        asset_matching.release_location(connection, own, content, edited=edited)
    if photo.vector is not None:
        _store_vector(connection, model, content, photo.vector)
    if photo.metadata is not None:
        metadata_store.store(connection, [(content, photo.metadata)])
    return outcome, asset


def _store_location(
    connection: Connection, photo: ScannedPhoto, asset: int, location: int | None, left: int | None
) -> None:
    """Store that the asset lies at the photo's path, which has the id `location` if it is known.

    `left` is the location that the file was moved from: it is changed to the new path, or deleted.
    """
    values: dict[str, object] = {
        "asset_id": asset,
        "size": photo.size,
        "mtime_ns": photo.mtime_ns,
        "inode": photo.inode,
        "reason": None,
        "missing_since": None,
        "damage": None,
    }
    where = {"volume_id": photo.root.volume, "path": relative_path(photo.root, photo.path)}
    if location is not None:
        connection.execute(update(Location).where(Location.id == location).values(**values))
        if left is not None:  # the file took the name of another photo
            connection.execute(delete(Location).where(Location.id == left))
    elif left is not None:
        connection.execute(update(Location).where(Location.id == left).values(**values, **where))
    else:
        connection.execute(insert(Location).values(**values, **where))


def _store_vector(connection: Connection, model: int, content: int, data: bytes) -> None:
    known = connection.execute(
        select(Vector.id).where(Vector.model_id == model, Vector.content_id == content)
    ).first()
    if known is None:
        connection.execute(insert(Vector).values(content_id=content, model_id=model, view=_VIEW, data=data))


def store_bad_files(database: Database, files: Sequence[BadFile]) -> None:
    """Store files that can't be read, each with its reason; an asset that was known there stays."""
    with database.writing() as connection:
        for file in files:
            where = (
                Location.volume_id == file.root.volume,
                Location.path == relative_path(file.root, file.path),
            )
            values: dict[str, object] = {
                "size": file.size if file.opened else UNREAD,
                "mtime_ns": file.mtime_ns,
                "inode": file.inode,
                "reason": file.reason,
                "missing_since": None,
            }
            if connection.execute(update(Location).where(*where).values(**values)).rowcount == 0:
                volume, path = file.root.volume, relative_path(file.root, file.path)
                connection.execute(
                    insert(Location).values(volume_id=volume, path=path, asset_id=None, **values)
                )
