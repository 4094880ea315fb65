"""The strip of years and months beside the scroll bar."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from fake_engine import photos
from PySide6.QtCore import QPoint, Qt

from dinodesk.records import Photo
from dinodesk.ui.grid.photo_grid import PhotoGrid
from dinodesk.ui.grid.timeline import Mark, Timeline, marks_of, month_of

YEAR = 365.25 * 86_400.0


def dated(count: int, apart: float) -> list[Photo]:
    """Photos, the newest first, so many seconds apart; the newest is of July 2019."""
    return [replace(photo, clock=1.563e9 - number * apart) for number, photo in enumerate(photos(count))]


@pytest.fixture
def timeline(theme, grid: PhotoGrid) -> Timeline:
    found = Timeline(theme, grid)
    grid.show()
    return found


def show(grid: PhotoGrid, some: list[Photo]) -> None:
    grid.photos.show_ranking(some, np.arange(len(some)), None)


def test_marks_are_found_by_looking_at_few_rows() -> None:
    looked: list[int] = []

    def month_at(row: int) -> tuple[int, int]:
        looked.append(row)
        return 2020 - row // 25_000, 1

    found = marks_of(100_000, month_at)
    assert found == [Mark(0, "2020"), Mark(25_000, "2019"), Mark(50_000, "2018"), Mark(75_000, "2017")]
    assert len(looked) < 300


def test_months_are_marked_where_there_are_few_years_and_nothing_where_there_is_one() -> None:
    assert marks_of(4, lambda row: (2019, 7 - row)) == [
        Mark(0, "07/2019"), Mark(1, "06/2019"), Mark(2, "05/2019"), Mark(3, "04/2019"),
    ]  # fmt: skip
    assert marks_of(9, lambda _row: (2019, 7)) == marks_of(1, lambda _row: (2019, 7)) == []


def test_a_photo_is_of_the_month_of_its_own_clock() -> None:
    (photo,) = photos(1)
    assert month_of(replace(photo, clock=1.563e9)) == (2019, 7)
    assert month_of(replace(photo, clock=None, taken=1.563e9)) == (2019, 7)
    assert month_of(replace(photo, clock=1e300)) == (0, 1)


def test_it_takes_room_only_where_photos_stand_by_date(timeline: Timeline, grid: PhotoGrid) -> None:
    width = grid.viewport().width()
    show(grid, dated(60, YEAR / 4))
    assert not timeline.isVisible() and grid.viewport().width() == width
    timeline.show_dates(True)
    assert timeline.isVisible() and grid.viewport().width() < width
    assert timeline.geometry().left() > grid.viewport().geometry().right()
    assert len(timeline.marks) == 16 and timeline.marks[0].text == "2019"
    show(grid, dated(2, YEAR))  # no scrolling, no strip
    assert not timeline.isVisible() and grid.viewport().width() == width


def test_a_click_goes_there(qtbot, timeline: Timeline, grid: PhotoGrid) -> None:
    show(grid, dated(60, YEAR / 4))
    timeline.show_dates(True)
    bar = grid.verticalScrollBar()
    with qtbot.waitSignal(timeline.jumped) as jumped:
        qtbot.mouseClick(timeline, Qt.MouseButton.LeftButton, pos=QPoint(5, timeline.height() - 3))
    assert bar.value() == bar.maximum() and jumped.args[0] > 50
    qtbot.mouseClick(timeline, Qt.MouseButton.LeftButton, pos=QPoint(5, 1))
    assert bar.value() == 0
    qtbot.mouseMove(timeline, QPoint(5, timeline.height() // 2))
    timeline.grab()
    assert timeline.row_at(-5) == 0
