"""The strip above the grid: photos by their words, each with the reason; the grid below is not changed."""

from __future__ import annotations

import numpy as np
import pytest
from fake_engine import FakeEngine
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage

from dinodesk.engine.messages import LiteralMatches
from dinodesk.records import Photo, PhotoWord
from dinodesk.ui.grid.thumbnail_loader import ThumbnailLoader
from dinodesk.ui.search.literal_strip import _PICTURE, MOST, LiteralStrip
from dinodesk.ui.search.results_page import ResultsPage
from dinodesk.ui.search.results_pane import ResultsPane
from dinodesk.ui.theme.theme import Theme

DOG, NAME = PhotoWord("label", "Dog"), PhotoWord("file name", "dog.jpg")


@pytest.fixture
def strip(qtbot, theme: Theme, loader: ThumbnailLoader) -> LiteralStrip:
    strip = LiteralStrip(theme, loader)
    qtbot.addWidget(strip)
    strip.resize(800, 150)
    return strip


def matches(photos: list[Photo], *rows: int) -> list[tuple[int, Photo, tuple[PhotoWord, ...]]]:
    return [(row, photos[row], (NAME, DOG)) for row in rows]


def test_it_is_there_only_when_something_matches(strip: LiteralStrip, fake: FakeEngine) -> None:
    assert strip.isHidden()
    strip.show_matches(17, matches(fake.photos, 3, 5), "dog")
    assert not strip.isHidden() and strip.heading.text() == "17 photos by name, label or place: dog"
    item = strip.list.item(0)
    assert strip.list.count() == 2 and item.text() == "dog.jpg · Dog"
    assert "file name “dog.jpg”, label “Dog”" in item.toolTip()
    strip.show_matches(0, (), "")
    assert strip.isHidden() and strip.list.count() == 0


def test_a_click_chooses_and_enter_opens(qtbot, strip: LiteralStrip, fake: FakeEngine) -> None:
    strip.show_matches(2, matches(fake.photos, 3, 5), "dog")
    strip.show()
    spot = strip.list.visualItemRect(strip.list.item(1)).center()
    with qtbot.waitSignal(strip.chosen, check_params_cb=lambda row: row == 5):
        qtbot.mouseClick(strip.list.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    with qtbot.waitSignal(strip.opened, check_params_cb=lambda row: row == 5):
        qtbot.keyClick(strip.list, Qt.Key.Key_Return)


def test_a_right_click_asks_for_the_menu_of_its_photo(qtbot, strip: LiteralStrip, fake: FakeEngine) -> None:
    strip.show_matches(2, matches(fake.photos, 3, 5), "dog")
    strip.show()
    spot = strip.list.visualItemRect(strip.list.item(1)).center()
    with qtbot.waitSignal(strip.menuRequested, check_params_cb=lambda row, _: row == 5) as asked:
        strip.list.customContextMenuRequested.emit(spot)
    assert asked.args[1] == strip.list.viewport().mapToGlobal(spot)
    with qtbot.assertNotEmitted(strip.menuRequested):
        strip.list.customContextMenuRequested.emit(QPoint(790, 5))


def test_thumbnails_arrive_and_are_painted(qtbot, strip: LiteralStrip, fake: FakeEngine, loader) -> None:
    strip.show_matches(1, matches(fake.photos, 3), "dog")
    picture = QImage(40, 20, QImage.Format.Format_RGB32)
    picture.fill(Qt.GlobalColor.red)
    loader.fetched.emit("another", picture)
    assert strip.list.item(0).data(_PICTURE) is None
    loader.fetched.emit(fake.photos[3].content, picture)
    assert strip.list.item(0).data(_PICTURE).width() == 40
    strip.show()
    shown = strip.list.grab().toImage()
    middle = strip.list.visualItemRect(strip.list.item(0)).center()
    assert shown.pixelColor(middle.x(), middle.y() - 10).red() > 200


def test_no_more_than_so_many_are_shown(strip: LiteralStrip, fake: FakeEngine) -> None:
    strip.show_matches(500, matches(fake.photos, *([1] * (MOST + 5))), "dog")
    assert strip.list.count() == MOST and strip.heading.text().startswith("500 photos")


def test_the_page_chooses_the_photo_in_the_grid(
    qtbot, theme: Theme, loader: ThumbnailLoader, state, fake: FakeEngine
) -> None:
    pane = ResultsPane(theme, loader)
    qtbot.addWidget(pane)
    pane.resize(900, 600)
    pane.show()
    page = ResultsPage(state, pane, lambda position: fake.photos[position], pane)
    pane.grid.photos.show_ranking(fake.photos, np.asarray([5, 9, 7, 3]), None)
    found = LiteralMatches(generation=1, text="dog", positions=np.asarray([7, 3]), reasons=((DOG,), (NAME,)))
    page.show_literal(found)
    assert pane.literal.list.count() == 2 and pane.grid.photos.rowCount() == 4
    pane.literal.chosen.emit(7)
    assert pane.grid.currentIndex().row() == 2
    with qtbot.waitSignal(pane.grid.enlarge, check_params_cb=lambda index: index.row() == 3):
        pane.literal.opened.emit(3)
    page.choose(1)  # not among the rows
    assert pane.grid.currentIndex().row() == 3
    with qtbot.waitSignal(page.photoMenuRequested):
        pane.literal.menuRequested.emit(9, QPoint(5, 6))
    assert pane.grid.currentIndex().row() == 1
    with qtbot.assertNotEmitted(page.photoMenuRequested):  # it would be another photo's
        pane.literal.menuRequested.emit(1, QPoint(5, 6))
    page.show_literal(None)
    assert pane.literal.isHidden()
