"""Query trees in one form: no brackets within brackets of their kind, no double negation, no lone part."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dinodesk.records import AllOf, AnyOf, FilterTerm, Not, PhotoTerm, QueryNode, TextTerm


def all_of(parts: Iterable[QueryNode | None]) -> QueryNode | None:
    """What all of the parts match; None where there is none."""
    flat: list[QueryNode] = []
    for part in parts:
        if part is not None:
            flat.extend(part.parts if isinstance(part, AllOf) else (part,))
    return AllOf(tuple(flat)) if len(flat) > 1 else flat[0] if flat else None


def any_of(parts: Iterable[QueryNode | None]) -> QueryNode | None:
    """What at least one of the parts matches; None where there is none."""
    flat: list[QueryNode] = []
    for part in parts:
        if part is not None:
            flat.extend(part.parts if isinstance(part, AnyOf) else (part,))
    return AnyOf(tuple(flat)) if len(flat) > 1 else flat[0] if flat else None


def negated(part: QueryNode | None) -> QueryNode | None:
    """What `part` does not match."""
    if isinstance(part, Not):
        return part.part
    return None if part is None else Not(part)


def terms_of(node: QueryNode | None, negated: bool = False) -> Iterator[tuple[TextTerm | PhotoTerm, bool]]:
    """The terms that photos are ranked by, in order, and whether each is negated."""
    match node:
        case TextTerm() | PhotoTerm():
            yield node, negated
        case Not(part):
            yield from terms_of(part, not negated)
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from terms_of(part, negated)


def has_terms(node: QueryNode) -> bool:
    """Whether anything in it ranks photos, rather than filters alone."""
    return next(terms_of(node), None) is not None


def filters_of(node: QueryNode | None) -> Iterator[FilterTerm]:
    """All filters, in order."""
    match node:
        case FilterTerm():
            yield node
        case Not(part):
            yield from filters_of(part)
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from filters_of(part)


def plain_words(node: QueryNode | None) -> str:
    """The sentences that are asked for, without what is left out, as one text."""
    return " ".join(
        term.text for term, negated in terms_of(node) if isinstance(term, TextTerm) and not negated
    )
