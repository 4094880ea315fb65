"""The order of photos, and what they are grouped by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Sort = Literal[
    "relevance", "-relevance", "date", "-date", "name", "-name",
    "rating", "-rating", "size", "-size", "folder", "-folder",
]  # fmt: skip
"""The best, newest, first in the alphabet or largest first; with a minus the other way round.

Names and folders are in natural order: "IMG 9" stands before "IMG 10". The size is that of the file.
"""
Group = Literal["none", "day", "month", "folder", "drive"]
"""What photos under one heading have in common."""

SORTS: tuple[Sort, ...] = get_args(Sort)
GROUPS: tuple[Group, ...] = get_args(Group)


@dataclass(frozen=True, slots=True)
class Arrangement:
    """How photos stand: in which order, under which headings.

    Anything but the order of the engine's answer without headings shows the hits of a query alone.
    """

    sort: Sort = "relevance"
    group: Group = "none"

    @property
    def plain(self) -> bool:
        """Whether it leaves an answer as it is."""
        return self == Arrangement()
