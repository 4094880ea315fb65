"""The photo of a query as a small token in the search field."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton

from dinodesk.ui.text.plain_text import tooltip
from dinodesk.ui.text.query_text import query_photo_name
from dinodesk.ui.theme.theme import Theme


class QueryPhoto(QFrame):
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
        name = query_photo_name(path)
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
