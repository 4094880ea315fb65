"""Opening a photo large, moving on in it, and closing it."""

from __future__ import annotations

import pytest
from fake_engine import FakeEngine
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QToolButton, QWidget

from dinodesk.engine.messages import ShowPreview
from dinodesk.ui.inspection.inspector_controller import LARGE_LONGEST, InspectorController
from dinodesk.ui.inspection.large_view_controller import LargeViewController

Key = Qt.Key


@pytest.fixture
def splitter(parent: QWidget, grid, inspector) -> QSplitter:
    """Three panes, as in the window: a tree, the grid, the inspector."""
    splitter = QSplitter(parent)
    layout = QHBoxLayout(parent)
    layout.setContentsMargins(0, 40, 0, 20)
    layout.addWidget(splitter)
    for pane in (QWidget(), grid, inspector):
        splitter.addWidget(pane)
    return splitter


@pytest.fixture
def controller(qtbot, fake, state, grid, inspector, large, loader, parent, splitter) -> LargeViewController:
    inspection = InspectorController(fake, state, grid, inspector, large, loader, parent)
    controller = LargeViewController(inspection, grid, large, parent, splitter, parent)
    parent.show()
    qtbot.waitUntil(lambda: sum(splitter.sizes()) > 0)
    splitter.setSizes([200, 600, 400])
    return controller


def choose(grid, row: int) -> None:
    grid.setCurrentIndex(grid.photos.index(row, 0))


def beside(splitter: QSplitter) -> QRect:
    """Everything of the splitter but its last pane."""
    area = splitter.geometry()
    return QRect(area.left(), area.top(), splitter.widget(2).x(), area.height())


def test_without_a_photo_nothing_opens(controller, grid, large) -> None:
    grid.selectionModel().clear()
    controller.quick_look()
    controller.enlarge()
    assert not large.isVisible()


def test_quick_look_lies_over_everything(qtbot, controller, grid, large, parent, fake: FakeEngine) -> None:
    choose(grid, 3)
    qtbot.keyClick(grid, Key.Key_Space)
    assert large.isVisible() and large.geometry() == parent.rect() and large.hasFocus()
    assert fake.sent_of(ShowPreview)[-1].longest == LARGE_LONGEST


def test_enter_leaves_the_inspector_free(qtbot, controller, grid, large, splitter) -> None:
    choose(grid, 3)
    qtbot.keyClick(grid, Key.Key_Return)
    assert abs(large.geometry().right() - beside(splitter).right()) <= splitter.handleWidth()
    assert large.geometry().top() == splitter.y() and large.geometry().left() == splitter.x()
    assert large.geometry().height() == splitter.height()


@pytest.mark.parametrize("opening", ["quick_look", "enlarge"])
def test_it_follows_the_size_of_what_it_lies_over(
    qtbot, controller, grid, large, parent, splitter, opening
) -> None:
    choose(grid, 3)
    getattr(controller, opening)()
    before = large.size()
    parent.resize(parent.width() - 200, parent.height() - 100)
    qtbot.waitUntil(lambda: large.height() == before.height() - 100)
    whole = opening == "quick_look"
    assert large.geometry() == parent.rect() if whole else large.width() < parent.width()


def test_keys_go_on_through_the_photos(qtbot, controller, grid, large) -> None:
    choose(grid, 0)
    controller.quick_look()
    for key, row in (
        (Key.Key_Left, 0),  # there is none before the first
        (Key.Key_Right, 1),
        (Key.Key_Down, 2),
        (Key.Key_Up, 1),
        (Key.Key_End, 59),
        (Key.Key_PageDown, 59),
        (Key.Key_PageUp, 58),
        (Key.Key_Home, 0),
    ):
        qtbot.keyClick(large, key)
        assert grid.currentIndex().row() == row, key
    assert large.isVisible()


@pytest.mark.parametrize("key", [Key.Key_Space, Key.Key_Escape, Key.Key_Return])
def test_closing_gives_the_keys_back_to_the_grid(qtbot, controller, grid, large, key) -> None:
    choose(grid, 0)
    controller.quick_look()
    with qtbot.waitSignal(large.closed):
        qtbot.keyClick(large, key)
    assert not large.isVisible() and grid.hasFocus()
    with qtbot.assertNotEmitted(large.closed):
        large.close_view()


def test_buttons_go_on_and_end_at_both_ends(qtbot, controller, grid, large) -> None:
    choose(grid, 0)
    controller.enlarge()
    back, on = (large.findChild(QToolButton, name) for name in ("previousPhoto", "nextPhoto"))
    assert not back.isEnabled() and on.isEnabled() and large._number.text() == "1 of 60"
    qtbot.mouseClick(on, Qt.MouseButton.LeftButton)
    assert grid.currentIndex().row() == 1 and back.isEnabled() and large.hasFocus()
    qtbot.mouseClick(back, Qt.MouseButton.LeftButton)
    assert grid.currentIndex().row() == 0
    choose(grid, 59)
    assert back.isEnabled() and not on.isEnabled()


def test_zoom_keys_zoom_this_photo_and_not_the_thumbnails(
    qtbot, controller, grid, large, parent, fake
) -> None:
    larger: list[str] = []
    QShortcut(QKeySequence("Ctrl++"), parent, lambda: larger.append("larger"))
    choose(grid, 0)
    fake.settle()
    controller.enlarge()
    fake.settle()
    fitted = large.view.zoom
    qtbot.keyClick(large, Key.Key_Plus, Qt.KeyboardModifier.ControlModifier)
    assert large.view.zoom == pytest.approx(1.25 * fitted) and larger == []
    assert large.zoom.figure.text() == f"{round(large.view.zoom * 100)} %"
    qtbot.keyClick(large, Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    assert large.view.zoom == 1.0
    qtbot.keyClick(large, Key.Key_0)
    assert large.view.zoom == fitted
