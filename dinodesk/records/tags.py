"""Labels, albums and other properties that photos share, and changes of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dinodesk.records.scope import MISSING, Rated, Scope, Tagged, TagKind


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
    def scope(self) -> Scope:
        """The photos that have it."""
        if self.kind == "state":
            return MISSING
        return Rated(self.id) if self.kind == "rating" else Tagged(self.kind, self.id)


TagAction = Literal[
    "rate", "add", "remove", "rename", "delete", "import", "removeFolder", "removePhotos", "forget", "trash",
    "save", "unsave", "renameSaved",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class TagChange:
    """What was done to the annotations of photos, or to the library, for a person to read (see
    `ui.text.tag_text`); it can be undone.

    Attributes:
        action: what was done; "import" took over what sidecars hold; "removeFolder", "removePhotos" and
            "forget" (of missing ones) took something out of the library, "trash" moved its files there;
            "save", "unsave" and "renameSaved" are of a saved search.
        photos: how many photos it changed.
        kind, name: of the label or album; `new` its new name. For a folder `name` alone,
            for a saved search its name.
        rating: the stars that were given.
        left: of `photos`, those that are still in the library, when some were forgotten since.
    """

    action: TagAction
    photos: int
    kind: TagKind = "label"
    name: str = ""
    new: str = ""
    rating: int = 0
    left: int | None = None
