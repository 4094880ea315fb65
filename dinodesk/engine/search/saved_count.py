"""How many photos a saved search has now, and how many of them are new."""

from __future__ import annotations

from collections.abc import Generator
from typing import get_args

import numpy as np

from dinodesk.engine.search.catalog import Catalog
from dinodesk.engine.search.query_answer import Loaded, QueryAnswer, Question, answer_query, read_query
from dinodesk.engine.search.query_filter import QueryFilter
from dinodesk.records import ConfidenceCurve, SavedSearch, SearchValues
from dinodesk.search.prompt_templates import TemplateSet


def question_of(values: SearchValues) -> Question:
    """What a search with these values asks; templates that are not known are none."""
    line = values.line
    return Question(
        query=read_query(values.query, literal=values.literal),
        images=values.images,
        image_weight=values.image_weight,
        templates=next((each for each in get_args(TemplateSet) if each == values.templates), "none"),
        curve=None if line is None else ConfidenceCurve(line.threshold, line.temperature),
    )


def hits_by(answer: QueryAnswer, values: SearchValues) -> int:
    """How many of the first photos of an answer are hits by the values' own line, or by their stop."""
    if answer.fitted is None:
        return len(answer.positions)
    confidences = answer.confidences
    if confidences is None:
        if answer.scores is None:
            return len(answer.positions)
        confidences = answer.fitted.curve.confidence(answer.scores)
    cut = answer.fitted.cut(values.stop) if values.line is None else values.line.cut
    return int(np.count_nonzero(confidences >= cut))


def count_saved(
    catalog: Catalog, filters: QueryFilter, search: SavedSearch, loaded: Loaded
) -> Generator[None, None, tuple[int, int]]:
    """Hits, and those of them whose assets are higher than the highest that was seen; in steps.

    Raises as `answer_query`.
    """
    answer = yield from answer_query(catalog, filters, question_of(search.values), loaded)
    hits = answer.positions[: hits_by(answer, search.values)]
    new = sum(catalog.photos[position].asset > search.seen for position in hits.tolist())
    return len(hits), new
