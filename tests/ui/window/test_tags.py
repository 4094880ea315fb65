"""Ratings, labels, albums and undo as a person meets them: keys, menus, dialog, tree, stars, chips."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fake_engine import FakeEngine, job_progress
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtWidgets import QInputDialog, QLabel, QMenu, QMessageBox, QPushButton, QToolButton
from window_steps import answered

from dinodesk.engine.messages import (
    AddTag,
    Browse,
    DeleteTag,
    Details,
    ExchangeSidecars,
    PlanSidecars,
    Ranking,
    RatePhotos,
    RemoveTag,
    RenameTag,
    ShowDetails,
    ShowPreview,
    SidecarsDone,
    TagsChanged,
    Undo,
)
from dinodesk.records import (
    EVERYTHING,
    LocationDetails,
    PhotoDetails,
    PhotoMetadata,
    Rated,
    Skipped,
    Tag,
    TagChange,
    Tagged,
)
from dinodesk.ui.library.library_tree_model import COUNT
from dinodesk.ui.widgets.files_dialog import FilesDialog


def choose(qtbot, window, *rows: int) -> None:
    grid = window.results.grid
    with answered(qtbot, window.engine, Details):
        grid.setCurrentIndex(grid.photos.index(rows[0], 0))
    flags = grid.selectionModel().SelectionFlag
    for row in rows[1:]:
        grid.selectionModel().select(grid.photos.index(row, 0), flags.Select)
    grid.setFocus()


def add_tag(engine, kind, assets, name):
    engine.send(AddTag(kind=kind, assets=assets, name=name))


def remove_tag(engine, kind, assets, name):
    engine.send(RemoveTag(kind=kind, assets=assets, name=name))


def show_details(qtbot, window, details: Details) -> None:
    window.engine.answers[ShowDetails] = lambda _: [details]
    with answered(qtbot, window.engine, Details):
        window.inspection._request_details()


def changed(qtbot, window, work) -> TagsChanged:
    with answered(qtbot, window.engine, TagsChanged) as got:
        work()
    return got.args[0]


@pytest.mark.parametrize("digit", [0, 1, 5])
def test_digits_in_the_grid_rate_the_selection_and_do_not_search(qtbot, window, engine, digit: int) -> None:
    choose(qtbot, window, 0, 2, 3)
    changed(qtbot, window, lambda: qtbot.keyClicks(window.results.grid, str(digit)))
    assert engine.values_of(RatePhotos) == [((1, 3, 4), digit)]
    assert window.bar.field.text() == ""


def test_digits_rate_the_current_photo_where_none_is_selected(qtbot, window, engine) -> None:
    choose(qtbot, window, 4)
    window.results.grid.clearSelection()
    changed(qtbot, window, lambda: qtbot.keyClicks(window.results.grid, "3"))
    assert engine.values_of(RatePhotos) == [((5,), 3)]


def test_digits_in_an_empty_grid_do_nothing(qtbot, open_window) -> None:
    window = open_window(0)
    qtbot.keyClicks(window.results.grid, "3")
    assert window.engine.values_of(RatePhotos) == [] and window.bar.field.text() == ""


def test_letters_and_other_digits_still_search(qtbot, window, engine) -> None:
    choose(qtbot, window, 0)
    qtbot.keyClicks(window.results.grid, "7")
    assert window.bar.field.text() == "7" and window.bar.field.hasFocus()
    qtbot.keyClicks(window.bar.field, " red l5")
    assert window.bar.field.text() == "7 red l5" and engine.values_of(RatePhotos) == []


def test_a_rating_shows_on_the_photo_and_on_the_stars(qtbot, window, engine) -> None:
    choose(qtbot, window, 1)
    grid = window.results.grid
    plain = grid.viewport().grab().toImage()
    shown = window.inspector.panel.view
    changed(qtbot, window, lambda: qtbot.keyClicks(grid, "4"))
    qtbot.waitUntil(lambda: window.inspector.info.stars.rating == 4)
    assert grid.photos.photo(1).rating == 4 and grid.viewport().grab().toImage() != plain
    assert "rated 4" in grid.photos.data(grid.photos.index(1, 0), Qt.ItemDataRole.AccessibleTextRole)
    assert window.strip.message.text() == "1 photo rated ★★★★"
    assert not shown.empty and len(engine.values_of(ShowPreview)) == 1  # the picture is not asked for again


def test_stars_are_clicked_and_clicked_away(qtbot, window, engine) -> None:
    choose(qtbot, window, 0, 1)
    window.inspector.setCurrentIndex(3)
    stars = window.inspector.info.stars
    third = QPoint(round(stars.width() * 0.5), stars.height() // 2)
    for expected in (3, 0):
        changed(qtbot, window, lambda: qtbot.mouseClick(stars, Qt.MouseButton.LeftButton, pos=third))
        qtbot.waitUntil(lambda expected=expected: stars.rating == expected)
    assert engine.values_of(RatePhotos) == [((1,), 3), ((1,), 0)]  # the photo of the inspector alone
    changed(qtbot, window, lambda: qtbot.keyClick(stars, Qt.Key.Key_Right))
    qtbot.waitUntil(lambda: stars.accessibleName() == "Rated 1 of 5 stars")


def test_rating_a_photo_that_is_shown_large(qtbot, window, engine) -> None:
    choose(qtbot, window, 0, 1)
    window.large_view.enlarge()
    changed(qtbot, window, lambda: qtbot.keyClicks(window.large, "2"))
    assert engine.values_of(RatePhotos) == [((1,), 2)] and window.large.isVisible()


def test_undo_says_what_it_undoes(qtbot, window, engine) -> None:
    undo, redo = window.actions_["undo"], window.actions_["redo"]
    assert not undo.isEnabled() and undo.text() == "Undo" and undo.shortcut().toString() == "Ctrl+Z"
    assert redo.shortcut().toString() == "Ctrl+Shift+Z"
    choose(qtbot, window, 0, 1, 2)
    changed(qtbot, window, lambda: qtbot.keyClicks(window.results.grid, "5"))
    assert undo.isEnabled() and undo.text() == "Undo rating of 3 photos"
    qtbot.keyClick(window.results.grid, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert engine.values_of(Undo) == [()]
    long = TagChange("add", 3, "label", "&x" * 90)
    engine.broadcast(TagsChanged(change=long, direction="undo", assets=(1, 2, 3), redo=long))
    assert not undo.isEnabled() and redo.isEnabled() and len(redo.text()) < 160 and "&&x" in redo.text()


def test_labels_are_typed_completed_and_taken_off(qtbot, window, engine) -> None:
    choose(qtbot, window, 0, 1)
    window.actions_["labels"].trigger()
    dialog = window.tags._dialog
    changed(
        qtbot,
        window,
        lambda: (dialog.field.setText(" Beach "), qtbot.keyClick(dialog.field, Qt.Key.Key_Return)),
    )
    assert engine.values_of(AddTag) == [("label", (1, 2), "Beach")]
    assert dialog.isVisible() and dialog.field.text() == ""
    qtbot.waitUntil(lambda: dialog.chips.words == ("Beach",))
    qtbot.waitUntil(lambda: window.inspector.info.labels.words == ("Beach",))
    qtbot.keyClick(dialog.field, Qt.Key.Key_Return)  # nothing typed, nothing added
    assert len(engine.values_of(AddTag)) == 1
    changed(qtbot, window, lambda: dialog.chips.removed.emit("Beach"))
    assert engine.values_of(RemoveTag) == [("label", (1, 2), "Beach")]
    dialog.reject()
    changed(qtbot, window, lambda: add_tag(engine, "label", (9,), "Beach"))
    window.actions_["labels"].trigger()
    completer = window.tags._dialog.field.completer()
    completer.setCompletionPrefix("eac")
    assert completer.currentCompletion() == "Beach"
    window.tags._dialog.reject()


def test_of_several_photos_all_labels_are_shown_with_how_many_have_them(qtbot, window, engine) -> None:
    changed(qtbot, window, lambda: add_tag(engine, "label", (1, 9), "Own"))
    choose(qtbot, window, 0)
    window.actions_["labels"].trigger()
    qtbot.waitUntil(lambda: window.tags._dialog.chips.words == ("Own",))
    assert window.tags._dialog.chips.some == {}
    window.tags._dialog.reject()
    choose(qtbot, window, 8, 1, 2)
    window.actions_["labels"].trigger()
    dialog = window.tags._dialog
    assert "go to all of them" in dialog.intro.text()
    qtbot.waitUntil(lambda: dialog.chips.words == ("Own",))
    assert dialog.chips.some == {"Own": "1 of 3"}
    changed(qtbot, window, lambda: dialog.added.emit("Beach"))
    qtbot.waitUntil(lambda: dialog.chips.words == ("Beach", "Own"))
    assert dialog.chips.some == {"Own": "1 of 3"}
    complete = dialog.findChild(QToolButton, "chipComplete")
    changed(qtbot, window, lambda: qtbot.mouseClick(complete, Qt.MouseButton.LeftButton))
    qtbot.waitUntil(lambda: dialog.chips.some == {})
    assert engine.values_of(AddTag)[-1] == ("label", (2, 3, 9), "Own")
    changed(qtbot, window, lambda: dialog.removed.emit("Beach"))
    qtbot.waitUntil(lambda: dialog.chips.words == ("Own",))
    dialog.reject()


def test_an_album_closes_the_dialog_and_can_be_left(qtbot, window, engine) -> None:
    choose(qtbot, window, 0)
    window.actions_["album"].trigger()
    dialog = next(each for each in window.findChildren(object, "albumDialog"))
    dialog.field.setText("Best of")
    changed(
        qtbot,
        window,
        lambda: qtbot.mouseClick(dialog.findChild(object, "albumAddButton"), Qt.MouseButton.LeftButton),
    )
    assert engine.values_of(AddTag) == [("album", (1,), "Best of")]
    qtbot.waitUntil(lambda: window.findChildren(object, "albumDialog") == [])
    window.menus.photo.aboutToShow.emit()
    assert not window.actions_["leaveAlbum"].isVisible()
    with answered(qtbot, engine, Ranking):
        window.tree.choose(engine.tags[0].scope)
    choose(qtbot, window, 0)
    window.menus.photo.aboutToShow.emit()
    assert window.actions_["leaveAlbum"].isVisible()
    changed(qtbot, window, window.actions_["leaveAlbum"].trigger)
    assert engine.values_of(RemoveTag) == [("album", (1,), "Best of")]


def names(window) -> list[str]:
    model = window.tree.model()
    rows = (model.index(row, 0) for row in range(model.rowCount()))
    return [str(index.data()) for index in rows if not window.tree.isRowHidden(index.row(), index.parent())]


def test_labels_and_albums_stand_in_the_tree_and_show_their_photos(qtbot, window, engine) -> None:
    assert names(window) == [
        "Library",
        "All photos",
        "This computer",
        "photos",
        "Archive 7 · away",
        "Archive 7",
    ]
    changed(qtbot, window, lambda: add_tag(engine, "label", (2, 5, 9), "Beach"))
    changed(qtbot, window, lambda: add_tag(engine, "album", (2, 5), "Best"))
    changed(qtbot, window, lambda: add_tag(engine, "label", (2,), "<b>bold</b>"))
    assert names(window)[6:] == ["Labels", "Beach", "<b>bold</b>", "Albums", "Best"]
    changed(qtbot, window, lambda: add_tag(engine, "label", (10,), "Beach"))
    assert names(window)[6:] == ["Labels", "<b>bold</b>", "Beach", "Albums", "Best"]
    with answered(qtbot, engine, Ranking):
        window.tree.choose(engine.tags[-1].scope)
    assert (
        engine.sent_of(Browse)[-1].scope == engine.tags[-1].scope
        and window.tree.currentIndex().data(COUNT) == 4
    )
    assert window.results.grid.photos.rowCount() == 4
    choose(qtbot, window, 0)
    with answered(qtbot, engine, Ranking):  # the shown label follows what is taken off it
        remove_tag(engine, "label", (2,), "Beach")
    qtbot.waitUntil(lambda: window.results.grid.photos.rowCount() == 3)
    with answered(qtbot, engine, Ranking):  # and when it is gone, all photos are shown
        remove_tag(engine, "label", (5, 9, 10), "Beach")
    assert window.tree.scope == window.state.query.scope == EVERYTHING


def test_the_header_names_the_label_that_is_searched(qtbot, window, engine) -> None:
    changed(qtbot, window, lambda: add_tag(engine, "label", (2, 5, 9), "Beach"))
    with answered(qtbot, engine, Ranking):
        window.tree.choose(engine.tags[0].scope)
    with answered(qtbot, engine, Ranking):
        window.bar.field.setText("a dog")
    assert " in Beach" in window.results.header.accessibleName()


HOSTILE = "<img src='file:///etc/passwd'><b>bold</b> & \u202e" + "x" * 3000


def test_nothing_from_a_photo_is_read_as_markup(qtbot, window, engine) -> None:
    choose(qtbot, window, 0)
    info = PhotoDetails(
        title=HOSTILE,
        description=HOSTILE,
        metadata=PhotoMetadata(camera_model=HOSTILE, lens=HOSTILE, keywords=(HOSTILE, "sea")),
        rating=-1,
        rated_by="sidecar",
        labels=(HOSTILE,),
        albums=(HOSTILE,),
    )
    show_details(qtbot, window, Details(asset=1, info=info))
    window.inspector.setCurrentIndex(3)
    labels = [each for each in window.inspector.info.findChildren(QLabel) if "bold" in each.text()]
    assert len(labels) >= 4
    for label in labels:
        assert label.textFormat() == Qt.TextFormat.PlainText
        assert not label.toolTip() or label.toolTip().startswith("<qt>&lt;img")
    page = window.inspector.info
    assert page._rated_by.text() == "Rejected, says its sidecar" and page.stars.rating == 0
    assert page.minimumSizeHint().width() < 400  # no word is long enough to push the page wider


def copied(window, shown: str, whole: str) -> str:
    """What "Copy" of a label's context menu puts on the clipboard."""
    label = next(
        each for each in window.inspector.info.findChildren(QLabel) if each.accessibleName() == whole
    )
    assert label.text() != whole, shown
    label.contextMenuEvent(QContextMenuEvent(QContextMenuEvent.Reason.Mouse, QPoint(1, 1), QPoint(1, 1)))
    menu = label.findChild(QMenu, "copyMenu")
    menu.actions()[0].trigger()
    menu.close()
    return QGuiApplication.clipboard().text()


def test_facts_are_copied_whole(qtbot, window, engine) -> None:
    choose(qtbot, window, 0)
    path, story = "/a/very/long/folder" * 20, "word\n" + "x" * 300
    location = LocationDetails(path=f"{path}/a.jpg", state="online")
    info = PhotoDetails(description=story, locations=(location,))
    show_details(qtbot, window, Details(asset=1, info=info))
    window.inspector.setCurrentIndex(3)
    assert copied(window, "elided", path) == path
    assert copied(window, "broken into lines", story) == story


def test_groups_that_are_empty_are_not_shown(qtbot, window, engine) -> None:
    choose(qtbot, window, 0)
    page = window.inspector.info
    known = PhotoDetails(metadata=PhotoMetadata(lens="50 mm"), models=("small",), albums=("Best",))
    show_details(qtbot, window, Details(asset=1, info=known))
    assert (
        page.facts() == [("Lens", "50 mm"), ("Model", "small"), ("In", "Best")]
        and page.keywords.isHidden()
        and page.labels.isHidden()
    )
    show_details(qtbot, window, Details(asset=1, info=None))
    assert page.facts() == [] and page.isHidden()


def test_sidecars_of_the_selection_or_of_all(qtbot, window, engine) -> None:
    choose(qtbot, window, 0)
    window.actions_["exportSidecars"].trigger()
    choose(qtbot, window, 1, 2)
    window.actions_["importSidecars"].trigger()
    assert engine.values_of(PlanSidecars) == [((), "name")]
    assert engine.values_of(ExchangeSidecars) == [("import", (2, 3), "name")]
    skipped = tuple(Skipped(f"/photos/<b>{n}</b>.jpg", "no permission") for n in range(5))
    engine.broadcast(job_progress("export", 1, 9, title="sidecars"))
    assert window.state.job is not None
    engine.broadcast(SidecarsDone(way="export", written=4, unchanged=2, skipped=skipped, stopped=True))
    assert not (window.state.job is not None) and window.strip.message.text().startswith(
        "Stopped: 4 sidecars written"
    )
    assert window.results.notice.sentence == "5 files were skipped: 5 “no permission”."
    assert window.results.notice._text.textFormat() == Qt.TextFormat.PlainText


def test_all_that_an_export_skipped_is_listed_with_its_reason(qtbot, window, engine) -> None:
    away = [Skipped(f"/big/<b>{n}</b>.jpg", "Its drive is away: plug in <i>Big</i>.") for n in range(1200)]
    gone = [Skipped(f"/photos/{n}.jpg", "It is missing.") for n in range(2)]
    others = [Skipped(f"/photos/x{n}.jpg", f"Reason {n}.") for n in range(2)]
    engine.broadcast(SidecarsDone(way="export", written=4, unchanged=2, skipped=(*gone, *away, *others)))
    notice = window.results.notice
    assert notice.sentence == (
        "1,204 files were skipped: 1,200 “Its drive is away: plug in <i>Big</i>”, 2 “It is missing”, "
        "1 “Reason 0”, 1 for other reasons."
    )
    assert notice._button.text() == "Show list…"
    notice._button.click()
    dialog = window.findChild(FilesDialog, "exchangedDialog")
    assert dialog.isVisible() and set(dialog.files.files) == {*away, *gone, *others}
    engine.broadcast(SidecarsDone(way="import", written=0, unchanged=1, skipped=(gone[0],)))
    assert notice.sentence == "1 file was skipped: 1 “It is missing”."
    notice._button.click()
    assert window.findChildren(FilesDialog, "exchangedDialog") == [dialog]
    assert dialog.files.files == (gone[0],)


def test_another_library_shows_all_its_photos(qtbot, window, engine: FakeEngine) -> None:
    changed(qtbot, window, lambda: add_tag(engine, "label", (2,), "Beach"))
    with answered(qtbot, engine, Ranking):
        window.tree.choose(engine.tags[0].scope)
    state = replace(engine.state(), path="/other", tags=(Tag("label", engine.tags[0].id, "Other", 3),))
    engine.broadcast(state)
    assert window.tree.scope == EVERYTHING and "Other" in names(window)


def test_a_label_is_renamed_and_taken_away_in_the_tree(qtbot, window, engine) -> None:
    changed(qtbot, window, lambda: add_tag(engine, "label", (1, 2), "Beach"))
    scope = engine.tags[0].scope
    with answered(qtbot, engine, Ranking):
        window.tree.choose(scope)
    menu = QMenu(window)
    window.tags.fill_menu(menu, scope)
    rename, drop, _ = menu.actions()
    rename.trigger()
    dialog = window.findChild(QInputDialog, "renameDialog")
    assert dialog.textValue() == "Beach"
    dialog.setTextValue("Shore")
    changed(qtbot, window, dialog.accept)
    assert engine.values_of(RenameTag) == [("label", "Beach", "Shore")]
    assert [tag.name for tag in engine.tags] == ["Shore"] and window.tree.scope == engine.tags[0].scope
    changed(qtbot, window, drop.trigger)
    assert engine.values_of(DeleteTag) == [("label", "Beach")]
    window.tags.fill_menu(menu, Rated(5))
    assert len(menu.actions()) == 3  # nothing is done to stars


def test_ratings_and_missing_photos_stand_in_the_tree(window, engine) -> None:
    tags = (Tag("label", 1, "Sea", 2), Tag("rating", 5, "★★★★★", 3), Tag("state", 1, "Missing", 4))
    window.tree.show_tags(tags)
    model = window.tree.model()
    top = model.index(-1, 0)
    rows = [row for row in range(model.rowCount()) if not window.tree.isRowHidden(row, top)]
    shown = [model.index(row, 0).data() for row in rows]
    assert shown.index("Missing") == shown.index("All photos") + 1
    assert shown[-4:] == ["Labels", "Sea", "Ratings", "★★★★★"]
    window.tree.choose(Rated(5))
    assert engine.sent_of(Browse)[-1].scope == Rated(5)
    window.tree.show_tags(tags[:1])
    assert window.tree.scope == EVERYTHING  # nothing has five stars any more


def test_joining_two_labels_is_asked_about(qtbot, window, engine) -> None:
    changed(qtbot, window, lambda: add_tag(engine, "label", (1, 2), "Sea"))
    changed(qtbot, window, lambda: add_tag(engine, "label", (3,), "Ocean"))
    sea = next(tag for tag in engine.tags if tag.name == "Sea")
    window.tags._rename(sea, "ocean")
    box = window.findChild(QMessageBox, "joinBox")
    assert "Ocean" in box.text() and not engine.values_of(RenameTag)
    changed(qtbot, window, box.findChild(QPushButton, "joinBoxChoice0").click)
    assert engine.values_of(RenameTag) == [("label", "Sea", "ocean")]


def test_a_scope_stays_shown_when_its_rename_is_undone(qtbot, window, engine) -> None:
    changed(qtbot, window, lambda: add_tag(engine, "label", (1, 2), "Shore"))
    window.tree.choose(engine.tags[0].scope)
    back = replace(engine.tags[0], id=77, name="Beach")
    undone = TagChange("rename", 2, "label", "Beach", "Shore")
    engine.broadcast(TagsChanged(change=undone, direction="undo", assets=(1, 2), tags=(back,)))
    assert window.tree.scope == Tagged("label", 77)


def test_the_next_photo_is_current_when_one_leaves_its_place(qtbot, window, engine) -> None:
    changed(qtbot, window, lambda: add_tag(engine, "label", (1, 2, 3), "Sea"))
    with answered(qtbot, engine, Ranking):
        window.tree.choose(engine.tags[0].scope)
    choose(qtbot, window, 1)
    asset = window.results.grid.photos.photo(1).asset
    with qtbot.waitSignal(window.search.answered):
        remove_tag(engine, "label", (asset,), "Sea")
    grid = window.results.grid
    assert grid.photos.rowCount() == 2 and grid.currentIndex().row() == 1
