"""Files that could not be read: listed, and tried again."""

from __future__ import annotations

import pytest
from fake_engine import FakeEngine, job_done
from PySide6.QtWidgets import QWidget

from dinodesk.engine.messages import ListSkipped, Problem, RetrySkipped
from dinodesk.records import Skipped
from dinodesk.ui.context.feedback import Feedback
from dinodesk.ui.library.skipped_controller import SkippedController
from dinodesk.ui.library.skipped_dialog import SKIPPED, SkippedDialog

FILES = (Skipped("/a.jpg", "it is cut off"), Skipped("/b.jpg", "it is no photo"))


@pytest.fixture
def skipped(fake: FakeEngine, theme, feedback: Feedback, parent: QWidget) -> SkippedController:
    parent.show()
    return SkippedController(fake, theme, feedback, parent)


@pytest.fixture
def dialog(skipped: SkippedController, fake: FakeEngine) -> SkippedDialog:
    skipped.show_skipped()
    fake.settle()
    return skipped.dialog


def test_the_list_is_asked_for_whenever_it_is_opened(skipped, dialog, fake: FakeEngine) -> None:
    assert dialog.isVisible() and dialog.files.rowCount() == 1 and dialog.intro.text() == SKIPPED
    skipped.show_skipped()
    assert skipped.dialog is dialog and len(fake.sent_of(ListSkipped)) == 2


def test_an_open_list_follows_the_jobs(dialog, fake: FakeEngine) -> None:
    fake.broadcast(job_done())
    assert len(fake.sent_of(ListSkipped)) == 2
    dialog.close()
    fake.broadcast(job_done())
    assert len(fake.sent_of(ListSkipped)) == 2


def test_while_they_are_tried_again_the_list_stays_as_it_is(qtbot, skipped, dialog, fake: FakeEngine) -> None:
    dialog.retry.click()
    assert len(fake.sent_of(RetrySkipped)) == 1 and not dialog.retry.isEnabled()
    fake.broadcast(job_done())  # another job
    skipped.show_skipped()
    assert len(fake.sent_of(ListSkipped)) == 1
    done = job_done(found=1, indexed=1)
    with qtbot.waitSignal(skipped.scanEnded) as ended:
        fake.reply(RetrySkipped, done)
    assert ended.args == [done] and len(fake.sent_of(ListSkipped)) == 2


def test_a_retry_that_fails_is_told_and_can_be_repeated(skipped, dialog, feedback: Feedback, fake) -> None:
    dialog.retry.click()
    fake.reply(RetrySkipped, Problem(sentence="The disk is full."))
    assert feedback.notice.sentence == "The disk is full."
    fake.broadcast(job_done(stopped=True))
    fake.settle()
    assert dialog.retry.isEnabled()


def test_the_dialog_says_what_trying_again_came_to(qtbot, theme) -> None:
    dialog = SkippedDialog(theme)
    qtbot.addWidget(dialog)
    for before, after, sentence in (
        (FILES, FILES[:1], f"1 can be read now. {SKIPPED}"),
        (FILES, FILES, f"Nothing changed. {SKIPPED}"),
        (FILES, (), "2 can be read now. Every file could be read."),
        (FILES[:1], FILES, f"Nothing changed. {SKIPPED}"),
    ):
        dialog.show_list(before)
        with qtbot.waitSignal(dialog.retryRequested):
            dialog.retry.click()
        assert dialog.intro.text() == "Trying them again…"
        dialog.show_list(after)
        assert dialog.intro.text() == sentence and dialog.retry.isEnabled() is bool(after)
    dialog.show_list(FILES)
    assert dialog.intro.text() == SKIPPED  # nothing was tried


def test_it_closes_with_the_window(skipped, dialog) -> None:
    skipped.close_dialogs()
    assert not dialog.isVisible()
