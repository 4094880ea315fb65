"""Opening photos with a program that the person chooses; the last ones are offered again."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, Slot
from PySide6.QtWidgets import QMenu, QWidget

from dinodesk.ui.context.app_state import AppState
from dinodesk.ui.context.feedback import Feedback
from dinodesk.ui.text.plain_text import one_line
from dinodesk.ui.widgets.file_dialogs import ask_file

REMEMBERED = 5
"""Programs that are offered again."""
_MOST = 50
"""Photos that one start of a program is given."""


class OpenWith(QObject):
    """Fills a submenu, and starts programs; each is remembered by its path once it has started."""

    def __init__(
        self, state: AppState, files: Callable[[], Sequence[str]], feedback: Feedback, parent: QWidget
    ) -> None:
        """`files` are the paths of the chosen photos that can be read now."""
        super().__init__(parent)
        self._state, self._files, self._feedback, self._parent = state, files, feedback, parent

    @property
    def programs(self) -> list[str]:
        """The programs that were used last, the newest first."""
        return [each for each in self._state.settings.open_with.splitlines() if each]

    @Slot(QMenu)
    def fill(self, menu: QMenu) -> None:
        """Offer the remembered programs that are still there, and to choose another one."""
        menu.clear()
        for program in self.programs:
            if os.path.exists(program):
                words = one_line(program_name(program)).replace("&", "&&")
                menu.addAction(words, partial(self.open, program))
        if not menu.isEmpty():
            menu.addSeparator()
        menu.addAction("Choose a program…", self.choose)

    @Slot()
    def choose(self) -> None:
        """Ask for a program, and open the photos with it."""
        ask_file(self._parent, "Open with a program", self.open, program_kinds())

    def open(self, program: str) -> None:
        """Open the chosen photos with a program."""
        files = list(self._files())[:_MOST]
        if not files:
            return
        command = command_for(program, files)
        if command is None or not QProcess.startDetached(*command)[0]:
            name = one_line(program_name(program))
            self._feedback.show_notice(f"“{name}” could not be started. Choose a program that can be run.")
            return
        others = [each for each in self.programs if each != program]
        self._state.change_settings(open_with="\n".join([program, *others][:REMEMBERED]))


def program_name(program: str) -> str:
    """What people call a program: the name in its desktop entry, else that of its file without an ending."""
    if program.endswith(".desktop"):
        return _entry(program).get("Name") or Path(program).stem
    return Path(program).stem if Path(program).suffix.lower() in (".app", ".exe") else Path(program).name


def program_kinds() -> str:
    """The name filters of programs here."""
    if sys.platform == "win32":
        return "Programs (*.exe *.bat *.cmd);;All files (*)"
    return "Programs (*.app);;All files (*)" if sys.platform == "darwin" else "All files (*)"


def command_for(program: str, files: Sequence[str]) -> tuple[str, list[str]] | None:
    """What starts a program with files; None for what is no program."""
    if sys.platform == "darwin" and program.endswith(".app"):
        return "open", ["-a", program, *files]
    if program.endswith(".desktop"):
        return _command_of_entry(program, files)
    return (program, list(files)) if os.path.isfile(program) and os.access(program, os.X_OK) else None


def _command_of_entry(program: str, files: Sequence[str]) -> tuple[str, list[str]] | None:
    """The command of a freedesktop.org entry, its field codes filled in."""
    try:
        words = shlex.split(_entry(program).get("Exec", ""))
    except ValueError:
        return None
    command: list[str] = []
    given = False
    for word in words:
        if word in ("%f", "%F", "%u", "%U"):
            command += files if word in ("%F", "%U") else files[:1]
            given = True
        elif word == "%c":
            command.append(program_name(program))
        elif not (len(word) == 2 and word.startswith("%") and word != "%%"):  # an icon, what is deprecated
            command.append(word.replace("%%", "%"))
    if not command:
        return None
    return command[0], command[1:] if given else [*command[1:], *files]


def _entry(file: str) -> dict[str, str]:
    """The keys of a desktop entry's main group; empty for what is none."""
    try:
        with open(file, encoding="utf-8", errors="replace") as lines:
            text = lines.read(1 << 16).splitlines()
    except OSError:
        return {}
    found: dict[str, str] = {}
    inside = False
    for line in text:
        if line.startswith("["):
            inside = line.strip() == "[Desktop Entry]"
        elif inside and "=" in line and not line.startswith("#"):
            key, _, value = line.partition("=")
            found.setdefault(key.strip(), value.strip())
    return found
