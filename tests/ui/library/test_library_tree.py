"""The tree: folders under their drives, labels, albums; the chosen scope stays chosen."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fake_engine import FakeEngine, photos
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester

from dinodesk.records import (
    EVERYTHING,
    Among,
    Folder,
    InFolder,
    Rated,
    SavedSearch,
    SearchValues,
    Tag,
    Tagged,
)
from dinodesk.ui.library.library_tree import LibraryTree, fitted
from dinodesk.ui.library.library_tree_model import COUNT, SCOPE_KEY, LibraryTreeModel
from dinodesk.ui.theme.theme import Theme

SEA, SAND, BEST = Tag("label", 1, "Sea", 2), Tag("label", 2, "Sand", 1), Tag("album", 1, "Best", 3)
FIVE, MISSING = Tag("rating", 5, "★★★★★", 4), Tag("state", 1, "Missing", 9)
STICK = Folder("/media/stick", "Trips", "", 20, 3, "online", "KINGSTON")


@pytest.fixture
def tree(qtbot, theme: Theme, fake: FakeEngine) -> LibraryTree:
    tree = LibraryTree(theme)
    qtbot.addWidget(tree)
    tree.resize(260, 600)
    tree.show()
    tree.show_library(fake.state())
    return tree


def names(tree: LibraryTree) -> list[str]:
    """The visible top nodes."""
    model = tree.model()
    rows = [row for row in range(model.rowCount()) if not tree.isRowHidden(row, tree.rootIndex())]
    return [str(model.index(row, 0).data()) for row in rows]


def test_the_model_is_sound_whatever_is_shown(qapp, fake: FakeEngine) -> None:
    model = LibraryTreeModel()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.show(60, fake.state().folders)
    model.show_tags((SEA, BEST, FIVE, MISSING))
    model.show_saved(["Dogs", "Sea"])
    model.count_saved("Dogs", 3, 1)
    model.show(61, (*fake.state().folders, STICK))
    model.show_tags(())
    model.show(0, ())
    assert tester.model().index_of(EVERYTHING).data() == "All photos"


def saved(*names: str) -> tuple[SavedSearch, ...]:
    return tuple(SavedSearch(name=name, values=SearchValues(query=name)) for name in names)


def test_saved_searches_have_a_branch_with_counts(tree: LibraryTree) -> None:
    chosen: list[str] = []
    scopes: list[object] = []
    tree.savedChosen.connect(chosen.append)
    tree.scopeChosen.connect(scopes.append)
    assert "Saved" not in names(tree)
    tree.show_saved(saved("Dogs", "Sea"))
    assert names(tree)[-3:] == ["Saved", "Dogs", "Sea"]
    index = tree.model().saved_index("Sea")
    assert index.data(SCOPE_KEY) == "saved:Sea" and index.data(COUNT) is None
    tree.count_saved("Sea", 46, 7)
    assert index.data(COUNT) == 46 and "7 new since you looked" in index.data(Qt.ItemDataRole.ToolTipRole)
    tree.setCurrentIndex(index)
    assert (chosen, scopes, tree.scope, tree.saved) == (["Sea"], [], EVERYTHING, "Sea")
    tree.grab()  # with the number of new ones
    tree.show_saved(saved("Boats", "Sea"))
    assert tree.saved == "Sea" and tree.model().saved_index("Sea").data(COUNT) == 46
    tree.show_tags((SEA,))
    tree.count_saved("gone", 1, 0)
    assert tree.saved == "Sea" and names(tree)[-5:] == ["Saved", "Boats", "Sea", "Labels", "Sea"]
    tree.leave_saved()
    assert tree.saved == "" and tree.currentIndex().data() == "All photos" and chosen == ["Sea"]
    tree.setCurrentIndex(tree.model().saved_index("Boats"))
    tree.show_saved(())
    assert tree.currentIndex().data() == "All photos" and "Saved" not in names(tree) and scopes == []


def test_matches_of_a_query_need_no_node(tree: LibraryTree) -> None:
    assert tree.has(Among((1, 2), "a dog")) and not tree.has(InFolder("/elsewhere"))


def test_all_photos_stand_first_and_folders_under_their_drives(tree: LibraryTree) -> None:
    assert names(tree) == [
        "Library",
        "All photos",
        "This computer",
        "photos",
        "Archive 7 · away",
        "Archive 7",
    ]
    inner = tree.model().index_of(InFolder("/photos/b"))
    assert inner.data(COUNT) == 20 and inner.parent() == tree.model().index_of(InFolder("/photos"))
    assert inner.data(SCOPE_KEY) == "/photos/b"


def test_counts_change_in_place(tree: LibraryTree, fake: FakeEngine) -> None:
    before = tree.model().index_of(InFolder("/photos"))
    folders = tuple(replace(folder, count=7) for folder in fake.state().folders)
    tree.show_library(replace(fake.state(), total=7, folders=folders))
    assert tree.model().index_of(InFolder("/photos")) == before and before.data(COUNT) == 7


def test_photos_that_come_in_count_in_all_folders_above_them_at_once(tree: LibraryTree) -> None:
    def counts() -> list[int]:
        scopes = (EVERYTHING, InFolder("/photos"), InFolder("/photos/a"), InFolder("/photos/b"))
        return [tree.model().index_of(scope).data(COUNT) for scope in scopes]

    before = counts()
    new = photos(4, 60)  # two thirds of them in a
    twice = replace(new[0], also=("/photos/a/copy.jpg", "/photos/b/copy.jpg", "/elsewhere/copy.jpg"))
    tree.add_photos((*new[1:], twice))
    added = [now - then for now, then in zip(counts(), before, strict=True)]
    in_b = sum("/b/" in photo.path for photo in new[1:])
    assert added == [4, 4, 3 - in_b + 1, in_b + 1]


@pytest.mark.parametrize(
    ("state", "tip", "spoken"),
    [
        ("online", "/archive", "Archive 7"),
        ("offline", "/archive\naway: plug in “Archive 7”", "Archive 7, away: plug in “Archive 7”"),
        ("missing", "/archive\nnot found where it was", "Archive 7, not found where it was"),
    ],
)
def test_a_folder_that_is_away_says_why(tree, fake: FakeEngine, state: str, tip: str, spoken: str) -> None:
    archive = replace(fake.state().folders[-1], state=state)
    tree.show_library(replace(fake.state(), folders=(*fake.state().folders[:-1], archive)))
    index = tree.model().index_of(InFolder("/archive"))
    assert index.data(Qt.ItemDataRole.ToolTipRole) == tip
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == spoken


def test_headings_are_there_with_what_they_head(tree: LibraryTree) -> None:
    tree.show_tags((SEA, FIVE, MISSING))
    shown = names(tree)
    assert shown[:3] == ["Library", "All photos", "Missing"] and shown[-4:] == [
        "Labels",
        "Sea",
        "Ratings",
        "★★★★★",
    ]
    tree.show_tags(())
    assert "Labels" not in names(tree) and "Missing" not in names(tree)
    assert not tree.model().labels.isSelectable()


def test_a_renamed_label_is_another_node_and_a_count_is_not(tree: LibraryTree) -> None:
    tree.show_tags((SEA, SAND))
    before = tree.model().index_of(SEA.scope)
    tree.show_tags((replace(SEA, count=8), SAND))
    assert tree.model().index_of(SEA.scope) == before and before.data(COUNT) == 8
    tree.show_tags((replace(SEA, name="<b>Ocean</b>"), SAND))
    index = tree.model().index_of(SEA.scope)
    assert index.data() == "<b>Ocean</b>" and "&lt;b&gt;" in index.data(Qt.ItemDataRole.ToolTipRole)


def test_choosing_a_node_is_told(qtbot, tree: LibraryTree) -> None:
    tree.show_tags((SEA, FIVE))
    for scope in (InFolder("/photos/b"), SEA.scope, Rated(5)):
        with qtbot.waitSignal(tree.scopeChosen) as chosen:
            tree.choose(scope)
        assert chosen.args == [scope] and tree.scope == scope
    with qtbot.waitSignal(tree.scopeChosen):
        tree.choose_everything()
    with qtbot.assertNotEmitted(tree.scopeChosen):
        tree.choose(Tagged("label", 99))  # it has no node
    assert tree.scope == EVERYTHING


def test_the_chosen_scope_stays_chosen(qtbot, tree: LibraryTree, fake: FakeEngine) -> None:
    tree.choose(InFolder("/photos/b"))
    with qtbot.assertNotEmitted(tree.scopeChosen):
        tree.show_library(replace(fake.state(), folders=(STICK, *fake.state().folders)))
        tree.show_tags((SEA,))
        tree.show_tags((SAND, BEST))
    assert tree.scope == InFolder("/photos/b")


@pytest.mark.parametrize("scope", [InFolder("/photos/b"), SEA.scope])
def test_when_it_is_gone_all_photos_are_chosen(qtbot, tree: LibraryTree, fake: FakeEngine, scope) -> None:
    tree.show_tags((SEA,))
    tree.choose(scope)
    with qtbot.waitSignal(tree.scopeChosen) as chosen:
        tree.show_library(replace(fake.state(), folders=(STICK,)))
        tree.show_tags(())
    assert chosen.args == [EVERYTHING]


def test_typing_is_for_the_search_field(qtbot, tree: LibraryTree) -> None:
    with qtbot.waitSignal(tree.typed) as typed:
        qtbot.keyClick(tree, Qt.Key.Key_B)
    assert typed.args == ["b"] and tree.scope == EVERYTHING


def test_a_name_is_cut_and_never_the_phrase(tree: LibraryTree) -> None:
    metrics = tree.fontMetrics()
    long = fitted(metrics, "a folder with a very long name " * 3, " · not found", 200)
    assert long.endswith("… · not found") and metrics.horizontalAdvance(long) <= 200
    assert fitted(metrics, "local7", " · waiting", 200) == "local7 · waiting"


def test_states_are_painted(tree: LibraryTree, fake: FakeEngine) -> None:
    seen = [tree.viewport().grab().toImage()]
    for change in ({"state": "missing"}, {"state": "online"}, {"state": "online", "waiting": True}):
        folders = (*fake.state().folders[:-1], replace(fake.state().folders[-1], **change))
        tree.show_library(replace(fake.state(), folders=folders))
        seen.append(tree.viewport().grab().toImage())
    tree.choose(InFolder("/photos"))
    seen.append(tree.viewport().grab().toImage())
    assert all(a != b for number, a in enumerate(seen) for b in seen[number + 1 :])


def click(qtbot, tree: LibraryTree, button: Qt.MouseButton, place) -> None:
    qtbot.mouseClick(tree.viewport(), button, pos=place.center())


def test_the_chevron_folds_a_folder_and_chooses_nothing(qtbot, tree: LibraryTree, fake: FakeEngine) -> None:
    top = tree.model().index_of(InFolder("/photos"))
    assert tree.isExpanded(top) and tree.chevron(top).isValid()
    assert not tree.chevron(tree.model().index_of(InFolder("/photos/b"))).isValid()
    with qtbot.assertNotEmitted(tree.scopeChosen):
        click(qtbot, tree, Qt.MouseButton.LeftButton, tree.chevron(top))
    assert not tree.isExpanded(top)
    tree.show_library(replace(fake.state(), folders=(*fake.state().folders, STICK)))
    top = tree.model().index_of(InFolder("/photos"))
    assert not tree.isExpanded(top)  # what was folded stays so when a folder is added
    click(qtbot, tree, Qt.MouseButton.LeftButton, tree.chevron(top))
    assert tree.isExpanded(top)


def test_the_right_button_opens_a_menu_and_goes_nowhere(qtbot, tree: LibraryTree) -> None:
    folder = tree.visualRect(tree.model().index_of(InFolder("/photos/b")))
    with qtbot.assertNotEmitted(tree.scopeChosen):
        click(qtbot, tree, Qt.MouseButton.RightButton, folder)
    assert tree.scope == EVERYTHING
    with qtbot.waitSignal(tree.scopeChosen) as chosen:
        click(qtbot, tree, Qt.MouseButton.LeftButton, folder)
    assert chosen.args == [InFolder("/photos/b")]


def test_the_indentation_of_a_chosen_row_is_not_painted(qtbot, tree: LibraryTree) -> None:
    tree.choose(InFolder("/photos/b"))
    row = tree.visualRect(tree.currentIndex())
    picture = tree.viewport().grab().toImage()
    ratio = picture.devicePixelRatio()
    above = tree.visualRect(tree.model().index_of(InFolder("/photos"))).center().y()
    beside = picture.pixelColor(round(1 * ratio), round(row.center().y() * ratio))
    assert beside == picture.pixelColor(round(1 * ratio), round(above * ratio))
