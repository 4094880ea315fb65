"""The one preview with its overlay controls; it moves into whatever page of the inspector is shown."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QEnterEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QSlider,
    QTabBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from dinodesk.records import PatchMap
from dinodesk.ui.inspection.photo_map_view import PhotoMapView
from dinodesk.ui.theme.theme import Theme
from dinodesk.ui.widgets.fact_widgets import ColourBar, ElidedLabel

PHOTO = ("Photo", "The photo as it is")
"""Title and hint of the first segment, which lays nothing over the photo."""


class PanelMap(Protocol):
    """What the panel must know of a map; the entries of `features.map_registry` are such."""

    @property
    def name(self) -> str:
        """As requests and answers name it."""

    @property
    def title(self) -> str:
        """Text of its segment."""

    @property
    def hint(self) -> str:
        """One sentence on what it shows."""

    @property
    def tokens(self) -> str:
        """ "backbone" tokens are there for every layer, those of the "head" for the last."""

    @property
    def options(self) -> Collection[str]:
        """What can be chosen: "patch", "text" and others."""


class PreviewPanel(QWidget):
    """Preview, segments, layer and opacity; emits what was chosen; sends no request."""

    modeChanged = Signal()
    layerChanged = Signal(int)

    def __init__(self, theme: Theme, maps: Sequence[PanelMap], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._maps = theme, tuple(maps)
        self.view = PhotoMapView(theme, "previewView")
        self.view.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.modes = QTabBar()
        self.modes.setObjectName("overlayMode")
        self.modes.setAccessibleName("What lies over the photo")
        self.modes.setDrawBase(False)
        self.modes.setExpanding(True)
        self.modes.setUsesScrollButtons(False)
        self.modes.setElideMode(Qt.TextElideMode.ElideNone)
        for title, hint in (PHOTO, *((each.title, each.hint) for each in self._maps)):
            self.modes.setTabToolTip(self.modes.addTab(title), hint)
        self.layer = self._slider("layerSlider", "Layer", 0, 0)
        self.opacity = self._slider("overlayOpacity", "Opacity of the overlay, in hundredths", 0, 100)
        self.opacity.setValue(60)
        self._layer_value, self._opacity_value = QLabel(), QLabel()
        self.bar = ColourBar(theme)
        self.under_pointer = ElidedLabel()
        self.under_pointer.setObjectName("patchValue")
        self.under_pointer.setProperty("role", "small")
        self._fit = self._tool("fitButton", "minimize", "Fit the photo (0)")
        self._actual = self._tool("actualButton", "maximize", "One pixel for one (double-click)")
        self._build()
        self.modes.currentChanged.connect(self._mode_changed)
        self.layer.valueChanged.connect(self._layer_moved)
        self.opacity.valueChanged.connect(self._opacity_moved)
        self._under: tuple[int, int] | None = None
        self.view.patchHovered.connect(self.show_value_at)
        self._fit.clicked.connect(self.view.fit)
        self._actual.clicked.connect(self.view.show_actual_size)
        theme.changed.connect(self._restyle)
        self._restyle()
        self._opacity_moved(self.opacity.value())
        self._mode_changed()

    def _build(self) -> None:
        frame = QFrame()
        frame.setObjectName("overlayFrame")
        inside = QHBoxLayout(frame)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(self.modes)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.view)
        layout.addWidget(frame)
        self._layer_row = self._row("Layer", self.layer, self._layer_value)
        self._opacity_row = self._row("Opacity", self.opacity, self._opacity_value)
        layout.addWidget(self._layer_row)
        layout.addWidget(self._opacity_row)
        layout.addWidget(self.bar)
        layout.addWidget(self.under_pointer)
        tools = QHBoxLayout()
        tools.setContentsMargins(0, 0, 0, 0)
        tools.setSpacing(0)
        tools.addWidget(self._fit)
        tools.addWidget(self._actual)
        self._tools = QFrame(self.view)
        self._tools.setObjectName("previewTools")
        self._tools.setLayout(tools)
        self._tools.adjustSize()
        self._tools.hide()

    def _row(self, name: str, slider: QSlider, value: QLabel) -> QWidget:
        row = QWidget()
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        label = QLabel(name)
        label.setProperty("role", "muted")
        label.setFixedWidth(round(self._theme.unit() * 3.6))
        label.setBuddy(slider)
        value.setProperty("role", "value")
        value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        value.setFixedWidth(round(self._theme.unit() * 3.4))
        layout.addWidget(label)
        layout.addWidget(slider, 1)
        layout.addWidget(value)
        return row

    def _slider(self, name: str, accessible: str, low: int, high: int) -> QSlider:
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setObjectName(name)
        slider.setAccessibleName(accessible)
        slider.setRange(low, high)
        slider.setToolTip(accessible)
        slider.setMinimumWidth(60)
        return slider

    def _tool(self, name: str, icon: str, text: str) -> QToolButton:
        button = QToolButton()
        button.setObjectName(name)
        button.setAccessibleName(text)
        button.setToolTip(text)
        button.setProperty("lucide", icon)
        return button

    @Slot()
    def _restyle(self) -> None:
        for button in (self._fit, self._actual):
            button.setIcon(self._theme.icon(button.property("lucide"), "muted"))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        """The stage keeps its shape, so that controls stay where they are from photo to photo."""
        super().resizeEvent(event)
        self.view.setFixedHeight(round(self.width() * 0.84))

    @override
    def enterEvent(self, event: QEnterEvent) -> None:
        self._tools.setVisible(not self.view.empty)
        self._tools.adjustSize()
        self._tools.move(8, 8)
        self._tools.raise_()

    @override
    def leaveEvent(self, event: QEvent) -> None:
        self._tools.hide()

    # ── choices ─────────────────────────────────────────────────────────────────────────────────

    @property
    def map(self) -> PanelMap | None:
        """The chosen map, or None for the photo alone."""
        index = self.modes.currentIndex()
        return self._maps[index - 1] if index > 0 else None

    @property
    def map_titles(self) -> str:
        """The maps that can be chosen: "PCA, Similar, Text or Norm"."""
        *most, last = (each.title for each in self._maps)
        return f"{', '.join(most)} or {last}" if most else last

    def choose_map(self, option: str) -> None:
        """Choose the first map that has this option."""
        for number, each in enumerate(self._maps):
            if option in each.options:
                self.modes.setCurrentIndex(number + 1)
                return

    def set_layers(self, layers: int) -> None:
        """Start at the last layer of another model."""
        self.layer.blockSignals(True)
        self.layer.setRange(0, max(0, layers - 1))
        self.layer.setValue(layers - 1)
        self.layer.setPageStep(1)
        self.layer.blockSignals(False)
        self._show_layer()

    def show_map(self, shown: PatchMap | None, marker: tuple[int, int] | None = None) -> None:
        """A map over the photo, with its scale."""
        self.view.show_map(shown, marker)
        self.bar.show_map(shown)
        self.show_value_at(self._under)

    @Slot()
    def _mode_changed(self) -> None:
        chosen = self.map
        self._layer_row.setVisible(chosen is not None and chosen.tokens == "backbone")
        self._opacity_row.setVisible(chosen is not None)
        self.modeChanged.emit()

    @Slot(int)
    def _layer_moved(self, layer: int) -> None:
        self._show_layer()
        self.layerChanged.emit(layer)

    def _show_layer(self) -> None:
        self._layer_value.setText(f"{self.layer.value() + 1} of {self.layer.maximum() + 1}")

    @Slot(int)
    def _opacity_moved(self, hundredths: int) -> None:
        self._opacity_value.setText(f"{hundredths} %")
        self.view.set_opacity(hundredths / 100.0)

    @Slot(object)
    def show_value_at(self, patch: tuple[int, int] | None) -> None:
        """Write out the value at the patch under the pointer, of this map and those that follow."""
        self._under = patch
        shown = self.view.overlay.map
        if (
            patch is None
            or shown is None
            or patch[0] >= len(shown.values)
            or patch[1] >= shown.values.shape[1]
        ):
            self.under_pointer.set_text("")
            return
        value = shown.values[patch]
        numbers = f"{float(value):.3f}" if shown.values.ndim == 2 else "  ".join(f"{v:+.2f}" for v in value)
        self.under_pointer.set_text(f"patch {patch[0]}, {patch[1]} · {numbers}")
