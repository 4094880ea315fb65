"""The menu of libraries that were open before."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QMenu, QWidget

from dinodesk import paths
from dinodesk.engine.messages import LibraryState
from dinodesk.settings import default_library
from dinodesk.ui.context.app_state import AppState
from dinodesk.ui.text.plain_text import one_line, tooltip

MOST = 8
"""Libraries that are remembered."""


def with_recent(remembered: str, library: str) -> str:
    """The remembered libraries, one a line, with another one first; the samples are not remembered."""
    if library == str(paths.sample_library().absolute()) or not library.isprintable():
        return remembered
    others = [each for each in remembered.splitlines() if each != library]
    return "\n".join([library, *others][:MOST])


class RecentLibrariesMenu(QMenu):
    """Remembers what is opened. Filled when it is shown; looks at no disk, since a drive may be away."""

    chosen = Signal(str)  # the library's folder

    def __init__(self, state: AppState, parent: QWidget) -> None:
        super().__init__("Recent libraries", parent)
        self.setObjectName("recentLibrariesMenu")
        self.setToolTipsVisible(True)
        self._state = state
        state.libraryChanged.connect(self._remember)
        self.aboutToShow.connect(self._fill)

    @Slot(object)
    def _remember(self, library: LibraryState) -> None:
        before = self._state.settings.recent_libraries
        recent = with_recent(before, library.path)
        if recent != before:
            self._state.change_settings(recent_libraries=recent)

    @Slot()
    def _fill(self) -> None:
        self.clear()
        state = self._state
        now = state.library.path if state.library is not None else ""
        own = str(default_library(state.settings).absolute())  # has an entry of its own
        folders = [each for each in state.settings.recent_libraries.splitlines() if each not in (now, own)]
        names = [Path(folder).name for folder in folders]
        for folder, name in zip(folders, names, strict=True):
            shown = one_line(name if names.count(name) == 1 else folder).replace("&", "&&")
            entry = self.addAction(shown, partial(self.chosen.emit, folder))
            entry.setToolTip(tooltip(folder))
        if not folders:
            self.addAction("None yet").setEnabled(False)
