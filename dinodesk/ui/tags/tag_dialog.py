"""The small dialog for labels and albums: a name with completion, and the labels that are there."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCompleter,
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from dinodesk.ui.theme.theme import Theme
from dinodesk.ui.widgets.chips import ChipList


class TagDialog(QDialog):
    """Enter adds; for labels it stays open for the next one, an album closes it."""

    added = Signal(str)
    removed = Signal(str)

    def __init__(self, theme: Theme, kind: str, title: str, names: list[str], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(f"{kind}Dialog")
        self.setWindowTitle("Labels" if kind == "label" else "Add to album")
        self._stays = kind == "label"
        self.intro = QLabel(title)
        self.intro.setTextFormat(Qt.TextFormat.PlainText)
        self.intro.setWordWrap(True)
        self.intro.setProperty("role", "muted")
        self.field = QLineEdit()
        self.field.setObjectName(f"{kind}Field")
        self.field.setAccessibleName("Label" if self._stays else "Album")
        self.field.setPlaceholderText("A label, old or new" if self._stays else "An album, old or new")
        self.field.setMaxLength(200)
        completer = QCompleter(names, self.field)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self.field.setCompleter(completer)
        self.field.returnPressed.connect(self._add)
        self.chips = ChipList(theme, f"{kind}DialogChips", removable=True)
        self.chips.removed.connect(self.removed)
        self.chips.completed.connect(self.added)
        self.chips.hide()
        # narrower than this the chips never are, so that their height is not that of a single column
        self.chips.setMinimumWidth(round(theme.unit() * 23))
        add, close = QPushButton("Add"), QPushButton("Close")
        add.setObjectName(f"{kind}AddButton")
        add.setProperty("primary", True)
        add.setAutoDefault(False)  # Enter is the field's
        close.setAutoDefault(False)
        add.clicked.connect(self._add)
        close.clicked.connect(self.reject)
        row = QHBoxLayout()
        row.addStretch()
        row.addWidget(close)
        row.addWidget(add)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(12)
        layout.addWidget(self.intro)
        layout.addWidget(self.field)
        layout.addWidget(self.chips)
        layout.addLayout(row)
        self.resize(round(theme.unit() * 26), 10)
        self.field.setFocus()

    def show_labels(self, labels: tuple[tuple[str, int], ...], photos: int) -> None:
        """The labels of the photos, each with how many of them have it."""
        some = {name: f"{number:,} of {photos:,}" for name, number in labels if number < photos}
        self.chips.show_words(tuple(name for name, _ in labels), some)
        self.chips.setVisible(bool(labels))

    def _add(self) -> None:
        name = self.field.text().strip()
        if not name:
            return
        self.added.emit(name)
        if self._stays:
            self.field.clear()
        else:
            self.accept()
