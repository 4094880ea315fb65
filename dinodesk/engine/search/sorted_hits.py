"""The hits of an answer in another order than by relevance."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from dinodesk.engine.search.photo_arrangement import ArrangedPhotos
from dinodesk.engine.search.query_answer import QueryAnswer
from dinodesk.records import Sort


def sorted_hits(answer: QueryAnswer, hits: int, sort: Sort, arranged: ArrangedPhotos) -> QueryAnswer:
    """The answer with its first `hits` photos alone, in the order of an arrangement of this sort."""
    shown = np.arange(min(hits, len(answer.positions)))
    if sort == "-relevance":
        shown = shown[::-1]
    shown = shown[np.argsort(arranged.ranks[answer.positions[shown]], kind="stable")]
    return replace(
        answer,
        positions=answer.positions[shown],
        scores=None if answer.scores is None else answer.scores[shown],
        confidences=None if answer.confidences is None else answer.confidences[shown],
        terms=tuple(replace(term, scores=term.scores[shown]) for term in answer.terms),
    )
