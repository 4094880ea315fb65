"""What the inspector asks of the current photo, and what it does with the answers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from fake_engine import INFO, FakeEngine, show_map, show_preview
from PySide6.QtCore import QPoint
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from dinodesk.engine.messages import (
    Details,
    ModelState,
    Preview,
    Problem,
    Ranking,
    ShowDetails,
    ShowMap,
    ShowPreview,
    TagsChanged,
)
from dinodesk.records import ConfidenceCurve, PhotoDetails, TagChange
from dinodesk.ui.context.app_state import AppState, Query
from dinodesk.ui.grid.photo_grid import PhotoGrid
from dinodesk.ui.grid.zones import Zones
from dinodesk.ui.inspection.inspector_controller import LARGE_LONGEST, PREVIEW_LONGEST, InspectorController
from dinodesk.ui.inspection.inspector_pane import InspectorPane
from dinodesk.ui.inspection.large_view import LargeView

COPY = "This is the copy kept for looking at it."


@pytest.fixture
def inspection(
    fake: FakeEngine, state: AppState, grid: PhotoGrid, inspector: InspectorPane, large: LargeView, loader
) -> InspectorController:
    loader.fetch = lambda content: None  # thumbnails come when a test sends them
    return InspectorController(fake, state, grid, inspector, large, loader, grid)


def choose(grid: PhotoGrid, row: int) -> None:
    grid.setCurrentIndex(grid.photos.index(row, 0))


def preview_of(fake: FakeEngine, request: ShowPreview) -> Preview:
    return next(show_preview(fake, request))


def message(view) -> str:
    return view._message.text() if not view._message.isHidden() else ""


def test_without_a_photo_it_says_what_to_do(inspection, inspector: InspectorPane, fake: FakeEngine) -> None:
    assert inspection.photo is None and message(inspector.panel.view) == "Choose a photo to see it here."
    assert fake.sent == [] and inspector.panel.view.empty


def test_the_current_photo_is_asked_for(inspection, inspector, grid: PhotoGrid, fake: FakeEngine) -> None:
    choose(grid, 4)
    photo = fake.photos[4]
    assert inspection.photo == photo
    assert fake.values_of(ShowPreview) == [(5, photo.path, PREVIEW_LONGEST)]
    assert fake.values_of(ShowDetails) == [(5,)] and fake.sent_of(ShowMap) == []
    fake.settle()
    assert not inspector.panel.view.empty and message(inspector.panel.view) == ""
    assert ("Camera", "Camera 5") in inspector.info.facts()
    assert dict(inspector.about.facts())["Folder"] == "/photos/a"


def test_the_same_photo_is_not_asked_for_again(inspection, grid: PhotoGrid, fake: FakeEngine) -> None:
    choose(grid, 4)
    grid.photos.show_ranking(fake.photos, np.arange(60)[::-1], None)  # the cursor stays on it
    assert len(fake.sent_of(ShowPreview)) == 1 and inspection.photo == fake.photos[4]


def test_an_older_photos_picture_is_never_shown(inspection, grid, inspector, fake: FakeEngine) -> None:
    choose(grid, 1)
    choose(grid, 2)
    older, newer = fake.sent_of(ShowPreview)
    assert older.token.cancelled and not newer.token.cancelled
    fake._held.clear()
    fake.deliver(older, preview_of(fake, older))
    assert inspector.panel.view.empty
    fake.deliver(newer, preview_of(fake, newer))
    assert not inspector.panel.view.empty


def test_a_thumbnail_is_the_first_look_and_never_takes_the_place_of_the_photo(
    inspection, grid, inspector, fake: FakeEngine, loader
) -> None:
    choose(grid, 1)
    thumbnail = QImage(40, 30, QImage.Format.Format_RGB888)
    loader.fetched.emit("another content", thumbnail)
    loader.fetched.emit(fake.photos[1].content, QImage())
    assert inspector.panel.view.empty
    loader.fetched.emit(fake.photos[1].content, thumbnail)
    assert inspector.panel.view.photo.pixmap.width() == 40
    fake.settle()
    assert inspector.panel.view.photo.pixmap.width() == 400
    loader.fetched.emit(fake.photos[1].content, thumbnail)
    assert inspector.panel.view.photo.pixmap.width() == 400


def test_while_it_is_shown_large_more_pixels_are_asked_for(
    inspection, grid, large, parent: QWidget, fake
) -> None:
    parent.show()
    choose(grid, 1)
    large.open_over(parent.rect(), True)
    inspection.request_preview()
    assert [request.longest for request in fake.sent_of(ShowPreview)] == [PREVIEW_LONGEST, LARGE_LONGEST]
    fake.settle()
    assert not large.view.empty
    choose(grid, 2)
    assert fake.sent_of(ShowPreview)[-1].longest == LARGE_LONGEST
    assert large._name.whole == "photo-000002.jpg" and large._number.text() == "3 of 60"


def test_a_photo_that_cannot_be_read_says_why(inspection, grid, inspector, large, fake: FakeEngine) -> None:
    choose(grid, 1)
    fake.reply(ShowPreview, Problem(sentence="b.jpg: it is cut off.", remedy="Copy it anew."))
    for view in (inspector.panel.view, large.view):
        assert message(view) == "b.jpg: it is cut off. Copy it anew."
    choose(grid, 2)
    fake.settle()
    assert message(inspector.panel.view) == message(large.view) == ""


def test_a_sentence_on_one_photo_never_stands_over_another(inspection, grid, inspector, fake) -> None:
    choose(grid, 1)
    fake.settle()
    choose(grid, 2)
    fake._held.clear()
    fake.reply(ShowPreview, Problem(sentence="c.jpg: it is damaged."))
    assert inspector.panel.view.empty and message(inspector.panel.view) == "c.jpg: it is damaged."


def test_a_problem_with_the_same_photo_leaves_its_picture(inspection, grid, inspector, fake) -> None:
    choose(grid, 1)
    fake.settle()
    inspection.request_preview()
    fake._held.clear()
    fake.reply(ShowPreview, Problem(sentence="b.jpg: the drive was pulled."))
    assert not inspector.panel.view.empty and message(inspector.panel.view) == "b.jpg: the drive was pulled."


@pytest.mark.parametrize(
    ("folders_away", "missing", "sentence"),
    [
        (False, False, COPY),
        (False, True, f"The file is not there any more. {COPY}"),
        (True, False, f"Away: plug in “Archive 7”. {COPY}"),
    ],
)
def test_a_copy_says_that_it_is_one(
    inspection, grid, inspector, state: AppState, fake: FakeEngine, folders_away, missing, sentence
) -> None:
    if folders_away:
        archive = replace(fake.state().folders[-1], path="/photos")
        state.set_library(replace(fake.state(), folders=(archive,)))
    choose(grid, 1)
    request = fake.sent_of(ShowPreview)[-1]
    fake.reply(ShowPreview, replace(preview_of(fake, request), copy=True, missing=missing))
    assert message(inspector.panel.view) == sentence
    inspection.request_preview()
    fake.settle()  # it is back
    assert message(inspector.panel.view) == ""


def test_details_that_cannot_be_read_leave_the_photo(inspection, grid, inspector, feedback, fake) -> None:
    choose(grid, 1)
    fake.reply(ShowDetails, Problem(sentence="The database is busy."))
    assert message(inspector.panel.view) == "Choose a photo to see it here."  # until the picture comes
    fake.settle()
    assert not inspector.panel.view.empty and feedback.notice.sentence == ""


def test_a_rating_is_read_again_and_the_picture_is_not(inspection, grid, inspector, fake: FakeEngine) -> None:
    choose(grid, 1)
    fake.settle()
    rated = replace(fake.photos[1], rating=4)
    fake.photos[1] = rated
    change = TagsChanged(change=TagChange("rate", 1, rating=4), direction="do", assets=(rated.asset,))
    fake.broadcast(change)
    assert inspection.photo == rated
    fake.settle()
    assert inspector.info.stars.rating == 4
    assert len(fake.sent_of(ShowPreview)) == 1 and len(fake.sent_of(ShowDetails)) == 2
    fake.broadcast(replace(change, assets=(99,)))
    assert len(fake.sent_of(ShowDetails)) == 2


def test_details_of_a_photo_that_was_forgotten_are_none(
    inspection, grid, inspector, fake: FakeEngine
) -> None:
    choose(grid, 1)
    fake.reply(ShowDetails, Details(asset=2, info=PhotoDetails()))
    assert not inspector.info.isHidden()
    choose(grid, 2)
    fake.reply(ShowDetails, Details(asset=3, info=None))
    assert inspector.info.isHidden()


def test_another_library_has_no_current_photo(inspection, grid, inspector, state: AppState, fake) -> None:
    state.set_library(fake.state())
    choose(grid, 1)
    fake.settle()
    state.set_library(replace(fake.state(), path="/other"))
    assert inspection.photo is None and inspector.panel.view.empty
    assert message(inspector.panel.view) == "Choose a photo to see it here."


def test_answers_about_a_library_that_was_closed_are_not_shown(
    inspection, grid, inspector, state, fake
) -> None:
    state.set_library(fake.state())
    choose(grid, 1)
    state.set_library(replace(fake.state(), path="/other"))
    fake.settle()
    assert inspector.panel.view.empty and inspector.info.isHidden()


def test_why_follows_cursor_answer_and_line(inspection, grid, inspector, state: AppState, fake) -> None:
    choose(grid, 0)
    assert inspector.why_sentence.text().startswith("Search by a sentence")
    scores = np.linspace(0.3, 0.0, 60, dtype=np.float32)
    state.set_query(Query("a dog"))
    state.set_model(ModelState(state="ready", name="builtin", info=INFO))
    grid.photos.show_ranking(fake.photos, np.arange(60), scores)
    inspection.show_answer(
        Ranking(generation=1, positions=np.arange(60), scores=scores, text="a dog", words="a dog")
    )
    assert inspector.why_sentence.text() == "How this photo matches “a dog”:"
    facts = dict(inspector.why.facts())
    assert facts["Rank"] == "1 of 60" and facts["Score (cosine)"] == "0.300"
    assert not inspector._where.isHidden()
    grid.photos.set_zones(Zones(ConfidenceCurve(0.3, 25.0)))
    assert dict(inspector.why.facts())["Confidence"] == "0.50 · good match"
    choose(grid, 59)
    assert dict(inspector.why.facts())["Rank"] == "60 of 60"


def test_a_model_without_words_offers_no_text_map(inspection, grid, inspector, state: AppState, fake) -> None:
    state.set_query(Query("a dog"))
    state.set_model(ModelState(state="ready", name="x", info=replace(INFO, text=False)))
    choose(grid, 0)
    grid.photos.show_ranking(fake.photos, np.arange(60), np.linspace(0.3, 0.0, 60, dtype=np.float32))
    inspection.show_why()
    assert inspector._where.isHidden()


def test_the_pointer_over_a_patch_is_told(
    inspection, grid, inspector, state, qtbot, fake: FakeEngine
) -> None:
    state.set_model(ModelState(state="ready", name="builtin", info=INFO))
    choose(grid, 0)
    fake.settle()
    inspector.show()
    inspector.panel.modes.setCurrentIndex(2)
    qtbot.waitUntil(lambda: len(fake.sent_of(ShowMap)) == 1)
    fake.settle()
    view = inspector.panel.view
    qtbot.mouseMove(view.viewport(), QPoint(1, 1))
    view.patchHovered.emit((2, 3))
    assert inspector.panel.under_pointer.whole.startswith("patch 2, 3 · ")
    qtbot.waitUntil(lambda: fake.sent_of(ShowMap)[-1].patch == (2, 3))


def test_a_new_answer_without_a_photo_empties_the_inspector(
    qtbot, inspection, grid, inspector, large, parent, fake: FakeEngine
) -> None:
    parent.show()
    choose(grid, 0)
    fake.settle()
    large.open_over(parent.rect(), False)
    grid.selectionModel().clear()  # as a new search or place does
    assert inspection.photo is None and inspector.panel.view.empty and inspector.info.isHidden()
    assert message(inspector.panel.view) == "Choose a photo to see it here."
    assert inspector.panel.zoom.figure.text() == ""
    qtbot.waitUntil(lambda: not large.isVisible())


def test_the_large_view_goes_on_with_the_photo_that_takes_the_place_of_one_that_left(
    qtbot, inspection, grid, large, parent
) -> None:
    parent.show()
    choose(grid, 0)
    large.open_over(parent.rect(), False)
    grid.selectionModel().clear()
    choose(grid, 1)  # at once, as when a photo is removed from the library
    with qtbot.waitSignal(large.closed, timeout=50, raising=False) as closed:
        pass
    assert not closed.signal_triggered and large.isVisible() and inspection.photo.asset == 2


def test_another_photo_is_shown_whole(inspection, grid, inspector, fake: FakeEngine) -> None:
    view = inspector.panel.view
    choose(grid, 0)
    fake.settle()
    fitted = view.zoom
    view.show_actual_size()
    inspection.request_preview()
    fake.settle()
    assert view.zoom == 1.0  # the same photo again
    choose(grid, 1)
    fake.settle()
    assert view.zoom == fitted


def test_noise_is_called_so_but_not_in_a_quick_look(
    inspection, grid, inspector, large, parent, state, qtbot, fake: FakeEngine
) -> None:
    parent.show()
    state.set_model(ModelState(state="ready", name="builtin", info=INFO))
    choose(grid, 0)
    fake.settle()
    inspection.show_answer(
        Ranking(generation=1, positions=np.arange(60), text="a red car", words="a red car")
    )
    inspector.panel.choose_map("text")
    qtbot.waitUntil(lambda: len(fake.sent_of(ShowMap)) == 1)
    made = next(show_map(fake, fake.sent_of(ShowMap)[-1]))
    fake._held.clear()
    fake.reply(ShowMap, replace(made, map=replace(made.map, shared=True, stands_out=False)))
    sentence = "Nothing in this photo stands out for “a red car”."
    assert message(inspector.panel.view) == message(large.view) == sentence
    for quick in (True, False):
        large.open_over(parent.rect(), quick)
        inspection.request_preview()
        fake.settle()
        assert (
            message(large.view) == ("" if quick else sentence) and message(inspector.panel.view) == sentence
        )
    inspector.panel.modes.setCurrentIndex(0)
    assert message(inspector.panel.view) == ""
