"""A library that others can read is told, and closed to them; a new one never is."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from dinodesk import private_files
from dinodesk.generators import run_to_end
from dinodesk.library.library import LibraryStore
from dinodesk.library.maintenance import privacy

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the system knows no such rights")


def open_to_others(folder: Path) -> list[Path]:
    return [
        each
        for each in (folder, *folder.rglob("*"))
        if each.lstat().st_mode & 0o077 and not each.is_symlink()
    ]


def open_up(folder: Path) -> None:
    """Give everything the rights that it had in earlier versions."""
    for each in (folder, *folder.rglob("*")):
        each.chmod(0o755 if each.is_dir() else 0o644)


@pytest.fixture
def older(library: LibraryStore) -> Iterator[LibraryStore]:
    """A library as an earlier version made it."""
    (library.thumbnails / "ab").mkdir()
    for name in ("thumbnails/ab/abc.jpg", "thumbnails/ab/abc.s.jpg", "index/f.f16", "library-before-v3.db"):
        (library.folder / name).write_bytes(b"x")
    (library.folder / "backups").mkdir()
    (library.folder / "damaged" / "1" / "2").mkdir(parents=True)
    open_up(library.folder)
    yield library


def test_an_older_library_is_told_once(older: LibraryStore) -> None:
    assert privacy.is_shared(older) and privacy.wants_saying(older)
    privacy.leave_shared(older)
    assert privacy.is_shared(older) and not privacy.wants_saying(older)


@pytest.mark.parametrize(
    "name", [".", "library.db", "thumbnails", "index", "backups", "library-before-v3.db"]
)
def test_one_open_part_is_enough(older: LibraryStore, name: str) -> None:
    run_to_end(privacy.make_private_steps(older))
    assert not privacy.is_shared(older)
    (older.folder / name).chmod(0o750)
    assert privacy.is_shared(older)


def test_all_of_it_is_closed(older: LibraryStore) -> None:
    steps: list[tuple[int, int]] = []
    assert run_to_end(privacy.make_private_steps(older), steps.append) == 0
    assert open_to_others(older.folder) == [] and not privacy.wants_saying(older)
    assert steps[0] == (0, 3) and steps[-1] == (3, 3)  # a folder of thumbnails, of damaged databases, a file


def test_after_one_step_nobody_else_gets_in(older: LibraryStore) -> None:
    steps = privacy.make_private_steps(older)
    next(steps)
    steps.close()
    left = open_to_others(older.folder)
    assert left and all(each.parent != older.folder for each in left)
    assert not privacy.is_shared(older)


def test_what_lies_beside_a_library_is_left_alone(older: LibraryStore) -> None:
    (older.folder / "my photos").mkdir(mode=0o755)
    theirs = older.folder / "my photos" / "a.jpg"
    theirs.touch()
    for each in (theirs, theirs.parent, older.folder):
        each.chmod(0o755)
    elsewhere = older.folder.parent / "elsewhere.jpg"
    elsewhere.touch()
    elsewhere.chmod(0o644)
    (older.thumbnails / "ab" / "link.jpg").symlink_to(elsewhere)
    run_to_end(privacy.make_private_steps(older))
    assert set(open_to_others(older.folder)) == {older.folder, theirs.parent, theirs}
    assert elsewhere.stat().st_mode & 0o077 and not privacy.is_shared(older)


def test_thumbnails_on_another_disk_are_closed_too(older: LibraryStore, tmp_path: Path) -> None:
    os.rename(older.thumbnails, tmp_path / "large disk")
    older.thumbnails.symlink_to(tmp_path / "large disk")
    run_to_end(privacy.make_private_steps(older))
    assert open_to_others(tmp_path / "large disk") == []


def test_a_disk_without_rights_is_never_complained_of(
    older: LibraryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(private_files, "knows_rights", lambda folder: False)  # FAT shows all files as open
    assert not privacy.is_shared(older) and not privacy.wants_saying(older)


@pytest.mark.parametrize("umask", [0o022, 0o002, 0o000])
def test_a_new_library_is_private(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        (tmp_path / "empty").mkdir(mode=0o755)
        (tmp_path / "photos").mkdir()
        (tmp_path / "photos").chmod(0o755)
        (tmp_path / "photos" / "a.jpg").touch()
        for folder in (tmp_path / "empty", tmp_path / "new" / "one", tmp_path / "photos"):
            library = LibraryStore(folder)
            with library.database.writing():
                pass
            assert not privacy.is_shared(library)
            own = [
                each
                for each in open_to_others(folder)
                if each.name != "a.jpg" and each != tmp_path / "photos"
            ]
            assert own == []
            library.close()
        assert (tmp_path / "photos").stat().st_mode & 0o777 == 0o755  # the person's, with photos in it
    finally:
        os.umask(before)
