"""Words as small rounded chips that flow over several lines."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPoint, QRect, QSize, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLayoutItem,
    QSizePolicy,
    QToolButton,
    QWidget,
)
from typing_extensions import override

from dinodesk.ui.text.plain_text import one_line
from dinodesk.ui.theme.theme import Theme
from dinodesk.ui.widgets.fact_widgets import ElidedLabel

GAP = 6


class FlowLayout(QLayout):
    """Items side by side, the next line when there is no room."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self.setContentsMargins(0, 0, 0, 0)

    @override
    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    @override
    def count(self) -> int:
        return len(self._items)

    @override
    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    @override
    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    @override
    def hasHeightForWidth(self) -> bool:
        return True

    @override
    def heightForWidth(self, width: int) -> int:
        return self._position_items(QRect(0, 0, width, 0), move=False)

    @override
    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._position_items(rect, move=True)

    @override
    def sizeHint(self) -> QSize:
        return self.minimumSize()

    @override
    def minimumSize(self) -> QSize:
        """One line of nothing; chips elide."""
        return QSize(40, max((item.sizeHint().height() for item in self._items), default=0))

    def _position_items(self, rect: QRect, *, move: bool) -> int:
        x, y, line = rect.x(), rect.y(), 0
        for item in self._items:
            size = item.sizeHint().boundedTo(QSize(max(40, rect.width()), 10_000))
            if x > rect.x() and x + size.width() > rect.right() + 1:
                x, y, line = rect.x(), y + line + GAP, 0
            if move:
                item.setGeometry(QRect(QPoint(x, y), size))
            x += size.width() + GAP
            line = max(line, size.height())
        return y + line - rect.y()


class ChipList(QWidget):
    """Chips of words; with `removable` each has a cross.

    A word that only some of several things have is drawn as an outline with their number, and a plus that
    gives it to all of them.
    """

    removed = Signal(str)
    completed = Signal(str)

    def __init__(self, theme: Theme, name: str, *, removable: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._theme, self._removable = theme, removable
        self._flow = FlowLayout(self)
        self._words: tuple[str, ...] = ()
        self._some: dict[str, str] = {}
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        theme.changed.connect(self._restyle)

    @property
    def words(self) -> tuple[str, ...]:
        """The words that are shown."""
        return self._words

    @property
    def some(self) -> dict[str, str]:
        """The words that not all have, each with how many do."""
        return self._some

    def show_words(self, words: tuple[str, ...], some: dict[str, str] | None = None) -> None:
        """Replace the chips; `some` maps each word that only some photos have to how many ("3 of 12")."""
        some = some or {}
        if words == self._words and some == self._some:
            return
        self._words, self._some = words, some
        while (item := self._flow.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for word in words:
            self._flow.addWidget(self._chip(word))
        self.updateGeometry()

    def _chip(self, word: str) -> QWidget:
        chip = QFrame()
        number = self._some.get(word, "")
        chip.setObjectName("someChip" if number else "chip")
        row = QHBoxLayout(chip)
        row.setContentsMargins(8, 2, 2 if self._removable else 8, 2)
        row.setSpacing(2)
        label = ElidedLabel(word)
        label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        label.setMinimumWidth(8)
        row.addWidget(label)
        if number:
            many = QLabel(number)
            many.setProperty("role", "small")
            row.addSpacing(4)
            row.addWidget(many)
            row.addWidget(self._button("plus", f"Give label {one_line(word)} to all", "Give it to all", word))
        if self._removable:
            have = f" ({number} have it)" if number else ""
            row.addWidget(self._button("x", f"Remove label {one_line(word)}{have}", f"Remove{have}", word))
        return chip

    def _button(self, icon: str, name: str, tip: str, word: str) -> QToolButton:
        button = QToolButton()
        button.setObjectName("chipRemove" if icon == "x" else "chipComplete")
        button.setIcon(self._theme.icon(icon, "muted"))
        button.setIconSize(QSize(12, 12))
        button.setAccessibleName(name)
        button.setToolTip(tip)
        button.clicked.connect(partial((self.removed if icon == "x" else self.completed).emit, word))
        return button

    def _restyle(self) -> None:
        words, some = self._words, self._some
        self._words = ()
        self.show_words(words, some)
