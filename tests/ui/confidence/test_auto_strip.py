"""Auto, its stops, the badge, scene and details."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QComboBox, QLabel, QMenu, QToolButton, QWidget

from dinodesk.records import STOPS, TEMPLATE_SETS, ConfidenceCurve, FittedLine
from dinodesk.ui.confidence.auto_strip import AutoStrip
from dinodesk.ui.confidence.query_line import PAPER, QueryLine
from dinodesk.ui.theme.theme import Theme


@pytest.fixture
def strip(theme: Theme, parent: QWidget) -> AutoStrip:
    strip = AutoStrip(theme, parent)
    strip.resize(900, 30)
    parent.show()
    return strip


def line(certainty: str = "estimated") -> QueryLine:
    line = QueryLine()
    line.fit(FittedLine(curve=ConfidenceCurve(0.1, 20.0), certainty=certainty), another=True)  # type: ignore[arg-type]
    return line


@pytest.mark.parametrize(
    ("certainty", "words"),
    [("estimated", "estimated"), ("fitted", "fitted on your photos"), ("checked", "checked by you")],
)
def test_the_badge_says_what_confidences_rest_on(strip: AutoStrip, certainty: str, words: str) -> None:
    strip.show_line(line(certainty))
    assert strip.badge.text() == words and strip.badge.accessibleDescription() == strip.badge.toolTip() != ""
    assert strip.switch.isChecked() and strip.stop_box.isEnabled()
    own = line(certainty)
    own.set_zones(PAPER)
    strip.show_line(own)
    assert strip.badge.text() == "set by you" and not strip.switch.isChecked()
    assert not strip.stop_box.isEnabled()


def test_it_asks_and_changes_nothing_itself(qtbot, strip: AutoStrip) -> None:
    strip.show_line(line())
    box = strip.findChild(QComboBox, "stopBox")
    assert [box.itemData(row) for row in range(box.count())] == list(STOPS)
    box.setFocus()
    with qtbot.waitSignal(strip.stopChosen) as chosen:
        qtbot.keyClick(box, Qt.Key.Key_Down)
    assert chosen.args == ["more"]
    with qtbot.waitSignal(strip.autoSwitched) as switched:
        qtbot.keyClick(strip.switch, Qt.Key.Key_Space)
    assert switched.args == [False]


def test_the_menu_leads_back_to_auto_and_to_the_paper(qtbot, strip: AutoStrip) -> None:
    back, paper = strip.findChild(QMenu).actions()[:2]
    strip.show_line(line())
    assert not back.isEnabled() and "0.08, 25, cut 50 %" in paper.text()
    own = line()
    own.set_zones(PAPER)
    strip.show_line(own)
    with qtbot.waitSignal(strip.autoSwitched) as switched:
        back.trigger()
    assert switched.args == [True]
    with qtbot.waitSignal(strip.paperChosen):
        paper.trigger()


def test_one_wording_is_checked_and_others_are_asked_for(qtbot, strip: AutoStrip) -> None:
    wordings = strip.findChild(QMenu, "wordingMenu").actions()
    assert [each.data() for each in wordings] == list(TEMPLATE_SETS)
    strip.show_wording("openai80")
    assert [each.isChecked() for each in wordings] == [False, False, True]
    with qtbot.waitSignal(strip.wordingChosen) as chosen:
        wordings[1].trigger()
    assert chosen.args == ["simple"] and all(each.toolTip().endswith(".") for each in wordings)


def test_words_give_way_before_controls_do(qtbot, strip: AutoStrip) -> None:
    strip.show_line(line("fitted"))
    details = strip.scene.findChild(QLabel)
    assert strip.badge.text() == "fitted on your photos" and not details.isHidden()
    strip.resize(strip.minimumSizeHint().width() + strip.badge.sizeHint().width() // 2 + 10, 30)
    assert strip.badge.text() == "fitted" and details.isHidden() and not strip.badge.isHidden()
    strip.resize(strip.minimumSizeHint())
    assert strip.badge.isHidden()
    controls = (strip.switch, strip.stop_box, strip.scene.slider, strip.findChild(QToolButton))

    def all_have_room() -> bool:
        return all(
            control.isVisibleTo(strip)
            and control.width() >= control.minimumSizeHint().width()
            and strip.rect().contains(control.mapTo(strip, control.rect().bottomRight()))
            for control in controls
        )

    qtbot.waitUntil(all_have_room)


def test_each_control_has_a_name_and_is_reached_by_keys(strip: AutoStrip) -> None:
    for name in ("autoSwitch", "stopBox", "sceneSlider", "lineMenu"):
        control = strip.findChild(QWidget, name)
        assert control.accessibleName() and control.focusPolicy() & Qt.FocusPolicy.TabFocus, name


def test_a_model_without_halves_has_no_scene_to_weigh(strip: AutoStrip) -> None:
    assert "scene" in strip.scene.slider.toolTip() and strip.scene.isEnabled()
    strip.set_halves(False)
    assert not strip.scene.slider.isEnabled() and "no halves" in strip.scene.slider.toolTip()
    strip.set_halves(True)
    assert strip.scene.slider.isEnabled() and strip.sizeHint() != QSize()
