"""Reading annotations: ratings, labels, albums and words that a person has given photos."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select

from dinodesk.library.store.database import Database, batches
from dinodesk.library.store.schema import Album, Asset, AssetAlbum, AssetLabel, Label, Location
from dinodesk.records import Tag, Tagged, TagKind


@dataclass(frozen=True, slots=True)
class Annotations:
    """The annotations of one asset; None and empty where there are none."""

    rating: int | None = None
    title: str | None = None
    description: str | None = None
    labels: tuple[str, ...] = ()
    albums: tuple[str, ...] = ()


def list_tags(database: Database) -> list[Tag]:
    """Labels, then albums, by name, each with the number of its photos that have a location."""
    found: list[Tag] = []
    with database.reading() as connection:
        tables: tuple[tuple[TagKind, Any, Any, Any], ...] = (
            ("label", Label, AssetLabel, AssetLabel.label_id),
            ("album", Album, AssetAlbum, AssetAlbum.album_id),
        )
        for kind, table, link, tag_id in tables:
            located = select(Location.asset_id).where(Location.asset_id.is_not(None))
            counted = (
                select(table.id, table.name, func.count())
                .join(link, tag_id == table.id)
                .where(link.asset_id.in_(located))
                .group_by(table.id)
                .order_by(table.folded)
            )
            found += [Tag(kind, row[0], row[1], row[2]) for row in connection.execute(counted)]
    return found


def labels_of(database: Database, assets: Sequence[int]) -> list[tuple[str, int]]:
    """The labels of some assets by name, each with how many of them have it."""
    counts: Counter[tuple[str, str]] = Counter()
    with database.reading() as connection:
        for some in batches(assets):
            counted = (
                select(Label.folded, Label.name, func.count())
                .join(AssetLabel, AssetLabel.label_id == Label.id)
                .where(AssetLabel.asset_id.in_(some))
                .group_by(Label.id)
            )
            for folded, name, number in connection.execute(counted):
                counts[folded, name] += number
    return [(name, number) for (_, name), number in sorted(counts.items())]


def assets_with(database: Database, tag: Tagged) -> list[int]:
    """The assets that have a label or lie in an album, an album's in its order."""
    with database.reading() as connection:
        if tag.kind == "label":
            query = select(AssetLabel.asset_id).where(AssetLabel.label_id == tag.id)
        else:
            query = (
                select(AssetAlbum.asset_id)
                .where(AssetAlbum.album_id == tag.id)
                .order_by(AssetAlbum.position, AssetAlbum.asset_id)
            )
        return list(connection.execute(query).scalars())


def annotations_of(connection: Connection, assets: Sequence[int]) -> dict[int, Annotations]:
    """The annotations of each of the assets that exist."""
    found: dict[int, Annotations] = {}
    for some in batches(assets):
        lists: dict[tuple[int, str], list[str]] = {}
        labelled = select(AssetLabel.asset_id, Label.name).join(Label, Label.id == AssetLabel.label_id)
        in_album = select(AssetAlbum.asset_id, Album.name).join(Album, Album.id == AssetAlbum.album_id)
        for kind, query in (
            ("label", labelled.where(AssetLabel.asset_id.in_(some)).order_by(Label.folded)),
            ("album", in_album.where(AssetAlbum.asset_id.in_(some)).order_by(Album.folded)),
        ):
            for asset, name in connection.execute(query):
                lists.setdefault((asset, kind), []).append(name)
        rows = connection.execute(
            select(Asset.id, Asset.rating, Asset.title, Asset.description).where(Asset.id.in_(some))
        )
        for row in rows:
            labels, albums = (tuple(lists.get((row.id, kind), ())) for kind in ("label", "album"))
            found[row.id] = Annotations(row.rating, row.title, row.description, labels, albums)
    return found


def existing_assets(database: Database, assets: Sequence[int]) -> set[int]:
    """Those of the assets that are in the library."""
    if not assets:
        return set()
    with database.reading() as connection:
        return existing_ids(connection, assets)


def existing_ids(connection: Connection, assets: Sequence[int]) -> set[int]:
    """Those of the assets that are in the library, within the caller's transaction."""
    found: set[int] = set()
    for some in batches(assets):
        found.update(connection.execute(select(Asset.id).where(Asset.id.in_(some))).scalars())
    return found


def tag_name(connection: Connection, kind: TagKind, tag: int) -> str | None:
    """The name of a label or an album by its id; None where there is none."""
    table = Label if kind == "label" else Album
    return connection.execute(select(table.name).where(table.id == tag)).scalar_one_or_none()


def positions_in(connection: Connection, kind: TagKind, tag: int) -> dict[int, int | None]:
    """The assets with a label (each with None), or in an album (each with its position in it)."""
    if kind == "label":
        rows = connection.execute(select(AssetLabel.asset_id).where(AssetLabel.label_id == tag)).scalars()
        return dict.fromkeys(rows)
    in_album = connection.execute(
        select(AssetAlbum.asset_id, AssetAlbum.position).where(AssetAlbum.album_id == tag)
    )
    return {row.asset_id: row.position for row in in_album}
