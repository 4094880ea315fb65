"""Rows of removed folders: they come back as they were, whatever happened to the library meanwhile."""

from __future__ import annotations

import random

import pytest
from sqlalchemy import delete
from stored_files import StoredFolder

from dinodesk.errors import LibraryError
from dinodesk.library.folders import root_folders
from dinodesk.library.folders.root_folders import RemovedRoot
from dinodesk.library.maintenance import purge
from dinodesk.library.store.schema import Location

ALL = (
    "SELECT volume_id, path, asset_id, size, mtime_ns, inode, reason, missing_since FROM places ORDER BY path"
)


def removed(folder: StoredFolder) -> RemovedRoot:
    found = root_folders.remove_root(folder.library.database, folder.root.id)
    assert found is not None
    return found


def test_locations_come_back_exactly_with_their_sidecars(folder: StoredFolder) -> None:
    database = folder.library.database
    for number in range(1200):  # more than one statement takes
        folder.write(f"{number % 7}/{number}.jpg", b"%d" % (number % 1100))
    folder.store(*(f"{number % 7}/{number}.jpg" for number in range(1200)))
    folder.write("bad.jpg", b"bad")
    folder.store_bad("bad.jpg", "It is no photo.")
    place = folder.rows("SELECT id FROM places WHERE asset_id IS NOT NULL LIMIT 1")[0][0]
    with database.writing() as connection:
        connection.exec_driver_sql(
            "INSERT INTO sidecars (place_id, path, size, mtime_ns, reader, said)"
            " VALUES (?, x'612e786d70', 3, 4, 5, '{}')",
            (place,),
        )
    owner = "SELECT places.path, sidecars.path, said FROM sidecars JOIN places ON places.id = place_id"
    before, beside = folder.rows(ALL), folder.rows(owner)
    taken_out = removed(folder)
    assert folder.rows(ALL) == [] and folder.rows("SELECT * FROM sidecars") == []
    root, assets = root_folders.restore_root(database, taken_out)
    assert (folder.rows(ALL), folder.rows(owner)) == (before, beside) and root.path == str(folder.path)
    assert len(assets) == taken_out.rows.photos == 1100 and database.check() == []


def test_what_is_stored_again_by_now_stays(folder: StoredFolder) -> None:
    database = folder.library.database
    folder.add("a.jpg", b"one")
    folder.add("b.jpg", b"two")
    taken_out = removed(folder)
    folder.root = root_folders.add_root(database, str(folder.path))
    folder.write("a.jpg", b"three")
    (_, asset), *_ = folder.store("a.jpg")
    root_folders.restore_root(database, taken_out)
    assert folder.assets()["a.jpg"] == asset and set(folder.assets()) == {"a.jpg", "b.jpg"}
    assert [root.id for root in root_folders.list_roots(database)] == [folder.root.id]


def test_a_photo_that_was_forgotten_meanwhile_is_left_to_the_next_scan(folder: StoredFolder) -> None:
    database = folder.library.database
    folder.add("a.jpg", b"one")
    taken_out = removed(folder)
    assert purge.purge_leftovers(database).photos == 1
    assert root_folders.restore_root(database, taken_out)[1] == []
    assert folder.rows(ALL) == [] and database.check() == []


def test_a_folder_that_is_gone_is_refused_and_one_whose_drive_is_away_is_not(
    folder: StoredFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = folder.library.database
    folder.add("a.jpg", b"one")
    taken_out = removed(folder)
    folder.path.rename(folder.path.with_name("elsewhere"))
    with pytest.raises(LibraryError, match="is not there any more"):
        root_folders.restore_root(database, taken_out)
    assert folder.rows(ALL) == [] and root_folders.list_roots(database) == []
    monkeypatch.setattr("dinodesk.library.files.volumes.identity_of", lambda mount: "another drive")
    root, assets = root_folders.restore_root(database, taken_out)
    assert not root.here and len(assets) == 1


@pytest.mark.parametrize("seed", range(8))
def test_any_mixture_of_kept_and_deleted_rows_is_restored(folder: StoredFolder, seed: int) -> None:
    chance, database = random.Random(seed), folder.library.database
    names = [f"{number}.jpg" for number in range(30)]
    for name in names:
        folder.add(name, b"%d" % chance.randrange(20))
    before, taken_out = folder.rows(ALL), removed(folder)
    folder.root = root_folders.add_root(database, str(folder.path))
    folder.new_run()
    again = chance.sample(names, chance.randrange(30))
    folder.store(*again)
    with database.writing() as connection:  # ids of those that are gone go to others
        dropped = [name.encode() for name in again if chance.random() < 0.5]
        connection.execute(
            delete(Location).where(
                Location.path.in_([f"{folder.root.relative}/{n.decode()}" for n in dropped])
            )
        )
    root_folders.restore_root(database, taken_out)
    assert [(row[1], row[3:]) for row in folder.rows(ALL)] == [(row[1], row[3:]) for row in before]
    assert database.check() == []
