"""Keeps the grid in step with the library: folders that are away, missing thumbnails."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from dinodesk.engine.client import EngineClient
from dinodesk.engine.messages import LibraryState, MakeThumbnail, ThumbnailReady
from dinodesk.ui.context.app_state import AppState
from dinodesk.ui.grid.photo_grid import PhotoGrid
from dinodesk.ui.grid.thumbnail_loader import ThumbnailLoader


class GridController(QObject):
    """Asks the engine to make thumbnails again whose files are gone."""

    def __init__(
        self,
        engine: EngineClient,
        state: AppState,
        grid: PhotoGrid,
        thumbnails: ThumbnailLoader,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._engine, self._state, self._grid, self._thumbnails = engine, state, grid, thumbnails
        state.libraryReplaced.connect(self._library_replaced)
        state.libraryChanged.connect(self._library_changed)
        thumbnails.missing.connect(self._thumbnail_missing)

    @Slot(object)
    def _library_replaced(self, _library: LibraryState) -> None:
        self._grid.selectionModel().clear()  # numbers of another library's photos mean others

    @Slot(object)
    def _library_changed(self, library: LibraryState) -> None:
        self._thumbnails.set_folder(library.thumbnails)
        if self._state.away != self._grid.photos.away:
            self._grid.photos.away = self._state.away
            self._grid.viewport().update()

    @Slot(str, object)
    def _thumbnail_missing(self, content: str, path: str) -> None:
        self._engine.send(MakeThumbnail(content=content, path=path), self, self._thumbnail_made)

    def _thumbnail_made(self, answer: ThumbnailReady) -> None:
        if answer.made:
            self._thumbnails.retry(answer.content)
