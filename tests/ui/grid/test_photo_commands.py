"""Opening photos whose files are away, or lie elsewhere, too."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QDesktopServices

from dinodesk.records import Photo
from dinodesk.ui.grid import photo_commands
from dinodesk.ui.text.availability import NOT_FOUND

PLUG = "away: plug in “Archive 7”"


@pytest.fixture
def opened(window, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the system was asked to open or to show."""
    files: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: files.append(url.toLocalFile()))
    monkeypatch.setattr(photo_commands, "show_files", files.extend)
    return files


def choose(window, photo: Photo, away: dict[str, str]) -> None:
    grid = window.results.grid
    grid.photos.away = away
    grid.photos.show_ranking((photo,), np.arange(1), None)
    grid.setCurrentIndex(grid.photos.index(0, 0))


@pytest.mark.parametrize("action", ["open", "showInFolder"])
def test_what_is_away_is_not_opened_and_the_drive_is_named(window, engine, opened, action):
    photo = replace(engine.photos[0], path="/archive/a.jpg", state="offline")
    choose(window, photo, {"/archive": PLUG})
    window.actions_[action].trigger()
    assert opened == [] and window.strip.message.whole == "a.jpg is away: plug in “Archive 7”"
    choose(window, replace(photo, path="/gone/b.jpg"), {"/gone": NOT_FOUND})
    window.actions_[action].trigger()
    assert opened == [] and window.strip.message.whole == "b.jpg was not found where it was"
    choose(window, replace(photo, path="/photos/deleted.jpg", state="online"), {})
    window.actions_[action].trigger()  # gone since the last look
    assert opened == [] and window.strip.message.whole == "deleted.jpg was not found where it was"


@pytest.mark.parametrize("action", ["open", "showInFolder"])
def test_the_copy_that_is_there_is_opened(window, engine, opened, action, photo: Path):
    copied = replace(engine.photos[0], path="/archive/a.jpg", also=("/gone/c.jpg", str(photo)))
    choose(window, copied, {"/archive": PLUG, "/gone": NOT_FOUND})
    window.actions_[action].trigger()
    assert opened == [str(photo)]
    choose(window, replace(copied, path="/photos/deleted.jpg"), {"/archive": PLUG})
    window.actions_[action].trigger()
    assert opened == [str(photo)] * 2
    choose(window, replace(copied, path="/photos/deleted.jpg", also=("/archive/a.jpg",)), {"/archive": PLUG})
    window.actions_[action].trigger()
    assert window.strip.message.whole == "deleted.jpg is away: plug in “Archive 7”"
