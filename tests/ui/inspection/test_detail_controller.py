"""When the photo's own pixels are asked for, and where they are drawn."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fake_engine import FakeEngine, show_preview
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from dinodesk.engine.messages import Problem, ShowDetail, ShowPreview
from dinodesk.ui.grid.photo_grid import PhotoGrid
from dinodesk.ui.inspection.inspector_controller import InspectorController
from dinodesk.ui.inspection.inspector_pane import InspectorPane
from dinodesk.ui.inspection.large_view import LargeView
from dinodesk.ui.inspection.zoom_view import ZoomView


@pytest.fixture
def view(fake, state, grid: PhotoGrid, inspector: InspectorPane, large: LargeView, loader) -> ZoomView:
    """The preview of a photo of 4,000 pixels, of which 400 are there."""
    loader.fetch = lambda content: None
    inspector.controller = InspectorController(fake, state, grid, inspector, large, loader, grid)
    inspector.show()
    grid.setCurrentIndex(grid.photos.index(0, 0))
    fake.settle()
    view = inspector.panel.view
    assert view.photo.pixmap.width() == 400 and view.photo.size.width() == 4000
    return view


def pass_pause(inspector: InspectorPane) -> None:
    """What the pause after a zoom does at its end."""
    pause = inspector.controller._details._pause
    if pause.isActive():
        pause.stop()
        pause.timeout.emit()


def test_a_whole_photo_is_sharp_enough(view: ZoomView, inspector, fake: FakeEngine) -> None:
    assert not view.is_soft
    pass_pause(inspector)
    assert fake.sent_of(ShowDetail) == []


def test_a_zoom_gets_the_photos_own_pixels_once(qtbot, view: ZoomView, inspector, fake: FakeEngine) -> None:
    view.show_actual_size()
    assert view.is_soft
    pass_pause(inspector)
    (request,) = fake.sent_of(ShowDetail)
    assert (request.asset, request.path, request.longest) == (1, fake.photos[0].path, 4000)
    fake.settle()
    qtbot.waitUntil(lambda: view.photo.pixmap.width() == 800)
    assert view.zoom == 1.0 and view.photo.size.width() == 4000
    view.zoom_in()
    pass_pause(inspector)
    assert len(fake.sent_of(ShowDetail)) == 1  # it has no more


def test_the_large_view_takes_the_same_pixels(
    qtbot, view: ZoomView, inspector, large, parent: QWidget, fake: FakeEngine
) -> None:
    view.show_actual_size()
    pass_pause(inspector)
    fake.settle()
    qtbot.waitUntil(lambda: view.photo.pixmap.width() == 800)
    parent.show()
    large.open_over(parent.rect(), True)  # whole, it is larger than the preview
    assert large.view.photo.pixmap.width() == 800 and len(fake.sent_of(ShowDetail)) == 1


def test_pixels_of_another_photo_are_never_drawn(qtbot, view, inspector, grid, fake: FakeEngine) -> None:
    view.show_actual_size()
    pass_pause(inspector)
    grid.setCurrentIndex(grid.photos.index(1, 0))
    view.zoom_in()  # the photo before is still drawn
    assert not inspector.controller._details._pause.isActive()
    fake.settle()
    inspector.controller._details._pool.waitForDone()
    QCoreApplication.processEvents()
    assert view.photo.pixmap.width() == 400 and len(fake.sent_of(ShowDetail)) == 1


def test_a_very_large_photo_comes_smaller(view: ZoomView, inspector, fake: FakeEngine) -> None:
    view.show_pixmap(view.photo.pixmap, (20_000, 10_000))
    view.show_actual_size()
    pass_pause(inspector)
    assert fake.sent_of(ShowDetail)[-1].longest == 10_000


@pytest.mark.parametrize("case", ["copy", "failed"])
def test_a_photo_that_gives_none_keeps_its_preview(
    view, inspector, grid, fake: FakeEngine, case: str
) -> None:
    if case == "copy":  # its file is away: there is nothing to read
        inspector.controller.look_at(fake.photos[2])
        request = fake.sent_of(ShowPreview)[-1]
        fake._held.clear()
        fake.reply(ShowPreview, replace(next(show_preview(fake, request)), copy=True))
    view.show_actual_size()
    pass_pause(inspector)
    assert len(fake.sent_of(ShowDetail)) == (case == "failed")
    if case == "failed":
        fake._held.clear()
        fake.reply(ShowDetail, Problem(sentence="It is gone."))
        view.zoom_in()
        pass_pause(inspector)
        assert len(fake.sent_of(ShowDetail)) == 1
    assert view.photo.pixmap.width() == 400
