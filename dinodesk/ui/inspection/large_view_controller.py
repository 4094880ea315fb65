"""Opens the photo large: over the window (quick look) or over all but the inspector."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, QRect, Slot

if TYPE_CHECKING:
    from dinodesk.ui.shell.main_window import MainWindow


class LargeViewController(QObject):
    """Where the large view lies, and what its arrows do."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window

    @Slot()
    def quick_look(self) -> None:
        """Space: over the whole window."""
        self._open(quick=True)

    @Slot()
    def enlarge(self) -> None:
        """Enter: beside the inspector."""
        self._open(quick=False)

    def _open(self, *, quick: bool) -> None:
        window = self._window
        if window.looking.photo is not None:
            window.large.open_over(self._area(quick), quick)
            window.looking.ask_preview()

    def place(self) -> None:
        """Follow the window's size."""
        large = self._window.large
        large.setGeometry(self._area(large.quick))

    def _area(self, quick: bool) -> QRect:
        window = self._window
        if quick:
            return window.centre.rect()
        corner = window.splitter.mapTo(window.centre, QPoint(0, 0))
        right = corner.x() + sum(window.splitter.sizes()[:2]) + window.splitter.handleWidth()
        return QRect(corner, QPoint(right - 1, corner.y() + window.splitter.height() - 1))

    @Slot(int)
    def step(self, by: int) -> None:
        """One photo back or on."""
        grid = self._window.results.grid
        self._go(grid.currentIndex().row() + by)

    @Slot(bool)
    def end(self, last: bool) -> None:
        """To the first photo or the last."""
        self._go(self._window.results.grid.photos.rowCount() - 1 if last else 0)

    def _go(self, row: int) -> None:
        grid = self._window.results.grid
        if 0 <= row < grid.photos.rowCount():
            grid.setCurrentIndex(grid.photos.index(row, 0))

    @Slot()
    def back(self) -> None:
        """The keys belong to the grid again."""
        self._window.results.grid.setFocus()
