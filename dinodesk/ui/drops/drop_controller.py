"""What is dropped on the window or pasted into it: sorted out, and passed on to those it is for."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QDragMoveEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from dinodesk.ui.context.feedback import Feedback
from dinodesk.ui.drops.clipboard_images import ClipboardImages
from dinodesk.ui.drops.drop_overlay import DropOverlay, sentence_for
from dinodesk.ui.widgets import drop_content
from dinodesk.ui.widgets.drop_content import DropContent


class DropController(QObject):
    """Names what is not taken; keeps pasted pictures as files for as long as they are part of the query."""

    addRequested = Signal(object)  # files and folders to add to the library
    recipeRequested = Signal(str)  # its file
    queryRequested = Signal(object)  # a photo to search by
    importRequested = Signal(object)  # model files
    typed = Signal(str)  # words for the search field

    def __init__(self, window: QWidget, overlay: DropOverlay, own: QWidget, feedback: Feedback) -> None:
        """Drops on `window` are taken, but for what was dragged out of `own`."""
        super().__init__(window)
        self._overlay, self._own, self._feedback = overlay, own, feedback
        self._refused = False  # whether the notice is about what was dropped last
        self._images = ClipboardImages(self)
        self._images.saved.connect(self.queryRequested)
        self._images.failed.connect(self._saving_failed)
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    # ── drops ───────────────────────────────────────────────────────────────────────────────────

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QDragMoveEvent):  # QDragEnterEvent is one, too
            self._drag_over(event)
        elif event.type() == QEvent.Type.DragLeave:
            self._overlay.hide()
        elif isinstance(event, QDropEvent):
            self._drop(event)
        else:
            return super().eventFilter(watched, event)
        return True

    def _drag_over(self, event: QDragMoveEvent) -> None:
        if drop_content.is_welcome(event.mimeData()) and event.source() is not self._own:
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self._overlay.show_message(sentence_for(event.mimeData(), _shift_held(event)))
        else:
            event.ignore()

    def _drop(self, event: QDropEvent) -> None:
        self._overlay.hide()
        if event.source() is self._own:
            return
        self.take(drop_content.content_of(event.mimeData(), _shift_held(event)))
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()

    def take(self, dropped: DropContent) -> None:
        """Pass on what was dropped or pasted."""
        if self._refused:
            self._refused = False
            self._feedback.clear_notice()
        if dropped.models:
            self.importRequested.emit(list(dropped.models))
        if dropped.refused:
            self._refused = True
            self._feedback.show_notice(drop_content.refusal_sentence(dropped.refused))
        self._images.paste(dropped.image)
        if dropped.recipe:
            self.recipeRequested.emit(dropped.recipe)
        if dropped.query:
            self.queryRequested.emit(dropped.query)
        if dropped.add:
            self.addRequested.emit(list(dropped.add))

    # ── the clipboard ───────────────────────────────────────────────────────────────────────────

    @Slot()
    def paste(self) -> None:
        """A photo on the clipboard is a query; words go to the search field."""
        mime = QGuiApplication.clipboard().mimeData()
        if mime.hasImage() or drop_content.local_files(mime):
            self.take(drop_content.content_of(mime, shift=False))
        elif mime.hasText():
            self.typed.emit(mime.text().strip())

    def keep_images(self, files: tuple[str, ...]) -> None:
        """Remove the pasted pictures that are not part of the query any more; `files` are."""
        self._images.keep(files)

    def close(self) -> None:
        """With the window: leave no file behind."""
        self._images.close()

    @Slot()
    def _saving_failed(self) -> None:
        self._feedback.show_notice(
            "The copied picture could not be written to the folder for temporary files. Is the disk full?"
        )


def _shift_held(event: QDropEvent) -> bool:
    return bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
