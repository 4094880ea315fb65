"""Size and panes for the next start."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QMainWindow, QSplitter, QWidget

from dinodesk.ui.grid.photo_grid import PhotoGrid
from dinodesk.ui.shell.pane_folding import PaneFolding
from dinodesk.ui.shell.window_state import WindowState
from dinodesk.ui.theme.theme import Theme


@pytest.fixture
def window(qtbot) -> QMainWindow:
    window = QMainWindow()
    qtbot.addWidget(window)
    splitter = QSplitter()
    for _ in range(3):
        splitter.addWidget(QWidget())
    window.setCentralWidget(splitter)
    return window


@pytest.fixture
def folding(window: QMainWindow, theme: Theme, grid: PhotoGrid) -> PaneFolding:
    return PaneFolding(window, theme, panes(window).widget(0), panes(window).widget(2), grid)


def panes(window: QMainWindow) -> QSplitter:
    splitter = window.centralWidget()
    assert isinstance(splitter, QSplitter)
    return splitter


def test_a_window_comes_back_as_it_was(
    qtbot, window: QMainWindow, folding: PaneFolding, tmp_path: Path
) -> None:
    state = WindowState(tmp_path / "window.ini")
    window.resize(700, 500)
    window.show()
    panes(window).setSizes([100, 400, 200])
    sizes = panes(window).sizes()
    folding.toggle_library()
    state.save(window, panes(window), 240, folding.folded)
    folding.toggle_library()
    window.resize(500, 400)
    panes(window).setSizes([300, 100, 100])
    assert WindowState(tmp_path / "window.ini").restore(window, panes(window)) == 240
    assert (window.width(), window.height()) == (700, 500)
    assert state.folded() == (True, False)
    folding.fold(True, False)
    folding.toggle_library()
    folding.toggle_inspector()  # none is chosen, and the window is narrow
    qtbot.waitUntil(lambda: panes(window).sizes() == sizes)


@pytest.mark.parametrize("content", ["", "[General]\ncell=many\ngeometry=odd\n", "\x00\x01"])
def test_a_file_that_is_damaged_or_absent_changes_nothing(
    window, folding, tmp_path: Path, content: str
) -> None:
    file = tmp_path / "window.ini"
    if content:
        file.write_text(content)
    window.resize(640, 480)
    assert WindowState(file).restore(window, panes(window)) == 0
    assert (window.width(), window.height()) == (640, 480)
    assert WindowState(file).folded() == (False, False)
