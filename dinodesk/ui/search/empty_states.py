"""What stands in for the grid: the first run's drop target, and scopes without photos."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from dinodesk.ui.theme.theme import LARGE, Theme


class FirstRun(QWidget):
    """One sentence, a drop target as large as the centre, two ways to begin, the model in one line."""

    addFolder = Signal()
    trySamples = Signal()
    strongerModel = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("firstRun")
        self._theme = theme
        self._picture = QLabel()
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._sentence = QLabel("Find any photo by describing it, and see why the model thinks so.")
        self._sentence.setFont(theme.font(LARGE * 1.15))
        self._how = QLabel(
            "Drop a folder of photos here. Nothing leaves this computer, and no file is changed."
        )
        self._how.setProperty("role", "muted")
        self.model = QLabel()
        self.model.setObjectName("firstRunModel")
        self.model.setProperty("role", "muted")
        for label in (self._sentence, self._how, self.model):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        add = QPushButton("Add folder…")
        add.setObjectName("addFolderButton")
        add.setProperty("primary", True)
        add.clicked.connect(self.addFolder)
        samples = QPushButton("Try with sample photos")
        samples.setObjectName("samplesButton")
        samples.setToolTip("Opens a library of its own with photos that came with DinoDesk")
        samples.clicked.connect(self.trySamples)
        stronger = QPushButton("Get a stronger model")
        stronger.setObjectName("strongerModelButton")
        stronger.setProperty("link", True)
        stronger.clicked.connect(self.strongerModel)
        self._build(add, samples, stronger)
        self.show_model("built-in (small)", True)
        theme.changed.connect(self._restyle)
        self._restyle()

    def _build(self, add: QPushButton, samples: QPushButton, stronger: QPushButton) -> None:
        self.target = QFrame()
        self.target.setObjectName("dropTarget")
        inside = QVBoxLayout(self.target)
        inside.setContentsMargins(24, 24, 24, 24)
        inside.setSpacing(12)
        buttons = QHBoxLayout()
        buttons.setSpacing(12)
        buttons.addStretch()
        buttons.addWidget(add)
        buttons.addWidget(samples)
        buttons.addStretch()
        inside.addStretch(3)
        inside.addWidget(self._picture)
        inside.addSpacing(8)
        inside.addWidget(self._sentence)
        inside.addWidget(self._how)
        inside.addSpacing(12)
        inside.addLayout(buttons)
        inside.addStretch(3)
        inside.addWidget(self.model)
        inside.addWidget(stronger, 0, Qt.AlignmentFlag.AlignCenter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 8, 24, 24)
        layout.addWidget(self.target)

    @Slot()
    def _restyle(self) -> None:
        self._picture.setPixmap(self._theme.pixmap("images", "accent", round(self._theme.unit() * 3.2)))

    def show_model(self, title: str, text: bool) -> None:
        """Which model is active and what it can do."""
        can = "finds photos by sentences and by photos" if text else "finds photos by photos only"
        self.model.setText(f"Model: {title}, {can}.")


class EmptyScopePage(QWidget):
    """A sentence in the middle for a scope that has no photos (yet), perhaps with a button that helps."""

    helpRequested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("emptyPlace")
        self._sentence = QLabel()
        self._sentence.setObjectName("emptySentence")
        self._sentence.setFont(theme.font(LARGE))
        self._hint = QLabel()
        self._hint.setProperty("role", "muted")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 24)
        layout.addStretch(2)
        for label in (self._sentence, self._hint):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            layout.addWidget(label)
        self.button = QPushButton()
        self.button.setObjectName("emptyButton")
        self.button.setAccessibleName("What helps")
        self.button.clicked.connect(self.helpRequested)
        layout.addSpacing(12)
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignCenter)
        layout.addStretch(3)
        self.show_message("")

    def show_message(self, sentence: str, hint: str = "", button: str = "") -> None:
        """Say why there are no photos, and what helps; `button` is the text of one, "" for none."""
        self._sentence.setText(sentence)
        self._hint.setText(hint)
        self.button.setText(button)
        self.button.setAccessibleName(button or "What helps")
        self.button.setVisible(bool(button))
