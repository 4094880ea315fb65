"""What is left out of the library: patterns, hidden folders, small files; and whether folders are watched."""

from __future__ import annotations

import os

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from dinodesk.engine.messages import RulesShown
from dinodesk.ui.theme.theme import Theme

EXPLAINED = (
    "One pattern a line. A pattern without a slash is about names of files and folders, one with a slash "
    "about the path below the folder that you added. * stands for anything but a slash, ** for anything, "
    "? for one character. Capitals don’t matter.\n"
    "*_thumb.jpg   leaves out small copies\n"
    "2019/*/raw   leaves out “raw” in every folder of “2019”"
)
_LARGEST_KILOBYTES = 1_000_000


class _SizeField(QLineEdit):
    """A number of kB; empty for any size."""

    def __init__(self) -> None:
        super().__init__()
        self.setValidator(QIntValidator(0, _LARGEST_KILOBYTES, self))
        self.setPlaceholderText("any size")

    def value(self) -> int:
        """The number, 0 when there is none."""
        return int(self.text()) if self.text().isdecimal() else 0

    def set_value(self, number: int) -> None:
        """Show a number of kB; 0 as an empty field."""
        self.setText(str(number) if number else "")


class ExcludeRulesDialog(QDialog):
    """Not modal. Emits the rules to save, and shows the result below the fields."""

    saved = Signal(object, bool, int, bool)  # patterns, hidden, smallest in bytes, watch

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("rulesDialog")
        self.setWindowTitle("Ignore rules")
        self.patterns = QPlainTextEdit()
        self.patterns.setObjectName("rulesPatterns")
        self.patterns.setAccessibleName("Patterns of what is left out, one a line")
        self.patterns.setPlaceholderText("*_thumb.jpg\n2019/*/raw")
        self.patterns.setTabChangesFocus(True)
        self.hidden = QCheckBox("Look into hidden folders (their names begin with a dot)")
        self.hidden.setObjectName("rulesHidden")
        self.watch = QCheckBox("Watch the folders, so that changes are seen by themselves")
        self.watch.setObjectName("rulesWatch")
        self.smallest = _SizeField()
        self.smallest.setObjectName("rulesSmallest")
        self.smallest.setAccessibleName("Smallest file, in kB")
        self.smallest.setFixedWidth(round(theme.unit() * 6))
        self._bytes = 0  # as the library keeps it: kB are only shown
        self.sentence = QLabel()
        self.sentence.setObjectName("rulesSentence")
        self.sentence.setTextFormat(Qt.TextFormat.PlainText)
        self.sentence.setWordWrap(True)
        self.save = QPushButton("Save")
        self.save.setObjectName("rulesSave")
        self.save.setProperty("primary", True)
        self.save.setEnabled(False)
        self._build()
        self.save.clicked.connect(self._save)
        self.resize(round(theme.unit() * 36), round(theme.unit() * 28))

    def _build(self) -> None:
        title = QLabel("Ignore rules")
        title.setProperty("role", "title")
        explained = QLabel(EXPLAINED)
        explained.setTextFormat(Qt.TextFormat.PlainText)
        explained.setWordWrap(True)
        explained.setProperty("role", "muted")
        sizes = QHBoxLayout()
        label = QLabel("Leave out files smaller than")
        label.setBuddy(self.smallest)
        sizes.addWidget(label)
        sizes.addWidget(self.smallest)
        sizes.addWidget(QLabel("kB"))
        sizes.addStretch()
        close = QPushButton("Close")
        close.setObjectName("rulesClose")
        close.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.addStretch()
        buttons.addWidget(close)
        buttons.addWidget(self.save)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 16)
        layout.setSpacing(12)
        for widget in (title, explained):
            layout.addWidget(widget)
        layout.addWidget(self.patterns, 1)
        layout.addLayout(sizes)
        rest: tuple[QWidget, ...] = (self.hidden, self.watch, self.sentence)
        for each in rest:
            layout.addWidget(each)
        layout.addLayout(buttons)

    def show_rules(self, rules: RulesShown) -> None:
        """Fill the fields with the rules that hold."""
        self.patterns.setPlainText("\n".join(rules.patterns))
        self.hidden.setChecked(rules.hidden)
        self.watch.setChecked(rules.watch)
        self._bytes = rules.smallest
        self.smallest.set_value(-(-rules.smallest // 1000))
        self.save.setEnabled(True)

    def show_message(self, sentence: str, role: str = "muted") -> None:
        """Show what is wrong, or the result."""
        self.sentence.setText(sentence)
        self.sentence.setProperty("role", role)
        self.sentence.style().polish(self.sentence)

    @Slot()
    def _save(self) -> None:
        patterns = tuple(line.strip() for line in self.patterns.toPlainText().splitlines() if line.strip())
        wrong = pattern_problem(patterns)
        if wrong:
            self.show_message(wrong, "bad")
            self.patterns.setFocus()
            return
        shown = self.smallest.value()
        size = self._bytes if shown == -(-self._bytes // 1000) else shown * 1000
        self.show_message("Saved. Looking through the folders…")
        self.save.setEnabled(False)
        self.saved.emit(patterns, self.hidden.isChecked(), size, self.watch.isChecked())


def pattern_problem(patterns: tuple[str, ...]) -> str:
    """Why these patterns can't be meant; "" when they can."""
    for pattern in patterns:
        if not pattern.strip("*?/. "):
            return f"“{pattern}” would leave everything out. Name what is to be left out."
        if os.path.isabs(pattern) or pattern[1:3] in (":\\", ":/") or pattern.startswith("~"):
            return (
                f"“{pattern}” begins at the top of the disk. Write the path below the folder that you added."
            )
        if "\\" in pattern and os.sep == "\\":
            return f"“{pattern}” has a backslash. Write folders with a slash: 2019/raw"
    return ""
