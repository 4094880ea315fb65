"""Opens the photo large: over the window (quick look) or over all but the inspector."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Slot
from PySide6.QtWidgets import QSplitter, QWidget
from typing_extensions import override

from dinodesk.ui.grid.photo_grid import PhotoGrid
from dinodesk.ui.inspection.inspector_controller import InspectorController
from dinodesk.ui.inspection.large_view import LargeView


class LargeViewController(QObject):
    """Positions the large view, and moves the grid's cursor by its keys."""

    def __init__(
        self,
        inspection: InspectorController,
        grid: PhotoGrid,
        large: LargeView,
        area: QWidget,
        splitter: QSplitter,
        parent: QObject,
    ) -> None:
        """The large view lies over `area`, its parent, or over all panes of `splitter` but the last."""
        super().__init__(parent)
        self._inspection, self._grid, self._large = inspection, grid, large
        self._whole, self._splitter = area, splitter
        large.stepRequested.connect(self._step)
        large.edgeRequested.connect(self._go_to_edge)
        large.closed.connect(grid.setFocus)
        grid.quickLook.connect(self.quick_look)
        grid.enlarge.connect(self.enlarge)
        area.installEventFilter(self)

    @Slot()
    def quick_look(self) -> None:
        """Open the current photo over the whole window (Space)."""
        self._open(quick=True)

    @Slot()
    def enlarge(self) -> None:
        """Open the current photo beside the inspector (Enter)."""
        self._open(quick=False)

    def _open(self, *, quick: bool) -> None:
        if self._inspection.photo is not None:
            self._large.open_over(self._area(quick), quick)
            self._inspection.request_preview()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self._large.isVisible():
            self._large.setGeometry(self._area(self._large.quick))
        return super().eventFilter(watched, event)

    def _area(self, quick: bool) -> QRect:
        if quick:
            return self._whole.rect()
        splitter = self._splitter
        corner = splitter.mapTo(self._whole, QPoint(0, 0))
        right = corner.x() + sum(splitter.sizes()[:-1]) + splitter.handleWidth()
        return QRect(corner, QPoint(right - 1, corner.y() + splitter.height() - 1))

    @Slot(int)
    def _step(self, by: int) -> None:
        self._go(self._grid.currentIndex().row() + by)

    @Slot(bool)
    def _go_to_edge(self, last: bool) -> None:
        self._go(self._grid.photos.rowCount() - 1 if last else 0)

    def _go(self, row: int) -> None:
        if 0 <= row < self._grid.photos.rowCount():
            self._grid.setCurrentIndex(self._grid.photos.index(row, 0))
