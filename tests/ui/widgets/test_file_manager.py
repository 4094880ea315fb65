"""Showing files in the system's file manager."""

from __future__ import annotations

import sys

import pytest
from PySide6.QtCore import QProcess
from PySide6.QtGui import QDesktopServices

from dinodesk.ui.widgets.file_manager import reveal_command, show_files


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    folders: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: folders.append(url.toLocalFile()))
    return folders


@pytest.mark.parametrize(
    ("platform", "command"),
    [
        ("darwin", ("open", ["-R", "/a/b.jpg"])),
        ("win32", ("explorer", ["/select,", "/a/b.jpg"])),
        ("linux", None),
    ],
)
def test_the_system_marks_a_file_where_it_can(monkeypatch, platform: str, command) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    assert reveal_command("/a/b.jpg") == command


def test_elsewhere_its_folder_is_opened(monkeypatch, opened: list[str]) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    show_files(["/a/b.jpg", "/c/d.jpg"])
    assert opened == ["/a", "/c"]
    show_files([])
    assert len(opened) == 2


def test_where_the_command_fails_its_folder_is_opened(monkeypatch, opened: list[str]) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    started: list[tuple[str, list[str]]] = []

    def start(program: str, arguments: list[str]) -> tuple[bool, int]:
        started.append((program, arguments))
        return len(started) == 1, 0

    monkeypatch.setattr(QProcess, "startDetached", start)
    show_files(["/a/b.jpg", "/c/d.jpg"])
    assert [arguments[-1] for _, arguments in started] == ["/a/b.jpg", "/c/d.jpg"]
    assert opened == ["/c"]
