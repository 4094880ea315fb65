"""Zoom of a photo in sight: the figure, and buttons for the whole photo, for 100 %, and for in and out."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from dinodesk.ui.inspection.zoom_view import ZoomView
from dinodesk.ui.theme.theme import Theme


class ZoomBar(QWidget):
    """Follows the zoom of one view, and sets it. Without a photo there is no figure and nothing to press."""

    def __init__(self, theme: Theme, view: ZoomView, prefix: str = "", *, steps: bool = False) -> None:
        """`prefix` begins the names of the controls; `steps` adds buttons for in and out."""
        super().__init__()
        self.setObjectName(f"{prefix}ZoomBar" if prefix else "zoomBar")
        self._theme, self._view, self._prefix = theme, view, prefix
        self.figure = QLabel()
        self.figure.setObjectName(self._named("zoomFigure"))
        self.figure.setProperty("role", "muted")
        self.figure.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.fit = self._button("fitButton", "Fit", "Show the whole photo (0)", view.fit)
        self.actual = self._button(
            "actualButton",
            "100 %",
            "One pixel of the photo for one of the screen (Ctrl+1)",
            view.show_actual_size,
        )
        self._steps: list[QToolButton] = []
        if steps:
            self._steps = [
                self._button("zoomOutButton", "", "Smaller (−)", view.zoom_out, "minus"),
                self._button("zoomInButton", "", "Larger (+)", view.zoom_in, "plus"),
            ]
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        for widget in (*self._steps[:1], self.figure, *self._steps[1:], self.fit, self.actual):
            layout.addWidget(widget)
        view.zoomChanged.connect(self._show_zoom)
        theme.changed.connect(self._restyle)
        self._restyle()
        self._show_zoom()

    def _named(self, name: str) -> str:
        return f"{self._prefix}{name[0].upper()}{name[1:]}" if self._prefix else name

    def _button(self, name: str, text: str, hint: str, act: object, icon: str = "") -> QToolButton:
        button = QToolButton()
        button.setObjectName(self._named(name))
        button.setText(text)
        button.setToolTip(hint)
        button.setAccessibleName(hint)
        button.setProperty("lucide", icon)
        button.setProperty("compact", True)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(act)
        return button

    @Slot()
    def _restyle(self) -> None:
        self.figure.setFixedWidth(self.figure.fontMetrics().horizontalAdvance("4,000 %") + 6)
        side = round(self._theme.unit() * 1.1)
        for button in self._steps:
            button.setIcon(self._theme.icon(button.property("lucide"), "text"))
            button.setIconSize(QSize(side, side))

    @Slot()
    def _show_zoom(self) -> None:
        self.figure.setText(zoom_text(self._view.zoom))
        self.figure.setAccessibleName(f"Zoom {self.figure.text()}" if self.figure.text() else "Zoom")
        for button in (self.fit, self.actual, *self._steps):
            button.setEnabled(not self._view.empty)


def zoom_text(zoom: float) -> str:
    """The zoom in per cent, with a digit behind the point below one per cent; "" for none."""
    if zoom <= 0:
        return ""
    percent = zoom * 100
    return f"{percent:.1f} %" if percent < 0.95 else f"{round(percent):,} %"
