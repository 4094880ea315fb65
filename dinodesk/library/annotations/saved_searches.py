"""Saved searches of a library: listed, saved, renamed, removed; every change can be undone."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from dinodesk.errors import LibraryError
from dinodesk.library.annotations.changes import clean_name
from dinodesk.library.store.database import Database
from dinodesk.library.store.schema import Asset, SavedSearchRow
from dinodesk.records import SORTS, STOPS, HandLine, SavedSearch, SearchValues, TagChange
from dinodesk.text_folding import folded


@dataclass(frozen=True, slots=True)
class SavedChange:
    """What becomes of saved searches: first those of these names go, then others are put in.

    Attributes:
        summary: what was done, for a person.
    """

    summary: TagChange | None = None
    removed: tuple[str, ...] = ()
    put: tuple[SavedSearch, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.removed or self.put)


def list_saved(database: Database) -> list[SavedSearch]:
    """All saved searches, by name."""
    with database.reading() as connection:
        rows = connection.execute(select(SavedSearchRow.__table__).order_by(SavedSearchRow.folded)).all()
    return [_search(row) for row in rows]


def find_saved(database: Database, name: str) -> SavedSearch:
    """The saved search of a name, whatever its case. Raises LibraryError where there is none."""
    wanted = folded(clean_name(name))
    found = next((each for each in list_saved(database) if folded(each.name) == wanted), None)
    if found is None:
        raise LibraryError(f"There is no saved search “{name}”.", "`dinodesk saved list` lists them.")
    return found


def save(database: Database, search: SavedSearch) -> SavedChange:
    """Save a search, in the place of another one of its name; returns what undoes it.

    All photos that are there count as seen. Raises UsageError for a name that is empty.
    """
    search = replace(search, name=clean_name(search.name), seen=_highest(database))
    summary = TagChange("save", 0, name=search.name)
    return apply(database, SavedChange(summary, (search.name,), (search,)))


def remove(database: Database, name: str) -> SavedChange:
    """Remove a saved search; returns what undoes it. Raises LibraryError where there is none."""
    found = find_saved(database, name)
    return apply(database, SavedChange(TagChange("unsave", 0, name=found.name), (found.name,)))


def rename(database: Database, name: str, new: str) -> SavedChange:
    """Give a saved search another name, in the place of one that has it; returns what undoes it.

    Raises LibraryError where there is none, UsageError for a name that is empty.
    """
    found, new = find_saved(database, name), clean_name(new)
    summary = TagChange("renameSaved", 0, name=found.name, new=new)
    return apply(database, SavedChange(summary, (found.name, new), (replace(found, name=new),)))


def mark_seen(database: Database, name: str) -> None:
    """Note that a saved search was looked at: what comes from now on is new."""
    found, highest = find_saved(database, name), _highest(database)
    if found.seen != highest:
        with database.writing() as connection:
            mine = SavedSearchRow.folded == folded(found.name)
            connection.execute(update(SavedSearchRow).where(mine).values(seen=highest))


def apply(database: Database, change: SavedChange) -> SavedChange:
    """Make a change in one transaction; returns the change that undoes it."""
    with database.writing() as connection:
        names = {folded(name) for name in change.removed} | {folded(each.name) for each in change.put}
        before = _of_names(connection, sorted(names))
        connection.execute(delete(SavedSearchRow).where(SavedSearchRow.folded.in_(names)))
        for each in change.put:
            connection.execute(insert(SavedSearchRow).values(**_row(each)))
    return SavedChange(change.summary, tuple(each.name for each in change.put), tuple(before))


def _of_names(connection: Connection, names: Sequence[str]) -> list[SavedSearch]:
    query = select(SavedSearchRow.__table__).where(SavedSearchRow.folded.in_(names))
    return [_search(row) for row in connection.execute(query)]


def _highest(database: Database) -> int:
    """The highest asset of the library."""
    with database.reading() as connection:
        return int(connection.execute(select(func.max(Asset.id))).scalar() or 0)


def _row(search: SavedSearch) -> dict[str, Any]:
    values = search.values
    line = values.line
    return {
        "name": search.name,
        "folded": folded(search.name),
        "query": values.query,
        "literal": values.literal,
        "images": json.dumps(values.images),
        "image_weight": values.image_weight,
        "scene": values.scene,
        "templates": values.templates,
        "stop": values.stop,
        "threshold": None if line is None else line.threshold,
        "temperature": None if line is None else line.temperature,
        "cut": None if line is None else line.cut,
        "sort": values.sort,
        "model": search.model,
        "created": search.created,
        "seen": search.seen,
    }


def _search(row: Any) -> SavedSearch:
    values = SearchValues(
        query=row.query,
        literal=row.literal,
        images=tuple(json.loads(row.images)),
        image_weight=row.image_weight,
        scene=row.scene,
        templates=row.templates,
        stop=next((each for each in STOPS if each == row.stop), "balanced"),
        line=HandLine(row.threshold, row.temperature, row.cut) if row.cut is not None else None,
        sort=next((each for each in SORTS if each == row.sort), "relevance"),
    )
    return SavedSearch(name=row.name, values=values, model=row.model, created=row.created, seen=row.seen)
