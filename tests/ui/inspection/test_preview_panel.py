"""Segments, layer and opacity of the preview."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pytest
from PySide6.QtGui import QPixmap

from dinodesk.features.map_registry import MAPS
from dinodesk.records import PatchMap
from dinodesk.ui.inspection.preview_panel import PreviewPanel
from dinodesk.ui.theme.theme import Theme


@dataclass
class Map:
    """Any map at all."""

    name: str
    title: str
    hint: str = ""
    legend: str = ""
    tokens: str = "backbone"
    options: frozenset[str] = field(default_factory=frozenset)


@pytest.fixture
def panel(qtbot, theme: Theme) -> PreviewPanel:
    panel = PreviewPanel(theme, [spec for spec in MAPS if spec.in_panel])
    qtbot.addWidget(panel)
    panel.resize(400, 600)
    panel.show()
    return panel


def test_the_panel_offers_the_maps_of_the_registry(panel: PreviewPanel) -> None:
    titles = [panel.modes.tabText(number) for number in range(panel.modes.count())]
    offered = [spec for spec in MAPS if spec.in_panel]
    assert titles == ["Photo", *(spec.title for spec in offered)]
    assert all(panel.modes.tabToolTip(number) for number in range(panel.modes.count()))
    assert panel.map is None and all(spec.title in panel.map_titles for spec in offered)
    for number, spec in enumerate(offered, start=1):
        panel.modes.setCurrentIndex(number)
        assert panel.map.name == spec.name


def test_a_new_map_needs_no_change_here(qtbot, theme: Theme) -> None:
    panel = PreviewPanel(theme, [Map("depth", "Depth"), Map("saliency", "Saliency", tokens="head")])
    qtbot.addWidget(panel)
    panel.modes.setCurrentIndex(2)
    assert panel.map.name == "saliency" and panel.map_titles == "Depth or Saliency"
    assert panel._layer_row.isHidden()  # head tokens are there for the last layer only


@pytest.mark.parametrize(
    ("mode", "layer", "opacity"), [(0, 0, 0), (1, 1, 1), (2, 1, 1), (3, 0, 1), (4, 1, 1)]
)
def test_sliders_are_there_where_they_mean_something(panel, mode: int, layer: int, opacity: int) -> None:
    panel.modes.setCurrentIndex(mode)
    assert panel._layer_row.isVisible() == bool(layer) and panel._opacity_row.isVisible() == bool(opacity)


def test_a_map_is_chosen_by_what_it_takes(qtbot, panel: PreviewPanel) -> None:
    with qtbot.waitSignal(panel.modeChanged):
        panel.choose_map("text")
    assert panel.map.name == "text"
    with qtbot.assertNotEmitted(panel.modeChanged):
        panel.choose_map("nothing has this")
    assert panel.map.name == "text"


def test_layers_start_at_the_last_one_without_being_told(qtbot, panel: PreviewPanel) -> None:
    with qtbot.assertNotEmitted(panel.layerChanged):
        panel.set_layers(12)
    assert panel.layer.value() == 11 and panel._layer_value.text() == "12 of 12"
    with qtbot.waitSignal(panel.layerChanged) as moved:
        panel.layer.setValue(4)
    assert moved.args == [4] and panel._layer_value.text() == "5 of 12"


def test_opacity_is_applied_and_shown_in_per_cent(panel: PreviewPanel) -> None:
    panel.opacity.setValue(25)
    assert panel.view.overlay.opacity() == pytest.approx(0.25) and panel._opacity_value.text() == "25 %"


def test_the_value_under_the_pointer_is_shown(panel: PreviewPanel) -> None:
    colours = np.zeros((2, 2, 3), np.uint8)
    panel.show_map(
        PatchMap(
            kind="norm", values=np.array([[1, 2], [3, 4.5]], np.float32), colours=colours, low=1.0, high=4.5
        )
    )
    panel.view.patchHovered.emit((1, 1))
    assert panel.under_pointer.whole == "patch 1, 1 · 4.500"
    panel.show_map(
        PatchMap(kind="pca", values=np.full((2, 2, 3), -0.25, np.float32), colours=colours, low=0.0, high=1.0)
    )
    assert (
        panel.under_pointer.whole == "patch 1, 1 · -0.25  -0.25  -0.25"
    )  # the pointer rests, the map is new
    panel.view.patchHovered.emit((0, 1))
    assert panel.under_pointer.whole == "patch 0, 1 · -0.25  -0.25  -0.25"
    panel.view.patchHovered.emit(None)
    assert panel.under_pointer.whole == ""
    panel.view.patchHovered.emit((0, 0))
    panel.show_map(None)
    assert panel.under_pointer.whole == "" and panel.bar.isHidden()
    panel.show_map(PatchMap(kind="norm", values=np.ones((1, 1), np.float32), colours=colours, low=0, high=1))
    panel.show_value_at((1, 1))  # of a grid that had more patches
    assert panel.under_pointer.whole == ""


def test_the_stage_keeps_its_shape(qtbot, panel: PreviewPanel) -> None:
    panel.resize(500, 700)
    qtbot.waitUntil(lambda: panel.view.height() == round(panel.width() * 0.84))


def test_nothing_moves_from_map_to_map(qtbot, panel: PreviewPanel) -> None:
    """Photo and maps with and without layers, a scale or a long legend: every control keeps its place."""
    qtbot.waitUntil(lambda: panel.view.height() == round(panel.width() * 0.84))
    kept = (panel.view, panel.modes, panel.zoom, panel.bar, panel.opacity, panel.layer, panel.legend)
    colours = np.zeros((2, 2, 3), np.uint8)
    scalar = PatchMap(
        kind="norm",
        values=np.zeros((2, 2), np.float32),
        colours=colours,
        low=0.0,
        high=1.0,
        bar=np.zeros((2, 4), np.uint8),
    )
    pca = PatchMap(kind="pca", values=np.zeros((2, 2, 3), np.float32), colours=colours, low=0.0, high=1.0)
    places: list[dict[str, object]] = []
    height = panel.sizeHint().height()
    for mode, shown in ((1, pca), (0, None), (2, scalar), (3, None), (3, scalar), (4, scalar)):
        panel.modes.setCurrentIndex(mode)
        panel.show_map(shown)
        panel.layout().activate()
        panel._scale.layout().activate()
        visible = {w.objectName(): w.mapTo(panel, w.rect().topLeft()) for w in kept if w.isVisible()}
        assert panel.sizeHint().height() == height
        places.append(visible)
    for name in {name for each in places for name in each}:
        assert len({(p[name].x(), p[name].y()) for p in places if name in p}) == 1, name


def test_every_map_has_a_legend(panel: PreviewPanel) -> None:
    panel.modes.setCurrentIndex(0)
    legends = {panel.legend.text()}
    for number, spec in enumerate((spec for spec in MAPS if spec.in_panel), start=1):
        panel.modes.setCurrentIndex(number)
        assert panel.legend.text() == spec.legend  # no scale before there is a map
        legends.add(panel.legend.text())
    assert len(legends) == panel.modes.count() and all(legends)


def test_the_zoom_stands_beside_the_photo_and_not_on_it(panel: PreviewPanel) -> None:
    pixmap = QPixmap(400, 300)
    panel.view.show_pixmap(pixmap, (4000, 3000))
    assert panel.zoom.figure.text() == f"{round(panel.view.zoom * 100)} %"
    assert not panel.view.isAncestorOf(panel.zoom) and not panel.view.geometry().intersects(
        panel.zoom.geometry()
    )
