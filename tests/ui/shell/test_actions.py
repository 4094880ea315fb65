"""Actions, their shortcuts, and the menus made of them."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from dinodesk.records import TagChange
from dinodesk.ui.grid.photo_grid import PhotoGrid
from dinodesk.ui.shell.actions import _SPECS, LONGEST, Actions
from dinodesk.ui.shell.menus import Menus
from dinodesk.ui.theme.theme import Theme


@pytest.fixture
def actions(parent: QWidget, theme: Theme) -> Actions:
    return Actions(parent, theme)


@pytest.fixture
def menus(actions: Actions, parent: QWidget, theme: Theme, grid: PhotoGrid) -> Menus:
    parent.show()
    return Menus(actions, theme, (QPushButton("menu", parent), QPushButton("look", parent)), grid, parent)


def texts(menu: QMenu) -> list[str]:
    return [action.text() for action in menu.actions() if not action.isSeparator()]


def test_no_key_means_two_things() -> None:
    keys = [QKeySequence(key).toString() for _, _, shortcuts, _ in _SPECS for key in shortcuts]
    assert len(keys) == len(set(keys)) and "" not in keys
    assert len({name for name, *_ in _SPECS}) == len(_SPECS)


def test_every_action_is_named_and_works_wherever_the_focus_is(actions: Actions, parent: QWidget) -> None:
    for name, text, *_ in _SPECS:
        assert actions[name].objectName() == f"action_{name}" and actions[name] in parent.actions()
        assert actions[name].text() == text


def test_at_the_start_there_is_nothing_to_undo_or_to_maintain(actions: Actions) -> None:
    for name in ("undo", "redo", "verify", "backUp", "moveLibrary"):
        assert not actions[name].isEnabled()
    actions.allow_maintenance(True)
    assert all(actions[name].isEnabled() for name in ("verify", "backUp", "moveLibrary"))


def test_undo_and_redo_say_what_they_are_about(actions: Actions) -> None:
    actions.show_undo(TagChange("rate", 3, rating=5), None)
    assert actions["undo"].text() == "Undo rating of 3 photos" and actions["undo"].isEnabled()
    assert actions["redo"].text() == "Redo" and not actions["redo"].isEnabled()
    actions.show_undo(None, TagChange("add", 1, "label", "Sea & sand\n24"))
    assert actions["redo"].text() == "Redo label “Sea && sand↵24” on 1 photo"
    assert actions["undo"].text() == "Undo" and not actions["undo"].isEnabled()


def test_a_long_name_is_cut_in_its_middle(actions: Actions) -> None:
    actions.show_undo(TagChange("add", 1_234, "label", "x" * 200), None)
    text = actions["undo"].text()
    assert len(text) <= LONGEST + len("Undo ") and "…" in text and text.endswith("on 1,234 photos")


def test_rating_actions_carry_their_stars(actions: Actions) -> None:
    rated: list[int] = []
    actions.ratings.triggered.connect(lambda action: rated.append(action.data()))
    for stars in range(6):
        actions[f"rate{stars}"].trigger()
    assert rated == list(range(6)) and not actions["rate3"].isChecked()


def test_of_the_choices_of_a_setting_one_is_marked_and_nothing_hides_the_mark(actions: Actions) -> None:
    theme = actions.choices["theme"]
    for choice in ("dark", "light", "system", "dark"):
        theme.mark(choice)
        marked = [action.data() for action in theme.actions.values() if action.isChecked()]
        assert marked == [("theme", choice)]
    every = [action for group in actions.choices.values() for action in group.actions.values()]
    assert all(action.isCheckable() and action.icon().isNull() for action in every)


def test_icons_follow_the_appearance(actions: Actions, theme: Theme) -> None:
    before = actions["find"].icon().cacheKey()
    theme.choose("light")
    assert actions["find"].icon().cacheKey() != before and actions["verify"].icon().isNull()


def test_the_main_menu_holds_the_library_menu(qtbot, menus: Menus) -> None:
    shown = texts(menus.main)
    assert shown.index("Library") == shown.index("Models…") - 1 and shown[-1] == "Quit"
    assert "Move library…" in texts(menus.library) and "Skipped files…" in texts(menus.library)
    menus.show_main()
    assert menus.main.isVisible()
    menus.main.close()


def test_the_settings_menu_holds_appearance_and_models(menus: Menus) -> None:
    assert texts(menus.settings) == [
        "Appearance", "As the system", "Dark", "Light", "Photos in the grid", "Whole photos",
        "Cropped to fill their cells", "New sidecars in a folder without any",
        "IMG.jpg.xmp, as darktable and digiKam", "IMG.xmp, as Adobe", "Models…", "Settings…",
    ]  # fmt: skip
    menus.show_settings()
    assert menus.settings.isVisible()
    menus.settings.close()


def test_the_photo_menu_is_shown_on_photos_only(qtbot, menus: Menus, grid: PhotoGrid) -> None:
    shown = texts(menus.photo)
    assert (
        shown[:3] == ["Open in another program", "Open with", "Show large"]
        and shown.index("Rate") == shown.index("Labels…") - 1
    )
    grid.show()
    menus.show_photo(QPoint(1, 1))
    assert not menus.photo.isVisible()
    menus.show_photo(grid.visualRect(grid.photos.index(0, 0)).center())
    assert menus.photo.isVisible()
    menus.photo.close()


def test_the_action_that_selects_says_how_many(actions: Actions) -> None:
    for count, searching, text in (
        (17, True, "Select all 17 matches"), (1, True, "Select all 1 match"),
        (2000, False, "Select all 2,000 photos"),
    ):  # fmt: skip
        actions.show_matches(count, searching)
        assert actions["selectMatches"].text() == text and actions["selectMatches"].isEnabled()
    actions.show_matches(0, True)
    assert not actions["selectMatches"].isEnabled()
