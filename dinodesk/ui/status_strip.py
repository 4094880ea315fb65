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

from dinodesk.engine import messages as m
from dinodesk.ui.facts import ElidedLabel
from dinodesk.ui.texts import one_line, tooltip
from dinodesk.ui.theme import Theme

LONG = 500
"""A job of so many photos is announced with what it will cost."""
KILOBYTES_A_PHOTO = 40
"""Thumbnail, vector and row of one photo, roughly."""
_VERBS = {
    "scanning": "Looking through",
    "indexing": "Indexing",
    "reading": "Reading dates and places of",
    "export": "Writing",
    "import": "Reading",
    "paused": "Paused:",
}


class StatusStrip(QWidget):
    """Progress, pause and stop are there only while a job runs."""

    pauseAsked = Signal(bool)  # True: pause, False: go on
    stopAsked = Signal()
    skippedAsked = Signal()
    modelAsked = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("statusStrip")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._theme = theme
        self._paused = False
        self._told_size = ""
        self.job = QLabel()
        self.job.setTextFormat(Qt.TextFormat.PlainText)
        self.job.setObjectName("jobTitle")
        self.progress = QProgressBar()
        self.progress.setObjectName("indexProgress")
        self.progress.setAccessibleName("Progress of indexing")
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(4)
        self.progress.setFixedWidth(round(theme.unit() * 12))
        self.figures = QLabel()
        self.figures.setObjectName("jobFigures")
        self.pause = self._tool("pauseButton", "pause", "Pause indexing")
        self.stop = self._tool("stopButton", "square", "Stop indexing; what is done is kept")
        self.message = ElidedLabel()
        self.message.setObjectName("statusMessage")
        self.message.setAccessibleDescription("What happened last")
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
        self.stop.clicked.connect(self.stopAsked)
        self.skipped.clicked.connect(self.skippedAsked)
        self.chip.clicked.connect(self.modelAsked)
        theme.changed.connect(self.restyle)
        self._show_job(False)
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
        layout.addWidget(self.message, 1)
        self.message.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        layout.addWidget(self.skipped)
        layout.addWidget(self.chip)
        texts: tuple[QWidget, ...] = (self.job, self.figures, self.message, self.skipped, self.chip)
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

    @property
    def running(self) -> bool:
        """Whether a job runs (or is paused)."""
        return not self.progress.isHidden()

    def show_progress(self, p: m.JobProgress) -> None:
        """Where the job is."""
        self._show_job(True)
        self._paused = p.phase == "paused"
        verb = _VERBS[p.phase]
        self.job.setText(one_line(f"{verb} {p.title}".strip()))
        counting = p.phase == "scanning" or p.total <= 0
        self.progress.setRange(0, 0 if counting and not self._paused else max(1, p.total))
        self.progress.setValue(min(p.done, max(1, p.total)))
        parts = [f"{p.done:,} of {p.total:,}" if p.total > 0 else f"{p.done:,} found"]
        if p.phase == "indexing":
            if p.rate > 0:
                parts.append(f"{p.rate:.0f}/s" if p.rate >= 10 else f"{p.rate:.1f}/s")
            if p.seconds_left >= 0 and p.rate > 0:
                parts.append(time_left(p.seconds_left))
        self.figures.setText(" · ".join(parts))
        self._forecast(p)
        self.progress.setAccessibleDescription(self.job.text() + " " + self.figures.text())
        name, text = ("play", "Go on indexing") if self._paused else ("pause", "Pause indexing")
        if self.pause.property("lucide") != name:
            self.pause.setProperty("lucide", name)
            self.pause.setAccessibleName(text)
            self.pause.setToolTip(text)
            self.restyle()

    def _forecast(self, p: m.JobProgress) -> None:
        """What a long job will cost; once there is a rate, the time is told beside the progress only."""
        if p.phase != "indexing" or p.total - p.done < LONG or p.seconds_left < 0:
            return
        told = "rate" if p.rate > 0 else "guess"
        if self._told_size in ("rate", told):
            return
        self._told_size = told
        megabytes = max(1, round(p.total * KILOBYTES_A_PHOTO / 1024))
        about = f"about {time_left(p.seconds_left).replace(' left', '')} on this device, "
        self.say(f"{p.total:,} photos: {'' if p.rate > 0 else about}about {megabytes:,} MB for the library")

    def show_done(self) -> None:
        """No job any more."""
        self._told_size = ""
        self._show_job(False)

    def _show_job(self, running: bool) -> None:
        for part in self._job_parts:
            part.setVisible(running)

    @Slot()
    def _pause_clicked(self) -> None:
        self.pauseAsked.emit(not self._paused)

    # ── the rest ────────────────────────────────────────────────────────────────────────────────

    def say(self, sentence: str) -> None:
        """A quiet sentence."""
        self.message.set_text(sentence)

    def show_skipped(self, count: int) -> None:
        """How many files could not be read."""
        self.skipped.setText(f"{count:,} file skipped" if count == 1 else f"{count:,} files skipped")
        self.skipped.setVisible(count > 0)

    def show_model(self, state: m.ModelState) -> None:
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


def time_left(seconds: float) -> str:
    """A rough time in words."""
    if seconds < 50:
        return f"{max(1, round(seconds / 5) * 5)} s left"
    if seconds < 5400:
        return f"{max(1, round(seconds / 60))} min left"
    return f"{seconds / 3600:.1f} h left"
