"""Chips: words that flow over lines, are taken away, or given to all."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QFrame, QLabel, QToolButton, QWidget

from dinodesk.ui.theme.theme import Theme
from dinodesk.ui.widgets.chips import GAP, ChipList, FlowLayout


@pytest.fixture
def chips(qtbot, theme: Theme) -> ChipList:
    chips = ChipList(theme, "labelChips", removable=True)
    qtbot.addWidget(chips)
    chips.resize(300, 100)
    chips.show()
    return chips


def buttons(chips: ChipList, name: str) -> list[QToolButton]:
    shown = [chips.layout().itemAt(number).widget() for number in range(chips.layout().count())]
    return [button for chip in shown for button in chip.findChildren(QToolButton, name)]


def boxes(count: int, width: int, height: int = 10) -> tuple[QWidget, FlowLayout, list[QWidget]]:
    holder = QWidget()
    flow = FlowLayout(holder)
    inside = []
    for _ in range(count):
        box = QLabel(holder)
        box.setFixedSize(width, height)
        flow.addWidget(box)
        inside.append(box)
    return holder, flow, inside


def test_items_flow_to_the_next_line_where_there_is_no_room(qtbot) -> None:
    holder, flow, inside = boxes(3, 100)
    qtbot.addWidget(holder)
    flow.setGeometry(QRect(0, 0, 2 * 100 + GAP, 200))
    assert [(box.x(), box.y()) for box in inside] == [(0, 0), (100 + GAP, 0), (0, 10 + GAP)]
    assert flow.heightForWidth(2 * 100 + GAP) == 2 * 10 + GAP
    assert flow.heightForWidth(3 * 100 + 2 * GAP) == 10
    assert flow.hasHeightForWidth() and flow.minimumSize().height() == 10


def test_a_layout_gives_its_items_back() -> None:
    _holder, flow, inside = boxes(2, 50)
    assert flow.count() == 2 and flow.itemAt(1).widget() is inside[1] and flow.itemAt(2) is None
    assert flow.takeAt(0).widget() is inside[0] and flow.count() == 1
    assert flow.takeAt(5) is None


def test_a_cross_removes_its_word(qtbot, chips: ChipList) -> None:
    chips.show_words(("sea", "<b>sand</b>"))
    assert chips.words == ("sea", "<b>sand</b>")
    remove = buttons(chips, "chipRemove")
    assert [each.accessibleName() for each in remove] == ["Remove label sea", "Remove label <b>sand</b>"]
    with qtbot.waitSignal(chips.removed) as removed:
        qtbot.mouseClick(remove[1], Qt.MouseButton.LeftButton)
    assert removed.args == ["<b>sand</b>"]
    assert chips.words == ("sea", "<b>sand</b>")  # the engine says when it is gone
    texts = [label for label in chips.findChildren(QLabel) if label.text().startswith("<b>")]
    assert texts and all(label.textFormat() == Qt.TextFormat.PlainText for label in texts)


def test_a_word_that_only_some_have_can_be_given_to_all(qtbot, chips: ChipList) -> None:
    chips.show_words(("sea", "sand"), {"sand": "3 of 12"})
    assert chips.some == {"sand": "3 of 12"}
    (complete,) = buttons(chips, "chipComplete")
    assert complete.accessibleName() == "Give label sand to all"
    assert buttons(chips, "chipRemove")[1].toolTip() == "Remove (3 of 12 have it)"
    with qtbot.waitSignal(chips.completed) as completed:
        qtbot.mouseClick(complete, Qt.MouseButton.LeftButton)
    assert completed.args == ["sand"]
    chips.show_words(("sea", "sand"))
    assert buttons(chips, "chipComplete") == [] and len(buttons(chips, "chipRemove")) == 2


def test_the_same_words_are_not_built_again(chips: ChipList) -> None:
    chips.show_words(("sea",))
    before = buttons(chips, "chipRemove")
    chips.show_words(("sea",))
    assert buttons(chips, "chipRemove") == before
    chips.show_words(())
    assert buttons(chips, "chipRemove") == [] and chips.words == ()


def test_words_of_the_photo_itself_have_no_cross(qtbot, theme: Theme) -> None:
    keywords = ChipList(theme, "keywordChips", removable=False)
    qtbot.addWidget(keywords)
    keywords.show_words(("sea", "sand"))
    assert keywords.findChildren(QToolButton) == []
    assert len(keywords.findChildren(QFrame, "chip")) == 2


def test_another_appearance_keeps_the_words(chips: ChipList, theme: Theme) -> None:
    chips.show_words(("sea", "sand"), {"sand": "1 of 2"})
    theme.choose("light")
    assert chips.words == ("sea", "sand") and chips.some == {"sand": "1 of 2"}
    assert len(buttons(chips, "chipRemove")) == 2
