"""The dialog on models."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fake_engine import INFO, ZOO
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from dinodesk.engine.messages import ModelList, ModelState
from dinodesk.ui.models.models_dialog import ModelsDialog
from dinodesk.ui.theme.theme import Theme

READY = replace(ZOO[1], state="ready", missing="")


@pytest.fixture
def dialog(qtbot, theme: Theme) -> ModelsDialog:
    dialog = ModelsDialog(theme)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.show_list(ModelList(entries=(ZOO[0], READY, ZOO[2]), active="builtin"))
    return dialog


def texts(dialog: ModelsDialog) -> list[str]:
    """What stands on the cards, those that are here first."""
    columns = (dialog._list, dialog._others)
    cards = [column.itemAt(number).widget() for column in columns for number in range(column.count())]
    return [label.text() for card in cards for label in card.findChildren(QLabel)]


def test_models_that_are_here_stand_before_those_that_are_known(dialog: ModelsDialog) -> None:
    assert dialog._list.count() == 2 and dialog._others.count() == 1 and dialog._others_title.isVisible()
    dialog.show_list(ModelList(entries=ZOO[:1], active="builtin"))
    assert dialog._others.count() == 0 and not dialog._others_title.isVisible()


def test_a_card_says_what_a_model_is_and_wants(dialog: ModelsDialog) -> None:
    dialog.show_list(ModelList(entries=ZOO, active="builtin"))
    shown = texts(dialog)
    assert "came with DinoDesk · sentences and photos · 46 MB · Apache-2.0" in shown and "in use" in shown
    assert "Missing: the text encoder" in shown and "incomplete" in shown
    assert "DINOv3 with text · sentences and photos · DINOv3 License · asks for a sign-up" in shown
    assert "not here" in shown


def test_another_model_can_be_used(qtbot, dialog: ModelsDialog) -> None:
    button = dialog.findChild(QPushButton, f"use-{READY.name}")
    assert button.accessibleName() == f"Use {READY.title}"
    with qtbot.waitSignal(dialog.chosen) as chosen:
        button.click()
    assert chosen.args == [READY.name]


def test_the_state_stands_beside_its_model(dialog: ModelsDialog) -> None:
    dialog.show_state(ModelState(state="loading", name=READY.name))
    assert "loading…" in texts(dialog) and "in use" not in texts(dialog)
    dialog.show_state(ModelState(state="error", name=READY.name, sentence="<b>It is cut off.</b>"))
    assert "<b>It is cut off.</b>" in texts(dialog)
    labels = [label for label in dialog.findChildren(QLabel) if "cut off" in label.text()]
    assert all(label.textFormat() == Qt.TextFormat.PlainText for label in labels)
    dialog.show_state(ModelState(state="ready", name=READY.name, info=INFO))
    assert dialog._active == READY.name and texts(dialog).count("in use") == 1


def test_a_sentence_is_shown_until_there_is_none(dialog: ModelsDialog) -> None:
    dialog.show_message("Looking into the files…")
    assert dialog.sentence.isVisible()
    dialog.show_list(ModelList(entries=ZOO, active="builtin"))
    assert not dialog.sentence.isVisible()


def test_files_are_dropped_on_it(qtbot, dialog: ModelsDialog) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile("/a.pth")])
    at, copy, left = QPointF(9, 9), Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    enter = QDragEnterEvent(at.toPoint(), copy, mime, left, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(dialog, enter)
    assert enter.isAccepted()
    with qtbot.waitSignal(dialog.filesDropped) as dropped:
        QApplication.sendEvent(dialog, QDropEvent(at, copy, mime, left, Qt.KeyboardModifier.NoModifier))
    assert dropped.args == [["/a.pth"]]
    words = QMimeData()
    words.setText("a cat")
    enter = QDragEnterEvent(at.toPoint(), copy, words, left, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(dialog, enter)
    assert not enter.isAccepted()
