"""Where annotations go when bytes turn up again: edits, undone edits, copies, exchanged and taken names."""

from __future__ import annotations

import pytest
from stored_files import StoredFolder

from dinodesk.library.annotations import changes, queries
from dinodesk.library.photos import photo_locations
from dinodesk.library.photos.asset_matching import merge_twins


def label(folder: StoredFolder, asset: int, name: str) -> None:
    changes.add_tag(folder.library.database, "label", [asset], name)


def labels(folder: StoredFolder, asset: int) -> tuple[str, ...]:
    with folder.library.database.reading() as connection:
        return queries.annotations_of(connection, [asset])[asset].labels


def mark_missing(folder: StoredFolder, *names: str) -> None:
    ids = {path.decode(): row for row, path in folder.rows("SELECT id, path FROM places")}
    gone = [row for path, row in ids.items() if path.rsplit("/", 1)[-1] in names]
    photo_locations.mark_missing(folder.library.database, gone)


def test_an_edit_in_place_keeps_the_asset_and_remembers_the_earlier_content(folder: StoredFolder) -> None:
    asset = folder.add("a.jpg", b"before")
    label(folder, asset, "sea")
    assert folder.add("a.jpg", b"after") == asset and labels(folder, asset) == ("sea",)
    ((before,),) = folder.rows("SELECT id FROM contents WHERE size = 6")
    assert folder.rows("SELECT asset_id, content_id FROM earlier") == [(asset, before)]


def test_an_undone_edit_gives_the_asset_its_earlier_content_back(folder: StoredFolder) -> None:
    asset = folder.add("a.jpg", b"before")
    folder.add("a.jpg", b"after")
    assert folder.add("a.jpg", b"before") == asset
    assert folder.rows("SELECT size FROM assets JOIN contents ON contents.id = content_id") == [(6,)]


def test_an_edited_copy_is_an_asset_of_its_own_with_copied_annotations(folder: StoredFolder) -> None:
    asset = folder.add("a.jpg", b"one")
    assert folder.add("b.jpg", b"one") == asset
    label(folder, asset, "sea")
    edited = folder.add("b.jpg", b"edited")
    assert edited != asset and labels(folder, edited) == labels(folder, asset) == ("sea",)
    label(folder, edited, "mono")
    assert labels(folder, asset) == ("sea",)


def test_a_kept_original_of_an_edited_photo_has_its_annotations_too(folder: StoredFolder) -> None:
    asset = folder.add("a.jpg", b"before")
    label(folder, asset, "sea")
    folder.add("a.jpg", b"after")
    original = folder.add("backup.jpg", b"before")
    assert original != asset and labels(folder, original) == ("sea",)


def test_annotations_follow_the_bytes_when_two_photos_exchange_names(folder: StoredFolder) -> None:
    one, two = folder.add("a.jpg", b"one"), folder.add("b.jpg", b"two")
    label(folder, one, "first")
    label(folder, two, "second")
    folder.new_run()
    folder.write("a.jpg", b"two")
    folder.write("b.jpg", b"one")
    folder.store("a.jpg", "b.jpg")
    merge_twins(folder.library.database)
    assert folder.assets() == {"a.jpg": two, "b.jpg": one}
    assert (labels(folder, one), labels(folder, two)) == (("first",), ("second",))


def test_an_overwritten_photo_keeps_its_annotations_until_its_bytes_turn_up(folder: StoredFolder) -> None:
    lost, other = folder.add("a.jpg", b"one"), folder.add("b.jpg", b"two")
    label(folder, lost, "lost")
    folder.new_run()
    folder.write("a.jpg", b"two")
    folder.store("a.jpg")
    assert merge_twins(folder.library.database) == []
    assert folder.assets() == {"a.jpg": other, "b.jpg": other} and labels(folder, other) == ()
    folder.new_run()
    assert folder.add("c.jpg", b"one") == lost and labels(folder, lost) == ("lost",)


def test_a_copy_that_is_made_like_the_original_again_is_merged_with_it(folder: StoredFolder) -> None:
    original = folder.add("a.jpg", b"one")
    folder.add("b.jpg", b"one")
    edited = folder.add("b.jpg", b"edited")
    label(folder, edited, "from the copy")
    folder.new_run()
    folder.add("b.jpg", b"one")
    assert merge_twins(folder.library.database) == [original]
    assert folder.assets() == {"a.jpg": original, "b.jpg": original}
    assert labels(folder, original) == ("from the copy",)
    assert folder.rows("SELECT count(*) FROM assets") == [(1,)]


def test_merging_keeps_ratings_and_words_of_the_asset_that_receives(folder: StoredFolder) -> None:
    original = folder.add("a.jpg", b"one")
    folder.add("b.jpg", b"one")
    edited = folder.add("b.jpg", b"edited")
    changes.rate(folder.library.database, [original], 2)
    changes.rate(folder.library.database, [edited], 5)
    folder.new_run()
    folder.add("b.jpg", b"one")
    merge_twins(folder.library.database)
    assert folder.rows("SELECT rating FROM assets") == [(2,)]


def test_an_edit_saved_under_the_old_and_a_new_name_is_one_photo(folder: StoredFolder) -> None:
    asset = folder.add("a.jpg", b"before")
    label(folder, asset, "sea")
    folder.new_run()
    for name in ("a.jpg", "new.jpg"):
        folder.write(name, b"after")
    folder.store("new.jpg", "a.jpg")
    merge_twins(folder.library.database)
    found = folder.assets()
    assert found["a.jpg"] == found["new.jpg"] is not None
    assert labels(folder, found["a.jpg"] or 0) == ("sea",)


@pytest.mark.parametrize("missing", [False, True])
def test_known_bytes_at_a_new_name_are_the_asset_that_had_them(folder: StoredFolder, missing: bool) -> None:
    asset = folder.add("a.jpg", b"one")
    if missing:
        (folder.path / "a.jpg").unlink()
        mark_missing(folder, "a.jpg")
    folder.new_run()
    assert folder.add("b.jpg", b"one") == asset
    assert set(folder.assets()) == ({"b.jpg"} if missing else {"a.jpg", "b.jpg"})
