"""Deleting on purpose: only what is missing everywhere for long, and all that belongs to it."""

from __future__ import annotations

import pytest
import xxhash
from stored_files import StoredFolder

from dinodesk.library.annotations import changes
from dinodesk.library.folders import root_folders
from dinodesk.library.maintenance.purge import GRACE, purge_leftovers, purge_missing
from dinodesk.library.maintenance.statistics import collect_statistics
from dinodesk.library.photos import photo_locations
from dinodesk.records import PhotoMetadata

DATA_TABLES = ("places", "assets", "contents", "vectors", "facts", "earlier", "labels", "asset_labels")


def mark_missing(folder: StoredFolder, asset: int, seconds: float) -> None:
    rows = folder.rows("SELECT id FROM places WHERE asset_id = :asset", asset=asset)
    photo_locations.mark_missing(folder.library.database, [row for (row,) in rows])
    with folder.library.database.writing() as connection:
        connection.exec_driver_sql(
            f"UPDATE places SET missing_since = missing_since - {seconds} WHERE asset_id = {asset}"
        )


def counts(folder: StoredFolder) -> dict[str, int]:
    return {table: folder.rows(f"SELECT count(*) FROM {table}")[0][0] for table in DATA_TABLES}


def test_a_purged_photo_takes_all_that_belongs_to_it(folder: StoredFolder) -> None:
    folder.write("a.jpg", b"before")
    ((_, asset),) = folder.store("a.jpg", metadata=PhotoMetadata(title="x"))
    folder.add("a.jpg", b"after")
    changes.add_tag(folder.library.database, "label", [asset], "sea")
    mark_missing(folder, asset, 10)
    purged = purge_missing(folder.library.database, 5)
    assert (purged.photos, purged.locations) == (1, 1)
    digests = {xxhash.xxh3_128_hexdigest(data) for data in (b"before", b"after")}
    assert set(purged.contents) == digests
    assert set(counts(folder).values()) == {0} and folder.library.database.check() == []


def test_a_content_that_another_asset_has_or_had_is_kept(folder: StoredFolder) -> None:
    asset = folder.add("a.jpg", b"one")
    folder.add("b.jpg", b"one")
    edited = folder.add("b.jpg", b"edited")  # of which the first content is an earlier one
    mark_missing(folder, asset, 10)
    assert purge_missing(folder.library.database, 5).contents == ()
    assert folder.rows("SELECT id FROM assets") == [(edited,)] and counts(folder)["contents"] == 2
    mark_missing(folder, edited, 10)
    assert len(purge_missing(folder.library.database, 5).contents) == 2


@pytest.mark.parametrize(("seconds", "count"), [(GRACE - 60, 0), (GRACE + 60, 1)])
def test_only_photos_missing_for_longer_than_the_grace_time_are_purged(
    folder: StoredFolder, seconds: float, count: int
) -> None:
    mark_missing(folder, folder.add("a.jpg", b"one"), seconds)
    assert collect_statistics(folder.library).overdue == count
    assert purge_missing(folder.library.database).photos == count


def test_a_photo_with_one_readable_location_is_never_purged(folder: StoredFolder) -> None:
    asset = folder.add("a.jpg", b"one")
    mark_missing(folder, asset, 2 * GRACE)
    folder.add("b.jpg", b"one")
    assert collect_statistics(folder.library).states == {"online": 1, "offline": 0, "missing": 0}
    assert purge_missing(folder.library.database, 0.0).photos == 0


def test_leftovers_are_photos_of_removed_folders(folder: StoredFolder) -> None:
    folder.add("a.jpg", b"one")
    assert purge_leftovers(folder.library.database).photos == 0
    root_folders.remove_root(folder.library.database, folder.root.id)
    found = collect_statistics(folder.library)
    assert (found.photos, found.leftovers, found.models) == (0, 1, (("fake", 1),))
    assert purge_leftovers(folder.library.database).photos == 1
    assert collect_statistics(folder.library).models == (("fake", 0),)


def test_many_photos_are_purged_at_once(folder: StoredFolder) -> None:
    for number in range(30):
        folder.write(f"{number}.jpg", b"%d" % number)
    folder.store(*(f"{number}.jpg" for number in range(30)))
    ids = [row for (row,) in folder.rows("SELECT id FROM places")]
    photo_locations.mark_missing(folder.library.database, ids)
    assert purge_missing(folder.library.database, -1.0).photos == 30
    assert counts(folder)["contents"] == 0


def test_statistics_count_reasons_and_bytes(folder: StoredFolder) -> None:
    for name, reason in (("a.jpg", "cut off"), ("b.jpg", "cut off"), ("c.jpg", "empty")):
        folder.write(name, b"bad")
        folder.store_bad(name, reason)
    folder.add("d.jpg", b"one")
    (folder.library.thumbnails / "ab").mkdir()
    (folder.library.thumbnails / "ab" / "x.jpg").write_bytes(b"0" * 1234)
    found = collect_statistics(folder.library)
    assert found.skipped == (("cut off", 2), ("empty", 1)) and found.photos == 1
    assert found.bytes["thumbnails"] == 1234 and found.bytes["index"] == 0 < found.bytes["database"]
    assert found.free > 0 and found.backed_up == 0.0
