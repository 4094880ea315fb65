"""The query language in the window: what stands in and below the search field, and who keeps it in step."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QBoxLayout, QFrame, QLineEdit, QWidget

from dinodesk.engine.client import EngineClient
from dinodesk.ui.context.app_state import AppState
from dinodesk.ui.grid.photo_model import PhotoModel
from dinodesk.ui.grid.thumbnail_loader import ThumbnailLoader
from dinodesk.ui.query.completion_controller import CompletionController
from dinodesk.ui.query.completion_list import CompletionList
from dinodesk.ui.query.example_controller import ExampleController
from dinodesk.ui.query.field_hints import FieldHints
from dinodesk.ui.query.query_strip import QueryStrip
from dinodesk.ui.query.reading_controller import ReadingController
from dinodesk.ui.theme.theme import Theme


class QueryLanguageController(QObject):
    """Built around a search field that stands in a box in a bar, which is one of a column of panes."""

    def __init__(
        self,
        engine: EngineClient,
        state: AppState,
        theme: Theme,
        field: QLineEdit,
        thumbnails: ThumbnailLoader,
        model: PhotoModel,
    ) -> None:
        """`model` has the catalog that example photos are looked for in."""
        box = _holder(field)
        bar = _holder(box)
        column = _holder(bar)
        super().__init__(bar)
        self.strip = QueryStrip(theme)
        self.strip.follow(box)
        self.strip.chips.tab_after = field
        line = QFrame()
        line.setObjectName("topLine")
        line.setFixedHeight(1)
        for place, widget in enumerate((self.strip, line), start=1):
            _row(column).insertWidget(_row(column).indexOf(bar) + place, widget)
        self.hints = FieldHints(theme, field)
        _row(box).insertWidget(_row(box).indexOf(field) + 1, self.hints)
        self.completions = CompletionList(theme, column)
        self.reading = ReadingController(engine, state, field, self.strip, thumbnails, model, self)
        self.completion = CompletionController(engine, field, self.completions, self.hints, self)
        self.examples = ExampleController(engine, state, field, self.hints, self)


def _holder(widget: QWidget) -> QWidget:
    """What a widget stands in: all have their places already."""
    holder = widget.parentWidget()
    assert holder is not None
    return holder


def _row(widget: QWidget) -> QBoxLayout:
    layout = widget.layout()
    assert isinstance(layout, QBoxLayout)
    return layout
