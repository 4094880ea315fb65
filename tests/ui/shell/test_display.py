"""A window without a display is refused with a sentence; one with a display is let through."""

from __future__ import annotations

import os
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from dinodesk.errors import DinoDeskError
from dinodesk.ui.shell.display import check_display

pytestmark = pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="there is always a display")
NAMES = (
    "QT_QPA_PLATFORM",
    "DISPLAY",
    "WAYLAND_DISPLAY",
    "WAYLAND_SOCKET",
    "XDG_RUNTIME_DIR",
    "QT_QPA_PLATFORM_PLUGIN_PATH",
)


@pytest.fixture(autouse=True)
def nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def x_server() -> Iterator[str]:
    """Something that greets as an X server does; gives its display."""
    folder = Path("/tmp/.X11-unix")
    folder.mkdir(exist_ok=True)
    number = next(n for n in range(7000, 8000) if not (folder / f"X{n}").exists())
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(folder / f"X{number}"))
    listener.listen()

    def greet() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.recv(4096)
            body = struct.pack(
                "<IIIIHHBBBBBBBBI", 1, 0x200000, 0x1FFFFF, 0, 0, 65535, 0, 0, 0, 0, 32, 32, 8, 255, 0
            )
            connection.sendall(struct.pack("<BxHHH", 1, 11, 0, len(body) // 4) + body)
            connection.recv(4096)

    thread = threading.Thread(target=greet, daemon=True)
    thread.start()
    yield f":{number}"
    listener.close()
    (folder / f"X{number}").unlink()
    thread.join(10)


@pytest.mark.parametrize(
    ("environment", "reason"),
    [
        ({}, "neither DISPLAY nor WAYLAND_DISPLAY is set"),
        ({"QT_QPA_PLATFORM": "xcb"}, "DISPLAY is not set"),
        ({"QT_QPA_PLATFORM": "wayland"}, "WAYLAND_DISPLAY is not set"),
        ({"DISPLAY": ":6999"}, "the display :6999 can't be reached"),
        ({"QT_QPA_PLATFORM": "xcb", "DISPLAY": ":6999"}, "the display :6999 can't be reached"),
        ({"DISPLAY": "nonsense"}, "the display nonsense can't be reached"),
        ({"WAYLAND_DISPLAY": "wayland-99"}, "XDG_RUNTIME_DIR is not set"),
        ({"WAYLAND_DISPLAY": "/tmp/no-wayland"}, "the display /tmp/no-wayland can't be reached"),
        ({"QT_QPA_PLATFORM": "rainbow"}, "names rainbow, which this Qt does not have"),
        ({"QT_QPA_PLATFORM": "wayland;xcb"}, "neither DISPLAY nor WAYLAND_DISPLAY is set"),
    ],
)
def test_no_display_is_one_sentence_with_the_reason(
    environment: dict[str, str], reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(DinoDeskError) as caught:
        check_display()
    said = str(caught.value)
    assert reason in said and "start it on a desktop" in said and said.count(".") == 1


@pytest.mark.parametrize("name", ["offscreen", "minimal", "vnc:size=80x60", "xcb;offscreen"])
def test_platforms_that_need_no_display_go_through(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", name)
    check_display()


def test_a_display_that_answers_goes_through(x_server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", x_server)
    check_display()


def test_the_program_ends_with_three_instead_of_a_crash(own_home: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name not in NAMES}
    line = [sys.executable, "-m", "dinodesk"]
    done = subprocess.run(line, capture_output=True, text=True, env=environment)
    assert done.returncode == 3 and done.stdout == ""
    assert done.stderr.startswith("dinodesk: There is no display") and done.stderr.count("\n") == 1
