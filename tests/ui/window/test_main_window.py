"""The window's habits: typing, dropping, pasting, keys, states, errors."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from fake_engine import INFO, FakeEngine, job_done, job_progress
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QAction, QDragEnterEvent, QDragLeaveEvent, QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QMessageBox, QPushButton
from window_steps import drop, search

from dinodesk.engine.messages import (
    AddPhotos,
    Browse,
    CatalogReset,
    ControlJob,
    ImportModel,
    LoadModel,
    ModelState,
    OpenLibrary,
    PhotosChanged,
    PlanTrash,
    Problem,
    Ranking,
    RemoveFolder,
    RemovePhotos,
    Rescan,
    RetrySkipped,
    Search,
    TagsChanged,
)
from dinodesk.records import EVERYTHING, ConfidenceCurve, FittedLine, Folder, InFolder, Photo, TagChange
from dinodesk.ui.library.library_tree_model import COUNT
from dinodesk.ui.shell.shortcuts_dialog import ShortcutsDialog
from dinodesk.ui.text.plain_text import one_line, tooltip

ODD = "<b>bold\nline.jpg"
NAMES = (
    "searchField resultsView thresholdSlider temperatureSlider scoreHistogram inspector previewView "
    "overlayMode overlayOpacity layerSlider indexProgress pauseButton stopButton libraryTree modelChip "
    "statusMessage autoSwitch stopBox cutSlider sceneSlider"
).split()


def test_every_named_control_exists_and_has_an_accessible_name(window):
    for name in NAMES:
        widget = window.findChild(object, name)
        assert widget is not None, name
        assert widget.accessibleName() or name in ("statusMessage", "pauseButton"), name
    for button in window.findChildren(QPushButton):
        assert button.objectName() and (button.text() or button.accessibleName())


def test_typing_pauses_then_ranks_once(qtbot, window, engine):
    search(qtbot, window)
    assert [c[0] for c in engine.values_of(Search)] == ["a red bus"]
    assert window.results.card.isVisible()
    assert "good matches" in window.results.header.text()
    assert window.results.grid.photos.rowCount() == 300
    scores = window.results.grid.photos.scores
    assert np.all(np.diff(scores) <= 0)
    with qtbot.waitSignal(window.search.answered):
        window.bar.clear()
    assert not window.results.card.isVisible()


def test_typing_anywhere_goes_to_the_search_field(qtbot, window):
    for widget in (window.results.grid, window.tree, window.results.card.threshold):
        window.bar.field.clear()
        widget.setFocus()
        qtbot.keyClick(widget, Qt.Key.Key_B)
        assert window.bar.field.text() == "b"


def test_a_stale_answer_is_dropped(qtbot, window, engine):
    search(qtbot, window)
    shown = window.results.grid.photos.scores
    scores = np.ones(3, np.float32)
    old = Ranking(
        generation=1,
        positions=np.arange(3),
        scores=scores,
        fitted=FittedLine(curve=ConfidenceCurve(0, 1)),
        text="old",
    )
    engine.deliver(engine.sent_of(Browse)[0], old)
    engine.hold = True
    window.search.ask()
    engine.reply(Search, replace(old, generation=99, text="a red bus"))
    assert window.results.grid.photos.scores is shown


def test_dropping_a_folder_adds_it(window, engine, tmp_path):
    drop(window, [tmp_path])
    assert engine.values_of(AddPhotos) == [((str(tmp_path),),)]


def test_dropping_one_photo_searches_by_it_and_shift_adds_it(qtbot, window, engine, photo):
    with qtbot.waitSignal(window.search.answered, check_params_cb=lambda a, _: bool(a.images)):
        drop(window, [photo])
    assert engine.values_of(Search)[-1][1] == (str(photo),)
    assert window.bar._token.isVisible()
    qtbot.keyClick(window.bar.field, Qt.Key.Key_Backspace)
    assert not window.bar._token.isVisible()
    drop(window, [photo], Qt.KeyboardModifier.ShiftModifier)
    drop(window, [photo, photo.with_name("b.jpg")])
    assert len(engine.values_of(AddPhotos)) == 2


def test_dropping_model_files_imports_them(qtbot, window, engine, tmp_path):
    file = tmp_path / "backbone.pth"
    file.write_bytes(b"x")
    drop(window, [file])
    assert engine.values_of(ImportModel) == [((str(file),),)]
    engine.reply(ImportModel, Problem(sentence="That is no model.", remedy="Try others."))
    assert window.models.dialog.sentence.text() == "That is no model. Try others."


def test_pasting_a_picture_searches_by_it(qtbot, window, engine):
    image = QImage(40, 30, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.red)
    QGuiApplication.clipboard().setImage(image)
    with qtbot.waitSignal(window.search.answered, check_params_cb=lambda a, _: bool(a.images)):
        qtbot.keyClick(window.bar.field, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    pasted = Path(engine.values_of(Search)[-1][1][0])
    assert pasted.suffix == ".png" and pasted.is_file()
    qtbot.keyClick(window.bar.field, Qt.Key.Key_Escape)
    assert window.bar.images == () and not pasted.exists()


def test_copying_what_is_away_says_so(window):
    window.results.grid.photos.away = {"/photos/a": "away: plug in “Archive 7”"}
    window.results.grid.selectAll()
    window.actions_["copy"].trigger()
    number = len(QGuiApplication.clipboard().mimeData().urls())
    assert 0 < number < 300
    assert window.strip.message.whole == (
        f"{number} copied; {300 - number} photos are away: plug in “Archive 7”"
    )


def test_copy_puts_files_and_paths_on_the_clipboard(window):
    grid = window.results.grid
    grid.selectAll()
    window.actions_["copy"].trigger()
    mime = QGuiApplication.clipboard().mimeData()
    assert len(mime.urls()) == 300 and mime.text().splitlines()[0] == grid.photos.photo(0).path
    window.actions_["copyPath"].trigger()
    assert len(QGuiApplication.clipboard().text().splitlines()) == 300


def test_first_run_offers_a_way_in(qtbot, open_window, thumbnails):
    window = open_window(engine=FakeEngine(0, thumbnails))
    qtbot.waitUntil(lambda: window.results.stack.currentWidget() is window.results.first_run)
    assert "built-in (small)" in window.results.first_run.model.text()
    window.findChild(QPushButton, "samplesButton").click()
    engine = window.engine
    assert "samples-library" in engine.values_of(OpenLibrary)[-1][0]
    assert engine.values_of(AddPhotos)[-1][0][0].endswith("samples")


def test_search_before_the_model_is_ready_says_so(qtbot, open_window):
    window = open_window(ready=False)
    window.engine.broadcast(ModelState(state="loading", name="builtin"))
    assert window.strip.chip.property("state") == "loading" and "loading" in window.strip.chip.text()
    window.engine.hold = True
    qtbot.keyClicks(window.bar.field, "cat")
    qtbot.waitUntil(lambda: len(window.engine.values_of(Search)) == 1)
    assert "as soon as the model" in window.results.header.text()
    window.engine.broadcast(ModelState(state="ready", name="builtin", info=INFO))
    window.engine.release()
    assert window.results.card.isVisible() and "as soon as" not in window.results.header.text()


def test_model_error_is_told_with_a_button_that_helps(qtbot, window, engine):
    engine.broadcast(ModelState(state="loading", name="x.pth"))
    engine.broadcast(
        ModelState(state="error", name="x.pth", info=None, sentence="The text encoder is missing.")
    )
    assert window.strip.chip.property("state") == "ready" and "small" in window.strip.chip.text()
    assert "text encoder is missing" in window.results.notice.sentence
    assert window.results.notice.sentence.endswith("The model built-in (small) stays in use.")
    assert window.state.model.info is INFO
    window.findChild(QPushButton, "noticeButton").click()
    qtbot.waitUntil(lambda: len(window.models.dialog._entries) == 3)
    page = window.models.dialog
    assert "in use" in [label.text() for label in page.findChildren(QLabel)]
    page.chosen.emit("other")
    assert engine.sent_of(LoadModel)[-1].name == "other"


def test_a_start_model_that_fails_gives_way_to_the_built_in_one(qtbot, open_window):
    window = open_window(ready=False)
    window.engine.hold = True
    qtbot.keyClicks(window.bar.field, "cat")
    window.engine.broadcast(ModelState(state="error", name="bad.pth", sentence="It is no model."))
    assert window.strip.chip.property("state") == "error"
    assert "can't be answered" in window.results.header.text()
    assert [load.name for load in window.engine.sent_of(LoadModel)] == ["builtin"]
    assert "bad.pth can't be used" in window.results.notice.sentence
    assert "built-in model instead" in window.results.notice.sentence
    window.engine.release()
    assert window.strip.chip.property("state") == "ready"
    assert "built-in model instead" in window.results.notice.sentence


def test_no_model_at_all_is_told_where_a_sentence_is_typed(qtbot, open_window):
    window = open_window(ready=False)
    window.engine.broadcast(ModelState(state="error", name="builtin", sentence="Its file is damaged."))
    window.results.notice.hide()
    window.engine.hold = True
    qtbot.keyClicks(window.bar.field, "cat")
    assert "can't be answered" in window.results.header.text()
    assert "Its file is damaged." in window.results.notice.sentence
    assert window.findChild(QPushButton, "noticeButton").text() == "Models…"
    assert window.engine.sent_of(LoadModel) == []


def test_choosing_a_model_is_remembered_once_it_works(qtbot, window, engine, saved):
    engine.hold = True
    window.models.use_model("other")
    engine.reply(LoadModel, ModelState(state="error", name="other", sentence="No."))
    assert {each.model for each in saved} <= {"builtin"}
    window.models.use_model("other")
    engine.release()
    assert saved[-1].model == "other"
    window.actions_.choices["theme"].actions["light"].trigger()
    assert saved[-1].theme == "light" and not window.theme.roles.dark
    assert window.actions_.choices["sidecar_names"].actions["name"].isChecked()
    window.actions_.choices["sidecar_names"].actions["stem"].trigger()
    assert saved[-1].sidecar_names == "stem" and saved[-1].theme == "light"


def test_library_problem_offers_another_library(window, engine):
    window.library.switch_library("/locked")
    problem = Problem(sentence="Another window has this library open.", remedy="Close it first.")
    engine.reply(OpenLibrary, problem)
    assert "Another window" in window.results.notice.sentence
    assert window.findChild(QPushButton, "noticeButton").text() == "Open another library…"


def test_a_library_that_could_not_be_opened_can_be_tried_again(qtbot, open_window, thumbnails):
    engine = FakeEngine(0, thumbnails)
    engine.hold = True
    window = open_window(ready=False, engine=engine)
    assert not any(window.actions_[name].isEnabled() for name in ("verify", "backUp", "moveLibrary"))
    window.library.open("/full", make=False)
    engine.reply(OpenLibrary, Problem(sentence="The disk is full.", remedy="Make room."))
    empty = window.results.empty
    assert window.results.stack.currentWidget() is empty and empty.button.isVisible()
    assert "could not be opened" in empty._sentence.text()
    assert window.results.notice.sentence == "The disk is full. Make room."
    empty.button.click()
    assert engine.values_of(OpenLibrary)[-1] == ("/full", False)
    assert not empty.button.isVisible() and window.results.notice.sentence == ""
    engine.release()
    assert all(window.actions_[name].isEnabled() for name in ("verify", "backUp", "moveLibrary"))
    assert window.results.stack.currentWidget() is window.results.first_run


def test_a_job_shows_progress_and_ends_quietly(qtbot, window, engine):
    progress = window.findChild(object, "indexProgress")
    assert not progress.isVisible()
    engine.broadcast(job_progress("scanning", title="Holiday"))
    assert progress.isVisible() and progress.maximum() == 0
    engine.broadcast(job_progress("indexing", 1204, 3310, rate=14.2, seconds_left=148.0, skipped=3))
    assert window.strip.job.text() == "Indexing Holiday 24"
    assert window.strip.figures.text() == "1,204 of 3,310 · 14/s · 2 min left"
    window.findChild(object, "pauseButton").click()
    engine.broadcast(job_progress("paused", 1204, 3310, skipped=3))
    window.findChild(object, "pauseButton").click()
    window.findChild(object, "stopButton").click()
    assert engine.values_of(ControlJob) == [("pause",), ("resume",), ("stop",)]
    engine.broadcast(job_done(found=10, indexed=7, unchanged=1, moved=1, skipped=1, seconds=2.0))
    assert not progress.isVisible()
    assert window.strip.message.whole == (
        "7 photos indexed (300 in the library now) · 1 photo recognised, not indexed again"
    )  # nobody waited for a report


def test_photos_grow_while_browsing_and_the_selection_stays(qtbot, window, engine):
    grid = window.results.grid
    grid.setCurrentIndex(grid.photos.index(5, 0))
    engine.grow(40)
    assert grid.photos.rowCount() == 340 and grid.currentIndex().row() == 5
    with qtbot.waitSignal(window.search.answered):
        engine.broadcast(job_done(found=340, indexed=40, unchanged=300, seconds=1.0))
    assert grid.photos.rowCount() == 340 and grid.currentIndex().row() == 5
    assert len(grid.selected_photos()) == 1


def test_a_query_is_asked_again_once_when_the_catalog_grows(qtbot, window, engine):
    search(qtbot, window)
    with qtbot.waitSignal(window.search.answered, timeout=3000) as again:
        for _ in range(5):
            engine.grow(10)
    assert len(engine.values_of(Search)) == 2 and again.args[1] is False
    assert window.results.grid.photos.rowCount() == 350


def test_choosing_a_folder_shows_it_alone(qtbot, window, engine):
    with qtbot.waitSignal(window.search.answered):
        window.tree.choose(InFolder("/photos/b"))
    assert engine.sent_of(Browse)[-1].scope == InFolder("/photos/b")
    assert window.results.grid.photos.rowCount() == 100
    assert all("/b/" in window.results.grid.photos.photo(r).path for r in range(100))


def test_removing_a_folder_asks_first(qtbot, window, engine):
    window.tree_menu.ask_remove(1, "photos")
    box = window.findChild(QMessageBox, "removeFolderBox")
    assert not engine.values_of(RemoveFolder)
    box.buttons()[0].click() if box.buttons()[0].text() == "Remove" else box.buttons()[1].click()
    assert engine.values_of(RemoveFolder) == [(1,)]


def test_skipped_files_open_a_list_with_retry(qtbot, window, engine, qtmodeltester):
    engine.skipped = 3
    engine.broadcast(engine.state())
    button = window.findChild(QPushButton, "skippedButton")
    assert button.text() == "3 files skipped" and button.isVisible()
    button.click()
    files = window.skipped.dialog.files
    qtbot.waitUntil(lambda: files.rowCount() == 1)
    qtmodeltester.check(files)
    window.findChild(QPushButton, "retryButton").click()
    assert engine.values_of(RetrySkipped) == [()]


def test_space_looks_and_arrows_go_on(qtbot, window, engine):
    grid = window.results.grid
    grid.setFocus()
    grid.setCurrentIndex(grid.photos.index(0, 0))
    qtbot.keyClick(grid, Qt.Key.Key_Space)
    assert window.large.isVisible() and window.large.width() == window.centre.width()
    qtbot.keyClick(window.large, Qt.Key.Key_Right)
    assert grid.currentIndex().row() == 1
    qtbot.keyClick(window.large, Qt.Key.Key_Escape)
    assert not window.large.isVisible()
    qtbot.keyClick(grid, Qt.Key.Key_Return)
    assert window.large.isVisible() and window.large.width() < window.centre.width()
    window.resize(1100, 700)
    qtbot.waitUntil(lambda: not window.large.view.empty)
    qtbot.keyClick(window.large, Qt.Key.Key_Space)
    assert not window.large.isVisible()


def test_find_similar_asks_by_the_current_photo(qtbot, window, engine):
    grid = window.results.grid
    grid.setCurrentIndex(grid.photos.index(3, 0))
    with qtbot.waitSignal(window.search.answered, check_params_cb=lambda a, _: bool(a.images)):
        window.actions_["similar"].trigger()
    assert engine.values_of(Search)[-1] == ("", ("/photos/b/photo-000003.jpg",), 0.5, EVERYTHING, 0.5, "none")


@pytest.mark.parametrize("action", ["shortcuts", "about", "models", "skipped"])
def test_pages_open_without_blocking(window, action):
    window.actions_[action].trigger()
    shown = [d for d in window.findChildren(QDialog) if d.isVisible()]
    assert len(shown) == 1
    shown[0].close()


@pytest.mark.parametrize(
    "opener", ["action_addFolder", "action_addPhotos", "photoQueryButton", "action_openLibrary"]
)
def test_file_dialogs_do_not_block(window, opener):
    control = window.findChild(object, opener)
    control.trigger() if isinstance(control, QAction) else control.click()
    shown = [d for d in window.findChildren(QDialog) if d.isVisible()]
    assert len(shown) == 1
    shown[0].close()


def test_menus_and_rescan(qtbot, window, engine):
    window.bar.menu_button.click()
    assert window.menus.main.isVisible()
    window.menus.main.close()
    window.bar.look_button.click()
    window.menus.settings.close()
    window.actions_["rescan"].trigger()
    assert len(engine.sent_of(Rescan)) == 1
    window.tree_menu.show_menu(QPoint(0, 0), window.tree.model().index_of(InFolder("/photos")))
    menu = window.findChild(object, "treeMenu")
    assert "Remove from library…" in [a.text() for a in menu.actions()]
    menu.close()


def test_an_offline_photo_is_told(window, engine):
    away = Photo(
        asset=9999, path="/away/x.jpg", content="feed", state="offline", taken=0.0, width=10, height=10
    )
    window.inspector.show_photo(away)
    assert ("State", "not found where it was") in window.inspector.about.facts()
    assert ("Size", "10 × 10 pixels") in window.inspector.about.facts()


def test_a_drag_says_what_a_drop_would_do(window, tmp_path):
    mime = QMimeData()
    at, copy, left = window.rect().center(), Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton

    def over(files, modifiers=Qt.KeyboardModifier.NoModifier):
        mime.setUrls([QUrl.fromLocalFile(f) for f in files])
        QApplication.sendEvent(window, QDragEnterEvent(at, copy, mime, left, modifiers))
        return window.drop_overlay.sentence

    assert over([str(tmp_path)]) == "Add to the library"
    assert over(["/x/a.jpg"]).startswith("Search by this photo")
    assert over(["/x/a.jpg"], Qt.KeyboardModifier.ShiftModifier) == "Add to the library"
    assert over(["/x/a.jpg", "/x/b.jpg"]) == "Add 2 things to the library"
    assert over(["/x/a.pth"]) == "Add as model files"
    folder = tmp_path / "2024.05"
    folder.mkdir()
    assert over([str(folder)]) == "Add to the library"
    (tmp_path / "note.txt").write_text("x")
    assert over([str(tmp_path / "note.txt")]) == "note.txt is not a photo DinoDesk can read."
    QApplication.sendEvent(window, QDragLeaveEvent())
    assert window.drop_overlay.sentence == ""


def test_another_library_starts_afresh(qtbot, window, engine):
    search(qtbot, window)
    grid = window.results.grid
    grid.setCurrentIndex(grid.photos.index(2, 0))
    engine.generation, engine.photos = 7, engine.photos[:50]
    state = engine.state()
    with qtbot.waitSignal(window.search.answered, check_params_cb=lambda a, _: a.generation == 7):
        engine.broadcast(CatalogReset(generation=7, photos=tuple(engine.photos)))
        engine.broadcast(replace(state, path="/other"))
    assert window.windowTitle() == "other · DinoDesk"
    assert window.inspection.photo is None and not grid.currentIndex().isValid()
    qtbot.waitUntil(lambda: window.bar.text == "" and grid.photos.rowCount() == 50)


def test_a_model_notice_goes_when_a_model_is_ready(window, engine):
    engine.broadcast(ModelState(state="error", name="x.pth", info=None, sentence="It is no model."))
    assert window.results.notice.sentence
    engine.broadcast(ModelState(state="ready", name="builtin", info=INFO))
    assert window.results.notice.sentence == ""


def test_header_and_tree_agree_while_photos_come_in(window, engine):
    engine.grow(7)
    tree = window.tree.model()
    assert tree.all_photos.data(COUNT) == 307 == window.results.grid.photos.rowCount()


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
    engine.broadcast(engine.state())
    assert {each.library for each in saved} <= {""}
    engine.broadcast(replace(engine.state(), path="/other"))
    assert saved[-1].library == "/other"
    window.library.open_default()
    engine.broadcast(replace(engine.state(), path=window.library._to_remember[0]))
    assert saved[-1].library == ""


def test_files_that_are_no_photos_are_refused_by_name(qtbot, window, engine, tmp_path):
    note = tmp_path / "note.txt"
    note.write_text("words")
    drop(window, [note])
    assert window.results.notice.sentence == "note.txt is not a photo DinoDesk can read."
    drop(window, [tmp_path / "gone.jpg"])
    assert window.results.notice.sentence == "gone.jpg is not there."
    drop(window, [note, note.with_name("x.txt"), tmp_path])
    assert engine.values_of(AddPhotos) == [((str(tmp_path),),)]
    assert window.bar.images == () and not engine.values_of(Search)


def test_a_video_is_added_never_searched_by(qtbot, window, engine, tmp_path):
    film = tmp_path / "film.MP4"
    film.write_bytes(b"no film")
    drop(window, [film])
    assert engine.values_of(AddPhotos) == [((str(film),),)] and window.bar.images == ()


def test_names_are_never_markup(qtbot, window, engine):
    odd = Photo(
        asset=9999, path="/photos/" + ODD, content="feed", state="missing", taken=2e9, width=100, height=50
    )
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


def test_at_its_least_size_nothing_is_clipped(qtbot, window):
    search(qtbot, window)
    window.resize(window.minimumSizeHint())
    for widget in (
        window.inspector.panel.modes,
        *window.results.card._values,
        window.results.card.strip.switch,
        window.results.card.strip.stop_box,
    ):
        assert widget.width() >= widget.minimumSizeHint().width(), widget.objectName()
    modes, page = window.inspector.panel.modes, window.inspector.widget(0)
    assert modes.width() >= modes.sizeHint().width()
    assert page.widget().width() <= page.viewport().width()
    card = window.results.card
    value = card._values[0]
    right = value.mapTo(card, value.rect().topRight()).x()
    assert right < card.width() - 8 and card.width() <= window.results.width() - 32
    window.results.header.show_text("3 photos match", " · " + "15,823 searched in 8 ms " * 9)
    assert "…" in window.results.header.text() and "15,823" in window.results.header.toolTip()


def test_full_screen_and_back_keeps_a_maximised_window(qtbot, window) -> None:
    for state in (Qt.WindowState.WindowMaximized, Qt.WindowState.WindowNoState):
        window.setWindowState(state)
        for full in (True, False):
            window.actions_["fullScreen"].trigger()
            assert window.isFullScreen() == full == window.actions_["fullScreen"].isChecked()
        assert window.windowState() & ~Qt.WindowState.WindowActive == state


def test_escape_clears_the_query_from_the_grid_too(qtbot, window) -> None:
    window.bar.field.setText("a dog")
    qtbot.waitUntil(lambda: window.state.query.searching)
    window.results.grid.setFocus()
    qtbot.keyClick(window.results.grid, Qt.Key.Key_Escape)
    assert window.bar.text == "" and not window.state.query.searching


def test_the_menu_on_a_photo_offers_what_fits_it(qtbot, window, engine):
    grid = window.results.grid
    shown = lambda: {a.text() for a in window.menus.photo.actions() if a.isVisible()}  # noqa: E731
    where = grid.visualRect(grid.photos.index(0, 0)).center()
    grid.setCurrentIndex(grid.photos.index(0, 0))
    window.menus.show_photo(where)
    assert {"Open with", "Export…", "Remove from library", "Move to trash…"} < shown()
    assert not {"Find it…", "Forget…"} & shown()
    window.menus.photo.close()
    engine.photos[0] = replace(engine.photos[0], state="missing")
    engine.broadcast(PhotosChanged(generation=1, positions=(0,), photos=(engine.photos[0],)))
    window.menus.show_photo(where)
    assert {"Find it…", "Forget…"} < shown()
    window.menus.open_with.aboutToShow.emit()
    assert [action.text() for action in window.menus.open_with.actions()] == ["Choose a program…"]
    window.menus.photo.close()


def test_ctrl_comma_opens_the_settings_page(qtbot, window):
    qtbot.keyClick(window, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    dialog = window.findChild(QDialog, "settingsDialog")
    assert dialog is not None and dialog.isVisible()


def test_photos_that_are_taken_out_leave_the_cursor_where_it_was(qtbot, window, engine):
    grid = window.results.grid
    grid.setCurrentIndex(grid.photos.index(5, 0))
    window.actions_["removePhotos"].trigger()
    assert engine.values_of(RemovePhotos) == [((6,),)]
    engine.photos = [photo for photo in engine.photos if photo.asset != 6]
    engine.generation += 1
    engine.broadcast(engine.catalog())
    change = TagChange("removePhotos", 1)
    engine.broadcast(TagsChanged(change=change, direction="do", assets=(6,), undo=change))
    qtbot.waitUntil(lambda: grid.photos.rowCount() == len(engine.photos))
    assert grid.currentIndex().row() == 5 and "removed from the library" in window.strip.message.text()


def test_delete_in_the_search_field_deletes_a_letter_and_in_the_grid_asks_for_the_trash(
    qtbot, window, engine
):
    grid, field = window.results.grid, window.bar.field
    grid.setCurrentIndex(grid.photos.index(2, 0))
    field.setFocus()
    field.setText("red")
    field.setCursorPosition(0)
    qtbot.keyClick(field, Qt.Key.Key_Delete)
    assert field.text() == "ed" and not engine.sent_of(PlanTrash)
    grid.setFocus()
    qtbot.keyClick(grid, Qt.Key.Key_Delete)
    assert [photos for (photos,) in engine.values_of(PlanTrash)] == [((3, grid.current_photo().path),)]
