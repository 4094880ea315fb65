"""Listing what the library holds: photos at their best locations, folders with counts, paths of assets."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from sqlalchemy import LargeBinary, func, select, type_coerce

from dinodesk.library.files import volumes
from dinodesk.library.files.path_utils import lies_in
from dinodesk.library.folders.root_folders import list_roots
from dinodesk.library.folders.root_paths import RootFolder, away_roots, top_roots
from dinodesk.library.metadata import capture_dates, metadata_store, time_zones
from dinodesk.library.photos.photo_dates import PlacedDates, date_of_claims, place_dates
from dinodesk.library.sidecars import sidecar_reader
from dinodesk.library.store.database import Database, batches
from dinodesk.library.store.schema import Asset, Content, Location, MetadataRow, Volume
from dinodesk.records import DateClaim, Folder, IntArray, Photo, PhotoMetadata, PhotoState

_NOTHING = PhotoMetadata()
_SIZES_AT_ONCE = 5000

READABLE, DRIVE_OFFLINE, FOLDER_MISSING, MISSING_OFFLINE, MISSING = range(5)
"""Ranks of locations, best first: a drive can be plugged in, a folder that is missing may come back."""


def _as_bytes(path: Any) -> Any:
    # PathType converts row by row, which takes as long as the query with 100,000 rows
    return type_coerce(path, LargeBinary)


def list_photos(
    database: Database, assets: Sequence[int] | None = None, *, now: float | None = None
) -> tuple[list[Photo], IntArray]:
    """All photos (or those of the given assets), by asset id, and the content id of each, int64 (N,).

    A zone that has to be inferred for `taken` is inferred from the photos that are listed. `now` is the time
    in seconds since the epoch at which the dates are judged, the computer's by default.
    """
    photos, contents, _ = list_placed_photos(database, assets, now=now)
    return photos, contents


def count_photos(database: Database) -> int:
    """How many photos `list_photos` lists."""
    with database.reading() as connection:
        return int(connection.execute(select(func.count(Location.asset_id.distinct()))).scalar_one())


def list_placed_photos(
    database: Database, assets: Sequence[int] | None = None, *, now: float | None = None
) -> tuple[list[Photo], IntArray, PlacedDates]:
    """What `list_photos` lists, and how the dates of these photos are placed beside each other."""
    query = (
        select(
            Asset.id, Asset.content_id, _as_bytes(Location.path), Location.mtime_ns, Location.missing_since,
            Volume.id,
            Content.hash, Content.width, Content.height, Asset.rating, MetadataRow.rating, MetadataRow.taken,
            MetadataRow.utc_offset, MetadataRow.zone_from, MetadataRow.latest, MetadataRow.latitude,
            MetadataRow.longitude, MetadataRow.dates,
        )
        .join(Location, Location.asset_id == Asset.id)
        .join(Volume, Volume.id == Location.volume_id)
        .join(Content, Content.id == Asset.content_id)
        .outerjoin(MetadataRow, MetadataRow.content_id == Content.id)
        .order_by(Asset.id, Location.missing_since.is_not(None), Location.id)
    )  # fmt: skip
    roots = list_roots(database)
    rows: list[Any] = []
    with database.reading() as connection:
        if assets is None:
            rows = list(connection.execute(query).all())
        else:
            for some in batches(assets):
                rows += connection.execute(query.where(Asset.id.in_(some))).all()
        sidecars = sidecar_reader.sidecar_metadata(connection, assets)
        mounts = connection.execute(select(Volume.id, Volume.mount)).all()
    starts = {row.id: os.path.join(row.mount, "") for row in mounts}
    reader = _PhotoBuilder(starts, roots, sidecars, time.time() if now is None else now)
    photos: list[Photo] = []
    contents: list[int] = []
    copies: dict[int, list[Any]] = {}  # rows of photos with several locations, by index in `photos`
    previous: Any = None
    for row in rows:
        if photos and photos[-1].asset == row[0]:
            copies.setdefault(len(photos) - 1, [previous]).append(row)
        else:
            photos.append(reader.photo(row))
            contents.append(row[1])
        previous = row
    for position, several in copies.items():
        photos[position] = reader.photo_of_copies(several)
    placed = place_dates(photos)
    for row in np.flatnonzero(placed.basis).tolist():
        photos[row] = replace(photos[row], taken=float(placed.instants[row]))
    return photos, np.asarray(contents, np.int64), placed


class _PhotoBuilder:
    """Makes `Photo` records of the rows that `list_photos` reads, of which each is one location."""

    def __init__(
        self,
        starts: dict[int, str],
        roots: Sequence[RootFolder],
        sidecars: dict[int, PhotoMetadata],
        now: float,
    ) -> None:
        """`starts`: mount points with a separator at the end, by volume; `sidecars`: metadata by asset."""
        self._starts, self._sidecars, self._now = starts, sidecars, now
        self._away = offline_prefixes(roots)
        self._unplugged = {root.volume for root in roots if not root.here}

    def photo(self, row: Any) -> Photo:
        """The photo at one of its locations."""
        asset, _, path, mtime, missing, volume, digest, width, height, rated, own, *dated = row
        full = self._starts[volume] + os.fsdecode(path)
        state = photo_state(full, missing is not None, self._away.get(volume, ()))
        sidecar = self._sidecars.get(asset, _NOTHING)
        instant, clock, offset = self._date(sidecar, *dated)
        taken = mtime / 1e9 if instant is None else instant
        own = own if sidecar.rating is None else sidecar.rating
        stars = (own or 0) if rated is None else rated
        return Photo(
            asset=asset,
            path=full,
            content=digest.hex(),
            state=state,
            taken=float(taken),
            clock=clock,
            utc_offset=offset,
            width=width,
            height=height,
            rating=stars,
        )

    def _date(
        self,
        sidecar: PhotoMetadata,
        taken: float | None,
        offset: int | None,
        zone_from: str | None,
        latest: float | None,
        latitude: float | None,
        longitude: float | None,
        dates: str | None,
    ) -> tuple[float | None, float | None, int | None]:
        """Instant, and clock and offset where a clock of the place is known; by what is stored of the date as
        long as that is beyond doubt."""
        sure = latest is None or latest <= self._now + capture_dates.DAY
        clock = None if taken is None else taken + 60 * (offset or 0)
        # the shapes of nearly all photos, without reading their claims (tests compare with `date_of_claims`)
        told = sidecar.latitude is not None or (
            sidecar.dates and not _say_the_same(sidecar.dates, clock, dates)
        )
        if sure and not told and not (sidecar.dates and zone_from == "utc"):
            if taken is None or clock is None:
                return None, None, None
            if zone_from == "stated":
                return taken, clock, offset
            if latitude is None or longitude is None:
                return (taken, None, None) if zone_from == "utc" else (taken, clock, offset)
            if zone_from in ("", "photo"):
                offset = time_zones.offset_at_place(latitude, longitude, clock)
                return clock - 60 * offset, clock, offset
        claims = (*sidecar.dates, *metadata_store.claims_from_json(dates or "[]"))
        if sidecar.latitude is not None:
            latitude, longitude = sidecar.latitude, sidecar.longitude
        date = date_of_claims(claims, latitude, longitude, self._now)
        if date is None:
            return None, None, None
        if date.zone_from == "utc":
            return date.instant, None, None
        return date.instant, date.clock, date.utc_offset

    def photo_of_copies(self, rows: Sequence[Any]) -> Photo:
        """The photo at its best location, with its other locations where the file is or may be."""
        found = []
        for row in rows:
            photo = self.photo(row)
            found.append((location_rank(photo.state, row[4] is not None, row[5] in self._unplugged), photo))
        found.sort(key=lambda each: each[0])  # stable: the oldest of equal rank comes first
        best, photo = found[0]
        # a location in a missing folder counts only where no other one is readable
        last = DRIVE_OFFLINE if best == READABLE else FOLDER_MISSING
        also = dict.fromkeys(other.path for rank, other in found[1:] if rank <= last)
        also.pop(photo.path, None)  # two drives may have been mounted at one point
        return replace(photo, also=tuple(also))


def _say_the_same(claims: Sequence[DateClaim], clock: float | None, own: str | None) -> bool:
    """Whether a sidecar's claims are the photo's own clock again, which its own claims (JSON) know to the
    second: that is what most programs write."""
    if clock is None or own is None or any(f'"{unit}"' in own for unit in ("year", "month", "day", "minute")):
        return False
    return all(
        claim.clock == clock // 1 and claim.utc_offset is None and claim.precision == "second"
        for claim in claims
    )


def paths_by_asset(database: Database, assets: Iterable[int]) -> dict[int, list[str]]:
    """All absolute paths of each of the given assets."""
    wanted = list(assets)
    found: dict[int, list[str]] = {asset: [] for asset in wanted}
    for asset, path, _ in list_files(database, wanted):
        found[asset].append(path)
    return found


def contents_of(database: Database, assets: Sequence[int]) -> dict[int, tuple[bytes, int]]:
    """The full hash and the size in bytes of what each of the assets is."""
    query = select(Asset.id, Content.hash, Content.size).join(Content, Content.id == Asset.content_id)
    with database.reading() as connection:
        rows = [
            row for some in batches(assets) for row in connection.execute(query.where(Asset.id.in_(some)))
        ]
    return {row.id: (row.hash, row.size) for row in rows}


def file_sizes(database: Database) -> Iterator[dict[int, int]]:
    """The size in bytes of what each asset is, some thousands of assets at a time."""
    query = select(Asset.id, Content.size).join(Content, Content.id == Asset.content_id)
    last = 0
    while True:
        with database.reading() as connection:
            after = query.where(Asset.id > last).order_by(Asset.id).limit(_SIZES_AT_ONCE)
            some = {row.id: row.size for row in connection.execute(after)}
        if not some:
            return
        yield some
        last = max(some)


def list_files(database: Database, assets: Sequence[int]) -> Iterator[tuple[int, str, int]]:
    """Asset, absolute path and volume of each location of the assets; those that are not missing first."""
    with database.reading() as connection:
        for some in batches(assets):
            rows = connection.execute(
                select(Location.asset_id, Location.path, Location.volume_id, Volume.mount)
                .join(Volume, Volume.id == Location.volume_id)
                .where(Location.asset_id.in_(some))
                .order_by(Location.missing_since.is_not(None), Location.id)
            ).all()
            for asset, path, volume, mount in rows:
                if asset is not None:
                    yield asset, volumes.join(mount, path), volume


def folder_tree(photos: Sequence[Photo], roots: Sequence[RootFolder]) -> list[Folder]:
    """The tree to show: each root and the folders below it that hold photos, with counts.

    A photo counts once in the folder of each of its locations and in each folder above them.
    """
    direct: dict[str, int] = {}
    copied: dict[tuple[str, ...], int] = {}
    for photo in photos:
        folder = os.path.dirname(photo.path)
        if photo.also:
            several = (folder, *map(os.path.dirname, photo.also))
            copied[several] = copied.get(several, 0) + 1
        else:
            direct[folder] = direct.get(folder, 0) + 1
    tops = top_roots(roots)
    counts: dict[str, int] = {root.path: 0 for root in tops}
    owner: dict[str, RootFolder] = {root.path: root for root in tops}
    for folder, count in direct.items():
        for each in _up_to_root(folder, tops, owner):
            counts[each] = counts.get(each, 0) + count
    for several, count in copied.items():
        above = {each for folder in set(several) for each in _up_to_root(folder, tops, owner)}
        for each in above:
            counts[each] = counts.get(each, 0) + count
    nodes = []
    for path in sorted(counts, key=os.fsencode):
        root = owner[path]
        if not counts[path] and not root.online and root.here:
            continue  # its photos are elsewhere now; an offline drive is waited for
        top = path == root.path
        nodes.append(
            Folder(
                path=path,
                name=os.path.basename(path) or path,
                parent="" if top else os.path.dirname(path),
                count=counts[path],
                root=root.id if top else 0,
                state="online" if root.online else "missing" if root.here else "offline",
                drive=root.drive,
                known=root.known,
            )
        )
    return nodes


def _up_to_root(folder: str, tops: Sequence[RootFolder], owner: dict[str, RootFolder]) -> list[str]:
    """A folder and those above it up to the root that holds it, which becomes the `owner` of each."""
    holding = [each for each in tops if _inside(folder, each)]
    if not holding:
        return []
    root = max(holding, key=lambda each: len(each.path))  # a drive mounted inside another root
    found = [folder]
    while found[-1] != root.path:
        found.append(os.path.dirname(found[-1]))
    owner.update(dict.fromkeys(found, root))
    return found


def location_rank(state: PhotoState, missing: bool, unplugged: bool) -> int:
    """The rank of a location; `missing`: gone at the last scan, `unplugged`: its drive is offline."""
    if state == "online":
        return READABLE
    if missing:
        return MISSING if state == "missing" else MISSING_OFFLINE
    return DRIVE_OFFLINE if unplugged else FOLDER_MISSING


def offline_prefixes(roots: Sequence[RootFolder]) -> dict[int, tuple[str, ...]]:
    """Folders (with a separator at the end) in which photos are offline, by volume.

    By volume, since two drives may share a mount point.
    """
    found: dict[int, tuple[str, ...]] = {}
    for root in away_roots(roots):
        found[root.volume] = (*found.get(root.volume, ()), root.path.rstrip(os.sep) + os.sep)
    return found


def photo_state(path: str, missing: bool, away: tuple[str, ...]) -> PhotoState:
    """The state of one location; offline goes before missing, since an offline file can't be looked for."""
    if away and path.startswith(away):
        return "offline"
    return "missing" if missing else "online"


def _inside(folder: str, root: RootFolder) -> bool:
    return lies_in(folder, root.path) if root.recursive else folder == root.path
