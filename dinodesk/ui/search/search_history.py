"""The queries that were looked at, in order, for going back and forward."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from dinodesk.ui.context.app_state import Query
from dinodesk.ui.grid.zones import Zones

LONGEST = 100
"""Visits that are kept."""
DWELL_S = 2.0
"""A query that stayed so long was looked at, and was no moment of typing another."""


@dataclass(frozen=True, slots=True, eq=False)
class VisitedQuery:
    """A query and what the person had in sight of its answer.

    Attributes:
        zones: curve and edges where the person set them; None with Auto.
        selected: the assets of the selected photos.
        current: the asset of the current photo; 0 for none.
        scroll: pixels above the first visible row.
        since: time.monotonic() of its answer.
    """

    query: Query
    zones: Zones | None = None
    selected: frozenset[int] = frozenset()
    current: int = 0
    scroll: int = 0
    since: float = field(default_factory=time.monotonic)

    @property
    def used(self) -> bool:
        """Whether the person stayed with it or did something in it."""
        acted = self.zones is not None or self.current != 0 or bool(self.selected)
        return acted or time.monotonic() - self.since >= DWELL_S


def is_refinement(before: Query, after: Query) -> bool:
    """Whether one query is a moment of typing the other, or differs in weights only."""
    if (before.scope, before.images) != (after.scope, after.images):
        return False
    one, other = before.text, after.text
    if one == other:
        return True
    if not one:
        return not before.images
    return bool(other) and (one.startswith(other) or other.startswith(one))


class SearchHistory:
    """Visits behind and ahead of the present one, which is kept by the caller."""

    def __init__(self) -> None:
        self._behind: list[VisitedQuery] = []
        self._ahead: list[VisitedQuery] = []

    @property
    def can_go_back(self) -> bool:
        """Whether there is a visit behind."""
        return bool(self._behind)

    @property
    def can_go_forward(self) -> bool:
        """Whether there is a visit ahead."""
        return bool(self._ahead)

    @property
    def images(self) -> tuple[str, ...]:
        """All photos that visits search by."""
        return tuple(path for visit in (*self._behind, *self._ahead) for path in visit.query.images)

    def leave(self, visit: VisitedQuery, to: Query) -> None:
        """Go on from a visit to another query; moments of typing are not kept."""
        self._ahead.clear()
        if self._behind and is_refinement(visit.query, to) and not visit.used:
            return
        if self._behind and self._behind[-1].query == visit.query:
            self._behind.pop()
        self._behind.append(visit)
        del self._behind[:-LONGEST]

    def back(self, present: VisitedQuery) -> VisitedQuery | None:
        """The visit behind, which becomes the present one; None where there is none."""
        return _move(self._behind, self._ahead, present)

    def forward(self, present: VisitedQuery) -> VisitedQuery | None:
        """The visit ahead, which becomes the present one; None where there is none."""
        return _move(self._ahead, self._behind, present)

    def clear(self) -> None:
        """Forget all visits."""
        self._behind.clear()
        self._ahead.clear()


def _move(
    source: list[VisitedQuery], target: list[VisitedQuery], present: VisitedQuery
) -> VisitedQuery | None:
    while source and source[-1].query == present.query:
        source.pop()
    if not source:
        return None
    target.append(present)
    return source.pop()
