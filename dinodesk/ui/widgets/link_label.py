"""A sentence with links that keys reach as well as the mouse."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QLabel, QWidget
from typing_extensions import override

_BY_KEYS = Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason


class LinkLabel(QLabel):
    """Tab stops at it where there is a link, which Return then follows; else it is passed over."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setWordWrap(True)

    def show_html(self, html: str) -> None:
        """Show a sentence; the same one again leaves the focus where it is."""
        if html == self.text():
            return
        self.setText(html)
        ways = Qt.TextInteractionFlag.LinksAccessibleByMouse
        if "<a " in html:
            ways |= Qt.TextInteractionFlag.LinksAccessibleByKeyboard
        self.setTextInteractionFlags(ways)

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in _BY_KEYS:
            # Qt marks a link with the next Tab only, and shows nothing until then
            self.focusNextPrevChild(event.reason() == Qt.FocusReason.TabFocusReason)
