"""What is asked before photos leave their place, what the engine is asked, and what is said afterwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from fake_engine import FakeEngine
from PySide6.QtCore import QItemSelectionModel
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QLabel, QMessageBox, QPushButton, QWidget

from dinodesk.engine.messages import (
    ExportPhotos,
    FindMissing,
    ForgetMissing,
    MissingFound,
    MoveToTrash,
    PhotosExported,
    PlanTrash,
    Problem,
    RemovePhotos,
    TrashPlan,
)
from dinodesk.records import Skipped
from dinodesk.ui.context.feedback import Feedback
from dinodesk.ui.grid.photo_grid import PhotoGrid
from dinodesk.ui.library.photo_files_controller import PhotoFilesController
from dinodesk.ui.library.trash_dialog import TrashDialog
from dinodesk.ui.widgets.files_dialog import FilesDialog

PLAN = TrashPlan(photos=2, files=2, partners=3, copies=1)
GONE = (Skipped("/photos/a.jpg", "It is missing."),)


@pytest.fixture
def large(parent: QWidget) -> QWidget:
    """Shows the current photo alone while it is visible."""
    return QWidget(parent)


@pytest.fixture
def files(
    fake, theme, grid: PhotoGrid, feedback: Feedback, parent: QWidget, large: QWidget
) -> PhotoFilesController:
    large.hide()
    parent.show()
    return PhotoFilesController(fake, theme, grid, feedback, parent, alone=large.isVisible)


def choose(grid: PhotoGrid, *rows: int) -> tuple[tuple[int, str], ...]:
    grid.setCurrentIndex(grid.photos.index(rows[0], 0))
    for row in rows[1:]:
        grid.selectionModel().select(grid.photos.index(row, 0), QItemSelectionModel.SelectionFlag.Select)
    return tuple((photo.asset, photo.path) for photo in grid.chosen_photos())


def lose(fake: FakeEngine, grid: PhotoGrid, *rows: int) -> None:
    """These photos are missing from now on."""
    for row in rows:
        fake.photos[row] = replace(fake.photos[row], state="missing")
    grid.photos.refresh()


def press(parent: QWidget, box: str, choice: int = 0) -> None:
    parent.findChild(QMessageBox, box).findChild(QPushButton, f"{box}Choice{choice}").click()


def test_nothing_is_asked_where_nothing_is_chosen(files, feedback: Feedback, fake: FakeEngine) -> None:
    for act in (files.remove, files.ask_trash, files.ask_export, files.ask_find, files.ask_forget):
        feedback.show_status("")
        act()
        assert feedback.status.sentence == "Choose photos first"
    assert fake.sent == []


def test_photos_are_removed_at_once(files, grid: PhotoGrid, fake: FakeEngine) -> None:
    choose(grid, 2, 4)
    files.remove()
    assert fake.values_of(RemovePhotos) == [((3, 5),)]


# ── the trash ───────────────────────────────────────────────────────────────────────────────────


def ask(files: PhotoFilesController, fake: FakeEngine, parent: QWidget, plan: TrashPlan) -> TrashDialog:
    files.ask_trash()
    fake.reply(PlanTrash, plan)
    dialog = parent.findChild(TrashDialog, "trashDialog")
    assert dialog is not None and dialog.isVisible()
    return dialog


def test_the_question_counts_the_files_of_each_choice(files, grid, parent, fake: FakeEngine) -> None:
    photos = choose(grid, 2, 4)
    dialog = ask(files, fake, parent, PLAN)
    assert fake.values_of(PlanTrash) == [(photos,)] and fake.sent_of(MoveToTrash) == []
    assert dialog.move_button.text() == "Move 2 files"
    assert dialog.partners.text() == "With 3 files of the same name: RAW, JPEG and sidecars"
    dialog.partners.click()
    assert dialog.move_button.text() == "Move 5 files"
    dialog.copies.click()
    assert dialog.move_button.text() == "Move 6 files"
    dialog.copies.click()
    dialog.move_button.click()
    assert fake.values_of(MoveToTrash) == [(photos, True, False)] and not dialog.isVisible()


def test_a_photo_that_is_seen_alone_is_meant_alone(files, grid, large: QWidget, fake: FakeEngine) -> None:
    choose(grid, 2, 4)
    grid.selectionModel().setCurrentIndex(grid.photos.index(4, 0), QItemSelectionModel.SelectionFlag.NoUpdate)
    large.show()
    files.ask_trash()
    files.remove()
    photo = grid.photos.photo(4)
    assert fake.values_of(PlanTrash) == [(((photo.asset, photo.path),),)]
    assert fake.values_of(RemovePhotos) == [((photo.asset,),)]


def test_asked_twice_the_question_is_shown_once(files, grid, parent, fake: FakeEngine) -> None:
    choose(grid, 2)
    files.ask_trash()
    files.ask_trash()
    first, second = fake.sent_of(PlanTrash)
    fake.deliver(first, PLAN)
    assert parent.findChild(TrashDialog, "trashDialog") is None
    fake.deliver(second, PLAN)
    assert len(parent.findChildren(TrashDialog)) == 1


def test_cancel_is_the_default_and_moves_nothing(files, grid, parent, fake: FakeEngine) -> None:
    choose(grid, 2)
    dialog = ask(files, fake, parent, TrashPlan(photos=1, files=1, partners=0, copies=0, failed=GONE))
    assert not dialog.partners.isVisible() and not dialog.copies.isVisible()
    assert "1 photo is not there now" in dialog.findChild(QLabel, "trashExplained").text()
    cancel = dialog.findChild(QPushButton, "trashCancel")
    assert cancel.isDefault()
    cancel.click()
    assert fake.sent_of(MoveToTrash) == [] and not dialog.isVisible()


def test_where_no_file_is_there_the_reasons_are_listed(files, grid, parent, feedback, fake) -> None:
    choose(grid, 2)
    files.ask_trash()
    fake.reply(PlanTrash, TrashPlan(photos=0, files=0, partners=0, copies=0, failed=GONE))
    assert feedback.notice.sentence == "1 file was skipped: 1 “It is missing”."
    feedback.notice.do()
    assert parent.findChild(FilesDialog, "leftOutFilesDialog").files.files == GONE
    assert parent.findChild(TrashDialog, "trashDialog") is None


def test_a_failure_ends_what_was_said_to_go_on(files, grid, parent, feedback, fake: FakeEngine) -> None:
    choose(grid, 2)
    ask(files, fake, parent, TrashPlan(photos=1, files=1, partners=0, copies=0)).move_button.click()
    assert feedback.status.sentence == "Moving 1 photo to the trash…"
    fake.reply(MoveToTrash, Problem(sentence="The disk is full.", remedy="Make room."))
    assert (feedback.status.sentence, feedback.notice.sentence) == ("", "The disk is full. Make room.")


# ── copies ──────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def export(files, grid: PhotoGrid, parent: QWidget) -> Callable[[str], tuple[tuple[int, str], ...]]:
    def to(folder: str) -> tuple[tuple[int, str], ...]:
        photos = choose(grid, 1, 2)
        files.ask_export()
        asking = parent.findChild(QFileDialog, "exportDialog")
        asking.fileSelected.emit(folder)
        asking.close()
        return photos

    return to


def test_photos_are_copied_to_a_chosen_folder(export, feedback, fake: FakeEngine, monkeypatch) -> None:
    photos = export("/out")
    assert fake.values_of(ExportPhotos) == [(photos, "/out")]
    assert feedback.status.sentence == "Copying 2 photos…"
    fake.reply(ExportPhotos, PhotosExported(folder="/out", written=2))
    assert (feedback.status.sentence, feedback.status.button) == ("2 copies in /out", "Open folder")
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()))
    export("/out")
    fake.reply(ExportPhotos, PhotosExported(folder="/out", written=1, failed=GONE))
    feedback.status.do()
    assert opened == ["/out"] and feedback.notice.sentence.startswith("1 file was skipped")
    export("/out")  # what was said of the time before is over
    assert feedback.notice.sentence == ""
    fake.reply(ExportPhotos, PhotosExported(folder="/out", written=0, failed=GONE))
    assert (feedback.status.sentence, feedback.status.button) == ("Nothing was copied", "")


# ── missing photos ──────────────────────────────────────────────────────────────────────────────


def test_the_menu_is_told_whether_photos_are_missing(qtbot, files, grid, fake: FakeEngine) -> None:
    told: list[bool] = []
    files.looked.connect(told.append)
    choose(grid, 1)
    files.look()
    lose(fake, grid, 2)
    choose(grid, 1, 2)
    files.look()
    assert told == [False, True]


def test_only_missing_photos_are_forgotten_after_asking(files, grid, parent, feedback, fake) -> None:
    choose(grid, 1)
    files.ask_forget()
    assert feedback.status.sentence == "No missing photo is chosen"
    lose(fake, grid, 2, 3)
    choose(grid, 1, 2, 3)
    files.ask_forget()
    box = parent.findChild(QMessageBox, "forgetPhotosBox")
    assert box.text() == "Forget 2 photos?" and "Ctrl+Z brings them back" in box.informativeText()
    assert fake.sent_of(ForgetMissing) == []
    press(parent, "forgetPhotosBox")
    assert fake.values_of(ForgetMissing) == [((3, 4),)]


def test_one_missing_photo_may_be_found_by_its_file(files, grid, parent, feedback, fake: FakeEngine) -> None:
    lose(fake, grid, 2)
    choose(grid, 2)
    files.ask_find()
    press(parent, "findMissingBox")
    asking = parent.findChild(QFileDialog)
    asking.fileSelected.emit("/elsewhere/a.jpg")
    asking.close()
    assert fake.values_of(FindMissing) == [((3,), "/elsewhere/a.jpg")]
    other = Skipped("/elsewhere/a.jpg", "Its bytes are others: it was edited, or is another photo.")
    fake.reply(FindMissing, MissingFound(found=0, refused=(other,)))
    assert feedback.status.sentence == "The photo was not found there"
    assert feedback.notice.sentence == f"“a.jpg”: {other.reason}"


def test_several_are_found_below_a_folder_only(files, grid, parent, feedback, fake: FakeEngine) -> None:
    lose(fake, grid, 2, 3, 4)
    choose(grid, 2, 3, 4)
    files.ask_find()
    box = parent.findChild(QMessageBox, "findMissingBox")
    assert box.text() == "Where are 3 photos now?"
    assert box.findChild(QPushButton, "findMissingBoxChoice1") is None
    press(parent, "findMissingBox")
    asking = parent.findChild(QFileDialog, "findMissingDialog")
    asking.fileSelected.emit("/elsewhere")
    asking.close()
    assert fake.values_of(FindMissing) == [((3, 4, 5), "/elsewhere")]
    for found, sentence in ((3, "All 3 photos are found"), (2, "2 of 3 photos are found"), (0, "None of")):
        files._find((3, 4, 5), "/elsewhere")
        fake.reply(FindMissing, MissingFound(found=found))
        assert feedback.status.sentence.startswith(sentence) and feedback.offering
