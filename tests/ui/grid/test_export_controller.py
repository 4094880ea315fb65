"""Exports: of the selection or of all matches, into a folder or a file that is asked for."""

from __future__ import annotations

import numpy as np
import pytest
from fake_engine import FakeEngine
from PySide6.QtCore import QItemSelectionModel
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from dinodesk.engine.messages import ExportAssets, ExportDone, Problem
from dinodesk.records import ConfidenceCurve, Skipped
from dinodesk.ui.context.app_state import AppState, Query
from dinodesk.ui.context.feedback import Feedback
from dinodesk.ui.grid.export_controller import ExportController
from dinodesk.ui.grid.photo_grid import PhotoGrid
from dinodesk.ui.grid.zones import Zones
from dinodesk.ui.text.export_text import EXPORT_FORMS


@pytest.fixture
def exports(fake: FakeEngine, state: AppState, theme, grid, feedback, parent) -> ExportController:
    """With a query of which the first three photos are hits."""
    scores = np.linspace(0.3, 0.0, 60, dtype=np.float32)
    grid.photos.set_zones(Zones(ConfidenceCurve(0.288, 25)))
    grid.photos.show_ranking(fake.photos, np.arange(60)[::-1].copy(), scores)
    state.set_query(Query("a dog: on *snow*"))
    return ExportController(fake, state, theme, grid, feedback, parent)


def choose(
    exports: ExportController, parent: QWidget, form: str, target: str, *, matches: bool = True
) -> str:
    menu = QMenu(parent)
    (exports.fill_matches if matches else exports.fill_chosen)(menu)
    actions = dict(zip(EXPORT_FORMS, menu.actions(), strict=True))
    actions[form].trigger()
    name = "saveFileDialog" if form in ("sheet", "csv", "json") else "exportFolderDialog"
    dialog = parent.findChild(QFileDialog, name)
    title = dialog.windowTitle()
    dialog.fileSelected.emit(target)
    dialog.close()
    dialog.setObjectName("older")
    return title


def test_all_good_matches_leave_or_several_that_are_selected(
    exports, fake: FakeEngine, grid: PhotoGrid, parent, feedback: Feedback
) -> None:
    assert choose(exports, parent, "csv", "/out/t.csv") == "Table: 3 photos"
    (request,) = fake.sent_of(ExportAssets)
    assert (request.assets, request.form, request.target) == ((60, 59, 58), "csv", "/out/t.csv")
    assert request.title == "a dog: on *snow*"
    assert feedback.status.sentence == "Exporting 3 photos…"
    select = QItemSelectionModel.SelectionFlag.Select
    for row in (5, 4):
        grid.selectionModel().select(grid.photos.index(row, 0), select)
    choose(exports, parent, "links", "/out")
    assert fake.sent_of(ExportAssets)[-1].assets == (56, 55)


def test_the_photo_menu_means_the_current_photo(exports, fake: FakeEngine, grid, parent, feedback) -> None:
    menu = QMenu(parent)
    exports.fill_chosen(menu)
    menu.actions()[0].trigger()
    assert feedback.status.sentence == "There is nothing to export"
    grid.setCurrentIndex(grid.photos.index(7, 0))
    assert choose(exports, parent, "sheet", "/out/s.png", matches=False) == "Contact sheet: 1 photo"
    assert fake.sent_of(ExportAssets)[-1].assets == (53,)


def test_what_was_written_and_what_was_left_out_is_told(
    exports, fake: FakeEngine, parent, feedback: Feedback
) -> None:
    gone = (Skipped("/photos/x.jpg", "It is not there now."),)
    for form, target, sentence in (
        ("copies", "/out", "2 copies in /out"),
        ("links", "/out", "2 links in /out"),
        ("sheet", "/out/s.png", "2 photos in /out/s.png"),
    ):
        choose(exports, parent, form, target)
        fake.reply(ExportAssets, ExportDone(form=form, target=target, written=2, failed=gone))
        assert (feedback.status.sentence, feedback.status.button) == (sentence, "Open folder")
        assert feedback.notice.sentence.startswith("1 file was skipped")
    feedback.notice.do()
    assert exports._left_out is not None and exports._left_out.isVisible()
    exports._left_out.close()


def test_a_failure_ends_what_was_said_to_go_on(exports, fake: FakeEngine, parent, feedback) -> None:
    choose(exports, parent, "json", "/out/t.json")
    fake.reply(ExportAssets, Problem(sentence="The disk is full.", remedy="Make room."))
    assert (feedback.status.sentence, feedback.notice.sentence) == ("", "The disk is full. Make room.")
