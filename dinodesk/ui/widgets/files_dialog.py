"""Small pages beside the window: skipped files, shortcuts, about."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QPushButton,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from dinodesk import paths
from dinodesk.records import Skipped
from dinodesk.ui.theme.theme import Theme
from dinodesk.ui.widgets.files_table import FilesTable

SKIPPED = "These files could not be read. Everything else is searchable; nothing on disk was changed."
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
    ("Ctrl+I", "about this library: counts, room, drives, reports; verify, back up, move"),
    ("Ctrl+Shift+I", "what is left out: patterns, hidden folders, small files; watching"),
    ("F11", "full screen"),
    ("Ctrl+,", "settings"),
    ("F1, ?", "this page"),
    ("Ctrl+Q", "quit"),
)


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


class SkippedDialog(FilesDialog):
    """The list behind the quiet count, with "Retry"; it follows what trying again came to."""

    retryAsked = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, "skipped", "Skipped files", SKIPPED, parent)
        self._before = -1
        self.retry = QPushButton("Retry")
        self.retry.setObjectName("retryButton")
        self.retry.setProperty("primary", True)
        self.retry.setToolTip("Try to read all of them again")
        self.retry.clicked.connect(self._retry)
        self.table.buttons.addWidget(self.retry)

    def show_list(self, files: tuple[Skipped, ...]) -> None:
        """The files that can't be read now, as the engine sorted them."""
        self.files.show(files, sort=False)
        self.retry.setEnabled(bool(files))
        words = SKIPPED if files else "Every file could be read."
        if self._before >= 0:
            gained = self._before - len(files)
            words = f"{gained:,} can be read now. " + words if gained > 0 else "Nothing changed. " + words
        self.intro.setText(words)
        self._before = -1

    @Slot()
    def _retry(self) -> None:
        self._before = self.files.rowCount()
        self.retry.setEnabled(False)
        self.intro.setText("Trying them again…")
        self.retryAsked.emit()


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
