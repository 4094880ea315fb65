"""Writing down what was read: new, moved, edited, copied and unreadable files, a batch at a time."""

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
from dinodesk.library.store.database import Database, inserted_id, pieces
from dinodesk.library.store.schema import Asset, Content, Location, Vector, Volume
from dinodesk.records import PhotoMetadata

Outcome = Literal["indexed", "moved", "unchanged"]
_VIEW = "model"
_LONG_GONE = 3600.0
"""Seconds a file may have been noted missing and come back edited; later its name is another photo's."""


@dataclass(frozen=True, slots=True)
class ScannedPhoto:
    """One decoded file, ready to be written down.

    Attributes:
        root: the root it was found under.
        path: absolute path.
        size, mtime_ns, inode: of the file when it was read.
        hash, quick: of its bytes, 16 and 8 bytes; `quick` is empty where it is not known.
        width, height, taken: of the photo; zeros where the content is known and was not decoded again.
        vector: float16 bytes of the unit vector, or None where the library has it.
        facts: what its bytes say of it; None where they were not asked.
    """

    root: RootFolder
    path: str
    size: int
    mtime_ns: int
    inode: int
    hash: bytes
    width: int = 0
    height: int = 0
    taken: float | None = None
    vector: bytes | None = None
    quick: bytes = b""
    facts: PhotoMetadata | None = None


@dataclass(frozen=True, slots=True)
class BadFile:
    """One file that can't be read, ready to be written down; `opened` False when not even opened."""

    root: RootFolder
    path: str
    size: int
    mtime_ns: int
    inode: int
    reason: str
    opened: bool


class DepartedLocation:
    """The places that photos moved away from, in one run: each place is looked at once, however many
    copies of its photo there are.

    Attributes:
        made: the assets that this run made, of bytes that nobody knew.
    """

    def __init__(self) -> None:
        self.made: set[int] = set()
        self._unasked: dict[int, list[tuple[int, str, str, str]]] = {}

    def place_of(self, connection: Connection, asset: int) -> int | None:
        """A place of the asset whose file is gone although its volume is here, each only once."""
        if asset not in self._unasked:
            rows = connection.execute(
                select(Location.id, Location.path, Volume.mount, Volume.identity)
                .join(Volume, Volume.id == Location.volume_id)
                .where(Location.asset_id == asset)
                .order_by(Location.id.desc())
            )
            self._unasked[asset] = [(row.id, row.path, row.mount, row.identity) for row in rows]
        unasked = self._unasked[asset]
        while unasked:
            place, path, mount, identity = unasked.pop()
            # what lies on a drive that is away, or below the mount point of another, did not move
            full = volumes.join(mount, path)
            here = volumes.identity_of(mount) == identity
            if here and file_is_gone(full) and not volumes.is_hidden(mount, os.path.dirname(full)):
                return place
        return None


def store_photos(
    database: Database, model: int, photos: Sequence[ScannedPhoto], departed: DepartedLocation | None = None
) -> list[tuple[Outcome, int]]:
    """Write a batch in one transaction; for each photo what it was, and its asset's id.

    The batches of one run share what is known of `departed` places.
    """
    departed = departed or DepartedLocation()
    with database.writing() as connection:
        fresh = _fresh(connection, photos)
        made = _insert_fresh(connection, model, [photos[row] for row in fresh])
        departed.made.update(made)
        done: dict[int, tuple[Outcome, int]] = {
            row: ("indexed", asset) for row, asset in zip(fresh, made, strict=True)
        }
        return [
            done.get(row) or _store(connection, model, photo, departed) for row, photo in enumerate(photos)
        ]


def _fresh(connection: Connection, photos: Sequence[ScannedPhoto]) -> list[int]:
    """Rows of photos of which neither bytes nor place are known: most of them, and quickly stored."""
    hashes, taken = set[bytes](), set[tuple[int, str]]()
    for some in pieces(photos):
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


def _insert_fresh(connection: Connection, model: int, photos: Sequence[ScannedPhoto]) -> list[int]:
    """Insert contents, assets, places and vectors with one statement each; the assets' ids."""
    if not photos:
        return []
    contents = _next_ids(connection, Content, len(photos))
    made = _next_ids(connection, Asset, len(photos))
    pairs = list(zip(contents, made, photos, strict=True))
    connection.execute(insert(Content), [{"id": each, **_content(photo)} for each, _, photo in pairs])
    connection.execute(insert(Asset), [{"id": asset, "content_id": each} for each, asset, _ in pairs])
    places = [
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
    connection.execute(insert(Location), places)
    vectors = [
        {"content_id": each, "model_id": model, "view": _VIEW, "data": photo.vector}
        for each, _, photo in pairs
        if photo.vector is not None
    ]
    if vectors:
        connection.execute(insert(Vector), vectors)
    metadata_store.store(
        connection, [(each, photo.facts) for each, _, photo in pairs if photo.facts is not None]
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
        "taken": photo.taken,
        "quick": photo.quick or None,
    }


def _store(
    connection: Connection, model: int, photo: ScannedPhoto, departed: DepartedLocation
) -> tuple[Outcome, int]:
    content = connection.execute(select(Content.id).where(Content.hash == photo.hash)).scalar_one_or_none()
    relative = relative_path(photo.root, photo.path)
    place = connection.execute(
        select(Location.id, Location.asset_id, Location.missing_since).where(
            Location.volume_id == photo.root.volume, Location.path == relative
        )
    ).one_or_none()
    own = place.asset_id if place is not None else None
    outcome: Outcome
    if content is None:
        content = inserted_id(connection, insert(Content).values(**_content(photo)))
        if place is not None and place.missing_since is not None:
            own = None if time.time() - place.missing_since > _LONG_GONE else own
        asset, outcome = asset_matching.of_new_content(connection, content, own), "indexed"
    else:
        if photo.quick:
            learn = update(Content).where(Content.id == content, Content.quick.is_(None))
            connection.execute(learn.values(quick=photo.quick))
        asset, outcome = asset_matching.of_known_content(connection, content, own)
        if outcome == "unchanged" and photo.vector is not None:
            outcome = "indexed"
    stale = departed.place_of(connection, asset) if outcome == "moved" else None
    _put(connection, photo, asset, place.id if place is not None else None, stale)
    if own is not None and own != asset and place is not None and place.missing_since is None:
        edited = asset in departed.made  # and the edit was saved under a new name too
        if edited:
            copy_annotations(connection, own, asset)
        asset_matching.leave(connection, own, content, edited=edited)
    if photo.vector is not None:
        _store_vector(connection, model, content, photo.vector)
    if photo.facts is not None:
        metadata_store.store(connection, [(content, photo.facts)])
    return outcome, asset


def _put(
    connection: Connection, photo: ScannedPhoto, asset: int, place: int | None, stale: int | None
) -> None:
    """Write down where the asset lies; the `stale` place it came from is none any more."""
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
    if place is not None:
        connection.execute(update(Location).where(Location.id == place).values(**values))
        if stale is not None:  # it has another photo's name now
            connection.execute(delete(Location).where(Location.id == stale))
    elif stale is not None:
        connection.execute(update(Location).where(Location.id == stale).values(**values, **where))
    else:
        connection.execute(insert(Location).values(**values, **where))


def _store_vector(connection: Connection, model: int, content: int, data: bytes) -> None:
    known = connection.execute(
        select(Vector.id).where(Vector.model_id == model, Vector.content_id == content)
    ).first()
    if known is None:
        connection.execute(insert(Vector).values(content_id=content, model_id=model, view=_VIEW, data=data))


def store_bad_files(database: Database, files: Sequence[BadFile]) -> None:
    """Note files that can't be read, each with its reason; what was known of the photo stays."""
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
