"""The line at the bottom: job, message, skipped files, model."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fake_engine import INFO, FakeEngine, job_progress

from dinodesk.engine.messages import ModelState
from dinodesk.ui.context.feedback import Status
from dinodesk.ui.shell.status_bar import PAUSE, WIDE, StatusBar
from dinodesk.ui.theme.theme import Theme

OTHER = replace(INFO, title="A & B", device="cuda", precision="bf16")
READY = ModelState(state="ready", name="builtin", info=INFO)


@pytest.fixture
def bar(qtbot, theme: Theme) -> StatusBar:
    bar = StatusBar(theme)
    qtbot.addWidget(bar)
    bar.resize(round(theme.unit() * (WIDE + 10)), 30)
    bar.show()
    return bar


def test_without_a_job_nothing_of_it_is_there(bar: StatusBar) -> None:
    parts = (bar.job, bar.progress, bar.figures, bar.pause, bar.stop)
    assert not any(part.isVisible() for part in parts)
    bar.show_job(job_progress("indexing", 3, 9))
    assert all(part.isVisible() for part in parts)
    bar.show_job(None)
    assert not any(part.isVisible() for part in parts)


@pytest.mark.parametrize(
    ("progress", "title", "figures", "maximum"),
    [
        (job_progress("scanning"), "Looking through Holiday 24", "0 found", 0),
        (job_progress("scanning", 1_204), "Looking through Holiday 24", "1,204 found", 0),
        (
            job_progress("indexing", 1_204, 3_310, rate=14.2, seconds_left=148.0),
            "Indexing Holiday 24",
            "1,204 of 3,310 · 14/s · 2 min left",
            3_310,
        ),
        (job_progress("indexing", 1, 9, rate=1.25), "Indexing Holiday 24", "1 of 9 · 1.2/s", 9),
        (job_progress("reading", 3, 9, rate=5.0), "Reading dates and places of Holiday 24", "3 of 9", 9),
        (job_progress("export", 1, 9, title="sidecars"), "Writing sidecars", "1 of 9", 9),
        (job_progress("import", 1, 9, title="sidecars"), "Reading sidecars", "1 of 9", 9),
        (job_progress("verify", 1, 9, title="library"), "Verifying the library", "1 of 9", 9),
        (job_progress("backup", title="library"), "Backing up the library", "", 0),
        (job_progress("move", 1, 9, title="a\nb"), "Moving the a↵b", "1 of 9", 9),
    ],
)
def test_every_phase_has_its_words_and_figures(bar, progress, title: str, figures: str, maximum: int) -> None:
    bar.show_job(progress)
    assert (bar.job.text(), bar.figures.text(), bar.progress.maximum()) == (title, figures, maximum)
    assert bar.progress.accessibleDescription() == f"{title} {figures}"


@pytest.mark.parametrize(
    ("progress", "title"),
    [
        (job_progress("paused", 2_106, 3_310, during="indexing"), "Paused: 1,204 photos to go"),
        (job_progress("paused", during="scanning"), "Indexing is paused"),
        (job_progress("paused", 1, 9, title="library", during="verify"), "Verifying the library is paused"),
    ],
)
def test_a_pause_says_what_is_left(bar: StatusBar, progress, title: str) -> None:
    bar.show_job(progress)
    assert bar.job.text() == title and bar.figures.text() == ""
    assert (bar.pause.text(), bar.pause.accessibleName()) == ("Resume", "Resume")
    assert bar.progress.isVisible() is (progress.total > 0)


def test_the_button_requests_pause_and_resume_in_turn(qtbot, bar: StatusBar) -> None:
    for phase, wanted in (("indexing", True), ("paused", False), ("indexing", True)):
        bar.show_job(job_progress(phase, 1, 9, during="indexing"))
        with qtbot.waitSignal(bar.pauseRequested) as asked:
            bar.pause.click()
        assert asked.args == [wanted]
    with qtbot.waitSignal(bar.stopRequested):
        bar.stop.click()


@pytest.mark.parametrize(("phase", "tip"), [("indexing", PAUSE), ("verify", "Pause"), ("export", "Pause")])
def test_only_indexing_remembers_a_pause(bar: StatusBar, phase: str, tip: str) -> None:
    bar.show_job(job_progress("paused", 1, 9, during=phase))
    bar.show_job(job_progress(phase, 1, 9, during=phase))
    assert bar.pause.toolTip() == tip


def test_a_status_may_have_a_button(bar: StatusBar) -> None:
    done: list[str] = []
    bar.show_status(Status("3 photos added", "Report…", lambda: done.append("report")))
    assert bar.message.whole == "3 photos added" and bar.action.isVisible()
    bar.action.click()
    assert done == ["report"]
    bar.show_status(Status("3 copied"))
    assert not bar.action.isVisible()
    bar.action.click()
    assert done == ["report"]


def test_while_the_estimate_is_shown_the_time_appears_once(bar: StatusBar) -> None:
    progress = job_progress("indexing", 40, 3_310, rate=14.2, seconds_left=148.0)
    bar.show_status(Status("3,310 photos: about 4 min on this device", estimate=True))
    bar.show_job(progress)
    assert bar.figures.text() == "40 of 3,310"
    bar.show_status(Status())
    bar.show_job(progress)
    assert bar.figures.text() == "40 of 3,310 · 14/s · 2 min left"


def test_in_a_narrow_bar_the_estimate_goes_before_the_figures(bar: StatusBar, theme: Theme) -> None:
    bar.resize(round(theme.unit() * (WIDE - 10)), 30)
    bar.show_job(job_progress("indexing", 40, 3_310))
    assert bar.figures.isVisible()
    bar.show_status(Status("3,310 photos: about 4 min on this device", estimate=True))
    assert not bar.figures.isVisible() and bar.progress.isVisible()


@pytest.mark.parametrize(("number", "text"), [(0, ""), (1, "1 file skipped"), (1_204, "1,204 files skipped")])
def test_skipped_files_are_a_quiet_count(
    qtbot, bar: StatusBar, fake: FakeEngine, number: int, text: str
) -> None:
    bar.show_library(replace(fake.state(), skipped=number))
    assert bar.skipped.isVisible() is bool(text)
    if text:
        assert bar.skipped.text() == text
        with qtbot.waitSignal(bar.skippedRequested):
            bar.skipped.click()


def test_folders_that_are_not_watched_give_way_to_a_job(bar: StatusBar, fake: FakeEngine) -> None:
    why = "<nas> lies on a network drive, which sends no news of changes."
    bar.show_library(replace(fake.state(), unwatched=why))
    assert bar.unwatched.isVisible() and bar.unwatched.toolTip().startswith("<qt>&lt;nas")
    bar.show_job(job_progress("scanning"))
    assert not bar.unwatched.isVisible()
    bar.show_library(replace(fake.state(), unwatched=why))
    assert not bar.unwatched.isVisible()
    bar.show_job(None)
    assert bar.unwatched.isVisible()
    bar.show_library(fake.state())
    assert not bar.unwatched.isVisible()


@pytest.mark.parametrize(
    ("model", "text", "tip"),
    [
        (READY, "built-in (small) · CPU fp32", "built-in (small)"),
        (replace(READY, info=OTHER), "A && B · GPU bf16", "A & B"),
        (ModelState(state="loading", name="builtin"), "built-in (small) · loading…", "Typing is taken"),
        (
            ModelState(state="error", name="/m/bad.pth", sentence="It is no model."),
            "bad.pth · can't be used",
            "It is no model.",
        ),
    ],
)
def test_the_chip_says_which_model_and_how_it_is(qtbot, bar, model: ModelState, text: str, tip: str) -> None:
    bar.show_model(model)
    assert bar.chip.property("state") == model.state and bar.chip.text().strip() == text
    assert bar.chip.toolTip().startswith(tip) and bar.chip.accessibleName().startswith("Model: ")
    with qtbot.waitSignal(bar.modelRequested):
        bar.chip.click()


def test_a_long_name_of_a_model_is_cut(bar: StatusBar) -> None:
    bar.show_model(ModelState(state="loading", name="/models/" + "very-long-name-" * 9 + ".pth"))
    assert "…" in bar.chip.text() and len(bar.chip.text()) < 60
