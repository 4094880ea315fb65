"""Files with a reason each: sorted, shown in folders, copied."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QPushButton

from dinodesk.records import Skipped
from dinodesk.ui.theme.theme import Theme
from dinodesk.ui.widgets import files_table
from dinodesk.ui.widgets.files_dialog import FilesDialog
from dinodesk.ui.widgets.files_table import FilesTable, SkippedModel

FILES = (
    Skipped("/b.jpg", "too large"),
    Skipped("/<b>c\n.jpg", "is cut off"),
    Skipped("/a.jpg", "too large"),
)


@pytest.fixture
def table(qtbot) -> FilesTable:
    table = FilesTable("skippedTable", "Skipped files", "Why")
    qtbot.addWidget(table)
    table.resize(600, 300)
    table.show()
    return table


def test_the_model_sorts_by_reason_then_by_path_unless_it_is_told_not_to(qapp) -> None:
    model = SkippedModel()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.show(FILES)
    assert [file.path for file in model.files] == ["/<b>c\n.jpg", "/a.jpg", "/b.jpg"]
    model.show(FILES, sort=False)
    assert model.files == FILES and model.rowCount() == 3
    assert tester.model() is model


def test_cells_are_plain_text_on_one_line(qapp) -> None:
    model = SkippedModel(second="Why")
    model.show(FILES)
    assert model.index(0, 0).data() == "/<b>c↵.jpg" and model.index(0, 1).data() == "is cut off"
    assert model.index(0, 0).data(Qt.ItemDataRole.ToolTipRole).startswith("<qt>/&lt;b&gt;")
    assert model.index(0, 0).data(Qt.ItemDataRole.DecorationRole) is None
    headers = [model.headerData(column, Qt.Orientation.Horizontal) for column in (0, 1)]
    assert headers == ["File", "Why"] and model.headerData(0, Qt.Orientation.Vertical) is None


def test_a_chosen_file_is_shown_in_its_folder(monkeypatch, table: FilesTable) -> None:
    shown: list[str] = []
    monkeypatch.setattr(files_table, "show_files", shown.extend)
    table.files.show(FILES)
    assert not table.reveal.isEnabled() and table.chosen() == []
    table.view.selectRow(1)
    assert table.reveal.isEnabled() and table.chosen() == [FILES[2]]
    table.reveal.click()
    assert shown == ["/a.jpg"]


def test_the_chosen_rows_or_all_are_copied_as_text(table: FilesTable) -> None:
    assert not table.copy.isEnabled()
    table.files.show(FILES[::2])
    table.copy.click()
    assert QGuiApplication.clipboard().text() == "/a.jpg\ttoo large\n/b.jpg\ttoo large"
    table.view.selectRow(1)
    table.copy.click()
    assert QGuiApplication.clipboard().text() == "/b.jpg\ttoo large"


def test_reasons_get_their_share_of_the_width(qtbot, table: FilesTable) -> None:
    view = table.view
    assert view.columnWidth(0) + view.columnWidth(1) == view.viewport().width()
    assert view.columnWidth(1) > view.columnWidth(0)
    table.resize(900, 300)
    qtbot.waitUntil(lambda: view.columnWidth(0) + view.columnWidth(1) == view.viewport().width())


def test_a_dialog_puts_a_sentence_above_the_files(qtbot, theme: Theme) -> None:
    dialog = FilesDialog(theme, "damaged", "Damaged photos", "<b>These</b> are damaged.")
    qtbot.addWidget(dialog)
    assert dialog.objectName() == "damagedDialog" and dialog.intro.textFormat() == Qt.TextFormat.PlainText
    dialog.files.show(FILES)
    assert dialog.table.files.rowCount() == 3
    dialog.show()
    with qtbot.waitSignal(dialog.rejected):
        dialog.findChild(QPushButton, "damagedClose").click()
