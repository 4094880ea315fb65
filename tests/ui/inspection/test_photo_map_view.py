"""One photo with a map over it: zoom, patches, messages."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPixmap, QWheelEvent
from PySide6.QtWidgets import QApplication, QGraphicsView

from dinodesk.records import PatchMap
from dinodesk.ui.inspection.photo_map_view import PhotoMapView
from dinodesk.ui.inspection.zoom_view import LARGEST_SCALE
from dinodesk.ui.theme.theme import Theme

Key = Qt.Key
COLOURS = np.arange(3 * 4 * 3, dtype=np.uint8).reshape(3, 4, 3) * 6
MAP = PatchMap(
    kind="norm", values=np.arange(12, dtype=np.float32).reshape(3, 4), colours=COLOURS, low=0.0, high=11.0
)
RIGHT_HALF = PatchMap(
    kind="norm", values=MAP.values, colours=COLOURS, low=0.0, high=11.0, box=(0.5, 0.0, 1.0, 1.0)
)


def photo(width: int = 400, height: int = 300, colour: str = "grey") -> QPixmap:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor(colour))
    return QPixmap.fromImage(image)


@pytest.fixture
def view(qtbot, theme: Theme) -> PhotoMapView:
    view = PhotoMapView(theme, "previewView")
    qtbot.addWidget(view)
    view.resize(800, 600)
    view.show()
    view.show_pixmap(photo())
    return view


def scale(view: PhotoMapView) -> float:
    return view.transform().m11()


def centre(view: PhotoMapView, patch: tuple[int, int]) -> QPoint:
    return view.mapFromScene(view.overlay.patch_rect(patch).center())


def wheel(view: PhotoMapView, turn: int) -> None:
    at = QPointF(view.viewport().rect().center())
    none = Qt.MouseButton.NoButton
    event = QWheelEvent(
        at, at, QPoint(), QPoint(0, turn), none, Qt.KeyboardModifier(0), Qt.ScrollPhase.NoScrollPhase, False
    )
    QApplication.sendEvent(view.viewport(), event)


def test_a_photo_fits_and_follows_the_size_of_the_view(view: PhotoMapView) -> None:
    assert not view.empty and scale(view) == pytest.approx(view.viewport().width() / 400, rel=0.01)
    view.resize(400, 300)
    assert scale(view) == pytest.approx(view.viewport().width() / 400, rel=0.01)
    view.show_pixmap(photo(10, 10))
    assert scale(view) == 4.0  # never larger than four times its pixels


def test_a_zoom_stays_for_a_sharper_picture_of_the_photo(qtbot, view: PhotoMapView) -> None:
    fitted = scale(view)
    qtbot.keyClick(view, Key.Key_Plus)
    zoomed = scale(view)
    assert zoomed == pytest.approx(fitted * 1.25)
    assert view.dragMode() == QGraphicsView.DragMode.ScrollHandDrag
    wheel(view, 120)
    assert scale(view) > zoomed and view.dragMode() == QGraphicsView.DragMode.ScrollHandDrag
    zoomed = scale(view)
    view.show_pixmap(photo())
    view.resize(500, 400)
    assert scale(view) == zoomed
    qtbot.keyClick(view, Key.Key_0)
    assert scale(view) == pytest.approx(view.viewport().width() / 400, rel=0.02)


def test_a_double_click_shows_one_pixel_for_one_and_back(qtbot, view: PhotoMapView) -> None:
    fitted = scale(view)
    qtbot.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton)
    assert scale(view) == 1.0 / view.devicePixelRatioF()
    qtbot.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton)
    assert scale(view) == fitted


def test_zooming_has_bounds_and_nothing_is_zoomed_without_a_photo(view: PhotoMapView) -> None:
    for _ in range(60):
        wheel(view, 1200)
    assert scale(view) == LARGEST_SCALE
    for _ in range(60):
        wheel(view, -1200)
    assert scale(view) == pytest.approx(1.0)  # where the photo is smaller than the view
    view.fit()
    view.show_pixmap(QPixmap())
    assert view.empty
    before = scale(view)
    wheel(view, 120)
    assert scale(view) == before


def test_a_map_is_drawn_as_one_flat_rectangle_per_patch(view: PhotoMapView) -> None:
    view.set_opacity(1.0)
    view.show_map(MAP)
    drawn = view.viewport().grab().toImage()
    for patch in ((0, 0), (1, 2), (2, 3)):
        rect = view.mapFromScene(view.overlay.patch_rect(patch)).boundingRect().adjusted(4, 4, -4, -4)
        corners = (rect.topLeft(), rect.bottomRight(), rect.center())
        assert {drawn.pixelColor(point).getRgb()[:3] for point in corners} == {tuple(COLOURS[patch])}
    view.show_map(None)
    assert view.viewport().grab().toImage() != drawn and view.overlay.map is None


def test_a_map_of_a_part_lies_over_that_part(view: PhotoMapView) -> None:
    view.show_map(RIGHT_HALF)
    assert view.overlay.patch_at(QPointF(100, 150)) is None
    assert view.overlay.patch_at(QPointF(201, 1)) == (0, 0) and view.overlay.patch_at(QPointF(399, 299)) == (
        2,
        3,
    )
    assert view.overlay.patch_rect((0, 0)).left() == 200 and view.overlay.patch_rect((0, 0)).width() == 50


def test_hovered_and_clicked_patches_are_emitted(qtbot, view: PhotoMapView) -> None:
    view.show_map(MAP)
    with qtbot.waitSignal(view.patchHovered) as hovered:
        qtbot.mouseMove(view.viewport(), centre(view, (2, 1)))
    assert hovered.args == [(2, 1)]
    with qtbot.waitSignal(view.patchChosen) as chosen:
        qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=centre(view, (0, 3)))
    assert chosen.args == [(0, 3)]
    with qtbot.assertNotEmitted(view.patchChosen):  # that was a pan
        qtbot.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=centre(view, (0, 0)))
        qtbot.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=centre(view, (2, 2)))


def test_the_chosen_patch_is_framed(view: PhotoMapView) -> None:
    view.show_map(MAP)
    plain = view.viewport().grab().toImage()
    view.show_map(MAP, (1, 1))
    framed = view.viewport().grab().toImage()
    corner = view.mapFromScene(view.overlay.patch_rect((1, 1)).topLeft())
    assert framed != plain and framed.pixelColor(corner).lightness() > 240
    view.show_pixmap(photo(800, 600))  # a sharper picture: the frame goes along
    assert view._marker.rect == view.overlay.patch_rect((1, 1))
    view.show_map(None)
    assert not view._marker.isVisible()


def test_a_message_stands_in_the_middle_or_aside(view: PhotoMapView) -> None:
    view.show_message("<b>It is away.</b>")
    label = view._message
    assert label.textFormat() == Qt.TextFormat.PlainText
    middle = label.geometry().center().y()
    assert abs(middle - view.viewport().height() / 2) < 4
    view.show_message("This is a copy.", aside=True)
    assert label.geometry().bottom() > view.viewport().height() * 0.9
    view.show_message("")
    assert label.isHidden()


def test_the_busy_sign_appears_only_after_a_while(qtbot, view: PhotoMapView) -> None:
    view.set_busy(True)
    assert view._busy_label.isHidden()
    view._busy.timeout.emit()
    assert view._busy_label.isVisible()
    view.set_busy(False)
    assert view._busy_label.isHidden() and not view._busy.isActive()


def test_what_a_map_leaves_transparent_shows_the_photo(view: PhotoMapView) -> None:
    plain = view.viewport().grab().toImage()
    alpha = np.zeros((3, 4), np.uint8)
    alpha[1, 2] = 255
    view.set_opacity(1.0)
    view.show_map(replace(MAP, alpha=alpha))
    drawn = view.viewport().grab().toImage()
    seen, through = centre(view, (1, 2)), centre(view, (2, 0))
    assert drawn.pixelColor(seen).getRgb()[:3] == tuple(COLOURS[1, 2])
    assert drawn.pixelColor(through) == plain.pixelColor(through)
