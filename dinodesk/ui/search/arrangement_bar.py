"""The two boxes beside the header: in which order photos stand, and under which headings."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QListView, QWidget

from dinodesk.records import GROUPS, SORTS, Arrangement
from dinodesk.ui.text.arrangement_text import ALBUM_ORDER, GROUP_NAMES, SORT_NAMES


class ArrangementBar(QWidget):
    """Shows an arrangement and asks for another one."""

    chosen = Signal(object)  # Arrangement

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sort_box = _box("sortBox", "Order of the photos")
        for sort in SORTS:
            self.sort_box.addItem(SORT_NAMES[sort], sort)
        self.group_box = _box("groupBox", "Headings among the photos")
        for group in GROUPS:
            self.group_box.addItem(GROUP_NAMES[group], group)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.sort_box)
        layout.addWidget(self.group_box)
        for box in (self.sort_box, self.group_box):
            box.currentIndexChanged.connect(self._choose)

    @Slot()
    def _choose(self) -> None:
        self.chosen.emit(Arrangement(self.sort_box.currentData(), self.group_box.currentData()))

    def show_arrangement(self, arrangement: Arrangement, *, searching: bool, album: bool) -> None:
        """Show what holds; which orders are offered depends on what is shown."""
        with QSignalBlocker(self.sort_box), QSignalBlocker(self.group_box):
            self.sort_box.setItemText(
                self.sort_box.findData("relevance"), ALBUM_ORDER if album else SORT_NAMES["relevance"]
            )
            for sort, offered in (("relevance", searching or album), ("-relevance", searching)):
                _offer(self.sort_box, sort, offered)
            self.sort_box.setCurrentIndex(self.sort_box.findData(arrangement.sort))
            self.group_box.setCurrentIndex(self.group_box.findData(arrangement.group))
        order = self.sort_box.currentText()
        self.sort_box.setToolTip(f"Order of the photos: {order}" + (_HITS if searching else ""))
        self.group_box.setToolTip("Headings among the photos" + (_HITS if searching else ""))


_HITS = "\nIn any order but relevance, and under headings, the good matches stand alone."


def _box(name: str, about: str) -> QComboBox:
    box = QComboBox()
    box.setObjectName(name)
    box.setAccessibleName(about)
    box.setProperty("quiet", True)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
    box.setMaxVisibleItems(20)
    view = QListView(box)
    box.setView(view)
    return box


def _offer(box: QComboBox, data: str, offered: bool) -> None:
    view = box.view()
    if isinstance(view, QListView):
        view.setRowHidden(box.findData(data), not offered)
