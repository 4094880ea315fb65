"""Copies and files that come back: whole or not at all, and never over another one."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dinodesk.generators import run_to_end
from dinodesk.library.files import moved_files
from dinodesk.library.files.moved_files import copy_steps, put_back
from dinodesk.library.files.sidecar_names import PART


def test_a_large_file_is_copied_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moved_files, "_PIECE", 10)
    (tmp_path / "a.jpg").write_bytes(bytes(range(95)))
    (tmp_path / "out").mkdir()
    steps = copy_steps(str(tmp_path / "a.jpg"), str(tmp_path / "out"))
    assert sum(1 for _ in steps) == 10
    assert (tmp_path / "out" / "a.jpg").read_bytes() == bytes(range(95))


def test_a_copy_that_is_given_up_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"words")
    (tmp_path / "out").mkdir()
    steps = copy_steps(str(tmp_path / "a.jpg"), str(tmp_path / "out"))
    next(steps)
    # a program that is killed here leaves nothing that looks like the photo
    assert not list((tmp_path / "out").glob("[!.]*"))
    (part,) = (tmp_path / "out").iterdir()
    assert not PART.fullmatch(part.name)  # an export of sidecars would remove it
    steps.close()
    assert list((tmp_path / "out").iterdir()) == []


@given(st.lists(st.sampled_from(["a.jpg", "a (2).jpg", "a (3).jpg", "b", "b (2)", ".c"]), max_size=12))
def test_every_copy_has_a_name_of_its_own(tmp_path_factory: pytest.TempPathFactory, names: list[str]) -> None:
    source, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("out")
    for number, name in enumerate(names):
        (source / name).write_bytes(b"%d" % number)
        copy = run_to_end(copy_steps(str(source / name), str(out)))
        assert Path(copy).read_bytes() == b"%d" % number
    assert len(list(out.iterdir())) == len(names)
    assert sorted(each.read_bytes() for each in out.iterdir()) == sorted(b"%d" % n for n in range(len(names)))


@pytest.mark.parametrize("links", [True, False])
def test_a_file_comes_back_unless_its_name_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool
) -> None:
    if not links:  # as on FAT

        def refuse(*_: object, **__: object) -> None:
            raise PermissionError(1, "Operation not permitted")

        monkeypatch.setattr(os, "link", refuse)
    there, here = tmp_path / "trash" / "files" / "a.jpg", tmp_path / "a.jpg"
    there.parent.mkdir(parents=True)
    there.write_bytes(b"photo")
    here.write_bytes(b"other")
    with pytest.raises(FileExistsError, match="another file"):
        put_back(str(there), str(here))
    assert (there.read_bytes(), here.read_bytes()) == (b"photo", b"other")
    here.unlink()
    put_back(str(there), str(here))
    assert here.read_bytes() == b"photo" and not there.exists()
    with pytest.raises(FileNotFoundError, match="not in the trash"):
        put_back(str(there), str(here))
    there.write_bytes(b"photo")
    with pytest.raises(FileNotFoundError, match="folder is not there"):
        put_back(str(there), str(tmp_path / "gone" / "a.jpg"))


@pytest.mark.parametrize("links", [True, False])
def test_from_another_disk_a_file_comes_back_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool
) -> None:
    def other_disk(*_: object, **__: object) -> None:
        raise OSError(errno.EXDEV, "Invalid cross-device link")

    def full(_source: object, copy: BinaryIO, *_: object) -> None:
        copy.write(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    link = os.link
    if not links:  # as on FAT
        link = other_disk
    monkeypatch.setattr(os, "rename", other_disk)
    monkeypatch.setattr(
        os, "link", lambda a, b, **how: other_disk() if "follow_symlinks" in how else link(a, b)
    )
    there, here = tmp_path / "trash" / "files" / "a.jpg", tmp_path / "photos" / "a.jpg"
    there.parent.mkdir(parents=True)
    here.parent.mkdir()
    there.write_bytes(b"photo")
    os.utime(there, (1000, 1000))
    with monkeypatch.context() as disk:
        disk.setattr(moved_files.shutil, "copyfileobj", full)
        with pytest.raises(OSError, match="No space left"):
            put_back(str(there), str(here))
    assert there.read_bytes() == b"photo" and list(here.parent.iterdir()) == []
    put_back(str(there), str(here))
    assert here.read_bytes() == b"photo" and here.stat().st_mtime == 1000 and not there.exists()
    assert list(here.parent.iterdir()) == [here]
    there.symlink_to("elsewhere.jpg")
    put_back(str(there), str(here.with_name("b.jpg")))
    assert os.readlink(here.with_name("b.jpg")) == "elsewhere.jpg" and not os.path.lexists(there)
