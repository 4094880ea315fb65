"""Bar and chips are two views of one tree, which the engine reads."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from fake_engine import FakeEngine
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from dinodesk.engine.messages import ParseQuery, Ranking
from dinodesk.ui.context.app_state import AppState, Query
from dinodesk.ui.grid.photo_model import PhotoModel
from dinodesk.ui.grid.thumbnail_loader import ThumbnailLoader
from dinodesk.ui.query import reading_controller
from dinodesk.ui.query.query_strip import QueryStrip
from dinodesk.ui.query.reading_controller import ReadingController
from dinodesk.ui.theme.theme import Theme


@pytest.fixture
def strip(qtbot, theme: Theme) -> QueryStrip:
    around = QWidget()
    qtbot.addWidget(around)
    strip = QueryStrip(theme)
    strip.field = QLineEdit()  # type: ignore[attr-defined]
    layout = QVBoxLayout(around)
    layout.addWidget(strip.field)  # type: ignore[attr-defined]
    layout.addWidget(strip)
    around.resize(700, 200)
    around.show()
    around.activateWindow()
    yield strip


@pytest.fixture
def field(strip: QueryStrip) -> QLineEdit:
    return strip.field  # type: ignore[attr-defined,no-any-return]


@pytest.fixture
def reading(
    fake: FakeEngine, state: AppState, field, strip, loader: ThumbnailLoader
) -> Iterator[ReadingController]:
    model = PhotoModel()
    model.show_ranking(fake.photos, np.arange(len(fake.photos)), None)
    yield ReadingController(fake, state, field, strip, loader, model, strip)


def read(qtbot, fake: FakeEngine, reading: ReadingController, field: QLineEdit, text: str) -> None:
    """Put a text into the field, and wait until it was read."""
    field.setText(text)
    qtbot.waitUntil(lambda: any(each.text == text for each in fake.sent_of(ParseQuery)))
    fake.settle()
    assert reading.query.text == text


def answer(text: str, note: str) -> Ranking:
    return Ranking(generation=1, positions=np.arange(0), text=text, note=note)


def words(strip: QueryStrip) -> list[str]:
    return [chip.words for chip in strip.chips.chips]


def test_plain_words_take_no_room(qtbot, reading, fake, field, strip: QueryStrip) -> None:
    read(qtbot, fake, reading, field, "two dogs")
    assert not strip.isVisible() and words(strip) == []


def test_chips_and_line_follow_the_text(qtbot, reading, fake, field, strip: QueryStrip) -> None:
    read(qtbot, fake, reading, field, "two dogs -snow after:2012")
    assert words(strip) == ["two dogs", "not snow", "after 2012"]
    assert strip.explanation.sentence == "two dogs, without snow · taken from 1 January 2012 on"
    field.clear()
    qtbot.waitUntil(lambda: not strip.isVisible())
    assert words(strip) == [] and strip.explanation.sentence == ""


def test_several_keys_are_read_once(qtbot, reading, fake: FakeEngine, field) -> None:
    qtbot.keyClicks(field, "-snow")
    qtbot.waitUntil(lambda: bool(fake.sent_of(ParseQuery)))
    assert fake.values_of(ParseQuery) == [("-snow",)]


def test_a_query_that_is_gone_back_to_is_read(qtbot, reading, fake, field, strip, state: AppState) -> None:
    field.blockSignals(True)
    field.setText("a dog -snow")
    state.set_query(Query("a dog -snow"))
    qtbot.waitUntil(lambda: bool(fake.sent_of(ParseQuery)))
    fake.settle()
    assert words(strip) == ["a dog", "not snow"]


def test_a_line_that_only_repeats_its_chip_is_not_shown(qtbot, reading, fake, field, strip) -> None:
    read(qtbot, fake, reading, field, '"red car"')
    assert words(strip) == ["red car"] and strip.explanation.sentence == ""


def test_taking_a_chip_out_takes_it_from_the_text(qtbot, reading, fake, field, strip: QueryStrip) -> None:
    read(qtbot, fake, reading, field, "dogs OR cats after:2012")
    strip.chips.removed.emit(strip.chips.chips[1])
    assert field.text() == "dogs after:2012"
    strip.chips.removed.emit(strip.chips.chips[0])  # of a text that is no more
    assert field.text() == "dogs after:2012"
    field.undo()
    assert field.text() == "dogs OR cats after:2012"


def test_taking_a_chip_selects_its_part_of_the_text(qtbot, reading, fake, field, strip: QueryStrip) -> None:
    read(qtbot, fake, reading, field, "dogs -snow after:2012")
    strip.chips.taken.emit(strip.chips.chips[1])
    assert field.selectedText() == "-snow"
    qtbot.waitUntil(field.hasFocus)


def test_a_click_on_an_unknown_part_applies_what_is_meant(qtbot, reading, fake, field, strip) -> None:
    read(qtbot, fake, reading, field, "dogs camra:x100 -snow")
    assert words(strip)[1] == "camra: not known, did you mean camera:?"
    assert strip.explanation.sentence == "dogs, without snow"  # the chip says the rest
    strip.chips.taken.emit(strip.chips.chips[1])
    assert field.text() == "dogs camera:x100 -snow"


def test_a_key_without_its_value_is_no_mistake_yet(qtbot, reading, fake, field, strip: QueryStrip) -> None:
    field.setFocus()
    read(qtbot, fake, reading, field, "dogs camera:")
    assert words(strip) == ["dogs"] and strip.explanation.sentence == ""
    read(qtbot, fake, reading, field, "camera: dogs")
    assert words(strip)[0].startswith("camera: has no value")


def test_it_tells_while_the_value_of_a_filter_is_typed(
    qtbot, reading, fake, field, strip: QueryStrip
) -> None:
    qtbot.addWidget(field)
    field.window().show()
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    told: list[str] = []
    reading.valueTyped.connect(lambda: told.append(field.text()))
    for text in ("dog camera:X10", "dog camera:X100V ", "camera:X100V dog", "dog"):
        read(qtbot, fake, reading, field, text)
    assert told == ["dog camera:X10"]


def test_what_was_mended_is_said(qtbot, reading, fake, field, strip: QueryStrip) -> None:
    read(qtbot, fake, reading, field, "(dogs OR cats")
    assert strip.explanation.sentence == "“dogs” or “cats” · A bracket was closed."


def test_what_the_library_says_of_filters_is_said(qtbot, reading, fake, field, strip: QueryStrip) -> None:
    read(qtbot, fake, reading, field, "camera:X100W camra:x")
    note = "camra: not known, did you mean camera:? None with camera:X100W; X100V has 2,310."
    reading.show_answer(answer("camera:X100W camra:x", note), True)
    assert strip.explanation.sentence == "None with camera:X100W; X100V has 2,310."
    reading.show_answer(answer("another", "None."), True)
    assert strip.explanation.sentence == ""


def test_photos_beside_several_terms_are_named(qtbot, reading, fake, field, strip, state: AppState) -> None:
    read(qtbot, fake, reading, field, "dog -snow")
    state.set_query(Query("dog -snow", images=("/photos/beach.jpg",)))
    wanted = "“dog” and like beach.jpg, without snow"
    qtbot.waitUntil(lambda: strip.explanation.sentence == wanted)


def test_an_example_photo_of_the_library_is_shown_small(
    qtbot, reading, fake: FakeEngine, field, strip: QueryStrip, monkeypatch
) -> None:
    monkeypatch.setattr(reading_controller, "SLICE", 10)
    for number, name in ((23, "photo-000023.jpg"), (41, fake.photos[41].path)):
        with qtbot.waitSignal(reading._thumbnails.fetched) as fetched:
            read(qtbot, fake, reading, field, f'like:"{name}" dog')
        assert fetched.args[0] == fake.photos[number].content
    read(qtbot, fake, reading, field, 'like:"000023.jpg" dog')  # is no whole name
    qtbot.waitUntil(lambda: not reading._seeking.isActive())
    assert "000023.jpg" not in reading._pictures.values()


def test_an_example_photo_of_the_disk_is_shown_small(qtbot, reading, fake, field, strip, photo) -> None:
    with qtbot.waitSignal(reading._thumbnails.fetched) as fetched:
        read(qtbot, fake, reading, field, f'like:"{photo}" dog')
    assert fetched.args[0] == str(photo)


def test_a_long_line_is_cut_with_a_tooltip(qtbot, strip: QueryStrip) -> None:
    strip.explanation.show_sentence("word " * 200)
    strip.fit()
    assert strip.explanation.text().endswith("…") and "word word" in strip.explanation.toolTip()
