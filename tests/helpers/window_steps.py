"""What a person does in the window, and waiting for answers, in several tests."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication


def answered(qtbot, engine, kind, timeout=5000, check=lambda answer: True):
    """A `with` block that ends when an answer of `kind` was delivered; `.args[0]` is it."""

    def fits(answer):
        return type(answer) is kind and check(answer)

    return qtbot.waitSignal(engine.delivered, timeout=timeout, check_params_cb=fits)


def search(qtbot, window, text="a red bus"):
    """Type a sentence and wait for its answer."""
    with qtbot.waitSignal(window.search.answered, check_params_cb=lambda a, _: a.text.endswith(text.strip())):
        qtbot.keyClicks(window.bar.field, text)


def drop(window, files, modifiers=Qt.KeyboardModifier.NoModifier):
    """Drop files on the window."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(f)) for f in files])
    at, copy, left = QPointF(window.rect().center()), Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    enter = QDragEnterEvent(at.toPoint(), copy, mime, left, modifiers)
    QApplication.sendEvent(window, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(window, QDropEvent(at, copy, mime, left, modifiers))
