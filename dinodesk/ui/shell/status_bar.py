"""The line at the bottom: what is going on, what was skipped, which model."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from dinodesk.engine.messages import JobProgress, LibraryState, ModelState
from dinodesk.ui.context.feedback import Status
from dinodesk.ui.text.formatting import count, time_left
from dinodesk.ui.text.plain_text import one_line, tooltip
from dinodesk.ui.theme.theme import Theme
from dinodesk.ui.widgets.fact_widgets import ElidedLabel

QWIDGETSIZE_MAX = (1 << 24) - 1
"""Qt's own "no limit", which PySide6 does not name."""
WIDE = 76
"""Lines of text that the strip must be wide to hold everything."""
PAUSE = "Pause; it stays paused, after a restart too, until it is resumed"
_VERBS = {
    "scanning": "Looking through",
    "indexing": "Indexing",
    "reading": "Reading dates and places of",
    "export": "Writing",
    "import": "Reading",
    "verify": "Verifying the",
    "backup": "Backing up the",
    "move": "Moving the",
    "private": "Protecting the",
}

_SHORT = ("export", "import", "verify", "backup", "move", "private")
"""Jobs that don't remember a pause beyond the end of the program."""


class StatusBar(QWidget):
    """Progress, pause and stop are there only while a job runs."""

    pauseRequested = Signal(bool)  # True: pause, False: go on
    stopRequested = Signal()
    skippedRequested = Signal()
    modelRequested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("statusStrip")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._theme = theme
        self._paused = self._running = False
        self._during = self._fitted = ""
        self._status = Status()
        self.job = QLabel()
        self.job.setTextFormat(Qt.TextFormat.PlainText)
        self.job.setObjectName("jobTitle")
        self.progress = QProgressBar()
        self.progress.setObjectName("indexProgress")
        self.progress.setAccessibleName("Progress of indexing")
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(4)
        self.figures = QLabel()
        self.figures.setObjectName("jobFigures")
        self.pause = self._tool("pauseButton", "pause", PAUSE)
        self.stop = self._tool("stopButton", "square", "Stop; what is done is kept")
        self.message = ElidedLabel()
        self.message.setObjectName("statusMessage")
        self.message.setAccessibleDescription("What happened last")
        self.action = QPushButton()
        self.action.setObjectName("statusAction")
        self.action.setAccessibleName("More on what happened")
        self.action.setProperty("link", True)
        self.action.clicked.connect(self._act)
        self.action.hide()
        self.unwatched = QLabel("Not every folder is watched")
        self.unwatched.setObjectName("unwatchedLabel")
        self.unwatched.setTextFormat(Qt.TextFormat.PlainText)
        self.unwatched.hide()
        self.skipped = QPushButton()
        self.skipped.setObjectName("skippedButton")
        self.skipped.setProperty("quiet", True)
        self.skipped.setToolTip("Which files could not be read, and why")
        self.skipped.hide()
        self.chip = QPushButton("loading…")
        self.chip.setObjectName("modelChip")
        self.chip.setAccessibleName("Model")
        self.chip.setProperty("state", "loading")
        self._build()
        self.pause.clicked.connect(self._pause_clicked)
        self.stop.clicked.connect(self.stopRequested)
        self.skipped.clicked.connect(self.skippedRequested)
        self.chip.clicked.connect(self.modelRequested)
        theme.changed.connect(self.restyle)
        self.show_job(None)
        self.restyle()

    def _build(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 3, 8, 3)
        layout.setSpacing(12)
        self._job_parts: tuple[QWidget, ...] = (
            self.job,
            self.progress,
            self.figures,
            self.pause,
            self.stop,
        )
        for part in self._job_parts:
            layout.addWidget(part)
        message_row = QHBoxLayout()
        message_row.setSpacing(8)
        message_row.addWidget(self.message, 100)  # all the room, unless a button wants to stand behind it
        message_row.addWidget(self.action)
        message_row.addStretch(1)
        layout.addLayout(message_row, 1)
        self.message.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.message.setMinimumWidth(8)
        layout.addWidget(self.unwatched)
        layout.addWidget(self.skipped)
        layout.addWidget(self.chip)
        texts: tuple[QWidget, ...] = (
            self.job,
            self.figures,
            self.pause,
            self.message,
            self.action,
            self.unwatched,
            self.skipped,
            self.chip,
        )
        for text in texts:
            text.setFont(self._theme.font(0.92))

    def _tool(self, name: str, icon: str, text: str) -> QToolButton:
        button = QToolButton()
        button.setObjectName(name)
        button.setProperty("lucide", icon)
        button.setAccessibleName(text)
        button.setToolTip(text)
        return button

    @Slot()
    def restyle(self) -> None:
        """Icons in the present appearance."""
        side = round(self._theme.unit() * 0.9)
        for button in (self.pause, self.stop):
            button.setIcon(self._theme.icon(button.property("lucide"), "muted"))
            button.setIconSize(QSize(side, side))
        role = {"ready": "good", "error": "bad"}.get(self.chip.property("state"), "warning")
        self.chip.setIcon(self._theme.icon("cpu", role))
        self.chip.setIconSize(QSize(side, side))

    # ── the job ─────────────────────────────────────────────────────────────────────────────────

    @Slot(object)
    def show_job(self, job: JobProgress | None) -> None:
        """Where the running job is; None when there is none."""
        self._running = job is not None
        self._paused = job is not None and job.phase == "paused"
        for part in self._job_parts:
            part.setVisible(self._running)
        self.unwatched.setVisible(bool(self.unwatched.toolTip()) and not self._running)  # room for the job
        if job is not None:
            self._during = job.during
            self.progress.setVisible(not self._paused or job.total > 0)
            self._fit_bar()
            self._show_progress(job)

    def _show_progress(self, p: JobProgress) -> None:
        parts: list[str] = []
        if self._paused:
            what = f"{_VERBS[p.during]} {p.title}" if p.during in _SHORT else ""
            paused = f"Paused: {count(p.total - p.done)} to go" if p.total > 0 else "Indexing is paused"
            self.job.setText(one_line(f"{what} is paused") if what else paused)
        else:
            self.job.setText(one_line(f"{_VERBS[p.phase]} {p.title}".strip()))
            parts = [f"{p.done:,} of {p.total:,}"] if p.total > 0 else []
            if p.phase == "scanning" and not parts:
                parts = [f"{p.done:,} found"]
        counting = p.phase == "scanning" or p.total <= 0
        self.progress.setRange(0, 0 if counting and not self._paused else max(1, p.total))
        self.progress.setValue(min(p.done, max(1, p.total)))
        if p.phase == "indexing" and not self._status.estimate:  # that says the time
            if p.rate > 0:
                parts.append(f"{p.rate:.0f}/s" if p.rate >= 10 else f"{p.rate:.1f}/s")
            if p.seconds_left >= 0 and p.rate > 0:
                parts.append(time_left(p.seconds_left))
        self.figures.setText(" · ".join(parts))
        self.progress.setAccessibleName("Progress of indexing" if p.phase == "indexing" else self.job.text())
        self.progress.setAccessibleDescription(self.job.text() + " " + self.figures.text())
        self._fit_pause()

    def _fit_pause(self) -> None:
        name = "play" if self._paused else "pause"
        if (self.pause.property("lucide"), self._fitted) == (name, self._during):
            return
        self._fitted = self._during
        self.pause.setProperty("lucide", name)
        self.pause.setAccessibleName("Resume" if self._paused else "Pause")
        tip = "Pause" if self._during in _SHORT else PAUSE
        self.pause.setToolTip("Go on where it was paused" if self._paused else tip)
        self.pause.setText("Resume" if self._paused else "")
        style = Qt.ToolButtonStyle
        self.pause.setToolButtonStyle(
            style.ToolButtonTextBesideIcon if self._paused else style.ToolButtonIconOnly
        )
        self.restyle()

    def _fit_bar(self) -> None:
        """In a narrow window the estimate, while it is shown, replaces the figures."""
        unit = self._theme.unit()
        tight = self._status.estimate and self.width() < WIDE * unit
        self.figures.setVisible(self._running and not self._paused and not tight)
        self.progress.setFixedWidth(round(unit * (3 if tight else 12)))

    @Slot()
    def _pause_clicked(self) -> None:
        self.pauseRequested.emit(not self._paused)

    # ── the rest ────────────────────────────────────────────────────────────────────────────────

    @Slot(object)
    def show_status(self, status: Status) -> None:
        """A quiet sentence, perhaps with a button that shows more."""
        self._status = status
        self.message.setMaximumWidth(QWIDGETSIZE_MAX)
        self.message.set_text(status.sentence)
        self.action.setText(status.button)
        self.action.setVisible(bool(status.button))
        if status.button:
            self.message.setMaximumWidth(self.message.sizeHint().width())
        if status.estimate:
            self._fit_bar()

    @Slot()
    def _act(self) -> None:
        if self._status.do is not None:
            self._status.do()

    @Slot(object)
    def show_library(self, library: LibraryState) -> None:
        """How many files could not be read, and whether folders are not watched, with the reason."""
        number = library.skipped
        self.skipped.setText(f"{number:,} file skipped" if number == 1 else f"{number:,} files skipped")
        self.skipped.setVisible(number > 0)
        self.unwatched.setToolTip(tooltip(library.unwatched))
        self.unwatched.setAccessibleDescription(library.unwatched)
        self.unwatched.setVisible(bool(library.unwatched) and not self._running)

    @Slot(object)
    def show_model(self, state: ModelState) -> None:
        """Name and state of the model."""
        title = state.info.title if state.info is not None else state.name
        if title == "builtin":
            title = "built-in (small)"
        title = self.chip.fontMetrics().elidedText(
            title.rsplit("/", 1)[-1], Qt.TextElideMode.ElideMiddle, round(self._theme.unit() * 14)
        )
        if state.state == "ready" and state.info is not None:
            device = "CPU" if state.info.device == "cpu" else "GPU"
            text, tip = f"{title} · {device} {state.info.precision}", state.info.title
        elif state.state == "error":
            text, tip = f"{title} · can't be used", state.sentence
        else:
            text, tip = (
                f"{title} · loading…",
                state.sentence or "Typing is taken and answered when it is ready.",
            )
        self.chip.setText(" " + one_line(text).replace("&", "&&"))
        self.chip.setToolTip(tooltip(f"{tip}\nClick for the models that are there.".strip()))
        self.chip.setAccessibleName(f"Model: {text}")
        self.chip.setProperty("state", state.state)
        self.chip.style().unpolish(self.chip)
        self.chip.style().polish(self.chip)
        self.chip.setFont(self._theme.font(0.92))
        self.restyle()
