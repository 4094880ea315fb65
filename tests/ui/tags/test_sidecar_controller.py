"""Writing sidecars and taking them over."""

from __future__ import annotations

import pytest
from fake_engine import FakeEngine
from PySide6.QtCore import QItemSelectionModel
from PySide6.QtWidgets import QMessageBox, QPushButton, QWidget

from dinodesk.engine.messages import ExchangeSidecars, PlanSidecars, Problem, SidecarPlan, SidecarsDone
from dinodesk.records import Skipped
from dinodesk.ui.context.feedback import Feedback
from dinodesk.ui.grid.photo_grid import PhotoGrid
from dinodesk.ui.tags.sidecar_controller import SidecarController
from dinodesk.ui.widgets.files_dialog import FilesDialog

GONE = tuple(Skipped(f"/photos/{n}.jpg", "It is missing.") for n in range(2))


@pytest.fixture
def sidecars(fake, state, theme, grid: PhotoGrid, feedback, parent: QWidget) -> SidecarController:
    parent.show()
    return SidecarController(fake, state, theme, grid, feedback, parent)


def write(sidecars: SidecarController, parent: QWidget, fake: FakeEngine) -> None:
    """Export, and say yes."""
    sidecars.export_sidecars()
    fake.reply(PlanSidecars, SidecarPlan(photos=1, files=1, skipped=0))
    parent.findChild(QMessageBox, "sidecarsBox").findChild(QPushButton, "sidecarsBoxChoice0").click()


@pytest.mark.parametrize(("rows", "assets"), [((), ()), ((3,), ()), ((3, 4, 5), (4, 5, 6))])
def test_one_photo_is_no_selection(sidecars, grid: PhotoGrid, fake: FakeEngine, rows, assets) -> None:
    for row in rows:
        grid.selectionModel().select(grid.photos.index(row, 0), QItemSelectionModel.SelectionFlag.Select)
    sidecars.export_sidecars()
    sidecars.import_sidecars()
    assert fake.values_of(PlanSidecars) == [(assets, "name")]
    assert fake.values_of(ExchangeSidecars) == [("import", assets, "name")]


def test_files_are_written_after_saying_how_many(sidecars, grid: PhotoGrid, parent, fake: FakeEngine) -> None:
    for row in (3, 4):
        grid.selectionModel().select(grid.photos.index(row, 0), QItemSelectionModel.SelectionFlag.Select)
    sidecars.export_sidecars()
    fake.reply(PlanSidecars, SidecarPlan(photos=2, files=3, skipped=0))
    box = parent.findChild(QMessageBox, "sidecarsBox")
    assert box.text() == "Write 3 XMP files for 2 photos?" and fake.sent_of(ExchangeSidecars) == []
    box.findChild(QPushButton, "sidecarsBoxChoice0").click()
    assert fake.values_of(ExchangeSidecars) == [("export", (4, 5), "name")]


@pytest.mark.parametrize(
    ("skipped", "sentence"), [(0, "There is nothing to write"), (2, "No sidecar can be written: 2 files")]
)
def test_where_nothing_is_to_be_written_nothing_is_asked(
    sidecars, parent, feedback: Feedback, fake: FakeEngine, skipped: int, sentence: str
) -> None:
    sidecars.export_all()
    fake.reply(PlanSidecars, SidecarPlan(photos=0, files=0, skipped=skipped))
    assert feedback.status.sentence.startswith(sentence)
    assert parent.findChild(QMessageBox) is None


def test_new_sidecars_are_named_as_the_setting_says(sidecars, parent, state, fake: FakeEngine) -> None:
    state.change_settings(sidecar_names="stem")
    write(sidecars, parent, fake)
    assert fake.values_of(PlanSidecars) == [((), "stem")]
    assert fake.values_of(ExchangeSidecars) == [("export", (), "stem")]


def test_the_result_is_shown_and_kept(sidecars, parent, feedback: Feedback, fake: FakeEngine) -> None:
    write(sidecars, parent, fake)
    fake.reply(ExchangeSidecars, SidecarsDone(way="export", written=4, unchanged=2))
    assert feedback.status.sentence == "4 sidecars written · 2 with nothing new" and feedback.offering
    assert feedback.notice.sentence == ""


def test_results_of_other_senders_are_shown_too(sidecars, feedback: Feedback, fake: FakeEngine) -> None:
    fake.broadcast(SidecarsDone(way="import", written=1, unchanged=0, stopped=True))
    assert feedback.status.sentence.startswith("Stopped: 1 photo takes over")


def test_skipped_files_can_be_listed(sidecars, feedback: Feedback, parent, fake: FakeEngine) -> None:
    fake.broadcast(SidecarsDone(way="export", written=0, unchanged=0, skipped=GONE))
    assert feedback.notice.sentence == "2 files were skipped: 2 “It is missing”."
    feedback.notice.do()
    dialog = parent.findChild(FilesDialog, "exchangedDialog")
    assert dialog.isVisible() and dialog.files.files == GONE
    fake.broadcast(SidecarsDone(way="import", written=0, unchanged=0, skipped=GONE[:1]))
    feedback.notice.do()
    assert parent.findChildren(FilesDialog) == [dialog] and dialog.files.files == GONE[:1]


def test_a_failure_is_a_notice(sidecars, feedback: Feedback, fake: FakeEngine) -> None:
    sidecars.export_sidecars()
    fake.reply(PlanSidecars, Problem(sentence="No library is open.", remedy="Open one first."))
    assert feedback.notice.sentence == "No library is open. Open one first."
