"""The real window with a fake engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fake_engine import FakeEngine, paint_thumbnails
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from dinodesk.engine.messages import LoadModel, OpenLibrary
from dinodesk.features.map_registry import MAPS
from dinodesk.settings import Settings
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


@pytest.fixture
def photo(tmp_path: Path, thumbnails: str) -> Path:
    """One real photo file outside the library."""
    file = tmp_path / "query.jpg"
    file.write_bytes((Path(thumbnails) / "00" / "00000000.jpg").read_bytes())
    return file
