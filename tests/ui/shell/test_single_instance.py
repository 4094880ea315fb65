"""One window for each library: a second start hands over and ends; a dead one leaves nothing in the way."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from dinodesk.app import App, launch, parse
from dinodesk.settings import Settings
from dinodesk.ui.shell.single_instance import SingleInstance, hand_over, name_for

HOLDER = """
import sys
from PySide6.QtCore import QCoreApplication
from dinodesk.ui.shell.single_instance import SingleInstance, hand_over
app = QCoreApplication([])
if sys.argv[1] == "hold":
    single = SingleInstance()
    assert single.claim(sys.argv[2])
    single.asked.connect(lambda paths: (print(paths, flush=True), app.quit()))
    print("held", flush=True)
    sys.exit(app.exec())
single = SingleInstance()
print(single.claim(sys.argv[2]), hand_over(sys.argv[2], sys.argv[3:]), flush=True)
"""


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Locks and sockets of a test lie in its own folder."""
    tmp_path.chmod(0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    return tmp_path


@contextmanager
def child(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], IO[str]]]:
    """Another program, and what it prints; killed at the end."""
    command = [sys.executable, "-c", textwrap.dedent(HOLDER), *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        yield program, program.stdout
        program.kill()


def test_a_second_start_hands_its_paths_over(qtbot, temporary: Path) -> None:
    library = str(temporary / "library")
    single = SingleInstance()
    assert single.claim(library) and single.claim(library)
    with (
        qtbot.waitSignal(single.asked, timeout=30_000) as asked,
        child("ask", library, "/photos/a b", "/photos/\udcff") as (second, printed),
    ):
        qtbot.waitUntil(lambda: second.poll() is not None, timeout=30_000)
        assert printed.read().split() == ["False", "True"]
    assert asked.args == [["/photos/a b", "/photos/\udcff"]]
    assert single.claim(str(temporary / "other"))  # another library: the first is free again
    with child("hold", library) as (_, printed):
        assert printed.readline().strip() == "held"
        assert not single.claim(library)
    single.release()


def test_the_lock_of_a_dead_program_is_cleared(qtbot, temporary: Path) -> None:
    library = str(temporary / "library")
    with child("hold", library) as (dead, printed):
        assert printed.readline().strip() == "held"
        os.kill(dead.pid, signal.SIGKILL)
    assert not hand_over(library, [])
    single = SingleInstance()
    assert single.claim(library)
    assert single._server is not None and single._server.isListening()
    single.release()


def test_names_tell_libraries_apart(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "a")
    assert name_for(str(tmp_path / "a")) == name_for(str(tmp_path / "link")) != name_for(str(tmp_path / "b"))


def test_paths_on_the_command_line_are_added(qtbot, qapp, tmp_path: Path, photo_folder: Path) -> None:
    assert parse([str(photo_folder)], Settings()).paths == (str(photo_folder),)
    app: App = launch(["--library", str(tmp_path / "library")])
    added: list[list[str]] = []
    app.window.library.add = added.append  # type: ignore[method-assign]
    app.come_forward([str(photo_folder)])
    assert added == [[str(photo_folder)]] and app.window.isVisible()
    app.close()
    app.window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
