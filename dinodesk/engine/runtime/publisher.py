"""Publishing what changed in the engine's state, once for each request and step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dinodesk.engine.engine_state import EngineState
from dinodesk.engine.messages import Answer, Dropped, Request

Send = Callable[[Request[Any] | None, Answer], None]
"""Hands an answer to the window, with the request that it replies to; None for a broadcast."""


class Publisher:
    """Sends replies, and broadcasts what changed."""

    def __init__(self, state: EngineState, send: Send) -> None:
        self._state = state
        self._send = send

    def reply(self, request: Request[Any], answer: Answer) -> None:
        """The answer that ends a request."""
        self._send(request, answer)

    def drop(self, request: Request[Any]) -> None:
        """A request that is never answered: nobody needs to wait for it any more."""
        self._send(request, Dropped())

    def broadcast(self, answer: Answer) -> None:
        """To all that subscribed to its kind."""
        self._send(None, answer)

    def publish(self) -> None:
        """Broadcast what changed since the last call: answers, then the catalog, then the library's state."""
        state = self._state
        changes = state.take_changes()
        for answer in changes.answers:
            self.broadcast(answer)
        if state.library is not None:
            if changes.catalog:
                self.broadcast(state.catalog_reset())
            if changes.catalog or changes.tree:
                self.broadcast(state.library_state("\n".join(changes.questions), changes.doubted))

    def publish_stored(self, assets: list[int]) -> None:
        """Broadcast photos that were stored."""
        answer = self._state.take_stored(assets)
        if answer is not None:
            self.broadcast(answer)
