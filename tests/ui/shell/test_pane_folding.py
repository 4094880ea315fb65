"""Panes fold away when told to; an inspector without a photo does so by itself in a narrow window."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from dinodesk.ui.grid.photo_grid import PhotoGrid
from dinodesk.ui.shell.pane_folding import NARROW, PaneFolding
from dinodesk.ui.theme.theme import Theme


@pytest.fixture
def window(qtbot) -> QWidget:
    window = QWidget()
    qtbot.addWidget(window)
    return window


@pytest.fixture
def sides(window: QWidget, grid: PhotoGrid) -> tuple[QWidget, QWidget]:
    layout, sides = QHBoxLayout(window), (QWidget(), QWidget())
    grid.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # a view that gets the focus chooses its first row
    for widget in (sides[0], grid, sides[1]):
        layout.addWidget(widget)
    return sides


@pytest.fixture
def folding(window: QWidget, theme: Theme, grid: PhotoGrid, sides) -> PaneFolding:
    folding = PaneFolding(window, theme, *sides, grid)
    window.resize(round(theme.unit() * NARROW) + 10, 500)
    window.show()
    return folding


def seen(sides) -> tuple[bool, bool]:
    return sides[0].isVisible(), sides[1].isVisible()


def narrow(window: QWidget, theme: Theme) -> None:
    window.resize(round(theme.unit() * NARROW) - 10, 500)


def choose(grid: PhotoGrid, row: int) -> None:
    grid.setCurrentIndex(grid.photos.index(row, 0))


def test_both_panes_fold_when_told_to(qtbot, folding: PaneFolding, sides) -> None:
    assert seen(sides) == (True, True)
    with qtbot.waitSignal(folding.changed) as told:
        folding.toggle_library()
    assert seen(sides) == (False, True) == tuple(told.args)
    folding.toggle_inspector()
    assert seen(sides) == (False, False)
    folding.toggle_library()
    folding.toggle_inspector()
    assert seen(sides) == (True, True)


def test_a_narrow_window_shows_the_inspector_of_a_chosen_photo_only(
    qtbot, window, theme, grid: PhotoGrid, folding, sides
) -> None:
    narrow(window, theme)
    assert seen(sides) == (True, False)
    choose(grid, 3)
    qtbot.waitUntil(lambda: seen(sides) == (True, True))
    grid.selectionModel().clear()
    grid.currentMoved.emit()
    qtbot.waitUntil(lambda: seen(sides) == (True, False))
    folding.toggle_inspector()
    assert seen(sides) == (True, True), "it is wanted without a photo, too"
    folding.toggle_inspector()
    choose(grid, 4)
    with qtbot.waitSignal(folding.changed):
        pass
    assert seen(sides) == (True, False), "what was folded stays folded"


def test_a_click_moves_no_photo_before_it_may_be_a_double_click(
    qtbot, window, theme, grid: PhotoGrid, folding, sides
) -> None:
    narrow(window, theme)
    grid.scrollToTop()
    at = grid.visualRect(grid.photos.index(1, 0)).center()
    qtbot.mousePress(grid.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert folding._later.isActive() and folding._later.interval() > 0
    with qtbot.waitSignal(folding.changed):
        qtbot.mouseRelease(grid.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert seen(sides) == (True, True)
