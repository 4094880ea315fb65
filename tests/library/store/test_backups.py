"""Backups, and a damaged database: set aside, restored or saved row by row, and the person is told."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from fakes import FakeModel
from sqlalchemy import insert

from dinodesk.engine.indexing.indexer import Indexer
from dinodesk.errors import DamagedLibraryError, LibraryError
from dinodesk.library.annotations import changes, queries
from dinodesk.library.library import LibraryStore
from dinodesk.library.photos.photo_queries import list_photos
from dinodesk.library.store import backups, key_values, salvage
from dinodesk.library.store.schema import KeyValue


@pytest.fixture
def folder(tmp_path: Path, photo_folder: Path, model: FakeModel) -> Path:
    """A closed library of twelve photos."""
    library = LibraryStore(tmp_path / "library")
    for _ in Indexer(library, model).add([str(photo_folder)]):
        pass
    library.close()
    return library.folder


def count(library: LibraryStore) -> int:
    return len(list_photos(library.database)[0])


def spoil(file: Path, start: int = 0, length: int = 4096) -> None:
    with file.open("r+b") as database:
        database.seek(start)
        database.write(b"\xa5" * length)


def test_backups_are_made_when_due_and_the_oldest_go(folder: Path) -> None:
    assert backups.is_due(folder)
    library = LibraryStore(folder)
    first = backups.back_up(library.database)
    assert backups.problem_of(first) == "" and not backups.is_due(folder)
    old = first.stat().st_mtime - 2 * backups.EVERY
    os.utime(first, (old, old))
    key_values.write(library.database, "x", 1)
    assert backups.is_due(folder)
    for number in range(4):
        first.rename(first.with_name(f"library-2020010{number}-000000.db"))
        first = backups.back_up(library.database)
    assert len(backups.list_backups(folder)) == backups.KEPT and backups.list_backups(folder)[0] == first
    library.close()


def test_no_room_for_a_backup_is_a_sentence(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    library = LibraryStore(folder)
    usage = __import__("shutil").disk_usage(folder)
    monkeypatch.setattr(
        "dinodesk.library.store.backups.shutil.disk_usage", lambda _: usage._replace(free=1000)
    )
    with pytest.raises(LibraryError, match="no room"):
        backups.back_up(library.database)
    assert backups.list_backups(folder) == []
    library.close()


def test_the_newest_sound_backup_takes_the_damaged_ones_place(folder: Path) -> None:
    library = LibraryStore(folder)
    sound = backups.back_up(library.database)
    key_values.write(library.database, "later", 1)
    library.close()
    newer = sound.with_name("library-99991231-000000.db")
    newer.write_bytes(b"half a backup")
    spoil(folder / "library.db")
    damaged = (folder / "library.db").read_bytes()
    library = LibraryStore(folder)
    assert count(library) == 12 and key_values.read(library.database, "later") is None
    assert "damaged" in library.notices[0] and "backup of" in library.notices[0]
    (aside,) = (folder / "damaged").iterdir()
    assert (aside / "library.db").read_bytes() == damaged
    library.close()
    library = LibraryStore(folder)
    assert library.notices == []
    library.close()


def test_without_a_backup_what_can_be_read_is_saved(folder: Path) -> None:
    connection = sqlite3.connect(folder / "library.db")
    connection.execute("PRAGMA journal_mode = DELETE")
    page = connection.execute("PRAGMA page_size").fetchone()[0]
    root = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'vectors'").fetchone()[0]
    connection.close()
    spoil(folder / "library.db", (root - 1) * page, page)
    (folder / "suspect").touch()
    library = LibraryStore(folder)
    assert count(library) == 12 and library.database.check() == []
    assert "no backup" in library.notices[0] and not (folder / "suspect").exists()
    library.close()


def test_damage_found_while_it_is_used_is_mended_at_the_next_start(folder: Path) -> None:
    library = LibraryStore(folder)
    backups.back_up(library.database)
    library.close()
    connection = sqlite3.connect(folder / "library.db")
    connection.execute("PRAGMA journal_mode = DELETE")
    page = connection.execute("PRAGMA page_size").fetchone()[0]
    root = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'contents'").fetchone()[0]
    connection.close()
    spoil(folder / "library.db", (root - 1) * page, page)
    library = LibraryStore(folder)
    with pytest.raises(DamagedLibraryError, match="damaged"):
        count(library)
    library.close()
    assert (folder / "suspect").exists()
    library = LibraryStore(folder)
    assert count(library) == 12 and "backup of" in library.notices[0]
    library.close()


def test_a_false_suspicion_changes_nothing(folder: Path) -> None:
    (folder / "suspect").touch()
    before = (folder / "library.db").read_bytes()
    library = LibraryStore(folder)
    assert library.notices == [] and not (folder / "suspect").exists()
    library.close()
    assert not (folder / "damaged").exists() and len((folder / "library.db").read_bytes()) >= len(before)


def test_a_suspect_library_of_a_newer_program_is_not_touched(folder: Path) -> None:
    with sqlite3.connect(folder / "library.db") as connection:
        connection.execute("PRAGMA user_version = 999")
    (folder / "suspect").touch()
    with pytest.raises(LibraryError, match="newer"):
        LibraryStore(folder)
    assert not (folder / "damaged").exists()


def test_a_lost_database_comes_back_from_its_backup(folder: Path) -> None:
    library = LibraryStore(folder)
    backups.back_up(library.database)
    library.close()
    (folder / "library.db").unlink()
    library = LibraryStore(folder)
    assert count(library) == 12 and library.notices
    library.close()


def test_nothing_readable_and_no_backup_is_refused_untouched(folder: Path) -> None:
    (folder / "library.db").write_bytes(b"this is no database at all" * 100)
    before = (folder / "library.db").read_bytes()
    with pytest.raises(DamagedLibraryError, match="no backup"):
        LibraryStore(folder)
    assert (folder / "library.db").read_bytes() == before and not (folder / "damaged").exists()


def test_a_header_that_is_gone_costs_nothing(folder: Path) -> None:
    library = LibraryStore(folder)
    changes.add_tag(library.database, "label", [1, 2, 3], "Kept")
    library.close()
    spoil(folder / "library.db", 0, 100)
    before = (folder / "library.db").read_bytes()
    library = LibraryStore(folder)
    assert count(library) == 12 and [
        (tag.name, tag.count) for tag in queries.list_tags(library.database)
    ] == [("Kept", 3)]
    assert "what could still be read was saved" in library.notices[0]
    (aside,) = (folder / "damaged").iterdir()
    assert (aside / "library.db").read_bytes() == before  # it was read from a copy
    library.close()
    assert not list(folder.glob("*.salvage*")) and not list(folder.glob("*.header*"))


def test_of_a_file_that_was_cut_off_the_first_part_is_saved(folder: Path) -> None:
    library = LibraryStore(folder)
    changes.add_tag(library.database, "label", [1, 2, 3], "Kept")
    for number in range(200):
        key_values.write(library.database, f"note {number}", "x" * 2000)
    library.close()
    file = folder / "library.db"
    with file.open("r+b") as database:
        database.truncate(file.stat().st_size // 2 // 4096 * 4096)
    library = LibraryStore(folder)
    assert "what could still be read was saved" in library.notices[0] and library.database.check() == []
    assert count(library) == 12 and [tag.name for tag in queries.list_tags(library.database)] == ["Kept"]
    library.close()


def test_damage_within_a_table_costs_only_the_rows_it_lies_in(tmp_path: Path) -> None:
    library = LibraryStore(tmp_path / "library")
    with library.database.writing() as connection:
        for number in range(2000):
            values = {"key": f"key {number:05}", "value": json.dumps("x" * 100)}
            connection.execute(insert(KeyValue).values(**values))
    library.close()
    file = library.folder / "library.db"
    pages = [
        at for at in range(0, file.stat().st_size, 4096) if b"key 00" in file.read_bytes()[at : at + 4096]
    ]
    leaves = [at for at in pages if file.read_bytes()[at] == 0x0D]  # of the table, not of its index
    for page in (leaves[5], leaves[20]):
        spoil(file, page)
    assert 1850 < salvage.save_rows(file, tmp_path / "saved.db") < 2000
    with closing(sqlite3.connect(tmp_path / "saved.db")) as saved:
        keys = {key for (key,) in saved.execute("SELECT key FROM notes")}
    assert {"key 00000", "key 00600", "key 01999"} <= keys


@pytest.mark.parametrize("table", ["contents", "assets", "volumes", "labels"])
def test_what_hangs_on_lost_rows_is_kept_and_filled_in_again(
    folder: Path, photo_folder: Path, model: FakeModel, table: str
) -> None:
    library = LibraryStore(folder)
    everything = [photo.asset for photo in list_photos(library.database)[0]]
    changes.add_tag(library.database, "label", everything, "Kept")
    library.close()
    with closing(sqlite3.connect(folder / "library.db")) as database, database:
        database.execute(f"DELETE FROM {table} WHERE id = 1")
    library = LibraryStore(folder)
    assert library.database.check() != [] and backups.mend_links(library.database) > 0
    assert library.database.check() == []
    (tag,) = queries.list_tags(library.database)
    assert tag.count == 12 and (tag.name == "Kept") == (table != "labels")
    for _ in Indexer(library, model).add([str(photo_folder)]):
        pass
    photos = [photo for photo in list_photos(library.database)[0] if photo.state == "online"]
    assert len(photos) == 12 and all(photo.width for photo in photos)
    (tag,) = queries.list_tags(library.database)
    assert tag.count == 12 and library.database.check() == []
    library.close()


def test_labels_are_read_from_their_index_where_their_page_is_lost(folder: Path, tmp_path: Path) -> None:
    library = LibraryStore(folder)
    changes.add_tag(library.database, "label", [1, 2, 3], "Kept")
    library.close()
    with closing(sqlite3.connect(folder / "library.db")) as database:
        query = "SELECT rootpage FROM sqlite_schema WHERE name = 'asset_labels'"
        page = database.execute(query).fetchone()[0]
    spoil(folder / "library.db", (page - 1) * 4096)
    assert salvage.save_rows(folder / "library.db", tmp_path / "saved.db") > 0
    with closing(sqlite3.connect(tmp_path / "saved.db")) as saved:
        assert saved.execute("SELECT count(*) FROM asset_labels").fetchone() == (3,)


def test_reading_a_backup_leaves_nothing_beside_it(folder: Path) -> None:
    library = LibraryStore(folder)
    made = backups.back_up(library.database)
    assert backups.problem_of(made, unused=True) == ""
    library.close()
    assert [file.name for file in made.parent.iterdir()] == [made.name]


def test_a_library_whose_drive_is_away_is_not_made_anew(tmp_path: Path) -> None:
    away = tmp_path / "drive" / "library"
    with pytest.raises(LibraryError, match="not there"):
        LibraryStore(away, make=False)
    assert not away.exists()
    LibraryStore(away).close()
    LibraryStore(away, make=False).close()


def test_backups_of_a_wrong_clock_do_not_push_out_a_new_one(folder: Path) -> None:
    library = LibraryStore(folder)
    future = backups.time.time() + 1000 * backups.EVERY
    for number in range(backups.KEPT):
        file = backups.back_up(library.database)
        os.utime(file, (future, future))
        file.rename(file.with_name(f"library-2099010{number + 1}-000000.db"))
    assert backups.is_due(folder)
    key_values.write(library.database, "said", "now")
    made = [backups.back_up(library.database) for _ in range(2)]
    assert (
        backups.list_backups(folder)[:2] == made[::-1] and len(backups.list_backups(folder)) == backups.KEPT
    )
    assert not backups.is_due(folder)
    library.close()
    spoil(folder / "library.db")
    library = LibraryStore(folder)
    assert key_values.read(library.database, "said") == "now"
    library.close()


@pytest.mark.parametrize("backed_up", [True, False])
@pytest.mark.parametrize("sound", [True, False])
def test_a_restoration_that_was_killed_in_between_is_finished(
    folder: Path, monkeypatch: pytest.MonkeyPatch, backed_up: bool, sound: bool
) -> None:
    library = LibraryStore(folder)
    if backed_up:
        backups.back_up(library.database)
    library.close()
    (folder / "suspect").touch()
    spoil(folder / "library.db", (folder / "library.db").stat().st_size // 8192 * 4096)
    damaged = (folder / "library.db").read_bytes()
    real = os.replace

    def killed(source: Path, target: Path) -> None:
        if Path(source).name == "library.db.part":
            raise KeyboardInterrupt
        real(source, target)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(os, "replace", killed)
        backups.restore(folder)
    for name in ("thumbnails", "index"):
        shutil.rmtree(folder / name)  # caches may be deleted at any moment
    (aside,) = (folder / "damaged").iterdir()
    (folder / "library.db-wal").write_bytes(b"left behind")
    if not sound:
        spoil(folder / "library.db.part")
    if sound or backed_up:
        library = LibraryStore(folder, make=False)
        assert count(library) > 0 and library.notices and not (folder / "library.db.part").exists()
        assert not sound or str(aside) in library.notices[0]
        library.close()
    else:
        with pytest.raises(DamagedLibraryError) as error:
            LibraryStore(folder, make=False)
        assert str(aside) in str(error.value) and not (folder / "library.db").exists()
    kept = [each.read_bytes() for each in (folder / "damaged").rglob("library.db-wal")]
    assert b"left behind" in kept or not (sound or backed_up)
    assert (aside / "library.db").read_bytes() == damaged


def test_one_row_that_was_saved_is_one_row(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = salvage.save_rows
    monkeypatch.setattr(salvage, "save_rows", lambda *files: min(real(*files), 1))
    spoil(folder / "library.db", 0, 100)
    (folder / "suspect").touch()
    library = LibraryStore(folder)
    assert "what could still be read was saved (1 row)." in library.notices[0]
    library.close()
