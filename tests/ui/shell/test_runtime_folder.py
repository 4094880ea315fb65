"""Locks and sockets lie where nobody else can take their names."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from dinodesk.ui.shell.runtime_folder import runtime_folder
from dinodesk.ui.shell.single_instance import SingleInstance, hand_over, name_for

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the system knows no such rights")
NAME = 30


@pytest.fixture
def short(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a short path."""
    return tmp_path_factory.mktemp("r")


@pytest.fixture
def places(short: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Path]:
    """The places in which the folder may lie, in their order."""
    found = {"runtime": short / "xdg", "cache": short / "cache", "temporary": short / "tmp"}
    found["runtime"].mkdir(mode=0o700)
    found["temporary"].mkdir(mode=0o777)
    found["temporary"].chmod(0o1777)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(found["runtime"]))
    monkeypatch.setenv("XDG_CACHE_HOME", str(found["cache"]))
    monkeypatch.setattr("tempfile.tempdir", str(found["temporary"]))
    return found


def is_private(folder: Path) -> bool:
    return stat.S_IMODE(folder.lstat().st_mode) == 0o700


def test_the_systems_own_folder_is_used(places: dict[str, Path]) -> None:
    folder = runtime_folder(NAME)
    assert folder == places["runtime"] / "dinodesk" and is_private(folder)
    assert runtime_folder(NAME) == folder


@pytest.mark.parametrize("state", ["open", "link", "file", "gone", "relative"])
def test_a_folder_of_the_system_that_is_not_ours_alone_is_not_used(
    state: str, places: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    runtime = places["runtime"]
    if state == "open":
        runtime.chmod(0o755)
    elif state == "relative":
        monkeypatch.setenv("XDG_RUNTIME_DIR", "xdg")
    else:
        runtime.rmdir()
        if state == "link":
            (places["temporary"] / "theirs").mkdir(mode=0o700)
            runtime.symlink_to(places["temporary"] / "theirs")
        elif state == "file":
            runtime.touch()
    folder = runtime_folder(NAME)
    assert folder is not None and places["cache"] in folder.parents and is_private(folder)


def test_a_taken_name_is_never_used(places: dict[str, Path]) -> None:
    """A link, a file or a folder that waits under our name in the common temporary folder."""
    theirs = places["temporary"] / f"dinodesk-{os.geteuid()}"
    places["runtime"].chmod(0o755)
    places["cache"].touch()  # no folder can be made in it
    trap = places["temporary"] / "trap"
    trap.mkdir(mode=0o777)
    theirs.symlink_to(trap)
    assert runtime_folder(NAME) is None
    single = SingleInstance()
    assert single.claim("/some/library") and single.claim("/some/library")  # every start is a first one
    assert not hand_over("/some/library", ["/a"])
    single.release()
    assert not list(trap.iterdir())
    theirs.unlink()
    theirs.touch()
    assert runtime_folder(NAME) is None
    theirs.unlink()
    if os.geteuid() == 0:
        theirs.mkdir()
        os.chown(theirs, 12_345, 12_345)
        assert runtime_folder(NAME) is None
        theirs.rmdir()
    assert runtime_folder(NAME) == theirs and is_private(theirs)


def test_a_path_too_long_for_a_socket_is_not_used(
    places: dict[str, Path], short: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = short / ("x" * 100)
    long.mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(long))
    monkeypatch.setenv("XDG_CACHE_HOME", str(long))
    folder = runtime_folder(NAME)
    assert folder is not None and places["temporary"] in folder.parents


def test_the_longest_path_that_is_used_is_one_that_works(
    qapp, places: dict[str, Path], short: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = name_for("/some/library") + ".sock"
    found = 0
    for length in range(1, 60):
        folder = short / ("x" * length)
        folder.mkdir(mode=0o700)
        monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
        if (chosen := runtime_folder(len(name))) is None or chosen.parent != folder:
            continue
        found = max(found, len(str(chosen / name)))
        single = SingleInstance()
        assert single.claim("/some/library")
        assert single._server is not None and single._server.isListening()
        single.release()
    assert found == 106


@pytest.mark.parametrize("umask", [0o022, 0o002, 0o000])
def test_lock_and_socket_are_closed_to_others(qapp, places: dict[str, Path], umask: int) -> None:
    before = os.umask(umask)
    try:
        single = SingleInstance()
        assert single.claim("/some/library")
        files = list((places["runtime"] / "dinodesk").iterdir())
        assert {file.suffix for file in files} == {".lock", ".sock"}
        assert not any(file.stat().st_mode & 0o077 for file in [*files, places["runtime"] / "dinodesk"])
        single.release()
        assert not list(places["temporary"].iterdir())
    finally:
        os.umask(before)
