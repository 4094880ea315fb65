"""Undo and redo: what is asked of the engine, and what is said where it can't be seen."""

from __future__ import annotations

import pytest
from fake_engine import FakeEngine
from PySide6.QtWidgets import QWidget

from dinodesk.engine.messages import Problem, Redo, TagsChanged, Undo
from dinodesk.records import Skipped, Tag, TagChange
from dinodesk.ui.context.app_state import AppState, Query
from dinodesk.ui.context.feedback import Feedback
from dinodesk.ui.grid.photo_grid import PhotoGrid
from dinodesk.ui.tags.undo_controller import UndoController
from dinodesk.ui.widgets.files_dialog import FilesDialog

ALBUM = Tag("album", 1, "Trip", 2)
RATED = TagChange("rate", 1, rating=3)
ADDED = TagChange("add", 2, "album", "Trip")
LABELLED = TagChange("add", 1, "label", "sea")
REMOVED = TagChange("removeFolder", 12, name="Holiday 24")


@pytest.fixture
def undoing(fake, state: AppState, theme, grid: PhotoGrid, feedback, parent: QWidget) -> UndoController:
    grid.show()
    state.set_tags((ALBUM,), None, None)
    return UndoController(fake, state, theme, grid, feedback, parent)


def stepped(fake: FakeEngine, change: TagChange | None, direction="undo", assets=(1, 2)) -> None:
    redo, undo = (change, None) if direction == "undo" else (None, change)
    fake.broadcast(
        TagsChanged(change=change, direction=direction, assets=assets, tags=(), undo=undo, redo=redo)
    )


def test_undo_and_redo_are_asked_for(undoing: UndoController, fake: FakeEngine) -> None:
    undoing.undo()
    undoing.redo()
    assert [type(request) for request in fake.sent] == [Undo, Redo]


def test_what_was_done_is_said_in_the_status_line(undoing, feedback: Feedback, fake: FakeEngine) -> None:
    fake.broadcast(TagsChanged(change=RATED, direction="do", assets=(1,)))
    assert feedback.status.sentence == "1 photo rated ★★★" and feedback.notice.sentence == ""


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (ADDED, "Undone: adding 2 photos to “Trip”."),
        (REMOVED, "Undone: removal of the folder “Holiday 24”."),
        (TagChange("delete", 2, "label", "sea"), "Undone: removal of label “sea” from 2 photos."),
    ],
)
def test_a_step_out_of_sight_is_announced_and_can_be_done_again(
    undoing, feedback: Feedback, fake: FakeEngine, change: TagChange, sentence: str
) -> None:
    stepped(fake, change)
    notice = feedback.notice
    assert (notice.sentence, notice.button, notice.tone) == (sentence, "Redo", "info")
    notice.do()
    assert [type(request) for request in fake.sent] == [Redo]


def test_what_is_done_again_out_of_sight_can_be_undone(undoing, feedback, fake: FakeEngine) -> None:
    stepped(fake, REMOVED, "redo", ())
    assert feedback.notice.sentence == "Done again: removal of the folder “Holiday 24”."
    assert feedback.notice.button == "Undo"
    feedback.notice.do()
    assert [type(request) for request in fake.sent] == [Undo]


def test_a_folder_of_a_labels_name_is_no_label(undoing, state, feedback: Feedback, fake: FakeEngine) -> None:
    label = Tag("label", 7, "Holiday 24", 1)
    state.set_tags((label,), None, None)
    state.set_query(Query(scope=label.scope))
    stepped(fake, REMOVED)
    assert feedback.notice.button == "Redo"


def test_what_can_be_seen_is_said_in_the_status_line(
    undoing, state: AppState, grid: PhotoGrid, feedback: Feedback, fake: FakeEngine
) -> None:
    stepped(fake, RATED, assets=(1,))  # the first photo of the grid
    assert feedback.status.sentence == "Undone: rating of 1 photo"
    grid.setCurrentIndex(grid.photos.index(3, 0))
    stepped(fake, LABELLED, assets=(4,))
    assert feedback.status.sentence == "Undone: label “sea” on 1 photo"
    state.set_query(Query(scope=ALBUM.scope))
    stepped(fake, ADDED)
    assert feedback.status.sentence == "Undone: adding 2 photos to “Trip”"
    assert feedback.notice.sentence == ""


def test_stars_below_the_fold_are_announced(undoing, grid: PhotoGrid, feedback, fake: FakeEngine) -> None:
    last = grid.photos.photo(grid.photos.rowCount() - 1)
    assert last.asset not in grid.assets_in_sight()
    stepped(fake, RATED, assets=(last.asset,))
    assert feedback.notice.sentence == "Undone: rating of 1 photo." and feedback.status.sentence == ""


def test_an_announcement_goes_with_the_next_change_and_others_stay(
    undoing, feedback: Feedback, fake: FakeEngine
) -> None:
    stepped(fake, ADDED)
    fake.broadcast(TagsChanged(change=RATED, direction="do", assets=(1,)))
    assert feedback.notice.sentence == ""
    stepped(fake, ADDED)
    feedback.show_notice("The disk is full.")
    fake.broadcast(TagsChanged(change=RATED, direction="do", assets=(1,)))
    assert feedback.notice.sentence == "The disk is full."


def test_an_announcement_goes_when_what_it_offers_can_not_be_done_any_more(
    undoing, state: AppState, feedback: Feedback, fake: FakeEngine
) -> None:
    stepped(fake, ADDED)
    state.set_tags((), None, ADDED)
    assert feedback.notice.button == "Redo"
    state.set_tags((), REMOVED, None)  # a folder was removed, which is no change of tags
    assert feedback.notice.sentence == ""


def test_what_can_not_be_undone_says_why(undoing: UndoController, feedback, fake: FakeEngine) -> None:
    undoing.undo()
    fake.reply(Undo, Problem(sentence="The folder /a is not there any more.", remedy="Bring it back first."))
    assert feedback.notice.sentence == "The folder /a is not there any more. Bring it back first."


def test_files_that_could_not_be_moved_are_listed(undoing, parent, feedback: Feedback, fake) -> None:
    parent.show()
    failed = tuple(Skipped(f"/a/{name}.jpg", "It can’t be moved: no trash.") for name in "ab")
    change = TagChange("trash", 3)
    fake.broadcast(TagsChanged(change=change, direction="do", assets=(1, 2, 3), failed=failed))
    assert feedback.status.sentence == "3 photos moved to the trash; Ctrl+Z brings them back"
    assert feedback.notice.sentence.startswith("2 files were skipped: 2 “It can’t be moved: no trash”")
    feedback.notice.do()
    dialog = parent.findChild(FilesDialog, "failedFilesDialog")
    assert dialog.isVisible() and dialog.files.files == failed
    fake.broadcast(TagsChanged(change=change, direction="undo", assets=(), failed=failed[:1]))
    feedback.notice.do()
    assert dialog.files.files == failed[:1] and parent.findChildren(FilesDialog) == [dialog]


def test_nothing_to_undo_is_said(undoing, feedback: Feedback, fake: FakeEngine) -> None:
    stepped(fake, None, assets=())
    assert feedback.status.sentence == "There is nothing to be undone" and feedback.notice.sentence == ""
