"""The search field, and the photo in it."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QColor, QGuiApplication, QImage
from PySide6.QtWidgets import QToolButton

from dinodesk.ui.search.search_bar import SearchBar, holds_photo
from dinodesk.ui.theme.theme import Theme

Key = Qt.Key


@pytest.fixture
def bar(qtbot, theme: Theme) -> SearchBar:
    bar = SearchBar(theme)
    qtbot.addWidget(bar)
    bar.resize(900, 60)
    bar.show()
    bar.field.setFocus()
    return bar


def test_every_edit_is_told_with_the_sentence_trimmed(qtbot, bar: SearchBar) -> None:
    emitted: list[str] = []
    bar.changed.connect(lambda: emitted.append(bar.text))
    qtbot.keyClicks(bar.field, " cat ")
    assert emitted == ["", "c", "ca", "cat", "cat"] and bar.images == ()


def test_the_cross_is_there_while_there_is_something_to_clear(qtbot, bar: SearchBar) -> None:
    cross = bar.findChild(QToolButton, "clearButton")
    assert not cross.isVisible()
    bar.field.setText("cat")
    bar.set_images(("/a.jpg",))
    assert cross.isVisible()
    with qtbot.waitSignal(bar.changed):
        cross.click()
    assert bar.text == "" and bar.images == () and not cross.isVisible()


def test_a_photo_stands_in_the_field_with_its_name(qtbot, bar: SearchBar) -> None:
    with qtbot.waitSignal(bar.pictureWanted) as wanted, qtbot.waitSignal(bar.changed):
        bar.set_images(("/photos/<b>a\n.jpg",))
    assert wanted.args == ["/photos/<b>a\n.jpg"]
    token = bar._token
    assert token.isVisible() and "a↵.jpg" in token._name.text()
    assert token._name.textFormat() == Qt.TextFormat.PlainText and "&lt;b&gt;" in token.toolTip()
    assert bar.field.placeholderText() == "Add words to the photo"


def test_its_picture_is_shown_if_the_photo_is_still_asked_by(bar: SearchBar) -> None:
    bar.set_images(("/a.jpg",))
    picture = QImage(40, 20, QImage.Format.Format_RGB32)
    picture.fill(QColor("red"))
    before = bar._token._picture.pixmap().toImage()
    bar.show_picture("/other.jpg", picture)
    bar.show_picture("/a.jpg", QImage())
    assert bar._token._picture.pixmap().toImage() == before
    bar.show_picture("/a.jpg", picture)
    shown = bar._token._picture.pixmap().toImage()
    assert shown.width() == shown.height() and shown.pixelColor(2, 2) == QColor("red")


@pytest.mark.parametrize("key", [Key.Key_Backspace, Key.Key_Escape])
def test_backspace_and_escape_in_an_empty_field_take_the_photo_out(qtbot, bar: SearchBar, key) -> None:
    bar.set_images(("/a.jpg",))
    bar.field.setText("x")
    qtbot.keyClick(bar.field, Key.Key_Backspace)
    assert bar.text == "" and bar.images == ("/a.jpg",)  # the word went first
    qtbot.keyClick(bar.field, key)
    assert bar.images == () and not bar._token.isVisible()


def test_the_cross_of_the_photo_takes_it_out_and_leaves_the_words(bar: SearchBar) -> None:
    bar.field.setText("at night")
    bar.set_images(("/a.jpg",))
    bar.findChild(QToolButton, "removeQueryPhoto").click()
    assert bar.images == () and bar.text == "at night"


def test_a_search_by_a_photo_alone_takes_the_words_out(bar: SearchBar) -> None:
    bar.field.setText("at night")
    bar.search_by_photo("/a.jpg")
    assert bar.text == "" and bar.images == ("/a.jpg",)


def test_escape_empties_the_field(qtbot, bar: SearchBar) -> None:
    bar.field.setText("cat")
    qtbot.keyClick(bar.field, Key.Key_Escape)
    assert bar.text == ""


@pytest.mark.parametrize("key", [Key.Key_Down, Key.Key_Return, Key.Key_Enter])
def test_down_and_enter_leave_for_the_photos(qtbot, bar: SearchBar, key) -> None:
    bar.field.setText("cat")
    with qtbot.waitSignal(bar.leftDown):
        qtbot.keyClick(bar.field, key)


def test_down_in_the_empty_field_asks_for_past_searches(qtbot, bar: SearchBar, photo: Path) -> None:
    with qtbot.waitSignal(bar.pastRequested):
        qtbot.keyClick(bar.field, Key.Key_Down)
    bar.set_images((str(photo),))  # a search already
    with qtbot.waitSignal(bar.leftDown):
        qtbot.keyClick(bar.field, Key.Key_Down)


def test_a_pasted_photo_is_handed_on_and_words_are_pasted(qtbot, bar: SearchBar) -> None:
    image = QImage(4, 3, QImage.Format.Format_RGB32)
    image.fill(0)
    QGuiApplication.clipboard().setImage(image)
    with qtbot.waitSignal(bar.photoPasted):
        qtbot.keyClick(bar.field, Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert bar.text == ""
    QGuiApplication.clipboard().setText("a cat")
    with qtbot.assertNotEmitted(bar.photoPasted):
        qtbot.keyClick(bar.field, Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert bar.text == "a cat"


def test_only_local_files_are_photos_to_search_by(tmp_path: Path) -> None:
    words, file, link = QMimeData(), QMimeData(), QMimeData()
    words.setText("a cat")
    file.setUrls([QUrl.fromLocalFile(str(tmp_path))])
    link.setUrls([QUrl("https://example.org/a.jpg")])
    assert [holds_photo(mime) for mime in (words, file, link, None)] == [False, True, False, False]


def test_the_frame_shows_the_focus(qtbot, bar: SearchBar) -> None:
    bar.activateWindow()
    bar.field.clearFocus()
    qtbot.waitUntil(lambda: not bar.box.property("focused"))
    bar.field.setFocus()
    qtbot.waitUntil(lambda: bool(bar.box.property("focused")))


def test_buttons_are_named_and_emit_signals(qtbot, bar: SearchBar) -> None:
    with qtbot.waitSignal(bar.photoRequested):
        bar.photo_button.click()
    names = [bar.menu_button.accessibleName(), bar.look_button.accessibleName()]
    assert names == ["Menu", "Settings"]
