"""Labels, albums and other properties that photos share, and how requests name them as a place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

MISSING = "state:1"
"""The place where all missing photos are."""
_TAGS = ("label:", "album:", "rating:", "state:")


def is_tag(place: str) -> bool:
    """Whether a place to look in is no folder, but what photos share (see `Tag.place`)."""
    return place.startswith(_TAGS)


@dataclass(frozen=True, slots=True)
class Tag:
    """A label or an album of the library, with the number of photos that have it; or what else photos share.

    Attributes:
        kind: "label" or "album"; "rating" for photos with so many stars; "state" for missing ones.
        id: its number, never used again for another one; the stars of a rating.
    """

    kind: Literal["label", "album", "rating", "state"]
    id: int
    name: str
    count: int

    @property
    def place(self) -> str:
        """How requests name it as a place: "label:3", "album:5", "rating:4", "state:1"."""
        return f"{self.kind}:{self.id}"
