"""The top bar: menu, back, search field with the photo of an image query in it, photo query, settings."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QMimeData, QObject, QSignalBlocker, QSize, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QImage, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QToolButton, QWidget
from typing_extensions import override

from dinodesk.ui.context.app_state import EQUAL_WEIGHT, Query
from dinodesk.ui.search.query_photo import QueryPhoto
from dinodesk.ui.text.plain_text import one_line
from dinodesk.ui.theme.theme import Theme
from dinodesk.ui.widgets.balance_slider import BalanceSlider
from dinodesk.ui.widgets.drop_content import local_files

_WITHIN = 24
"""Characters of the query within whose matches is searched."""


class SearchField(QLineEdit):
    """A line edit that hands pasted photos on and lets arrows down leave it."""

    photoPasted = Signal()
    leftDown = Signal()
    emptyDown = Signal()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Paste of a photo is a query; Down and Escape go to the photos."""
        if event.matches(QKeySequence.StandardKey.Paste) and holds_photo(
            QGuiApplication.clipboard().mimeData()
        ):
            self.photoPasted.emit()
        elif event.key() == Qt.Key.Key_Down and not self.text():
            self.emptyDown.emit()
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
    pastRequested = Signal()  # past searches, by Down in the empty field
    withinLeft = Signal()
    pictureWanted = Signal(object)  # its path

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("topBar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._theme = theme
        self._images: tuple[str, ...] = ()
        self._weighed = ""  # the words that the photo was weighed against
        self._one_sentence = True  # whether one sentence is asked, that a photo can be weighed against
        self._replacing = False  # whether the photo that is being pasted replaces the selected words
        self.menu_button = self._button("menuButton", "menu", "Menu")
        self.back_button = self._button("backButton", "arrow-left", "Back (Alt+Left)")
        self.back_button.setEnabled(False)
        self.library_button = self._button("libraryPaneButton", "panel-left", "Library pane (Ctrl+B)")
        self.inspector_button = self._button("inspectorPaneButton", "panel-right", "Inspector (Ctrl+Shift+B)")
        self.photo_button = self._button("photoQueryButton", "image-plus", "Search by a photo…")
        self.look_button = self._button("appearanceButton", "settings-2", "Settings")
        self.field = SearchField()
        self.field.setObjectName("searchField")
        self.field.setAccessibleName("Search photos by a sentence")
        self.field.setPlaceholderText("Describe a photo: a red vehicle on a street")
        self.field.setAcceptDrops(False)
        self.field.setFrame(False)
        self._clear = self._button("clearButton", "x", "Clear the search", "muted")
        self._within = self._button("withinChip", "x", "Search all photos again", "muted")
        self._within.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._within.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # the cross behind the words
        self._within.setProperty("chip", True)
        self._within.clicked.connect(self.withinLeft)
        self._within.hide()
        self._buttons = (
            self.menu_button,
            self.library_button,
            self.back_button,
            self.photo_button,
            self.look_button,
            self.inspector_button,
            self._clear,
            self._within,
        )
        self._glass = QLabel()
        self._token = QueryPhoto(theme)
        self._token.removed.connect(self.clear_images)
        self.weight = BalanceSlider(theme, "words", "photo")
        self.weight.slider.setObjectName("photoWeight")
        self.weight.slider.setAccessibleName("Weight of the photo against the words, in hundredths")
        self.weight.moved.connect(self._weighed_anew)
        self._build()
        self.field.textChanged.connect(self._edited)
        self.field.photoPasted.connect(self._paste_photo)
        self.field.selectionChanged.connect(self._keep_words)
        self.field.leftDown.connect(self.leftDown)
        self.field.emptyDown.connect(self._leave_empty)
        self.photo_button.clicked.connect(self.photoRequested)
        self._clear.clicked.connect(self.clear)
        self.field.installEventFilter(self)
        theme.changed.connect(self.restyle)
        self.restyle()
        self._edited()

    def _build(self) -> None:
        unit = self._theme.unit()
        self.box = QFrame()
        self.box.setObjectName("searchBox")
        self.box.setFixedHeight(round(unit * 2.1))
        inside = QHBoxLayout(self.box)
        inside.setContentsMargins(12, 0, 6, 0)
        inside.setSpacing(8)
        for widget in (self._glass, self._within, self._token, self.field, self.weight, self._clear):
            inside.addWidget(widget, 1 if widget is self.field else 0)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 8)
        layout.setSpacing(8)
        layout.addWidget(self.menu_button)
        layout.addWidget(self.library_button)
        layout.addWidget(self.back_button)
        layout.addWidget(self.box, 1)
        layout.addWidget(self.photo_button)
        layout.addWidget(self.look_button)
        layout.addWidget(self.inspector_button)

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
        for button in self._buttons:
            button.setIcon(self._theme.icon(button.property("lucide"), button.property("iconRole")))
            button.setIconSize(QSize(side, side) * (0.85 if button in (self._clear, self._within) else 1.0))
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

    @property
    def image_weight(self) -> float:
        """The share of the photo, 0 to 1; that of both alike where there is but one of the two."""
        return self.weight.share if self.text and self._images else EQUAL_WEIGHT

    def set_images(self, images: tuple[str, ...]) -> None:
        """Ask by these photos; the first is shown as a token."""
        self._show_images(images)
        self._edited()

    def _show_images(self, images: tuple[str, ...]) -> None:
        self._images = images
        if images:
            self._token.show_name(images[0])
            self.pictureWanted.emit(images[0])

    @Slot(object)
    def search_by_photo(self, file: str) -> None:
        """Ask by a photo alone."""
        with QSignalBlocker(self.field):
            self.field.clear()
        self.set_images((file,))

    @Slot(object)
    def add_photo(self, file: str) -> None:
        """Ask by a photo and the words there are, without those that it was pasted over."""
        if self._replacing and self.field.hasSelectedText():
            with QSignalBlocker(self.field):
                self.field.del_()
        self._replacing = False
        self.set_images((file,))

    @Slot()
    def _paste_photo(self) -> None:
        self._replacing = self.field.hasSelectedText()
        self.photoPasted.emit()

    @Slot()
    def _leave_empty(self) -> None:
        if self._images:
            self.leftDown.emit()
        else:
            self.pastRequested.emit()

    @Slot()
    def _keep_words(self) -> None:
        self._replacing = False

    def show_query(self, query: Query) -> None:
        """Show a query that is being asked already; nobody is told."""
        with QSignalBlocker(self.field):
            self.field.setText(query.text)
        self._show_images(query.images)
        self.weight.set_share(query.image_weight)
        self._weighed = query.text
        self._show_parts()

    @Slot(bool)
    def set_sentence(self, one: bool) -> None:
        """Whether one sentence is asked; several terms or filters alone are not weighed against a photo."""
        self._one_sentence = one
        self._show_parts()

    @Slot(object, QImage)
    def show_picture(self, file: str, image: QImage) -> None:
        """The small picture of the photo in the query has been read."""
        if self._images and file == self._images[0] and not image.isNull():
            self._token.show_picture(image)

    def show_within(self, name: str) -> None:
        """Say within whose matches is searched; "" for none."""
        self._within.setVisible(bool(name))
        words = name if len(name) <= _WITHIN else name[: _WITHIN - 1] + "…"
        self._within.setText(f"within “{one_line(words)}”".replace("&", "&&"))
        self._within.setAccessibleName(f"Searching within the matches of {one_line(name)}; press to leave")

    def show_history(self, back: bool) -> None:
        """Whether there is something to go back to."""
        self.back_button.setEnabled(back)

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
    def _weighed_anew(self) -> None:
        self._weighed = self.text
        self.changed.emit()

    @Slot()
    def _edited(self) -> None:
        text, weighed = self.text, self._weighed
        # weights are for one pair of words and photo; what is typed on at its end is the same words still
        if not (text and self._images and (text.startswith(weighed) or weighed.startswith(text))):
            self.weight.set_share(EQUAL_WEIGHT)
        self._show_parts()
        self.changed.emit()

    def _show_parts(self) -> None:
        self.weight.setVisible(bool(self.text and self._images and self._one_sentence))
        self._clear.setVisible(bool(self.field.text() or self._images))
        self._token.setVisible(bool(self._images))
        self.field.setPlaceholderText(
            "Add words to the photo" if self._images else "Describe a photo: a red vehicle on a street"
        )

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The frame shows the focus of the field in it."""
        if watched is self.field and event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.box.setProperty("focused", event.type() == QEvent.Type.FocusIn)
            self.box.style().unpolish(self.box)
            self.box.style().polish(self.box)
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
