"""`doctor` and `places` on a real library, with a fake model."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from fakes import FakeModel
from photos import make_photo

from dinodesk import api
from dinodesk.cli.main import run
from dinodesk.engine.indexing.indexer import Indexer
from dinodesk.library.annotations import changes
from dinodesk.library.files import mounts
from dinodesk.library.library import LibraryStore
from dinodesk.library.store.database import Database


@pytest.fixture
def folder(tmp_path: Path, photo_folder: Path, model: FakeModel) -> Path:
    library = LibraryStore(tmp_path / "library")
    for _ in Indexer(library, model).add([str(photo_folder)]):
        pass
    library.close()
    return library.folder


@pytest.fixture
def command(folder: Path, capsys: pytest.CaptureFixture[str]):
    def call(*words: object, library: Path = folder):  # type: ignore[no-untyped-def]
        code = run([*map(str, words), "--library", str(library), "--json"])
        return code, json.loads(capsys.readouterr().out or "null")

    return call


def test_a_folder_of_copies_is_listed_with_them(
    command, photo_folder: Path, folder: Path, model: FakeModel, tmp_path: Path
) -> None:
    shutil.copytree(photo_folder / "red", tmp_path / "copies")
    library = LibraryStore(folder)
    for _ in Indexer(library, model).add([str(tmp_path / "copies")]):
        pass
    library.close()
    assert [row["photos"] for row in command("places")[1]] == [12, 6]


@pytest.mark.skipif(os.name != "posix", reason="the system knows no such rights")
def test_a_library_that_others_can_read_is_noted_and_closed(
    command, folder: Path, monkeypatch: pytest.MonkeyPatch, model: FakeModel, reachable: None
) -> None:
    monkeypatch.setattr("dinodesk.models.loader.load_model", lambda name, **options: model)
    assert not any("Other people" in note for note in command("doctor")[1]["notes"])
    for each in (folder, *folder.rglob("*")):
        each.chmod(0o755 if each.is_dir() else 0o644)
    code, told = command("doctor")
    assert (
        code == 0 and told["healthy"] and any("doctor --repair` makes it private" in n for n in told["notes"])
    )
    assert any("now it is private" in note for note in command("doctor", "--repair")[1]["notes"])
    assert not any(each.stat().st_mode & 0o077 for each in (folder, *folder.rglob("*")))
    assert not any("private" in note for note in command("doctor", "--repair")[1]["notes"])
    folder.chmod(0o755)
    (folder / "library.db").chmod(0o644)
    folder.parent.chmod(0o700)  # nobody gets in: closed all the same, and nothing said
    assert not any("people" in note for note in command("doctor")[1]["notes"])
    assert not any("private" in note for note in command("doctor", "--repair")[1]["notes"])
    assert not any(each.stat().st_mode & 0o077 for each in (folder, folder / "library.db"))


def test_folders_are_listed_removed_and_missing_photos_purged(
    command, photo_folder: Path, folder: Path, model: FakeModel
) -> None:
    (photo_folder / "red" / "01.jpg").unlink()
    library = LibraryStore(folder)
    for _ in Indexer(library, model).rescan():
        pass
    library.close()
    code, (row,) = command("places")
    assert (code, row["path"], row["state"]) == (0, str(photo_folder), "online")
    assert (row["photos"], row["missing"], row["skipped"]) == (12, 1, 0)
    assert command("places", "forget")[1]["photos"] == 0  # within the grace time
    assert command("places", "forget", "--older-than", 0)[1] == {"photos": 1, "places": 1, "contents": 1}
    assert command("places", "remove", photo_folder)[1] == {"removed": [str(photo_folder)]}
    assert command("places")[1] == [] and len(list(photo_folder.rglob("*.jpg"))) == 11
    assert command("places", "forget", "--leftovers")[1]["photos"] == 11
    assert not list((folder / "thumbnails").rglob("*.jpg"))
    assert run(["places", "remove", "--library", str(folder)]) == 2
    assert run(["places", "remove", "/nowhere", "--library", str(folder)]) == 3


def test_rules_are_set_and_shown(command) -> None:
    code, found = command(
        "places", "rules", "--exclude", "*_thumb.*", "--exclude", "cache", "--hidden", "yes"
    )
    assert code == 0 and found == {"patterns": ["*_thumb.*", "cache"], "hidden": True, "smallest": 0}
    assert command("places", "rules", "--smallest", 4096)[1]["smallest"] == 4096
    assert command("places", "rules", "--exclude", "")[1]["patterns"] == []


@pytest.mark.parametrize(
    "line",
    [
        "places rules --smallest=-5", "places rules --smallest=x", "places forget --older-than=-1",
        "places forget --older-than=nan", "places forget --older-than=inf",
    ],
)  # fmt: skip
def test_numbers_that_make_no_sense_are_wrong_usage(line: str) -> None:
    with pytest.raises(SystemExit) as end:
        run(line.split())
    assert end.value.code == 2


@pytest.mark.parametrize("action", ["list", "forget", "rules"])
def test_folders_that_would_be_ignored_are_wrong_usage(folder: Path, action: str) -> None:
    assert run(["places", action, "/whatever", "--library", str(folder)]) == 2


def test_index_counts_what_the_rules_leave_out(
    command, photo_folder: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    monkeypatch.setattr("dinodesk.models.loader.load_model", lambda name, **options: FakeModel())
    assert command("index", photo_folder)[1]["left_out"] == 0
    command("places", "rules", "--exclude", "red")
    assert command("index", photo_folder)[1]["left_out"] == 6
    command("places", "rules", "--exclude", "blue")
    run(["index", str(photo_folder), "--library", str(folder)])
    assert "left out by the rules: 6" in capsys.readouterr().out


def test_verify_and_back_up(command, photo_folder: Path, folder: Path) -> None:
    code, found = command("doctor", "--verify", "--back-up")
    assert code == 0 and found["healthy"] and "12 files verified: 12 sound" in " ".join(found["notes"])
    assert len(list((folder / "backups").glob("library-*.db"))) == 1
    file = photo_folder / "red" / "01.jpg"
    about = file.stat()
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    os.utime(file, ns=(about.st_atime_ns, about.st_mtime_ns))
    code, found = command("doctor", "--verify")
    assert code == 1 and not found["healthy"] and str(file) in found["problems"][0]


def test_a_damaged_database_is_named_and_repaired(command, folder: Path) -> None:
    command("doctor", "--back-up")
    connection = sqlite3.connect(folder / "library.db")
    connection.execute("PRAGMA journal_mode = DELETE")
    page = connection.execute("PRAGMA page_size").fetchone()[0]
    root = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'contents'").fetchone()[0]
    connection.close()
    with (folder / "library.db").open("r+b") as database:
        database.seek((root - 1) * page)
        database.write(b"\xa5" * page)
    code, found = command("doctor")
    assert code == 1 and "damaged" in found["problems"][0]
    code, found = command("doctor", "--repair")  # it was suspect by now, so opening it mended it
    assert code == 0 and any("set aside" in each for each in found["notes"])
    assert command("places")[1][0]["photos"] == 12


def test_a_library_moves(command, folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "elsewhere"
    code, found = command("doctor", "--move-to", target)
    assert code == 0 and str(target) in " ".join(found["notes"]) and not folder.exists()
    assert command("places", library=target)[1][0]["photos"] == 12


def test_a_library_that_was_restored_says_so(
    command, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command("doctor", "--back-up")
    (folder / "library.db").write_bytes(b"no database" * 1000)
    assert run(["places", "--library", str(folder), "--json"]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out)[0]["photos"] == 12 and "set aside" in err and "backup of" in err
    run(["places", "--library", str(folder)])
    assert capsys.readouterr().err == ""


def test_a_library_that_can_only_be_read_is_verified_and_not_repaired(
    command, photo_folder: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read_only(place: Path) -> api.Library:
        library = api.Library(LibraryStore(place))
        library.store.database.close()
        library.store.database = Database(place / "library.db", read_only=True)
        return library

    monkeypatch.setattr(api, "open_library", read_only)
    file = photo_folder / "red" / "01.jpg"
    about = file.stat()
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    os.utime(file, ns=(about.st_atime_ns, about.st_mtime_ns))
    code, found = command("doctor", "--verify")
    assert code == 1 and str(file) in found["problems"][0] and len(found["problems"]) == 1
    assert "12 files verified: 11 sound, 1 damaged" in " ".join(found["notes"])
    cache = folder / "index" / "kept"
    cache.write_bytes(b"as it was")
    code, found = command("doctor", "--repair")
    assert code == 1 and "can't be written to" in found["problems"][0]
    assert not any("rebuilt" in each for each in found["notes"]) and cache.read_bytes() == b"as it was"


def test_a_drive_at_the_path_of_another_folder_counts_its_own_photos(
    command, photo_folder: Path, folder: Path, model: FakeModel, drives: dict[str, mounts.Mount]
) -> None:
    drives[str(photo_folder)] = mounts.Mount(str(photo_folder), "uuid:9", "Stick", False)
    photo_folder.rename(photo_folder.with_name("pulled"))
    photo_folder.mkdir()  # the stick, at the place of the folder that was indexed
    (photo_folder / "bad.jpg").write_text("no photo")
    for number in range(3):
        make_photo(photo_folder / f"{number}.jpg", seed=100 + number)
    library = LibraryStore(folder)
    for _ in Indexer(library, model).add([str(photo_folder)]):
        pass
    library.close()
    rows = {row["drive"]: row for row in command("places")[1]}
    assert (rows["Stick"]["photos"], rows["Stick"]["skipped"]) == (3, 1)
    assert sorted((row["photos"], row["skipped"]) for row in rows.values()) == [(3, 1), (12, 0)]


@pytest.mark.parametrize("nonsense", ["x", "[]", "null", '{"patterns": 5}', '{"smallest": "a"}', "[" * 9000])
def test_a_damaged_stored_value_stops_no_command(command, folder: Path, nonsense: str) -> None:
    with closing(sqlite3.connect(folder / "library.db")) as database, database:
        for key in ("rules", "verify", "pace", "to add", "watch"):
            database.execute("INSERT OR REPLACE INTO notes VALUES (?, ?)", (key, nonsense))
    code, rules = command("places", "rules")
    assert (code, rules["patterns"], rules["smallest"]) == (0, [], 0)
    assert command("doctor", "--verify")[0] == 0
    assert command("places", "rules", "--exclude", "*.tmp")[1]["patterns"] == ["*.tmp"]


def test_rows_that_point_to_nothing_are_removed_and_nothing_else(command, folder: Path) -> None:
    code, said = command("doctor", "--back-up")
    library = LibraryStore(folder)
    changes.add_tag(library.database, "label", [1, 2], "After")
    library.close()
    with closing(sqlite3.connect(folder / "library.db")) as database, database:
        database.execute("INSERT INTO asset_labels (asset_id, label_id) VALUES (9999, 9999)")
    before = sorted((folder / "backups").iterdir())
    code, said = command("doctor", "--back-up")
    assert code == 1 and "1 row that points to nothing" in said["problems"][0]
    assert sorted((folder / "backups").iterdir()) == before  # never a backup of a damaged one
    code, said = command("doctor", "--repair")
    assert (code, said["problems"]) == (0, []) and not (folder / "damaged").exists()
    assert command("labels")[1]["labels"] == [{"name": "After", "count": 2}]


def test_caches_that_are_something_else_are_made_anew(command, folder: Path) -> None:
    for name in ("thumbnails", "index"):
        shutil.rmtree(folder / name)
    (folder / "thumbnails").write_text("no folder")
    (folder / "index").symlink_to(folder / "nowhere")
    assert command("places")[0] == 0
    assert (folder / "thumbnails").is_dir() and (folder / "index").is_dir()


def test_labels_are_backed_up_without_the_window(command, folder: Path, photo_folder: Path) -> None:
    photo = next((photo_folder / "red").iterdir())
    assert not (folder / "backups").exists()
    assert command("labels", "add", "Kept", photo)[1]["changed"] == 1
    (backup,) = (folder / "backups").iterdir()
    with closing(sqlite3.connect(backup)) as database:
        assert database.execute("SELECT name FROM labels").fetchall() == [("Kept",)]


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-"])
def test_closed_streams_end_no_command(folder: Path, tmp_path: Path, closed: str) -> None:
    call = (
        f"exec {shlex.quote(sys.executable)} -m dinodesk places --library {shlex.quote(str(folder))} --json"
    )
    done = subprocess.run(
        ["sh", "-c", f"{call} {closed}"], capture_output=True, cwd=tmp_path, env=os.environ, timeout=60
    )
    assert done.returncode == 0 and b"Traceback" not in done.stderr
    if closed == "2>&-":
        assert len(json.loads(done.stdout)) == 1
    assert Database(folder / "library.db").check() == []
