"""The window's end of the engine: who is told what, and when nobody is told any more."""

from __future__ import annotations

import gc
from dataclasses import FrozenInstanceError
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication

from dinodesk.engine.client import EngineClient
from dinodesk.engine.messages import (
    Answer,
    Browse,
    Details,
    Dropped,
    JobDone,
    Problem,
    Ranking,
    Request,
    Rescan,
    Search,
    ShowDetails,
    ShowLabels,
    ShowPreview,
)

RANKING = Ranking(generation=1, positions=())
DETAILS = Details(asset=3, info=None)
PROBLEM = Problem(sentence="The disk is full.", remedy="Make room.")


class Client(EngineClient):
    """Keeps what is posted; the test delivers."""

    def __init__(self) -> None:
        super().__init__()
        self.posted: list[Request[Any]] = []

    def _post(self, request: Request[Any]) -> None:
        self.posted.append(request)


class Owner(QObject):
    """Somebody who asks, and notes what comes back."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.got: list[Answer] = []
        self.problems: list[Problem] = []

    def take(self, answer: Answer) -> None:
        self.got.append(answer)

    def fail(self, problem: Problem) -> None:
        self.problems.append(problem)


@pytest.fixture
def client(qapp) -> Client:
    return Client()


@pytest.fixture
def owner(qapp) -> Owner:
    return Owner()


def test_a_request_gets_a_number_and_is_posted_as_it_is_returned(client: Client) -> None:
    first, second = client.send(ShowDetails(asset=3)), client.send(ShowDetails(asset=4))
    assert client.posted == [first, second] and (first.asset, second.asset) == (3, 4)
    assert 0 < first.id < second.id
    with pytest.raises(FrozenInstanceError):
        first.id = 7  # type: ignore[misc]


def test_a_reply_reaches_its_sender_once(client: Client, owner: Owner) -> None:
    request = client.send(ShowDetails(asset=3), owner, owner.take)
    assert owner.got == []
    client.deliver(request, DETAILS)
    client.deliver(request, DETAILS)
    assert owner.got == [DETAILS]


def test_replies_and_broadcasts_reach_subscribers(client: Client, owner: Owner) -> None:
    client.subscribe(Details, owner, owner.take)
    asking = Owner()
    client.deliver(client.send(ShowDetails(asset=3), asking, asking.take), DETAILS)
    client.deliver(None, DETAILS)
    client.deliver(None, RANKING)  # of another kind
    assert owner.got == [DETAILS, DETAILS] and asking.got == [DETAILS]


def test_subscribers_are_called_in_order_and_before_the_sender(client: Client, owner: Owner) -> None:
    order: list[str] = []
    client.subscribe(Details, owner, lambda _: order.append("first"))
    client.subscribe(Details, owner, lambda _: order.append("second"))
    client.deliver(client.send(ShowDetails(asset=3), owner, lambda _: order.append("asked")), DETAILS)
    assert order == ["first", "second", "asked"]


def test_a_problem_reaches_only_its_failed_callback(client: Client, owner: Owner) -> None:
    everybody = Owner()
    client.subscribe(Problem, everybody, everybody.fail)
    client.deliver(client.send(ShowDetails(asset=3), owner, owner.take, owner.fail), PROBLEM)
    assert owner.problems == [PROBLEM] and owner.got == [] and everybody.problems == []


@pytest.mark.parametrize("waits", [True, False])
def test_a_problem_without_a_failed_callback_reaches_subscribers(
    client: Client, owner: Owner, waits: bool
) -> None:
    client.subscribe(Problem, owner, owner.fail)
    asking = Owner()
    then = asking.take if waits else None
    client.deliver(client.send(ShowDetails(asset=3), asking, then), PROBLEM)
    client.deliver(None, PROBLEM)
    assert owner.problems == [PROBLEM, PROBLEM] and asking.got == []


def test_after_a_problem_the_request_is_done(client: Client, owner: Owner) -> None:
    client.subscribe(JobDone, owner, owner.take)
    asking = Owner()
    request = client.send(Rescan(), asking, asking.take, asking.fail)
    client.deliver(request, PROBLEM)
    done = JobDone(found=0, indexed=0, unchanged=0, moved=0, missing=0, skipped=0, seconds=0.0, stopped=True)
    client.deliver(request, done)  # a job that failed ends all the same
    assert asking.problems == [PROBLEM] and asking.got == [] and owner.got == [done]


def test_a_newer_request_of_a_lane_cancels_the_older(client: Client, owner: Owner) -> None:
    client.subscribe(Ranking, owner, owner.take)
    older = client.send(Search(text="a"), owner, owner.take, owner.fail)
    newer = client.send(Browse(), owner, owner.take)  # the same lane: which photos to show
    assert older.token.cancelled and not newer.token.cancelled
    client.deliver(older, RANKING)
    client.deliver(older, PROBLEM)
    assert owner.got == [] and owner.problems == []
    client.deliver(newer, RANKING)
    assert owner.got == [RANKING, RANKING]  # as subscriber and as who asked


def test_lanes_and_requests_without_one_leave_each_other_alone(client: Client) -> None:
    requests = [
        client.send(Search(text="a")),
        client.send(ShowPreview(asset=1, path="/a.jpg")),
        client.send(ShowDetails(asset=1)),
        client.send(ShowLabels(assets=(1,))),
        client.send(ShowLabels(assets=(2,))),
    ]
    assert not any(request.token.cancelled for request in requests)


def test_a_request_that_is_cancelled_is_never_answered(client: Client, owner: Owner) -> None:
    request = client.send(ShowLabels(assets=(1,)), owner, owner.take, owner.fail)
    request.token.cancel()
    told: list[Answer] = []
    client.delivered.connect(told.append)
    client.deliver(request, DETAILS)
    assert owner.got == [] and told == []


def test_an_owner_that_is_gone_is_not_called(client: Client) -> None:
    got: list[Answer] = []
    owner = Owner()
    client.subscribe(Details, owner, got.append)
    request = client.send(ShowDetails(asset=3), owner, got.append)
    del owner
    gc.collect()
    client.deliver(request, DETAILS)
    client.deliver(None, DETAILS)
    assert got == []


def test_an_owner_that_qt_has_deleted_is_not_called(client: Client) -> None:
    parent = QObject()
    owner = Owner(parent)
    client.subscribe(Details, owner, owner.take)
    request = client.send(ShowDetails(asset=3), owner, owner.take)
    parent.deleteLater()
    QApplication.sendPostedEvents(parent, QEvent.Type.DeferredDelete)
    client.deliver(request, DETAILS)
    assert owner.got == []


def test_pending_requests_do_not_keep_owners_alive(client: Client) -> None:
    gone: list[bool] = []
    owner = Owner()
    owner.destroyed.connect(lambda: gone.append(True))
    client.send(ShowDetails(asset=3), owner, owner.take, owner.fail)
    client.subscribe(Details, owner, owner.take)
    del owner
    gc.collect()
    assert gone == [True]


def test_requests_sent_from_a_callback_are_posted(client: Client, owner: Owner) -> None:
    def again(answer: Answer) -> None:
        owner.take(answer)
        if len(owner.got) == 1:
            client.send(ShowDetails(asset=4), owner, again)

    client.deliver(client.send(ShowDetails(asset=3), owner, again), DETAILS)
    assert len(client.posted) == 2
    client.deliver(client.posted[1], DETAILS)
    assert len(owner.got) == 2


def test_delivered_is_emitted_after_each_answer(client: Client, owner: Owner) -> None:
    seen: list[tuple[Answer, int]] = []
    client.delivered.connect(lambda answer: seen.append((answer, len(owner.got))))
    client.deliver(client.send(ShowDetails(asset=3), owner, owner.take), DETAILS)
    client.deliver(None, RANKING)
    assert seen == [(DETAILS, 1), (RANKING, 1)]


def test_what_is_over_is_not_kept(client: Client) -> None:
    owner, reader = Owner(), Owner()
    answered = client.send(ShowDetails(asset=1), owner, owner.take)
    superseded = client.send(Search(text="r"), owner, owner.take)
    newer = client.send(Search(text="re"), owner, owner.take)
    dropped = client.send(Rescan(), owner, owner.take, owner.fail)
    assert set(client._pending) == {answered.id, newer.id, dropped.id} and superseded.token.cancelled
    newer.token.cancel()
    client.deliver(newer, RANKING)
    client.deliver(answered, DETAILS)
    client.deliver(dropped, Dropped())
    assert client._pending == {} and owner.got == [DETAILS] and owner.problems == []
    client.subscribe(Details, reader, lambda answer: reader.take(answer))  # it holds its owner
    reader.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    client.deliver(None, DETAILS)
    assert client._subscribers[Details] == [] and reader.got == []


def test_one_that_fails_does_not_silence_the_others(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    failures: list[BaseException] = []
    monkeypatch.setattr("sys.excepthook", lambda kind, error, trace: failures.append(error))
    owner, delivered = Owner(), []
    client.delivered.connect(delivered.append)

    def fail(answer: Answer) -> None:
        raise KeyError("a slip in a widget")

    client.subscribe(Details, owner, fail)
    client.subscribe(Details, owner, owner.take)
    request = client.send(ShowDetails(asset=3), owner, owner.take)
    client.deliver(request, DETAILS)
    assert owner.got == [DETAILS, DETAILS] and delivered == [DETAILS]
    assert [str(error) for error in failures] == ["'a slip in a widget'"]
