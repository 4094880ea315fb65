"""Labels that elide, lines of facts, the colour bar."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtWidgets import QMenu

from dinodesk.records import PatchMap
from dinodesk.ui.theme.theme import Theme
from dinodesk.ui.widgets.fact_widgets import ColourBar, ElidedLabel, FactList

LONG = "a very long name of a folder that nobody would type twice.jpg"


def context_menu(label: ElidedLabel) -> QMenu | None:
    label.contextMenuEvent(QContextMenuEvent(QContextMenuEvent.Reason.Mouse, QPoint(1, 1), QPoint(1, 1)))
    return label.findChild(QMenu, "copyMenu")


@pytest.fixture
def label(qtbot) -> ElidedLabel:
    label = ElidedLabel(mode=Qt.TextElideMode.ElideMiddle)
    qtbot.addWidget(label)
    label.resize(120, 20)
    label.show()
    return label


def test_a_text_that_has_no_room_ends_in_an_ellipsis_and_a_tooltip(label: ElidedLabel) -> None:
    label.set_text(LONG)
    assert "…" in label.text() and label.text() != LONG
    assert label.whole == LONG == label.toolTip() == label.accessibleName()
    label.resize(label.sizeHint().width() + 10, 20)
    assert label.text() == LONG and label.toolTip() == ""


def test_a_name_is_never_markup_and_stays_on_one_line(label: ElidedLabel) -> None:
    label.set_text("<b>a\nb</b>" + LONG)
    assert label.textFormat() == Qt.TextFormat.PlainText
    assert label.whole.startswith("<b>a↵b</b>") and label.toolTip().startswith("<qt>&lt;b&gt;")


def test_only_what_can_be_selected_can_be_copied(label: ElidedLabel) -> None:
    label.set_text(LONG)
    assert context_menu(label) is None
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    menu = context_menu(label)
    menu.actions()[0].trigger()
    menu.close()
    assert QGuiApplication.clipboard().text() == LONG  # whole, though it is cut


def test_lines_are_reused_and_left_over_ones_hidden(qtbot) -> None:
    facts = FactList("photoFacts", (1, 2))
    qtbot.addWidget(facts)
    facts.show_facts((("Size", "10 × 10"), ("Folder", "/photos")))
    before = [first for first, _ in facts._rows]
    facts.show_facts((("Size", "20 × 20"),))
    assert facts.facts() == [("Size", "20 × 20")] and facts._rows[0][0] is before[0]
    facts.show_facts((("A", "1"), ("B", "2"), ("C", "3")))
    assert facts.facts() == [("A", "1"), ("B", "2"), ("C", "3")]
    facts.show_facts(())
    assert facts.facts() == []


@pytest.fixture
def bar(qtbot, theme: Theme) -> ColourBar:
    bar = ColourBar(theme)
    qtbot.addWidget(bar)
    bar.resize(200, 24)
    return bar


def scalar(low: float, high: float) -> PatchMap:
    values = np.array([[low, high]], np.float32)
    colours = np.array([[[0, 0, 0], [255, 100, 50]]], np.uint8)
    bar = np.array([[0, 0, 0, 0], [128, 50, 25, 255], [255, 100, 50, 255]], np.uint8)
    return PatchMap(kind="norm", values=values, colours=colours, low=low, high=high, bar=bar)


def test_the_colour_bar_has_the_colours_of_the_scale(bar: ColourBar) -> None:
    bar.show_map(scalar(0.0, 1.0))
    stops = [(at, colour.getRgb()) for at, colour in bar._stops]
    assert stops == [(0.0, (0, 0, 0, 0)), (0.5, (128, 50, 25, 255)), (1.0, (255, 100, 50, 255))]
    assert not bar.isHidden() and bar.accessibleName() == "Colours from 0 to 1"


def test_a_map_without_a_scale_has_no_bar(bar: ColourBar) -> None:
    bar.show_map(scalar(0.0, 1.0))
    coloured = np.zeros((1, 2, 3), np.uint8)
    pca = PatchMap(kind="pca", values=coloured, colours=coloured, low=0.0, high=1.0)
    for shown in (None, replace(scalar(2.0, 2.0), bar=None), pca):
        bar.show_map(shown)
        assert bar.isHidden()


def test_the_bar_is_painted_in_its_colours(bar: ColourBar) -> None:
    bar.show_map(scalar(0.0, 120.0))
    bar.show()
    pixels = bar.grab().toImage()
    middle = [pixels.pixelColor(x, bar.height() // 2).red() for x in range(100, 150)]
    assert middle == sorted(middle) and middle[-1] - middle[0] > 60
