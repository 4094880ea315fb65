"""Saved searches: listed, counted, changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dinodesk.engine.messages.base import Accepted, Answer, Needs, Request
from dinodesk.engine.messages.tags import TagRequest
from dinodesk.records import EVERYTHING, SavedSearch, Scope, SearchValues


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedList(Answer):
    """All saved searches of the library, by name."""

    searches: tuple[SavedSearch, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ListSaved(Request[SavedList]):
    """List the saved searches."""

    lane: ClassVar[str] = "saved"


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedCounted(Answer):
    """How many photos match a saved search now, and how many of them came since it was looked at."""

    name: str
    count: int
    new: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CountSaved(Request[SavedCounted]):
    """Count the photos of a saved search, in slices."""

    needs: ClassVar[Needs] = Needs.MODEL | Needs.INDEX

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkSeen(Request[Accepted]):
    """Note that a saved search is looked at."""

    keep_on_close: ClassVar[bool] = True

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipeWritten(Answer):
    """A recipe is in the file `path`."""

    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteRecipe(Request[RecipeWritten]):
    """Write a search as a recipe, under another name where there is a file; a scope becomes a filter."""

    needs: ClassVar[Needs] = Needs.MODEL | Needs.INDEX

    values: SearchValues
    scope: Scope = EVERYTHING
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipeOpened(Answer):
    """What a recipe asks; `notes` say what is not as it was when it was made."""

    values: SearchValues
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRecipe(Request[RecipeOpened]):
    """Read the recipe at `path`, and compare it with this library."""

    needs: ClassVar[Needs] = Needs.MODEL | Needs.INDEX

    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveSearch(TagRequest):
    """Save a search, in the place of one of the same name; all photos there are count as seen.

    A `scope` in which it was asked becomes a filter of it.
    """

    search: SavedSearch
    scope: Scope = EVERYTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class RenameSaved(TagRequest):
    """Give a saved search another name, in the place of one that has it."""

    name: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveSaved(TagRequest):
    """Remove a saved search."""

    name: str
