"""Changing annotations: ratings, labels, albums, titles and descriptions; every change can be undone.

`apply` makes a `Change` in one transaction and returns the change that undoes it. A label or an album exists
as long as an asset has it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection, delete, func, insert, literal, select, text, update

from dinodesk.errors import UsageError
from dinodesk.library.annotations.queries import existing_ids, positions_in, tag_name
from dinodesk.library.metadata import sanitize
from dinodesk.library.store.database import Database, batches, inserted_id
from dinodesk.library.store.dialect import insert_new
from dinodesk.library.store.schema import Album, Asset, AssetAlbum, AssetLabel, Label
from dinodesk.records import TagChange, TagKind

MOST = 5
"""Stars of the best rating; 0 is a rating without stars."""

RatingRow = tuple[int, int | None]
"""Asset, and its rating: 0 to 5, -1 for rejected, None for never rated."""
TextRow = tuple[int, str | None, str | None]
"""Asset, title or None, description or None."""
TagRow = tuple[int, TagKind, str, int | None]
"""Asset, kind and name of the tag, and the position in an album, None for its end."""


@dataclass(frozen=True, slots=True)
class Change:
    """A change of annotations.

    Attributes:
        summary: what it is, for a person; None when that does not matter.
        ratings, texts: new values.
        added, removed: labels and albums of assets; removed ones go first.
    """

    summary: TagChange | None = None
    ratings: tuple[RatingRow, ...] = ()
    texts: tuple[TextRow, ...] = ()
    added: tuple[TagRow, ...] = ()
    removed: tuple[TagRow, ...] = ()

    @property
    def assets(self) -> tuple[int, ...]:
        """The assets that it changes, each once, by id."""
        parts = (self.ratings, self.texts, self.added, self.removed)
        return tuple(sorted({row[0] for part in parts for row in part}))

    def without(self, assets: Collection[int]) -> Change:
        """The change without these assets."""
        left = len(set(self.assets) - set(assets))
        summary = self.summary
        if summary is not None and left < len(self.assets):
            summary = replace(summary, left=left)
        return Change(
            summary,
            tuple(row for row in self.ratings if row[0] not in assets),
            tuple(row for row in self.texts if row[0] not in assets),
            tuple(row for row in self.added if row[0] not in assets),
            tuple(row for row in self.removed if row[0] not in assets),
        )

    def __bool__(self) -> bool:
        return bool(self.ratings or self.texts or self.added or self.removed)


def rate(database: Database, assets: Sequence[int], rating: int) -> Change:
    """Give photos 0 to 5 stars; returns what undoes it. Raises UsageError for another number."""
    if not 0 <= rating <= MOST:
        raise UsageError("A rating is 0 to 5 stars.")
    undo = apply(database, Change(ratings=tuple((asset, rating) for asset in assets)))
    return replace(undo, summary=TagChange("rate", len(undo.assets), rating=rating))


def add_tag(database: Database, kind: TagKind, assets: Sequence[int], name: str) -> Change:
    """Give assets a label, or put them at the end of an album; it is made if new. Returns what undoes it."""
    name = clean_name(name)
    undo = apply(database, Change(added=tuple((asset, kind, name, None) for asset in assets)))
    return replace(undo, summary=TagChange("add", len(undo.assets), kind, name))


def remove_tag(database: Database, kind: TagKind, assets: Sequence[int], name: str) -> Change:
    """Remove a label from assets, or assets from an album; returns what undoes it."""
    name = clean_name(name)
    undo = apply(database, Change(removed=tuple((asset, kind, name, None) for asset in assets)))
    return replace(undo, summary=TagChange("remove", len(undo.assets), kind, name))


def rename_tag(database: Database, kind: TagKind, name: str, new: str) -> Change:
    """Give a label or an album another name; that of another one merges the two.

    Returns what undoes it. Raises UsageError for a name that is empty.
    """
    new = clean_name(new)
    with database.reading() as connection:
        tag = _tag_id(connection, kind, clean_name(name), make=False)
        tagged = positions_in(connection, kind, tag)
    change = Change(
        TagChange("rename", len(tagged), kind, name, new),
        added=tuple((asset, kind, new, position) for asset, position in tagged.items()),
        removed=tuple((asset, kind, name, None) for asset in tagged),
    )
    return apply(database, change) if new != name else Change()


def delete_tag(database: Database, kind: TagKind, name: str) -> Change:
    """Delete a label or an album, which removes it from all assets; returns what undoes it."""
    with database.reading() as connection:
        tagged = positions_in(connection, kind, _tag_id(connection, kind, clean_name(name), make=False))
    undo = remove_tag(database, kind, list(tagged), name)
    return replace(undo, summary=TagChange("delete", len(undo.assets), kind, name))


def clean_name(name: str) -> str:
    """A name for a label or an album. Raises UsageError when nothing readable is left of it."""
    cleaned = sanitize.text(name)
    if not cleaned:
        raise UsageError("A name is needed.", "Type at least one letter.")
    return cleaned


def apply(database: Database, change: Change) -> Change:
    """Make a change in one transaction; returns the change that undoes exactly what was changed."""
    with database.writing() as connection:
        ratings = tuple(_set_ratings(connection, change.ratings))
        texts = tuple(_set_texts(connection, change.texts))
        removed = tuple(_remove_tags(connection, change.removed))
        added = tuple(_add_tags(connection, change.added))
        _delete_unused_tags(connection)
    return Change(change.summary, ratings, texts, added=removed, removed=added)


# ── one kind of change each; what they yield undoes it ──────────────────────────────────────────


def _set_ratings(connection: Connection, wanted: Sequence[RatingRow]) -> Iterator[RatingRow]:
    for some in batches(wanted):
        rows = connection.execute(select(Asset.id, Asset.rating).where(Asset.id.in_(dict(some)))).all()
        before = {row.id: row.rating for row in rows}
        new = {asset: rating for asset, rating in dict(some).items() if before.get(asset, rating) != rating}
        for rating in set(new.values()):  # one statement for all assets with the same rating
            alike = [asset for asset in new if new[asset] == rating]
            connection.execute(update(Asset).where(Asset.id.in_(alike)).values(rating=rating))
        yield from ((asset, before[asset]) for asset in new)


def _set_texts(connection: Connection, wanted: Sequence[TextRow]) -> Iterator[TextRow]:
    for asset, title, description in wanted:
        row = connection.execute(
            select(Asset.title, Asset.description).where(Asset.id == asset)
        ).one_or_none()
        if row is not None and (row.title, row.description) != (title, description):
            values = {"title": title, "description": description}
            connection.execute(update(Asset).where(Asset.id == asset).values(**values))
            yield asset, row.title, row.description


def _add_tags(connection: Connection, wanted: Sequence[TagRow]) -> Iterator[TagRow]:
    for kind, name, rows in _by_name(wanted):
        tag = _tag_id(connection, kind, name, make=True)
        existing = existing_ids(connection, [asset for asset, _ in rows])
        tagged = set(positions_in(connection, kind, tag))
        column = AssetAlbum.position
        end = 0
        if kind == "album":
            last = connection.execute(select(func.max(column)).where(AssetAlbum.album_id == tag)).scalar()
            end = 0 if last is None else int(last) + 1
        fresh: list[dict[str, int]] = []
        for asset, position in rows:
            if asset not in existing or asset in tagged:
                continue
            tagged.add(asset)
            fresh.append({"asset_id": asset, f"{kind}_id": tag})
            if kind == "album":
                fresh[-1]["position"] = end if position is None else position
                end += position is None
        if fresh:
            connection.execute(insert(AssetLabel if kind == "label" else AssetAlbum), fresh)
        yield from ((row["asset_id"], kind, name, None) for row in fresh)


def _remove_tags(connection: Connection, wanted: Sequence[TagRow]) -> Iterator[TagRow]:
    for kind, name, rows in _by_name(wanted):
        tag = _tag_id(connection, kind, name, make=False)
        known = tag_name(connection, kind, tag) or name
        tagged = positions_in(connection, kind, tag)
        affected = [asset for asset in dict(rows) if asset in tagged]
        for some in batches(affected):
            if kind == "label":
                connection.execute(
                    delete(AssetLabel).where(AssetLabel.label_id == tag, AssetLabel.asset_id.in_(some))
                )
            else:
                connection.execute(
                    delete(AssetAlbum).where(AssetAlbum.album_id == tag, AssetAlbum.asset_id.in_(some))
                )
        yield from ((asset, kind, known, tagged[asset]) for asset in affected)


def _by_name(
    wanted: Iterable[TagRow],
) -> list[tuple[TagKind, str, list[tuple[int, int | None]]]]:
    found: dict[tuple[TagKind, str], tuple[str, list[tuple[int, int | None]]]] = {}
    for asset, kind, name, position in wanted:
        found.setdefault((kind, name.casefold()), (name, []))[1].append((asset, position))
    return [(kind, name, rows) for (kind, _), (name, rows) in found.items()]


def _tag_id(connection: Connection, kind: TagKind, name: str, *, make: bool) -> int:
    """The id of a label or album by name, whatever its case; without `make`, 0 where there is none."""
    table = Label if kind == "label" else Album
    folded = name.casefold()
    known = connection.execute(select(table.id, table.name).where(table.folded == folded)).one_or_none()
    if known is not None and make and known.name != name and not positions_in(connection, kind, known.id):
        connection.execute(update(table).where(table.id == known.id).values(name=name))  # only its case
    if known is not None or not make:
        return int(known.id) if known is not None else 0
    return inserted_id(connection, insert(table).values(name=name, folded=folded))


def _delete_unused_tags(connection: Connection) -> None:
    """Delete the labels and albums that no asset has."""
    connection.execute(text("DELETE FROM labels WHERE id NOT IN (SELECT label_id FROM asset_labels)"))
    connection.execute(text("DELETE FROM albums WHERE id NOT IN (SELECT album_id FROM asset_albums)"))


def copy_annotations(connection: Connection, source: int, target: int) -> None:
    """Give `target` the annotations of `source`; a rating, title or description of its own stays."""
    keep_own = (
        "UPDATE assets SET (rating, title, description) ="
        " (SELECT coalesce(assets.rating, s.rating), coalesce(assets.title, s.title),"
        " coalesce(assets.description, s.description) FROM assets AS s WHERE s.id = :source)"
        " WHERE id = :target"
    )
    connection.execute(text(keep_own), {"source": source, "target": target})
    labels = select(literal(target), AssetLabel.label_id).where(AssetLabel.asset_id == source)
    connection.execute(insert_new(AssetLabel).from_select(["asset_id", "label_id"], labels))
    albums = select(literal(target), AssetAlbum.album_id, AssetAlbum.position)
    connection.execute(
        insert_new(AssetAlbum).from_select(
            ["asset_id", "album_id", "position"], albums.where(AssetAlbum.asset_id == source)
        )
    )


def delete_annotations(connection: Connection, assets: Sequence[int]) -> None:
    """Delete the labels and albums of assets, before the assets themselves are deleted."""
    for some in batches(assets):
        for table in (AssetLabel, AssetAlbum):
            connection.execute(delete(table).where(table.asset_id.in_(some)))
    _delete_unused_tags(connection)
