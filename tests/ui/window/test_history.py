"""Back: earlier queries return as they were left."""

from __future__ import annotations

from fake_engine import FakeEngine
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent
from PySide6.QtWidgets import QApplication
from window_steps import search

from dinodesk.engine.messages import OpenLibrary, Search
from dinodesk.records import EVERYTHING, InFolder
from dinodesk.ui.context.app_state import Query
from dinodesk.ui.grid.grid_selection import selected_rows
from dinodesk.ui.grid.photo_model import PATH_ROLE


def again(qtbot, window, text):
    """Replace the sentence by another one and wait for its answer."""
    window.bar.field.selectAll()
    search(qtbot, window, text)


def go(qtbot, window, action):
    with qtbot.waitSignal(window.search.answered):
        window.actions_[action].trigger()


def test_sentence_place_sliders_selection_and_scroll_come_back(qtbot, window):
    grid, card, bar = window.results.grid, window.results.card, window.bar
    assert not bar.back_button.isEnabled()
    with qtbot.waitSignal(window.search.answered):
        window.tree.choose(InFolder("/photos/a"))
    search(qtbot, window, "a red bus")
    own = card.line.zones
    card.threshold.setValue(card.threshold.value() + 20)
    card.cut.setValue(43)
    moved = card.line.zones
    assert moved.cut == 0.43
    for row in (9, 2, 3):
        grid.selectionModel().select(grid.photos.index(row, 0), grid.selectionModel().SelectionFlag.Select)
    grid.selectionModel().setCurrentIndex(
        grid.photos.index(3, 0), grid.selectionModel().SelectionFlag.NoUpdate
    )
    grid.verticalScrollBar().setValue(200)
    scroll, current = grid.verticalScrollBar().value(), grid.currentIndex().data(PATH_ROLE)
    assert scroll > 0
    paths = {grid.photos.index(row, 0).data(PATH_ROLE) for row in (9, 2, 3)}

    again(qtbot, window, "seven green bottles")
    assert card.line.zones == own and card.line.auto and not len(selected_rows(grid)), (
        "sliders are for one query"
    )
    with qtbot.waitSignal(window.search.answered):
        window.tree.choose(EVERYTHING)
    assert bar.back_button.isEnabled() and not window.actions_["forward"].isEnabled()

    go(qtbot, window, "back")
    assert window.state.query == Query("seven green bottles", scope=InFolder("/photos/a"))
    go(qtbot, window, "back")
    assert window.state.query == Query("a red bus", scope=InFolder("/photos/a"))
    assert bar.text == "a red bus" and window.tree.scope == InFolder("/photos/a")
    assert card.line.zones == moved == grid.photos.zones and not card.line.auto
    assert {grid.photos.index(row, 0).data(PATH_ROLE) for row in selected_rows(grid).tolist()} == paths
    assert grid.currentIndex().data(PATH_ROLE) == current
    assert grid.verticalScrollBar().value() == scroll
    assert window.inspection.photo.path == current

    go(qtbot, window, "forward")
    assert bar.text == "seven green bottles" and card.line.zones == own and card.line.auto
    go(qtbot, window, "forward")
    assert window.tree.scope == EVERYTHING and not window.actions_["forward"].isEnabled()


def test_find_similar_can_be_taken_back_by_the_mouse_and_the_button(qtbot, window):
    grid = window.results.grid
    search(qtbot, window, "a red bus")
    grid.setCurrentIndex(grid.photos.index(4, 0))
    with qtbot.waitSignal(window.search.answered):
        window.actions_["similar"].trigger()
    assert window.bar.images and not window.bar.text
    view, button = grid.viewport(), Qt.MouseButton.BackButton
    at = QPointF(view.rect().center())
    event = QMouseEvent(
        QMouseEvent.Type.MouseButtonPress, at, view.mapToGlobal(at), button, button, Qt.KeyboardModifier(0)
    )
    with qtbot.waitSignal(window.search.answered):
        QApplication.sendEvent(view, event)
    assert window.bar.text == "a red bus" and not window.bar.images
    assert grid.currentIndex().row() == 4
    with qtbot.waitSignal(window.search.answered):
        qtbot.mouseClick(window.bar.back_button, Qt.MouseButton.LeftButton)
    assert window.state.query == Query()


def test_back_closes_the_large_view_first(qtbot, window):
    search(qtbot, window, "a red bus")
    window.results.grid.setCurrentIndex(window.results.grid.photos.index(0, 0))
    window.actions_["enlarge"].trigger()
    assert window.large.isVisible()
    window.actions_["back"].trigger()
    assert not window.large.isVisible() and window.bar.text == "a red bus"


def test_the_photo_that_comes_back_is_marked_also_after_others_went(qtbot, window, engine: FakeEngine):
    grid = window.results.grid
    search(qtbot, window, "a red bus")
    grid.setCurrentIndex(grid.photos.index(4, 0))
    current = grid.currentIndex().data(PATH_ROLE)
    grid.selectionModel().select(grid.photos.index(7, 0), grid.selectionModel().SelectionFlag.Select)
    chosen = {photo.path for photo in grid.selected_photos()}
    again(qtbot, window, "seven green bottles")
    others = [photo.path for photo in engine.photos if photo.path not in chosen]
    engine.photos = [photo for photo in engine.photos if photo.path not in others[:50]]
    engine.generation = 2
    with qtbot.waitSignal(window.search.answered):
        engine.broadcast(engine.catalog())
    go(qtbot, window, "back")
    assert grid.currentIndex().data(PATH_ROLE) == current
    assert {photo.path for photo in grid.selected_photos()} == chosen and len(chosen) == 2


def test_the_large_view_is_gone_back_from_without_a_query_before(qtbot, window):
    grid, back = window.results.grid, window.bar.back_button
    grid.setFocus()
    grid.setCurrentIndex(grid.photos.index(1, 0))
    assert not back.isEnabled()
    qtbot.keyClick(grid, Qt.Key.Key_Return)
    assert window.large.isVisible() and back.isEnabled() and window.actions_["back"].isEnabled()
    qtbot.mouseClick(back, Qt.MouseButton.LeftButton)
    assert not window.large.isVisible() and not back.isEnabled()


def test_the_keys_of_back_and_forward_never_move_the_cursor(qtbot, window):
    grid = window.results.grid
    grid.setFocus()
    grid.setCurrentIndex(grid.photos.index(1, 0))
    for view in (grid, window.large):
        for key in (Qt.Key.Key_Right, Qt.Key.Key_Left):
            qtbot.keyClick(view, key, Qt.KeyboardModifier.AltModifier)
            assert grid.currentIndex().row() == 1
        window.actions_["enlarge"].trigger()
    assert window.large.isVisible()


def test_places_that_are_gone_are_passed_over(qtbot, window, engine: FakeEngine):
    for scope in (InFolder("/photos/b"), InFolder("/photos/a")):
        with qtbot.waitSignal(window.search.answered):
            window.tree.choose(scope)
    folders = tuple(f for f in engine.state().folders if f.path != "/photos/b")
    window.tree._nodes.show(300, folders)
    go(qtbot, window, "back")
    assert window.tree.scope == EVERYTHING and not window.bar.back_button.isEnabled()


def test_another_library_has_a_history_of_its_own(qtbot, window, engine: FakeEngine):
    search(qtbot, window, "a red bus")
    assert window.bar.back_button.isEnabled()
    engine.answers[OpenLibrary] = lambda _: iter([_other(engine), engine.catalog()])
    with qtbot.waitSignal(window.state.libraryReplaced):
        engine.send(OpenLibrary(path="/other"))
    qtbot.waitUntil(lambda: window.search.answered_query == Query())
    assert not window.bar.back_button.isEnabled()


def _other(engine: FakeEngine):
    from dataclasses import replace

    return replace(engine.state(), path="/other")


def test_a_pasted_photo_replaces_the_selected_words_and_has_a_name(qtbot, window, engine: FakeEngine):
    search(qtbot, window, "a red bus")
    picture = QImage(40, 30, QImage.Format.Format_RGB32)
    picture.fill(Qt.GlobalColor.red)
    window.bar.field.setFocus()
    window.bar.field.selectAll()
    QApplication.clipboard().setImage(picture)
    with qtbot.waitSignal(window.search.answered, check_params_cb=lambda answer, _: bool(answer.images)):
        qtbot.keyClick(window.bar.field, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert window.bar.text == "" and len(engine.sent_of(Search)[-1].images) == 1
    assert window.bar._token._name.text() == "pasted photo"
    file = window.bar.images[0]
    go(qtbot, window, "back")
    assert window.bar.text == "a red bus" and not window.bar.images
    go(qtbot, window, "forward")
    assert window.bar.images == (file,), "the picture is kept for as long as it can be gone to"
    QApplication.clipboard().clear()


def test_words_and_photo_are_weighed(qtbot, window, engine: FakeEngine, photo):
    slider = window.bar.weight.slider
    with qtbot.waitSignal(window.search.answered):
        window.bar.add_photo(str(photo))
    assert not window.bar.weight.isVisible()
    search(qtbot, window, "at night")
    assert window.bar.weight.isVisible() and engine.sent_of(Search)[-1].image_weight == 0.5
    with qtbot.waitSignal(window.search.answered):
        slider.setValue(80)
    assert engine.sent_of(Search)[-1].image_weight == 0.8 and "photo 80 %" in slider.toolTip()
    with qtbot.waitSignal(window.search.answered):
        window.bar.clear_images()
    assert slider.value() == 50 and engine.sent_of(Search)[-1].image_weight == 0.5
    go(qtbot, window, "back")
    assert slider.value() == 80 and window.bar.images == (str(photo),)
    search(qtbot, window, " in the rain")
    assert slider.value() == 80, "the same words, and more"
    again(qtbot, window, "at noon")
    assert slider.value() == 50 and engine.sent_of(Search)[-1].image_weight == 0.5
