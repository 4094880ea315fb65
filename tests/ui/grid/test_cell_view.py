"""Cursor, selection, scrolling and size of the cells."""

from __future__ import annotations

import numpy as np
import pytest
from fake_engine import FakeEngine
from PySide6.QtCore import QItemSelectionModel, QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QAbstractItemView, QApplication

from dinodesk.records import ConfidenceCurve
from dinodesk.ui.grid.cell_view import LARGEST, SMALLEST
from dinodesk.ui.grid.photo_grid import PhotoGrid
from dinodesk.ui.grid.zones import Zones

Select = QItemSelectionModel.SelectionFlag.Select
Cursor = QAbstractItemView.CursorAction


@pytest.fixture
def shown(qtbot, grid: PhotoGrid) -> PhotoGrid:
    grid.show()
    qtbot.waitUntil(lambda: grid.verticalScrollBar().maximum() > 0)
    return grid


def select(grid: PhotoGrid, *rows: int) -> None:
    grid.setCurrentIndex(grid.photos.index(rows[0], 0))
    for row in rows[1:]:
        grid.selectionModel().select(grid.photos.index(row, 0), Select)


def assets(grid: PhotoGrid) -> list[int]:
    return [photo.asset for photo in grid.selected_photos()]


def move(grid: PhotoGrid, action: QAbstractItemView.CursorAction) -> int:
    return grid.moveCursor(action, Qt.KeyboardModifier.NoModifier).row()


def test_without_a_cursor_nothing_is_chosen(grid: PhotoGrid) -> None:
    assert grid.current_photo() is None and grid.chosen_photos() == [] == grid.selected_photos()


def test_the_selection_is_chosen_else_the_current_photo(grid: PhotoGrid) -> None:
    select(grid, 4, 2, 9)
    assert grid.current_photo().asset == 5
    assert assets(grid) == [3, 5, 10] and grid.chosen_photos() == grid.selected_photos()
    grid.clearSelection()
    assert assets(grid) == [] and [photo.asset for photo in grid.chosen_photos()] == [5]


def test_cursor_and_selection_outlive_another_answer(qtbot, grid: PhotoGrid, fake: FakeEngine) -> None:
    select(grid, 4, 2)
    with qtbot.waitSignal(grid.currentMoved):
        grid.photos.show_ranking(fake.photos, np.arange(60)[::-1], np.linspace(1, 0, 60, dtype=np.float32))
    assert grid.current_photo().asset == 5 and grid.currentIndex().row() == 60 - 5
    assert sorted(assets(grid)) == [3, 5]


def test_cursor_and_selection_outlive_another_catalog(grid: PhotoGrid, fake: FakeEngine) -> None:
    select(grid, 4, 2, 9)
    grid.photos.show_ranking(fake.photos[3:][::-1], np.arange(57), None)
    assert grid.current_photo().asset == 5 and grid.currentIndex().row() == 60 - 5
    assert assets(grid) == [10, 5], "one of the three is gone"


def test_a_selection_without_a_cursor_outlives_another_answer(grid: PhotoGrid, fake: FakeEngine) -> None:
    grid.selectionModel().select(grid.photos.index(2, 0), Select)
    grid.photos.show_ranking(fake.photos, np.arange(60)[::-1], np.linspace(1, 0, 60, dtype=np.float32))
    assert assets(grid) == [3] and grid.current_photo() is None


def test_a_current_photo_that_left_the_answer_is_told(qtbot, grid: PhotoGrid, fake: FakeEngine) -> None:
    select(grid, 4, 2)
    with qtbot.waitSignal(grid.currentMoved):
        grid.photos.show_ranking(fake.photos, np.arange(3), None)
    assert grid.current_photo() is None
    assert not grid.currentIndex().isValid() and assets(grid) == []


def test_the_view_does_not_jump_to_the_cursor_of_another_answer(shown: PhotoGrid, fake: FakeEngine) -> None:
    select(shown, 0)
    shown.photos.show_ranking(fake.photos, np.arange(60)[::-1], None)
    assert shown.currentIndex().row() == 59 and shown.verticalScrollBar().value() == 0


def test_keys_move_the_cursor_and_stop_at_the_ends(shown: PhotoGrid) -> None:
    columns = shown.grid.columns
    assert move(shown, Cursor.MoveEnd) == 59 and move(shown, Cursor.MoveHome) == 0
    shown.selectionModel().clear()
    assert move(shown, Cursor.MoveRight) == 0  # the first key goes to the first photo in view
    select(shown, 1)
    assert move(shown, Cursor.MoveRight) == 2 and move(shown, Cursor.MoveDown) == 1 + columns
    assert move(shown, Cursor.MoveUp) == 1 and move(shown, Cursor.MoveLeft) == 0
    assert move(shown, Cursor.MovePageDown) > 1 + columns
    select(shown, 59)
    assert move(shown, Cursor.MoveNext) == 59 and move(shown, Cursor.MovePageUp) < 59


def test_an_empty_grid_has_nowhere_to_go(grid: PhotoGrid) -> None:
    grid.photos.show_ranking((), np.empty(0, np.int64), None)
    assert not grid.moveCursor(Cursor.MoveDown, Qt.KeyboardModifier.NoModifier).isValid()
    assert not grid.indexAt(QPoint(30, 30)).isValid()


def test_a_photo_out_of_view_is_scrolled_to_by_as_little_as_possible(shown: PhotoGrid) -> None:
    bar, page = shown.verticalScrollBar(), shown.viewport().rect()
    below = shown.photos.index(40, 0)
    shown.scrollTo(below)
    assert page.contains(shown.visualRect(below)) and shown.visualRect(below).bottom() > page.height() * 0.7
    before = bar.value()
    shown.scrollTo(below)
    assert bar.value() == before
    above = shown.photos.index(0, 0)
    shown.scrollTo(above)
    assert bar.value() == 0 and shown.indexAt(shown.visualRect(above).center()) == above
    middle = shown.photos.index(30, 0)
    shown.scrollTo(middle, QAbstractItemView.ScrollHint.PositionAtCenter)
    assert abs(shown.visualRect(middle).center().y() - page.center().y()) <= 1


def test_a_size_out_of_bounds_is_the_nearest_one(qtbot, grid: PhotoGrid) -> None:
    for wanted, got in ((10, SMALLEST), (10_000, LARGEST), (200, 200)):
        with qtbot.waitSignal(grid.cellTargetChanged) as emitted:
            grid.set_cell_target(wanted)
        assert emitted.args == [got]
    with qtbot.assertNotEmitted(grid.cellTargetChanged):
        grid.set_cell_target(200)


def test_the_photo_in_view_stays_in_view_when_cells_grow(shown: PhotoGrid) -> None:
    select(shown, 20)
    shown.scrollTo(shown.currentIndex())
    before = shown.visualRect(shown.currentIndex()).top()
    shown.set_cell_target(260)
    assert abs(shown.visualRect(shown.currentIndex()).top() - before) <= 2


@pytest.mark.parametrize(("turn", "grows"), [(120, True), (-120, False)])
def test_ctrl_and_the_wheel_change_the_size(shown: PhotoGrid, turn: int, grows: bool) -> None:
    width, at = shown.grid.cell_width, QPointF(50, 50)
    event = QWheelEvent(
        at,
        at,
        QPoint(),
        QPoint(0, 4 * turn),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.ControlModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(shown.viewport(), event)
    assert (shown.grid.cell_width > width) is grows and shown.verticalScrollBar().value() == 0


def test_going_to_the_first_photo_brings_the_heading_above_it_into_sight(
    shown: PhotoGrid, fake: FakeEngine
) -> None:
    shown.photos.show_ranking(fake.photos, np.arange(60), None, confidences=np.linspace(0.4, 0.0, 60))
    shown.photos.set_zones(Zones(ConfidenceCurve(0.1, 25), 0.9, 0.3))
    assert shown.grid.headings[0] < shown.grid.rect(0).top()
    shown.verticalScrollBar().setValue(shown.verticalScrollBar().maximum())
    shown.scrollTo(shown.photos.index(0, 0))
    assert shown.verticalScrollBar().value() == 0


def test_zones_split_the_cells_while_searching_only(grid: PhotoGrid, fake: FakeEngine) -> None:
    assert grid.grid.headings == ()
    scores = np.linspace(0.3, 0.0, 60, dtype=np.float32)
    grid.photos.show_ranking(fake.photos, np.arange(60), scores)
    grid.photos.set_zones(Zones(ConfidenceCurve(0.1, 25), 0.5, 0.3))
    good, possible = int((scores >= 0.1).sum()), grid.photos.judged.possible
    assert grid.photos.hits == good and possible > 0
    assert grid.grid.starts == (0, good, good + possible) and len(grid.grid.headings) == 2
