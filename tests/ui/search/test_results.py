"""Grid, line, sliders, histogram."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from fake_engine import INFO, FakeEngine, photos
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication
from window_steps import search

from dinodesk.engine.messages import LoadModel, MakeThumbnail, OpenLibrary, Search, ShowPreview
from dinodesk.records import EVERYTHING, ConfidenceCurve, InFolder
from dinodesk.ui.grid.grid_layout import GridLayout
from dinodesk.ui.grid.photo_model import PATH_ROLE, PhotoModel
from dinodesk.ui.text.availability import NOT_FOUND, photo_reason


def keys(qtbot, grid, *pressed, modifier=Qt.KeyboardModifier.NoModifier):
    for key in pressed:
        qtbot.keyClick(grid, key, modifier)


@pytest.mark.parametrize("split", [0, 1, 7, 23, 50])
@pytest.mark.parametrize("width", [300, 777, 1200])
def test_layout_finds_every_photo_where_it_put_it(split, width):
    layout = GridLayout.fit(width, 150, 50, split, 30)
    seen = set()
    for row in range(50):
        rect = layout.rect(row)
        assert layout.row_at(rect.center().x(), rect.center().y()) == row
        assert row in layout.span(rect.top(), rect.bottom())
        assert rect.bottom() < layout.height and rect.right() <= width
        seen.add((rect.x(), rect.y()))
    assert len(seen) == 50
    assert layout.row_at(2, 2) == -1
    for row in range(50):
        assert 0 <= layout.moved(row, 1) < 50 and 0 <= layout.moved(row, -1) < 50


def test_model_is_a_good_qt_model(qtmodeltester):
    model = PhotoModel()
    catalogue = photos(20)
    model.show_ranking(catalogue, np.arange(10)[::-1], np.linspace(0.3, -0.1, 10, dtype=np.float32))
    qtmodeltester.check(model)
    assert model.index(0, 0).data(PATH_ROLE) == catalogue[9].path
    model.set_line(ConfidenceCurve(0.1, 25))
    assert model.hits == int((model.scores >= 0.1).sum())
    assert sum(model.probability(r) for r in range(10)) == pytest.approx(1.0, abs=1e-4)
    model.show_ranking(catalogue, np.arange(10), None)
    model.append(catalogue, np.arange(10, 20))
    qtmodeltester.check(model)
    assert model.rowCount() == 20 and model.confidence(0) is None
    assert model.rows_of({catalogue[12].asset, -5}) == {catalogue[12].asset: 12}


def test_a_photo_is_shown_where_it_can_be_read():
    plug = "away: plug in “Backup”"
    model, (photo,) = PhotoModel(), photos(1)
    copied = replace(photo, path="/home/a/x.jpg", also=("/home/b/y.jpg", "/media/Backup/x.jpg"))
    cases = (
        ("", {}, "/home/a/x.jpg", ""),
        ("/home/b", {}, "/home/b/y.jpg", ""),
        ("/media/Backup", {}, "/media/Backup/x.jpg", ""),
        ("/media/Backup", {"/media/Backup": plug}, "/home/a/x.jpg", ""),  # the drive is away: what is here
        ("", {"/home/a": NOT_FOUND}, "/home/b/y.jpg", ""),
        ("/home/a", {"/home": NOT_FOUND, "/media/Backup": plug}, "/media/Backup/x.jpg", plug),
        ("", {"/home": NOT_FOUND, "/media": NOT_FOUND}, "/home/a/x.jpg", NOT_FOUND),
    )
    for place, away, path, why in cases:
        model.away = away
        model.show_ranking((copied,), np.arange(1), None, InFolder(place) if place else EVERYTHING)
        shown = model.photo(0)
        assert (model.index(0, 0).data(PATH_ROLE), photo_reason(shown, away)) == (path, why)
        assert sorted(shown.places) == sorted(copied.places) and model.photo_of(copied.asset) == shown
    away = {"/media/Backup": plug}
    lost = replace(photo, path="/media/Backup/x.jpg", also=("/home/a/x.jpg",), state="offline")
    model.away = away  # the folder /home/a is gone within another one that is there
    model.show_ranking((lost,), np.arange(1), None, InFolder("/home/a"))
    assert model.photo(0) == lost and photo_reason(lost, away) == plug


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
    assert "300 photos match" in window.results.header.text()
    assert order == [grid.photos.index(r, 0).data(PATH_ROLE) for r in range(300)]
    assert len(window.engine.values_of(Search)) == 1
    card.temperature.setValue(600)
    assert card.line.temperature == 60.0 and card.line.threshold == card.threshold.value() / 1000
    card.reset()
    assert card.line == window.engine.info.line and not card._reset.isVisible()


def test_line_slider_and_histogram_always_agree(qtbot, window):
    search(qtbot, window)
    card = window.results.card
    card.histogram._marker.setValue(0.123)
    assert card.threshold.value() == 123 and window.results.grid.photos.line.threshold == 0.123
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


def test_a_moved_line_stays_until_another_model_brings_its_own(qtbot, window, engine):
    search(qtbot, window)
    card = window.results.card
    card.threshold.setValue(110)
    search(qtbot, window, " at night")
    assert card.line == ConfidenceCurve(0.11, 25.0) and window.results.grid.photos.line == card.line
    with qtbot.waitSignal(window.search.answered, timeout=3000):
        engine.grow(10)
    assert card.threshold.value() == 110
    engine.info = replace(INFO, fingerprint="0" * 16, line=ConfidenceCurve(0.3, 15.0))
    with qtbot.waitSignal(window.search.answered):
        engine.send(LoadModel(name="other"))
    assert card.line == ConfidenceCurve(0.3, 15.0) and card.threshold.value() == 300
