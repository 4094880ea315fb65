"""The order of rows other than that of the answer, and the headings between them: arithmetic, no widgets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from dinodesk.records import IntArray

_LAST = np.iinfo(np.int64).max
"""The rank of photos that came after the ranks were made: behind all others."""


@dataclass(frozen=True, slots=True, eq=False)
class RowArrangement:
    """Where the photos of a catalog stand.

    Attributes:
        ranks: int64 (N,) by position; rows stand in rising order of them, equal ones as in the answer.
        groups: int64 (N,) by position, numbers of `names`.
        names: the words over each group; one name or none: no headings.
        backwards: rows of equal rank stand the other way round than in the answer.
    """

    ranks: IntArray
    groups: IntArray
    names: tuple[str, ...] = ()
    backwards: bool = False

    def order(self, positions: IntArray) -> IntArray:
        """The numbers of the positions, int64 (M,), in the order in which they are shown."""
        numbers = np.arange(len(positions))
        if self.backwards:
            numbers = numbers[::-1]
        return numbers[np.argsort(self._of(self.ranks, positions[numbers]), kind="stable")]

    def sections(self, shown: IntArray, title: Callable[[str], str]) -> tuple[tuple[int, str], ...]:
        """The first row of each group among positions that are in order, int64 (M,), and its heading: the
        title of its name and how many photos it has."""
        if len(self.names) < 1 or not len(shown) or not self.grouped:
            return ()
        groups = self._of(self.groups, shown)
        starts = np.flatnonzero(np.diff(groups, prepend=groups[0] - 1))
        counts = np.diff(starts, append=len(shown))
        found = []
        for start, count in zip(starts.tolist(), counts.tolist(), strict=True):
            group = int(groups[start])
            name = title(self.names[group]) if group < len(self.names) else "New"
            found.append((start, f"{name} · {count:,}"))
        return tuple(found)

    @property
    def grouped(self) -> bool:
        """Whether rows stand under headings."""
        return self.names not in ((), ("",))

    def _of(self, values: IntArray, positions: IntArray) -> IntArray:
        """The values at positions; a very high one for those that the values do not reach."""
        known = positions < len(values)
        found = np.full(len(positions), _LAST, np.int64)
        found[known] = values[positions[known]]
        return found
