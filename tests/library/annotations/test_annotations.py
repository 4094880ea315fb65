"""Ratings, labels, albums: whole transactions, exact undo, names in any script."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from dinodesk.errors import LibraryError, UsageError
from dinodesk.library.annotations import changes, queries
from dinodesk.library.store.database import Database
from dinodesk.records import TagChange

ASSETS = list(range(1, 9))


def make(folder: Path) -> Database:
    database = Database(folder / "library.db")
    with database.writing() as connection:
        connection.execute(text("INSERT INTO volumes (identity, mount) VALUES ('v', '/')"))
        for asset in ASSETS:
            values = {"id": asset, "hash": bytes([asset]), "path": b"%d.jpg" % asset}
            connection.execute(
                text("INSERT INTO contents (id, hash, size, width, height) VALUES (:id, :hash, 1, 1, 1)"),
                values,
            )
            connection.execute(text("INSERT INTO assets (id, content_id) VALUES (:id, :id)"), values)
            connection.execute(
                text(
                    "INSERT INTO places (volume_id, path, asset_id, size, mtime_ns, inode)"
                    " VALUES (1, :path, :id, 1, 1, 1)"
                ),
                values,
            )
    return database


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = make(tmp_path)
    yield database
    database.close()


def everything(database: Database) -> tuple[object, ...]:
    """All user data, albums in their order."""
    with database.reading() as connection:
        said = queries.annotations_of(connection, ASSETS)
    albums = {
        t.name: queries.assets_with(database, t.scope)
        for t in queries.list_tags(database)
        if t.kind == "album"
    }
    return said, albums, [(t.kind, t.name, t.count) for t in queries.list_tags(database)]


def test_a_rating_is_undone_to_what_it_was_for_each_photo(database: Database) -> None:
    changes.rate(database, [1], 2)
    before = everything(database)
    undo = changes.rate(database, [1, 2, 3, 99], 5)
    assert undo.summary == TagChange("rate", 3, rating=5) and undo.ratings == ((1, 2), (2, None), (3, None))
    assert not changes.rate(database, [1], 5)  # nothing changed, nothing to undo
    redo = changes.apply(database, undo)
    assert everything(database) == before
    changes.apply(database, redo)
    with database.reading() as connection:
        assert [said.rating for said in queries.annotations_of(connection, [1, 2, 3]).values()] == [5, 5, 5]


@pytest.mark.parametrize("rating", [-1, 6])
def test_other_ratings_are_refused(database: Database, rating: int) -> None:
    with pytest.raises(UsageError):
        changes.rate(database, [1], rating)


def test_labels_ignore_case_and_are_deleted_with_their_last_photo(database: Database) -> None:
    changes.add_tag(database, "label", [1, 2], "Straße")
    assert changes.add_tag(database, "label", [2, 3], "STRASSE").assets == (3,)
    assert [(t.name, t.count) for t in queries.list_tags(database)] == [("Straße", 3)]
    scope = queries.list_tags(database)[0].scope
    assert queries.assets_with(database, scope) == [1, 2, 3]
    undo = changes.remove_tag(database, "label", ASSETS, "strasse")
    assert undo.summary == TagChange("remove", 3, "label", "strasse")
    assert queries.list_tags(database) == []
    changes.add_tag(database, "label", [1], "other")
    assert queries.assets_with(database, scope) == []  # its number is never another label's
    changes.apply(database, undo)
    assert ("Straße", 3) in [(t.name, t.count) for t in queries.list_tags(database)]


def test_labels_and_albums_are_renamed_joined_and_taken_away_with_undo(database: Database) -> None:
    changes.add_tag(database, "album", [3, 1, 2], "Best")
    undo = changes.rename_tag(database, "album", "best", "Best of 2024")
    (tag,) = queries.list_tags(database)
    assert tag.name == "Best of 2024" and queries.assets_with(database, tag.scope) == [3, 1, 2]
    changes.apply(database, undo)
    (tag,) = queries.list_tags(database)
    assert tag.name == "Best" and queries.assets_with(database, tag.scope) == [3, 1, 2]
    undo = changes.rename_tag(database, "album", "Best", "BEST")  # only its case
    assert [tag.name for tag in queries.list_tags(database)] == ["BEST"]
    changes.apply(database, undo)
    assert [tag.name for tag in queries.list_tags(database)] == ["Best"]
    assert not changes.rename_tag(database, "album", "Best", "Best")
    changes.add_tag(database, "label", [1, 2], "sea")
    changes.add_tag(database, "label", [2, 3], "ocean")
    undo = changes.rename_tag(database, "label", "sea", "ocean")  # two become one, and two again
    assert [(t.name, t.count) for t in queries.list_tags(database) if t.kind == "label"] == [("ocean", 3)]
    changes.apply(database, undo)
    assert [(t.name, t.count) for t in queries.list_tags(database) if t.kind == "label"] == [
        ("ocean", 2),
        ("sea", 2),
    ]
    undo = changes.delete_tag(database, "label", "ocean")
    assert [t.name for t in queries.list_tags(database) if t.kind == "label"] == ["sea"]
    changes.apply(database, undo)
    assert [(t.name, t.count) for t in queries.list_tags(database) if t.kind == "label"] == [
        ("ocean", 2),
        ("sea", 2),
    ]
    with pytest.raises(UsageError):
        changes.rename_tag(database, "label", "sea", " ")


def test_labels_of_several_are_counted(database: Database) -> None:
    changes.add_tag(database, "label", [1, 2], "Zoo")
    changes.add_tag(database, "label", [2], "beach")
    assert queries.labels_of(database, [1, 2, 3]) == [("beach", 1), ("Zoo", 2)]
    many = [*range(1, 2000)]  # more than one statement holds
    assert queries.labels_of(database, many) == [("beach", 1), ("Zoo", 2)]
    assert queries.labels_of(database, []) == []


def test_an_album_keeps_its_order_through_undo(database: Database) -> None:
    changes.add_tag(database, "album", [5, 1, 3], "Best")
    undo = changes.remove_tag(database, "album", [1], "Best")
    scope = queries.list_tags(database)[0].scope
    assert queries.assets_with(database, scope) == [5, 3]
    changes.apply(database, undo)
    assert queries.assets_with(database, scope) == [5, 1, 3]


@pytest.mark.parametrize("name", ["", "   ", "\0\x1b", "\ud800", "\u202e"])
def test_names_of_nothing_are_refused(database: Database, name: str) -> None:
    with pytest.raises(UsageError):
        changes.add_tag(database, "label", [1], name)
    assert queries.list_tags(database) == []


def test_counts_leave_out_photos_without_a_location(database: Database) -> None:
    changes.add_tag(database, "label", [1, 2], "x")
    with database.writing() as connection:
        connection.execute(text("DELETE FROM places WHERE asset_id = 1"))
    assert [t.count for t in queries.list_tags(database)] == [1]


def test_thousands_at_once(database: Database) -> None:
    undo = changes.rate(database, list(range(1, 5000)), 3)
    assert undo.assets == tuple(ASSETS)


def test_a_change_is_whole_or_not_at_all(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    before = everything(database)
    monkeypatch.setattr(
        changes, "_delete_unused_tags", lambda connection: (_ for _ in ()).throw(OSError(28, "No space left"))
    )
    with pytest.raises(LibraryError, match="full"):
        changes.apply(database, changes.Change(ratings=((1, 5),), added=((1, "label", "x", None),)))
    monkeypatch.undo()
    assert everything(database) == before


SOME = st.lists(st.sampled_from(ASSETS), max_size=6)
NAMES = st.sampled_from(["a", "A", "b", "É", "é", "a|b"])
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("rate"), SOME, st.integers(0, 5)),
        st.tuples(st.sampled_from(["put", "take"]), st.sampled_from(["label", "album"]), SOME, NAMES),
    ),
    max_size=8,
)


@settings(deadline=None, max_examples=40)
@given(STEPS)
def test_undoing_and_doing_again_any_steps_gives_the_same(steps: list[tuple]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        database = make(Path(folder))
        states, undos = [everything(database)], []
        for step in steps:
            if step[0] == "rate":
                undo = changes.rate(database, step[1], step[2])
            else:
                undo = (changes.add_tag if step[0] == "put" else changes.remove_tag)(database, *step[1:])
            if undo:
                undos.append(undo)
                states.append(everything(database))
        redos = []
        for undo, state in zip(reversed(undos), reversed(states[:-1]), strict=True):
            redos.append(changes.apply(database, undo))
            assert everything(database) == state
        for redo, state in zip(reversed(redos), states[1:], strict=True):
            changes.apply(database, redo)
            assert everything(database) == state
        assert database.check() == []
        database.close()
