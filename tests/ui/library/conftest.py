"""The library's controllers without a window."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QWidget

from dinodesk.ui.context.app_state import AppState
from dinodesk.ui.context.feedback import Feedback
from dinodesk.ui.library.library_controller import LibraryController


@pytest.fixture
def library(fake, state: AppState, feedback: Feedback, parent: QWidget) -> LibraryController:
    parent.show()
    return LibraryController(fake, state, feedback, parent)
