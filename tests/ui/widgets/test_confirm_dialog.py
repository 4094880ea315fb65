"""Asking once more."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QPushButton, QWidget

from dinodesk.ui.widgets.confirm_dialog import confirm


def test_nothing_is_done_before_it_is_confirmed(qtbot, parent: QWidget) -> None:
    done: list[str] = []
    box = confirm(
        parent,
        "forgetBox",
        "Forget <b>12</b> photos?",
        "This can’t be undone.",
        ("Forget the 3", lambda: done.append("some")),
        ("Forget all & more", lambda: done.append("all")),
    )
    assert done == [] and box.isVisible() and box.parent() is parent
    assert box.textFormat() == Qt.TextFormat.PlainText and box.informativeText() == "This can’t be undone."
    assert box.defaultButton() is box.button(QMessageBox.StandardButton.Cancel)
    second = box.findChild(QPushButton, "forgetBoxChoice1")
    assert second.text() == "Forget all && more"
    with qtbot.waitSignal(box.finished):
        second.click()
    assert done == ["all"]


def test_cancel_does_nothing_and_the_box_goes(qtbot, parent: QWidget) -> None:
    done: list[str] = []
    box = confirm(parent, "removeBox", "Remove?", "", ("Remove", lambda: done.append("removed")))
    box.findChild(QPushButton, "removeBoxCancel").click()
    qtbot.waitUntil(lambda: parent.findChild(QMessageBox, "removeBox") is None)
    assert done == []
