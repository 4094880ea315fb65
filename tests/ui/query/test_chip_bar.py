"""Chips: shown, taken, taken out, reached by keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget

from dinodesk.search.query.parser import parse_query
from dinodesk.ui.query.chip_bar import ChipBar
from dinodesk.ui.query.query_chip import QueryChip
from dinodesk.ui.query.reading_text import query_chips
from dinodesk.ui.theme.theme import Theme

Key = Qt.Key


@pytest.fixture
def bar(qtbot, theme: Theme) -> ChipBar:
    around = QWidget()
    qtbot.addWidget(around)
    bar = ChipBar(theme)
    QVBoxLayout(around).addWidget(bar)
    around.resize(700, 100)
    around.show()
    around.activateWindow()
    yield bar


def show(bar: ChipBar, text: str) -> list[QueryChip]:
    bar.show_chips(query_chips(parse_query(text)))
    return [each for each in bar.findChildren(QueryChip) if not each.isHidden()]


def test_chips_come_and_go_with_the_query(bar: ChipBar) -> None:
    assert not bar.isVisible()
    chips = show(bar, "dogs -snow after:2012 camra:x")
    assert bar.isVisible() and [each.accessibleName() for each in chips] == [
        "dogs",
        "not snow",
        "after 2012",
        "camra: not known, did you mean camera:?",
    ]
    assert [(each.property("kind"), each.property("negated")) for each in chips] == [
        ("words", False),
        ("words", True),
        ("filter", False),
        ("unknown", False),
    ]
    assert "camera:x" in chips[3].toolTip()
    show(bar, "")
    assert not bar.isVisible()


def test_a_click_takes_a_chip_and_its_cross_takes_it_out(qtbot, bar: ChipBar) -> None:
    chips = show(bar, "dogs -snow")
    with qtbot.waitSignal(bar.taken) as taken:
        qtbot.mouseClick(chips[1], Qt.MouseButton.LeftButton)
    assert taken.args[0] == bar.chips[1]
    cross = chips[0].findChild(QToolButton, "chipRemove")
    assert cross.accessibleName() == "Take out dogs"
    with qtbot.waitSignal(bar.removed) as removed:
        qtbot.mouseClick(cross, Qt.MouseButton.LeftButton)
    assert removed.args[0] == bar.chips[0]


def test_keys_go_along_the_chips(qtbot, bar: ChipBar) -> None:
    chips = show(bar, "dogs -snow after:2012")
    chips[0].setFocus()
    qtbot.keyClick(chips[0], Key.Key_Right)
    assert chips[1].hasFocus()
    qtbot.keyClick(chips[1], Key.Key_End)
    assert chips[2].hasFocus()
    qtbot.keyClick(chips[2], Key.Key_Home)
    assert chips[0].hasFocus()
    for key, signal in (
        (Key.Key_Return, bar.taken),
        (Key.Key_Space, bar.taken),
        (Key.Key_Delete, bar.removed),
    ):
        with qtbot.waitSignal(signal) as sent:
            qtbot.keyClick(chips[0], key)
        assert sent.args[0] == bar.chips[0]


def test_the_focus_stays_among_the_chips(qtbot, bar: ChipBar) -> None:
    chips = show(bar, "dogs -snow after:2012")
    chips[2].setFocus()
    chips = show(bar, "dogs -snow")
    assert chips[1].hasFocus()
    with qtbot.waitSignal(bar.emptied):
        show(bar, "")


def test_the_dots_have_the_colours_of_the_terms(bar: ChipBar, theme: Theme) -> None:
    for chip, term in zip(show(bar, "dogs -snow"), (0, 1), strict=True):
        dot = chip._mark.pixmap().toImage()
        assert dot.pixelColor(dot.width() // 2, dot.height() // 2) == theme.term_color(term)
    assert not show(bar, "dogs after:2012")[0]._mark.isVisible()


def test_an_example_photo_is_shown_small(qtbot, bar: ChipBar) -> None:
    with qtbot.waitSignal(bar.pictureWanted) as wanted:
        chips = show(bar, 'like:"beach.jpg" dog')
    assert wanted.args == ["beach.jpg"]
    image = QImage(40, 20, QImage.Format.Format_RGB32)
    image.fill(QColor("red"))
    bar.show_picture("beach.jpg", image)
    shown = chips[0]._mark.pixmap().toImage()
    assert shown.width() == shown.height() and shown.pixelColor(3, 3) == QColor("red")
    with qtbot.assertNotEmitted(bar.pictureWanted):  # it is there already
        show(bar, 'like:"beach.jpg" dogs')
    assert chips[0]._mark.pixmap().toImage().pixelColor(3, 3) == QColor("red")
