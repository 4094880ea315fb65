"""“Check a few”: photos one after the other, and yes or no to each."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QImage, QKeyEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QStackedWidget, QVBoxLayout, QWidget
from typing_extensions import override

from dinodesk.engine.messages import AnswersFollowed
from dinodesk.records import Photo
from dinodesk.ui.grid.thumbnail_loader import ThumbnailLoader
from dinodesk.ui.text.check_text import asked, counted, result_sentence
from dinodesk.ui.text.plain_text import one_line
from dinodesk.ui.theme.theme import Theme


class CheckDialog(QDialog):
    """Shows the photos and keeps the answers; what they mean is said by whoever hears `answered`."""

    answered = Signal(object)  # of each photo, in order: True, False, or None where it was skipped
    taken = Signal()  # the line that follows the answers is to be used
    moreWanted = Signal()

    def __init__(self, theme: Theme, thumbnails: ThumbnailLoader, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("checkDialog")
        self.setWindowTitle("Check a few")
        self._thumbnails = thumbnails
        self._photos: Sequence[Photo] = ()
        self._answers: list[bool | None] = []
        self._query = ""
        self._picture = QPixmap()
        self.question = QLabel()
        self.question.setObjectName("checkQuestion")
        self.question.setProperty("role", "title")
        self.question.setWordWrap(True)
        self.question.setTextFormat(Qt.TextFormat.PlainText)
        self.picture = QLabel()
        self.picture.setObjectName("checkPicture")
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.picture.setMinimumSize(QSize(round(theme.unit() * 20), round(theme.unit() * 14)))
        self.progress = QLabel()
        self.progress.setObjectName("checkProgress")
        self.progress.setProperty("role", "small")
        self.yes = self._button("checkYes", "Yes (Y)", "It matches")
        self.no = self._button("checkNo", "No (N)", "It does not match")
        self.skip = self._button("checkSkip", "Skip (S)", "Nobody could tell")
        self.back = self._button("checkBack", "Back", "The photo before (Backspace)")
        self.sentence = QLabel()
        self.sentence.setObjectName("checkResult")
        self.sentence.setProperty("role", "title")
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.sentence.setToolTip("With 95 % certainty, as far as so few can tell (Wilson interval)")
        self.sentence.setWordWrap(True)
        self.sentence.setTextFormat(Qt.TextFormat.PlainText)
        self.use = self._button("checkUse", "Use for this query", "Confidences follow your answers")
        self.more = self._button("checkMore", "Check more", "Other photos of the same query")
        self.done_button = self._button("checkClose", "Close", "Leave the query as it is")
        self.stack = QStackedWidget()
        self._build(theme)
        self.yes.clicked.connect(lambda: self._answer(True))
        self.no.clicked.connect(lambda: self._answer(False))
        self.skip.clicked.connect(lambda: self._answer(None))
        self.back.clicked.connect(self._go_back)
        self.use.clicked.connect(self._use)
        self.more.clicked.connect(self.moreWanted)
        self.done_button.clicked.connect(self.reject)
        thumbnails.fetched.connect(self._show_picture)

    def _button(self, name: str, text: str, meaning: str) -> QPushButton:
        button = QPushButton(text)
        button.setObjectName(name)
        button.setAccessibleName(meaning)
        button.setToolTip(meaning)
        button.setAutoDefault(False)
        return button

    def _build(self, theme: Theme) -> None:
        choices = QHBoxLayout()
        for button in (self.yes, self.no, self.skip):
            choices.addWidget(button)
        choices.addStretch(1)
        choices.addWidget(self.progress)
        choices.addWidget(self.back)
        looking = QVBoxLayout()
        looking.setContentsMargins(0, 0, 0, 0)
        looking.addWidget(self.question)
        looking.addWidget(self.picture, 1)
        looking.addLayout(choices)
        ends = QHBoxLayout()
        ends.addStretch(1)
        for button in (self.use, self.more, self.done_button):
            ends.addWidget(button)
        ended = QVBoxLayout()
        ended.setContentsMargins(0, 0, 0, 0)
        ended.addStretch(1)
        ended.addWidget(self.sentence)
        ended.addStretch(1)
        ended.addLayout(ends)
        for inside in (looking, ended):
            page = QWidget()
            page.setLayout(inside)
            self.stack.addWidget(page)
        layout = QVBoxLayout(self)
        layout.addWidget(self.stack)
        self.resize(QSize(round(theme.unit() * 32), round(theme.unit() * 26)))

    def ask(self, query: str, photos: Sequence[Photo]) -> None:
        """Ask of each photo whether it matches the query."""
        self._query, self._photos, self._answers = query, photos, []
        self.stack.setCurrentIndex(0)
        self._show_photo()

    def show_result(self, found: AnswersFollowed | None, hits: int) -> None:
        """What the answers say of so many hits; None where all photos were skipped."""
        self.sentence.setText(result_sentence(found, hits))
        self.use.setEnabled(found is not None)
        self.more.setVisible(found is None or found.checked < hits)  # else there are no others
        self.stack.setCurrentIndex(1)
        (self.use if found is not None else self.done_button).setFocus()

    def _answer(self, match: bool | None) -> None:
        if len(self._answers) >= len(self._photos):
            return
        self._answers.append(match)
        if len(self._answers) == len(self._photos):
            self.answered.emit(list(self._answers))
        else:
            self._show_photo()

    @Slot()
    def _go_back(self) -> None:
        if self._answers:
            self._answers.pop()
            self._show_photo()

    @Slot()
    def _use(self) -> None:
        self.taken.emit()
        self.accept()

    def _show_photo(self) -> None:
        number = len(self._answers)
        photo = self._photos[number]
        self.question.setText(asked(one_line(self._query)))
        self.progress.setText(counted(number + 1, len(self._photos)))
        self.back.setEnabled(number > 0)
        self._picture = QPixmap()
        self._fit_picture()
        self.picture.setAccessibleName(one_line(photo.path))
        self._thumbnails.fetch(photo.content)
        self.yes.setFocus()

    @Slot(object, QImage)
    def _show_picture(self, key: object, image: QImage) -> None:
        number = len(self._answers)
        wanted = self._photos[number].content if number < len(self._photos) else None
        if key == wanted and not image.isNull():
            self._picture = QPixmap.fromImage(image)
            self._fit_picture()

    def _fit_picture(self) -> None:
        if self._picture.isNull():
            self.picture.clear()
            return
        ratio = self.devicePixelRatioF()
        shown = self._picture.scaled(
            self.picture.size() * ratio,
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        shown.setDevicePixelRatio(ratio)
        self.picture.setPixmap(shown)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_picture()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Y, N and S answer, Backspace goes back."""
        looking = self.stack.currentIndex() == 0
        buttons = {
            Qt.Key.Key_Y: self.yes,
            Qt.Key.Key_N: self.no,
            Qt.Key.Key_S: self.skip,
            Qt.Key.Key_Backspace: self.back,
        }
        button = buttons.get(Qt.Key(event.key())) if looking else None
        if button is None:
            super().keyPressEvent(event)
        else:
            button.click()
