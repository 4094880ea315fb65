"""A slider between two ends."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from dinodesk.ui.theme.theme import Theme
from dinodesk.ui.widgets.balance_slider import BalanceSlider


@pytest.fixture
def balance(qtbot, theme: Theme) -> BalanceSlider:
    balance = BalanceSlider(theme, "details", "scene")
    qtbot.addWidget(balance)
    balance.show()
    return balance


def test_moving_it_is_told_with_the_share_and_setting_it_is_not(qtbot, balance: BalanceSlider) -> None:
    assert balance.share == 0.5
    with qtbot.assertNotEmitted(balance.moved):
        balance.set_share(0.8)
    with qtbot.waitSignal(balance.moved) as moved:
        balance.slider.setValue(81)
    assert moved.args == [pytest.approx(0.81)]
    assert "Details 19 %, scene 81 %" in balance.slider.toolTip()


def test_a_double_click_brings_the_middle(qtbot, balance: BalanceSlider) -> None:
    balance.set_share(0.9)
    with qtbot.waitSignal(balance.moved):
        qtbot.mouseDClick(balance.slider, Qt.MouseButton.LeftButton)
    assert balance.share == 0.5


def test_a_drag_near_the_middle_snaps_to_it_and_keys_do_not(qtbot, balance: BalanceSlider) -> None:
    balance.slider.setValue(48)
    assert balance.share == 0.48
    balance.slider.setSliderDown(True)
    balance.slider.setValue(52)
    assert balance.share == 0.5


def test_without_room_the_ends_have_no_names(balance: BalanceSlider) -> None:
    with_names = balance.sizeHint().width()
    assert balance.width_with(ends=True) == with_names
    balance.show_ends(False)
    assert balance.sizeHint().width() == balance.width_with(ends=False) < with_names
