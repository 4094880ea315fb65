"""The queries that were looked at, in order, for going back and forward."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import numpy as np

from dinodesk.records import ConfidenceCurve, IntArray
from dinodesk.ui.context.app_state import Query

LONGEST = 100
"""Steps that are kept."""
DWELL_S = 2.0
"""A query that stayed so long was looked at, and was no moment of typing another."""


def _no_rows() -> IntArray:
    return np.empty(0, np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class SearchStep:
    """A query and what the person had in sight of its answer.

    Attributes:
        line: the confidence line where the person moved it.
        generation: of the catalog that `selected` points into.
        selected: int64 (N,), catalog positions of the selected photos.
        current: the asset of the current photo; 0 for none.
        scroll: pixels above the first visible row.
        since: time.monotonic() of its answer.
    """

    query: Query
    line: ConfidenceCurve | None = None
    generation: int = -1
    selected: IntArray = field(default_factory=_no_rows)
    current: int = 0
    scroll: int = 0
    since: float = field(default_factory=time.monotonic)

    @property
    def used(self) -> bool:
        """Whether the person stayed with it or did something in it."""
        acted = self.line is not None or self.current != 0 or len(self.selected) > 0
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
    """Steps behind and ahead of the present one, which is kept by the caller."""

    def __init__(self) -> None:
        self._behind: list[SearchStep] = []
        self._ahead: list[SearchStep] = []

    @property
    def can_go_back(self) -> bool:
        """Whether there is a step behind."""
        return bool(self._behind)

    @property
    def can_go_forward(self) -> bool:
        """Whether there is a step ahead."""
        return bool(self._ahead)

    @property
    def images(self) -> tuple[str, ...]:
        """All photos that steps search by."""
        return tuple(path for step in (*self._behind, *self._ahead) for path in step.query.images)

    def leave(self, step: SearchStep, to: Query) -> None:
        """Go on from a step to another query; moments of typing are not kept."""
        if self._behind and is_refinement(step.query, to) and not step.used:
            return
        self._ahead.clear()
        if self._behind and self._behind[-1].query == step.query:
            self._behind.pop()
        self._behind.append(step)
        del self._behind[:-LONGEST]

    def back(self, present: SearchStep) -> SearchStep | None:
        """The step behind, which becomes the present one; None where there is none."""
        return _move(self._behind, self._ahead, present)

    def forward(self, present: SearchStep) -> SearchStep | None:
        """The step ahead, which becomes the present one; None where there is none."""
        return _move(self._ahead, self._behind, present)

    def clear(self) -> None:
        """Forget all steps."""
        self._behind.clear()
        self._ahead.clear()


def _move(source: list[SearchStep], target: list[SearchStep], present: SearchStep) -> SearchStep | None:
    while source and source[-1].query == present.query:
        source.pop()
    if not source:
        return None
    target.append(present)
    return source.pop()
