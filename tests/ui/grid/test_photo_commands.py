"""Copying, opening and showing photos; their files may be away, or lie elsewhere, too."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from fake_engine import FakeEngine
from PySide6.QtCore import QItemSelectionModel
from PySide6.QtGui import QDesktopServices, QGuiApplication

from dinodesk.records import Photo
from dinodesk.ui.context.feedback import Feedback
from dinodesk.ui.grid import photo_commands
from dinodesk.ui.grid.photo_commands import PhotoCommands
from dinodesk.ui.grid.photo_grid import PhotoGrid
from dinodesk.ui.text.availability import NOT_FOUND

PLUG = "away: plug in “Archive 7”"


@pytest.fixture
def commands(grid: PhotoGrid, feedback: Feedback) -> PhotoCommands:
    return PhotoCommands(grid, feedback, grid)


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the system was asked to open or to show."""
    files: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: files.append(url.toLocalFile()))
    monkeypatch.setattr(photo_commands, "show_files", files.extend)
    return files


def choose(grid: PhotoGrid, *photos: Photo, away: dict[str, str] | None = None) -> None:
    """Show these photos and select them all."""
    grid.photos.away = away or {}
    grid.photos.show_ranking(photos, np.arange(len(photos)), None)
    grid.setCurrentIndex(grid.photos.index(0, 0))
    for row in range(1, len(photos)):
        grid.selectionModel().select(grid.photos.index(row, 0), QItemSelectionModel.SelectionFlag.Select)


@pytest.mark.parametrize("command", ["open_photo", "show_in_folder"])
def test_offline_photos_are_not_opened_and_the_drive_is_named(
    fake: FakeEngine, grid, commands, feedback: Feedback, opened, command: str
) -> None:
    photo = replace(fake.photos[0], path="/archive/a.jpg", state="offline")
    for each, away, sentence in (
        (photo, {"/archive": PLUG}, "a.jpg is away: plug in “Archive 7”"),
        (replace(photo, path="/gone/b.jpg"), {"/gone": NOT_FOUND}, "b.jpg was not found where it was"),
        # gone since the last scan
        (replace(photo, path="/photos/deleted.jpg", state="online"), {}, f"deleted.jpg was {NOT_FOUND}"),
    ):
        choose(grid, each, away=away)
        getattr(commands, command)()
        assert opened == [] and feedback.status.sentence == sentence


@pytest.mark.parametrize("command", ["open_photo", "show_in_folder"])
def test_the_copy_that_is_there_is_opened(
    fake: FakeEngine, grid, commands, feedback: Feedback, opened, command: str, photo: Path
) -> None:
    copied = replace(fake.photos[0], path="/archive/a.jpg", also=("/gone/c.jpg", str(photo)))
    choose(grid, copied, away={"/archive": PLUG, "/gone": NOT_FOUND})
    getattr(commands, command)()
    assert opened == [str(photo)]
    choose(grid, replace(copied, path="/photos/deleted.jpg"), away={"/archive": PLUG})
    getattr(commands, command)()
    assert opened == [str(photo)] * 2
    lost = replace(copied, path="/photos/deleted.jpg", also=("/archive/a.jpg",))
    choose(grid, lost, away={"/archive": PLUG})
    getattr(commands, command)()
    assert feedback.status.sentence == "deleted.jpg is away: plug in “Archive 7”"


def test_files_and_their_paths_go_to_the_clipboard(fake: FakeEngine, grid, commands, feedback) -> None:
    choose(grid, *fake.photos[:3])
    commands.copy()
    mime = QGuiApplication.clipboard().mimeData()
    paths = [photo.path for photo in fake.photos[:3]]
    assert [url.toLocalFile() for url in mime.urls()] == paths and mime.text().split("\n") == paths
    assert feedback.status.sentence == "3 copied"


def test_of_photos_with_copies_one_that_is_there_is_copied(
    fake: FakeEngine, grid, commands, feedback
) -> None:
    away = replace(fake.photos[0], path="/archive/a.jpg", also=("/photos/a.jpg",))
    lost = replace(fake.photos[1], path="/archive/b.jpg")
    choose(grid, away, lost, away={"/archive": PLUG})
    commands.copy()
    urls = QGuiApplication.clipboard().mimeData().urls()
    assert [url.toLocalFile() for url in urls] == ["/photos/a.jpg"]
    assert feedback.status.sentence == "1 copied; 1 photo is away: plug in “Archive 7”"


def test_where_all_are_away_nothing_is_copied(fake: FakeEngine, grid, commands, feedback) -> None:
    QGuiApplication.clipboard().setText("before")
    choose(
        grid, *(replace(p, path=f"/archive/{p.asset}.jpg") for p in fake.photos[:2]), away={"/archive": PLUG}
    )
    commands.copy()
    assert QGuiApplication.clipboard().text() == "before"
    assert feedback.status.sentence == "2 photos are away: plug in “Archive 7”"


@pytest.mark.parametrize(("number", "sentence"), [(1, "Path copied"), (3, "3 paths copied")])
def test_paths_are_copied_as_text(
    fake: FakeEngine, grid, commands, feedback, number: int, sentence: str
) -> None:
    choose(grid, *fake.photos[:number])
    commands.copy_path()
    expected = "\n".join(photo.path for photo in fake.photos[:number])
    assert QGuiApplication.clipboard().text() == expected and feedback.status.sentence == sentence


def test_similar_photos_are_asked_for_by_the_first_one(qtbot, fake: FakeEngine, grid, commands) -> None:
    choose(grid, *fake.photos[2:5])
    with qtbot.waitSignal(commands.similarRequested) as asked:
        commands.find_similar()
    assert asked.args == [fake.photos[2].path]


def test_without_a_photo_nothing_happens(qtbot, grid, commands, feedback: Feedback, opened) -> None:
    QGuiApplication.clipboard().setText("before")
    grid.photos.show_ranking((), np.empty(0, np.int64), None)
    with qtbot.assertNotEmitted(commands.similarRequested):
        for command in ("copy", "copy_path", "open_photo", "show_in_folder", "find_similar"):
            getattr(commands, command)()
    assert opened == [] and feedback.status.sentence == ""
    assert QGuiApplication.clipboard().text() == "before"
