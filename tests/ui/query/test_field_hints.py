"""Offers and examples in the free end of the search field."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QPushButton

from dinodesk.records import Suggestion
from dinodesk.ui.query.field_hints import FieldHints
from dinodesk.ui.theme.theme import Theme

YEAR = Suggestion(0, 4, "date:2019", "taken then", 34)
ALBUM = Suggestion(0, 4, "album:2019", "in an album")


@pytest.fixture
def box(qtbot) -> QFrame:
    box = QFrame()
    qtbot.addWidget(box)
    QHBoxLayout(box)
    box.resize(900, 40)
    box.show()
    return box


@pytest.fixture
def field(box: QFrame) -> QLineEdit:
    field = QLineEdit()
    field.setPlaceholderText("Describe a photo")
    box.layout().addWidget(field)
    return field


@pytest.fixture
def hints(box: QFrame, field: QLineEdit, theme: Theme) -> FieldHints:
    hints = FieldHints(theme, field)
    box.layout().addWidget(hints)
    return hints


def buttons(hints: FieldHints) -> list[QPushButton]:
    return [each for each in hints.findChildren(QPushButton) if not each.isHidden()]


def test_examples_stand_in_an_empty_field_alone(qtbot, hints: FieldHints, field: QLineEdit) -> None:
    hints.show_examples(("two dogs", "camera:X100V a street"))
    assert hints.isVisible() and hints.texts == ("two dogs", "camera:X100V a street")
    field.setText("a")
    assert not hints.isVisible() and hints.texts == ()
    field.clear()
    assert hints.texts == ("two dogs", "camera:X100V a street")
    with qtbot.waitSignal(hints.exampleTaken) as taken:
        qtbot.mouseClick(buttons(hints)[1], Qt.MouseButton.LeftButton)
    assert taken.args == ["camera:X100V a street"]


def test_offers_stand_behind_what_is_typed(qtbot, hints: FieldHints, field: QLineEdit) -> None:
    field.setText("2019")
    hints.show_offers([YEAR, ALBUM])
    assert hints.texts == ("Tab: date:2019 · 34 photos", "album:2019")
    assert buttons(hints)[0].accessibleName() == "Search by date:2019: taken then"
    with qtbot.waitSignal(hints.offerTaken) as taken:
        qtbot.mouseClick(buttons(hints)[1], Qt.MouseButton.LeftButton)
    assert taken.args == [ALBUM]
    hints.show_offers([])
    assert not hints.isVisible()


def test_only_what_has_room_is_shown(hints: FieldHints, field: QLineEdit, box: QFrame) -> None:
    hints.show_examples(tuple(f"example number {number}" for number in range(4)))
    assert len(hints.texts) == 4
    box.resize(450, 40)
    few = len(hints.texts)
    assert 0 < few < 4
    box.resize(180, 40)
    assert hints.texts == ()
    box.resize(900, 40)
    field.setText("2019")
    hints.show_offers([YEAR])
    field.setText("2019 " * 40)
    assert hints.texts == ()
