"""What the scan found, written down: new, moved, edited, copied, unreadable and missing files."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, delete, func, insert, select, update

from dinodesk.library import facts, volumes
from dinodesk.library.database import Database
from dinodesk.library.roots import RootFolder, below, holds, relative_path
from dinodesk.library.scan import Found, is_gone
from dinodesk.library.schema import Asset, Content, Place, Vector, Volume
from dinodesk.library.user_data import copy_user_data
from dinodesk.records import PhotoFacts, Skipped

Outcome = Literal["indexed", "moved", "unchanged"]
UNREAD = -1
"""Size noted for a file that could not be opened: it is tried again at every scan."""


@dataclass(frozen=True, slots=True)
class KnownPlace:
    """What the library knows of a file from earlier scans."""

    id: int
    size: int
    mtime_ns: int
    inode: int
    reason: str | None
    embedded: bool
    missing: bool

    @property
    def is_present_photo(self) -> bool:
        """Whether it was a readable photo and not missing when last looked at."""
        return self.reason is None and not self.missing

    def looks_like(self, found: Found) -> bool:
        """Whether the file system describes the file as it did before: its bytes are not read again."""
        return (self.size, self.mtime_ns, self.inode) == (found.size, found.mtime_ns, found.inode)


@dataclass(frozen=True, slots=True)
class ScannedPhoto:
    """One decoded file, ready to be written down.

    Attributes:
        root: the root it was found under.
        path: absolute path.
        size, mtime_ns, inode: of the file when it was read.
        hash: of its bytes, 16 bytes.
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
    facts: PhotoFacts | None = None


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


def known_places(database: Database, root: RootFolder, model: int) -> dict[str, KnownPlace]:
    """Places below a root by absolute path, each with whether `model` has embedded it."""
    condition = below(root.relative)
    query = (
        select(
            Place.id,
            Place.path,
            Place.size,
            Place.mtime_ns,
            Place.inode,
            Place.reason,
            Place.missing_since,
            Vector.id,
        )
        .select_from(Place)
        .outerjoin(Asset, Asset.id == Place.asset_id)
        .outerjoin(Vector, (Vector.content_id == Asset.content_id) & (Vector.model_id == model))
        .where(Place.volume_id == root.volume, *condition)
    )
    mount = root.path[: len(root.path) - len(root.relative)] if root.relative else root.path
    with database.reading() as connection:
        rows = connection.execute(query).all()
    found: dict[str, KnownPlace] = {}
    for place, path, size, mtime, inode, reason, missing, vector in rows:
        if not holds(root, path):
            continue
        known = KnownPlace(place, size, mtime, inode, reason, vector is not None, missing is not None)
        found[volumes.join(mount, path)] = known
    return found


def embedded_hashes(database: Database, model: int) -> set[bytes]:
    """Hashes of all contents that `model` has embedded."""
    query = select(Content.hash).join(Vector, Vector.content_id == Content.id).where(Vector.model_id == model)
    with database.reading() as connection:
        return set(connection.execute(query).scalars())


def store_photos(database: Database, model: int, photos: Sequence[ScannedPhoto]) -> list[tuple[Outcome, int]]:
    """Write a batch in one transaction; for each photo what it was, and its asset's id."""
    with database.writing() as connection:
        return [_store(connection, model, photo) for photo in photos]


def _store(connection: Connection, model: int, photo: ScannedPhoto) -> tuple[Outcome, int]:
    content = connection.execute(select(Content.id).where(Content.hash == photo.hash)).scalar_one_or_none()
    relative = relative_path(photo.root, photo.path)
    place = connection.execute(
        select(Place.id, Place.asset_id).where(Place.volume_id == photo.root.volume, Place.path == relative)
    ).one_or_none()
    outcome: Outcome
    if content is None:
        content = _insert(
            connection,
            insert(Content).values(
                hash=photo.hash, size=photo.size, width=photo.width, height=photo.height, taken=photo.taken
            ),
        )
        asset = _asset_for_new_content(connection, content, place.asset_id if place else None)
        outcome = "indexed"
    else:
        asset, outcome = _asset_of_known_content(connection, content, place.asset_id if place else None)
        if outcome == "unchanged" and photo.vector is not None:
            outcome = "indexed"
    values: dict[str, object] = {
        "asset_id": asset,
        "size": photo.size,
        "mtime_ns": photo.mtime_ns,
        "inode": photo.inode,
        "reason": None,
        "missing_since": None,
    }
    if place is not None:
        connection.execute(update(Place).where(Place.id == place.id).values(**values))
    else:
        stale = _vanished_place(connection, asset) if outcome == "moved" else None
        if stale is not None:
            values |= {"volume_id": photo.root.volume, "path": relative}
            connection.execute(update(Place).where(Place.id == stale).values(**values))
        else:
            connection.execute(insert(Place).values(volume_id=photo.root.volume, path=relative, **values))
    if photo.vector is not None:
        _store_vector(connection, model, content, photo.vector)
    if photo.facts is not None:
        facts.store(connection, content, photo.facts)
    return outcome, asset


def _asset_for_new_content(connection: Connection, content: int, asset: int | None) -> int:
    """The asset of new bytes: the place's own when it was edited there alone, else a new one."""
    if asset is not None:
        places = connection.execute(
            select(func.count()).select_from(Place).where(Place.asset_id == asset)
        ).scalar_one()
        if places == 1:
            connection.execute(update(Asset).where(Asset.id == asset).values(content_id=content))
            return asset
    fresh = _insert(connection, insert(Asset).values(content_id=content))
    if asset is not None:  # one of two copies was edited: it is a photo of its own, with all that was said
        copy_user_data(connection, asset, fresh)
    return fresh


def _asset_of_known_content(connection: Connection, content: int, own: int | None) -> tuple[int, Outcome]:
    """The asset of bytes known before, for a file whose place had the asset `own`."""
    assets = list(
        connection.execute(select(Asset.id).where(Asset.content_id == content).order_by(Asset.id)).scalars()
    )
    if own is not None and own in assets:
        return own, "unchanged"  # only touched
    if assets:
        return assets[0], "moved"
    if own is not None:  # an edit was undone: the asset goes back to its earlier content
        return _asset_for_new_content(connection, content, own), "unchanged"
    return _insert(connection, insert(Asset).values(content_id=content)), "moved"


def _vanished_place(connection: Connection, asset: int) -> int | None:
    """A place of the asset whose file is gone although its volume is here: the photo moved from there."""
    rows = connection.execute(
        select(Place.id, Place.path, Volume.mount, Volume.identity)
        .join(Volume, Volume.id == Place.volume_id)
        .where(Place.asset_id == asset)
    ).all()
    for row in rows:
        if volumes.identity_of(row.mount) != row.identity:
            continue  # the drive is away; what lies on it is offline, not moved
        if is_gone(volumes.join(row.mount, row.path)):
            return int(row.id)
    return None


def _store_vector(connection: Connection, model: int, content: int, data: bytes) -> None:
    known = connection.execute(
        select(Vector.id).where(Vector.model_id == model, Vector.content_id == content)
    ).first()
    if known is None:
        connection.execute(insert(Vector).values(content_id=content, model_id=model, view="model", data=data))


def store_bad_files(database: Database, files: Sequence[BadFile]) -> None:
    """Note files that can't be read, each with its reason; what was known of the photo stays."""
    with database.writing() as connection:
        for file in files:
            where = (Place.volume_id == file.root.volume, Place.path == relative_path(file.root, file.path))
            values: dict[str, object] = {
                "size": file.size if file.opened else UNREAD,
                "mtime_ns": file.mtime_ns,
                "inode": file.inode,
                "reason": file.reason,
                "missing_since": None,
            }
            if connection.execute(update(Place).where(*where).values(**values)).rowcount == 0:
                volume, path = file.root.volume, relative_path(file.root, file.path)
                connection.execute(insert(Place).values(volume_id=volume, path=path, asset_id=None, **values))


def mark_seen(database: Database, places: Iterable[int]) -> None:
    """Places that had been missing are there again."""
    with database.writing() as connection:
        for place in places:
            connection.execute(update(Place).where(Place.id == place).values(missing_since=None))


def mark_missing(database: Database, places: Sequence[int]) -> int:
    """Note that these files are gone; rows of unreadable files without a photo are dropped.

    Returns how many photos are newly or still missing. Nothing known of a photo is deleted.
    """
    with database.writing() as connection:
        marked = 0
        for start in range(0, len(places), 500):
            some = list(places[start : start + 500])
            connection.execute(delete(Place).where(Place.id.in_(some), Place.asset_id.is_(None)))
            connection.execute(
                update(Place)
                .where(Place.id.in_(some), Place.missing_since.is_(None))
                .values(missing_since=time.time())
            )
            marked += connection.execute(
                select(func.count()).select_from(Place).where(Place.id.in_(some))
            ).scalar_one()
    return marked


def still_at(database: Database, places: Iterable[int], root: RootFolder) -> list[int]:
    """Those of the places that are still noted below `root` (others moved) and whose file is gone."""
    wanted = set(places)
    with database.reading() as connection:
        rows = connection.execute(
            select(Place.id, Place.path).where(Place.volume_id == root.volume, *below(root.relative))
        ).all()
    mount = root.path[: len(root.path) - len(root.relative)] if root.relative else root.path
    return [row.id for row in rows if row.id in wanted and is_gone(volumes.join(mount, row.path))]


def photos_in(database: Database, roots: Iterable[RootFolder]) -> set[int]:
    """Ids of the places of readable photos that lie in any of the roots, each once."""
    found: set[int] = set()
    with database.reading() as connection:
        for root in roots:
            rows = connection.execute(
                select(Place.id, Place.path).where(
                    Place.volume_id == root.volume, Place.asset_id.is_not(None), *below(root.relative)
                )
            )
            found.update(row.id for row in rows if holds(root, row.path))
    return found


def list_skipped(database: Database) -> list[Skipped]:
    """All files that can't be read, by path, with their reasons."""
    query = (
        select(Place.path, Place.reason, Volume.mount)
        .join(Volume, Volume.id == Place.volume_id)
        .where(Place.reason.is_not(None))
        .order_by(Place.path)
    )
    with database.reading() as connection:
        rows = connection.execute(query).all()
    return [Skipped(volumes.join(row.mount, row.path), row.reason) for row in rows]


def count_skipped(database: Database) -> int:
    """How many files can't be read."""
    with database.reading() as connection:
        query = select(func.count()).select_from(Place).where(Place.reason.is_not(None))
        return int(connection.execute(query).scalar_one())


def forget_reasons(database: Database) -> None:
    """Make every skipped file look unread, so that the next scan tries it again."""
    with database.writing() as connection:
        connection.execute(update(Place).where(Place.reason.is_not(None)).values(size=UNREAD))


def _insert(connection: Connection, statement: object) -> int:
    key = connection.execute(statement).inserted_primary_key  # type: ignore[call-overload]
    return int(key[0])
