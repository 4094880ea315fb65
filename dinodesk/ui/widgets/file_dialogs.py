"""Asking for files and folders; no dialog here blocks the event loop."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget

PHOTO_FILES = (
    "Photos (*.jpg *.jpeg *.png *.webp *.heic *.heif *.tif *.tiff *.bmp *.gif *.avif);;All files (*)"
)
MODEL_FILES = "Model files (*.pth *.pt *.ckpt *.safetensors *.bin);;All files (*)"


def ask_folder(
    parent: QWidget, title: str, chosen: Callable[[str], object], *, name: str = "", start: str = ""
) -> None:
    """Ask for a folder; `name` is the dialog's objectName, `start` the folder it begins with."""
    dialog = _dialog(parent, title, start=start)
    if name:
        dialog.setObjectName(name)
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.fileSelected.connect(chosen)
    dialog.open()


def ask_file(parent: QWidget, title: str, chosen: Callable[[str], object], kinds: str) -> None:
    """Ask for one file; `kinds` are name filters as QFileDialog has them."""
    dialog = _dialog(parent, title, kinds)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.fileSelected.connect(chosen)
    dialog.open()


def ask_save(parent: QWidget, title: str, chosen: Callable[[str], object], *, name: str, ending: str) -> None:
    """Ask for a file to write; `name` is proposed. One that is there is not asked about: nothing is written
    over, a new file gets another name."""
    dialog = _dialog(parent, title)
    dialog.setObjectName("saveFileDialog")
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
    dialog.setDefaultSuffix(ending.removeprefix("."))
    dialog.selectFile(name)
    dialog.fileSelected.connect(chosen)
    dialog.open()


def ask_files(parent: QWidget, title: str, chosen: Callable[[list[str]], object], kinds: str) -> None:
    """Ask for one file or more."""
    dialog = _dialog(parent, title, kinds)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    dialog.filesSelected.connect(chosen)
    dialog.open()


def _dialog(parent: QWidget, title: str, kinds: str = "", start: str = "") -> QFileDialog:
    dialog = QFileDialog(parent, title, start, kinds)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return dialog
