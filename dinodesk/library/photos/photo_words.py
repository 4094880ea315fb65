"""Words by which photos are found literally: titles, keywords, people, labels, albums, places."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, func, or_, select

from dinodesk.library.files.path_utils import lies_in
from dinodesk.library.folders.root_paths import RootFolder
from dinodesk.library.metadata import metadata_store
from dinodesk.library.metadata.embedded_reader import fill_missing
from dinodesk.library.sidecars import sidecar_reader
from dinodesk.library.store.database import Database
from dinodesk.library.store.schema import Album, Asset, AssetAlbum, AssetLabel, Label, MetadataRow
from dinodesk.records import PhotoMetadata, PhotoWord

_AT_ONCE = 5000
"""Assets read in one step."""
_NONE = PhotoMetadata()


def read_words(
    database: Database, assets: Collection[int] | None = None
) -> Iterator[dict[int, list[PhotoWord]]]:
    """The words of each of the given assets (of all by default) that has some, in pieces.

    A person's title goes before the sidecar's, and that before the photo's own; likewise keywords, people and
    places of the sidecar before the photo's.
    """
    with database.reading() as connection:
        sidecars = sidecar_reader.sidecar_metadata(connection, None if assets is None else sorted(assets))
    for first, last, some in _ranges(database, assets):
        with database.reading() as connection:
            yield _words(connection, first, last, some, sidecars)


def _ranges(
    database: Database, assets: Collection[int] | None
) -> Iterator[tuple[int, int, Sequence[int] | None]]:
    """Ranges of asset ids (first, last), each with the ids wanted of it; None for all."""
    if assets is not None:
        wanted = sorted(assets)
        for start in range(0, len(wanted), 500):
            some = wanted[start : start + 500]
            yield some[0], some[-1], some
        return
    with database.reading() as connection:
        last = connection.execute(select(func.max(Asset.id))).scalar_one() or 0
    for start in range(1, last + 1, _AT_ONCE):
        yield start, start + _AT_ONCE - 1, None


def _words(
    connection: Connection,
    first: int,
    last: int,
    some: Sequence[int] | None,
    sidecars: Mapping[int, PhotoMetadata],
) -> dict[int, list[PhotoWord]]:
    def chosen(column: Any) -> Any:
        return column.in_(some) if some is not None else column.between(first, last)

    rows = connection.execute(
        select(
            Asset.id, Asset.title, MetadataRow.title, MetadataRow.headline, MetadataRow.keywords,
            MetadataRow.people, MetadataRow.city, MetadataRow.province, MetadataRow.country,
        )
        .outerjoin(MetadataRow, MetadataRow.content_id == Asset.content_id)
        .where(
            chosen(Asset.id),
            or_(
                Asset.title.is_not(None), MetadataRow.title != "", MetadataRow.headline != "",
                MetadataRow.keywords != "[]", MetadataRow.people != "[]", MetadataRow.city != "",
                MetadataRow.province != "", MetadataRow.country != "",
            ),
        )
    ).all()  # fmt: skip
    own = {row[0]: row for row in rows}
    found: dict[int, list[PhotoWord]] = {}
    for asset in own.keys() | {asset for asset in sidecars if first <= asset <= last}:
        row = own.get(asset)
        metadata = PhotoMetadata() if row is None else _metadata(row)
        found[asset] = _fields(metadata, sidecars.get(asset, _NONE), None if row is None else row[1])
    labelled = select(AssetLabel.asset_id, Label.name).join(Label, Label.id == AssetLabel.label_id)
    in_album = select(AssetAlbum.asset_id, Album.name).join(Album, Album.id == AssetAlbum.album_id)
    for asset, name in connection.execute(labelled.where(chosen(AssetLabel.asset_id))):
        found.setdefault(asset, []).append(PhotoWord("label", name))
    for asset, name in connection.execute(in_album.where(chosen(AssetAlbum.asset_id))):
        found.setdefault(asset, []).append(PhotoWord("album", name))
    return {asset: words for asset, words in found.items() if words}


def _metadata(row: Any) -> PhotoMetadata:
    _, _, title, headline, keywords, people, city, province, country = row
    return PhotoMetadata(
        title=title or "",
        headline=headline or "",
        keywords=_listed(keywords),
        people=_listed(people),
        city=city or "",
        province=province or "",
        country=country or "",
    )


def _listed(stored: str | None) -> tuple[str, ...]:
    return metadata_store.words_from_json(stored) if stored not in (None, "[]") else ()


def _fields(own: PhotoMetadata, sidecar: PhotoMetadata, title: str | None) -> list[PhotoWord]:
    whole = own if sidecar is _NONE else fill_missing(sidecar, own)
    place = [part for part in (whole.city, whole.province, whole.country) if part]
    return [
        *_filled("title", [whole.title if title is None else title]),
        *_filled("headline", [whole.headline]),
        *_filled("keyword", whole.keywords),
        *_filled("person", whole.people),
        *_filled("place", [", ".join(place)]),
    ]


def _filled(kind: Any, texts: Sequence[str]) -> list[PhotoWord]:
    return [PhotoWord(kind, text) for text in texts if text]


def read_coordinates(
    database: Database, assets: Collection[int] | None = None
) -> Iterator[dict[int, tuple[float, float]]]:
    """Latitude and longitude in degrees of each of the given assets (of all by default) that has some."""
    with database.reading() as connection:
        sidecars = sidecar_reader.sidecar_metadata(connection, None if assets is None else sorted(assets))
    for first, last, some in _ranges(database, assets):
        with database.reading() as connection:
            chosen = Asset.id.in_(some) if some is not None else Asset.id.between(first, last)
            rows: Any = connection.execute(
                select(Asset.id, MetadataRow.latitude, MetadataRow.longitude)
                .join(MetadataRow, MetadataRow.content_id == Asset.content_id)
                .where(chosen, MetadataRow.latitude.is_not(None), MetadataRow.longitude.is_not(None))
            )
            found: dict[int, tuple[float, float]] = {asset: (north, east) for asset, north, east in rows}
        for asset, metadata in sidecars.items():
            if first <= asset <= last and metadata.latitude is not None and metadata.longitude is not None:
                found[asset] = metadata.latitude, metadata.longitude
        yield found


def folder_words(folder: str, roots: Sequence[RootFolder]) -> str:
    """A folder as the library shows it: from the name of its root folder on."""
    holding = [root.path for root in roots if lies_in(folder, root.path)]
    if not holding:
        return os.path.basename(folder)
    return os.path.relpath(folder, os.path.dirname(min(holding, key=len)))
