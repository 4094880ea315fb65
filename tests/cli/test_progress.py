"""Progress on stderr: rewritten on a terminal, seldom elsewhere, never on stdout."""

from __future__ import annotations

import pytest

from dinodesk.cli import progress
from dinodesk.cli.progress import Progress


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """A clock that the test moves."""
    now = [100.0]
    monkeypatch.setattr(progress.time, "perf_counter", lambda: now[0])
    return now


@pytest.mark.parametrize(("terminal", "pause"), [(True, 0.2), (False, 10.0)])
def test_words_are_shown_after_a_pause_only(
    clock: list[float], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    terminal: bool, pause: float,
) -> None:  # fmt: skip
    monkeypatch.setattr("sys.stderr.isatty", lambda: terminal)
    shown = Progress()
    for step in range(21):
        shown.show(f"step {step}")
        clock[0] += pause / 4
    shown.end()
    out, err = capsys.readouterr()
    steps = [part for part in err.replace("\x1b[K", "").replace("\r", "\n").split("\n") if part]
    assert out == "" and 4 <= len(steps) <= 6 and steps[0] != "step 0"
    assert ("\x1b[K" in err) is terminal
