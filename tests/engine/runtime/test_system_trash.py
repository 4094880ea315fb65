"""The system's own trash, through Qt: a file goes there, comes back, or stays with a plain reason."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from dinodesk.engine.runtime.worker import move_to_trash
from dinodesk.library.files.moved_files import put_back

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the trash is the person's own elsewhere")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh account, in which no folder for data was made yet."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home" / "data"))
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


def test_files_of_one_name_go_there_and_come_back(home: Path) -> None:
    moved = []
    for number in range(3):
        folder = home / str(number)
        folder.mkdir()
        (folder / "a b ü.jpg").write_bytes(b"%d" % number)
        moved.append((folder / "a b ü.jpg", move_to_trash(str(folder / "a b ü.jpg"))))
    assert len({there for _, there in moved}) == 3
    assert all(not file.exists() and os.path.isfile(there) for file, there in moved)
    notes = home / "data" / "Trash" / "info"
    assert len(list(notes.iterdir())) == 3
    for file, there in moved:
        put_back(there, str(file))
    assert [file.read_bytes() for file, _ in moved] == [b"0", b"1", b"2"]
    assert list(notes.iterdir()) == [] and list((notes.parent / "files").iterdir()) == []


def test_what_can_not_go_there_stays_and_says_why(home: Path) -> None:
    with pytest.raises(FileNotFoundError, match="not there any more"):
        move_to_trash(str(home / "none.jpg"))
    odd = os.fsdecode(os.fsencode(home) + b"/\xff.jpg")
    Path(odd).write_bytes(b"x")
    with pytest.raises(OSError, match="not UTF-8"):
        move_to_trash(odd)
    assert os.path.isfile(odd)


def test_a_drive_without_a_trash_is_named(home: Path) -> None:
    (home / "data").write_text("no folder can be made here")
    file = home / "a.jpg"
    file.write_bytes(b"x")
    with pytest.raises(OSError, match="trash does not take it"):
        move_to_trash(str(file))
    assert file.read_bytes() == b"x"
