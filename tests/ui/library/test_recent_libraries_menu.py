"""Libraries that were open before are a menu away."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fake_engine import FakeEngine
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtWidgets import QWidget

from dinodesk import paths
from dinodesk.settings import Settings
from dinodesk.ui.context.app_state import AppState
from dinodesk.ui.library.recent_libraries_menu import MOST, RecentLibrariesMenu, with_recent


@pytest.fixture
def menu(state: AppState, parent: QWidget) -> RecentLibrariesMenu:
    return RecentLibrariesMenu(state, parent)


def entries(menu: RecentLibrariesMenu) -> list[str]:
    menu.aboutToShow.emit()
    return [action.text() for action in menu.actions()]


@given(st.lists(st.sampled_from([f"/libraries/{name}" for name in "abcdefghijkl"]), max_size=30))
def test_each_library_is_remembered_once_and_the_last_one_first(opened):
    remembered = ""
    for library in opened:
        remembered = with_recent(remembered, library)
    assert remembered.splitlines() == list(dict.fromkeys(reversed(opened)))[:MOST]


def test_samples_and_names_of_several_lines_are_not_remembered() -> None:
    assert with_recent("/a", str(paths.sample_library().absolute())) == "/a"
    assert with_recent("/a", "/two\nlines") == "/a"


def test_the_open_library_and_the_default_one_are_left_out(
    qtbot, state: AppState, menu: RecentLibrariesMenu, fake: FakeEngine
) -> None:
    assert entries(menu) == ["None yet"] and not menu.actions()[0].isEnabled()
    own = str(paths.default_library().absolute())
    state.change_settings(recent_libraries=f"/library\n/one/Photos\n{own}\n/two/Photos\n/R&D")
    state.set_library(fake.state())
    assert entries(menu) == ["/one/Photos", "/two/Photos", "R&&D"]
    assert "/two/Photos" in menu.actions()[1].toolTip()
    with qtbot.waitSignal(menu.chosen) as chosen:
        menu.actions()[2].trigger()
    assert chosen.args == ["/R&D"]


def test_the_window_remembers_what_it_opened(window, saved: list[Settings], engine: FakeEngine) -> None:
    assert saved[-1].recent_libraries == "/library"
    engine.broadcast(replace(engine.state(), path="/other"))
    engine.broadcast(replace(engine.state(), path="/other"))
    assert saved[-1].recent_libraries == "/other\n/library"
