"""What keys and mouse can do."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QGridLayout, QLabel, QVBoxLayout, QWidget

SHORTCUTS: tuple[tuple[str, str], ...] = (
    ("just type, Ctrl+F", "search by a sentence"),
    ("drop or Ctrl+V a photo", "search by that photo"),
    ("Alt+Left, Alt+Right, the mouse's", "the query before and after, with its sliders and selection"),
    ("drop a folder, Ctrl+O", "add a folder to the library"),
    ("arrows, Home, End, PgUp, PgDn", "move in the grid"),
    ("Shift, Ctrl and click, Ctrl+A", "select"),
    ("Space", "quick look; arrows go on, Space or Esc closes"),
    ("Enter, double-click", "the photo large, beside its inspector"),
    ("+, -, wheel; 0; Ctrl+1", "in the large photo: zoom; all of it; 100 %"),
    ("Ctrl+wheel, Ctrl++, Ctrl+-", "size of the photos"),
    ("0 to 5 in the grid", "rate the selected photos"),
    ("Ctrl+A, Ctrl+Shift+A", "select the matches; Ctrl+A again: all photos"),
    ("Ctrl+Shift+L", "labels of the selected photos"),
    (
        "Ctrl+Z, Ctrl+Shift+Z",
        "undo and redo: ratings, labels, albums, what was removed or trashed",
    ),
    ("Ctrl+C", "copy the selected files, and their paths as text"),
    ("Ctrl+Shift+C", "copy the paths"),
    ("Ctrl+Shift+E", "copy the selected photos to a folder"),
    ("Del", "move the selected photos to the trash, after asking"),
    ("F5", "look through the folders again"),
    ("Ctrl+I", "about this library: counts, room, drives, reports; verify, back up, move"),
    ("Ctrl+Shift+I", "what is left out: patterns, hidden folders, small files; watching"),
    ("Ctrl+B, Ctrl+Shift+B", "fold the library pane, the inspector"),
    ("F11", "full screen"),
    ("Ctrl+,", "settings"),
    ("F1, ?", "this page"),
    ("Ctrl+Q", "quit"),
)


class ShortcutsDialog(QDialog):
    """Keys and mouse gestures, each with what it does."""

    def __init__(self, parent: QWidget | None = None) -> None:
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
        box = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        box.rejected.connect(self.reject)
        layout.addWidget(box)
