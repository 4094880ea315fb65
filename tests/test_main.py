"""What opens the window and what is a command, and words that are neither."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from dinodesk import __main__ as program
from dinodesk import settings
from dinodesk.__main__ import is_for_the_window
from dinodesk.app import parse


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with a photo, a folder and a file that is called as a command is."""
    (tmp_path / "photo.jpg").write_bytes(b"x")
    (tmp_path / "My Photos").mkdir()
    (tmp_path / "search").mkdir()
    (tmp_path / "lost").symlink_to("nowhere")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["photo.jpg"],
        ["--library", "search", "photo.jpg"],
        ["--model", "dinov3-s", "--device", "cpu"],
        ["My Photos", "--precision", "fp32"],
        ["./search"],
        ["photo.jpg", "search"],  # a folder of that name
        ["~"],
        ["--", "photo.jpg"],
        ["lost"],
    ],
)
def test_nothing_options_and_what_is_there_open_the_window(here: Path, words: list[str]) -> None:
    assert is_for_the_window(words)


@pytest.mark.parametrize(
    "words",
    [
        ["search", "dog"],
        ["--json", "search", "dog"],
        ["--library", "photo.jpg", "doctor"],
        ["--top", "3", "search", "dog"],
        ["serach", "dog"],
        ["nothere.jpg"],
        ["file:///nowhere/at/all.jpg"],
        ["file://elsewhere/tmp"],
        ["--help"],
        ["photo.jpg", "--version"],
        [""],
    ],
)
def test_commands_and_what_is_nowhere_are_for_the_command_line(here: Path, words: list[str]) -> None:
    assert not is_for_the_window(words)


def test_addresses_of_files_open_the_window(here: Path) -> None:
    for start in ("file://", "file://localhost", "FILE://", "file:"):
        words = [start + (here / "My Photos").as_uri().removeprefix("file://")]
        assert is_for_the_window(words)
        assert parse(words, settings.Settings()).paths == (str(here / "My Photos"),)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["serach", "dog"], 'did you mean "search"?'),
        (["Index", "x"], 'did you mean "index"?'),
        (["import_sidecars"], 'did you mean "import-sidecars"?'),
        (["nothere.jpg"], "neither a command nor a file or folder that is there"),
        (["search", "--imge", "x", "dog"], 'unrecognized arguments: --imge; did you mean "--image"?'),
        (["--librray", "x", "search", "dog"], 'unrecognized arguments: --librray; did you mean "--library"?'),
        (["--library", "", "search", "dog"], "argument --library: must not be empty"),
        (["--library", ""], "argument --library: must not be empty"),
        (["--library", " "], "argument --library: must not be empty"),
        (["--model", ""], "argument --model: must not be empty"),
        (["photo.jpg", "nothere.jpg"], "there is no nothere.jpg"),
        (["photo.jpg", ""], "there is no file without a name"),
        (["photo.jpg", "--json"], "unrecognized arguments: --json"),
        (["--json"], "unrecognized arguments: --json"),
    ],
)
def test_wrong_usage_ends_with_two_and_opens_no_window(
    here: Path,
    words: list[str],
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sys, "argv", ["dinodesk", *words])
    with pytest.raises(SystemExit) as end:
        program.main()
    out, err = capsys.readouterr()
    assert end.value.code == 2 and out == "" and said in err


def test_help_and_version_stand_anywhere(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for words, shown in (
        (["search", "--version"], "dinodesk 0."),
        (["--help"], "COMMAND"),
        (["photo.jpg", "--help"], "COMMAND"),
        (["-h", "search"], "QUERY"),
        (["search", "dog", "-h"], "QUERY"),
    ):
        monkeypatch.setattr(sys, "argv", ["dinodesk", *words])
        with pytest.raises(SystemExit) as end:
            program.main()
        assert end.value.code == 0 and shown in capsys.readouterr().out, words
