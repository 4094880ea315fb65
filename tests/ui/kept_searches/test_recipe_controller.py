"""Recipes in the window: saved, opened, and what differs."""

from __future__ import annotations

import pytest
from fake_engine import FakeEngine
from PySide6.QtWidgets import QFileDialog

from dinodesk.engine.messages import OpenRecipe, Problem, RecipeOpened, RecipeWritten, WriteRecipe
from dinodesk.records import InFolder, SearchValues
from dinodesk.ui.context.app_state import AppState, Query
from dinodesk.ui.context.feedback import Feedback
from dinodesk.ui.kept_searches.recipe_controller import RecipeController

VALUES = SearchValues(query="a dog", scene=0.25)


@pytest.fixture
def recipes(fake: FakeEngine, state: AppState, feedback: Feedback, parent) -> RecipeController:
    return RecipeController(fake, state, lambda: VALUES, feedback, parent)


def test_the_present_search_is_written_with_its_place(recipes, fake, state, feedback, parent) -> None:
    recipes.ask_save()
    assert parent.findChild(QFileDialog) is None and "Search for something first" in feedback.status.sentence
    state.set_query(Query("a dog", (), InFolder("/photos/a")))
    recipes.ask_save()
    dialog = parent.findChild(QFileDialog, "saveFileDialog")
    dialog.fileSelected.emit("/out/recipe.json")
    dialog.close()
    assert fake.values_of(WriteRecipe) == [(VALUES, InFolder("/photos/a"), "/out/recipe.json")]
    fake.reply(WriteRecipe, RecipeWritten(path="/out/recipe (2).json"))
    assert feedback.status.sentence == "The recipe is in /out/recipe (2).json"


def test_one_is_opened_and_what_differs_is_told(recipes, fake: FakeEngine, feedback: Feedback) -> None:
    found: list[SearchValues] = []
    recipes.opened.connect(found.append)
    recipes.open("/r.json")
    fake.reply(OpenRecipe, RecipeOpened(values=VALUES))
    assert found == [VALUES] and feedback.notice.sentence == ""
    recipes.open("/r.json")
    fake.reply(OpenRecipe, RecipeOpened(values=VALUES, notes=("One differs.", "Another, too.")))
    assert feedback.notice.sentence == "One differs. Another, too."
    recipes.open("/x.json")
    fake.reply(OpenRecipe, Problem(sentence="It is no recipe.", remedy="Choose another."))
    assert feedback.notice.sentence == "It is no recipe. Choose another." and len(found) == 2
