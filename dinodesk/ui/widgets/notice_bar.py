"""The bar above the photos: a sentence in plain words with what helps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget
from typing_extensions import override

from dinodesk.ui.theme.theme import Theme

Tone = Literal["warning", "info"]
"""Something to be seen to; or only to be known."""

WIDE = 60
"""Lines of text that a notice must be wide to hold two buttons beside its text."""


class NoticeBar(QFrame):
    """A sentence in plain words with a button that helps, rarely two."""

    dismissed = Signal()  # closed by the person
    acted = Signal()  # its button was pressed, before what it does

    def __init__(self, theme: Theme, name: str = "notice", parent: QWidget | None = None) -> None:
        """`name` begins the objectNames: "notice" comes and goes, "standing" stays until it is answered."""
        super().__init__(parent)
        self.setObjectName(f"{name}Bar")
        self.setProperty("notice", True)
        self._theme = theme
        self._tone: Tone = "warning"
        self._below = False  # whether the buttons are under the text
        self._do: Callable[[], object] | None = None
        self._do_otherwise: Callable[[], object] | None = None
        self._icon = QLabel()
        self._text = QLabel()
        self._text.setObjectName(f"{name}Text")
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._button = QPushButton()
        self._button.setObjectName(f"{name}Button")
        self._button.setAccessibleName("What helps")
        self._button.clicked.connect(self._act)
        self._other = QPushButton()
        self._other.setObjectName(f"{name}OtherButton")
        self._other.setAccessibleName("What else helps")
        self._other.clicked.connect(self._act_otherwise)
        self._close = QToolButton()
        self._close.setObjectName(f"{name}Close")
        self._close.setAccessibleName("Close this notice")
        self._close.setToolTip("Close this notice")
        self._close.clicked.connect(self._dismiss)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(8)
        self._buttons.addStretch()
        self._buttons.addWidget(self._other)
        self._buttons.addWidget(self._button)
        self._layout = QGridLayout(self)
        self._layout.setContentsMargins(12, 8, 8, 8)
        self._layout.setHorizontalSpacing(12)
        self._layout.setVerticalSpacing(8)
        self._layout.setColumnStretch(1, 1)
        self._layout.addWidget(self._icon, 0, 0)
        self._layout.addWidget(self._text, 0, 1)
        self._layout.addLayout(self._buttons, 0, 2)
        self._layout.addWidget(self._close, 0, 3)
        self.setTabOrder(self._other, self._button)
        theme.changed.connect(self._restyle)
        self._restyle()
        self.hide()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Two buttons go under the text where they would leave it too little room."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        below = not self._other.isHidden() and self.width() < WIDE * self._theme.unit()
        if below == self._below:
            return
        self._below = below
        self._layout.removeItem(self._buttons)
        self._layout.addLayout(self._buttons, *((1, 1) if below else (0, 2)))

    @Slot()
    def _restyle(self) -> None:
        icon, role = ("triangle-alert", "warning") if self._tone == "warning" else ("info", "accent")
        self._icon.setPixmap(self._theme.pixmap(icon, role, self._theme.unit() * 1.1))
        self._close.setIcon(self._theme.icon("x", "muted"))

    def show_message(
        self,
        sentence: str,
        button: str = "",
        do: Callable[[], object] | None = None,
        other: str = "",
        do_otherwise: Callable[[], object] | None = None,
        *,
        closable: bool = True,
        tone: Tone = "warning",
    ) -> None:
        """Show a sentence; `do` is what its button does, `do_otherwise` what the second one does."""
        if tone != self._tone:
            self._tone = tone
            self._restyle()
        self._close.setVisible(closable)
        self._text.setText(sentence)
        self._do, self._do_otherwise = do, do_otherwise
        self._other.setText(other)
        self._other.setAccessibleName(other or "What else helps")
        self._other.setVisible(bool(other))
        self._button.setText(button)
        self._button.setAccessibleName(button or "What helps")
        self._button.setVisible(bool(button))
        self._fit()
        self.setVisible(bool(sentence))

    @property
    def sentence(self) -> str:
        """The sentence that is shown; "" when the bar is hidden."""
        return self._text.text() if not self.isHidden() else ""

    @Slot()
    def _dismiss(self) -> None:
        self.hide()
        self.dismissed.emit()

    @Slot()
    def _act(self) -> None:
        do = self._do  # whoever hears of it may show something else
        self.hide()
        self.acted.emit()
        if do is not None:
            do()

    @Slot()
    def _act_otherwise(self) -> None:
        if self._do_otherwise is not None:  # asks first, so the notice stays until it is done
            self._do_otherwise()
