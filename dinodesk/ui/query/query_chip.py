"""One part of a query as a chip: a dot or photo, its words, and a cross that takes it out."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, Signal, Slot
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPixmap
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QWidget
from typing_extensions import override

from dinodesk.ui.query.reading_text import Chip
from dinodesk.ui.text.plain_text import tooltip
from dinodesk.ui.theme.theme import Theme

LONGEST = 22
"""Lines of text that the words of a chip are wide at most."""
_TAKE = Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space
_REMOVE = Qt.Key.Key_Delete, Qt.Key.Key_Backspace
_MOVES = {
    Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Home: -1000, Qt.Key.Key_End: 1000,
}  # fmt: skip


class QueryChip(QFrame):
    """Enter, Space or a click takes it up, Delete or the cross takes it out, arrows go to its neighbours."""

    taken = Signal()
    removed = Signal()
    left = Signal(int)  # to the chip so many places further

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("queryChip")
        self._theme = theme
        self.chip = Chip(0, 0, "words", "")
        self._mark, self._label = QLabel(), QLabel()
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._cross = QToolButton()
        self._cross.setObjectName("chipRemove")
        self._cross.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Delete does it by keys
        self._cross.clicked.connect(self.removed)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 1, 3, 1)
        row.setSpacing(5)
        for widget in (self._mark, self._label, self._cross):
            row.addWidget(widget)
        self.setFixedHeight(round(theme.unit() * 1.45))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def show_chip(self, chip: Chip) -> None:
        """Show a part of a query; the picture of a photo follows."""
        another = chip.photo != self.chip.photo
        self.chip = chip
        if self.property("kind") != chip.kind or self.property("negated") != chip.negated:
            self.setProperty("kind", chip.kind)
            self.setProperty("negated", chip.negated)
            for widget in (self, self._label):
                widget.style().unpolish(widget)
                widget.style().polish(widget)
        room = round(self._theme.unit() * (LONGEST * 2 if chip.kind == "unknown" else LONGEST))
        self._label.setText(
            self._label.fontMetrics().elidedText(chip.words, Qt.TextElideMode.ElideRight, room)
        )
        self.setAccessibleName(chip.words)
        self._cross.setAccessibleName(f"Take out {chip.words}")
        self._cross.setToolTip("Take this out (Delete)")
        if chip.instead:
            self.setToolTip(tooltip(f"Left out. Click to put {chip.instead} here."))
        elif chip.kind == "unknown":
            self.setToolTip(tooltip(f"Left out. {chip.words}."))
        else:
            self.setToolTip(tooltip(f"{chip.words}\nClick to edit it."))
        self._show_mark(keep_picture=bool(chip.photo) and not another)

    def _show_mark(self, *, keep_picture: bool = False) -> None:
        side = round(self._theme.unit())
        self._mark.setVisible(self.chip.term >= 0 or bool(self.chip.photo))
        self._cross.setIcon(self._theme.icon("x", "muted"))
        self._cross.setIconSize(QSize(side, side) * 0.7)
        if keep_picture:
            return
        if self.chip.photo:
            self._mark.setPixmap(self._theme.pixmap("image", "accent", side))
        elif self.chip.term >= 0:
            self._mark.setPixmap(self._dot(side * 0.5))

    def _dot(self, side: float) -> QPixmap:
        """A round spot in the colour of the term."""
        ratio = self.devicePixelRatioF()
        pixmap = QPixmap(round(side * ratio), round(side * ratio))
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.term_color(self.chip.term))
        painter.drawEllipse(pixmap.rect())
        painter.end()
        pixmap.setDevicePixelRatio(ratio)
        return pixmap

    def show_picture(self, image: QImage) -> None:
        """The example photo itself, as a small square."""
        side = round(self._theme.unit() * 1.1 * self.devicePixelRatioF())
        square = image.scaled(
            side,
            side,
            Qt.AspectRatioMode.KeepAspectRatioByExpanding,
            Qt.TransformationMode.SmoothTransformation,
        )
        corner = QPoint((square.width() - side) // 2, (square.height() - side) // 2)
        pixmap = QPixmap.fromImage(square.copy(corner.x(), corner.y(), side, side))
        pixmap.setDevicePixelRatio(self.devicePixelRatioF())
        self._mark.setPixmap(pixmap)

    @Slot()
    def restyle(self) -> None:
        """Colours of the present appearance."""
        self._show_mark(keep_picture=bool(self.chip.photo))

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.taken.emit()

    @override
    def event(self, event: QEvent) -> bool:
        """Keys of a chip are no shortcuts of the window's: Delete takes out a chip, and no photo."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() in (*_TAKE, *_REMOVE, *_MOVES)
            and not event.modifiers()
        ):
            event.accept()
            return True
        return super().event(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in _TAKE:
            self.taken.emit()
        elif key in _REMOVE:
            self.removed.emit()
        elif key in _MOVES:
            self.left.emit(_MOVES[Qt.Key(key)])
        else:
            super().keyPressEvent(event)
