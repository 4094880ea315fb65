"""What the person says of photos: ratings, labels, albums, titles; every change can be undone.

A `Change` says what to do, `apply` does it in one transaction and gives the change that undoes it.
A label or an album is there as long as a photo is in it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection, delete, func, insert, literal, select, text, update

from dinodesk.errors import UsageError
from dinodesk.library.annotations.queries import Kind, existing_ids, positions_in, tag_name
from dinodesk.library.metadata import sanitize
from dinodesk.library.store.database import Database, batches, inserted_id
from dinodesk.library.store.dialect import insert_new
from dinodesk.library.store.schema import Album, Asset, AssetAlbum, AssetLabel, Label
from dinodesk.records import TagChange

MOST = 5
"""Stars; 0 says that there are none."""


@dataclass(frozen=True, slots=True)
class Change:
    """What to do to the annotations of assets, exactly.

    Attributes:
        summary: what it is, for a person; None when that does not matter.
        ratings: (asset, 0 to 5 or None for never rated).
        texts: (asset, title or None, description or None).
        on, off: (asset, kind, name, position in the album or None for the end).
    """

    summary: TagChange | None = None
    ratings: tuple[tuple[int, int | None], ...] = ()
    texts: tuple[tuple[int, str | None, str | None], ...] = ()
    on: tuple[tuple[int, Kind, str, int | None], ...] = ()
    off: tuple[tuple[int, Kind, str, int | None], ...] = ()

    @property
    def assets(self) -> tuple[int, ...]:
        """The assets it is about, each once."""
        parts = (self.ratings, self.texts, self.on, self.off)
        return tuple(sorted({row[0] for part in parts for row in part}))

    def without(self, assets: Collection[int]) -> Change:
        """The same for all other assets."""
        left = len(set(self.assets) - set(assets))
        summary = self.summary
        if summary is not None and left < len(self.assets):
            summary = replace(summary, left=left)
        return Change(
            summary,
            tuple(row for row in self.ratings if row[0] not in assets),
            tuple(row for row in self.texts if row[0] not in assets),
            tuple(row for row in self.on if row[0] not in assets),
            tuple(row for row in self.off if row[0] not in assets),
        )

    def __bool__(self) -> bool:
        return bool(self.ratings or self.texts or self.on or self.off)


def rate(database: Database, assets: Sequence[int], rating: int) -> Change:
    """Give photos 0 to 5 stars; returns what undoes it. Raises UsageError for another number."""
    if not 0 <= rating <= MOST:
        raise UsageError("A rating is 0 to 5 stars.")
    undo = apply(database, Change(ratings=tuple((asset, rating) for asset in assets)))
    return replace(undo, summary=TagChange("rate", len(undo.assets), rating=rating))


def add_tag(database: Database, kind: Kind, assets: Sequence[int], name: str) -> Change:
    """Label photos, or add them to an album (made if it is new); returns what undoes it."""
    name = clean_name(name)
    undo = apply(database, Change(on=tuple((asset, kind, name, None) for asset in assets)))
    return replace(undo, summary=TagChange("add", len(undo.assets), kind, name))


def remove_tag(database: Database, kind: Kind, assets: Sequence[int], name: str) -> Change:
    """Take a label off photos, or photos out of an album; returns what undoes it."""
    name = clean_name(name)
    undo = apply(database, Change(off=tuple((asset, kind, name, None) for asset in assets)))
    return replace(undo, summary=TagChange("remove", len(undo.assets), kind, name))


def rename_tag(database: Database, kind: Kind, name: str, new: str) -> Change:
    """Give a label or an album another name; that of another one merges the two.

    Returns what undoes it. Raises UsageError for a name that is empty.
    """
    new = clean_name(new)
    with database.reading() as connection:
        tag = _tag_id(connection, kind, clean_name(name), make=False)
        having = positions_in(connection, kind, tag)
    change = Change(
        TagChange("rename", len(having), kind, name, new),
        on=tuple((asset, kind, new, position) for asset, position in having.items()),
        off=tuple((asset, kind, name, None) for asset in having),
    )
    return apply(database, change) if new != name else Change()


def delete_tag(database: Database, kind: Kind, name: str) -> Change:
    """Take a label off all photos, or all photos out of an album, with which it is gone; what undoes it."""
    with database.reading() as connection:
        having = positions_in(connection, kind, _tag_id(connection, kind, clean_name(name), make=False))
    undo = remove_tag(database, kind, list(having), name)
    return replace(undo, summary=TagChange("delete", len(undo.assets), kind, name))


def clean_name(name: str) -> str:
    """A name for a label or an album. Raises UsageError when nothing readable is left of it."""
    cleaned = sanitize.text(name)
    if not cleaned:
        raise UsageError("A name is needed.", "Type at least one letter.")
    return cleaned


def apply(database: Database, change: Change) -> Change:
    """Do it in one transaction; returns the change that undoes exactly what was done."""
    with database.writing() as connection:
        ratings = tuple(_rate(connection, change.ratings))
        texts = tuple(_write_texts(connection, change.texts))
        taken = tuple(_take_off(connection, change.off))
        put = tuple(_put_on(connection, change.on))
        _sweep(connection)
    return Change(change.summary, ratings, texts, on=taken, off=put)


# ── one kind of change each; what they yield undoes it ──────────────────────────────────────────


def _rate(
    connection: Connection, wanted: Sequence[tuple[int, int | None]]
) -> Iterator[tuple[int, int | None]]:
    for some in batches(wanted):
        rows = connection.execute(select(Asset.id, Asset.rating).where(Asset.id.in_(dict(some)))).all()
        before = {row.id: row.rating for row in rows}
        new = {asset: rating for asset, rating in dict(some).items() if before.get(asset, rating) != rating}
        for rating in set(new.values()):  # one statement for all that get the same
            alike = [asset for asset in new if new[asset] == rating]
            connection.execute(update(Asset).where(Asset.id.in_(alike)).values(rating=rating))
        yield from ((asset, before[asset]) for asset in new)


def _write_texts(
    connection: Connection, wanted: Sequence[tuple[int, str | None, str | None]]
) -> Iterator[tuple[int, str | None, str | None]]:
    for asset, title, description in wanted:
        row = connection.execute(
            select(Asset.title, Asset.description).where(Asset.id == asset)
        ).one_or_none()
        if row is not None and (row.title, row.description) != (title, description):
            values = {"title": title, "description": description}
            connection.execute(update(Asset).where(Asset.id == asset).values(**values))
            yield asset, row.title, row.description


def _put_on(
    connection: Connection, wanted: Sequence[tuple[int, Kind, str, int | None]]
) -> Iterator[tuple[int, Kind, str, int | None]]:
    for kind, name, rows in _by_name(wanted):
        tag = _tag_id(connection, kind, name, make=True)
        existing = existing_ids(connection, [asset for asset, _ in rows])
        having = set(positions_in(connection, kind, tag))
        column = AssetAlbum.position
        end = 0
        if kind == "album":
            last = connection.execute(select(func.max(column)).where(AssetAlbum.album_id == tag)).scalar()
            end = 0 if last is None else int(last) + 1
        fresh: list[dict[str, int]] = []
        for asset, position in rows:
            if asset not in existing or asset in having:
                continue
            having.add(asset)
            fresh.append({"asset_id": asset, f"{kind}_id": tag})
            if kind == "album":
                fresh[-1]["position"] = end if position is None else position
                end += position is None
        if fresh:
            connection.execute(insert(AssetLabel if kind == "label" else AssetAlbum), fresh)
        yield from ((row["asset_id"], kind, name, None) for row in fresh)


def _take_off(
    connection: Connection, wanted: Sequence[tuple[int, Kind, str, int | None]]
) -> Iterator[tuple[int, Kind, str, int | None]]:
    for kind, name, rows in _by_name(wanted):
        tag = _tag_id(connection, kind, name, make=False)
        known = tag_name(connection, kind, tag) or name
        having = positions_in(connection, kind, tag)
        gone = [asset for asset in dict(rows) if asset in having]
        for some in batches(gone):
            if kind == "label":
                connection.execute(
                    delete(AssetLabel).where(AssetLabel.label_id == tag, AssetLabel.asset_id.in_(some))
                )
            else:
                connection.execute(
                    delete(AssetAlbum).where(AssetAlbum.album_id == tag, AssetAlbum.asset_id.in_(some))
                )
        yield from ((asset, kind, known, having[asset]) for asset in gone)


def _by_name(
    wanted: Iterable[tuple[int, Kind, str, int | None]],
) -> list[tuple[Kind, str, list[tuple[int, int | None]]]]:
    found: dict[tuple[Kind, str], tuple[str, list[tuple[int, int | None]]]] = {}
    for asset, kind, name, position in wanted:
        found.setdefault((kind, name.casefold()), (name, []))[1].append((asset, position))
    return [(kind, name, rows) for (kind, _), (name, rows) in found.items()]


def _tag_id(connection: Connection, kind: Kind, name: str, *, make: bool) -> int:
    """The number of a label or album by name, whatever its case; 0 where there is none to be made."""
    table = Label if kind == "label" else Album
    folded = name.casefold()
    known = connection.execute(select(table.id, table.name).where(table.folded == folded)).one_or_none()
    if known is not None and make and known.name != name and not positions_in(connection, kind, known.id):
        connection.execute(update(table).where(table.id == known.id).values(name=name))  # only its case
    if known is not None or not make:
        return int(known.id) if known is not None else 0
    return inserted_id(connection, insert(table).values(name=name, folded=folded))


def _sweep(connection: Connection) -> None:
    connection.execute(text("DELETE FROM labels WHERE id NOT IN (SELECT label_id FROM asset_labels)"))
    connection.execute(text("DELETE FROM albums WHERE id NOT IN (SELECT album_id FROM asset_albums)"))


def copy_annotations(connection: Connection, source: int, target: int) -> None:
    """Give an asset all that was said of another; where both have a rating or words, its own stay."""
    own_first = (
        "UPDATE assets SET (rating, title, description) ="
        " (SELECT coalesce(assets.rating, s.rating), coalesce(assets.title, s.title),"
        " coalesce(assets.description, s.description) FROM assets AS s WHERE s.id = :source)"
        " WHERE id = :target"
    )
    connection.execute(text(own_first), {"source": source, "target": target})
    labels = select(literal(target), AssetLabel.label_id).where(AssetLabel.asset_id == source)
    connection.execute(insert_new(AssetLabel).from_select(["asset_id", "label_id"], labels))
    albums = select(literal(target), AssetAlbum.album_id, AssetAlbum.position)
    connection.execute(
        insert_new(AssetAlbum).from_select(
            ["asset_id", "album_id", "position"], albums.where(AssetAlbum.asset_id == source)
        )
    )


def delete_annotations(connection: Connection, assets: Sequence[int]) -> None:
    """Drop all that was said of some assets, which are being deleted themselves."""
    for some in batches(assets):
        for table in (AssetLabel, AssetAlbum):
            connection.execute(delete(table).where(table.asset_id.in_(some)))
    _sweep(connection)
