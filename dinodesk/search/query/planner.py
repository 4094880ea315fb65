"""What a query asks of whom: filters that decide who takes part, terms that rank, or both in one tree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dinodesk.records import AllOf, FilterTerm, Not, PhotoTerm, QueryNode, TextTerm
from dinodesk.search.query.trees import all_of, has_terms
from dinodesk.search.query.writer import normalised, written_filter


@dataclass(frozen=True, slots=True)
class QueryPlan:
    """A query taken apart.

    Attributes:
        restriction: filters that every photo of the answer passes; None without any.
        ranking: what ranks them; None where filters alone are asked for.
        text: the sentence, where it alone ranks; "" else.
        composed: whether `ranking` is more than one sentence, one photo, or both as one mean.
        images: example photos whose vectors are averaged with the sentence, in a query that is not composed.
        filters: all filters as text, in order.
    """

    restriction: QueryNode | None
    ranking: QueryNode | None
    text: str
    composed: bool
    images: tuple[str, ...]
    filters: tuple[str, ...]


def plan_query(tree: QueryNode | None, images: Sequence[str] = ()) -> QueryPlan:
    """Take a query apart; `images` are example photos that were given beside it.

    With a plain sentence, or alone, their vectors are averaged; beside a composed query each is a term that
    must match, too.
    """
    parts = tree.parts if isinstance(tree, AllOf) else () if tree is None else (tree,)
    restriction = all_of(part for part in parts if not has_terms(part))
    ranking = all_of(part for part in parts if has_terms(part))
    filters = tuple(_filters(parts))
    match ranking:
        case None:
            return QueryPlan(restriction, None, "", False, tuple(images), filters)
        case TextTerm(text):
            return QueryPlan(restriction, ranking, text, False, tuple(images), filters)
        case PhotoTerm(path) if not images:
            return QueryPlan(restriction, ranking, "", False, (path,), filters)
    whole = all_of([ranking, *(PhotoTerm(path) for path in images)])
    return QueryPlan(restriction, whole, "", True, (), filters)


def _filters(parts: Sequence[QueryNode]) -> list[str]:
    found: list[str] = []
    for part in parts:
        if not has_terms(part):
            found.append(normalised(part))
        else:
            found += _within(part, False)
    return found


def _within(node: QueryNode, negated: bool) -> list[str]:
    match node:
        case FilterTerm():
            return [written_filter(node, negated=negated)]
        case Not(part):
            return _within(part, not negated)
        case TextTerm() | PhotoTerm():
            return []
        case _:
            return [text for part in node.parts for text in _within(part, negated)]
