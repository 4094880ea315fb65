"""The page on a labelled folder: what is said, drawn and left out by what was measured."""

from __future__ import annotations

import pytest
from labelled_photos import calibrated
from PySide6.QtCore import QPointF

from dinodesk.engine.messages import FolderCalibrated
from dinodesk.records import ReliabilityBin
from dinodesk.ui.models import calibration_text
from dinodesk.ui.models.calibration_result import CalibrationResult
from dinodesk.ui.theme.theme import Theme


@pytest.fixture
def page(qtbot, theme: Theme) -> CalibrationResult:
    found = CalibrationResult(theme)
    qtbot.addWidget(found)
    found.resize(800, 700)
    found.show()
    return found


def shown(page: CalibrationResult, found: FolderCalibrated) -> list[str]:
    page.show_found(found)
    page.widget().grab()
    return [page.bins.itemAt(number).widget().text() for number in range(page.bins.count())]


def test_drawings_are_those_of_the_measures(page: CalibrationResult) -> None:
    found = calibrated()
    rows = shown(page, found)
    assert rows[:3] == ["Promised", "Right", "Pairs"] and len(rows) == 3 * (1 + len(found.correction.after))
    assert [max(bars.heights) for bars in page.scores.bars] == [1.0, 1.0]
    assert page.scores.low == found.measures.scores.edges[0]
    dashed, before, after = page.promise.curves
    assert dashed.dashed and len(before.xs) == len(found.correction.before) and after.dots
    assert page.margins.accessibleName() == page.margin_words.text() != ""
    shown(page, found)  # again: the rows are replaced, not added
    assert page.bins.count() == len(rows)


def test_cells_of_the_matrix_say_what_they_count(page: CalibrationResult) -> None:
    found = calibrated().measures
    shown(page, calibrated())
    side, names = 2 * page._theme.unit(), page.matrix._names
    at = QPointF(names + 2.5 * side, names + 0.5 * side)
    assert page.matrix.cell_at(at) == (0, 2) and page.matrix.cell_at(QPointF(1, 1)) is None
    assert (
        calibration_text.cell_words(found, 0, 2, 20) == "“label 0” is taken for “label 2” in 5 of 20 photos."
    )
    assert calibration_text.cell_words(found, 0, 0, 20) == "“label 0”: 15 of 20 right."


@pytest.mark.parametrize(("labels", "matrix"), [(1, False), (2, True), (12, True), (13, False)])
def test_a_matrix_is_shown_where_there_is_room_for_it(
    page: CalibrationResult, labels: int, matrix: bool
) -> None:
    shown(page, calibrated(labels, 4))
    assert page.matrix.isHidden() is not matrix
    assert ("in the report" in page.confused.text()) is (labels > 12)
    assert page.margins.isHidden() is (labels == 1)


def test_without_the_middle_nothing_is_said_of_it(page: CalibrationResult) -> None:
    shown(page, calibrated(middle=False))
    assert page.middle_words.text() == ""


def test_a_promise_is_judged_where_something_is_promised() -> None:
    low = ReliabilityBin(low=0.0, high=0.1, confidence=0.05, share=0.9, count=1000)
    some = ReliabilityBin(low=0.3, high=0.4, confidence=0.35, share=0.25, count=3)
    many = ReliabilityBin(low=0.9, high=1.0, confidence=0.95, share=0.75, count=1)
    assert calibration_text.promise_error((low, some, many)) == pytest.approx((3 * 0.1 + 0.2) / 4)
    assert calibration_text.promise_error((low,)) == 0.0
