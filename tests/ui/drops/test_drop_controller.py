"""What is dropped on a window or pasted, and whom it is passed on to."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QGuiApplication,
    QImage,
)
from PySide6.QtWidgets import QApplication, QWidget
from window_steps import drop

from dinodesk.ui.context.feedback import Feedback
from dinodesk.ui.drops.clipboard_images import LONGEST, ClipboardImages, save_image
from dinodesk.ui.drops.drop_controller import DropController
from dinodesk.ui.drops.drop_overlay import DropOverlay, sentence_for
from dinodesk.ui.theme.theme import Theme
from dinodesk.ui.widgets.drop_content import DropContent, content_of
from dinodesk.ui.widgets.local_files import local_url

Shift = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def overlay(theme: Theme, parent: QWidget) -> DropOverlay:
    return DropOverlay(theme, parent)


@pytest.fixture
def drops(parent: QWidget, overlay: DropOverlay, feedback: Feedback):
    parent.show()
    drops = DropController(parent, overlay, QWidget(parent), feedback)
    yield drops
    drops.close()


@pytest.fixture
def passed(drops: DropController) -> list[tuple[str, object]]:
    """Whom things were passed on to."""
    emitted: list[tuple[str, object]] = []
    for name in ("addRequested", "queryRequested", "importRequested", "typed"):
        getattr(drops, name).connect(lambda given, name=name: emitted.append((name, given)))
    return emitted


def mime(*files: object) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
    return data


def picture(width: int = 40, height: int = 30) -> QImage:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.red)
    return image


# ── drops ───────────────────────────────────────────────────────────────────────────────────────


def test_dropped_files_are_sorted_by_kind(passed, parent, photo: Path, tmp_path: Path) -> None:
    weights = tmp_path / "backbone.pth"
    weights.write_bytes(b"x")
    drop(parent, [photo])
    drop(parent, [photo], Shift)
    drop(parent, [tmp_path, weights])
    assert passed == [
        ("queryRequested", str(photo)),
        ("addRequested", [str(photo)]),
        ("importRequested", [str(weights)]),
        ("addRequested", [str(tmp_path)]),
    ]


def test_refused_files_are_named_until_the_next_drop(passed, parent, feedback, tmp_path) -> None:
    note = tmp_path / "note.txt"
    note.write_text("words")
    drop(parent, [note])
    assert feedback.notice.sentence == "note.txt is not a photo DinoDesk can read." and passed == []
    drop(parent, [tmp_path])
    assert feedback.notice.sentence == ""
    feedback.show_notice("The disk is full.")
    drop(parent, [tmp_path])
    assert feedback.notice.sentence == "The disk is full."  # that is not about drops


def test_while_something_is_dragged_the_overlay_says_what_it_would_do(
    drops, parent, overlay, tmp_path
) -> None:
    at, copy, left = parent.rect().center(), Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    none = Qt.KeyboardModifier.NoModifier
    files = mime(tmp_path)
    QApplication.sendEvent(parent, QDragEnterEvent(at, copy, files, left, none))
    assert overlay.sentence == "Add to the library" and overlay.geometry() == parent.rect()
    QApplication.sendEvent(parent, QDragLeaveEvent())
    assert overlay.sentence == ""
    QApplication.sendEvent(parent, QDragEnterEvent(at, copy, files, left, none))
    move = QDragMoveEvent(at, copy, files, left, none)
    QApplication.sendEvent(parent, move)
    assert move.isAccepted() and overlay.isVisible()
    QApplication.sendEvent(parent, QDropEvent(QPointF(at), copy, files, left, none))
    assert not overlay.isVisible()


def test_dropped_text_is_refused(drops, parent, overlay) -> None:
    words = QMimeData()
    words.setText("a cat")
    at, left = parent.rect().center(), Qt.MouseButton.LeftButton
    enter = QDragEnterEvent(at, Qt.DropAction.CopyAction, words, left, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(parent, enter)
    assert not enter.isAccepted() and not overlay.isVisible()


@pytest.mark.parametrize(
    ("files", "shift", "sentence"),
    [
        (("/x/a.jpg",), False, "Search by this photo (with Shift: add it to the library)"),
        (("/x/a.jpg",), True, "Add to the library"),
        (("/x/a.jpg", "/x/b.jpg"), False, "Add 2 things to the library"),
        (("/x/a.pth", "/x/b.safetensors"), False, "Add as model files"),
        (("/x/note.txt",), False, "note.txt is not there."),
        ((), False, "Search by this photo"),  # a picture without a file
    ],
)
def test_what_a_drop_would_do(files: tuple[str, ...], shift: bool, sentence: str) -> None:
    assert sentence_for(mime(*files), shift) == sentence


# ── the clipboard ───────────────────────────────────────────────────────────────────────────────


def test_a_copied_picture_becomes_a_file_to_search_by(qtbot, drops: DropController) -> None:
    QGuiApplication.clipboard().setImage(picture())
    with qtbot.waitSignal(drops.queryRequested) as asked:
        drops.paste()
    (file,) = asked.args
    assert QImage(file).size() == picture().size()
    drops.keep_images((file,))
    assert Path(file).exists()
    drops.keep_images(())
    assert not Path(file).exists()


def test_copied_files_are_sorted_like_a_drop_and_words_are_typed(passed, drops, photo: Path) -> None:
    QGuiApplication.clipboard().setMimeData(mime(photo))
    drops.paste()
    QGuiApplication.clipboard().setText("  a cat ")
    drops.paste()
    assert passed == [("queryRequested", str(photo)), ("typed", "a cat")]


def test_a_disk_that_refuses_is_told(qtbot, drops: DropController, feedback: Feedback, monkeypatch) -> None:
    monkeypatch.setattr("dinodesk.ui.drops.clipboard_images.save_image", lambda image: "")
    with qtbot.waitSignal(feedback.noticeChanged):
        drops.take(DropContent(image=picture()))
    assert "could not be written" in feedback.notice.sentence


def test_only_the_newest_picture_is_asked_by(qtbot) -> None:
    images = ClipboardImages()
    with qtbot.waitSignal(images.saved):
        images.paste(picture())
        images.paste(picture())
    images.paste(QImage())  # nothing
    assert len(images._files) == 1
    images.close()
    assert not images._files


def test_a_large_picture_is_made_smaller() -> None:
    file = save_image(picture(3_000, 1_500))
    saved = QImage(file)
    Path(file).unlink()
    assert (saved.width(), saved.height()) == (LONGEST, LONGEST // 2)


def test_where_no_file_can_be_made_there_is_none(monkeypatch) -> None:
    def refuse(*_args: object, **_more: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tempfile.NamedTemporaryFile", refuse)
    assert save_image(picture()) == ""


def test_names_that_are_not_utf_8_reach_those_they_are_for(
    passed, drops, photo: Path, tmp_path: Path
) -> None:
    names = [
        os.fsdecode(os.fsencode(tmp_path) + name) for name in (b"/caf\xe9.jpg", b"/b\xe9.ckpt", b"/\xe9")
    ]
    photo.rename(names[0])
    Path(names[1]).write_bytes(b"x")
    Path(names[2]).mkdir()
    for shift, files in ((False, names[:2]), (True, [names[0], names[2]])):
        data = QMimeData()
        data.setUrls([local_url(file) for file in files])
        drops.take(content_of(data, shift))
    assert passed == [
        ("importRequested", [names[1]]),
        ("queryRequested", names[0]),
        ("addRequested", [names[0], names[2]]),
    ]
