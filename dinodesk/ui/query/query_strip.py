"""The strip below the search bar: the chips of the query, and in one line how it was read."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from dinodesk.ui.query.chip_bar import ChipBar
from dinodesk.ui.text.plain_text import one_line, tooltip
from dinodesk.ui.theme.theme import SMALL, Theme


class ExplainLine(QLabel):
    """One line that ends in an ellipsis and a tooltip where there is no room."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("explainLine")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", "muted")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._theme, self._sentence = theme, ""
        theme.changed.connect(self._restyle)
        self._restyle()
        self.hide()

    @property
    def sentence(self) -> str:
        """What it says, also where a part is cut off."""
        return self._sentence

    def show_sentence(self, sentence: str) -> None:
        """Say how the query was read; "" hides the line."""
        self._sentence = one_line(sentence)
        self.setAccessibleName(self._sentence)
        self.setVisible(bool(sentence))
        self._elide()

    @Slot()
    def _restyle(self) -> None:
        self.setFont(self._theme.font(SMALL))
        self._elide()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._elide()

    def _elide(self) -> None:
        shown = self.fontMetrics().elidedText(self._sentence, Qt.TextElideMode.ElideRight, self.width())
        self.setText(shown)
        self.setToolTip(tooltip(self._sentence) if shown != self._sentence else "")


class QueryStrip(QWidget):
    """Takes no room while the bar says all there is."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("queryStrip")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.chips = ChipBar(theme)
        self.explanation = ExplainLine(theme)
        self._box: QWidget | None = None
        self._inside = QVBoxLayout(self)
        self._inside.setSpacing(4)
        self._inside.addWidget(self.chips)
        self._inside.addWidget(self.explanation)
        self.chips.fitted.connect(self.fit)
        self.fit()

    def follow(self, box: QWidget) -> None:
        """Begin and end where the box of the search field does, wherever that moves."""
        self._box = box
        box.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Move) and self._box is not None:
            left = self._box.x()
            bar = self._box.parentWidget()
            right = (bar.width() if bar is not None else self.width()) - left - self._box.width()
            self._inside.setContentsMargins(left, 0, right, 8)
        return super().eventFilter(watched, event)

    @Slot()
    def fit(self) -> None:
        """Go where there is nothing to show."""
        self.setVisible(not self.chips.isHidden() or not self.explanation.isHidden())
