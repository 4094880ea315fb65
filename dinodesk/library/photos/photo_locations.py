"""The locations of the library: what is stored of each file, which are missing, which can't be read."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Generator, Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    LargeBinary,
    and_,
    case,
    delete,
    func,
    or_,
    select,
    type_coerce,
    update,
)  # fmt: skip
from sqlalchemy.types import NullType

from dinodesk.library.files import volumes
from dinodesk.library.files.scanner import FoundFile, file_is_gone
from dinodesk.library.folders.root_folders import drop_locations
from dinodesk.library.folders.root_paths import (
    RootFolder,
    absolute_path,
    contains_location,
    locations_below,
    mount_of,
)
from dinodesk.library.store import key_values
from dinodesk.library.store.database import Database, batches, plain_errors
from dinodesk.library.store.dialect import read_only_connection, update_if_free
from dinodesk.library.store.schema import REMOVED, Asset, Content, Location, Vector, Volume
from dinodesk.records import Skipped

UNREAD = -1
"""Size stored for a file that could not be opened: it is tried again at every scan."""

_DECODER = "decoder"
"""Key of the version of the decoder that the files of this library were last looked at with."""
_AT_ONCE = 4000
"""Rows read in one step: some 20 ms."""
_ASK_AT_ONCE = 2000
"""Files looked for on disk in one step."""


class KnownLocation(NamedTuple):
    """What the library stores of a file from earlier scans; a plain tuple, since there are many of them.

    Attributes:
        size, mtime_ns, inode: of the file when it was last read.
        reason: why it can't be read, None for a photo; REMOVED for one that was taken out.
        missing_since: seconds since the epoch, None while the file is there.
        vector: id of the vector that the model of the query has of it, if any.
    """

    id: int
    size: int
    mtime_ns: int
    inode: int
    reason: str | None
    missing_since: float | None
    vector: int | None

    @property
    def embedded(self) -> bool:
        """Whether the model in question has a vector of it."""
        return self.vector is not None

    @property
    def missing(self) -> bool:
        """Whether the file was gone when it was last looked for."""
        return self.missing_since is not None

    @property
    def removed(self) -> bool:
        """Whether a person took it out of the library."""
        return self.reason == REMOVED

    @property
    def is_present_photo(self) -> bool:
        """Whether it was a readable photo and not missing at the last scan."""
        return self.reason is None and not self.missing

    def looks_like(self, found: FoundFile) -> bool:
        """Whether the file system describes the file as it did before: its bytes are not read again."""
        return self.size == found.size and self.mtime_ns == found.mtime_ns and self.inode == found.inode


def known_locations(
    database: Database, root: RootFolder, model: int
) -> Generator[None, None, dict[str, KnownLocation]]:
    """Locations below a root by absolute path, with the vectors of `model`; yields after every 4,000 rows."""
    # bytes as SQLite gives them, decoded below in one step: a scan reads a million of them
    path = type_coerce(Location.path, NullType())
    query = (
        select(
            path,
            Location.id,
            Location.size,
            Location.mtime_ns,
            Location.inode,
            Location.reason,
            Location.missing_since,
            Vector.id,
        )
        .select_from(Location)
        .outerjoin(Asset, Asset.id == Location.asset_id)
        .outerjoin(Vector, (Vector.content_id == Asset.content_id) & (Vector.model_id == model))
        .where(Location.volume_id == root.volume, *locations_below(root.relative))
        .order_by(path)
        .limit(_AT_ONCE)
    )
    start = os.fsencode(os.path.join(mount_of(root), ""))  # a root may be the mount point itself
    names, odd = sys.getfilesystemencoding(), sys.getfilesystemencodeerrors()
    found: dict[str, KnownLocation] = {}
    last: bytes | None = None
    while True:
        with database.reading() as connection:
            rows: Sequence[Any] = connection.execute(
                query if last is None else query.where(path > last)
            ).all()
        for row in rows:
            if root.recursive or contains_location(root, os.fsdecode(row[0])):
                found[(start + row[0]).decode(names, odd)] = KnownLocation._make(row[1:])
        if len(rows) < _AT_ONCE:
            return found
        last = rows[-1][0]
        yield


def quick_hashes(database: Database, locations: Sequence[int]) -> dict[int, tuple[bytes, bytes]]:
    """Quick hash (8 bytes) and full hash (16) of the contents at these locations, where both are known."""
    found: dict[int, tuple[bytes, bytes]] = {}
    query = (
        select(Location.id, Content.quick, Content.hash)
        .join(Asset, Asset.id == Location.asset_id)
        .join(Content, Content.id == Asset.content_id)
        .where(Content.quick.is_not(None))
    )
    with database.reading() as connection:
        for some in batches(locations):
            rows = connection.execute(query.where(Location.id.in_(some)))
            found |= {row.id: (row.quick, row.hash) for row in rows}
    return found


def embedded_hashes(database: Database, model: int) -> set[bytes]:
    """Full hashes of all contents that have a vector of `model`."""
    query = select(Content.hash).join(Vector, Vector.content_id == Content.id).where(Vector.model_id == model)
    with database.reading() as connection:
        return set(connection.execute(query).scalars())


def mark_seen(database: Database, locations: Sequence[int]) -> None:
    """Clear the missing mark of locations whose files are there again."""
    with database.writing() as connection:
        for some in batches(locations):
            connection.execute(update(Location).where(Location.id.in_(some)).values(missing_since=None))


def mark_missing(database: Database, locations: Sequence[int]) -> tuple[int, int]:
    """Mark locations as missing; those of unreadable files without an asset are deleted.

    Returns how many are missing, and how many of these newly. Nothing that belongs to an asset is deleted,
    nor the marks of files that were taken out: they stay out when they are back.
    """
    with database.writing() as connection:
        marked = newly = 0
        for some in batches(locations):
            these = Location.id.in_(some)
            unread = Location.asset_id.is_(None), Location.reason != REMOVED
            connection.execute(delete(Location).where(these, *unread))
            newly += connection.execute(
                update(Location)
                .where(these, Location.asset_id.is_not(None), Location.missing_since.is_(None))
                .values(missing_since=time.time())
            ).rowcount
            marked += connection.execute(
                select(func.count()).select_from(Location).where(these, Location.asset_id.is_not(None))
            ).scalar_one()
    return marked, newly


def count_photos_missing(database: Database, locations: Sequence[int]) -> int:
    """How many photos these locations belong to that have no file any more; one with a copy elsewhere has."""
    with database.reading() as connection:
        photos: set[int | None] = set()
        for some in batches(locations):
            of = select(Location.asset_id).where(Location.id.in_(some), Location.asset_id.is_not(None))
            photos.update(connection.execute(of).scalars())
        for part in batches(list(photos)):
            there = select(Location.asset_id).where(
                Location.asset_id.in_(part), Location.missing_since.is_(None)
            )
            photos.difference_update(connection.execute(there).scalars())
    return len(photos)


def rename_locations(database: Database, moved: Sequence[tuple[int, str]]) -> None:
    """Set the paths of locations on their volumes; a path that another location has is left out."""
    with database.writing() as connection:
        for location, path in moved:
            statement = update_if_free(Location).where(Location.id == location)
            connection.execute(statement.values(path=path))


def find_gone(
    database: Database, locations: Iterable[int], root: RootFolder
) -> Generator[None, None, list[int]]:
    """Those of the locations that are still stored below `root` (others moved) and whose file is gone.

    Yields after every 2,000 files: a drive may be slow.
    """
    candidates = set(locations)
    with database.reading() as connection:
        rows = connection.execute(
            select(Location.id, Location.path).where(
                Location.volume_id == root.volume, *locations_below(root.relative)
            )
        ).all()
    left = [row for row in rows if row.id in candidates]
    gone: list[int] = []
    for start in range(0, len(left), _ASK_AT_ONCE):
        some = left[start : start + _ASK_AT_ONCE]
        gone += [row.id for row in some if file_is_gone(absolute_path(root, row.path))]
        yield
    return gone


def count_present(database: Database, root: RootFolder) -> int:
    """How many locations of a root hold a readable photo and are not missing."""
    query = (
        select(func.count())
        .select_from(Location)
        .where(
            Location.volume_id == root.volume,
            Location.asset_id.is_not(None),
            Location.reason.is_(None),
            Location.missing_since.is_(None),
            *locations_below(root.relative),
        )
    )
    with database.reading() as connection:
        return int(connection.execute(query).scalar_one())


def forget_locations(database: Database, locations: Sequence[int]) -> None:
    """Delete locations that the exclude rules now leave out; contents, vectors and annotations stay."""
    with database.writing() as connection:
        drop_locations(connection, locations)


def offline_photos(
    database: Database, away: Sequence[RootFolder], within: RootFolder | None = None
) -> set[int]:
    """Assets without a readable location that have one in the offline roots `away` (in `within` of them)."""
    if not away:
        return set()
    out_of_reach = or_(*(_in_root(root) for root in away))
    lying = out_of_reach if within is None else _in_root(within)
    some = select(Location.asset_id).where(Location.asset_id.is_not(None), lying).correlate(None)
    here = case((~out_of_reach & Location.missing_since.is_(None), 1), else_=0)
    query = select(Location.asset_id).where(Location.asset_id.in_(some)).group_by(Location.asset_id)
    with database.reading() as connection:
        return {int(asset or 0) for asset in connection.execute(query.having(func.sum(here) == 0)).scalars()}


def _in_root(root: RootFolder) -> ColumnElement[bool]:
    """The SQL condition for what `root_paths.contains_location` says of a location."""
    inside = and_(Location.volume_id == root.volume, *locations_below(root.relative))
    if root.recursive:
        return inside
    start = len(os.fsencode(root.relative)) + 2 if root.relative else 1  # SQL counts from 1
    return inside & (func.instr(func.substr(type_coerce(Location.path, LargeBinary), start), b"/") == 0)


def is_skipped() -> ColumnElement[bool]:
    """The SQL condition for files that can't be read."""
    return Location.reason.is_not(None) & (Location.reason != REMOVED)


def list_skipped(database: Database) -> list[Skipped]:
    """All skipped files with their reasons, by path."""
    query = (
        select(Location.path, Location.reason, Volume.mount)
        .join(Volume, Volume.id == Location.volume_id)
        .where(is_skipped())
        .order_by(Location.path)
    )
    with database.reading() as connection:
        rows = connection.execute(query).all()
    return [Skipped(volumes.join(row.mount, row.path), row.reason) for row in rows]


def count_skipped(database: Database) -> int:
    """How many files are skipped."""
    with database.reading() as connection:
        query = select(func.count()).select_from(Location).where(is_skipped())
        return int(connection.execute(query).scalar_one())


def drop_unreadable(database: Database, root: RootFolder) -> None:
    """Delete the locations below a root that belong to no asset: files that could not be read."""
    with database.writing() as connection:
        unread = Location.asset_id.is_(None), Location.reason != REMOVED
        connection.execute(delete(Location).where(_in_root(root), *unread))


def retry_skipped_once(database: Database, decoder: int) -> None:
    """Have the next scan try bad files again where an older version of the decoder refused them."""
    if key_values.read(database, _DECODER, 1) < decoder:
        retry_skipped(database)
        key_values.write(database, _DECODER, decoder)


def retry_skipped(database: Database) -> None:
    """Make every skipped file look unread, so that the next scan tries it again."""
    with database.writing() as connection:
        connection.execute(update(Location).where(is_skipped()).values(size=UNREAD))


def assets_by_path(database: Database) -> dict[str, int]:
    """The asset at every stored path, missing files and offline drives included."""
    query = select(Location.path, Volume.mount, Location.asset_id).join(
        Volume, Volume.id == Location.volume_id
    )
    with database.reading() as connection:
        rows = connection.execute(query.where(Location.asset_id.is_not(None)).join(Asset)).all()
    return {volumes.join(row.mount, row.path): int(row.asset_id or 0) for row in rows}


def assets_at_paths(database: Database, paths: Sequence[str]) -> tuple[list[int], list[str]]:
    """The assets at and below the absolute `paths`, and those of the paths where there is none."""
    found: list[int] = []
    unknown: list[str] = []
    known = assets_by_path(database)
    for path in paths:
        prefix = path.rstrip(os.sep) + os.sep
        here = [asset for file, asset in known.items() if file == path or file.startswith(prefix)]
        found += here
        if not here:
            unknown.append(path)
    return list(dict.fromkeys(found)), unknown


def assets_in_root(database: Database, root: RootFolder) -> tuple[set[int], int]:
    """The assets that have a location in a root, and how many files of the root are skipped."""
    query = select(Location.path, Location.asset_id, Location.reason).where(
        Location.volume_id == root.volume, *locations_below(root.relative)
    )
    with database.reading() as connection:
        rows = [row for row in connection.execute(query) if contains_location(root, row.path)]
    assets = {row.asset_id for row in rows if row.asset_id is not None}
    return assets, sum(row.reason not in (None, REMOVED) for row in rows)


def is_known_file(library: Path, path: str) -> bool:
    """Whether the library in the folder `library`, which is only read, has a location for the file `path`.

    Raises LibraryError when its database can't be read.
    """
    database = Path(os.path.abspath(library)) / "library.db"
    if not database.is_file():
        return False
    # WAL's side files can't be made in a folder that must not be written to
    read_only_folder = not os.access(database.parent, os.W_OK)
    query = (
        "SELECT 1 FROM places JOIN volumes ON volumes.id = volume_id"
        " WHERE identity = ? AND places.path = ? LIMIT 1"
    )
    with (
        plain_errors(database),
        read_only_connection(database, immutable=read_only_folder) as connection,
    ):
        for name in (os.path.abspath(path), os.path.realpath(path)):
            where = volumes.locate(name)
            if connection.execute(query, (where.identity, os.fsencode(where.relative))).fetchone():
                return True
    return False
