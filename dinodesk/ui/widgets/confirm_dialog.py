"""Asking once more before something that can't be taken back; never blocks the event loop."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget


def confirm(
    parent: QWidget, name: str, text: str, more: str, *choices: tuple[str, Callable[[], object]]
) -> QMessageBox:
    """A question in plain text with a button for each choice, and Cancel, which is the default."""
    box = QMessageBox(parent)
    box.setObjectName(name)
    box.setIcon(QMessageBox.Icon.Question)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(text)
    box.setInformativeText(more)
    for number, (label, do) in enumerate(choices):
        button = box.addButton(label.replace("&", "&&"), QMessageBox.ButtonRole.AcceptRole)
        button.setObjectName(f"{name}Choice{number}")
        button.clicked.connect(_without_argument(do))
    box.addButton(QMessageBox.StandardButton.Cancel).setObjectName(f"{name}Cancel")
    box.setDefaultButton(QMessageBox.StandardButton.Cancel)
    box.finished.connect(box.deleteLater)
    box.open()
    return box


def _without_argument(do: Callable[[], object]) -> Callable[[bool], None]:
    def call(_checked: bool = False) -> None:
        do()

    return call
