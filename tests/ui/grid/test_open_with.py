"""Opening photos with a chosen program: how it is started, and which are offered again."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QProcess
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from dinodesk.ui.context.app_state import AppState
from dinodesk.ui.context.feedback import Feedback
from dinodesk.ui.grid.open_with import REMEMBERED, OpenWith, command_for, program_name

FILES = ["/photos/a b.jpg", "/photos/c.jpg"]


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, list[str]]]:
    calls: list[tuple[str, list[str]]] = []

    def start(program: str, arguments: list[str]) -> tuple[bool, int]:
        calls.append((program, arguments))
        return not program.endswith("broken"), 1

    monkeypatch.setattr(QProcess, "startDetached", start)
    return calls


@pytest.fixture
def open_with(state: AppState, feedback: Feedback, parent: QWidget) -> OpenWith:
    parent.show()
    return OpenWith(state, lambda: FILES, feedback, parent)


def program(folder: Path, name: str) -> str:
    file = folder / name
    file.write_text("#!/bin/sh\n")
    file.chmod(0o755)
    return str(file)


def entry(folder: Path, *lines: str) -> str:
    file = folder / "gimp.desktop"
    file.write_text("\n".join(["[Desktop Entry]", "Name=GIMP & Co", *lines, "[Other]", "Exec=no"]))
    return str(file)


def texts(open_with: OpenWith) -> list[str]:
    menu = QMenu()
    open_with.fill(menu)
    open_with.fill(menu)  # not twice
    return [action.text() for action in menu.actions() if not action.isSeparator()]


@pytest.mark.skipif(sys.platform != "linux", reason="desktop entries")
@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("Exec=gimp-2 %U", ["gimp-2", *FILES]),
        ("Exec=gimp-2 --new %f --quiet", ["gimp-2", "--new", FILES[0], "--quiet"]),
        ('Exec="/opt/my gimp" --icon %i --name %c 100%% %F', None),
        ("Exec=gimp-2", ["gimp-2", *FILES]),
        ('Exec="unfinished', []),
        ("Comment=nothing to run", []),
    ],
)
def test_desktop_entries_are_followed(tmp_path: Path, line: str, command: list[str] | None) -> None:
    found = command_for(entry(tmp_path, line), FILES)
    if command is None:
        command = ["/opt/my gimp", "--icon", "--name", "GIMP & Co", "100%", *FILES]
    assert found == ((command[0], command[1:]) if command else None)


def test_programs_of_a_mac_are_opened_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert command_for("/Applications/Preview.app", FILES) == (
        "open",
        ["-a", "/Applications/Preview.app", *FILES],
    )
    assert program_name("/Applications/Preview.app") == "Preview"


def test_the_last_programs_are_offered_again_the_newest_first(
    open_with: OpenWith, state: AppState, started, tmp_path: Path
) -> None:
    every = [program(tmp_path, f"viewer{number}") for number in range(REMEMBERED + 2)]
    for each in every:
        open_with.open(each)
    open_with.open(every[-2])
    assert started[0] == (every[0], FILES) and len(started) == len(every) + 1
    last = [every[-2], every[-1], *every[-3:1:-1]]
    assert open_with.programs == last and len(last) == REMEMBERED
    Path(every[-1]).unlink()
    assert texts(open_with) == [Path(each).name for each in last if each != every[-1]] + ["Choose a program…"]
    assert state.settings.open_with.count("\n") == REMEMBERED - 1


def test_what_can_not_be_started_is_said_and_not_remembered(
    open_with: OpenWith, feedback: Feedback, started, tmp_path: Path
) -> None:
    (tmp_path / "notes.txt").write_text("words")
    open_with.open(str(tmp_path / "notes.txt"))
    assert started == [] and "“notes.txt” could not be started" in feedback.notice.sentence
    feedback.clear_notice()
    open_with.open(program(tmp_path, "broken"))
    assert feedback.notice.sentence and open_with.programs == [] and texts(open_with) == ["Choose a program…"]


def test_a_program_is_chosen_in_a_dialog(open_with: OpenWith, parent, started, tmp_path: Path) -> None:
    open_with.choose()
    asking = parent.findChild(QFileDialog)
    asking.fileSelected.emit(program(tmp_path, "viewer"))
    asking.close()
    assert started == [(str(tmp_path / "viewer"), FILES)]


def test_nothing_is_started_without_a_file(state, feedback, parent: QWidget, started, tmp_path) -> None:
    OpenWith(state, list, feedback, parent).open(program(tmp_path, "viewer"))
    assert started == [] and state.settings.open_with == ""
