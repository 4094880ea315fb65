"""The registry of handlers: every request has one, and it answers with what the request promises."""

from __future__ import annotations

from collections.abc import Generator
from importlib import import_module
from pkgutil import iter_modules
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

import pytest

from dinodesk.engine import messages
from dinodesk.engine.decoding.decoders import Deferred
from dinodesk.engine.engine_state import EngineState
from dinodesk.engine.handlers import HANDLERS, handles
from dinodesk.engine.jobs.job import Job
from dinodesk.engine.messages import (
    Accepted,
    Answer,
    JobRequest,
    Request,
    Search,
    TagRequest,
    TagsChanged,
)

BASES = (Request, JobRequest, TagRequest)
MODULES = [import_module(f"{messages.__name__}.{each.name}") for each in iter_modules(messages.__path__)]
KINDS: list[type[Request[Any]]] = [
    each
    for module in MODULES
    for each in vars(module).values()
    if isinstance(each, type) and issubclass(each, Request) and each not in BASES
    if each.__module__ == module.__name__
]


def promised(kind: type[Request[Any]]) -> type[Answer]:
    """A of Request[A]."""
    for base in kind.__mro__:
        for generic in getattr(base, "__orig_bases__", ()):
            if isinstance(get_origin(generic), type) and issubclass(get_origin(generic), Request):
                (answer,) = get_args(generic)
                if isinstance(answer, type):
                    return answer
    raise AssertionError(kind)


def test_all_requests_are_known() -> None:
    assert len(KINDS) > 25 and set(HANDLERS) == set(KINDS)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_each_request_has_one_handler_of_its_answer(kind: type[Request[Any]]) -> None:
    hints = get_type_hints(HANDLERS[kind])
    state, request = [hints[name] for name in hints if name != "return"]
    assert state is EngineState and request is kind
    returned, answer = hints["return"], promised(kind)
    if isinstance(returned, UnionType):  # at once, or in steps
        returned, later = get_args(returned)
        assert get_origin(later) is Generator
    if returned is NoneType:
        assert answer is Accepted
    elif issubclass(kind, JobRequest):
        assert issubclass(returned, Job)
        assert get_type_hints(returned.done)["return"] is answer
    elif get_origin(returned) is Deferred:
        assert get_args(returned) == (answer,)
    elif get_origin(returned) is Generator:
        assert issubclass(answer, Answer)  # what a generator returns is typed as any answer
    else:
        assert returned is answer


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_question_and_answer_stand_side_by_side(kind: type[Request[Any]]) -> None:
    answer = promised(kind)
    shared = answer in (Accepted, TagsChanged)  # nothing to tell; what can be undone
    assert shared or answer.__module__ == kind.__module__
    assert getattr(messages, kind.__name__) is kind and getattr(messages, answer.__name__) is answer


def test_a_second_handler_is_refused() -> None:
    with pytest.raises(TypeError, match="two handlers"):

        @handles(Search)
        def another(state: EngineState, request: Search) -> None:
            """Too late."""
