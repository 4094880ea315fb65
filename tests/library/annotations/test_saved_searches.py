"""Saved searches: kept with all their values, changed with undo."""

from __future__ import annotations

from pathlib import Path

import pytest
from stored_files import StoredFolder

from dinodesk.errors import LibraryError, UsageError
from dinodesk.library.annotations import saved_searches
from dinodesk.library.library import LibraryStore
from dinodesk.records import HandLine, SavedSearch, SearchValues

FULL = SavedSearch(
    name="Snow & dogs",
    values=SearchValues(
        query='"two dogs" -snow after:2012', literal=True, images=("/a/\udcff.jpg", "/b c.jpg"),
        image_weight=0.25, scene=0.0, templates="simple", stop="more", line=HandLine(0.2, 30.0, 0.7),
        sort="-date",
    ),
    model="f" * 32,
    created=1e9,
)  # fmt: skip
PLAIN = SavedSearch(name="Sea", values=SearchValues(query="the sea"))


def names(library: LibraryStore) -> list[str]:
    return [each.name for each in saved_searches.list_saved(library.database)]


def test_all_values_come_back(library: LibraryStore) -> None:
    saved_searches.save(library.database, FULL)
    saved_searches.save(library.database, PLAIN)
    assert saved_searches.list_saved(library.database) == [PLAIN, FULL]  # by name
    assert saved_searches.find_saved(library.database, "SNOW & DOGS") == FULL


def test_saving_under_a_name_again_takes_its_place_and_can_be_undone(library: LibraryStore) -> None:
    first = saved_searches.save(library.database, PLAIN)
    other = SavedSearch(name="SEA", values=SearchValues(query="waves"))
    second = saved_searches.save(library.database, other)
    assert names(library) == ["SEA"] and not first.put and second.put == (PLAIN,)
    again = saved_searches.apply(library.database, second)
    assert saved_searches.list_saved(library.database) == [PLAIN]
    saved_searches.apply(library.database, again)
    assert saved_searches.list_saved(library.database) == [other]


def test_renaming_and_removing_can_be_undone(library: LibraryStore) -> None:
    saved_searches.save(library.database, PLAIN)
    saved_searches.save(library.database, FULL)
    undo = saved_searches.rename(library.database, "sea", "Snow & Dogs")  # in the place of the other
    assert names(library) == ["Snow & Dogs"] and undo.summary is not None
    assert (undo.summary.action, undo.summary.name, undo.summary.new) == ("renameSaved", "Sea", "Snow & Dogs")
    saved_searches.apply(library.database, undo)
    assert saved_searches.list_saved(library.database) == [PLAIN, FULL]
    undo = saved_searches.remove(library.database, "SEA")
    assert names(library) == ["Snow & dogs"]
    saved_searches.apply(library.database, undo)
    assert saved_searches.list_saved(library.database) == [PLAIN, FULL]


def test_what_came_after_looking_is_above_the_highest_that_was_seen(
    library: LibraryStore, tmp_path: Path
) -> None:
    folder = StoredFolder(library, tmp_path / "pictures")
    folder.write("a.jpg", b"one")
    ((_, asset),) = folder.store("a.jpg")
    saved_searches.save(library.database, PLAIN)
    assert saved_searches.find_saved(library.database, "Sea").seen == asset
    folder.write("b.jpg", b"two")
    ((_, later),) = folder.store("b.jpg")
    assert saved_searches.find_saved(library.database, "Sea").seen == asset
    saved_searches.mark_seen(library.database, "Sea")
    assert saved_searches.find_saved(library.database, "Sea").seen == later


def test_names_are_needed_and_must_be_there(library: LibraryStore) -> None:
    with pytest.raises(UsageError, match="A name is needed"):
        saved_searches.save(library.database, SavedSearch(name=" \n", values=SearchValues(query="x")))
    for change in (saved_searches.remove, saved_searches.mark_seen, saved_searches.find_saved):
        with pytest.raises(LibraryError, match="no saved search “Sea”"):
            change(library.database, "Sea")
