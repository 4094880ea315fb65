"""Asking for files and folders."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QWidget

from dinodesk.ui.widgets.drop_content import MODEL_ENDINGS
from dinodesk.ui.widgets.file_dialogs import MODEL_FILES, PHOTO_FILES, ask_file, ask_files, ask_folder


def the_dialog(parent: QWidget) -> QFileDialog:
    (dialog,) = parent.findChildren(QFileDialog)
    assert dialog.isVisible()
    return dialog


def wait_until_gone(qtbot, parent: QWidget) -> None:
    qtbot.waitUntil(lambda: parent.findChildren(QFileDialog) == [])


def test_a_folder_is_asked_for_from_where_it_was(parent: QWidget, tmp_path: Path) -> None:
    chosen: list[str] = []
    ask_folder(parent, "Where is it now?", chosen.append, name="lostFolderDialog", start=str(tmp_path))
    dialog = the_dialog(parent)
    assert dialog.objectName() == "lostFolderDialog" and dialog.windowTitle() == "Where is it now?"
    assert dialog.fileMode() == QFileDialog.FileMode.Directory
    assert Path(dialog.directory().absolutePath()) == tmp_path
    dialog.fileSelected.emit("/found")
    assert chosen == ["/found"]


def test_one_file_or_several_are_asked_for_by_their_kind(qtbot, parent: QWidget) -> None:
    one: list[str] = []
    ask_file(parent, "Search by a photo", one.append, PHOTO_FILES)
    dialog = the_dialog(parent)
    assert dialog.fileMode() == QFileDialog.FileMode.ExistingFile and "*.heic" in dialog.nameFilters()[0]
    dialog.fileSelected.emit("/a.jpg")
    dialog.close()
    wait_until_gone(qtbot, parent)
    many: list[list[str]] = []
    ask_files(parent, "Add model files", many.append, MODEL_FILES)
    dialog = the_dialog(parent)
    assert dialog.fileMode() == QFileDialog.FileMode.ExistingFiles
    assert all(ending in dialog.nameFilters()[0] for ending in MODEL_ENDINGS)
    dialog.filesSelected.emit(["/a.pth", "/b.pth"])
    assert one == ["/a.jpg"] and many == [["/a.pth", "/b.pth"]]


@pytest.mark.parametrize("ask", [ask_folder, ask_file, ask_files])
def test_a_dialog_that_is_cancelled_asks_for_nothing(qtbot, parent: QWidget, ask) -> None:
    chosen: list[object] = []
    ask(parent, "Choose", chosen.append, **({} if ask is ask_folder else {"kinds": PHOTO_FILES}))
    dialog = the_dialog(parent)
    dialog.reject()
    wait_until_gone(qtbot, parent)
    assert chosen == []
