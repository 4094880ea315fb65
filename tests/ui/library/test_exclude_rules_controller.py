"""What scans leave out: shown, saved, and what the scan after it came to."""

from __future__ import annotations

import pytest
from fake_engine import FakeEngine, job_done, job_progress
from PySide6.QtWidgets import QWidget

from dinodesk.engine.messages import Problem, SetRules, ShowRules
from dinodesk.ui.library.exclude_rules_controller import ExcludeRulesController
from dinodesk.ui.library.exclude_rules_dialog import ExcludeRulesDialog, pattern_problem


@pytest.fixture
def rules(fake: FakeEngine, theme, parent: QWidget) -> ExcludeRulesController:
    parent.show()
    return ExcludeRulesController(fake, theme, parent)


@pytest.fixture
def dialog(rules: ExcludeRulesController, fake: FakeEngine) -> ExcludeRulesDialog:
    rules.show_rules()
    fake.settle()
    return rules.dialog


def save(dialog: ExcludeRulesDialog, fake: FakeEngine, patterns: str = "cache") -> int:
    """Save rules; the number of the request."""
    dialog.patterns.setPlainText(patterns)
    dialog.save.click()
    fake.settle()
    return fake.sent_of(SetRules)[-1].id


def test_the_rules_of_the_library_are_shown(dialog, fake: FakeEngine) -> None:
    assert dialog.patterns.toPlainText() == "*_thumb.jpg" and dialog.smallest.value() == 2
    assert dialog.watch.isChecked() and not dialog.hidden.isChecked() and dialog.save.isEnabled()


def test_typed_text_is_not_overwritten(rules, dialog, fake: FakeEngine) -> None:
    dialog.patterns.setPlainText("half a pat")
    rules.show_rules()
    fake.settle()
    assert dialog.patterns.toPlainText() == "half a pat" and len(fake.sent_of(ShowRules)) == 1


def test_saved_rules_are_sent_whole(dialog, fake: FakeEngine) -> None:
    dialog.hidden.setChecked(True)
    dialog.smallest.set_value(5)
    save(dialog, fake, " *_thumb.jpg \n\n2019/*/raw\n")
    assert fake.values_of(SetRules) == [(("*_thumb.jpg", "2019/*/raw"), True, 5000, True)]
    assert dialog.sentence.text() == "Saved. Looking through the folders…"


def test_a_size_that_was_not_touched_is_kept_to_the_byte(dialog, fake: FakeEngine) -> None:
    dialog._bytes = 1234
    dialog.smallest.set_value(2)
    save(dialog, fake)
    assert fake.values_of(SetRules)[-1][2] == 1234


def test_the_result_of_the_scan_is_shown(qtbot, rules, dialog, fake: FakeEngine) -> None:
    number = save(dialog, fake)
    fake.broadcast(job_progress("scanning", request=number))
    done = job_done(found=300, unchanged=288, left_out=12)
    with qtbot.waitSignal(rules.scanEnded) as ended:
        fake.broadcast(done)
    assert ended.args == [done]
    assert dialog.sentence.text() == "Saved. 12 photos left the library; the files stay where they are."
    with qtbot.assertNotEmitted(rules.scanEnded):
        fake.broadcast(job_progress("scanning"))
        fake.broadcast(done)


def test_the_end_of_another_job_is_ignored(qtbot, rules, dialog, fake: FakeEngine) -> None:
    number = save(dialog, fake)
    with qtbot.assertNotEmitted(rules.scanEnded):
        fake.broadcast(job_progress("scanning", request=number + 1))
        fake.broadcast(job_done(indexed=3))
    fake.broadcast(job_progress("paused", request=number))
    assert dialog.sentence.text() == "Saved. It counts as soon as indexing is resumed."


def test_rules_that_cannot_be_kept_say_why_and_can_be_saved_again(dialog, feedback, fake: FakeEngine) -> None:
    fake.answers[SetRules] = lambda _: [Problem(sentence="The library can't be written to.")]
    save(dialog, fake)
    assert dialog.sentence.text() == "The library can't be written to." and dialog.save.isEnabled()
    assert dialog.sentence.property("role") == "bad" and feedback.notice.sentence == ""


@pytest.mark.parametrize(
    ("pattern", "part"),
    [
        ("*", "everything"),
        ("**/*", "everything"),
        ("./", "everything"),
        ("/home/me", "top of the disk"),
        ("~/raw", "top of the disk"),
        ("C:\\raw", "top of the disk"),
    ],
)
def test_invalid_patterns_are_rejected_before_saving(dialog, fake, pattern: str, part: str) -> None:
    dialog.patterns.setPlainText(f"cache\n{pattern}")
    dialog.save.click()
    assert part in dialog.sentence.text() and dialog.save.isEnabled() and fake.sent_of(SetRules) == []


def test_valid_patterns_are_accepted() -> None:
    assert pattern_problem(("*.png", "cache", "2019/**", "a?b", ".hidden")) == "" == pattern_problem(())


def test_a_smallest_size_is_a_number_or_nothing(dialog) -> None:
    dialog.smallest.setText("")
    assert dialog.smallest.value() == 0
    dialog.smallest.set_value(0)
    assert dialog.smallest.text() == ""


def test_it_closes_with_the_window(rules, dialog) -> None:
    rules.close_dialogs()
    assert not dialog.isVisible()
