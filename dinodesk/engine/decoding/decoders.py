"""The protocol of what decodes photos for the engine: a pool of processes today, other machines later."""

from __future__ import annotations

from collections.abc import Callable, Container
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Decoders(Protocol):
    """Runs importable functions of a path elsewhere; arguments and results are plain data."""

    def submit(
        self,
        work: Callable[..., T],
        path: str,
        *arguments: object,
        known: Container[bytes] | None = None,
        urgent: bool = False,
    ) -> Future[T]:
        """Have `work(path, *arguments)` done; the future fails with PhotoError.

        With `known` the work gets it as a keyword, to ask whether a file's hash is known; urgent work goes
        ahead of the rest.
        """
        ...

    def call(self, work: Callable[..., T], path: str, *arguments: object) -> T:
        """Urgent work, waited for. Raises PhotoError."""
        ...

    def warm(self) -> None:
        """Get ready for urgent work."""
        ...

    def close(self) -> None:
        """Drop what has not begun and end what runs."""
        ...


@dataclass(frozen=True, slots=True)
class Deferred(Generic[T_co]):
    """An answer that is being made elsewhere.

    Attributes:
        future: the work.
        answer: makes the answer once the work is done; raises what went wrong.
    """

    future: Future[Any]
    answer: Callable[[], T_co]
