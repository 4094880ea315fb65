"""Small widgets that state facts: an eliding label, name-and-value lines, a colour bar with numbers."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QGuiApplication,
    QLinearGradient,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QGridLayout, QLabel, QMenu, QSizePolicy, QWidget
from typing_extensions import override

from dinodesk.records import PatchMap
from dinodesk.ui.text.plain_text import one_line, tooltip
from dinodesk.ui.theme.theme import SMALL, Theme

BREAK = "\u200b"
"""A place where a word may be broken; never copied along."""


def offer_copy(label: QLabel, whole: str, event: QContextMenuEvent) -> None:
    """The context menu of a label whose text can be selected: copies it whole, or what is marked."""
    if not label.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByMouse:
        return
    menu = QMenu(label)
    menu.setObjectName("copyMenu")
    clipboard = QGuiApplication.clipboard()
    menu.addAction("Copy", lambda: clipboard.setText(whole))
    if label.hasSelectedText():
        marked = label.selectedText().replace(BREAK, "").replace("\u2028", "\n").replace("\u2029", "\n")
        menu.addAction("Copy marked text", lambda: clipboard.setText(marked))
    menu.aboutToHide.connect(menu.deleteLater)
    menu.popup(event.globalPos())


class ElidedLabel(QLabel):
    """A label that ends in an ellipsis and a tooltip where there is no room."""

    def __init__(
        self,
        text: str = "",
        mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._whole, self._mode = "", mode
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.set_text(text)

    def set_text(self, text: str) -> None:
        """Show a text, cut where there is no room."""
        self._whole = text = one_line(text)
        self.setAccessibleName(text)
        self.updateGeometry()
        self._elide()

    @property
    def whole(self) -> str:
        """The text, however much of it is shown."""
        return self._whole

    @override
    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        return QSize(self.fontMetrics().horizontalAdvance(self._whole) + 2, hint.height())

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Where text can be selected it can be copied whole, however much of it is shown."""
        offer_copy(self, self._whole, event)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._elide()

    def _elide(self) -> None:
        shown = self.fontMetrics().elidedText(self._whole, self._mode, max(8, self.width()))
        super().setText(shown)
        self.setToolTip(tooltip(self._whole) if shown != self._whole else "")


class FactList(QWidget):
    """Lines of a muted name and a value."""

    def __init__(self, name: str, shares: tuple[int, int] = (2, 3), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(5)
        self._grid.setColumnStretch(0, shares[0])
        self._grid.setColumnStretch(1, shares[1])
        self._rows: list[tuple[ElidedLabel, ElidedLabel]] = []

    def show_facts(self, facts: tuple[tuple[str, str], ...]) -> None:
        """Replace the lines; labels are reused, so that nothing flickers."""
        for row, (name, value) in enumerate(facts):
            if row == len(self._rows):
                self._rows.append(self._new_row(row))
            first, second = self._rows[row]
            first.set_text(name)
            second.set_text(value)
            first.show()
            second.show()
        for first, second in self._rows[len(facts) :]:
            first.hide()
            second.hide()

    def _new_row(self, row: int) -> tuple[ElidedLabel, ElidedLabel]:
        first, second = ElidedLabel(parent=self), ElidedLabel(mode=Qt.TextElideMode.ElideMiddle, parent=self)
        first.setProperty("role", "muted")
        second.setProperty("role", "value")
        second.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._grid.addWidget(first, row, 0)
        self._grid.addWidget(second, row, 1)
        return first, second

    def facts(self) -> list[tuple[str, str]]:
        """What is shown, for tests."""
        return [(a.whole, b.whole) for a, b in self._rows if not a.isHidden()]


class ColourBar(QWidget):
    """The colours of a scalar map from its lowest to its highest value, with numbers."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("colourBar")
        self._theme = theme
        self._map: PatchMap | None = None
        self._stops: list[tuple[float, QColor]] = []
        self.setFixedHeight(round(theme.unit() * 1.6))
        theme.changed.connect(self.update)
        self.hide()

    def show_map(self, shown: PatchMap | None) -> None:
        """The colours of the map's scale; hidden for maps without one."""
        self._map = shown if shown is not None and shown.bar is not None else None
        self.setVisible(self._map is not None)
        if self._map is None or self._map.bar is None:
            return
        last = max(1, len(self._map.bar) - 1)
        self._stops = [(step / last, QColor(*colour)) for step, colour in enumerate(self._map.bar.tolist())]
        self.setAccessibleName(f"Colours from {self._map.low:.3g} to {self._map.high:.3g}")
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if self._map is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._theme.font(SMALL))
        painter.setPen(self._theme.color("muted"))
        metrics = painter.fontMetrics()
        low, high = _number(self._map.low), _number(self._map.high)
        left, right = metrics.horizontalAdvance(low) + 8, metrics.horizontalAdvance(high) + 8
        area = QRect(0, 0, self.width(), self.height())
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(area, middle | Qt.AlignmentFlag.AlignLeft, low)
        painter.drawText(area, middle | Qt.AlignmentFlag.AlignRight, high)
        bar = QRectF(left, self.height() / 2 - 4, max(10, self.width() - left - right), 8)
        gradient = QLinearGradient(bar.topLeft(), bar.topRight())
        for at, colour in self._stops:
            gradient.setColorAt(at, colour)
        painter.setPen(self._theme.color("line"))  # seen where the scale is transparent
        painter.setBrush(gradient)
        painter.drawRoundedRect(bar, 2, 2)
        painter.end()


def _number(value: float) -> str:
    return f"{value:.2f}" if abs(value) < 100 else f"{value:.0f}"
