"""The photo large: over the whole window (quick look) or over everything but the inspector."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget
from typing_extensions import override

from dinodesk.records import PatchMap
from dinodesk.ui.inspection.photo_map_view import PhotoMapView
from dinodesk.ui.inspection.zoom_bar import ZoomBar
from dinodesk.ui.inspection.zoom_view import ZOOM_KEYS
from dinodesk.ui.theme.theme import Theme
from dinodesk.ui.widgets.fact_widgets import ElidedLabel


class LargeView(QWidget):
    """One photo, large: arrows show the next, Esc closes. Beside the inspector it shows its map too."""

    stepRequested = Signal(int)  # -1, 1: one photo back or on
    edgeRequested = Signal(bool)  # False: to the first photo, True: to the last
    opened = Signal()
    closed = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("largeView")
        self.setAccessibleName("The photo, large")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._theme = theme
        self._kept = QPixmap()
        self._full_size: tuple[int, int] | None = None
        self._map: PatchMap | None = None
        self._marker: tuple[int, int] | None = None
        self.quick = False
        self.view = PhotoMapView(theme, "largePhoto", self)
        self.view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._name, self._number = ElidedLabel(mode=Qt.TextElideMode.ElideMiddle), QLabel()
        self._number.setProperty("role", "muted")
        self._number.setTextFormat(Qt.TextFormat.PlainText)
        self._previous = self._button("previousPhoto", "Previous photo (←)", "chevron-left")
        self._next = self._button("nextPhoto", "Next photo (→)", "chevron-right")
        self._back = self._button("closeLargeView", "Back to the photos (Esc)", "x")
        self._previous.clicked.connect(self._go_back)
        self._next.clicked.connect(self._go_on)
        self._back.clicked.connect(self.close_view)
        self.zoom = ZoomBar(theme, self.view, "large", steps=True)
        top = QHBoxLayout()
        top.setContentsMargins(16, 8, 12, 8)
        top.setSpacing(4)
        top.addWidget(self._name, 1)
        top.addSpacing(8)
        for widget in (self._previous, self._number, self._next):
            top.addWidget(widget)
        top.addSpacing(16)
        top.addWidget(self.zoom)
        top.addSpacing(16)
        top.addWidget(self._back)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 16)
        layout.setSpacing(0)
        layout.addLayout(top)
        layout.addWidget(self.view, 1)
        theme.changed.connect(self._restyle)
        self._restyle()
        self.hide()

    def _button(self, name: str, hint: str, icon: str) -> QToolButton:
        button = QToolButton()
        button.setObjectName(name)
        button.setAccessibleName(hint)
        button.setToolTip(hint)
        button.setProperty("lucide", icon)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keys with the view
        return button

    @Slot()
    def _restyle(self) -> None:
        side = round(self._theme.unit() * 1.15)
        for button in (self._previous, self._next, self._back):
            button.setIcon(self._theme.icon(button.property("lucide")))
            button.setIconSize(QSize(side, side))

    def open_over(self, area: QRect, quick: bool) -> None:
        """Show over `area` of the window."""
        self.quick = quick
        self.setGeometry(area)
        self.view.show_pixmap(self._kept, self._full_size)
        self.show_map(self._map, self._marker)
        self.show()
        self.raise_()
        self.view.fit()
        self.setFocus()
        self.opened.emit()

    def set_first_picture(self, pixmap: QPixmap, full_size: tuple[int, int] | None = None) -> None:
        """The picture to begin with when the view is opened; a sharper one may follow."""
        self._kept, self._full_size = pixmap, full_size

    def show_map(self, shown: PatchMap | None, marker: tuple[int, int] | None = None) -> None:
        """Lay a map over the photo; a quick look shows the photo alone."""
        self._map, self._marker = shown, marker
        self.view.show_map(None if self.quick else shown, marker)

    def set_caption(self, name: str, row: int, count: int) -> None:
        """Name of the photo, and its row among how many."""
        self._name.set_text(name)
        self._number.setText(f"{row + 1:,} of {count:,}")
        self._previous.setEnabled(row > 0)
        self._next.setEnabled(row + 1 < count)

    @Slot()
    def _go_back(self) -> None:
        self.stepRequested.emit(-1)

    @Slot()
    def _go_on(self) -> None:
        self.stepRequested.emit(1)

    @Slot()
    def close_view(self) -> None:
        """Hide, if it is shown, and emit `closed`."""
        if self.isVisible():
            self.hide()
            self.closed.emit()

    @override
    def event(self, event: QEvent) -> bool:
        """Ctrl with a zoom key is a zoom of this photo here, not of the thumbnails beneath."""
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.ShortcutOverride:
            return super().event(event)
        if event.key() in ZOOM_KEYS and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            event.accept()
            return True
        return super().event(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows, Space, Esc; zoom keys go to the view."""
        key = event.key()
        if event.modifiers() & Qt.KeyboardModifier.AltModifier:
            event.ignore()  # Alt and an arrow go back or forward, also where there is nothing to go to
        elif key in (Qt.Key.Key_Escape, Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.close_view()
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Up, Qt.Key.Key_PageUp):
            self.stepRequested.emit(-1)
        elif key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_PageDown):
            self.stepRequested.emit(1)
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self.edgeRequested.emit(key == Qt.Key.Key_End)
        else:
            self.view.keyPressEvent(event)
