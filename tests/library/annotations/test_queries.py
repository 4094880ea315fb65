"""Annotations read back: of assets, by label and album, counted by what is in the library."""

from __future__ import annotations

import pytest
from stored_files import StoredFolder

from dinodesk.library.annotations import changes, queries
from dinodesk.library.annotations.queries import Annotations
from dinodesk.library.folders import root_folders
from dinodesk.records import Tagged


@pytest.fixture
def assets(folder: StoredFolder) -> list[int]:
    return [folder.add(f"{number}.jpg", b"%d" % number) for number in range(4)]


def test_annotations_of_each_asset(folder: StoredFolder, assets: list[int]) -> None:
    database = folder.library.database
    changes.rate(database, assets[:1], 4)
    changes.add_tag(database, "label", assets[:2], "Zoo")
    changes.add_tag(database, "label", assets[:1], "über")
    changes.add_tag(database, "album", assets[1:2], "Best")
    changes.apply(database, changes.Change(texts=((assets[2], "Title", None),)))
    with database.reading() as connection:
        found = queries.annotations_of(connection, [*assets, 999])
    assert found == {
        assets[0]: Annotations(4, None, None, ("Zoo", "über")),
        assets[1]: Annotations(None, None, None, ("Zoo",), ("Best",)),
        assets[2]: Annotations(None, "Title"),
        assets[3]: Annotations(),
    }


def test_an_album_keeps_the_order_in_which_assets_were_added(folder: StoredFolder, assets: list[int]) -> None:
    database = folder.library.database
    for asset in (assets[2], assets[0], assets[3]):
        changes.add_tag(database, "album", [asset], "Trip")
    (tag,) = queries.list_tags(database)
    album = Tagged("album", tag.id)
    assert queries.assets_with(database, album) == [assets[2], assets[0], assets[3]]
    undo = changes.remove_tag(database, "album", [assets[0]], "trip")
    assert queries.assets_with(database, album) == [assets[2], assets[3]]
    changes.apply(database, undo)
    assert queries.assets_with(database, album) == [assets[2], assets[0], assets[3]]
    assert queries.assets_with(database, Tagged("label", tag.id)) == []


def test_tags_count_assets_that_have_a_location(folder: StoredFolder, assets: list[int]) -> None:
    database = folder.library.database
    changes.add_tag(database, "label", assets, "b")
    changes.add_tag(database, "label", assets[:1], "A")
    changes.add_tag(database, "album", assets[:3], "c")
    listed = [(tag.kind, tag.name, tag.count) for tag in queries.list_tags(database)]
    assert listed == [("label", "A", 1), ("label", "b", 4), ("album", "c", 3)]
    root_folders.remove_root(database, folder.root.id)
    assert queries.list_tags(database) == []  # the annotations are kept all the same
    with database.reading() as connection:
        assert queries.annotations_of(connection, assets[:1])[assets[0]].labels == ("A", "b")


def test_labels_of_a_selection_with_their_numbers(folder: StoredFolder, assets: list[int]) -> None:
    changes.add_tag(folder.library.database, "label", assets[:3], "sea")
    changes.add_tag(folder.library.database, "label", assets[2:], "Alps")
    found = queries.labels_of(folder.library.database, assets[1:])
    assert found == [("Alps", 2), ("sea", 2)]
    assert queries.labels_of(folder.library.database, []) == []


def test_assets_that_are_in_the_library(folder: StoredFolder, assets: list[int]) -> None:
    assert queries.existing_assets(folder.library.database, [*assets, 77, 78]) == set(assets)
    assert queries.existing_assets(folder.library.database, []) == set()
