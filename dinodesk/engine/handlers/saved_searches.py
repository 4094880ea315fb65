"""Saved searches."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace

from dinodesk.engine.engine_state import EngineState
from dinodesk.engine.handlers.registry import handles
from dinodesk.engine.handlers.tags import after_step
from dinodesk.engine.messages import (
    CountSaved,
    ListSaved,
    MarkSeen,
    OpenRecipe,
    RecipeOpened,
    RecipeWritten,
    RemoveSaved,
    RenameSaved,
    SavedCounted,
    SavedList,
    SaveSearch,
    TagsChanged,
    WriteRecipe,
)
from dinodesk.engine.saved_searches.recipe_files import open_steps, write_steps
from dinodesk.engine.saved_searches.saved_count import count_saved
from dinodesk.engine.saved_searches.scope_filter import query_within
from dinodesk.engine.search.query_answer import Loaded
from dinodesk.engine.user_data.undo_steps import Applied, SavedStep
from dinodesk.errors import ModelError
from dinodesk.library.annotations import saved_searches
from dinodesk.library.annotations.saved_searches import SavedChange


@handles(ListSaved)
def list_saved(state: EngineState, request: ListSaved) -> SavedList:
    """All saved searches."""
    return SavedList(searches=tuple(saved_searches.list_saved(state.opened.store.database)))


@handles(CountSaved)
def count(state: EngineState, request: CountSaved) -> Generator[None, None, SavedCounted]:
    """Photos of a saved search, in slices. Raises LibraryError where it is gone."""
    library = state.opened
    search = saved_searches.find_saved(library.store.database, request.name)
    found, new = yield from count_saved(library.catalog, library.filters, search, _loaded(state))
    return SavedCounted(name=search.name, count=found, new=new)


@handles(MarkSeen)
def mark_seen(state: EngineState, request: MarkSeen) -> None:
    """Note that a saved search is looked at. Raises LibraryError where it is gone."""
    saved_searches.mark_seen(state.opened.store.database, request.name)


@handles(SaveSearch)
def save(state: EngineState, request: SaveSearch) -> TagsChanged:
    """Save a search. Raises UsageError for an empty name."""
    search = request.search
    within = query_within(search.values.query, request.scope, state.opened.catalog.tags())
    search = replace(search, values=replace(search.values, query=within))
    return _done(state, saved_searches.save(state.opened.store.database, search))


@handles(RenameSaved)
def rename(state: EngineState, request: RenameSaved) -> TagsChanged:
    """Give a saved search another name. Raises LibraryError where it is gone."""
    return _done(state, saved_searches.rename(state.opened.store.database, request.name, request.new))


@handles(RemoveSaved)
def remove(state: EngineState, request: RemoveSaved) -> TagsChanged:
    """Remove a saved search. Raises LibraryError where it is gone."""
    return _done(state, saved_searches.remove(state.opened.store.database, request.name))


@handles(WriteRecipe)
def write_recipe(state: EngineState, request: WriteRecipe) -> Generator[None, None, RecipeWritten]:
    """Write the recipe, in slices. Raises OSError where it can't be written."""
    library = state.opened
    query = query_within(request.values.query, request.scope, library.catalog.tags())
    values = replace(request.values, query=query)
    path = yield from write_steps(library, values, _loaded(state), request.path)
    return RecipeWritten(path=path)


@handles(OpenRecipe)
def open_recipe(state: EngineState, request: OpenRecipe) -> Generator[None, None, RecipeOpened]:
    """Read the recipe, in slices. Raises UsageError for what is none, ModelError for one of another model."""
    values, notes = yield from open_steps(state.opened, _loaded(state), request.path)
    return RecipeOpened(values=values, notes=tuple(notes))


def _loaded(state: EngineState) -> Loaded:
    ready, index = state.models.ready, state.index
    if index is None:
        raise ModelError("No model is ready.", "Choose one on the models page.")
    return Loaded(model=ready.model, encoder=ready.encoder, index=index)


def _done(state: EngineState, undo: SavedChange) -> TagsChanged:
    state.opened.history.remember(SavedStep(undo))
    return after_step(state, "do", undo.summary, Applied(None))
