"""Preview, maps, pages."""

from __future__ import annotations

from dataclasses import replace

from fake_engine import GRID, show_preview
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from window_steps import answered, search

from dinodesk.engine.messages import (
    MapAnswer,
    Preview,
    Problem,
    ShowMap,
    ShowPreview,
)


def choose(qtbot, window, row=0):
    grid = window.results.grid
    with answered(qtbot, window.engine, Preview):
        grid.setCurrentIndex(grid.photos.index(row, 0))


def picture(window):
    return window.inspector.panel.view.grab().toImage()


def preview_of(engine, request):
    return next(show_preview(engine, request))


def mode(qtbot, window, index):
    with answered(qtbot, window.engine, MapAnswer):
        window.inspector.panel.modes.setCurrentIndex(index)


def test_the_current_photo_fills_the_inspector(qtbot, window, engine):
    choose(qtbot, window, 4)
    assert engine.sent_of(ShowPreview)[-1].asset == 5
    assert not window.inspector.panel.view.empty
    qtbot.waitUntil(lambda: ("Camera", "Camera 5") in window.inspector.info.facts())
    assert engine.sent_of(ShowMap) == []


def test_overlay_mode_layer_and_opacity_change_the_picture(qtbot, window, engine):
    choose(qtbot, window)
    panel = window.inspector.panel
    assert panel.modes.currentIndex() == 0 and panel.modes.tabText(0) == "Photo"
    plain = picture(window)
    mode(qtbot, window, 1)
    pca = picture(window)
    assert plain != pca
    panel.opacity.setValue(100)
    solid = picture(window)
    assert solid != pca
    mode(qtbot, window, 4)
    norm = picture(window)
    assert norm != solid and panel.bar.isVisible()
    asked = engine.sent_of(ShowMap)[-1]
    assert (asked.kind, asked.layer) == ("norm", 11)
    with answered(qtbot, engine, MapAnswer):
        panel.layer.setValue(2)
    assert engine.sent_of(ShowMap)[-1].layer == 2 and picture(window) != norm
    panel.modes.setCurrentIndex(0)
    assert panel.view.overlay.map is None
    assert ("Smoothness", "0.87") not in window.inspector.statistics.facts()


def test_pages_carry_the_one_preview_and_never_change_the_mode(qtbot, window):
    choose(qtbot, window)
    mode(qtbot, window, 1)
    panel = window.inspector.panel
    for page in range(4):
        window.inspector.setCurrentIndex(page)
        assert window.inspector.widget(page).isAncestorOf(panel)
        assert panel.isVisible() and panel.modes.currentIndex() == 1
    assert [window.inspector.tabText(i) for i in range(4)] == ["Photo", "Why", "Features", "Info"]


def test_similar_follows_the_pointer_and_keeps_the_clicked_patch(qtbot, window, engine):
    choose(qtbot, window)
    mode(qtbot, window, 2)
    view = window.inspector.panel.view
    assert view._marker.isVisible() and view.overlay.marker == (GRID[0] // 2, GRID[1] // 2)
    at = view.mapFromScene(view.overlay.patch_rect((2, 3)).center())
    with answered(qtbot, engine, MapAnswer):
        qtbot.mouseMove(view.viewport(), at)
        view.patchHovered.emit((2, 3))
    with answered(qtbot, engine, MapAnswer):
        qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert engine.sent_of(ShowMap)[-1].patch == (2, 3) and view.overlay.marker == (2, 3)
    view.patchHovered.emit((1, 1))
    assert window.inspector.panel.under_pointer.whole.startswith("patch 1, 1 · ")
    with answered(qtbot, engine, MapAnswer):
        view.patchHovered.emit(None)
    assert engine.sent_of(ShowMap)[-1].patch == (2, 3)


def test_text_map_needs_a_sentence_and_follows_it(qtbot, window, engine):
    choose(qtbot, window)
    panel = window.inspector.panel
    panel.modes.setCurrentIndex(3)
    assert "Type a sentence" in panel.view._message.text() and panel.view._message.isVisible()
    assert engine.sent_of(ShowMap) == []
    search(qtbot, window, "a cat")
    assert window.inspection.photo is None  # what is rated there is in sight
    with answered(qtbot, engine, MapAnswer):
        choose(qtbot, window)
    asked = engine.sent_of(ShowMap)[-1]
    assert (asked.kind, asked.layer, asked.patch, asked.text) == ("text", -1, None, "a cat")
    assert not panel.view._message.isVisible()


def test_a_map_of_another_photo_or_an_older_question_is_dropped(qtbot, window, engine):
    choose(qtbot, window)
    mode(qtbot, window, 1)
    shown = window.inspector.panel.view.overlay.map
    maps, other = window.inspection._maps, replace(shown)
    answer = maps._map
    engine.hold = True
    window.inspector.panel.layer.setValue(3)
    qtbot.waitUntil(lambda: engine.sent_of(ShowMap)[-1].layer == 3)
    older = engine.sent_of(ShowMap)[-1]
    window.inspector.panel.layer.setValue(4)
    qtbot.waitUntil(lambda: engine.sent_of(ShowMap)[-1].layer == 4)
    engine.deliver(older, MapAnswer(asset=1, path="/x", layer=3, patch=None, text="", map=other))
    engine.reply(ShowMap, MapAnswer(asset=777, path="/x", layer=4, patch=None, text="", map=other))
    assert window.inspector.panel.view.overlay.map is shown and maps._map is answer
    engine.release()
    choose(qtbot, window, 9)
    qtbot.waitUntil(lambda: maps._map.asset == 10)


def test_why_states_the_numbers_of_the_current_photo(qtbot, window):
    choose(qtbot, window)
    assert "Search by" in window.inspector.why_sentence.text()
    search(qtbot, window)
    grid = window.results.grid
    grid.setCurrentIndex(grid.photos.index(0, 0))
    facts = dict(window.inspector.why.facts())
    assert facts["Rank"] == "1 of 300"
    assert facts["Score (cosine)"] == f"{grid.photos.score(0):.3f}"
    before = facts["Confidence"]
    window.results.card.threshold.setValue(window.results.card.threshold.maximum())
    assert dict(window.inspector.why.facts())["Confidence"] != before


def test_a_photo_that_cannot_be_read_says_why(qtbot, window, engine):
    choose(qtbot, window)
    problem = Problem(sentence="The file is gone.", remedy="Rescan with F5.")
    engine.answers[ShowPreview] = lambda _: [problem]
    with answered(qtbot, engine, Problem):
        window.results.grid.setCurrentIndex(window.results.grid.photos.index(1, 0))
    assert window.inspector.panel.view._message.text() == "The file is gone. Rescan with F5."
    assert window.results.notice.sentence == ""
    engine.broadcast(Problem(sentence="The disk is full.", remedy="Free some space."))
    assert window.results.notice.sentence == "The disk is full. Free some space."


def test_zoom_fit_and_actual_size(qtbot, window):
    choose(qtbot, window)
    view = window.inspector.panel.view
    fitted = view.transform().m11()
    qtbot.keyClick(view, Qt.Key.Key_Plus)
    assert view.transform().m11() > fitted
    view.fit()
    assert view.transform().m11() == fitted
    view.show_actual_size()
    assert view.transform().m11() == 1.0
    qtbot.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton)
    assert view.transform().m11() == fitted


def test_a_large_photo_drawn_small_is_averaged(qtbot, window):
    from PySide6.QtGui import QColor, QImage, QPixmap

    image = QImage(1600, 1200, QImage.Format.Format_RGB32)
    image.fill(QColor("black"))
    for x in range(0, 1600, 8):  # one white column in eight: skipping would show black or white, not grey
        for y in range(1200):
            image.setPixelColor(x, y, QColor("white"))
    view = window.inspector.panel.view
    view.show_pixmap(QPixmap.fromImage(image))
    view.show_message("")
    drawn = view.viewport().grab().toImage()
    middle = [drawn.pixelColor(x, drawn.height() // 2).lightness() for x in range(60, 160)]
    assert max(middle) < 110 and 5 < sum(middle) / len(middle) < 80


def test_a_photo_that_is_away_is_shown_with_a_line(qtbot, window, engine):
    choose(qtbot, window)
    view = window.inspector.panel.view
    assert not view._message.isVisible()
    kept = "This is the copy kept for looking at it."
    engine.answers[ShowPreview] = lambda request: [replace(preview_of(engine, request), copy=True)]
    choose(qtbot, window, 2)
    assert not view.empty and view._message.isVisible() and view._message.text() == kept
    engine.answers[ShowPreview] = lambda request: [
        replace(preview_of(engine, request), copy=True, missing=True)
    ]
    choose(qtbot, window, 3)
    assert view._message.text() == f"The file is not there any more. {kept}"
    del engine.answers[ShowPreview]
    choose(qtbot, window, 1)
    assert not view._message.isVisible()


def test_over_a_photo_that_is_away_the_drive_is_named(qtbot, window, engine):
    view = window.inspector.panel.view
    window.inspector.away = {"/photos": "away: plug in “Archive 7”"}
    engine.answers[ShowPreview] = lambda request: [replace(preview_of(engine, request), copy=True)]
    choose(qtbot, window)
    assert view._message.text() == "Away: plug in “Archive 7”. This is the copy kept for looking at it."
    engine.answers[ShowPreview] = lambda _: [Problem(sentence="a.jpg: the file is not there.")]
    with answered(qtbot, engine, Problem):
        window.results.grid.setCurrentIndex(window.results.grid.photos.index(1, 0))
    assert view._message.text() == "Away: plug in “Archive 7”. a.jpg: the file is not there."


def test_a_photo_that_can_not_be_shown_is_never_another_ones_picture(qtbot, window, engine):
    choose(qtbot, window)
    window.large_view.enlarge()
    large, panel = window.large.view, window.inspector.panel.view
    qtbot.waitUntil(lambda: not large.empty)
    with answered(qtbot, engine, Preview):
        window.results.grid.setCurrentIndex(window.results.grid.photos.index(1, 0))
    first = engine.sent_of(ShowPreview)[-1]
    engine.answers[ShowPreview] = lambda _: [Problem(sentence="c.jpg: it is damaged.")]
    window.thumbnails.fetch = lambda content: None  # and it has no thumbnail
    with answered(qtbot, engine, Problem):
        window.results.grid.setCurrentIndex(window.results.grid.photos.index(2, 0))
    assert large.empty and panel.empty
    assert large._message.text() == panel._message.text() == "c.jpg: it is damaged."
    photo = window.results.grid.photos.photo(2)
    window.inspection._thumbnail_fetched(photo.content, QImage(40, 30, QImage.Format.Format_RGB888))
    assert not large.empty and large._message.text() == "c.jpg: it is damaged."  # that is only a thumbnail
    engine.deliver(first, preview_of(engine, first))
    assert large._message.text() == "c.jpg: it is damaged."


def test_the_inspector_is_named(window):
    assert window.inspector.tabBar().objectName() and window.inspector.tabBar().accessibleName()
    for i in range(4):
        area = window.inspector.widget(i)
        assert area.accessibleName() and area.focusPolicy() == Qt.FocusPolicy.NoFocus
