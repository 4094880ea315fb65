"""How many photos a saved search has now, and how many of them are new."""

from __future__ import annotations

from collections.abc import Generator

from dinodesk.engine.search.catalog import Catalog
from dinodesk.engine.search.query_answer import Loaded, Question, answer_query, hits_of, read_query
from dinodesk.engine.search.query_filter import QueryFilter
from dinodesk.records import SavedSearch, SearchValues, known_templates


def question_of(values: SearchValues) -> Question:
    """What a search with these values asks; templates that are not known are none."""
    line = values.line
    return Question(
        query=read_query(values.query, literal=values.literal),
        images=values.images,
        image_weight=values.image_weight,
        templates=known_templates(values.templates),
        curve=None if line is None else line.curve,
        cut=None if line is None else line.cut,
        stop=values.stop,
        scene=values.scene,
    )


def count_saved(
    catalog: Catalog, filters: QueryFilter, search: SavedSearch, loaded: Loaded
) -> Generator[None, None, tuple[int, int]]:
    """Hits, and those of them whose assets are higher than the highest that was seen; in steps.

    Raises as `answer_query`.
    """
    answer = yield from answer_query(catalog, filters, question_of(search.values), loaded)
    hits = answer.positions[: hits_of(answer, search.values.stop)]
    new = sum(catalog.photos[position].asset > search.seen for position in hits.tolist())
    return len(hits), new
