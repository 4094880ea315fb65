"""A query within a scope as one query: the scope becomes a filter, which means the same everywhere."""

from __future__ import annotations

from collections.abc import Iterable

from dinodesk.errors import UsageError
from dinodesk.records import Among, Everything, FilterTerm, InFolder, MissingPhotos, Rated, Scope, Tag, Tagged
from dinodesk.search.query.parser import parse_query
from dinodesk.search.query.trees import all_of
from dinodesk.search.query.writer import normalised


def query_within(text: str, scope: Scope, tags: Iterable[Tag]) -> str:
    """A query that finds in all photos what `text` finds in a scope; `tags` name labels and albums.

    Raises ValueError for a label or album that is not among the tags, UsageError for matches of a query.
    """
    term = _filter_of(scope, tags)
    return text if term is None else normalised(all_of([parse_query(text).tree, term]))


def _filter_of(scope: Scope, tags: Iterable[Tag]) -> FilterTerm | None:
    match scope:
        case Everything():
            return None
        case Among():
            raise UsageError(
                "A search within the matches of another one can't be kept.", "Leave these matches first."
            )
        case InFolder(path):
            return FilterTerm("in", (path,))
        case Rated(stars):
            return FilterTerm("rating", (str(stars),))
        case MissingPhotos():
            return FilterTerm("is", ("missing",))
        case Tagged(kind):
            name = next((tag.name for tag in tags if tag.scope == scope), None)
            if name is None:
                raise ValueError(f"there is no {kind} {scope.id}")
            return FilterTerm(kind, (name,))
