"""The grid follows the library; thumbnails that are gone are made again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from fake_engine import FakeEngine

from dinodesk.engine.messages import MakeThumbnail, ThumbnailReady
from dinodesk.ui.context.app_state import AppState
from dinodesk.ui.grid.grid_controller import GridController
from dinodesk.ui.grid.photo_grid import PhotoGrid
from dinodesk.ui.grid.thumbnail_loader import ThumbnailLoader


@pytest.fixture
def controller(fake: FakeEngine, state: AppState, grid: PhotoGrid, loader: ThumbnailLoader) -> GridController:
    return GridController(fake, state, grid, loader, grid)


def test_thumbnails_are_those_of_the_library(
    controller, state, fake: FakeEngine, loader, tmp_path: Path
) -> None:
    state.set_library(replace(fake.state(), thumbnails=str(tmp_path)))
    assert loader.files("abcd")[0] == str(tmp_path / "ab" / "abcd.jpg")


def test_photos_of_folders_that_are_away_are_known(controller, state, fake: FakeEngine, grid) -> None:
    state.set_library(fake.state())
    assert grid.photos.away == {"/archive": "away: plug in “Archive 7”"}
    online = tuple(replace(folder, state="online") for folder in fake.state().folders)
    state.set_library(replace(fake.state(), folders=online))
    assert grid.photos.away == {}


def test_the_selection_goes_with_the_library_it_was_made_in(
    controller, state, fake: FakeEngine, grid
) -> None:
    state.set_library(fake.state())
    grid.setCurrentIndex(grid.photos.index(3, 0))
    state.set_library(replace(fake.state(), total=1))
    assert grid.currentIndex().row() == 3
    state.set_library(replace(fake.state(), path="/other"))
    assert not grid.currentIndex().isValid() and grid.selected_photos() == []


def test_a_thumbnail_that_is_gone_is_asked_for_and_shown_when_it_is_there(
    qtbot, controller, fake: FakeEngine, loader: ThumbnailLoader
) -> None:
    loader.missing.emit("abcd", "/photos/a.jpg")
    loader.missing.emit("ef01", "/photos/b.jpg")
    assert fake.values_of(MakeThumbnail) == [("abcd", "/photos/a.jpg"), ("ef01", "/photos/b.jpg")]
    first, second = fake.sent_of(MakeThumbnail)
    with qtbot.waitSignal(loader.arrived):
        fake.deliver(second, ThumbnailReady(content="ef01"))
    with qtbot.assertNotEmitted(loader.arrived):
        fake.deliver(first, ThumbnailReady(content="abcd", made=False))  # the photo is away
