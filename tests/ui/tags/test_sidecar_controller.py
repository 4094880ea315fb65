"""Writing sidecars and taking them over."""

from __future__ import annotations

import pytest
from fake_engine import FakeEngine
from PySide6.QtCore import QItemSelectionModel
from PySide6.QtWidgets import QWidget

from dinodesk.engine.messages import ExchangeSidecars, Problem, SidecarsDone
from dinodesk.records import Skipped
from dinodesk.ui.context.app_state import AppState
from dinodesk.ui.context.feedback import Feedback
from dinodesk.ui.grid.photo_grid import PhotoGrid
from dinodesk.ui.tags.sidecar_controller import SidecarController
from dinodesk.ui.widgets.files_dialog import FilesDialog

GONE = tuple(Skipped(f"/photos/{n}.jpg", "It is missing.") for n in range(2))


@pytest.fixture
def sidecars(fake, state, theme, grid: PhotoGrid, feedback, parent: QWidget) -> SidecarController:
    parent.show()
    return SidecarController(fake, state, theme, grid, feedback, parent)


@pytest.mark.parametrize(("rows", "assets"), [((), ()), ((3,), ()), ((3, 4, 5), (4, 5, 6))])
def test_one_photo_is_no_selection(sidecars, grid: PhotoGrid, fake: FakeEngine, rows, assets) -> None:
    for row in rows:
        grid.selectionModel().select(grid.photos.index(row, 0), QItemSelectionModel.SelectionFlag.Select)
    sidecars.export_sidecars()
    sidecars.import_sidecars()
    assert fake.values_of(ExchangeSidecars) == [("export", assets, "name"), ("import", assets, "name")]


def test_new_sidecars_are_named_as_the_setting_says(sidecars, state: AppState, fake: FakeEngine) -> None:
    state.change_settings(sidecar_names="stem")
    sidecars.export_sidecars()
    assert fake.values_of(ExchangeSidecars) == [("export", (), "stem")]


def test_the_result_is_shown_and_kept(sidecars, feedback: Feedback, fake: FakeEngine) -> None:
    sidecars.export_sidecars()
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
    fake.reply(ExchangeSidecars, Problem(sentence="No library is open.", remedy="Open one first."))
    assert feedback.notice.sentence == "No library is open. Open one first."
