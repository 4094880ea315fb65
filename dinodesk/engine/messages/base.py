"""Requests and answers in general: identity, cancelling, lanes, and what a request waits for."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from enum import Flag, auto
from typing import ClassVar, Generic, TypeVar


class CancelToken:
    """A flag shared by the two threads; set once, never cleared."""

    __slots__ = ("_event",)

    def __init__(self) -> None:
        self._event = threading.Event()

    def cancel(self) -> None:
        """Ask the handler that has the token to stop at its next step."""
        self._event.set()

    @property
    def cancelled(self) -> bool:
        """Whether `cancel` was called."""
        return self._event.is_set()


class Needs(Flag):
    """What must be there before a request can be answered; until then it waits."""

    NOTHING = 0
    MODEL = auto()
    INDEX = auto()  # the vectors of the model in use, in the open library


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Base of all answers. Which request one replies to, if any, is delivered beside it."""


A_co = TypeVar("A_co", bound=Answer, covariant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request(Generic[A_co]):
    """Base of all requests; the type argument is the answer that ends it.

    Attributes:
        lane: of the requests of one lane only the newest counts: it cancels the one before. "" for none.
        needs: what it waits for; of those that wait in one lane, the newest only.
        keep_on_close: done, or noted in the library, even when the program is closing.
        interrupts: the jobs that have begun are ended before it is handled.
        id: given by the client; 0 for requests that the engine makes itself.
        token: set when nobody waits for the answer any more.

    Two requests are equal when they ask for the same; `id` and `token` are not compared.
    """

    lane: ClassVar[str] = ""
    needs: ClassVar[Needs] = Needs.NOTHING
    keep_on_close: ClassVar[bool] = False
    interrupts: ClassVar[bool] = False

    id: int = field(default=0, compare=False)
    token: CancelToken = field(default_factory=CancelToken, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRequest(Request[A_co]):
    """Base of requests for long work: they queue, run one at a time, and can be paused and stopped.

    Attributes:
        first: a short job, which sets a longer one aside.
    """

    first: ClassVar[bool] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted(Answer):
    """It was done; what changed by it was broadcast before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped(Answer):
    """It is not done and nobody is to be told: its library was closed, or its folder taken out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem(Answer):
    """Something that did not work, in plain words; `details` is for the log and a bug report."""

    sentence: str
    remedy: str = ""
    details: str = ""
