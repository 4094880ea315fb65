"""A table of files, each with a reason or a figure, sorted by it: shown in folders, copied as text."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Slot
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from dinodesk.records import Skipped
from dinodesk.ui.text.plain_text import one_line, tooltip
from dinodesk.ui.widgets.file_manager import show_files

Index = QModelIndex | QPersistentModelIndex


class SkippedModel(QAbstractTableModel):
    """Files with a reason each, sorted by reason, then by path."""

    def __init__(self, parent: QWidget | None = None, second: str = "Why it was skipped") -> None:
        super().__init__(parent)
        self._second = second
        self._files: tuple[Skipped, ...] = ()

    def show(self, files: tuple[Skipped, ...], *, sort: bool = True) -> None:
        """Replace the files; with `sort` by reason, then by path."""
        self.beginResetModel()
        self._files = tuple(sorted(files, key=lambda each: (each.reason, each.path))) if sort else files
        self.endResetModel()

    @property
    def files(self) -> tuple[Skipped, ...]:
        """The files in the order of the rows."""
        return self._files

    @override
    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._files)

    @override
    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else 2

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return None
        file = self._files[index.row()]
        text = (file.path, file.reason)[index.column()]
        return one_line(text) if role == Qt.ItemDataRole.DisplayRole else tooltip(text)

    @override
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return ("File", self._second)[section]
        return None


class _Reasons(QStyledItemDelegate):
    """A sentence is cut at its end, unlike a path."""

    @override
    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        super().initStyleOption(option, index)
        option.textElideMode = Qt.TextElideMode.ElideRight


class _Table(QTableView):
    """The reasons get more room than the paths, where they are sentences."""

    def __init__(self, share: float) -> None:
        super().__init__()
        self._share = share

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        width = self.viewport().width()
        self.setColumnWidth(0, round(width * self._share))
        self.setColumnWidth(1, width - round(width * self._share))


class FilesTable(QWidget):
    """The table with its two buttons."""

    def __init__(self, name: str, title: str, second: str = "Why it was skipped", share: float = 0.4) -> None:
        super().__init__()
        self.files = SkippedModel(self, second)
        self.view = _Table(share)
        self.view.setObjectName(name)
        self.view.setAccessibleName(title)
        self.view.setModel(self.files)
        self.view.setShowGrid(False)
        self.view.setWordWrap(False)  # a path is one line, cut in its middle
        self.view.verticalHeader().hide()
        self.view.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.view.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.view.setItemDelegateForColumn(1, _Reasons(self.view))
        self.view.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        self.reveal = QPushButton("Show in folder")
        self.reveal.setObjectName(f"{name}Reveal")
        self.reveal.setToolTip("Show the chosen files in the file manager")
        self.copy = QPushButton("Copy list")
        self.copy.setObjectName(f"{name}Copy")
        self.copy.setToolTip("Copy the chosen rows, or all, as text")
        for button in (self.reveal, self.copy):
            button.setAutoDefault(False)
        self.buttons = QHBoxLayout()
        self.buttons.addWidget(self.reveal)
        self.buttons.addWidget(self.copy)
        self.buttons.addStretch()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(self.view, 1)
        layout.addLayout(self.buttons)
        self.reveal.clicked.connect(self._reveal)
        self.view.doubleClicked.connect(self._reveal)
        self.copy.clicked.connect(self._copy)
        self.view.selectionModel().selectionChanged.connect(self._fit)
        self.files.modelReset.connect(self._fit)
        self._fit()

    def chosen(self) -> list[Skipped]:
        """The files of the selected rows."""
        return [self.files.files[row.row()] for row in self.view.selectionModel().selectedRows()]

    @Slot()
    def _fit(self) -> None:
        self.reveal.setEnabled(bool(self.chosen()))
        self.copy.setEnabled(bool(self.files.files))

    @Slot()
    def _reveal(self) -> None:
        show_files([each.path for each in self.chosen()[:1]])

    @Slot()
    def _copy(self) -> None:
        rows = self.chosen() or list(self.files.files)
        QGuiApplication.clipboard().setText("\n".join(f"{each.path}\t{each.reason}" for each in rows))
