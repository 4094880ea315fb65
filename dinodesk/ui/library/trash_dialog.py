"""The question before photos go to the trash: how many files, and what goes along."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from dinodesk.engine.messages import TrashPlan
from dinodesk.ui.text.formatting import count
from dinodesk.ui.text.photo_files_text import (
    copies_offer,
    partners_offer,
    trash_explained,
    trash_question,
)
from dinodesk.ui.theme.theme import Theme


class TrashDialog(QDialog):
    """Modal to its window. The button says how many files it moves; Cancel is the default."""

    confirmed = Signal(bool, bool)  # with partners, with copies

    def __init__(self, theme: Theme, plan: TrashPlan, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("trashDialog")
        self.setWindowTitle("Move to trash")
        self._plan = plan
        question, explained = QLabel(trash_question(plan)), QLabel(trash_explained(plan))
        question.setProperty("role", "title")
        explained.setProperty("role", "muted")
        explained.setWordWrap(True)
        explained.setTextFormat(Qt.TextFormat.PlainText)
        explained.setObjectName("trashExplained")
        self.partners = self._choice("trashPartners", partners_offer(plan), plan.partners)
        self.copies = self._choice("trashCopies", copies_offer(plan), plan.copies)
        self.move_button = QPushButton()
        self.move_button.setObjectName("trashMove")
        self.move_button.setAutoDefault(False)
        self.move_button.clicked.connect(self._confirm)
        cancel = QPushButton("Cancel")
        cancel.setObjectName("trashCancel")
        cancel.setDefault(True)
        cancel.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.addStretch()
        buttons.addWidget(cancel)
        buttons.addWidget(self.move_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 16)
        layout.setSpacing(12)
        every: tuple[QWidget, ...] = (question, explained, self.partners, self.copies)
        for widget in every:
            layout.addWidget(widget)
        layout.addLayout(buttons)
        self.setMinimumWidth(round(theme.unit() * 28))
        self._count()

    def _choice(self, name: str, words: str, files: int) -> QCheckBox:
        box = QCheckBox(words)
        box.setObjectName(name)
        box.setVisible(bool(files))
        box.toggled.connect(self._count)
        return box

    @Slot()
    def _count(self) -> None:
        plan = self._plan
        files = plan.files
        files += plan.partners * self.partners.isChecked() + plan.copies * self.copies.isChecked()
        self.move_button.setText(f"Move {count(files, 'file')}")

    @Slot()
    def _confirm(self) -> None:
        self.accept()
        self.confirmed.emit(self.partners.isChecked(), self.copies.isChecked())
