"""How controllers speak to the person: the status line, and the notice above the photos."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from dinodesk.engine.client import EngineClient
from dinodesk.engine.messages import Problem
from dinodesk.ui.widgets.notice_bar import Tone

ESTIMATE_MS = 20_000
"""How long the estimate of a long job stays readable."""


@dataclass(frozen=True, slots=True, eq=False)
class Status:
    """What the status line says.

    Attributes:
        button, do: a button that shows more, and what it does.
        keep: a job that begins by itself does not take it away; true of all with a button.
        estimate: it is what a long job will take, and goes after a while.
    """

    sentence: str = ""
    button: str = ""
    do: Callable[[], object] | None = None
    keep: bool = False
    estimate: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Notice:
    """A sentence that stays until it is closed, perhaps with a button that helps."""

    sentence: str = ""
    button: str = ""
    do: Callable[[], object] | None = None
    tone: Tone = "warning"


class Feedback(QObject):
    """Holds the sentences; others show them. A problem without a `failed` callback becomes a notice."""

    statusChanged = Signal(object)  # Status
    noticeChanged = Signal(object)  # Notice

    def __init__(self, engine: EngineClient, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._status, self._notice = Status(), Notice()
        self._fading = QTimer(self)
        self._fading.setSingleShot(True)
        self._fading.setInterval(ESTIMATE_MS)
        self._fading.timeout.connect(self.clear_estimate)
        engine.subscribe(Problem, self, self.show_problem)

    # ── the status line ─────────────────────────────────────────────────────────────────────────

    @property
    def status(self) -> Status:
        """The current content of the status line."""
        return self._status

    @property
    def offering(self) -> bool:
        """Whether the status line shows a sentence that only an important one may replace."""
        return self._status.keep

    def show_status(
        self, sentence: str, button: str = "", do: Callable[[], object] | None = None, *, keep: bool = False
    ) -> None:
        """A quiet sentence, perhaps with a button that shows more; "" for none."""
        self._fading.stop()
        self._set_status(Status(sentence, button, do, keep or bool(button)))

    def show_estimate(self, sentence: str) -> None:
        """Show the estimate of a long job for its first seconds."""
        self._set_status(Status(sentence, estimate=True))
        self._fading.start()

    @Slot()
    def clear(self) -> None:
        """Forget all: another library is open, and what was said is about the one before."""
        self.show_status("")
        self.clear_notice()

    @Slot()
    def clear_estimate(self) -> None:
        """Hide the estimate, if the status line shows it."""
        if self._status.estimate:
            self.show_status("")

    def _set_status(self, status: Status) -> None:
        self._status = status
        self.statusChanged.emit(status)

    # ── the notice ──────────────────────────────────────────────────────────────────────────────

    @property
    def notice(self) -> Notice:
        """The notice that is shown."""
        return self._notice

    def show_notice(
        self,
        sentence: str,
        button: str = "",
        do: Callable[[], object] | None = None,
        *,
        tone: Tone = "warning",
    ) -> None:
        """A sentence above the photos."""
        self._notice = Notice(sentence, button, do, tone)
        self.noticeChanged.emit(self._notice)

    @Slot()
    def clear_notice(self) -> None:
        """Hide the notice."""
        self.show_notice("")

    def show_problem(self, problem: Problem) -> None:
        """Show what went wrong and what helps as a notice."""
        self.show_notice(problem_text(problem))


def problem_text(problem: Problem) -> str:
    """What went wrong and what helps, as one line."""
    return f"{problem.sentence} {problem.remedy}".strip()
