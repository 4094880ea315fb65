"""Recipes in the window: saved of what is searched, opened from the menu or by a drop."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from dinodesk.engine.client import EngineClient
from dinodesk.engine.messages import OpenRecipe, Problem, RecipeOpened, RecipeWritten, WriteRecipe
from dinodesk.records import EVERYTHING, SearchValues
from dinodesk.ui.context.app_state import AppState
from dinodesk.ui.context.feedback import Feedback, problem_text
from dinodesk.ui.text.plain_text import one_line
from dinodesk.ui.widgets.file_dialogs import ask_file, ask_save

RECIPE_FILES = "Recipes (*.json);;All files (*)"


class RecipeController(QObject):
    """What differs from a recipe is told above the photos."""

    opened = Signal(object)  # SearchValues

    def __init__(
        self,
        engine: EngineClient,
        state: AppState,
        values: Callable[[], SearchValues],
        feedback: Feedback,
        parent: QWidget,
    ) -> None:
        """`values` are those of the search that is shown."""
        super().__init__(parent)
        self._engine, self._state, self._values = engine, state, values
        self._feedback, self._parent = feedback, parent

    @Slot()
    def ask_save(self) -> None:
        """Ask for a file, and write the present search as a recipe."""
        query = self._state.query
        if not query.searching and query.scope == EVERYTHING:
            self._feedback.show_status("Search for something first, to save a recipe of it")
            return
        values, scope = self._values(), query.scope

        def write(path: str) -> None:
            request = WriteRecipe(values=values, scope=scope, path=path)
            self._engine.send(request, self, self._written, self._failed)

        ask_save(self._parent, "Save as a recipe", write, name="recipe.json", ending=".json")

    @Slot()
    def ask_open(self) -> None:
        """Ask for a recipe's file, and run it."""
        ask_file(self._parent, "Open a recipe", self.open, RECIPE_FILES)

    @Slot(str)
    def open(self, path: str) -> None:
        """Run a recipe."""
        self._feedback.show_status("Opening the recipe…")
        self._engine.send(OpenRecipe(path=path), self, self._opened, self._failed)

    def _written(self, answer: RecipeWritten) -> None:
        self._feedback.show_status(f"The recipe is in {one_line(answer.path)}")

    def _opened(self, answer: RecipeOpened) -> None:
        self._feedback.show_status("This is the search of the recipe")
        self.opened.emit(answer.values)
        if answer.notes:
            self._feedback.show_notice(" ".join(answer.notes))

    def _failed(self, problem: Problem) -> None:
        self._feedback.show_status("")
        self._feedback.show_notice(problem_text(problem))
