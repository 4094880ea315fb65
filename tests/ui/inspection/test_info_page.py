"""Rating, labels and all that is known of a photo."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtWidgets import QLabel, QMenu, QPushButton

from dinodesk.records import LocationDetails, PhotoDetails, PhotoMetadata
from dinodesk.ui.inspection.info_page import InfoPage
from dinodesk.ui.theme.theme import Theme

HERE = (LocationDetails(path="/photos/a.jpg", state="online"),)
FILE = PhotoDetails(locations=HERE)
CAMERA = replace(FILE, metadata=PhotoMetadata(camera_model="X100"))
STORY = "x" * 60 + "\nsecond line"
WORDS = replace(FILE, description=STORY)


@pytest.fixture
def page(qtbot, theme: Theme) -> InfoPage:
    page = InfoPage(theme)
    qtbot.addWidget(page)
    page.resize(320, 600)
    page.show()
    return page


def headings(page: InfoPage) -> list[str]:
    """The headings in their order on the page."""
    labels = [label for label in page.findChildren(QLabel) if label.property("role") == "group"]
    return [label.text() for label in sorted(labels, key=page._layout.indexOf) if not label.isHidden()]


def test_groups_stand_in_their_order_and_empty_ones_are_hidden(page: InfoPage) -> None:
    page.show_info(replace(WORDS, metadata=PhotoMetadata(keywords=("sea",))))
    assert headings(page) == ["File", "Words", "Where", "Indexed with", "Keywords"]
    assert page.keywords.words == ("sea",)
    assert page.facts() == [
        ("Name", "a.jpg"), ("Description", STORY), ("Folder", "/photos"), ("Model", "no model yet"),
    ]  # fmt: skip
    page.show_info(replace(CAMERA, albums=("Best",)))
    assert headings(page)[:2] == ["File", "Camera"] and "Words" not in headings(page)
    assert ("In", "Best") in page.facts() and page.keywords.isHidden()
    page.show_info(FILE)
    assert headings(page) == ["File", "Where", "Indexed with"]


def test_nothing_known_is_nothing_shown(page: InfoPage) -> None:
    page.show_info(FILE)
    page.show_info(None)
    assert page.isHidden() and page.facts() == [] and page.stars.rating == 0


@pytest.mark.parametrize(
    ("rating", "by", "lit", "words"),
    [
        (4, "", 4, ""),
        (None, "", 0, ""),
        (3, "sidecar", 3, "says its sidecar"),
        (2, "photo", 2, "says the photo"),
        (-1, "photo", 0, "Rejected, says the photo"),
    ],
)
def test_the_rating_and_who_gave_it(page: InfoPage, rating, by: str, lit: int, words: str) -> None:
    page.show_info(replace(FILE, rating=rating, rated_by=by))
    assert page.stars.rating == lit and page._rated_by.text() == words


def test_clicks_are_emitted_as_signals(qtbot, page: InfoPage) -> None:
    page.show_info(replace(FILE, labels=("sea", "sand")))
    with qtbot.waitSignal(page.labelRemoved) as removed:
        page.labels.removed.emit("sea")
    assert removed.args == ["sea"] and page.labels.words == ("sea", "sand")
    with qtbot.waitSignal(page.labelsRequested):
        page.findChild(QPushButton, "labelsButton").click()
    with qtbot.waitSignal(page.rated) as rated:
        qtbot.keyClick(page.stars, Qt.Key.Key_3)
    assert rated.args == [3]


def test_long_words_are_broken_and_copied_whole(page: InfoPage) -> None:
    page.show_info(WORDS)
    whole = STORY
    label = next(each for each in page.findChildren(QLabel) if each.accessibleName() == whole)
    assert label.text() != whole and label.text().replace("\u200b", "") == whole
    assert page.minimumSizeHint().width() < 400
    label.contextMenuEvent(QContextMenuEvent(QContextMenuEvent.Reason.Mouse, QPoint(1, 1), QPoint(1, 1)))
    menu = label.findChild(QMenu, "copyMenu")
    menu.actions()[0].trigger()
    menu.close()
    assert QGuiApplication.clipboard().text() == whole
