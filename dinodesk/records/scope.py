"""Scope: which photos of the library are searched, browsed or counted.

A scope has a `key`, a string by which the library tree and settings name it: "" for all photos, the absolute
path of a folder, or "label:3", "album:5", "rating:4", "state:1"; no absolute path begins like these.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

TagKind = Literal["label", "album"]


@dataclass(frozen=True, slots=True)
class Everything:
    """All photos of the library."""

    @property
    def key(self) -> str:
        """ "", the key of all photos."""
        return ""


@dataclass(frozen=True, slots=True)
class InFolder:
    """The photos with a location below the folder `path`, absolute."""

    path: str

    @property
    def key(self) -> str:
        """The path itself."""
        return self.path


@dataclass(frozen=True, slots=True)
class Tagged:
    """The photos with a label, or in an album; `id` is its number in the library."""

    kind: TagKind
    id: int

    @property
    def key(self) -> str:
        """For example "label:3"."""
        return f"{self.kind}:{self.id}"


@dataclass(frozen=True, slots=True)
class Rated:
    """The photos with exactly so many stars."""

    stars: int

    @property
    def key(self) -> str:
        """For example "rating:4"."""
        return f"rating:{self.stars}"


@dataclass(frozen=True, slots=True)
class MissingPhotos:
    """The photos that are not where they were, though their drive is there."""

    @property
    def key(self) -> str:
        """ "state:1"."""
        return "state:1"


@dataclass(frozen=True, slots=True)
class Among:
    """Some photos by their assets, rising: the matches of the query `name`. No key leads back to them."""

    assets: tuple[int, ...]
    name: str

    @property
    def key(self) -> str:
        """For example "among:15 a dog"."""
        return f"among:{len(self.assets)} {self.name}"


Scope = Everything | InFolder | Tagged | Rated | MissingPhotos | Among
EVERYTHING = Everything()
MISSING = MissingPhotos()


def scope_from_key(key: str) -> Scope:
    """The scope that has this key; what is no tag's key is a folder's path."""
    if not key:
        return EVERYTHING
    if key == MISSING.key:
        return MISSING
    kind, _, number = key.partition(":")
    if number.isascii() and number.isdigit():
        match kind:
            case "label" | "album":
                return Tagged(kind, int(number))
            case "rating":
                return Rated(int(number))
    return InFolder(key)
