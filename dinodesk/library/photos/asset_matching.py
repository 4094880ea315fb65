"""Which asset the bytes of a file belong to: new, copied, moved, edited, or an edit undone.

Annotations belong to the asset, so this decides where they go. An asset remembers its earlier contents;
when those bytes turn up again, they are known.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from sqlalchemy import Connection, delete, exists, func, insert, literal, select, update

from dinodesk.library.annotations.changes import copy_annotations, delete_annotations
from dinodesk.library.store.database import Database, inserted_id
from dinodesk.library.store.dialect import insert_new, update_if_free
from dinodesk.library.store.schema import Asset, EarlierContent, Location

_HAS_LOCATION = exists().where(Location.asset_id == Asset.id)


def asset_for_new_content(connection: Connection, content: int, own: int | None) -> int:
    """The id of the asset for bytes that the library has never seen.

    `own` is the asset that the file's location had, None for a new file. An asset with this one location
    was edited and takes the content; of several copies the edited one becomes a new asset.
    """
    if own is None:
        return _insert_asset(connection, content)
    locations = connection.execute(select(Location.id).where(Location.asset_id == own).limit(2)).all()
    if len(locations) == 1:
        _set_content(connection, own, content)
        return own
    # one of two copies was edited: a new asset, with the annotations and the earlier contents of the old one
    fresh = _insert_asset(connection, content)
    copy_annotations(connection, own, fresh)
    descent = select(literal(fresh), Asset.content_id).where(Asset.id == own, Asset.content_id != content)
    connection.execute(insert(EarlierContent).from_select(["asset_id", "content_id"], descent))
    return fresh


def asset_for_known_content(
    connection: Connection, content: int, own: int | None
) -> tuple[int, Literal["moved", "unchanged"]]:
    """The id of the asset for bytes that the library knows; "unchanged" when it is the location's `own`."""
    # an asset without a location comes last: it waits to be merged with its twin
    current = select(Asset.id).where(Asset.content_id == content).order_by(_HAS_LOCATION.desc(), Asset.id)
    assets = list(connection.execute(current).scalars())
    if own is not None and own in assets:
        return own, "unchanged"  # only its times changed
    if assets:
        return assets[0], "moved"
    had_content = connection.execute(
        select(Asset.id, _HAS_LOCATION.label("has_location"))
        .join(EarlierContent, EarlierContent.asset_id == Asset.id)
        .where(EarlierContent.content_id == content)
        .order_by(Asset.id)
    ).all()
    for row in had_content:
        if not row.has_location:  # another photo was saved under its name; here are its own bytes again
            _restore_content(connection, row.id, content)
            _copy_all_annotations(
                connection, [other.id for other in had_content if other.id != row.id], row.id
            )
            return row.id, "moved"
    if own is not None and (not had_content or own in {row.id for row in had_content}):
        # an edit was undone: the asset goes back to its earlier content
        return asset_for_new_content(connection, content, own), "unchanged"
    # the original of a photo that was edited in place, kept under another name
    fresh = _insert_asset(connection, content)
    _copy_all_annotations(connection, [row.id for row in had_content], fresh)
    return fresh, "moved"


def _copy_all_annotations(connection: Connection, sources: Iterable[int], target: int) -> None:
    """Give `target` the annotations of every asset that once had its bytes: any of them may be meant."""
    for source in sources:
        copy_annotations(connection, source, target)


def release_location(connection: Connection, asset: int, content: int, *, edited: bool) -> None:
    """Follow the loss of a location: the file there holds `content` now, which is another asset's.

    An asset with further locations stays as it is. Without any, it takes `content` if that is one of its
    earlier contents or an edit of it (`edited`), and is the other asset's twin until its own bytes turn up
    or the run ends (`merge_twins`). Otherwise it keeps its content and waits, without a location, for
    its bytes to turn up.
    """
    if connection.execute(select(Location.id).where(Location.asset_id == asset).limit(1)).first() is not None:
        return
    had = select(EarlierContent.asset_id).where(
        EarlierContent.asset_id == asset, EarlierContent.content_id == content
    )
    had_content = connection.execute(had).first() is not None
    if edited and not had_content:
        connection.execute(insert(EarlierContent).values(asset_id=asset, content_id=content))
    if edited or had_content:
        _set_content(connection, asset, content)


def merge_twins(database: Database) -> list[int]:
    """Merge the annotations of assets whose bytes became identical again; the ids that received them.

    Only assets without a location are merged, and only into assets that had their content before (see
    `release_location`): a photo that was overwritten by another keeps its annotations to itself. To be called
    when all files of a run are stored: until then the bytes of such an asset may turn up elsewhere.
    """
    shared = select(Asset.content_id).group_by(Asset.content_id).having(func.count() > 1)
    had = exists().where(EarlierContent.asset_id == Asset.id, EarlierContent.content_id == Asset.content_id)
    query = select(Asset.id, Asset.content_id, _HAS_LOCATION.label("has_location")).where(
        Asset.content_id.in_(shared), _HAS_LOCATION | had
    )
    with database.reading() as connection:
        if not any(not row.has_location for row in connection.execute(query)):
            return []
    received: list[int] = []
    with database.writing() as connection:
        rows = connection.execute(query.order_by(_HAS_LOCATION.desc(), Asset.id)).all()
        located: dict[int, int] = {}
        for row in rows:
            if row.has_location:
                located.setdefault(row.content_id, row.id)
            elif row.content_id in located:
                _merge(connection, row.id, located[row.content_id])
                received.append(located[row.content_id])
    return sorted(set(received))


def _merge(connection: Connection, source: int, target: int) -> None:
    """Give `target` the annotations and earlier contents of `source`, which is deleted."""
    copy_annotations(connection, source, target)
    move = update_if_free(EarlierContent).where(EarlierContent.asset_id == source)
    connection.execute(move.values(asset_id=target))
    delete_annotations(connection, [source])
    connection.execute(delete(Asset).where(Asset.id == source))


def _insert_asset(connection: Connection, content: int) -> int:
    return inserted_id(connection, insert(Asset).values(content_id=content))


def _set_content(connection: Connection, asset: int, content: int) -> None:
    """Give an asset another content; the one it had becomes an earlier content."""
    before = select(Asset.id, Asset.content_id).where(Asset.id == asset, Asset.content_id != content)
    connection.execute(insert_new(EarlierContent).from_select(["asset_id", "content_id"], before))
    connection.execute(update(Asset).where(Asset.id == asset).values(content_id=content))


def _restore_content(connection: Connection, asset: int, content: int) -> None:
    """Give an asset an earlier content back; one that it had only as another asset's twin is forgotten."""
    current = connection.execute(select(Asset.content_id).where(Asset.id == asset)).scalar_one()
    other = select(Asset.id).where(Asset.content_id == current, Asset.id != asset)
    is_twin = connection.execute(other.limit(1)).first() is not None
    _set_content(connection, asset, content)
    if is_twin:
        connection.execute(
            delete(EarlierContent).where(
                EarlierContent.asset_id == asset, EarlierContent.content_id == current
            )
        )
