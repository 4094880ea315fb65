"""Text over the window that says what a drop would do while something is dragged across it."""

from __future__ import annotations

import os
from pathlib import Path

from PySide6.QtCore import QMimeData, QRectF, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from dinodesk.ui.theme.theme import LARGE, Theme
from dinodesk.ui.widgets.drop_content import (
    MODEL_ENDINGS,
    has_ending,
    is_model,
    is_photo,
    is_recipe,
    local_files,
    refusal_sentence,
)


def sentence_for(mime: QMimeData, shift: bool) -> str:
    """What dropping this would do. Looks at no more than one file, so that it costs nothing."""
    files = local_files(mime)
    if files and all(Path(f).suffix.lower() in MODEL_ENDINGS for f in files[1:]) and is_model(files[0]):
        return "Add as model files"
    if not files:
        return "Search by this photo"
    if len(files) == 1 and not os.path.isdir(files[0]):
        if is_recipe(files[0]):
            return "Open this recipe"
        if not (has_ending(files[0]) or is_photo(files[0])):
            return refusal_sentence((files[0],))
        if not shift:
            return "Search by this photo (with Shift: add it to the library)"
    return "Add to the library" if len(files) == 1 else f"Add {len(files):,} things to the library"


class DropOverlay(QWidget):
    """Lies over everything, takes no events."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("dropHint")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._theme = theme
        self._sentence = ""
        self.hide()

    @property
    def sentence(self) -> str:
        """The sentence that is shown; "" when nothing is dragged."""
        return self._sentence if self.isVisible() else ""

    def show_message(self, sentence: str) -> None:
        """Show a sentence over the whole parent."""
        parent = self.parentWidget()
        if parent is not None:
            self.setGeometry(parent.rect())
        if sentence != self._sentence or not self.isVisible():
            self._sentence = sentence
            self.setAccessibleName(sentence)
            self.show()
            self.raise_()
            self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """A veil, a frame in the accent, a sentence on a raised card."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        veil = self._theme.color("ground")
        veil.setAlphaF(0.6)
        painter.fillRect(self.rect(), veil)
        painter.setPen(QPen(self._theme.color("accent"), 2))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(6, 6, -6, -6), 10, 10)
        painter.setFont(self._theme.font(LARGE, QFont.Weight.DemiBold))
        metrics = painter.fontMetrics()
        box = QRectF(0, 0, metrics.horizontalAdvance(self._sentence) + 48, metrics.height() + 28)
        box.moveCenter(QRectF(self.rect()).center())
        painter.setPen(QPen(self._theme.color("line"), 1))
        painter.setBrush(self._theme.color("raised"))
        painter.drawRoundedRect(box, 10, 10)
        painter.setPen(self._theme.color("text"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self._sentence)
        painter.end()
