"""A slim strip beside the scroll bar: the years, or months, of photos that stand by date."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, Signal, Slot
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QToolTip, QWidget
from typing_extensions import override

from dinodesk.records import Photo
from dinodesk.ui.grid.photo_grid import PhotoGrid
from dinodesk.ui.text.arrangement_text import group_title
from dinodesk.ui.theme.theme import SMALL, Theme

_FEW_YEARS = 2
"""Of so few years months are marked."""
_DAY = 86_400.0

Month = tuple[int, int]
"""Year and month, 1 to 12."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a year or a month begins: its first row, and what stands there."""

    row: int
    text: str


def month_of(photo: Photo) -> Month:
    """Year and month of a photo by its own clock, else by the computer's."""
    seconds = photo.taken if photo.clock is None else photo.clock
    try:
        found = time.localtime(seconds) if photo.clock is None else time.gmtime(seconds)
    except (OverflowError, ValueError, OSError):
        return 0, 1
    return found.tm_year, found.tm_mon


def marks_of(count: int, month_at: Callable[[int], Month]) -> list[Mark]:
    """The marks of so many rows that stand by date, either way; looks at a few rows for each."""
    if count < 2:
        return []
    years = _starts(count, lambda row: month_at(row)[0])
    if len(years) > _FEW_YEARS:
        return [Mark(row, str(month_at(row)[0])) for row in years]
    starts = _starts(count, month_at)
    return [Mark(row, "{1:02}/{0}".format(*month_at(row))) for row in starts] if len(starts) > 1 else []


def _starts(count: int, value_at: Callable[[int], object]) -> list[int]:
    """The rows at which another value begins, the first among them; equal ones stand together."""
    starts, stack = [0], [(0, count - 1)]
    while stack:
        low, high = stack.pop()
        if value_at(low) == value_at(high):
            continue
        if high - low == 1:
            starts.append(high)
            continue
        middle = (low + high) // 2
        stack += [(low, middle), (middle, high)]
    return sorted(starts)


class Timeline(QWidget):
    """Takes room at the right of the grid where there is something to mark; a click goes there."""

    jumped = Signal(int)  # row

    def __init__(self, theme: Theme, grid: PhotoGrid) -> None:
        super().__init__(grid)
        self.setObjectName("timeline")
        self.setAccessibleName("Years and months of the photos")
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._theme, self._grid = theme, grid
        self._by_date = False
        self._marks: list[Mark] = []
        grid.photos.modelReset.connect(self.refresh)
        grid.photos.rowsInserted.connect(self.refresh)
        grid.verticalScrollBar().valueChanged.connect(self.update)
        grid.verticalScrollBar().rangeChanged.connect(self._range_changed)
        grid.installEventFilter(self)
        theme.changed.connect(self.refresh)
        self.hide()

    @property
    def marks(self) -> list[Mark]:
        """What is marked."""
        return self._marks

    def show_dates(self, by_date: bool) -> None:
        """Whether the photos stand by date."""
        if by_date != self._by_date:
            self._by_date = by_date
            self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Mark what the grid shows now."""
        model = self._grid.photos
        self._marks = marks_of(model.rowCount(), self._month_at) if self._by_date else []
        self._range_changed()

    @Slot()
    def _range_changed(self) -> None:
        shown = bool(self._marks) and self._grid.verticalScrollBar().maximum() > 0
        if shown == self.isHidden():
            self.setVisible(shown)
            unit = self._theme.unit()
            self._grid.setViewportMargins(0, 0, round(unit * 3.4) if shown else 0, 0)
        self._place()
        self.update()

    def _month_at(self, row: int) -> Month:
        photo = self._grid.photos.photo(row)
        return (0, 1) if photo is None else month_of(photo)

    def _place(self) -> None:
        view = self._grid.viewport().geometry()
        bar = self._grid.verticalScrollBar().width()
        left = view.right() + 1
        self.setGeometry(QRect(left, view.top(), self._grid.width() - left - bar, view.height()))

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The strip keeps its place at the side of the grid."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest, QEvent.Type.Show):
            self._place()
        return super().eventFilter(watched, event)

    def _y_of(self, row: int) -> int:
        layout = self._grid.grid
        return round(layout.rect(row).top() / max(1, layout.height) * self.height())

    def row_at(self, y: int) -> int:
        """The row that a point of the strip stands for."""
        layout = self._grid.grid
        top = round(y / max(1, self.height()) * layout.height)
        return max(0, min(self._grid.photos.rowCount() - 1, layout.span(top, top).start))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, layout, bar = self._theme, self._grid.grid, self._grid.verticalScrollBar()
        height = max(1, layout.height)
        top = round(bar.value() / height * self.height())
        seen = max(3, round(bar.pageStep() / height * self.height()))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("selection"))
        painter.drawRoundedRect(QRect(2, top, self.width() - 4, seen), 4, 4)
        painter.setFont(theme.font(SMALL))
        line, below = painter.fontMetrics().height(), -1
        for mark in self._marks:
            y = self._y_of(mark.row)
            painter.setPen(theme.color("line"))
            painter.drawLine(self.width() - 6, y, self.width() - 1, y)
            if y >= below and y + line <= self.height():
                place = QRect(0, y, self.width() - 8, line)
                painter.setPen(theme.color("muted"))
                painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop, mark.text)
                below = y + line
        painter.end()

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._go(round(event.position().y()))

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        y = round(event.position().y())
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._go(y)
        if self._grid.photos.rowCount():
            year, month = self._month_at(self.row_at(y))
            words = group_title("month", f"{year:04}-{month:02}") if year else "Without a date"
            QToolTip.showText(self.mapToGlobal(QPoint(-8, y)), words, self)

    def _go(self, y: int) -> None:
        layout, bar = self._grid.grid, self._grid.verticalScrollBar()
        bar.setValue(round(y / max(1, self.height()) * layout.height) - bar.pageStep() // 2)
        self.jumped.emit(self.row_at(y))
