"""The settings page: it shows what holds, and each choice acts at once or says when."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest
from fake_engine import FakeEngine
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QFileDialog,
    QLabel,
    QPushButton,
    QSlider,
    QSpinBox,
    QWidget,
)

from dinodesk import paths
from dinodesk.engine.messages import (
    LimitThumbnails,
    Problem,
    RulesShown,
    ShowRules,
    ShowStatistics,
    WatchFolders,
)
from dinodesk.settings import SPECS, Settings
from dinodesk.ui.context.app_state import AppState
from dinodesk.ui.context.feedback import Feedback
from dinodesk.ui.grid.photo_grid import PhotoGrid
from dinodesk.ui.shell.actions import Actions
from dinodesk.ui.shell.settings_controller import SettingsController
from dinodesk.ui.theme.theme import Theme
from dinodesk.ui.widgets.setting_rows import NEXT_START

W = TypeVar("W", bound=QWidget)


@pytest.fixture
def size(parent: QWidget) -> QSlider:
    slider = QSlider(Qt.Orientation.Horizontal, parent)
    slider.setRange(96, 420)
    return slider


@pytest.fixture
def make(fake, state: AppState, theme: Theme, grid: PhotoGrid, size, feedback, parent: QWidget):
    def build() -> SettingsController:
        actions = Actions(parent, theme)
        return SettingsController(fake, state, theme, actions, grid, size, feedback, parent)

    return build


@pytest.fixture
def chosen(make: Callable[[], SettingsController], state: AppState, fake: FakeEngine) -> SettingsController:
    """With the page open, for an open library."""
    state.set_library(fake.state())
    controller = make()
    controller.show_settings()
    fake.settle()
    return controller


def find(chosen: SettingsController, kind: type[W], key: str) -> W:
    widget = chosen.dialog.findChild(kind, f"setting_{key}")
    assert widget is not None and widget.accessibleName()
    return widget


def choose(chosen: SettingsController, key: str, words: str) -> None:
    box = find(chosen, QComboBox, key)
    index = box.findText(words)
    assert index >= 0
    box.setCurrentIndex(index)
    box.activated.emit(index)


def sentence(chosen: SettingsController, key: str) -> str:
    return chosen.dialog.findChild(QLabel, f"setting_{key}Sentence").text()


def test_every_setting_is_on_the_page(chosen: SettingsController) -> None:
    assert set(SPECS) < set(chosen.dialog.rows)
    for key, spec in SPECS.items():
        assert sentence(chosen, key).startswith(spec.sentence)
        assert (NEXT_START in sentence(chosen, key)) == spec.restart


def test_the_page_is_one_and_closes(make, parent: QWidget, fake: FakeEngine) -> None:
    controller = make()
    controller.close_dialogs()
    controller.show_settings()
    dialog = controller.dialog
    controller.show_settings()
    assert controller.dialog is dialog and dialog.isVisible() and dialog.objectName() == "settingsDialog"
    assert fake.sent == []  # no library is open
    assert not find(controller, QCheckBox, "watch").isEnabled()
    controller.close_dialogs()
    assert not dialog.isVisible()


def test_the_appearance_changes_at_once(chosen, theme: Theme, saved: list[Settings]) -> None:
    choose(chosen, "theme", "Light")
    assert not theme.roles.dark and saved[-1].theme == "light"
    assert chosen._actions.choices["theme"].actions["light"].isChecked()


def test_what_is_chosen_in_the_menu_shows_on_the_page(chosen, grid: PhotoGrid, saved) -> None:
    chosen._actions.choices["crop_thumbnails"].actions[True].trigger()
    assert saved[-1].crop_thumbnails and grid._crop
    assert find(chosen, QComboBox, "crop_thumbnails").currentText() == "Cropped to fill their cells"
    choose(chosen, "crop_thumbnails", "Whole photos")
    assert not grid._crop and chosen._actions.choices["crop_thumbnails"].actions[False].isChecked()


def test_dimming_is_seen_at_once_and_can_be_off(chosen, grid: PhotoGrid, saved: list[Settings]) -> None:
    slider = find(chosen, QSlider, "dimming")
    assert slider.value() == 62 and grid._dimming == 0.62
    slider.setValue(0)
    assert grid._dimming == 0.0 and saved[-1].dimming == 0
    assert "Off" in [label.text() for label in chosen.dialog.rows["dimming"].findChildren(QLabel)]


def test_the_size_of_photos_is_one_with_the_slider_above_them(chosen, size: QSlider) -> None:
    slider = find(chosen, QSlider, "photo_size")
    slider.setValue(300)
    assert size.value() == 300
    size.setValue(120)
    assert slider.value() == 120


def test_the_thumbnail_limit_goes_to_the_engine(chosen, fake: FakeEngine, saved: list[Settings]) -> None:
    box = find(chosen, QSpinBox, "thumbnail_gigabytes")
    assert box.text() == "20 GB" and "take 2.2 GB" in sentence(chosen, "thumbnail_gigabytes")
    box.setValue(5)
    assert fake.values_of(LimitThumbnails) == [(5 * 10**9,)] and saved[-1].thumbnail_gigabytes == 5


def test_threads_are_kept_for_the_next_start(chosen, fake: FakeEngine, saved: list[Settings]) -> None:
    box = find(chosen, QSpinBox, "threads")
    assert box.text() == "Automatic"
    sent = len(fake.sent)
    box.setValue(3)
    assert saved[-1].threads == 3 and len(fake.sent) == sent


def test_sizes_of_the_caches_are_shown(chosen: SettingsController) -> None:
    shown = {key: chosen.dialog.findChild(QLabel, f"setting_{key}").text() for key in ("index", "backups")}
    assert shown == {"index": "56 MB", "backups": "120 MB"}


def test_folders_are_watched_or_not_by_the_library(chosen, fake: FakeEngine, feedback: Feedback) -> None:
    box = find(chosen, QCheckBox, "watch")
    assert box.isEnabled() and box.isChecked()
    box.click()
    assert fake.values_of(WatchFolders) == [(False,)]
    fake.reply(WatchFolders, RulesShown(patterns=(), hidden=False, smallest=0, watch=False))
    assert not box.isChecked()
    box.click()
    fake.reply(WatchFolders, Problem(sentence="The library can't be written to."))
    fake.settle()  # what holds is asked for again
    assert feedback.notice.sentence == "The library can't be written to."
    assert box.isChecked() == fake.rules.watch


def test_another_library_is_asked_what_holds_there(chosen, state: AppState, fake: FakeEngine) -> None:
    asked = len(fake.sent_of(ShowRules)), len(fake.sent_of(ShowStatistics))
    state.set_library(fake.state())
    assert (len(fake.sent_of(ShowRules)), len(fake.sent_of(ShowStatistics))) == asked
    state.set_library(replace(fake.state(), path="/other"))
    assert (len(fake.sent_of(ShowRules)), len(fake.sent_of(ShowStatistics))) == (asked[0] + 1, asked[1] + 1)


def test_the_default_library_is_a_folder_or_the_standard_one(chosen, saved, tmp_path: Path) -> None:
    path = chosen.dialog.findChild(QLabel, "setting_default_libraryPath")
    reset = chosen.dialog.findChild(QPushButton, "setting_default_libraryReset")
    assert path.accessibleName() == str(paths.default_library().absolute()) and not reset.isVisible()
    find(chosen, QPushButton, "default_library").click()
    asking = chosen.dialog.findChild(QFileDialog, "settingFolderDialog")
    asking.fileSelected.emit(str(tmp_path))
    asking.close()
    assert saved[-1].default_library == str(tmp_path) == path.accessibleName() and reset.isVisible()
    reset.click()
    assert saved[-1].default_library == ""


def test_the_wheel_scrolls_the_page_and_changes_nothing(chosen: SettingsController, saved) -> None:
    box = find(chosen, QComboBox, "start_with_last")
    chosen.dialog.setFocus()
    at = QPointF(box.rect().center())
    turned = QWheelEvent(
        at, box.mapToGlobal(at), QPoint(0, -120), QPoint(0, -120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(box, turned)
    assert box.currentIndex() == 0 and saved == []


def test_the_choices_of_the_last_session_hold_from_the_start(make, state: AppState, grid, saved) -> None:
    state.change_settings(crop_thumbnails=True, dimming=10, sidecar_names="stem")
    controller = make()
    assert grid._crop and grid._dimming == 0.1
    assert controller._actions.choices["sidecar_names"].actions["stem"].isChecked()
    assert len(saved) == 1  # showing is not choosing
