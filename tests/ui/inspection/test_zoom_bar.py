"""The figure of the zoom and its buttons."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QToolButton

from dinodesk.ui.inspection.zoom_bar import ZoomBar, zoom_text
from dinodesk.ui.inspection.zoom_view import ZoomView
from dinodesk.ui.theme.theme import Theme


@pytest.fixture
def view(qtbot) -> ZoomView:
    view = ZoomView()
    qtbot.addWidget(view)
    view.resize(800, 600)
    view.show()
    return view


@pytest.fixture
def bar(qtbot, theme: Theme, view: ZoomView) -> ZoomBar:
    bar = ZoomBar(theme, view, "large", steps=True)
    qtbot.addWidget(bar)
    return bar


def press(bar: ZoomBar, name: str) -> None:
    button = bar.findChild(QToolButton, name)
    assert button is not None and button.accessibleName() and button.toolTip()
    button.click()


def test_buttons_set_the_zoom_and_the_figure_tells_it(bar: ZoomBar, view: ZoomView) -> None:
    assert bar.figure.text() == "" and not bar.fit.isEnabled() and not bar.actual.isEnabled()
    view.show_pixmap(QPixmap(400, 300), (4000, 3000))
    assert bar.figure.text() == "20 %" and bar.fit.isEnabled()
    for name, text in (
        ("largeActualButton", "100 %"),
        ("largeZoomInButton", "125 %"),
        ("largeZoomOutButton", "100 %"),
        ("largeFitButton", "20 %"),
    ):
        press(bar, name)
        assert bar.figure.text() == text and bar.figure.accessibleName() == f"Zoom {text}", name
    view.show_pixmap(QPixmap())
    assert bar.figure.text() == "" and not bar.fit.isEnabled()


@pytest.mark.parametrize(
    ("zoom", "text"),
    [(0.0, ""), (0.0042, "0.4 %"), (0.0098, "1 %"), (0.333, "33 %"), (1.0, "100 %"), (40.0, "4,000 %")],
)
def test_the_figure(zoom: float, text: str) -> None:
    assert zoom_text(zoom) == text
