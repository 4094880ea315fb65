"""A switch with a word beside it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage

from dinodesk.ui.theme.theme import Theme
from dinodesk.ui.widgets.switch import Switch


@pytest.fixture
def switch(qtbot, theme: Theme) -> Switch:
    switch = Switch("Auto", theme)
    qtbot.addWidget(switch)
    switch.resize(switch.sizeHint())
    switch.show()
    return switch


def picture(switch: Switch) -> QImage:
    return switch.grab().toImage()


def test_it_is_switched_by_click_and_by_space(qtbot, switch: Switch) -> None:
    with qtbot.waitSignal(switch.toggled) as toggled:
        qtbot.mouseClick(switch, Qt.MouseButton.LeftButton, pos=QPoint(8, switch.height() // 2))
    assert toggled.args == [True] and switch.isChecked()
    qtbot.keyClick(switch, Qt.Key.Key_Space)
    assert not switch.isChecked()


def test_each_state_looks_otherwise_in_both_appearances(qtbot, switch: Switch, theme: Theme) -> None:
    for appearance in ("dark", "light"):
        theme.choose(appearance)
        switch.setEnabled(True)
        switch.setChecked(False)
        switch.clearFocus()
        seen = [picture(switch)]
        switch.setFocus()
        qtbot.waitUntil(switch.hasFocus)
        seen.append(picture(switch))
        switch.setChecked(True)
        seen.append(picture(switch))
        switch.setEnabled(False)
        seen.append(picture(switch))
        assert all(one != other for number, one in enumerate(seen) for other in seen[:number]), appearance


def test_its_word_has_room(switch: Switch) -> None:
    assert switch.sizeHint().width() > switch.fontMetrics().horizontalAdvance("Auto") + switch.height()
