"""Listing what the library holds: photos, folders with counts, the places of photos."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from sqlalchemy import LargeBinary, func, select, type_coerce

from dinodesk.library import sidecars, volumes
from dinodesk.library.database import Database, pieces
from dinodesk.library.roots import RootFolder, lies_in, list_roots, top_roots
from dinodesk.library.schema import Asset, Content, Facts, Place, Volume
from dinodesk.records import Folder, IntArray, Photo, PhotoFacts, PhotoState

_NOTHING = PhotoFacts()
_BEST: tuple[PhotoState, ...] = ("online", "offline", "missing")
"""The state of a photo is that of its best place."""


def _bytes(path: Any) -> Any:
    # with 100,000 of them the type's own conversion, row by row, takes as long as the query
    return type_coerce(path, LargeBinary)


def list_photos(database: Database, assets: Sequence[int] | None = None) -> tuple[list[Photo], IntArray]:
    """All photos (or those of the given assets), by asset id, and the content id of each, int64 (N,)."""
    query = (
        select(
            Asset.id, Asset.content_id, _bytes(Place.path), Place.mtime_ns, Place.missing_since, Volume.id,
            Content.hash, func.coalesce(Facts.taken, Content.taken), Content.width, Content.height,
            Asset.rating, Facts.rating,
        )
        .join(Place, Place.asset_id == Asset.id)
        .join(Volume, Volume.id == Place.volume_id)
        .join(Content, Content.id == Asset.content_id)
        .outerjoin(Facts, Facts.content_id == Content.id)
        .order_by(Asset.id, Place.missing_since.is_not(None), Place.id)
    )  # fmt: skip
    roots = list_roots(database)
    rows: list[Any] = []
    with database.reading() as connection:
        if assets is None:
            rows = list(connection.execute(query).all())
        else:
            for some in pieces(assets):
                rows += connection.execute(query.where(Asset.id.in_(some))).all()
        beside = sidecars.of_assets(connection, assets)
        mounts = connection.execute(select(Volume.id, Volume.mount)).all()
    starts = {row.id: os.path.join(row.mount, "") for row in mounts}
    photos: list[Photo] = []
    contents: list[int] = []
    away = offline_prefixes(roots)
    for asset, content, path, mtime, missing, volume, digest, taken, width, height, rated, own in rows:
        again = bool(photos) and photos[-1].asset == asset  # a further place of the same photo
        if again and photos[-1].state == "online":
            continue
        full = starts[volume] + os.fsdecode(path)
        state = photo_state(full, missing is not None, away.get(volume, ()))
        if again and _BEST.index(photos[-1].state) <= _BEST.index(state):
            continue
        said = beside.get(asset, _NOTHING)
        taken = taken if said.taken is None else said.taken
        when = mtime / 1e9 if taken is None else taken
        own = own if said.rating is None else said.rating
        stars = (own or 0) if rated is None else rated
        photo = Photo(asset, full, digest.hex(), state, float(when), width, height, stars)
        if again:
            photos[-1] = photo
        else:
            photos.append(photo)
            contents.append(content)
    return photos, np.asarray(contents, np.int64)


def places_of(database: Database, assets: Iterable[int]) -> dict[int, list[str]]:
    """All absolute paths of each of the given assets."""
    wanted = list(assets)
    found: dict[int, list[str]] = {asset: [] for asset in wanted}
    with database.reading() as connection:
        for some in pieces(wanted):
            rows = connection.execute(
                select(Place.asset_id, Place.path, Volume.mount)
                .join(Volume, Volume.id == Place.volume_id)
                .where(Place.asset_id.in_(some))
                .order_by(Place.missing_since.is_not(None), Place.id)
            ).all()
            for asset, path, mount in rows:
                if asset is not None:
                    found[asset].append(volumes.join(mount, path))
    return found


def folder_tree(photos: Sequence[Photo], roots: Sequence[RootFolder]) -> list[Folder]:
    """The tree to show: each root and the folders below it that hold photos, with counts."""
    direct: dict[str, int] = {}
    for photo in photos:
        folder = os.path.dirname(photo.path)
        direct[folder] = direct.get(folder, 0) + 1
    tops = top_roots(roots)
    counts: dict[str, int] = {root.path: 0 for root in tops}
    owner: dict[str, RootFolder] = {root.path: root for root in tops}
    for folder, count in direct.items():
        holding = [each for each in tops if _inside(folder, each)]
        if not holding:
            continue
        root = max(holding, key=lambda each: len(each.path))  # a drive mounted inside another root
        current = folder
        while True:
            counts[current] = counts.get(current, 0) + count
            owner[current] = root
            if current == root.path:
                break
            current = os.path.dirname(current)
    nodes = []
    for path in sorted(counts, key=os.fsencode):
        root = owner[path]
        if not counts[path] and not root.online and root.here:
            continue  # its photos were found again elsewhere; a drive that is away is waited for
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


def offline_prefixes(roots: Sequence[RootFolder]) -> dict[int, tuple[str, ...]]:
    """What the paths of offline photos begin with, by volume: two drives may share a mount point."""
    found: dict[int, tuple[str, ...]] = {}
    for root in roots:
        if not root.online:
            found[root.volume] = (*found.get(root.volume, ()), root.path.rstrip(os.sep) + os.sep)
    return found


def photo_state(path: str, missing: bool, away: tuple[str, ...]) -> PhotoState:
    """Of one place: offline goes before missing, since what is away can't be looked at."""
    if away and path.startswith(away):
        return "offline"
    return "missing" if missing else "online"


def _inside(folder: str, root: RootFolder) -> bool:
    return lies_in(folder, root.path) if root.recursive else folder == root.path
