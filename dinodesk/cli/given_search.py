"""Searches that are not typed: a saved one, or a recipe; put into the options of `search`."""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from dinodesk import api
from dinodesk.api.arguments import full_path
from dinodesk.cli import output_files
from dinodesk.cli.open_library import opened
from dinodesk.engine.saved_searches import recipes
from dinodesk.engine.saved_searches.recipes import Recipe
from dinodesk.errors import UsageError
from dinodesk.library.annotations import saved_searches
from dinodesk.records import HIT, HandLine, Photo, SavedSearch, SearchValues


@dataclass(slots=True)
class GivenSearch:
    """What was given instead of a query, or nothing.

    Attributes:
        recipe, saved: None where there is none.
        notes: what differs from the recipe, in sentences.
        today: the day that words for dates go by; None for the computer's.
    """

    recipe: Recipe | None = None
    saved: SavedSearch | None = None
    notes: list[str] = field(default_factory=list)
    today: date | None = None

    def check_model(self, options: argparse.Namespace, model: api.Model | None) -> None:
        """Raise ModelError where the recipe wants another model, and none was named on the command line."""
        if model is None:
            return
        if self.saved is not None and self.saved.values.line and self.saved.model != model.info.fingerprint:
            self.notes.append("It was saved with another model, which its threshold and cut were made for.")
        if self.recipe is None:
            return
        if options.model_named and model.info.fingerprint != self.recipe.fingerprint:
            self.notes.append(f"The recipe was made with another model, {self.recipe.model}.")
        else:
            recipes.check_model(self.recipe, model.info)

    def compare(self, answer: api.Answer, photos: list[Photo]) -> None:
        """Note what is not as it was when the recipe was made."""
        if self.recipe is not None:
            shown = _photos_of(answer, photos)
            self.notes += recipes.differences(self.recipe, answer.searched, shown, photos)


def given_search(options: argparse.Namespace) -> GivenSearch:
    """What `--recipe` or `saved run` names, put into the options. Raises UsageError beside a query."""
    if options.command == "saved":
        return _saved(options)
    if options.recipe is None:
        return GivenSearch()
    if options.query.strip() or options.image:
        raise UsageError("A recipe has its own query.", "Leave the query out, or the recipe.")
    recipe = recipes.read_recipe(options.recipe)
    library = opened(options)
    try:
        values, notes = recipes.with_images_here(recipe, library.photos())
    finally:
        library.close()
    _put(options, values)
    if not options.model_named and recipe.model:
        options.model = recipe.model
    return GivenSearch(recipe, notes=notes, today=recipe.made)


def _saved(options: argparse.Namespace) -> GivenSearch:
    if len(options.what) != 1:
        raise UsageError("`saved run` needs the name of one saved search.", "`dinodesk saved list` has them.")
    library = opened(options)
    try:
        search = saved_searches.find_saved(library.store.database, options.what[0])
        if not library.store.database.read_only:
            saved_searches.mark_seen(library.store.database, search.name)
    finally:
        library.close()
    _put(options, search.values)
    return GivenSearch(saved=search)


def _put(options: argparse.Namespace, values: SearchValues) -> None:
    line = values.line
    options.query, options.literal, options.image = values.query, values.literal, list(values.images)
    options.image_weight, options.templates, options.scene = (
        values.image_weight,
        values.templates,
        values.scene,
    )
    options.sort, options.stop = values.sort, values.stop
    options.threshold = None if line is None else line.threshold
    options.temperature = None if line is None else line.temperature
    options.line = None if line is None else line.cut


def values_of(options: argparse.Namespace, model: api.Model | None) -> SearchValues:
    """What the options of `search` or `saved add` ask for."""
    return SearchValues(
        query=options.query,
        literal=options.literal,
        images=tuple(map(full_path, options.image)),
        image_weight=options.image_weight,
        scene=options.scene,
        templates=options.templates,
        stop=options.stop,
        line=_hand_line(options, model),
        sort=options.sort,
    )


def _hand_line(options: argparse.Namespace, model: api.Model | None) -> HandLine | None:
    threshold, temperature, cut = options.threshold, options.temperature, options.line
    if model is None or (threshold, temperature, cut) == (None, None, None):
        return None
    if threshold is None and temperature is None:
        return HandLine(None, None, cut)
    own = model.info.line
    return HandLine(
        own.threshold if threshold is None else threshold,
        own.temperature if temperature is None else temperature,
        HIT if cut is None else cut,
    )


def save_recipe(
    options: argparse.Namespace, model: api.Model | None, answer: api.Answer, photos: list[Photo]
) -> None:
    """Write the recipe of what was answered."""
    target = recipe_target(options)
    values = values_of(options, model)
    info, shown = None if model is None else model.info, _photos_of(answer, photos)
    _, document = recipes.make_recipe(values, info, answer.searched, shown, date.today())
    with output_files.whole(target) as part:
        part.write_text(json.dumps(document, ensure_ascii=True, allow_nan=False, indent=1), "ascii")


def recipe_target(options: argparse.Namespace) -> Path:
    """Where the recipe goes, checked before the work begins."""
    output_files.check_ending(Path(options.save_recipe), (".json",), "A recipe is JSON")
    return output_files.target(options.save_recipe, options.image)


def _photos_of(answer: api.Answer, photos: list[Photo]) -> list[Photo]:
    """The photos of an answer, in its order."""
    by_path = {photo.path: photo for photo in photos}
    return [by_path[hit.path] for hit in answer.results if hit.path in by_path]
