"""Ratings, labels and albums: what is asked of the engine, and what follows from its answers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from fake_engine import FakeEngine
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtWidgets import QInputDialog, QMenu, QMessageBox, QPushButton, QWidget

from dinodesk.engine.messages import (
    AddTag,
    DeleteTag,
    LabelsShown,
    Problem,
    RatePhotos,
    RemoveTag,
    RenameTag,
    ShowLabels,
    TagsChanged,
)
from dinodesk.records import EVERYTHING, InFolder, Rated, Tag, TagChange, Tagged
from dinodesk.ui.context.app_state import AppState, Query
from dinodesk.ui.context.feedback import Feedback
from dinodesk.ui.grid.photo_grid import PhotoGrid
from dinodesk.ui.tags.tag_controller import TagController
from dinodesk.ui.tags.tag_dialog import TagDialog

SEA, SAND = Tag("label", 1, "Sea", 2), Tag("label", 2, "Sand", 1)
BEST = Tag("album", 1, "Best of 24", 3)
FIVE = Tag("rating", 5, "★★★★★", 4)
CHANGE = TagChange("rate", 1, rating=3)


@pytest.fixture
def tags(fake, state: AppState, theme, grid: PhotoGrid, feedback, parent: QWidget) -> TagController:
    parent.show()
    for kind in (RenameTag, RemoveTag, DeleteTag):
        fake.answers[kind] = lambda _: []  # the tests say what came of it
    state.set_tags((SEA, SAND, BEST, FIVE), None, None)
    return TagController(fake, state, theme, grid, feedback, parent)


def choose(grid: PhotoGrid, *rows: int) -> None:
    grid.setCurrentIndex(grid.photos.index(rows[0], 0))
    for row in rows[1:]:
        grid.selectionModel().select(grid.photos.index(row, 0), QItemSelectionModel.SelectionFlag.Select)


def changed(fake: FakeEngine, *tags: Tag, assets: tuple[int, ...] = (1,), **more: object) -> None:
    """The engine says that annotations are so now."""
    answer = TagsChanged(change=CHANGE, direction="do", assets=assets, tags=tags)
    fake.broadcast(replace(answer, **more))


# ── the selection ───────────────────────────────────────────────────────────────────────────────


def test_the_selection_is_rated_else_the_current_photo(tags, grid: PhotoGrid, fake: FakeEngine) -> None:
    tags.rate(3)
    assert fake.sent == []  # nothing is chosen
    choose(grid, 2, 0)
    tags.rate(3)
    grid.clearSelection()
    tags.rate(0)
    tags.rate_current(5)
    assert fake.values_of(RatePhotos) == [((1, 3), 3), ((3,), 0), ((3,), 5)]


def test_digits_in_the_grid_rate(qtbot, tags, grid: PhotoGrid, fake: FakeEngine) -> None:
    choose(grid, 2, 0)
    qtbot.keyClick(grid, Qt.Key.Key_4)
    assert fake.values_of(RatePhotos) == [((1, 3), 4)]


def test_of_several_the_inspector_is_about_the_current_one(tags, grid: PhotoGrid, fake: FakeEngine) -> None:
    choose(grid, 2, 0)
    tags.rate_current(4)
    tags.remove_label("Sea")
    assert fake.values_of(RatePhotos) == [((3,), 4)]
    assert fake.values_of(RemoveTag) == [("label", (3,), "Sea")]


def test_an_album_is_left_while_it_is_shown(qtbot, tags, grid, state: AppState, fake: FakeEngine) -> None:
    choose(grid, 0, 1)
    tags.leave_album()
    assert fake.sent == []
    with qtbot.waitSignal(tags.albumShown) as shown:
        state.set_query(Query(scope=BEST.scope))
    assert shown.args == [True]
    tags.leave_album()
    assert fake.values_of(RemoveTag) == [("album", (1, 2), "Best of 24")]
    with qtbot.waitSignal(tags.albumShown) as shown:
        state.set_query(Query(scope=SEA.scope))
    assert shown.args == [False]


def test_a_failure_is_a_notice(tags, grid, feedback: Feedback, fake: FakeEngine) -> None:
    choose(grid, 0)
    tags.rate(3)
    fake._held.clear()
    fake.reply(RatePhotos, Problem(sentence="The library can't be written to.", remedy="Check the disk."))
    assert feedback.notice.sentence == "The library can't be written to. Check the disk."


# ── the dialog ──────────────────────────────────────────────────────────────────────────────────


def dialog_of(parent: QWidget, name: str) -> TagDialog:
    dialog = parent.findChild(TagDialog, name)
    assert dialog.isVisible()
    return dialog


@pytest.mark.parametrize("ask", ["ask_labels", "ask_album"])
def test_without_photos_no_dialog_opens(tags, parent: QWidget, feedback: Feedback, ask: str) -> None:
    getattr(tags, ask)()
    assert parent.findChild(TagDialog) is None and feedback.status.sentence == "Choose photos first"


@pytest.mark.parametrize(
    ("rows", "intro"),
    [
        ((4,), "Labels of this photo"),
        ((4, 5, 6), "Labels of 3 photos\nLabels added here go to all of them."),
    ],
)
def test_labels_are_about_the_photos_chosen_when_it_opened(
    tags, grid, parent, fake, rows, intro: str
) -> None:
    choose(grid, *rows)
    assets = tuple(row + 1 for row in rows)
    tags.ask_labels()
    dialog = dialog_of(parent, "labelDialog")
    assert dialog.intro.text() == intro and fake.values_of(ShowLabels) == [(assets,)]
    choose(grid, 0)
    dialog.added.emit("Beach")
    dialog.removed.emit("Sea")
    assert fake.values_of(AddTag) == [("label", assets, "Beach")]
    assert fake.values_of(RemoveTag) == [("label", assets, "Sea")]


def test_known_names_are_offered_by_kind(tags, grid, parent, fake: FakeEngine) -> None:
    choose(grid, 0)
    tags.ask_album()
    completer = dialog_of(parent, "albumDialog").field.completer()
    completer.setCompletionPrefix("of")
    assert completer.currentCompletion() == "Best of 24"
    completer.setCompletionPrefix("sea")
    assert completer.currentCompletion() == ""
    assert fake.sent_of(ShowLabels) == []  # an album's dialog lists nothing


def test_the_dialog_lists_the_labels_and_follows_them(tags, grid, parent, fake: FakeEngine) -> None:
    choose(grid, 0, 1)
    tags.ask_labels()
    fake._held.clear()
    fake.reply(ShowLabels, LabelsShown(labels=(("Sea", 2), ("Sand", 1))))
    dialog = dialog_of(parent, "labelDialog")
    assert dialog.chips.words == ("Sea", "Sand") and dialog.chips.some == {"Sand": "1 of 2"}
    changed(fake, SEA)
    assert len(fake.sent_of(ShowLabels)) == 2
    dialog.reject()
    changed(fake, SEA)
    assert len(fake.sent_of(ShowLabels)) == 2


def test_labels_of_the_photos_before_are_not_shown_in_a_new_dialog(qtbot, tags, grid, parent, fake) -> None:
    choose(grid, 0)
    tags.ask_labels()
    dialog_of(parent, "labelDialog").reject()
    qtbot.waitUntil(lambda: parent.findChild(TagDialog) is None)
    choose(grid, 1)
    tags.ask_labels()
    fake._held.clear()
    older, newer = fake.sent_of(ShowLabels)
    fake.deliver(older, LabelsShown(labels=(("Sea", 1),)))
    assert dialog_of(parent, "labelDialog").chips.words == ()
    fake.deliver(newer, LabelsShown(labels=(("Sand", 1),)))
    assert dialog_of(parent, "labelDialog").chips.words == ("Sand",)


# ── labels and albums themselves ────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("tag", "entry"), [(SEA, "Delete label (photos stay)"), (BEST, "Delete album (photos stay)")]
)
def test_the_menu_of_a_label_or_an_album(tags, parent, fake: FakeEngine, tag: Tag, entry: str) -> None:
    menu = QMenu(parent)
    tags.fill_menu(menu, tag.scope)
    rename, delete, _separator = menu.actions()
    assert (rename.text(), delete.text()) == ("Rename…", entry)
    delete.trigger()
    assert fake.values_of(DeleteTag) == [(tag.kind, tag.name)]
    rename.trigger()
    assert parent.findChild(QInputDialog, "renameDialog").textValue() == tag.name


@pytest.mark.parametrize("scope", [Rated(5), EVERYTHING, InFolder("/photos"), Tagged("label", 99)])
def test_nothing_can_be_done_with_other_scopes(tags, parent, scope) -> None:
    menu = QMenu(parent)
    tags.fill_menu(menu, scope)
    assert menu.actions() == []


def rename(tags: TagController, parent: QWidget, tag: Tag, name: str) -> None:
    menu = QMenu(parent)
    tags.fill_menu(menu, tag.scope)
    menu.actions()[0].trigger()
    dialog = parent.findChild(QInputDialog, "renameDialog")
    dialog.setTextValue(name)
    dialog.accept()


@pytest.mark.parametrize(("name", "asked"), [("Ocean", True), ("SEA", True), ("   ", False)])
def test_a_new_name_is_asked_for_at_once(tags, parent, fake: FakeEngine, name: str, asked: bool) -> None:
    rename(tags, parent, SEA, name)
    assert fake.values_of(RenameTag) == ([("label", "Sea", name)] if asked else [])
    assert parent.findChild(QMessageBox, "joinBox") is None


def test_two_labels_are_joined_only_after_asking(tags, parent, fake: FakeEngine) -> None:
    rename(tags, parent, SEA, "sand")
    box = parent.findChild(QMessageBox, "joinBox")
    assert box.text() == "There is a label “Sand” already." and fake.sent == []
    box.findChild(QPushButton, "joinBoxChoice0").click()
    assert fake.values_of(RenameTag) == [("label", "Sea", "sand")]


def test_an_album_may_have_the_name_of_a_label(tags, parent, fake: FakeEngine) -> None:
    rename(tags, parent, BEST, "Sea")
    assert fake.values_of(RenameTag) == [("album", "Best of 24", "Sea")]


# ── what the engine says ────────────────────────────────────────────────────────────────────────


def test_changes_are_shown_and_put_into_the_state(tags, state: AppState, feedback: Feedback, fake) -> None:
    changed(fake, SEA, undo=CHANGE)
    assert state.tags == (SEA,) and state.undo == CHANGE and state.redo is None


@pytest.mark.parametrize(
    ("scope", "refreshed"),
    [(SEA.scope, True), (FIVE.scope, True), (EVERYTHING, False), (InFolder("/photos"), False)],
)
def test_only_a_scope_that_photos_can_leave_is_asked_again(
    qtbot, tags, state, fake, scope, refreshed
) -> None:
    state.set_query(Query(scope=scope))
    emitted: list[bool] = []
    tags.refreshRequested.connect(lambda: emitted.append(True))
    changed(fake, SEA, FIVE)
    assert bool(emitted) is refreshed


def test_when_a_photo_leaves_the_next_one_is_current(tags, grid, state: AppState, fake: FakeEngine) -> None:
    state.set_query(Query(scope=SEA.scope))
    grid.photos.show_ranking(fake.photos, np.arange(5), None)
    choose(grid, 2)
    changed(fake, SEA)
    grid.photos.show_ranking(fake.photos, np.array([0, 1, 3, 4]), None)
    assert grid.currentIndex().row() == 2 and grid.current_photo().asset == 4
    changed(fake, SEA)
    grid.photos.show_ranking(fake.photos, np.array([0, 1]), None)
    assert grid.currentIndex().row() == 1  # the last one, where none follows


def test_a_photo_that_stays_keeps_the_cursor(tags, grid, state: AppState, fake: FakeEngine) -> None:
    state.set_query(Query(scope=SEA.scope))
    choose(grid, 2)
    changed(fake, SEA)
    grid.photos.show_ranking(fake.photos, np.array([2, 0, 1]), None)
    assert grid.currentIndex().row() == 0 and grid.current_photo().asset == 3


def test_another_answer_alone_moves_no_cursor(tags, grid, fake: FakeEngine) -> None:
    choose(grid, 2)
    grid.photos.show_ranking(fake.photos, np.array([0, 1]), None)
    assert not grid.currentIndex().isValid()


@pytest.mark.parametrize(
    ("after", "followed"),
    [
        ((Tag("label", 101, "Ocean", 2), SAND), Tagged("label", 101)),  # the one that appeared
        ((Tag("label", 101, "Ocean", 2), Tag("label", 102, "Lake", 1)), None),  # it can't be told
        ((SAND,), None),  # gone
        ((SEA, Tag("label", 101, "Ocean", 2)), None),  # it is still there
    ],
)
def test_a_renamed_scope_stays_shown_if_it_is_unambiguous(tags, state, fake, after, followed) -> None:
    state.set_query(Query(scope=SEA.scope))
    asked: list[object] = []
    tags.scopeRequested.connect(asked.append)
    changed(fake, *after)
    assert asked == ([followed] if followed else [])


def test_a_label_that_was_joined_with_another_is_followed_by_name(tags, state, parent, fake) -> None:
    state.set_query(Query(scope=SEA.scope))
    rename(tags, parent, SEA, "SAND")
    parent.findChild(QMessageBox, "joinBox").findChild(QPushButton, "joinBoxChoice0").click()
    asked: list[object] = []
    tags.scopeRequested.connect(asked.append)
    changed(fake, SAND)
    assert asked == [SAND.scope]
    changed(fake, SAND)
    assert len(asked) == 1
