"""The status line and the notice: what stands, what gives way, what goes by itself."""

from __future__ import annotations

from fake_engine import FakeEngine

from dinodesk.engine.messages import Problem
from dinodesk.ui.context.feedback import ESTIMATE_MS, Feedback, Notice, Status, problem_text


def test_a_sentence_is_shown_until_another_one(feedback: Feedback) -> None:
    emitted: list[Status] = []
    feedback.statusChanged.connect(emitted.append)
    feedback.show_status("3 copied")
    feedback.show_status("")
    assert [status.sentence for status in emitted] == ["3 copied", ""]
    assert feedback.status is emitted[-1] and not feedback.offering


def test_what_is_kept_or_has_a_button_is_offered(feedback: Feedback) -> None:
    pressed: list[str] = []
    feedback.show_status("3 photos added", "Report…", lambda: pressed.append("report"))
    assert feedback.offering and feedback.status.button == "Report…"
    feedback.status.do()
    assert pressed == ["report"]
    feedback.show_status("Saved", keep=True)
    assert feedback.offering and feedback.status.button == "" and feedback.status.do is None
    feedback.show_status("Copied")
    assert not feedback.offering


def test_an_estimate_goes_by_itself(qtbot, feedback: Feedback) -> None:
    assert feedback._fading.interval() == ESTIMATE_MS
    feedback._fading.setInterval(1)
    feedback.show_estimate("3,310 photos: about 4 min on this device")
    assert feedback.status.estimate and not feedback.offering
    with qtbot.waitSignal(feedback.statusChanged):
        pass
    assert feedback.status.sentence == "" and not feedback.status.estimate


def test_what_took_the_place_of_an_estimate_stays(feedback: Feedback) -> None:
    feedback.show_estimate("3,310 photos: about 4 min on this device")
    feedback.show_status("Copied")
    assert not feedback._fading.isActive()
    feedback.clear_estimate()
    assert feedback.status.sentence == "Copied"
    feedback.show_estimate("2 photos: under a minute")
    feedback.clear_estimate()
    assert feedback.status.sentence == ""


def test_a_notice_stays_until_it_is_taken_away(feedback: Feedback) -> None:
    emitted: list[Notice] = []
    feedback.noticeChanged.connect(emitted.append)
    feedback.show_notice("It is no model.", "Models…", lambda: None)
    feedback.show_status("Copied")
    assert feedback.notice.sentence == "It is no model." and feedback.notice.button == "Models…"
    feedback.clear_notice()
    assert feedback.notice.sentence == "" and [notice.sentence for notice in emitted][-1] == ""
    assert len(emitted) == 2


def test_a_problem_that_nobody_waits_for_is_a_notice(fake: FakeEngine, feedback: Feedback) -> None:
    fake.broadcast(Problem(sentence="The disk is full.", remedy="Make room.", details="errno 28"))
    assert feedback.notice.sentence == "The disk is full. Make room."
    assert feedback.notice.button == ""


def test_a_problem_in_words() -> None:
    assert problem_text(Problem(sentence="It is cut off.")) == "It is cut off."
    assert problem_text(Problem(sentence="It is cut off.", remedy="Copy it anew.")) == (
        "It is cut off. Copy it anew."
    )
