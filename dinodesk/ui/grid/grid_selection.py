"""Which rows of a view are selected, in runs: a selection of 100,000 rows costs no more than one of ten."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QItemSelection, QItemSelectionModel, QItemSelectionRange
from PySide6.QtWidgets import QAbstractItemView

from dinodesk.records import IntArray


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


def selected_rows(view: QAbstractItemView) -> IntArray:
    """int64 (N,): the selected rows, in runs as they were selected."""
    runs = [np.arange(first, last + 1, dtype=np.int64) for first, last in selected_runs(view)]
    return np.concatenate(runs) if runs else np.empty(0, np.int64)


def select_rows(view: QAbstractItemView, rows: IntArray) -> None:
    """Select `rows`, int64 (N,) in ascending order, and no others; the current row stays."""
    view.selectionModel().select(selection_of(view, rows), QItemSelectionModel.SelectionFlag.ClearAndSelect)


def selection_of(view: QAbstractItemView, rows: IntArray) -> QItemSelection:
    """`rows`, int64 (N,) in ascending order, as one range for each of their runs."""
    model, selection = view.model(), QItemSelection()
    for run in np.split(rows, np.flatnonzero(np.diff(rows) != 1) + 1):
        if len(run):
            selection.append(QItemSelectionRange(model.index(int(run[0]), 0), model.index(int(run[-1]), 0)))
    return selection
