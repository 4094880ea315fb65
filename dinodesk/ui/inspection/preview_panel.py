"""The one preview with its overlay controls; it moves into whatever page of the inspector is shown."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QSlider,
    QTabBar,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from dinodesk.records import PatchMap
from dinodesk.ui.inspection.photo_map_view import PhotoMapView
from dinodesk.ui.inspection.zoom_bar import ZoomBar
from dinodesk.ui.theme.theme import SMALL, Theme
from dinodesk.ui.widgets.fact_widgets import ColourBar, ElidedLabel

PHOTO = ("Photo", "The photo as it is")
"""Title and hint of the first segment, which lays nothing over the photo."""
PHOTO_LEGEND = "The photo as it is. A map lays over it what the model sees in each patch."


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
    def legend(self) -> str:
        """What its colours mean: name and unit of its numbers, or a sentence where there are none."""

    @property
    def tokens(self) -> str:
        """ "backbone" tokens are there for every layer, those of the "head" for the last."""

    @property
    def options(self) -> Collection[str]:
        """What can be chosen: "patch", "text" and others."""


class PreviewPanel(QWidget):
    """Preview, segments, legend, opacity and layer; emits what was chosen; sends no request.

    Nothing in it moves from map to map: what a map has no use for keeps its room.
    """

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
        self.legend = QLabel()
        self.legend.setObjectName("mapLegend")
        self.legend.setProperty("role", "small")
        self.legend.setWordWrap(True)
        self.legend.setTextFormat(Qt.TextFormat.PlainText)
        self.bar = ColourBar(theme)
        self.under_pointer = ElidedLabel()
        self.under_pointer.setObjectName("patchValue")
        self.under_pointer.setProperty("role", "small")
        self.zoom = ZoomBar(theme, self.view)
        self._build()
        self.modes.currentChanged.connect(self._mode_changed)
        self.layer.valueChanged.connect(self._layer_moved)
        self.opacity.valueChanged.connect(self._opacity_moved)
        self._under: tuple[int, int] | None = None
        self.view.patchHovered.connect(self.show_value_at)
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
        layout.setSpacing(6)
        layout.addWidget(self.view)
        below = QHBoxLayout()
        below.setSpacing(8)
        below.addWidget(self.under_pointer, 1)
        below.addWidget(self.zoom)
        layout.addLayout(below)
        layout.addWidget(frame)
        self._scale = QWidget()
        scale = QVBoxLayout(self._scale)
        scale.setContentsMargins(0, 2, 0, 0)
        scale.setSpacing(2)
        scale.addWidget(self.legend)
        scale.addWidget(self.bar)
        scale.addStretch()
        layout.addWidget(self._scale)
        self._opacity_row = self._row("Opacity", self.opacity, self._opacity_value)
        self._layer_row = self._row("Layer", self.layer, self._layer_value)
        layout.addWidget(self._opacity_row)
        layout.addWidget(self._layer_row)

    def _row(self, name: str, slider: QSlider, value: QLabel) -> QWidget:
        row = QWidget()
        policy = row.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        row.setSizePolicy(policy)
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

    @Slot()
    def _restyle(self) -> None:
        """Room for a legend of two lines and its bar, or of three lines without one."""
        line = QFontMetrics(self._theme.font(SMALL)).lineSpacing()
        self._scale.setFixedHeight(2 * line + self.bar.height() + 6)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        """The stage keeps its shape, so that controls stay where they are from photo to photo."""
        super().resizeEvent(event)
        self.view.setFixedHeight(round(self.width() * 0.84))

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
        self._show_legend()
        self.show_value_at(self._under)

    def _show_legend(self) -> None:
        chosen, shown = self.map, self.view.overlay.map
        words = PHOTO_LEGEND if chosen is None else chosen.legend
        if chosen is not None and shown is not None and shown.bar is not None:
            words += f" · scale of this {'library' if shown.shared else 'photo'}"
        self.legend.setText(words)

    @Slot()
    def _mode_changed(self) -> None:
        chosen = self.map
        self._layer_row.setVisible(chosen is not None and chosen.tokens == "backbone")
        self._opacity_row.setVisible(chosen is not None)
        self._show_legend()
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
