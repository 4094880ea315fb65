"""Which function answers which request: one registered, typed handler a kind."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any, TypeVar

from dinodesk.engine.decoding.decoders import Deferred
from dinodesk.engine.engine_state import EngineState
from dinodesk.engine.jobs.job import Job
from dinodesk.engine.messages import Answer, Request

Steps = Generator[Answer | None, None, Answer | None]
"""Long work in slices: what it yields is broadcast, None gives the thread back; what it returns replies."""

Outcome = Answer | Steps | Deferred[Answer] | Job | None
"""What a handler returns: the reply; the reply in steps, or when a decoder is done; a job; None: accepted."""

Handler = Callable[[EngineState, Any], Outcome]
R = TypeVar("R", bound=Request[Any])
O_co = TypeVar("O_co", bound=Outcome, covariant=True)

HANDLERS: dict[type[Request[Any]], Handler] = {}


def handles(kind: type[R]) -> Callable[[Callable[[EngineState, R], O_co]], Callable[[EngineState, R], O_co]]:
    """Register the one function that answers `kind`. Raises TypeError for a second one."""

    def register(handler: Callable[[EngineState, R], O_co]) -> Callable[[EngineState, R], O_co]:
        if HANDLERS.setdefault(kind, handler) is not handler:
            raise TypeError(f"{kind.__name__} has two handlers")
        return handler

    return register
