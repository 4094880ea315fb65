"""“Calibrate with a labelled folder”: what to choose, how far it is, and what came of it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from dinodesk.engine.messages import CalibrationProgress, FolderCalibrated
from dinodesk.ui.models.calibration_result import CalibrationResult
from dinodesk.ui.models.calibration_text import (
    EXAMPLE,
    INTRO,
    ONLY_READ,
    OUTCOME,
    TITLE,
    WAITING,
    kept_words,
    progress_words,
)
from dinodesk.ui.theme.theme import Theme

_CHOOSE, _RUNNING, _RESULT = range(3)


class CalibrationDialog(QDialog):
    """Asks for a folder, shows progress and result; what is done with them is up to whoever hears it."""

    folderWanted = Signal()
    stopped = Signal()
    useWanted = Signal()
    forgetWanted = Signal()
    reportWanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("calibrationDialog")
        self.setWindowTitle(TITLE)
        self.stack = QStackedWidget()
        self.problem = _words("", "bad")
        self.problem.setObjectName("calibrationProblem")
        self.problem.hide()
        self.choose_button = _button(
            "calibrationChoose", "Choose a folder…", "Choose a folder of labelled photos"
        )
        self.choose_button.setProperty("primary", True)
        self.progress_label = _words("", "title")
        self.progress_label.setObjectName("calibrationProgressText")
        self.bar = QProgressBar()
        self.bar.setObjectName("calibrationProgress")
        self.bar.setAccessibleName("How far the calibration is")
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(6)
        self.stop_button = _button("calibrationStop", "Stop", "Stop looking at the photos")
        self.findings = CalibrationResult(theme)
        self.status = _words("", "muted")
        self.status.setObjectName("calibrationStatus")
        self.use_button = _button(
            "calibrationUse", "Use for this model", "Auto judges by this calibration from now on"
        )
        self.use_button.setProperty("primary", True)
        self.forget_button = _button(
            "calibrationForget", "Forget", "Take back the calibration that is in use"
        )
        self.report_button = _button(
            "calibrationReport", "Save report…", "Save all of this as a page of HTML"
        )
        self.another_button = _button(
            "calibrationAnother", "Another folder…", "Calibrate with another folder"
        )
        self.close_button = _button(
            "calibrationClose", "Close", "Close; what was measured is not kept unless used"
        )
        self._build(theme)
        self.choose_button.clicked.connect(self.folderWanted)
        self.another_button.clicked.connect(self.folderWanted)
        self.stop_button.clicked.connect(self.stopped)
        self.use_button.clicked.connect(self.useWanted)
        self.forget_button.clicked.connect(self.forgetWanted)
        self.report_button.clicked.connect(self.reportWanted)
        self.close_button.clicked.connect(self.reject)
        self.show_kept(0)
        self.show_choice()

    def _build(self, theme: Theme) -> None:
        for page in (self._choice_page(theme), self._running_page(theme), self.findings):
            self.stack.addWidget(page)
        ends = QHBoxLayout()
        ends.setContentsMargins(16, 12, 16, 16)
        ends.addWidget(self.status, 1)
        for button in (
            self.forget_button, self.another_button, self.report_button, self.use_button, self.close_button,
        ):  # fmt: skip
            ends.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.stack, 1)
        layout.addLayout(ends)
        self.resize(round(theme.unit() * 52), round(theme.unit() * 40))

    def _choice_page(self, theme: Theme) -> QWidget:
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(24, 24, 24, 8)
        layout.setSpacing(16)
        example = QLabel(EXAMPLE)
        example.setObjectName("calibrationExample")
        example.setTextFormat(Qt.TextFormat.PlainText)
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setPointSizeF(theme.font().pointSizeF())
        example.setFont(font)
        card = QFrame()
        card.setObjectName("card")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(16, 12, 16, 12)
        inside.addWidget(example)
        layout.addWidget(_words(TITLE, "title"))
        layout.addWidget(_words(INTRO))
        layout.addWidget(card, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(_words(OUTCOME))
        layout.addWidget(_words(ONLY_READ, "muted"))
        layout.addWidget(self.problem)
        layout.addWidget(self.choose_button, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addStretch(1)
        return page

    def _running_page(self, theme: Theme) -> QWidget:
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(24, 24, 24, 8)
        layout.setSpacing(16)
        layout.addStretch(1)
        layout.addWidget(self.progress_label)
        layout.addWidget(self.bar)
        layout.addWidget(_words("You can go on searching meanwhile. Closing this page stops it.", "muted"))
        layout.addWidget(self.stop_button, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addStretch(2)
        return page

    @property
    def running(self) -> bool:
        """Whether the page with the progress is shown."""
        return self.stack.currentIndex() == _RUNNING

    def show_choice(self, problem: str = "") -> None:
        """Explain what to choose, and what was wrong with the last choice."""
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))
        self._turn_to(_CHOOSE)
        self.choose_button.setFocus()

    def show_started(self) -> None:
        """A run was asked for; it may wait for the model."""
        self.progress_label.setText(WAITING)
        self.bar.setRange(0, 0)
        self._turn_to(_RUNNING)
        self.stop_button.setFocus()

    def show_progress(self, step: CalibrationProgress) -> None:
        """Where the run is."""
        self.progress_label.setText(progress_words(step))
        self.bar.setRange(0, step.total)
        self.bar.setValue(step.done)

    def show_found(self, found: FolderCalibrated) -> None:
        """What came of it."""
        self.findings.show_found(found)
        self._turn_to(_RESULT)
        self.use_button.setFocus()

    def show_kept(self, photos: int) -> None:
        """Of how many photos a calibration of the model in use is kept; 0 for none."""
        self.say(kept_words(photos))
        self.forget_button.setVisible(bool(photos))

    def say(self, sentence: str) -> None:
        """What was just done, or what is wrong, beside the buttons."""
        self.status.setText(sentence)

    @Slot(int)
    def _turn_to(self, page: int) -> None:
        self.stack.setCurrentIndex(page)
        for button in (self.use_button, self.report_button, self.another_button):
            button.setVisible(page == _RESULT)
        self.use_button.setEnabled(True)


def _button(name: str, text: str, meaning: str) -> QPushButton:
    button = QPushButton(text)
    button.setObjectName(name)
    button.setAccessibleName(f"{text.rstrip('…')}: {meaning}")
    button.setToolTip(meaning)
    button.setAutoDefault(False)
    return button


def _words(text: str, role: str = "") -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setProperty("role", role)
    return label
