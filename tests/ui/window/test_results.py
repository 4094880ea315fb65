"""Grid, line, sliders, histogram."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from fake_engine import INFO, FakeEngine
from fake_engine import search as ranked
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QComboBox, QMenu, QSlider
from window_steps import drop, search

from dinodesk.engine.messages import (
    Browse,
    LoadModel,
    MakeThumbnail,
    OpenLibrary,
    Problem,
    Ranking,
    Search,
    ShowPreview,
)
from dinodesk.records import EVERYTHING, ConfidenceCurve, FittedLine, InFolder
from dinodesk.ui.grid.photo_model import PATH_ROLE
from dinodesk.ui.grid.zones import Zones


def keys(qtbot, grid, *pressed, modifier=Qt.KeyboardModifier.NoModifier):
    for key in pressed:
        qtbot.keyClick(grid, key, modifier)


def test_a_folder_of_copies_shows_them(qtbot, open_window, thumbnails):
    engine = FakeEngine(30, thumbnails)
    engine.photos = [
        replace(p, also=(p.path.replace("/photos", "/backup"),)) if p.asset % 2 else p for p in engine.photos
    ]
    window = open_window(engine=engine)
    grid = window.results.grid
    with qtbot.waitSignal(window.search.answered):
        window.search.set_scope(InFolder("/backup"))
    rows = [grid.photos.index(row, 0).data(PATH_ROLE) for row in range(grid.photos.rowCount())]
    assert len(rows) == 15 and all(path.startswith("/backup/") for path in rows)
    grid.setCurrentIndex(grid.photos.index(3, 0))
    assert engine.sent_of(ShowPreview)[-1].path == rows[3]
    assert dict(window.inspector.about.facts())["Folder"].startswith("/backup/")
    window.tags.rate(3)
    qtbot.waitUntil(lambda: window.inspection.photo.rating == 3)
    assert window.inspection.photo.path == rows[3]


def test_sliders_move_counts_line_and_dimming_but_not_the_order(qtbot, window):
    search(qtbot, window)
    grid, card = window.results.grid, window.results.card
    order = [grid.photos.index(r, 0).data(PATH_ROLE) for r in range(300)]
    qtbot.waitUntil(lambda: not window.thumbnails._pending)
    first = grid.viewport().grab().toImage()
    card.threshold.setValue(card.threshold.maximum())
    assert grid.photos.hits == 0 and window.results.unsure.isVisible()
    none = grid.viewport().grab().toImage()
    card.threshold.setValue(card.threshold.minimum())
    assert grid.photos.hits == 300 and not window.results.unsure.isVisible()
    everything = grid.viewport().grab().toImage()
    assert first != none and none != everything
    assert "300 good matches" in window.results.header.text()
    assert order == [grid.photos.index(r, 0).data(PATH_ROLE) for r in range(300)]
    assert len(window.engine.values_of(Search)) == 1
    card.temperature.setValue(600)
    assert card.line.zones.curve == ConfidenceCurve(card.threshold.value() / 1000, 60.0)
    card.reset()
    assert card.line.zones == Zones(window.engine.info.line) and card.line.auto


def test_line_slider_and_histogram_always_agree(qtbot, window):
    search(qtbot, window)
    card = window.results.card
    card.histogram._marker.setValue(0.123)
    assert card.threshold.value() == 123 and window.results.grid.photos.zones.curve.threshold == 0.123
    card.threshold.setValue(60)
    assert card.histogram.threshold == pytest.approx(0.06)
    scores = window.results.grid.photos.scores
    assert card.histogram.hit_heights.sum() == pytest.approx((scores >= 0.06).sum())
    qtbot.mouseDClick(card.threshold, Qt.MouseButton.LeftButton)
    assert card.threshold.value() == 80


def test_a_small_library_is_said_to_be_too_small(qtbot, open_window):
    window = open_window(20)
    search(qtbot, window)
    assert window.results.card._small.isVisible()


def test_keyboard_moves_and_selects(qtbot, window):
    grid = window.results.grid
    grid.setFocus()
    columns = grid.grid.columns
    key = Qt.Key
    keys(qtbot, grid, key.Key_Home)
    assert grid.currentIndex().row() == 0
    keys(qtbot, grid, key.Key_Right, key.Key_Down)
    assert grid.currentIndex().row() == 1 + columns
    keys(qtbot, grid, key.Key_Up, key.Key_Left)
    assert grid.currentIndex().row() == 0
    keys(qtbot, grid, key.Key_Right, key.Key_Right, modifier=Qt.KeyboardModifier.ShiftModifier)
    assert len(grid.selected_photos()) == 3
    keys(qtbot, grid, key.Key_End)
    assert grid.currentIndex().row() == 299
    assert grid.verticalScrollBar().value() == grid.verticalScrollBar().maximum()
    keys(qtbot, grid, key.Key_PageUp)
    assert grid.currentIndex().row() < 299
    keys(qtbot, grid, key.Key_A, modifier=Qt.KeyboardModifier.ControlModifier)
    assert len(grid.selected_photos()) == 300


def test_mouse_selects_one_a_range_and_more(qtbot, window):
    grid, left = window.results.grid, Qt.MouseButton.LeftButton

    def click(row, modifier=Qt.KeyboardModifier.NoModifier):
        at = grid.visualRect(grid.photos.index(row, 0)).center()
        qtbot.mouseClick(grid.viewport(), left, modifier, at)

    click(1)
    assert [p.asset for p in grid.selected_photos()] == [2]
    click(4, Qt.KeyboardModifier.ShiftModifier)
    assert len(grid.selected_photos()) == 4
    click(7, Qt.KeyboardModifier.ControlModifier)
    assert len(grid.selected_photos()) == 5
    click(2)
    assert len(grid.selected_photos()) == 1
    assert window.inspection.photo.asset == 3


def test_ctrl_wheel_and_slider_change_the_size(qtbot, window):
    grid = window.results.grid
    before = grid.grid.columns
    at = QPointF(grid.viewport().rect().center())
    wheel = QWheelEvent(
        at,
        grid.viewport().mapToGlobal(at),
        QPoint(),
        QPoint(0, 600),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.ControlModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(grid.viewport(), wheel)
    assert grid.grid.columns < before
    assert window.results.size_slider.value() > 168
    window.results.size_slider.setValue(100)
    assert grid.grid.columns > before
    window.actions_["larger"].trigger()
    assert window.results.size_slider.value() == 120


def test_thumbnails_arrive_and_missing_ones_are_asked_for(qtbot, window, engine):
    grid = window.results.grid
    qtbot.waitUntil(lambda: window.thumbnails.get(grid.photos.photo(0)) is not None)

    engine.photos = [replace(p, content="ffff" + p.content) for p in engine.photos]
    engine.generation = 2
    engine.send(OpenLibrary(path="/library"))
    qtbot.waitUntil(lambda: len(engine.values_of(MakeThumbnail)) > 0)
    content, path = engine.values_of(MakeThumbnail)[0]
    assert content.startswith("ffff") and path.startswith("/photos/")


def test_hundred_thousand_rows(qtbot, open_window, thumbnails):
    engine = FakeEngine(100_000, thumbnails)
    window = open_window(engine=engine)
    grid = window.results.grid
    search(qtbot, window)
    assert grid.photos.rowCount() == 100_000
    grid.setCurrentIndex(grid.photos.index(99_999, 0))
    assert grid.viewport().rect().intersects(grid.visualRect(grid.currentIndex()))  # it scrolled there
    grid.selectAll()  # the hits, then all
    grid.selectAll()
    assert len(grid.selectionModel().selectedIndexes()) == 100_000
    before = grid.viewport().grab().toImage()
    window.results.card.threshold.setValue(window.results.card.threshold.maximum())
    assert grid.viewport().grab().toImage() != before


def test_drag_carries_the_original_files(window):
    grid = window.results.grid
    mime = grid.photos.mimeData([grid.photos.index(2, 0)])
    assert [u.toLocalFile() for u in mime.urls()] == [grid.photos.photo(2).path]


def test_a_rubber_band_selects_what_it_touches(qtbot, open_window):
    window = open_window(8)
    grid = window.results.grid
    start = grid.visualRect(grid.photos.index(7, 0)).bottomRight() + QPoint(40, 60)
    end = grid.visualRect(grid.photos.index(6, 0)).center()
    left = Qt.MouseButton.LeftButton
    qtbot.mousePress(grid.viewport(), left, pos=start)
    for at in (start - QPoint(20, 20), end):
        move = QMouseEvent(
            QEvent.Type.MouseMove,
            QPointF(at),
            grid.viewport().mapToGlobal(QPointF(at)),
            left,
            left,
            Qt.KeyboardModifier.NoModifier,
        )
        QApplication.sendEvent(grid.viewport(), move)
    grid.viewport().grab()
    qtbot.mouseRelease(grid.viewport(), left, pos=end)
    assert [p.asset for p in grid.selected_photos()] == [7, 8]


def test_a_moved_line_stays_until_another_query_or_model_brings_its_own(qtbot, window, engine):
    search(qtbot, window)
    card = window.results.card
    card.threshold.setValue(110)
    search(qtbot, window, " at night")
    assert card.line.zones == Zones(INFO.line) == window.results.grid.photos.zones
    card.threshold.setValue(110)
    with qtbot.waitSignal(window.search.answered):
        window.tree.choose(InFolder("/photos/b"))
    assert card.line.zones == Zones(ConfidenceCurve(0.11, 25.0)) == window.results.grid.photos.zones
    with qtbot.waitSignal(window.search.answered):
        window.tree.choose(EVERYTHING)
    with qtbot.waitSignal(window.search.answered, timeout=3000):
        engine.grow(10)
    assert card.threshold.value() == 110
    engine.info = replace(INFO, fingerprint="0" * 16, line=ConfidenceCurve(0.3, 15.0))
    with qtbot.waitSignal(window.search.answered):
        engine.send(LoadModel(name="other"))
    assert card.line.zones.curve == ConfidenceCurve(0.3, 15.0) and card.threshold.value() == 300


def test_a_photo_that_cannot_be_asked_by_leaves_the_query(qtbot, window, engine, photo):
    engine.hold = True
    drop(window, [photo])
    engine.reply(Search, Problem(sentence="The file ends too early."))
    assert window.bar.images == ()
    assert window.results.notice.sentence == "query.jpg can't be searched by. The file ends too early."


def test_a_chosen_folder_grows_in_date_order(qtbot, window, engine):
    with qtbot.waitSignal(window.search.answered):
        window.tree.choose(InFolder("/photos/a"))
    grid = window.results.grid
    grid.setCurrentIndex(grid.photos.index(2, 0))
    path = grid.photos.photo(2).path
    engine.grow(30)
    assert window.search._growth.isActive() and window.search._growth.interval() <= 250
    with qtbot.waitSignal(window.search.answered, timeout=1500):
        pass
    assert grid.photos.rowCount() == 220
    assert grid.photos.photo(grid.currentIndex().row()).path == path


def test_an_answer_on_its_way_is_not_overtaken(qtbot, window, engine):
    window.tree.choose(InFolder("/photos/a"))
    engine.hold = True
    window.search.ask()
    asked = len(engine.values_of(Browse))
    engine.grow(3)
    window.search._ask_again()
    assert len(engine.values_of(Browse)) == asked and window.search._growth.isActive()


def test_photos_of_a_root_that_is_gone_are_marked(qtbot, window, engine):
    grid = window.results.grid
    before = grid.viewport().grab().toImage()
    gone = tuple(replace(f, state="offline") for f in engine.state().folders)
    engine.broadcast(replace(engine.state(), folders=gone))
    assert grid.viewport().grab().toImage() != before
    assert "away: its drive is not there" in grid.photos.index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
    unplugged = tuple(replace(f, drive="Stick") for f in gone)
    engine.broadcast(replace(engine.state(), folders=unplugged))
    assert "away: plug in “Stick”" in grid.photos.index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
    renamed = tuple(replace(f, state="missing") for f in gone)
    engine.broadcast(replace(engine.state(), folders=renamed))
    assert "not found where it was" in grid.photos.index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
    grid.setCurrentIndex(grid.photos.index(0, 0))
    assert ("State", "not found where it was") in window.inspector.about.facts()
    engine.broadcast(engine.state())
    assert "not found" not in grid.photos.index(0, 0).data(Qt.ItemDataRole.ToolTipRole)


def test_a_query_without_rows_shows_no_card(qtbot, window, engine):
    search(qtbot, window)
    nothing = Ranking(
        generation=1,
        positions=np.empty(0, np.int64),
        scores=np.empty(0, np.float32),
        fitted=FittedLine(curve=INFO.line),
        text="a red bus",
        words="a red bus",
    )
    engine.answers[Search] = lambda _: [nothing]
    with qtbot.waitSignal(window.search.answered):
        window.search.ask()
    assert not window.results.card.isVisible()


def test_a_query_by_photo_is_judged_by_what_was_fitted_for_it(qtbot, window, engine):
    card = window.results.card
    with qtbot.waitSignal(window.search.answered):
        window.bar.set_images(("/x.jpg",))
    assert card.line.zones == Zones(INFO.line) and card.line.auto
    card.threshold.setValue(card.threshold.maximum())
    assert "short caption" not in window.results.unsure.text()
    search(qtbot, window, "words")
    assert card.line.auto


def test_the_stop_is_remembered_and_moves_the_cut_without_a_question(qtbot, window, engine, saved):
    fitted = FittedLine(curve=INFO.line, cuts=(0.9, 0.5, 0.2), possible=0.1)
    answer = engine.answers.get(Search)
    assert answer is None
    engine.answers[Search] = lambda request: (
        replace(each, fitted=fitted) for each in ranked(engine, request)
    )
    search(qtbot, window)
    asked, hits = len(engine.sent_of(Search)), window.results.grid.photos.hits
    box = window.findChild(QComboBox, "stopBox")
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Down)
    assert window.results.grid.photos.hits > hits and saved[-1].auto_stop == "more"
    window.settings.choose("auto_stop", "sure")  # on the settings page
    assert box.currentData() == "sure" and window.results.grid.photos.hits < hits
    assert len(engine.sent_of(Search)) == asked


def test_a_wording_is_asked_at_once_remembered_and_brought_back(qtbot, window, engine, saved):
    search(qtbot, window)
    wordings = window.findChild(QMenu, "wordingMenu").actions()
    with qtbot.waitSignal(window.search.answered):
        wordings[2].trigger()
    assert [each.templates for each in engine.sent_of(Search)] == ["none", "openai80"]
    assert saved[-1].templates.endswith(" openai80") and wordings[2].isChecked()
    window.bar.field.setText("something else")
    with qtbot.waitSignal(window.search.answered):
        pass
    assert engine.sent_of(Search)[-1].templates == "openai80"
    with qtbot.waitSignal(window.search.answered):
        wordings[0].trigger()
    with qtbot.waitSignal(window.search.answered):
        window.history.back()
    assert window.state.query.templates == "openai80" and wordings[2].isChecked()


def test_scene_or_details_is_asked_live_and_belongs_to_the_query(qtbot, window, engine):
    search(qtbot, window)
    slider = window.findChild(QSlider, "sceneSlider")
    assert slider.isVisible() and slider.value() == 50
    slider.setValue(80)
    with qtbot.waitSignal(window.search.answered):
        slider.setValue(90)
    assert [each.scene for each in engine.sent_of(Search)] == [0.5, 0.9]
    assert window.state.query.scene == 0.9
    search(qtbot, window, " at night")
    assert engine.sent_of(Search)[-1].scene == 0.9, "the same sentence typed on"
    window.bar.field.setText("something else")
    with qtbot.waitSignal(window.search.answered):
        pass
    assert engine.sent_of(Search)[-1].scene == 0.5 and slider.value() == 50
    with qtbot.waitSignal(window.search.answered):
        window.history.back()
    assert window.state.query.scene == 0.9 and slider.value() == 90
    qtbot.mouseDClick(slider, Qt.MouseButton.LeftButton)
    assert slider.value() == 50


def test_good_matches_are_what_is_selected_and_dimmed_after_the_cut_moves(qtbot, window):
    search(qtbot, window)
    grid, cut = window.results.grid, window.findChild(QSlider, "cutSlider")
    hits = grid.photos.hits
    cut.setValue(90)
    assert 0 < grid.photos.hits < hits
    window.actions_["selectMatches"].trigger()
    assert len(grid.selected_photos()) == grid.photos.hits
    assert f"{grid.photos.hits:,} matches" in window.actions_["selectMatches"].text()
