"""The top bar: menu, search field with the photo of an image query in it, photo query, settings."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, QSize, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QImage, QKeyEvent, QKeySequence, QPixmap
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QToolButton, QWidget
from typing_extensions import override

from dinodesk.ui.text.plain_text import one_line, tooltip
from dinodesk.ui.theme.theme import Theme
from dinodesk.ui.widgets.drop_content import local_files


class SearchField(QLineEdit):
    """A line edit that hands pasted photos on and lets arrows down leave it."""

    photoPasted = Signal()
    leftDown = Signal()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Paste of a photo is a query; Down and Escape go to the photos."""
        if event.matches(QKeySequence.StandardKey.Paste) and holds_photo(
            QGuiApplication.clipboard().mimeData()
        ):
            self.photoPasted.emit()
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.leftDown.emit()
        elif event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)


def holds_photo(mime: QMimeData | None) -> bool:
    """Whether a clipboard or a drop carries a picture or local files, rather than words."""
    if mime is None:
        return False
    return mime.hasImage() or bool(local_files(mime))


class SearchBar(QWidget):
    """`changed` is sent for every edit; pausing is the window's business."""

    changed = Signal()
    photoRequested = Signal()
    photoPasted = Signal()
    leftDown = Signal()
    pictureWanted = Signal(object)  # its path

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("topBar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._theme = theme
        self._images: tuple[str, ...] = ()
        self.menu_button = self._button("menuButton", "menu", "Menu")
        self.photo_button = self._button("photoQueryButton", "image-plus", "Search by a photo…")
        self.look_button = self._button("appearanceButton", "settings-2", "Settings")
        self.field = SearchField()
        self.field.setObjectName("searchField")
        self.field.setAccessibleName("Search photos by a sentence")
        self.field.setPlaceholderText("Describe a photo: a red vehicle on a street")
        self.field.setAcceptDrops(False)
        self.field.setFrame(False)
        self._clear = self._button("clearButton", "x", "Clear the search", "muted")
        self._glass = QLabel()
        self._token = _Token(theme)
        self._token.removed.connect(self.clear_images)
        self._build()
        self.field.textChanged.connect(self._edited)
        self.field.photoPasted.connect(self.photoPasted)
        self.field.leftDown.connect(self.leftDown)
        self.photo_button.clicked.connect(self.photoRequested)
        self._clear.clicked.connect(self.clear)
        self.field.installEventFilter(self)
        theme.changed.connect(self.restyle)
        self.restyle()
        self._edited()

    def _build(self) -> None:
        unit = self._theme.unit()
        self._box = QFrame()
        self._box.setObjectName("searchBox")
        self._box.setFixedHeight(round(unit * 2.1))
        inside = QHBoxLayout(self._box)
        inside.setContentsMargins(12, 0, 6, 0)
        inside.setSpacing(8)
        for widget in (self._glass, self._token, self.field, self._clear):
            inside.addWidget(widget, 1 if widget is self.field else 0)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 8)
        layout.setSpacing(8)
        layout.addWidget(self.menu_button)
        layout.addWidget(self._box, 1)
        layout.addWidget(self.photo_button)
        layout.addWidget(self.look_button)

    def _button(self, name: str, icon: str, text: str, role: str = "text") -> QToolButton:
        button = QToolButton()
        button.setObjectName(name)
        button.setAccessibleName(text)
        button.setToolTip(text)
        button.setProperty("lucide", icon)
        button.setProperty("iconRole", role)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    @Slot()
    def restyle(self) -> None:
        """Icons in the colours of the present appearance."""
        side = round(self._theme.unit() * 1.15)
        for button in (self.menu_button, self.photo_button, self.look_button, self._clear):
            button.setIcon(self._theme.icon(button.property("lucide"), button.property("iconRole")))
            button.setIconSize(QSize(side, side) * (0.85 if button is self._clear else 1.0))
        self._glass.setPixmap(self._theme.pixmap("search", "muted", side * 0.95))

    # ── what is asked ───────────────────────────────────────────────────────────────────────────

    @property
    def text(self) -> str:
        """The sentence that is typed, trimmed."""
        return self.field.text().strip()

    @property
    def images(self) -> tuple[str, ...]:
        """The photo of an image query, or nothing."""
        return self._images

    def set_images(self, images: tuple[str, ...]) -> None:
        """Ask by these photos; the first is shown as a token."""
        self._images = images
        if images:
            self._token.show_name(images[0])
            self.pictureWanted.emit(images[0])
        self._edited()

    @Slot(object)
    def search_by_photo(self, file: str) -> None:
        """Ask by a photo alone."""
        self.field.clear()
        self.set_images((file,))

    @Slot(object, QImage)
    def show_picture(self, file: str, image: QImage) -> None:
        """The small picture of the photo in the query has been read."""
        if self._images and file == self._images[0] and not image.isNull():
            self._token.show_picture(image)

    @Slot()
    def clear_images(self) -> None:
        """Take the photo out of the query."""
        self.set_images(())

    @Slot()
    def clear(self) -> None:
        """Empty the query: back to browsing."""
        self._images = ()
        if self.field.text():
            self.field.clear()
        else:
            self._edited()
        self.field.setFocus()

    @Slot()
    def _edited(self) -> None:
        self._clear.setVisible(bool(self.field.text() or self._images))
        self._token.setVisible(bool(self._images))
        self.field.setPlaceholderText(
            "Add words to the photo" if self._images else "Describe a photo: a red vehicle on a street"
        )
        self.changed.emit()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The frame shows the focus of the field in it."""
        if watched is self.field and event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self._box.setProperty("focused", event.type() == QEvent.Type.FocusIn)
            self._box.style().unpolish(self._box)
            self._box.style().polish(self._box)
        if (
            watched is self.field
            and isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() in (Qt.Key.Key_Backspace, Qt.Key.Key_Escape)
            and not self.field.text()
            and self._images
        ):
            self.clear_images()
            return True
        return super().eventFilter(watched, event)


class _Token(QFrame):
    """A small photo with its name and a cross."""

    removed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("queryToken")
        self._theme = theme
        self._picture, self._name = QLabel(), QLabel()
        self._name.setTextFormat(Qt.TextFormat.PlainText)
        self._cross = QToolButton()
        self._cross.setObjectName("removeQueryPhoto")
        self._cross.setAccessibleName("Remove the photo from the search")
        self._cross.setToolTip("Remove the photo from the search")
        self._cross.setStyleSheet("padding: 1px;")
        self._cross.clicked.connect(self.removed)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(4, 2, 4, 2)
        layout.setSpacing(6)
        for widget in (self._picture, self._name, self._cross):
            layout.addWidget(widget)
        theme.changed.connect(self._restyle)
        self._restyle()

    @Slot()
    def _restyle(self) -> None:
        side = round(self._theme.unit() * 0.85)
        self._cross.setIcon(self._theme.icon("x", "accent"))
        self._cross.setIconSize(QSize(side, side))
        self._name.setFont(self._theme.font(0.85))

    def show_name(self, path: str) -> None:
        """The photo's name, cut in the middle; its picture follows."""
        name = one_line(Path(path).name)
        side = round(self._theme.unit() * 1.5)
        self._picture.setPixmap(self._theme.pixmap("image", "accent", side * 0.8))
        self._picture.setFixedSize(side, side)
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        width = round(self._theme.unit() * 9)
        self._name.setText(self._name.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, width))
        self.setToolTip(tooltip(f"Photos that look like {name}"))

    def show_picture(self, image: QImage) -> None:
        """The photo itself, as a small square."""
        side = round(self._theme.unit() * 1.5 * self.devicePixelRatioF())
        square = image.scaled(
            side,
            side,
            Qt.AspectRatioMode.KeepAspectRatioByExpanding,
            Qt.TransformationMode.SmoothTransformation,
        ).copy(0, 0, side, side)
        pixmap = QPixmap.fromImage(square)
        pixmap.setDevicePixelRatio(self.devicePixelRatioF())
        self._picture.setPixmap(pixmap)
