"""Shortcuts and about."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QDialogButtonBox, QLabel, QTextBrowser, QWidget

from dinodesk.ui.shell.about_dialog import AboutDialog
from dinodesk.ui.shell.actions import _SPECS
from dinodesk.ui.shell.dialog_controller import DialogController
from dinodesk.ui.shell.shortcuts_dialog import SHORTCUTS, ShortcutsDialog
from dinodesk.ui.theme.theme import Theme


@pytest.fixture
def dialogs(theme: Theme, parent: QWidget) -> DialogController:
    parent.show()
    return DialogController(theme, parent)


def test_the_shortcuts_are_one_dialog(dialogs: DialogController, parent: QWidget) -> None:
    dialogs.close_dialogs()  # none is open
    dialogs.show_shortcuts()
    dialogs.show_shortcuts()
    (dialog,) = parent.findChildren(ShortcutsDialog)
    assert dialog.isVisible() and not dialog.isModal()
    texts = {label.text() for label in dialog.findChildren(QLabel)}
    assert all(keys in texts and does in texts for keys, does in SHORTCUTS)
    dialogs.close_dialogs()
    assert not dialog.isVisible()


def test_the_dialog_names_the_keys_of_the_actions() -> None:
    named = " ".join(keys for keys, _ in SHORTCUTS)
    for name in (
        "addFolder",
        "labels",
        "undo",
        "redo",
        "copy",
        "copyPath",
        "rescan",
        "aboutLibrary",
        "rules",
        "quit",
    ):
        keys = next(keys for each, _, keys, _ in _SPECS if each == name)
        assert keys[0] in named, name


def test_about_names_licences_and_closes_for_good(qtbot, dialogs: DialogController, parent: QWidget) -> None:
    dialogs.show_about()
    dialog = parent.findChild(AboutDialog)
    text = dialog.findChild(QTextBrowser).toPlainText()
    for part in ("Apache License 2.0", "LGPL 3", "SIL Open Font License", "Sample photos"):
        assert part in text
    dialog.findChild(QDialogButtonBox).rejected.emit()
    qtbot.waitUntil(lambda: parent.findChild(AboutDialog) is None)
