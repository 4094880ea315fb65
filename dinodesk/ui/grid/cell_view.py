"""A view of uniform cells whose positions are computed, not stored: for 100,000 photos and more."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QRegion, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractItemView, QWidget
from typing_extensions import override

from dinodesk.records import IntArray, Photo
from dinodesk.ui.grid.grid_layout import GridLayout
from dinodesk.ui.grid.grid_selection import (
    select_first,
    select_rows,
    selected_rows,
    selected_runs,
    selection_of,
)
from dinodesk.ui.grid.photo_model import Index, PhotoModel
from dinodesk.ui.grid.thumbnail_loader import ThumbnailLoader
from dinodesk.ui.theme.theme import Theme

SMALLEST, LARGEST = 96, 420

_Kept = tuple[Sequence[Photo], IntArray, IntArray]
"""A catalog, and positions in it: int64 (N,) of what is selected, (0 or 1,) of the current photo."""
_NOTHING: _Kept = ((), np.empty(0, np.int64), np.empty(0, np.int64))


class CellView(QAbstractItemView):
    """Positions, cursor and selection by arithmetic; the selection outlives another answer."""

    cellTargetChanged = Signal(int)
    currentMoved = Signal()

    def __init__(self, theme: Theme, thumbnails: ThumbnailLoader, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._thumbnails = theme, thumbnails
        self._target = 168
        self._photos = PhotoModel(self)
        self._layout = GridLayout.fit(600, self._target, 0)
        self.setModel(self._photos)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self._kept = _NOTHING
        self._photos.modelAboutToBeReset.connect(self._keep_selection)
        self._photos.modelReset.connect(self._restore_selection)
        self._photos.modelReset.connect(self._relayout)
        self._photos.rowsInserted.connect(self._relayout)
        self._photos.zonesChanged.connect(self._relayout)
        theme.changed.connect(self._relayout)

    # ── size of cells ───────────────────────────────────────────────────────────────────────────

    @property
    def photos(self) -> PhotoModel:
        """The model, by its own type."""
        return self._photos

    @property
    def grid(self) -> GridLayout:
        """The layout of the cells that is drawn."""
        return self._layout

    @Slot(int)
    def set_cell_target(self, target: int) -> None:
        """About how wide a cell should be; what is in the middle stays in view."""
        target = max(SMALLEST, min(LARGEST, target))
        if target == self._target:
            return
        anchor = self.currentIndex()
        if not anchor.isValid() or not self.viewport().rect().intersects(self.visualRect(anchor)):
            anchor = self._photos.index(self._layout.span(self.verticalOffset(), 0).start, 0)
        before = self.visualRect(anchor).top() if anchor.isValid() else 0
        self._target = target
        self._relayout()
        if anchor.isValid():
            bar = self.verticalScrollBar()
            bar.setValue(bar.value() + self.visualRect(anchor).top() - before)
        self.cellTargetChanged.emit(target)

    @Slot()
    def _relayout(self) -> None:
        count = self._photos.rowCount()
        splits = tuple(row for row, _words in self._photos.headings)
        heading = round(self._theme.unit() * 2.1)
        self._layout = GridLayout.fit(self.viewport().width(), self._target, count, splits, heading)
        self._thumbnails.set_cell(
            QSize(self._layout.cell_width, self._layout.cell_height), self.devicePixelRatioF()
        )
        self.updateGeometries()
        self.viewport().update()

    @override
    def updateGeometries(self) -> None:
        bar = self.verticalScrollBar()
        page = self.viewport().height()
        bar.setPageStep(page)
        bar.setSingleStep(max(16, self._layout.pitch // 3))
        bar.setRange(0, max(0, self._layout.height - page))
        super().updateGeometries()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._relayout()

    # ── what QAbstractItemView asks ─────────────────────────────────────────────────────────────

    @override
    def visualRect(self, index: Index) -> QRect:
        if not index.isValid():
            return QRect()
        return self._layout.rect(index.row()).translated(0, -self.verticalOffset())

    @override
    def indexAt(self, point: QPoint) -> QModelIndex:
        row = self._layout.row_at(point.x(), point.y() + self.verticalOffset())
        return self._photos.index(row, 0) if row >= 0 else QModelIndex()

    @override
    def scrollTo(
        self,
        index: Index,
        hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible,
    ) -> None:
        """Bring a photo into view with as little movement as possible."""
        if not index.isValid():
            return
        rect, bar, page = self._layout.rect(index.row()), self.verticalScrollBar(), self.viewport().height()
        if hint == QAbstractItemView.ScrollHint.PositionAtCenter:
            bar.setValue(rect.center().y() - page // 2)
        elif rect.top() - self._layout.gap < bar.value():
            first_line = index.row() < self._layout.columns  # what stands above it comes into sight, too
            bar.setValue(0 if first_line else rect.top() - self._layout.top)
        elif rect.bottom() + self._layout.gap > bar.value() + page:
            bar.setValue(rect.bottom() + self._layout.gap + self._layout.left - page + 1)

    @override
    def horizontalOffset(self) -> int:
        return 0

    @override
    def verticalOffset(self) -> int:
        return self.verticalScrollBar().value()

    @override
    def isIndexHidden(self, index: Index) -> bool:
        return False

    @override
    def moveCursor(
        self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        count = self._photos.rowCount()
        if not count:
            return QModelIndex()
        actions = QAbstractItemView.CursorAction
        current = self.currentIndex()
        if not current.isValid() and action not in (actions.MoveEnd, actions.MoveHome):
            return self._photos.index(self._layout.span(self.verticalOffset(), 0).start, 0)
        row = current.row()
        page = max(1, self.viewport().height() // self._layout.pitch - 1)
        if action in (actions.MoveLeft, actions.MovePrevious):
            row -= 1
        elif action in (actions.MoveRight, actions.MoveNext):
            row += 1
        elif action == actions.MoveHome:
            row = 0
        elif action == actions.MoveEnd:
            row = count - 1
        else:
            lines = {actions.MoveUp: -1, actions.MoveDown: 1, actions.MovePageUp: -page}.get(action, page)
            row = self._layout.moved(row, lines)
        return self._photos.index(max(0, min(count - 1, row)), 0)

    @override
    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        """Select what a click, a range or a rubber band in viewport coordinates touches."""
        selection = QItemSelection()
        if self.state() == QAbstractItemView.State.DragSelectingState:
            area = rect.normalized().translated(0, self.verticalOffset())
            rows = [
                row
                for row in self._layout.span(area.top(), area.bottom())
                if self._layout.rect(row).intersects(area)
            ]
            selection = selection_of(self, np.array(rows, np.int64))
        else:
            # a click, Shift-click or Shift-arrow gives the rectangle from the anchor to the photo
            corners = (self.indexAt(rect.topLeft()), self.indexAt(rect.bottomRight()))
            ends = [corner.row() for corner in corners if corner.isValid()]
            if ends:
                selection.select(self._photos.index(min(ends), 0), self._photos.index(max(ends), 0))
        self.selectionModel().select(selection, command)

    @override
    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        """Only what is visible is ever painted, so this is the viewport."""
        return QRegion(self.viewport().rect())

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        """Ctrl and the wheel change the size of the photos."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            step = event.angleDelta().y() / 120
            self.set_cell_target(round(self._target * (1.12**step)))
            event.accept()
        else:
            super().wheelEvent(event)

    # ── selection ───────────────────────────────────────────────────────────────────────────────

    @override
    def selectAll(self) -> None:
        """Select the hits of a query; all photos when browsing, and when the hits are selected already."""
        hits, count = self._photos.hits, self._photos.rowCount()
        select_first(self, hits if hits and selected_runs(self) != [(0, hits - 1)] else count)

    def selected_photos(self) -> list[Photo]:
        """The selected photos in the order of the grid."""
        rows = sorted(selected_rows(self).tolist())
        return [p for p in map(self._photos.photo, rows) if p is not None]

    def current_photo(self) -> Photo | None:
        """The photo that the cursor is on."""
        current = self.currentIndex()
        return self._photos.photo(current.row()) if current.isValid() else None

    def chosen_photos(self) -> list[Photo]:
        """The selected photos; the current one where none is selected."""
        current = self.current_photo()
        return self.selected_photos() or ([current] if current is not None else [])

    @Slot()
    def _keep_selection(self) -> None:
        photos, current = self._photos, self.currentIndex()
        looked_at = photos.positions[[current.row()] if current.isValid() else []]
        self._kept = (photos.catalog, photos.positions[selected_rows(self)], looked_at)

    @Slot()
    def _restore_selection(self) -> None:
        (catalog, selected, looked_at), self._kept = self._kept, _NOTHING
        if not len(selected) and not len(looked_at):
            return
        photos = self._photos
        rows, current = photos.rows_from(catalog, selected), photos.rows_from(catalog, looked_at)
        self.setAutoScroll(False)  # another answer does not jump to the photo that is looked at
        for row in current.tolist():
            index = photos.index(row, 0)
            self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
        if len(current) == len(looked_at):
            select_rows(self, rows)
        self.setAutoScroll(True)
        if len(looked_at):
            self.currentMoved.emit()
