"""Folding the side panes away: both when a person says so, the inspector of a narrow window by itself."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from dinodesk.ui.grid.photo_grid import PhotoGrid
from dinodesk.ui.theme.theme import Theme

NARROW = 70
"""Lines of text across a window below which an inspector without a photo takes no room."""


class PaneFolding(QObject):
    """Shows and hides the panes; what a person folded stays so until it is unfolded."""

    changed = Signal(bool, bool)  # whether the library and the inspector can be seen

    def __init__(
        self, window: QWidget, theme: Theme, library: QWidget, inspector: QWidget, grid: PhotoGrid
    ) -> None:
        super().__init__(window)
        self._window, self._theme, self._grid = window, theme, grid
        self._library, self._inspector = library, inspector
        self.folded = False, False  # the library pane, the inspector
        self._pressed = False  # the mouse, on a photo
        self._wanted = False  # the inspector is wanted without a photo, too
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self._apply)
        grid.currentMoved.connect(self._current_moved)
        window.installEventFilter(self)
        grid.viewport().installEventFilter(self)

    def fold(self, library: bool, inspector: bool) -> None:
        """Fold the panes away, or unfold them."""
        self.folded = library, inspector
        self._apply()

    @Slot()
    def toggle_library(self) -> None:
        """Fold the library pane away, or unfold it."""
        self.fold(not self.folded[0], self.folded[1])

    @Slot()
    def toggle_inspector(self) -> None:
        """Fold the inspector away, or unfold it."""
        seen = not self._inspector.isHidden()
        self._wanted = not seen
        self.fold(self.folded[0], seen)

    @Slot()
    def _current_moved(self) -> None:
        # a photo that moved away under a click could not be double-clicked
        clicked = self._pressed and self._inspector.isHidden()
        self._later.start(QGuiApplication.styleHints().mouseDoubleClickInterval() if clicked else 0)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._window:
            if event.type() == QEvent.Type.Resize:
                self._apply()
        elif event.type() in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease):
            self._pressed = event.type() == QEvent.Type.MouseButtonPress
        return super().eventFilter(watched, event)

    @Slot()
    def _apply(self) -> None:
        roomy = self._window.width() >= NARROW * self._theme.unit()
        wanted = roomy or self._wanted or self._grid.currentIndex().isValid()
        self._library.setVisible(not self.folded[0])
        self._inspector.setVisible(wanted and not self.folded[1])
        self.changed.emit(not self._library.isHidden(), not self._inspector.isHidden())
