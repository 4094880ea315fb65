"""What stands in for the photos."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton

from dinodesk.ui.search.empty_states import EmptyScopePage, FirstRun
from dinodesk.ui.theme.theme import Theme


def test_the_first_run_offers_its_ways_in(qtbot, theme: Theme) -> None:
    page = FirstRun(theme)
    qtbot.addWidget(page)
    for name, signal in (
        ("addFolderButton", page.addFolder),
        ("samplesButton", page.trySamples),
        ("strongerModelButton", page.strongerModel),
    ):
        with qtbot.waitSignal(signal):
            page.findChild(QPushButton, name).click()
    page.show_model("<b>odd</b>", True)
    assert page.model.text() == "Model: <b>odd</b>, finds photos by sentences and by photos."
    assert all(
        label.textFormat() == Qt.TextFormat.PlainText for label in page.findChildren(QLabel) if label.text()
    )


def test_an_empty_scope_says_why_and_may_offer_help(qtbot, theme: Theme) -> None:
    page = EmptyScopePage(theme)
    qtbot.addWidget(page)
    assert page.button.isHidden()
    page.show_message("The library could not be opened.", "The reason is told above.", "Try again")
    assert not page.button.isHidden() and page.button.accessibleName() == "Try again"
    with qtbot.waitSignal(page.helpRequested):
        page.button.click()
    page.show_message("Opening the library…")
    assert page.button.isHidden() and page._hint.text() == ""
