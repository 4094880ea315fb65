"""Past searches: noted when a person stays, listed below the empty field, in a private file."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QWidget

from dinodesk.ui.context.app_state import AppState, Query
from dinodesk.ui.context.feedback import Feedback
from dinodesk.ui.kept_searches import past_searches
from dinodesk.ui.kept_searches.past_controller import PastController
from dinodesk.ui.kept_searches.past_popup import words_of
from dinodesk.ui.kept_searches.past_searches import PastSearch, PastSearches
from dinodesk.ui.search.search_bar import SearchBar


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config" / "searches.json"


@pytest.fixture
def bar(qtbot, theme, parent: QWidget) -> SearchBar:
    bar = SearchBar(theme, parent)
    bar.resize(800, 50)
    parent.show()
    return bar


@pytest.fixture
def past(state: AppState, theme, bar, file: Path, feedback: Feedback, parent) -> PastController:
    return PastController(state, theme, bar, PastSearches(file), feedback, parent)


def texts(file: Path) -> list[str]:
    return [each.text for each in PastSearches(file).searches]


# ── the file ────────────────────────────────────────────────────────────────────────────────────


def test_they_are_kept_newest_first_each_once_for_the_owner_alone(file: Path) -> None:
    kept = PastSearches(file)
    kept.add("a dog", ())
    kept.add("", ("/a \udcff.jpg",))
    kept.add("a dog", ())
    assert [(each.text, each.images) for each in PastSearches(file).searches] == [
        ("a dog", ()), ("", ("/a \udcff.jpg",))
    ]  # fmt: skip
    assert stat.S_IMODE(os.stat(file).st_mode) == 0o600
    kept.clear()
    assert not file.exists() and PastSearches(file).searches == ()


def test_so_many_are_kept(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(past_searches, "LONGEST", 3)
    kept = PastSearches(file)
    for number in range(5):
        kept.add(str(number), ())
    assert texts(file) == ["4", "3", "2"]


@pytest.mark.parametrize("data", [b"", b"{}", b"[1]", b'[{"text": "x"}]', b"\xff"])
def test_a_damaged_file_is_as_none(file: Path, data: bytes) -> None:
    file.parent.mkdir()
    file.write_bytes(data)
    assert PastSearches(file).searches == ()


def test_a_disk_that_refuses_costs_nothing_now(tmp_path: Path) -> None:
    (tmp_path / "config").write_text("no folder")
    kept = PastSearches(tmp_path / "config" / "searches.json")
    kept.add("a dog", ())
    assert [each.text for each in kept.searches] == ["a dog"]
    kept.clear()


# ── noting ──────────────────────────────────────────────────────────────────────────────────────


def test_moments_of_typing_are_one_search(past: PastController, state: AppState, file: Path, qtbot) -> None:
    past._dwell.setInterval(1)
    for text in ("a d", "a dog", "a cat"):
        with qtbot.waitSignal(past._dwell.timeout):
            state.set_query(Query(text))
    assert texts(file) == ["a cat", "a dog"]
    state.set_query(Query("a cat on a wall"))
    past.note()  # Enter
    assert texts(file) == ["a cat on a wall", "a dog"]
    state.set_query(Query())
    assert not past._dwell.isActive()


def test_nothing_is_kept_where_the_settings_say_so(past, state: AppState, file: Path) -> None:
    state.set_query(Query("a dog"))
    past.note()
    assert file.is_file()
    state.change_settings(keep_searches=False)
    assert not file.exists()
    past.note()
    assert not file.exists()


# ── the list ────────────────────────────────────────────────────────────────────────────────────


def test_down_in_the_empty_field_lists_them_and_enter_takes_one(
    qtbot, past: PastController, bar: SearchBar, state: AppState, photo: Path
) -> None:
    asked: list[Query] = []
    past.runRequested.connect(asked.append)
    with qtbot.waitSignal(bar.leftDown):  # there are none: to the photos, as ever
        qtbot.keyClick(bar.field, Qt.Key.Key_Down)
    for query in (Query("two dogs", (str(photo),)), Query("a cat"), Query("", ("/gone.jpg",))):
        state.set_query(query)
        past.note()
    bar.field.clear()
    qtbot.keyClick(bar.field, Qt.Key.Key_Down)
    assert past.popup.isVisible()
    view = past.popup.list
    assert [view.item(row).text() for row in range(view.count())] == ["a cat", "two dogs + query.jpg"]
    past.popup.grab()
    qtbot.keyClick(view, Qt.Key.Key_Down)
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert asked == [Query("two dogs", (str(photo),))] and not past.popup.isVisible()


def test_the_list_can_be_cleared(qtbot, past, bar, state, file: Path, feedback: Feedback) -> None:
    state.set_query(Query("a cat"))
    past.note()
    past.show()
    past.popup.findChild(QPushButton, "clearPastSearches").click()
    assert not past.popup.isVisible() and not file.exists()
    assert feedback.status.sentence == "The past searches are cleared"


def test_photos_are_named() -> None:
    assert words_of(PastSearch("", ("/a/b.jpg", "/c.jpg"))) == "b.jpg, c.jpg"
