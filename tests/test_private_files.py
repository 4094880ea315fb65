"""Files and folders that only their owner can read, whatever the umask is."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from dinodesk import private_files

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the system knows no such rights")


@pytest.fixture(params=[0o022, 0o002, 0o000], autouse=True)
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_folders_are_made_private_with_those_above(tmp_path: Path) -> None:
    private_files.make_folder(tmp_path / "a" / "b" / "c")
    assert {mode(tmp_path / name) for name in ("a", "a/b", "a/b/c")} == {0o700}
    (tmp_path / "open").mkdir(mode=0o755)
    (tmp_path / "open").chmod(0o755)
    private_files.make_folder(tmp_path / "open")
    assert mode(tmp_path / "open") == 0o755  # what is there stays as it is
    with pytest.raises(FileNotFoundError):
        private_files.make_folder(tmp_path / "no" / "drive", parents=False)


def test_files_are_private_before_their_first_byte(tmp_path: Path) -> None:
    with private_files.create(tmp_path / "a") as file:
        assert mode(tmp_path / "a") == 0o600
        file.write(b"words")
    assert (tmp_path / "a").read_bytes() == b"words"
    (tmp_path / "a").chmod(0o644)
    private_files.write(tmp_path / "a", b"new")
    assert mode(tmp_path / "a") == 0o600 and (tmp_path / "a").read_bytes() == b"new"
    with private_files.create(tmp_path / "a", append=True) as file:
        file.write(b"er")
    assert (tmp_path / "a").read_bytes() == b"newer"
    with pytest.raises(OSError, match="No such file"):
        private_files.create(tmp_path / "no" / "a")


def test_what_is_made_after_an_open_model_has_the_usual_rights(tmp_path: Path, umask: int) -> None:
    tmp_path.chmod(0o755)
    private_files.write(tmp_path / "a", b"", like=tmp_path)
    private_files.make_folder(tmp_path / "b", like=tmp_path)
    assert mode(tmp_path / "a") == 0o666 & ~umask and mode(tmp_path / "b") == 0o777 & ~umask
    tmp_path.chmod(0o700)
    private_files.write(tmp_path / "c", b"", like=tmp_path)
    assert mode(tmp_path / "c") == 0o600


def test_the_usual_rights_are_those_of_any_new_file(tmp_path: Path) -> None:
    (tmp_path / "any").touch()
    private_files.create(tmp_path / "a").close()
    private_files.give_usual_rights(tmp_path / "a")
    assert mode(tmp_path / "a") == mode(tmp_path / "any")


def test_links_are_left_alone_and_what_is_gone_is_no_trouble(tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    (tmp_path / "a").chmod(0o644)
    (tmp_path / "link").symlink_to(tmp_path / "a")
    assert not private_files.make_private(tmp_path / "link") and mode(tmp_path / "a") == 0o644
    assert private_files.is_open_to_others(tmp_path / "link")
    assert private_files.make_private(tmp_path / "a") and mode(tmp_path / "a") == 0o600
    assert not private_files.is_open_to_others(tmp_path / "a")
    assert private_files.make_private(tmp_path / "gone")
    assert not private_files.is_open_to_others(tmp_path / "gone")
    assert private_files.knows_rights(tmp_path) and not list(tmp_path.glob("*.part"))
    assert not private_files.knows_rights(tmp_path / "gone")


def test_a_folder_that_somebody_may_have_taken_is_refused(tmp_path: Path) -> None:
    private_files.require_private_folder(tmp_path / "new" / "one")
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o777)
    private_files.require_private_folder(tmp_path / "open")
    assert mode(tmp_path / "open") == mode(tmp_path / "new" / "one") == 0o700
    (tmp_path / "link").symlink_to(tmp_path / "open")
    (tmp_path / "broken").symlink_to(tmp_path / "nowhere")
    (tmp_path / "file").touch()
    for name in ("link", "broken", "file"):
        with pytest.raises(OSError):
            private_files.require_private_folder(tmp_path / name)
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give files away")
def test_what_belongs_to_somebody_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "theirs").mkdir(mode=0o700)
    os.chown(tmp_path / "theirs", 12_345, 12_345)
    with pytest.raises(PermissionError):
        private_files.require_private_folder(tmp_path / "theirs")
    (tmp_path / "theirs").chmod(0o755)
    assert not private_files.is_open_to_others(tmp_path / "theirs")  # theirs to close
