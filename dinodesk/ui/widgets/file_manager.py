"""Files in the system's file manager."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QProcess
from PySide6.QtGui import QDesktopServices

from dinodesk.ui.widgets.local_files import local_url


def show_files(files: list[str]) -> None:
    """Show files in the file manager, marked where the system can."""
    for file in files:
        command = reveal_command(file)
        if command is None or not QProcess.startDetached(*command)[0]:
            QDesktopServices.openUrl(local_url(str(Path(file).parent)))


def reveal_command(file: str) -> tuple[str, list[str]] | None:
    """The command that marks a file in the file manager; None where there is none."""
    if sys.platform == "darwin":
        return "open", ["-R", file]
    if sys.platform == "win32":
        return "explorer", ["/select,", str(Path(file))]
    return None
