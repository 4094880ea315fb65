"""Zoom in the photo's own pixels: the figure, its bounds, keys, and another photo."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPixmap

from dinodesk.ui.inspection.zoom_view import ZoomView

Key, Ctrl = Qt.Key, Qt.KeyboardModifier.ControlModifier


def picture(width: int, height: int) -> QPixmap:
    pixmap = QPixmap(width, height)
    pixmap.fill(QColor("grey"))
    return pixmap


@pytest.fixture
def view(qtbot) -> ZoomView:
    view = ZoomView()
    qtbot.addWidget(view)
    view.resize(800, 600)
    view.show()
    return view


def test_without_a_photo_there_is_no_zoom(qtbot, view: ZoomView) -> None:
    assert view.empty and view.zoom == 0.0
    for act in (view.fit, view.show_actual_size, view.zoom_in, view.zoom_out):
        act()
    assert view.zoom == 0.0


def test_the_figure_is_of_the_photos_own_pixels(qtbot, view: ZoomView) -> None:
    with qtbot.waitSignal(view.zoomChanged):
        view.show_pixmap(picture(400, 300), (4000, 3000))
    assert view.zoom == pytest.approx(view.viewport().width() / 4000, rel=0.01)
    view.show_actual_size()
    assert view.zoom == 1.0
    assert view.photo.boundingRect().width() == 4000


def test_a_sharper_picture_stays_where_the_first_look_was(qtbot, view: ZoomView) -> None:
    view.show_pixmap(picture(400, 300), (4000, 3000))
    view.show_actual_size()
    view.horizontalScrollBar().setValue(700)
    before = view.mapToScene(0, 0)
    view.show_pixmap(picture(1600, 1200), (4000, 3000))
    assert view.zoom == 1.0 and view.mapToScene(0, 0) == before


@pytest.mark.parametrize(
    ("key", "held", "zoom"),
    [
        (Key.Key_Plus, None, 1.25),
        (Key.Key_Minus, Ctrl, 0.8),
        (Key.Key_Equal, Ctrl, 1.25),
        (Key.Key_1, Ctrl, 1.0),
    ],
)
def test_keys_zoom_with_and_without_ctrl(qtbot, view: ZoomView, key, held, zoom: float) -> None:
    view.show_pixmap(picture(400, 300), (4000, 3000))
    view.show_actual_size()
    qtbot.keyClick(view, key, held or Qt.KeyboardModifier.NoModifier)
    assert view.zoom == pytest.approx(zoom)
    qtbot.keyClick(view, Key.Key_0)
    assert view.zoom == pytest.approx(view.viewport().width() / 4000, rel=0.01)


def test_zooming_out_ends_at_the_whole_photo(view: ZoomView) -> None:
    view.show_pixmap(picture(400, 300), (4000, 3000))
    fitted = view.zoom
    view.zoom_in()
    for _ in range(9):
        view.zoom_out()
    assert view.zoom == pytest.approx(fitted)


def test_around_the_middle_the_middle_stays(view: ZoomView) -> None:
    view.show_pixmap(picture(400, 300), (4000, 3000))
    view.show_actual_size()
    middle = view.viewport().rect().center()
    before = view.mapToScene(middle)
    view.zoom_in()
    after = view.mapToScene(middle)
    assert abs(before.x() - after.x()) < 3 and abs(before.y() - after.y()) < 3


def test_of_several_pictures_the_one_that_is_large_enough_is_drawn(qtbot, view: ZoomView) -> None:
    small, sharp = picture(400, 300), picture(4000, 3000)
    small.fill(QColor("red"))
    sharp.fill(QColor("blue"))
    view.show_pixmap(small, (4000, 3000))
    view.resize(300, 225)
    view.add_detail(sharp)
    assert not view.is_soft

    def colour() -> QColor:
        return view.viewport().grab().toImage().pixelColor(view.viewport().rect().center())

    assert colour() == QColor("red")
    view.show_actual_size()
    assert colour() == QColor("blue")
    view.show_pixmap(picture(400, 300), (4000, 3000))  # of another photo
    assert view.photo.pixmap.width() == 400 and view.is_soft
