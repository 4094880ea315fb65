"""The files that could not be read, with the reason of each and a button that tries them again."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QPushButton, QWidget

from dinodesk.records import Skipped
from dinodesk.ui.theme.theme import Theme
from dinodesk.ui.widgets.files_dialog import FilesDialog

SKIPPED = "These files could not be read. Everything else is searchable; nothing on disk was changed."


class SkippedDialog(FilesDialog):
    """The list behind the quiet count, with "Retry"; it follows what trying again came to."""

    retryRequested = Signal()

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
        self.retryRequested.emit()
