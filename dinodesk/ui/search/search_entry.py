"""The ways into the search field: typing anywhere, photos that are dropped, pasted or chosen."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from dinodesk.ui.search.search_bar import SearchBar
from dinodesk.ui.widgets.file_dialogs import PHOTO_FILES, ask_file


class SearchEntry(QObject):
    """Puts words and photos into the search bar; `entered` is sent before, so that it comes into sight."""

    entered = Signal()

    def __init__(self, bar: SearchBar, parent: QWidget) -> None:
        super().__init__(parent)
        self._bar, self._parent = bar, parent
        bar.photoRequested.connect(self.ask_photo)

    @Slot(str)
    def type_text(self, text: str) -> None:
        """Typing anywhere goes to the search field."""
        self.entered.emit()
        self._bar.field.setFocus()
        self._bar.field.insert(text)

    @Slot()
    def find(self) -> None:
        """Go to the search field, its words selected."""
        self.entered.emit()
        self._bar.field.setFocus()
        self._bar.field.selectAll()

    @Slot(object)
    def add_photo(self, file: str) -> None:
        """Search by a photo and the words there are; "" for none."""
        if file:
            self.entered.emit()
            self._bar.add_photo(file)

    @Slot()
    def ask_photo(self) -> None:
        """Ask for a photo to search by."""
        ask_file(self._parent, "Search by a photo", self.add_photo, PHOTO_FILES)
