"""Calibrating over the whole window: from the menu to a query that is judged anew."""

from __future__ import annotations

from fake_engine import FakeEngine
from labelled_photos import calibrated

from dinodesk.engine.messages import (
    CalibrateFolder,
    CalibrationChanged,
    CalibrationShown,
    KeepCalibration,
    Search,
    ShowCalibration,
)
from dinodesk.ui.shell.main_window import MainWindow


def test_from_the_menu_to_a_query_that_is_judged_by_it(qtbot, window: MainWindow, engine: FakeEngine) -> None:
    engine.answers |= {
        ShowCalibration: lambda _: iter([CalibrationShown(photos=0)]),
        CalibrateFolder: lambda _: iter([calibrated()]),
        KeepCalibration: lambda request: iter([CalibrationChanged(photos=request.photos)]),
    }
    with qtbot.waitSignal(window.search.answered, check_params_cb=lambda a, _: a.scores is not None):
        window.bar.field.setText("a red bus")
    action = window.actions_["calibrate"]
    assert action in window.menus.main.actions() and action in window.results.card.strip.menu.actions()
    action.trigger()
    dialog = window.models.calibration.dialog
    assert dialog is not None and dialog.isVisible()
    window.models.calibration.begin("/photos/known ones")
    qtbot.waitUntil(lambda: dialog.use_button.isVisible())
    before = len(engine.sent_of(Search))
    with qtbot.waitSignal(window.search.answered):
        dialog.use_button.click()
    assert len(engine.sent_of(Search)) == before + 1 and engine.sent_of(Search)[-1].text == "a red bus"
    window.close()
    assert window.models.calibration.dialog is None


def test_the_models_page_leads_there_too(window: MainWindow) -> None:
    window.models.show_models()
    window.models.dialog.findChild(object, "calibrateModel").click()
    assert window.models.calibration.dialog.isVisible()
