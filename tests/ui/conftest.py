"""A fake engine, and around it either the real window or only what one controller needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from fake_engine import FakeEngine, paint_thumbnails
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QWidget

from dinodesk.engine.messages import LoadModel, OpenLibrary
from dinodesk.features.map_registry import MAPS
from dinodesk.settings import Settings
from dinodesk.ui.context.app_state import AppState
from dinodesk.ui.context.feedback import Feedback
from dinodesk.ui.grid.photo_grid import PhotoGrid
from dinodesk.ui.grid.thumbnail_loader import ThumbnailLoader
from dinodesk.ui.shell.main_window import MainWindow
from dinodesk.ui.theme.theme import Theme

PANEL_MAPS = [spec for spec in MAPS if spec.in_panel]


@pytest.fixture(scope="session")
def thumbnails(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("thumbnails")
    paint_thumbnails(folder)
    return str(folder)


@pytest.fixture
def saved() -> list[Settings]:
    """What the window asked to remember."""
    return []


@pytest.fixture
def open_window(
    qtbot, qapp: QApplication, thumbnails: str, saved: list[Settings]
) -> Iterator[Callable[..., MainWindow]]:
    opened: list[MainWindow] = []

    def open_(count: int = 300, *, ready: bool = True, engine: FakeEngine | None = None) -> MainWindow:
        engine = engine or FakeEngine(count, thumbnails)
        theme = Theme(qapp, "dark")
        window = MainWindow(engine, theme, Settings(), saved.append, PANEL_MAPS)
        theme.setParent(window)
        engine.setParent(window)
        window.resize(1300, 850)
        window.show()
        opened.append(window)
        engine.send(OpenLibrary(path="/library"))
        if ready:
            engine.send(LoadModel(name="builtin"))
            qtbot.waitUntil(lambda: window.strip.chip.property("state") == "ready")
        qtbot.waitUntil(lambda: window.results.grid.photos.rowCount() == len(engine.photos))
        return window

    yield open_
    for window in opened:
        window.close()
        window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def window(open_window: Callable[..., MainWindow]) -> MainWindow:
    return open_window()


@pytest.fixture
def engine(window: MainWindow) -> FakeEngine:
    return window.engine  # type: ignore[return-value]


# ── without a window ────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def fake(thumbnails: str) -> FakeEngine:
    """An engine whose answers wait for `settle()`."""
    engine = FakeEngine(60, thumbnails)
    engine.hold = True
    return engine


@pytest.fixture
def theme(qtbot, qapp: QApplication) -> Theme:
    return Theme(qapp, "dark")


@pytest.fixture
def state(saved: list[Settings]) -> AppState:
    return AppState(Settings(), saved.append)


@pytest.fixture
def feedback(fake: FakeEngine) -> Feedback:
    return Feedback(fake)


@pytest.fixture
def parent(qtbot) -> QWidget:
    """What stands for the window: dialogs are its children."""
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.resize(1200, 800)
    return widget


@pytest.fixture
def loader(thumbnails: str) -> Iterator[ThumbnailLoader]:
    loader = ThumbnailLoader()
    loader.set_folder(thumbnails)
    yield loader
    loader.close()


@pytest.fixture
def grid(qtbot, theme: Theme, loader: ThumbnailLoader, fake: FakeEngine) -> PhotoGrid:
    """All photos of the fake engine, browsed."""
    grid = PhotoGrid(theme, loader)
    qtbot.addWidget(grid)
    grid.resize(700, 500)
    grid.photos.show_ranking(fake.photos, np.arange(len(fake.photos)), None)
    return grid


@pytest.fixture
def photo(tmp_path: Path, thumbnails: str) -> Path:
    """One real photo file outside the library."""
    file = tmp_path / "query.jpg"
    file.write_bytes((Path(thumbnails) / "00" / "00000000.jpg").read_bytes())
    return file
