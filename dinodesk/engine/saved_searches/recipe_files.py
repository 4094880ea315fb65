"""Recipes of the window: written of what is searched now, opened and compared with this library."""

from __future__ import annotations

import json
import os
from collections.abc import Generator
from dataclasses import replace
from datetime import date
from pathlib import Path

from dinodesk import private_files
from dinodesk.engine.opened_library import OpenedLibrary
from dinodesk.engine.saved_searches import recipes
from dinodesk.engine.saved_searches.saved_count import question_of
from dinodesk.engine.search.query_answer import Loaded, QueryAnswer, answer_query, hits_of
from dinodesk.engine.search.sorted_hits import sorted_hits
from dinodesk.library.files.moved_files import name_freely
from dinodesk.records import Arrangement, Photo, SearchValues


def write_steps(
    library: OpenedLibrary, values: SearchValues, loaded: Loaded, target: str
) -> Generator[None, None, str]:
    """Write the recipe of a search, in steps, under another name where there is a file; returns its path.

    Raises as `answer_query`, PhotoError for an example photo that can't be read, OSError.
    """
    answer = yield from answer_query(library.catalog, library.filters, question_of(values), loaded)
    shown = yield from _first_photos(library, answer, values)
    info = None if answer.fitted is None else loaded.model.info
    _, document = recipes.make_recipe(values, info, answer.searched, shown, date.today())
    data = json.dumps(document, ensure_ascii=True, allow_nan=False, indent=1).encode("ascii")
    part = private_files.make_part(Path(target))
    try:
        part.write_bytes(data)
        private_files.give_usual_rights(part)
        return name_freely(str(part), *os.path.split(os.path.abspath(target)))
    finally:
        part.unlink(missing_ok=True)


def open_steps(
    library: OpenedLibrary, loaded: Loaded, path: str
) -> Generator[None, None, tuple[SearchValues, list[str]]]:
    """Read a recipe, in steps: its values, with photos as they are found here, and what differs.

    Raises UsageError for what is no recipe, ModelError where it was made with another model, PhotoError for
    a photo that is nowhere, OSError.
    """
    recipe = recipes.read_recipe(path)
    recipes.check_model(recipe, loaded.model.info)
    values, notes = recipes.with_images_here(recipe, library.catalog.photos)
    yield
    question = replace(question_of(values), today=recipe.made)
    answer = yield from answer_query(library.catalog, library.filters, question, loaded)
    shown = yield from _first_photos(library, answer, values)
    return values, notes + recipes.differences(recipe, answer.searched, shown, library.catalog.photos)


def _first_photos(
    library: OpenedLibrary, answer: QueryAnswer, values: SearchValues
) -> Generator[None, None, list[Photo]]:
    if values.sort != "relevance":
        arranged = yield from library.arrangements.arranged(Arrangement(values.sort))
        answer = sorted_hits(answer, hits_of(answer, values.stop), values.sort, arranged)
    return [library.catalog.photos[row] for row in answer.positions[: recipes.FIRST].tolist()]
