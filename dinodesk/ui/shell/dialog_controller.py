"""The dialogs on the program itself: shortcuts and about."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QWidget

from dinodesk.ui.shell.about_dialog import AboutDialog
from dinodesk.ui.shell.shortcuts_dialog import ShortcutsDialog
from dinodesk.ui.theme.theme import Theme


class DialogController(QObject):
    """Opens them without blocking the event loop, closes them with the window."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self._parent = theme, parent
        self._shortcuts: ShortcutsDialog | None = None

    @Slot()
    def show_shortcuts(self) -> None:
        """What keys and mouse can do; one dialog, however often it is asked for."""
        if self._shortcuts is None:
            self._shortcuts = ShortcutsDialog(self._parent)
        self._shortcuts.show()
        self._shortcuts.raise_()

    @Slot()
    def show_about(self) -> None:
        """What the program is, and under which licences."""
        dialog = AboutDialog(self._theme, self._parent)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def close_dialogs(self) -> None:
        """Close what is open: the window is closed."""
        if self._shortcuts is not None:
            self._shortcuts.close()
