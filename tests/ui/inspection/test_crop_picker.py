"""Marking a part of a photo, by mouse and keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QPixmap

from dinodesk.ui.inspection.crop_picker import CropPicker
from dinodesk.ui.theme.theme import Theme

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def picker(qtbot, theme: Theme) -> CropPicker:
    """With a photo of 2 : 1 on 400 × 400 pixels: it lies between y 100 and 300."""
    found = CropPicker(theme)
    qtbot.addWidget(found)
    found.resize(400, 400)
    pixmap = QPixmap(200, 100)
    pixmap.fill(Qt.GlobalColor.white)
    found.show_pixmap(pixmap)
    return found


def drag(qtbot, picker: CropPicker, start: QPoint, end: QPoint) -> None:
    qtbot.mousePress(picker, LEFT, pos=start)
    qtbot.mouseMove(picker, end)
    qtbot.mouseRelease(picker, LEFT, pos=end)


def test_a_drag_marks_what_of_it_lies_on_the_photo(qtbot, picker: CropPicker) -> None:
    with qtbot.waitSignal(picker.cropped) as told:
        drag(qtbot, picker, QPoint(200, 200), QPoint(500, 350))
    assert told.args == [picker.crop] and picker.crop == pytest.approx((0.5, 0.5, 0.5, 0.5), abs=0.01)
    assert picker.grab().toImage().pixelColor(50, 150).lightness() < 150, "what is outside is darkened"
    assert picker.grab().toImage().pixelColor(300, 250).lightness() > 250


def test_dragged_inside_the_part_moves_and_stays_on_the_photo(qtbot, picker: CropPicker) -> None:
    drag(qtbot, picker, QPoint(100, 150), QPoint(200, 200))
    drag(qtbot, picker, QPoint(150, 175), QPoint(160, 185))
    assert picker.crop == pytest.approx((0.275, 0.3, 0.25, 0.25), abs=0.01)
    drag(qtbot, picker, QPoint(160, 185), QPoint(-300, 190))
    assert picker.crop == pytest.approx((0.0, 0.325, 0.25, 0.25), abs=0.01)


def test_a_click_beside_it_takes_the_whole_photo_again(qtbot, picker: CropPicker) -> None:
    drag(qtbot, picker, QPoint(100, 150), QPoint(200, 200))
    qtbot.mouseClick(picker, LEFT, pos=QPoint(150, 175))
    assert picker.crop is not None
    with qtbot.waitSignal(picker.cropped) as told:
        qtbot.mouseClick(picker, LEFT, pos=QPoint(350, 280))
    assert told.args == [None] and picker.crop is None


def test_keys_begin_move_resize_and_take_away(qtbot, picker: CropPicker) -> None:
    qtbot.keyClick(picker, Qt.Key.Key_Right)
    assert picker.crop == (0.25, 0.25, 0.5, 0.5)
    qtbot.keyClick(picker, Qt.Key.Key_Down)
    qtbot.keyClick(picker, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert picker.crop == pytest.approx((0.25, 0.27, 0.48, 0.5))
    qtbot.keyClick(picker, Qt.Key.Key_Escape)
    assert picker.crop is None
    picker.begin()
    qtbot.keyClick(picker, Qt.Key.Key_Right)
    assert picker.crop is None, "there is no photo yet"
