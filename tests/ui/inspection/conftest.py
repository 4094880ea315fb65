"""The inspector's widgets without a window."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QWidget

from dinodesk.features.map_registry import MAPS
from dinodesk.ui.inspection.inspector_pane import InspectorPane
from dinodesk.ui.inspection.large_view import LargeView
from dinodesk.ui.theme.theme import Theme


@pytest.fixture
def inspector(qtbot, theme: Theme) -> InspectorPane:
    pane = InspectorPane(theme, [spec for spec in MAPS if spec.in_panel])
    qtbot.addWidget(pane)
    pane.resize(400, 700)
    return pane


@pytest.fixture
def large(theme: Theme, parent: QWidget) -> LargeView:
    return LargeView(theme, parent)
