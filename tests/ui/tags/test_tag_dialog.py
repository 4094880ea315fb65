"""The small dialog for labels and albums."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QWidget

from dinodesk.ui.tags.tag_dialog import TagDialog
from dinodesk.ui.theme.theme import Theme


@pytest.fixture
def open_dialog(theme: Theme, parent: QWidget):
    def open_(kind: str) -> TagDialog:
        dialog = TagDialog(theme, kind, "Labels of <b>this</b> photo", ["Sea", "Sand"], parent)
        dialog.open()
        return dialog

    parent.show()
    return open_


@pytest.mark.parametrize("by", ["key", "button"])
def test_labels_are_added_one_after_the_other(qtbot, open_dialog, by: str) -> None:
    dialog = open_dialog("label")
    added: list[str] = []
    dialog.added.connect(added.append)
    for name in (" Beach ", "", "Sea"):
        dialog.field.setText(name)
        if by == "key":
            qtbot.keyClick(dialog.field, Qt.Key.Key_Return)
        else:
            dialog.findChild(QPushButton, "labelAddButton").click()
    assert added == ["Beach", "Sea"] and dialog.isVisible() and dialog.field.text() == ""
    assert dialog.intro.textFormat() == Qt.TextFormat.PlainText


def test_an_album_closes_it(qtbot, open_dialog) -> None:
    dialog = open_dialog("album")
    dialog.field.setText("Best")
    with qtbot.waitSignal(dialog.accepted), qtbot.waitSignal(dialog.added):
        qtbot.keyClick(dialog.field, Qt.Key.Key_Return)
    assert dialog.windowTitle() == "Add to album" and dialog.field.accessibleName() == "Album"


def test_labels_that_are_there_can_be_removed_and_completed(qtbot, open_dialog) -> None:
    dialog = open_dialog("label")
    assert dialog.chips.isHidden()
    dialog.show_labels((("Sea", 3), ("Sand", 1)), 3)
    assert dialog.chips.words == ("Sea", "Sand") and dialog.chips.some == {"Sand": "1 of 3"}
    with qtbot.waitSignal(dialog.removed) as removed:
        dialog.chips.removed.emit("Sea")
    with qtbot.waitSignal(dialog.added) as added:
        dialog.chips.completed.emit("Sand")
    assert removed.args == ["Sea"] and added.args == ["Sand"]
    dialog.show_labels((), 3)
    assert dialog.chips.isHidden()
