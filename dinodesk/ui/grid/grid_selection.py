"""Which rows of a view are selected, in runs: a selection of 100,000 rows costs no more than one of ten."""

from __future__ import annotations

from PySide6.QtCore import QItemSelection, QItemSelectionModel
from PySide6.QtWidgets import QAbstractItemView


def selected_runs(view: QAbstractItemView) -> list[tuple[int, int]]:
    """First and last row of each run of selected rows."""
    parts = view.selectionModel().selection()
    return [(parts.at(i).top(), parts.at(i).bottom()) for i in range(parts.size())]


def selected_count(view: QAbstractItemView) -> int:
    """How many rows are selected."""
    return sum(last - first + 1 for first, last in selected_runs(view))


def select_first(view: QAbstractItemView, count: int) -> None:
    """Select the first `count` rows and no others; none where there is nothing to select."""
    if count:
        model = view.model()
        selection = QItemSelection(model.index(0, 0), model.index(count - 1, 0))
        view.selectionModel().select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)


def shows_current(view: QAbstractItemView) -> bool:
    """Whether the row that the cursor is on is in sight, by most of it."""
    rect = view.visualRect(view.currentIndex())
    return rect.isValid() and view.viewport().rect().contains(rect.center())


def forget_current(view: QAbstractItemView) -> None:
    """Put the cursor on no row; a selection of that row alone goes with it."""
    row = view.currentIndex().row()
    if selected_runs(view) == [(row, row)]:
        view.selectionModel().clearSelection()
    view.selectionModel().clearCurrentIndex()
