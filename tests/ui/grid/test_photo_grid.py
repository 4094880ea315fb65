"""What keys and mouse do in the grid, and what is painted."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from fake_engine import FakeEngine
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QImage, QKeyEvent

from dinodesk.records import ConfidenceCurve
from dinodesk.ui.grid.photo_grid import PhotoGrid, opacity_of
from dinodesk.ui.grid.zones import Zones

Key = Qt.Key


@pytest.fixture
def shown(qtbot, grid: PhotoGrid, loader) -> PhotoGrid:
    grid.show()
    grid.viewport().grab()  # asks for what is in view
    qtbot.waitUntil(lambda: loader.get(grid.photos.photo(0)) is not None)
    qtbot.waitUntil(lambda: not loader._pending)
    return grid


def picture(grid: PhotoGrid) -> QImage:
    return grid.viewport().grab().toImage()


def choose(grid: PhotoGrid, row: int) -> None:
    grid.setCurrentIndex(grid.photos.index(row, 0))


def test_space_looks_and_enter_enlarges(qtbot, grid: PhotoGrid) -> None:
    with qtbot.assertNotEmitted(grid.enlarge):
        qtbot.keyClick(grid, Key.Key_Return)  # nothing is current
    choose(grid, 2)
    with qtbot.waitSignal(grid.quickLook):
        qtbot.keyClick(grid, Key.Key_Space)
    for key in (Key.Key_Return, Key.Key_Enter):
        with qtbot.waitSignal(grid.enlarge) as enlarged:
            qtbot.keyClick(grid, key)
        assert enlarged.args[0].row() == 2


def test_digits_rate_and_letters_are_typed(qtbot, grid: PhotoGrid) -> None:
    choose(grid, 0)
    rated: list[int] = []
    typed: list[str] = []
    grid.rated.connect(rated.append)
    grid.typed.connect(typed.append)
    for key in (Key.Key_0, Key.Key_5, Key.Key_6, Key.Key_R):
        qtbot.keyClick(grid, key)
    assert rated == [0, 5] and typed == ["6", "r"]
    qtbot.keyClick(grid, Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    assert rated == [0, 5]
    with qtbot.waitSignal(grid.shortcutsRequested):
        grid.keyboardSearch("?")
    grid.keyboardSearch(" ")
    assert typed == ["6", "r"]


def test_escape_is_left_to_the_window(qtbot, grid: PhotoGrid) -> None:
    choose(grid, 0)
    escape = QKeyEvent(QEvent.Type.KeyPress, Key.Key_Escape, Qt.KeyboardModifier.NoModifier)
    grid.keyPressEvent(escape)
    assert not escape.isAccepted() and grid.currentIndex().row() == 0


def test_a_new_current_photo_is_emitted(qtbot, grid: PhotoGrid) -> None:
    with qtbot.waitSignal(grid.currentMoved):
        choose(grid, 3)
    with qtbot.assertNotEmitted(grid.currentMoved):
        choose(grid, 3)


def test_a_double_click_enlarges(qtbot, shown: PhotoGrid) -> None:
    at = shown.visualRect(shown.photos.index(1, 0)).center()
    with qtbot.waitSignal(shown.enlarge) as enlarged:
        qtbot.mouseClick(shown.viewport(), Qt.MouseButton.LeftButton, pos=at)
        qtbot.mouseDClick(shown.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert enlarged.args[0].row() == 1


def test_selected_offline_and_rated_photos_look_different(shown: PhotoGrid, fake: FakeEngine) -> None:
    seen = [picture(shown)]
    choose(shown, 1)
    seen.append(picture(shown))
    shown.clearSelection()
    shown.selectionModel().clear()
    fake.photos[2] = replace(fake.photos[2], rating=4)
    shown.photos.refresh()
    seen.append(picture(shown))
    shown.photos.away = {"/photos/b": "away: its drive is not there"}
    seen.append(picture(shown))
    assert all(a != b for number, a in enumerate(seen) for b in seen[number + 1 :])


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0.01, 0.8), st.floats(0.01, 0.99))
def test_dimming_falls_with_confidence_and_possible_photos_are_not_dimmed(
    one: float, other: float, dim: float, possible: float
) -> None:
    less, more = sorted((one, other))
    assert 1.0 - dim <= opacity_of(less, possible, dim) <= opacity_of(more, possible, dim) <= 1.0
    assert one >= possible or opacity_of(one, possible, dim) < 1.0 or one > possible - 1e-12
    assert one < possible or opacity_of(one, possible, dim) == 1.0
    assert opacity_of(one, 0.0, dim) == opacity_of(None, possible, dim) == 1.0  # nothing good; browsing
    assert opacity_of(one, possible, 0.0) == 1.0  # switched off


def test_less_likely_photos_are_dimmed_unless_none_is_good(shown: PhotoGrid, fake: FakeEngine) -> None:
    scores = np.linspace(0.3, 0.0, 60, dtype=np.float32)
    shown.photos.show_ranking(fake.photos, np.arange(60), scores)

    def second(threshold: float, possible: float = 0.5) -> int:
        shown.photos.set_zones(Zones(ConfidenceCurve(threshold, 100), 0.5, possible))
        return picture(shown).pixelColor(shown.grid.rect(1).center()).lightness()

    bright, dimmed, readable, none = second(-1.0), second(0.3), second(0.3, 0.2), second(1.0)
    assert dimmed < bright == readable == none  # on a dark ground
    assert shown.grid.headings == ()  # what is said of the closest stands above the grid


def test_edges_of_both_zones_are_drawn_and_the_first_is_stronger(shown: PhotoGrid, fake: FakeEngine) -> None:
    scores = np.linspace(0.3, 0.0, 60, dtype=np.float32)
    shown.photos.show_ranking(fake.photos, np.arange(60), scores)
    shown.photos.set_zones(Zones(ConfidenceCurve(0.28, 100), 0.5, 0.3))
    image, right = picture(shown), shown.viewport().width() - 20
    lines = []
    for top in shown.grid.headings:
        colours = [image.pixelColor(right, y).lightness() for y in range(top, top + shown.grid.heading - 8)]
        ground = colours[0]
        lines.append((sum(each != ground for each in colours), max(abs(each - ground) for each in colours)))
    (first_rows, first), (second_rows, second) = lines
    assert first_rows > second_rows > 0 and first > second > 0


def test_only_photos_in_view_are_read(shown: PhotoGrid, loader) -> None:
    wanted: list[int] = []
    loader.want = lambda photos: wanted.append(len(photos))
    picture(shown)
    assert 0 < wanted[-1] < 60
