"""What tests of the engine thread do again and again: send, wait for an answer, keep all answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from dinodesk.engine.client import Engine, EngineClient
from dinodesk.engine.engine_state import EngineState
from dinodesk.engine.messages import Answer, CatalogGrown, CatalogReset, Request
from dinodesk.records import Photo

A = TypeVar("A", bound=Answer)
PATIENCE = 20_000  # milliseconds


def waiting(qtbot: Any, engine: EngineClient, kind: type[A], check: Callable[[A], bool] | None = None) -> Any:
    """A `with` block that ends when an answer of `kind` came for which `check` holds; `.args[0]` is it."""

    def fits(answer: Answer) -> bool:
        return isinstance(answer, kind) and (check is None or check(answer))

    return qtbot.waitSignal(engine.delivered, timeout=PATIENCE, check_params_cb=fits)


def wait(
    qtbot: Any,
    engine: EngineClient,
    kind: type[A],
    work: Callable[[], object] = lambda: None,
    check: Callable[[A], bool] | None = None,
) -> A:
    """Do `work`, wait for the answer."""
    with waiting(qtbot, engine, kind, check) as got:
        work()
    answer: A = got.args[0]
    return answer


def ask(
    qtbot: Any,
    engine: EngineClient,
    request: Request[Any],
    kind: type[A],
    check: Callable[[A], bool] | None = None,
) -> A:
    """Send a request, wait for an answer of `kind`."""
    return wait(qtbot, engine, kind, lambda: engine.send(request), check)


def state_of(engine: Engine) -> EngineState:
    """The state on the engine thread, for tests that look inside while that thread is at rest."""
    scheduler = engine._worker._scheduler
    assert scheduler is not None
    return scheduler._state


class Recorder:
    """Keeps every answer in the order of arrival, and the photos as a window would."""

    def __init__(self, engine: EngineClient) -> None:
        self.all: list[Answer] = []
        self.photos: list[Photo] = []
        engine.delivered.connect(self.take)

    def take(self, answer: Answer) -> None:
        self.all.append(answer)
        if isinstance(answer, CatalogReset):
            self.photos = list(answer.photos)
        elif isinstance(answer, CatalogGrown):
            self.photos += answer.photos

    def of(self, kind: type[A]) -> list[A]:
        return [answer for answer in self.all if isinstance(answer, kind)]
