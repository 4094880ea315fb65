"""Links in sentences, by keys."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from dinodesk.ui.widgets.link_label import LinkLabel

LINK = 'Did you mean <a href="a dog">a dog</a>?'


def test_tab_stops_at_a_link_and_return_follows_it(qtbot) -> None:
    holder, label, before, after = QWidget(), LinkLabel(), QLineEdit(), QLineEdit()
    layout = QVBoxLayout(holder)
    for widget in (before, label, after):
        layout.addWidget(widget)
    qtbot.addWidget(holder)
    with qtbot.waitExposed(holder):
        holder.show()
    holder.activateWindow()
    label.show_html("No photo is a confident match.")
    before.setFocus()
    qtbot.keyClick(before, Qt.Key.Key_Tab)
    assert after.hasFocus(), "there is no link to stop at"
    label.show_html(LINK)
    before.setFocus()
    qtbot.keyClick(before, Qt.Key.Key_Tab)
    assert label.hasFocus() and label.selectedText() == "a dog"
    label.show_html(LINK)
    with qtbot.waitSignal(label.linkActivated) as followed:
        qtbot.keyClick(label, Qt.Key.Key_Return)
    assert followed.args == ["a dog"]
    qtbot.keyClick(label, Qt.Key.Key_Tab)
    assert after.hasFocus()
