"""Sentences compared with photos: what is asked, and what the bars say."""

from __future__ import annotations

import numpy as np
import pytest
from fake_engine import FakeEngine, photos
from PySide6.QtCore import QItemSelectionModel, QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QPushButton, QWidget

from dinodesk.engine.messages import (
    ComparedSentence,
    CompareSentences,
    DroppedWord,
    Problem,
    SentencesCompared,
)
from dinodesk.records import ConfidenceCurve
from dinodesk.ui.grid.photo_grid import PhotoGrid
from dinodesk.ui.grid.thumbnail_loader import ThumbnailLoader
from dinodesk.ui.inspection.compare_controller import CompareController
from dinodesk.ui.inspection.inspector_pane import InspectorPane
from dinodesk.ui.theme.theme import Theme

CURVE = ConfidenceCurve(0.2, 20.0)


@pytest.fixture
def comparison(
    fake: FakeEngine, theme: Theme, grid: PhotoGrid, loader: ThumbnailLoader, parent: QWidget
) -> CompareController:
    """Longer sentences score higher; leaving out a word costs what its number of letters is worth."""

    def answer(request: CompareSentences):
        found = []
        for text in request.texts:
            for templates in request.templates:
                scores = np.full(len(request.assets), len(text) / 100, np.float32)
                scores[0] += 0.1
                scores -= 0.02 * (templates != "none")
                words = ()
                if text == request.words_of and templates == "none" and " " in text:
                    words = tuple(
                        DroppedWord(
                            word=word, without=text.replace(word, ""), scores=scores - len(word) / 100
                        )
                        for word in text.split()
                    )
                confidences = CURVE.confidence(scores)
                found.append(
                    ComparedSentence(
                        text=text, templates=templates, curve=CURVE, scores=scores, confidences=confidences,
                        words=words, crop=None if request.crop is None else (0.3, 0.88),
                    )
                )  # fmt: skip
        yield SentencesCompared(assets=request.assets, sentences=tuple(found))

    fake.answers[CompareSentences] = answer
    grid.photos.show_ranking(list(photos(20)), np.arange(20), None)
    return CompareController(fake, theme, grid, loader, parent)


def choose(grid: PhotoGrid, count: int) -> None:
    for row in range(count):
        grid.selectionModel().select(grid.photos.index(row, 0), QItemSelectionModel.SelectionFlag.Select)


def test_without_a_photo_nothing_opens(comparison: CompareController) -> None:
    comparison.compare("a dog")
    assert comparison.dialog is None


def test_sentences_are_sorted_bars_and_the_chosen_one_shows_its_words(
    qtbot, comparison: CompareController, fake: FakeEngine, grid: PhotoGrid
) -> None:
    grid.setCurrentIndex(grid.photos.index(4, 0))
    comparison.note("a dog")
    comparison.note("the sea at night")
    comparison.compare("a dog")
    dialog = comparison.dialog
    assert dialog is not None and dialog.title.text() == "photo-000004.jpg"
    assert dialog.field.completer().model().stringList() == ["the sea at night"]
    fake.settle()
    assert dialog.bars.rows == [("a dog", "0.150 · 27 %")]
    assert dialog.word_bars.rows == [("without “a”", "-0.010"), ("without “dog”", "-0.030")]
    assert dialog.words_title.text() == "Without one word of “a dog”, the score changes by:"
    for text in ("a dog on a beach", "", "a dog"):
        qtbot.keyClicks(dialog.field, text)
        qtbot.mouseClick(dialog.findChild(QPushButton, "compareAdd"), Qt.MouseButton.LeftButton)
    fake.settle()
    assert [name for name, _ in dialog.bars.rows] == ["a dog on a beach", "a dog"] and not dialog.field.text()
    assert dialog.bars.chosen == "a dog" and len(dialog.word_bars.rows) == 2
    dialog.bars.setCurrentRow(0)
    fake.settle()
    assert len(dialog.word_bars.rows) == 5 and dialog.bars.chosen == "a dog on a beach"
    assert fake.sent_of(CompareSentences)[-1].words_of == "a dog on a beach"
    dialog.bars.setFocus()
    qtbot.keyClick(dialog.bars, Qt.Key.Key_Delete)
    fake.settle()
    assert [name for name, _ in dialog.bars.rows] == ["a dog"]
    dialog.grab()


def test_another_wording_stands_beside_each_sentence(
    comparison: CompareController, fake: FakeEngine, grid: PhotoGrid
) -> None:
    grid.setCurrentIndex(grid.photos.index(0, 0))
    comparison.compare("dog")
    dialog = comparison.dialog
    assert dialog is not None
    box = dialog.wording_box
    assert [box.itemData(row) for row in range(box.count())] == ["none", "simple", "openai80"]
    box.setCurrentIndex(2)
    box.activated.emit(2)
    fake.settle()
    assert [name for name, _ in dialog.bars.rows] == ["dog", "dog · 80 sentences, averaged"]
    assert dialog.words_title.text() == "“dog” has one word." and dialog.word_bars.isHidden()


def test_a_part_that_is_marked_stands_below_each_sentence(
    qtbot, comparison: CompareController, fake: FakeEngine, grid: PhotoGrid, loader: ThumbnailLoader
) -> None:
    grid.setCurrentIndex(grid.photos.index(2, 0))
    comparison.compare("a dog")
    dialog = comparison.dialog
    assert dialog is not None and not dialog.whole_button.isEnabled()
    fake.settle()
    picture = QImage(200, 100, QImage.Format.Format_RGB32)
    loader.fetched.emit(grid.chosen_photos()[0].content, picture)
    picker = dialog.crop_picker
    picker.resize(400, 400)  # the photo lies between y 100 and 300
    for at, press in ((QPoint(100, 150), "mousePress"), (QPoint(300, 250), "mouseMove")):
        getattr(qtbot, press)(picker, *(() if press == "mouseMove" else (Qt.MouseButton.LeftButton,)), pos=at)
    qtbot.mouseRelease(picker, Qt.MouseButton.LeftButton, pos=QPoint(300, 250))
    fake.settle()
    assert fake.sent_of(CompareSentences)[-1].crop == pytest.approx((0.25, 0.25, 0.5, 0.5))
    assert dialog.bars.rows == [("a dog", "0.150 · 27 %"), ("a dog · the part", "0.300 (+0.150) · 88 %")]
    qtbot.mouseClick(dialog.whole_button, Qt.MouseButton.LeftButton)
    fake.settle()
    assert fake.sent_of(CompareSentences)[-1].crop is None and len(dialog.bars.rows) == 1
    choose(grid, 3)
    comparison.compare("a dog")
    assert picker.parentWidget().isHidden() and picker.crop is None


@pytest.mark.parametrize(
    ("count", "title", "asked"),
    [(3, "3 photos, on average", 3), (15, "The first 12 of 15 photos, on average", 12)],
)
def test_of_a_selection_means_and_ranges_are_told(
    comparison: CompareController, fake: FakeEngine, grid: PhotoGrid, count: int, title: str, asked: int
) -> None:
    choose(grid, count)
    comparison.compare("a dog")
    fake.settle()
    dialog = comparison.dialog
    assert dialog is not None and dialog.title.text() == title
    assert len(fake.sent_of(CompareSentences)[0].assets) == asked
    ((_, figures),) = dialog.bars.rows
    assert figures.split(" · ")[0] == f"{0.05 + 0.1 / asked:.3f} (0.05 to 0.15)"
    assert "mean score" in dialog.words_title.text()


def test_what_goes_wrong_is_said_in_the_dialog(
    comparison: CompareController, fake: FakeEngine, grid: PhotoGrid
) -> None:
    grid.setCurrentIndex(grid.photos.index(0, 0))
    fake.answers[CompareSentences] = lambda request: iter([SentencesCompared(assets=())])
    comparison.compare("a dog")
    fake.settle()
    dialog = comparison.dialog
    assert dialog is not None and "not indexed" in dialog.words_title.text() and not dialog.bars.rows
    fake.answers[CompareSentences] = lambda request: iter(
        [Problem(sentence="No tower.", remedy="Choose one.")]
    )
    comparison.compare("a cat")
    fake.settle()
    assert "No tower." in dialog.words_title.text()
    comparison.close()
    assert not dialog.isVisible()


def test_the_why_page_asks_for_it_where_there_is_a_photo(qtbot, inspector: InspectorPane) -> None:
    button = inspector.findChild(QPushButton, "compareButton")
    assert not button.isVisibleTo(inspector.widget(1))
    inspector.show_photo(photos(1)[0])
    with qtbot.waitSignal(inspector.compareWanted):
        button.click()
