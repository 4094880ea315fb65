"""Whether the cursor's photo is in sight, and letting go of it."""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel

from dinodesk.ui.grid.grid_selection import forget_current, selected_count, shows_current
from dinodesk.ui.grid.photo_grid import PhotoGrid


def choose(grid: PhotoGrid, row: int) -> None:
    grid.setCurrentIndex(grid.photos.index(row, 0))


def test_the_cursor_is_in_sight_or_not(grid: PhotoGrid) -> None:
    assert not shows_current(grid)
    choose(grid, 0)
    assert shows_current(grid)
    choose(grid, 59)
    grid.verticalScrollBar().setValue(0)
    assert not shows_current(grid)


def test_the_photo_alone_is_selected_no_more(grid: PhotoGrid) -> None:
    choose(grid, 3)
    forget_current(grid)
    assert grid.current_photo() is None and selected_count(grid) == 0


def test_a_selection_of_several_stays(grid: PhotoGrid) -> None:
    choose(grid, 3)
    grid.selectionModel().select(grid.photos.index(5, 0), QItemSelectionModel.SelectionFlag.Select)
    forget_current(grid)
    assert grid.current_photo() is None and selected_count(grid) == 2
