"""Small pages beside the window: skipped files, shortcuts, about."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from dinodesk import paths
from dinodesk.records import Skipped
from dinodesk.ui.texts import one_line, tooltip
from dinodesk.ui.theme import Theme

SHORTCUTS: tuple[tuple[str, str], ...] = (
    ("just type, Ctrl+F", "search by a sentence"),
    ("drop or Ctrl+V a photo", "search by that photo"),
    ("drop a folder, Ctrl+O", "add a folder to the library"),
    ("arrows, Home, End, PgUp, PgDn", "move in the grid"),
    ("Shift, Ctrl and click, Ctrl+A", "select"),
    ("Space", "quick look; arrows go on, Space or Esc closes"),
    ("Enter, double-click", "the photo large, beside its inspector"),
    ("Ctrl+wheel, Ctrl++, Ctrl+-", "size of the photos"),
    ("0 to 5 in the grid", "rate the selected photos"),
    ("Ctrl+Shift+L", "labels of the selected photos"),
    ("Ctrl+Z, Ctrl+Shift+Z", "undo and redo ratings, labels, albums"),
    ("Ctrl+C", "copy the selected files, and their paths as text"),
    ("Ctrl+Shift+C", "copy the paths"),
    ("F5", "look through the folders again"),
    ("F11", "full screen"),
    ("Ctrl+,", "settings"),
    ("F1, ?", "this page"),
    ("Ctrl+Q", "quit"),
)


class SkippedModel(QAbstractTableModel):
    """Files that could not be read, each with its reason."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._files: tuple[Skipped, ...] = ()

    def show(self, files: tuple[Skipped, ...]) -> None:
        """Replace the list."""
        self.beginResetModel()
        self._files = files
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008
        """One row a file."""
        return 0 if parent.isValid() else len(self._files)

    def columnCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008
        """File and reason."""
        return 0 if parent.isValid() else 2

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """The path or the reason."""
        if not index.isValid() or role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return None
        file = self._files[index.row()]
        text = (file.path, file.reason)[index.column()]
        return one_line(text) if role == Qt.ItemDataRole.DisplayRole else tooltip(text)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """The columns' names."""
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return ("File", "Why it was skipped")[section]
        return None


class _Reasons(QStyledItemDelegate):
    """A sentence is cut at its end, unlike a path."""

    def initStyleOption(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().initStyleOption(option, index)
        option.textElideMode = Qt.TextElideMode.ElideRight


class _SkippedTable(QTableView):
    """The reasons get more room than the paths."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        width = self.viewport().width()
        self.setColumnWidth(0, round(width * 0.4))
        self.setColumnWidth(1, width - round(width * 0.4))


class SkippedDialog(QDialog):
    """The list behind the quiet count, with "Retry"."""

    retryAsked = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("skippedDialog")
        self.setWindowTitle("Skipped files")
        self.files = SkippedModel(self)
        table = _SkippedTable()
        table.setObjectName("skippedTable")
        table.setAccessibleName("Skipped files and reasons")
        table.setModel(self.files)
        table.setShowGrid(False)
        table.verticalHeader().hide()
        table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        table.setItemDelegateForColumn(1, _Reasons(table))
        table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        intro = QLabel(
            "These files were left out. Everything else is searchable; nothing on disk was changed."
        )
        intro.setWordWrap(True)
        intro.setProperty("role", "muted")
        retry, close = QPushButton("Retry"), QPushButton("Close")
        retry.setObjectName("retryButton")
        retry.setProperty("primary", True)
        retry.clicked.connect(self.retryAsked)
        retry.clicked.connect(self.accept)
        close.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.addStretch()
        buttons.addWidget(close)
        buttons.addWidget(retry)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(12)
        layout.addWidget(intro)
        layout.addWidget(table, 1)
        layout.addLayout(buttons)
        self.resize(round(theme.unit() * 44), round(theme.unit() * 22))


class ShortcutsDialog(QDialog):
    """What keys and hands can do."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("shortcutsDialog")
        self.setWindowTitle("Shortcuts")
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(8)
        for row, (keys, does) in enumerate(SHORTCUTS):
            left, right = QLabel(keys), QLabel(does)
            left.setProperty("role", "value")
            right.setProperty("role", "muted")
            grid.addWidget(left, row, 0)
            grid.addWidget(right, row, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 16)
        layout.setSpacing(16)
        layout.addLayout(grid)
        layout.addWidget(_close_box(self))


class AboutDialog(QDialog):
    """What this is, and under which licences."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("aboutDialog")
        self.setWindowTitle("About DinoDesk")
        title = QLabel("DinoDesk")
        title.setProperty("role", "title")
        text = QTextBrowser()
        text.setOpenExternalLinks(True)
        text.setAccessibleName("Licences")
        text.setMarkdown(_licences())
        sentence = QLabel("Finds any photo from a typed sentence, and shows why the model thinks so.")
        sentence.setProperty("role", "muted")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 16)
        layout.setSpacing(12)
        layout.addWidget(title)
        layout.addWidget(sentence)
        layout.addWidget(text, 1)
        layout.addWidget(_close_box(self))
        self.resize(round(theme.unit() * 38), round(theme.unit() * 26))


def _licences() -> str:
    credits = paths.resource("samples", "CREDITS.md")
    body = (
        "DinoDesk is free software under the **Apache License 2.0**.\n\n"
        "- Qt and PySide6: LGPL 3, used as shared libraries\n"
        "- libheif for HEIC and LibRaw for RAW files: LGPL, used as shared libraries\n"
        "- pyqtgraph, NumPy, hnswlib, SQLAlchemy, Pillow, PyTorch: MIT, BSD, Apache and HPND licences\n"
        "- Inter, the font: SIL Open Font License 1.1\n"
        "- Lucide, the icons: ISC\n"
        "- Models keep their own licences; the models page names each.\n\n"
    )
    if credits.is_file():
        body += credits.read_text(encoding="utf-8").replace("# Sample photos", "## Sample photos")
    return body


def _close_box(dialog: QDialog) -> QDialogButtonBox:
    box = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    box.rejected.connect(dialog.reject)
    return box
