"""A dialog with a list of files, each with a reason."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLabel, QPushButton, QVBoxLayout, QWidget

from dinodesk.ui.theme.theme import Theme
from dinodesk.ui.widgets.files_table import FilesTable


class FilesDialog(QDialog):
    """A list of files with a reason each, below a sentence on them."""

    def __init__(
        self, theme: Theme, name: str, title: str, intro: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName(f"{name}Dialog")
        self.setWindowTitle(title)
        self.table = FilesTable(f"{name}Table", title, "Why it was skipped" if name == "skipped" else "Why")
        self.files = self.table.files
        self.intro = QLabel(intro)
        self.intro.setObjectName(f"{name}Intro")
        self.intro.setTextFormat(Qt.TextFormat.PlainText)
        self.intro.setWordWrap(True)
        self.intro.setProperty("role", "muted")
        close = QPushButton("Close")
        close.setObjectName(f"{name}Close")
        close.clicked.connect(self.reject)
        self.table.buttons.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(12)
        layout.addWidget(self.intro)
        layout.addWidget(self.table, 1)
        self.resize(round(theme.unit() * 48), round(theme.unit() * 24))
