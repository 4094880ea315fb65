"""Which photo the bytes of a file are: edited, copied, moved, an edit undone; what was said stays with it.

An asset remembers the contents it had, so that the bytes of before an edit are known whenever they turn up.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from sqlalchemy import Connection, delete, exists, func, insert, literal, select, update

from dinodesk.library.annotations.changes import copy_annotations, delete_annotations
from dinodesk.library.store.database import Database, inserted_id
from dinodesk.library.store.dialect import insert_new, update_if_free
from dinodesk.library.store.schema import Asset, EarlierContent, Location

_PLACED = exists().where(Location.asset_id == Asset.id)


def of_new_content(connection: Connection, content: int, own: int | None) -> int:
    """The asset of new bytes: the place's `own` when it was edited there alone, else a new one."""
    if own is None:
        return _new(connection, content)
    places = connection.execute(select(Location.id).where(Location.asset_id == own).limit(2)).all()
    if len(places) == 1:
        _change(connection, own, content)
        return own
    # one of two copies was edited: it is a photo of its own, with all that was said, and its descent
    fresh = _new(connection, content)
    copy_annotations(connection, own, fresh)
    descent = select(literal(fresh), Asset.content_id).where(Asset.id == own, Asset.content_id != content)
    connection.execute(insert(EarlierContent).from_select(["asset_id", "content_id"], descent))
    return fresh


def of_known_content(
    connection: Connection, content: int, own: int | None
) -> tuple[int, Literal["moved", "unchanged"]]:
    """The asset of bytes known before, for a file whose place had the asset `own`."""
    # one that has no place waits to be united with its twin
    now = select(Asset.id).where(Asset.content_id == content).order_by(_PLACED.desc(), Asset.id)
    assets = list(connection.execute(now).scalars())
    if own is not None and own in assets:
        return own, "unchanged"  # only touched
    if assets:
        return assets[0], "moved"
    once = connection.execute(
        select(Asset.id, _PLACED.label("placed"))
        .join(EarlierContent, EarlierContent.asset_id == Asset.id)
        .where(EarlierContent.content_id == content)
        .order_by(Asset.id)
    ).all()
    for row in once:
        if not row.placed:  # its name was given to another photo: here it is
            _take_back(connection, row.id, content)
            _say_of_all(connection, [other.id for other in once if other.id != row.id], row.id)
            return row.id, "moved"
    if own is not None and (not once or own in {row.id for row in once}):
        # an edit was undone: the asset goes back to its earlier content
        return of_new_content(connection, content, own), "unchanged"
    # the original of a photo that was edited where it lay, kept under another name
    fresh = _new(connection, content)
    _say_of_all(connection, [row.id for row in once], fresh)
    return fresh, "moved"


def _say_of_all(connection: Connection, sources: Iterable[int], target: int) -> None:
    """Of several photos that had these bytes it can't be told which it is: rather said twice than lost."""
    for source in sources:
        copy_annotations(connection, source, target)


def leave(connection: Connection, asset: int, content: int, *, edited: bool) -> None:
    """A place of the asset turned out to hold `content`, which is another asset's.

    Was it the last one, and are those bytes what the asset had before an edit, or an edit of it (`edited`),
    it takes them on, and is that other photo's twin until its own bytes turn up, or the run ends
    (`unite_twins`). Any other photo is none of its business: the asset stays as it is, without a place, until
    its bytes turn up.
    """
    if connection.execute(select(Location.id).where(Location.asset_id == asset).limit(1)).first() is not None:
        return
    had = select(EarlierContent.asset_id).where(
        EarlierContent.asset_id == asset, EarlierContent.content_id == content
    )
    kin = connection.execute(had).first() is not None
    if edited and not kin:
        connection.execute(insert(EarlierContent).values(asset_id=asset, content_id=content))
    if edited or kin:
        _change(connection, asset, content)


def unite_twins(database: Database) -> list[int]:
    """Give what was said of an edited copy that was made like the original again to that; the latter's ids.

    Only of descendants (see `leave`): another photo that was overwritten keeps what was said of it to itself.
    To be called when all files of a run
    are stored: until then the bytes of such an asset may turn up elsewhere.
    """
    shared = select(Asset.content_id).group_by(Asset.content_id).having(func.count() > 1)
    had = exists().where(EarlierContent.asset_id == Asset.id, EarlierContent.content_id == Asset.content_id)
    query = select(Asset.id, Asset.content_id, _PLACED.label("placed")).where(
        Asset.content_id.in_(shared), _PLACED | had
    )
    with database.reading() as connection:
        if not any(not row.placed for row in connection.execute(query)):
            return []
    united: list[int] = []
    with database.writing() as connection:
        rows = connection.execute(query.order_by(_PLACED.desc(), Asset.id)).all()
        placed: dict[int, int] = {}
        for row in rows:
            if row.placed:
                placed.setdefault(row.content_id, row.id)
            elif row.content_id in placed:
                _unite(connection, row.id, placed[row.content_id])
                united.append(placed[row.content_id])
    return sorted(set(united))


def _unite(connection: Connection, source: int, target: int) -> None:
    copy_annotations(connection, source, target)
    move = update_if_free(EarlierContent).where(EarlierContent.asset_id == source)
    connection.execute(move.values(asset_id=target))
    delete_annotations(connection, [source])
    connection.execute(delete(Asset).where(Asset.id == source))


def _new(connection: Connection, content: int) -> int:
    return inserted_id(connection, insert(Asset).values(content_id=content))


def _change(connection: Connection, asset: int, content: int) -> None:
    """Give an asset another content; it remembers the one it had."""
    before = select(Asset.id, Asset.content_id).where(Asset.id == asset, Asset.content_id != content)
    connection.execute(insert_new(EarlierContent).from_select(["asset_id", "content_id"], before))
    connection.execute(update(Asset).where(Asset.id == asset).values(content_id=content))


def _take_back(connection: Connection, asset: int, content: int) -> None:
    """Its earlier content; what it took on as another one's twin was never its own."""
    twin = connection.execute(select(Asset.content_id).where(Asset.id == asset)).scalar_one()
    other = select(Asset.id).where(Asset.content_id == twin, Asset.id != asset)
    shared = connection.execute(other.limit(1)).first() is not None
    _change(connection, asset, content)
    if shared:
        connection.execute(
            delete(EarlierContent).where(EarlierContent.asset_id == asset, EarlierContent.content_id == twin)
        )
