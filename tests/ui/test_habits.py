"""What the second review found: keys in the large view, refused drops, names as markup, small windows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from fake_engine import INFO
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QAbstractItemView, QMessageBox
from window_steps import drop, search

from dinodesk.engine.messages import (
    AddPhotos,
    Browse,
    CatalogReset,
    Problem,
    Ranking,
    Search,
)
from dinodesk.library.files import file_types
from dinodesk.records import Folder, InFolder, PatchMap, Photo, Skipped
from dinodesk.ui.search.results_pane import photo_line
from dinodesk.ui.shell.shortcuts_dialog import ShortcutsDialog
from dinodesk.ui.text.plain_text import one_line, tooltip
from dinodesk.ui.widgets import drop_content

ODD = "<b>bold\nline.jpg"


def large(window, row=3):
    grid = window.results.grid
    grid.setFocus()
    grid.setCurrentIndex(grid.photos.index(row, 0))
    window.large_view.quick_look()
    assert window.large.isVisible()
    return window.large


def test_the_box_names_the_folder_that_would_be_removed(window):
    window.tree_menu.show_menu(QPoint(0, 0), window.tree.model().index_of(InFolder("/photos")))
    menu = window.findChild(object, "treeMenu")
    next(a for a in menu.actions() if a.text() == "Remove from library…").trigger()
    menu.close()
    box = window.findChild(QMessageBox, "removeFolderBox")
    assert box.text() == "Remove “photos” from this library?"
    assert box.textFormat() == Qt.TextFormat.PlainText
    box.reject()


def test_ctrl_comma_is_one_shortcut(window):
    assert [k.toString() for k in window.actions_["settings"].shortcuts()] == ["Ctrl+,"]
    assert [k.toString() for k in window.actions_["find"].shortcuts()] == ["Ctrl+F", "Ctrl+K"]


def test_typing_in_quick_look_leaves_it(qtbot, window, photo):
    qtbot.keyClick(large(window), Qt.Key.Key_C)
    assert not window.large.isVisible() and window.bar.text == "c"
    large(window)
    drop(window, [photo])
    assert not window.large.isVisible() and window.bar.images == (str(photo),)
    large(window)
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert not window.large.isVisible()


def test_home_and_end_in_quick_look(qtbot, window):
    qtbot.keyClick(large(window), Qt.Key.Key_End)
    assert window.results.grid.currentIndex().row() == 299
    qtbot.keyClick(window.large, Qt.Key.Key_Home)
    assert window.results.grid.currentIndex().row() == 0


def test_the_shortcuts_page_is_one(window):
    window.dialogs.show_shortcuts()
    window.dialogs.show_shortcuts()
    assert len(window.findChildren(ShortcutsDialog)) == 1


def test_a_library_is_remembered_once_it_is_open(qtbot, window, engine, saved):
    engine.hold = True
    window.library.switch_library("/other")
    assert not saved
    engine.broadcast(engine.state())
    assert not saved
    engine.broadcast(replace(engine.state(), path="/other"))
    assert saved[-1].library == "/other"
    window.library.open_default()
    engine.broadcast(replace(engine.state(), path=window.library._to_remember[0]))
    assert saved[-1].library == ""


def test_what_is_no_photo_is_refused_by_name(qtbot, window, engine, tmp_path):
    note = tmp_path / "note.txt"
    note.write_text("words")
    drop(window, [note])
    assert window.results.notice.sentence == "note.txt is not a photo DinoDesk can read."
    drop(window, [tmp_path / "gone.jpg"])
    assert window.results.notice.sentence == "gone.jpg is not there."
    drop(window, [note, note.with_name("x.txt"), tmp_path])
    assert engine.values_of(AddPhotos) == [((str(tmp_path),),)]
    assert window.bar.images == () and not engine.values_of(Search)


def test_a_photo_is_known_by_its_first_bytes(photo):
    bare = photo.with_name("no-ending")
    bare.write_bytes(photo.read_bytes())
    assert drop_content.is_photo(str(bare)) and not drop_content.is_photo(str(photo.parent))


def test_a_video_is_added_never_searched_by(qtbot, window, engine, tmp_path):
    film = tmp_path / "film.MP4"
    film.write_bytes(b"no film")
    drop(window, [film])
    assert engine.values_of(AddPhotos) == [((str(film),),)] and window.bar.images == ()


def test_the_window_takes_every_ending_that_the_library_reads():
    taken = drop_content.PHOTO_ENDINGS | drop_content.VIDEO_ENDINGS
    assert taken == file_types.ENDINGS | file_types.VIDEO_ENDINGS | {".jxl"}


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


def test_names_are_never_markup(qtbot, window, engine):
    odd = Photo(9999, "/photos/" + ODD, "feed", "missing", 2e9, 100, 50)
    window.inspector.show_photo(odd)
    title = window.inspector._title
    assert title.textFormat() == Qt.TextFormat.PlainText
    assert title.whole == "<b>bold↵line.jpg"
    assert tooltip("<b>x\ny") == "<qt>&lt;b&gt;x<br>y</qt>" and tooltip("a & b") == "a & b"
    assert one_line("a\nb\r\nc") == "a↵b↵c"
    engine.photos.append(odd)
    engine.generation = 2
    with qtbot.waitSignal(window.search.answered):
        engine.broadcast(CatalogReset(generation=2, photos=tuple(engine.photos)))
    index = window.results.grid.photos.index(300, 0)
    tip = index.data(Qt.ItemDataRole.ToolTipRole)
    assert tip.startswith("<qt>") and "not found where it was" in tip
    assert "\n" not in index.data()
    folder = Folder("/x/<i>y</i>", "<i>y</i>", "", 1, 7, "offline")
    engine.broadcast(replace(engine.state(), folders=(folder,)))
    node = window.tree.model().index_of(InFolder(folder.path))
    assert "&lt;i&gt;" in node.data(Qt.ItemDataRole.ToolTipRole)


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
        line=INFO.line,
        text="a red bus",
    )
    engine.answers[Search] = lambda _: [nothing]
    with qtbot.waitSignal(window.search.answered):
        window.search.ask()
    assert not window.results.card.isVisible()


def test_a_query_by_photo_starts_its_line_from_the_answer(qtbot, window, engine):
    scores = np.array([1.0, 0.6, 0.5, 0.4, 0.2], np.float32)
    assert photo_line(INFO.line, scores, 1).threshold == pytest.approx(0.525)
    assert photo_line(INFO.line, np.array([0.1, 0.0, 0.0]), 0) == INFO.line
    assert photo_line(INFO.line, scores[:1], 1) == INFO.line
    with qtbot.waitSignal(window.search.answered):
        window.bar.set_images(("/x.jpg",))
    card = window.results.card
    own = card.line
    assert own.threshold > INFO.line.threshold and not card._reset.isVisible()
    card.threshold.setValue(card.threshold.minimum())
    card.threshold.setValue(card.threshold.maximum())
    assert "short caption" not in window.results.unsure.text()
    moved = card.line
    search(qtbot, window, "words")
    assert card.line == moved
    card.reset()
    assert card.line == INFO.line


def test_the_colour_bar_runs_straight_between_values(window):
    values = np.array([[0.0, 1.0]], np.float32)
    colours = np.array([[[0, 0, 0], [255, 100, 50]]], np.uint8)
    bar = window.inspector.panel.bar
    bar.show_map(PatchMap("norm", values, colours, 0.0, 1.0))
    assert bar._stops[16] == (0.5, (128, 50, 25))


def test_reasons_get_the_larger_part(qtbot, window):
    window.skipped.show_skipped()
    dialog = window.skipped.dialog
    dialog.files.show((Skipped("/x/" + ODD, "it is no photo"),))
    table = dialog.findChild(QAbstractItemView, "skippedTable")
    assert table.columnWidth(1) > 1.4 * table.columnWidth(0)
    assert "↵" in dialog.files.index(0, 0).data()


def test_only_the_newest_picture_is_asked_by(qtbot, window):
    pasting = window.drops._images
    image = QImage(30, 20, QImage.Format.Format_RGB32)
    image.fill(0)
    with qtbot.waitSignal(pasting.saved):
        pasting.paste(image)
        pasting.paste(image)
    assert len(pasting._files) == 1
    pasting.close()
    assert not pasting._files


def test_at_its_least_size_nothing_is_clipped(qtbot, window):
    search(qtbot, window)
    window.resize(window.minimumSizeHint())
    for widget in (
        window.inspector.panel.modes,
        window.results.card._threshold_value,
        window.results.card._temperature_value,
        window.results.card._reset,
    ):
        assert widget.width() >= widget.minimumSizeHint().width(), widget.objectName()
    modes, page = window.inspector.panel.modes, window.inspector.widget(0)
    assert modes.width() >= modes.sizeHint().width()
    assert page.widget().width() <= page.viewport().width()
    card = window.results.card
    right = card._threshold_value.mapTo(card, card._threshold_value.rect().topRight()).x()
    assert right < card.width() - 8 and card.width() <= window.results.width() - 32
    window.results.header.show_text("3 photos match", " · " + "15,823 searched in 8 ms " * 9)
    assert "…" in window.results.header.text() and "15,823" in window.results.header.toolTip()


def test_the_inspector_is_named(window):
    assert window.inspector.tabBar().objectName() and window.inspector.tabBar().accessibleName()
    for i in range(4):
        area = window.inspector.widget(i)
        assert area.accessibleName() and area.focusPolicy() == Qt.FocusPolicy.NoFocus
