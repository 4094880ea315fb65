"""The context menu of the tree."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fake_engine import FakeEngine, job_done
from PySide6.QtCore import QModelIndex, QPoint
from PySide6.QtGui import QAction, QDesktopServices
from PySide6.QtWidgets import QMenu, QMessageBox, QPushButton, QVBoxLayout, QWidget

from dinodesk.engine.messages import Accepted, MarkDrive, RemoveFolder, RescanFolders
from dinodesk.records import EVERYTHING, Folder, InFolder, SavedSearch, Scope, SearchValues, Tag
from dinodesk.ui.context.app_state import AppState
from dinodesk.ui.context.feedback import Feedback
from dinodesk.ui.library.library_tree import LibraryTree
from dinodesk.ui.library.tree_menu import TreeMenu, can_be_marked

STICK = Folder("/media/stick/Trips", "Trips", "", 20, 3, "online", "KINGSTON", False)
MARK = "Recognise this drive by a small file…"


@pytest.fixture
def tree(theme, parent: QWidget) -> LibraryTree:
    tree = LibraryTree(theme)
    QVBoxLayout(parent).addWidget(tree)
    parent.show()
    return tree


@pytest.fixture
def menus(fake: FakeEngine, state: AppState, tree: LibraryTree, feedback: Feedback, parent) -> TreeMenu:
    common = [QAction("Rescan folders", parent), QAction("Add folder…", parent)]
    menus = TreeMenu(fake, state, tree, common, feedback, parent)
    state.libraryChanged.connect(tree.show_library)
    state.set_library(replace(fake.state(), folders=(*fake.state().folders, STICK)))
    tree.show_tags((Tag("label", 1, "Sea", 2),))
    return menus


def open_menu(menus: TreeMenu, tree: LibraryTree, scope: Scope | None) -> QMenu:
    index = tree.model().index_of(scope) if scope is not None else QModelIndex()
    for older in tree.window().findChildren(QMenu, "treeMenu"):
        older.setObjectName("older")
    menus.show_menu(QPoint(0, 0), index)
    return tree.window().findChild(QMenu, "treeMenu")


def entries(menu: QMenu) -> list[str]:
    return [action.text() for action in menu.actions() if not action.isSeparator()]


def press(menu: QMenu, text: str) -> None:
    next(action for action in menu.actions() if action.text() == text).trigger()
    menu.close()


def test_a_saved_search_has_a_menu_of_its_own(menus: TreeMenu, tree: LibraryTree) -> None:
    wanted: list[str] = []
    menus.savedMenuRequested.connect(lambda menu, name: (wanted.append(name), menu.addAction("Run")))
    tree.show_saved((SavedSearch(name="Dogs", values=SearchValues(query="a dog")),))
    menus.show_menu(QPoint(0, 0), tree.model().saved_index("Dogs"))
    menu = tree.window().findChild(QMenu, "treeMenu")
    assert wanted == ["Dogs"] and entries(menu) == ["Run", *COMMON]
    menu.close()


ROOT = ["Show only this folder", "Rescan this folder", "Open in file manager", "Remove from library…"]
COMMON = ["Rescan folders", "Add folder…"]


@pytest.mark.parametrize(
    ("scope", "texts"),
    [
        (None, []),
        (EVERYTHING, []),
        (InFolder("/photos"), ROOT),
        (InFolder("/photos/a"), ROOT[:3]),  # only what was added can be taken out
        (InFolder("/archive"), [ROOT[0], ROOT[3]]),  # its drive is away
        (InFolder(STICK.path), [*ROOT[:3], MARK, ROOT[3]]),
    ],
)
def test_a_node_offers_what_can_be_done_with_it(menus, tree, scope, texts: list[str]) -> None:
    menu = open_menu(menus, tree, scope)
    assert entries(menu) == [*texts, *COMMON]
    menu.close()


def test_label_entries_come_from_the_tag_controller(qtbot, menus, tree) -> None:
    menus.tagMenuRequested.connect(lambda menu, scope: menu.addAction(f"Rename {scope.key}"))
    menu = open_menu(menus, tree, Tag("label", 1, "Sea", 2).scope)
    assert entries(menu) == ["Rename label:1", *COMMON]
    menu.close()


def test_a_folder_is_shown_alone(qtbot, menus, tree) -> None:
    with qtbot.waitSignal(tree.scopeChosen) as chosen:
        press(open_menu(menus, tree, InFolder("/photos/b")), "Show only this folder")
    assert chosen.args == [InFolder("/photos/b")]


def test_a_folder_is_scanned_and_its_end_told(qtbot, menus, tree, fake: FakeEngine) -> None:
    press(open_menu(menus, tree, InFolder("/photos/b")), "Rescan this folder")
    assert fake.values_of(RescanFolders) == [(("/photos/b",),)]
    with qtbot.waitSignal(menus.scanEnded):
        fake.reply(RescanFolders, job_done())


def test_a_folder_is_opened_in_the_file_manager(monkeypatch, menus, tree) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()))
    press(open_menu(menus, tree, InFolder("/photos/b")), "Open in file manager")
    assert opened == ["/photos/b"]


def test_a_folder_is_removed_after_asking(menus, tree, feedback: Feedback, fake: FakeEngine) -> None:
    press(open_menu(menus, tree, InFolder("/photos")), "Remove from library…")
    box = tree.window().findChild(QMessageBox, "removeFolderBox")
    assert box.text() == "Remove “photos” from this library?" and fake.sent_of(RemoveFolder) == []
    box.findChild(QPushButton, "removeFolderBoxChoice0").click()
    assert fake.values_of(RemoveFolder) == [(1,)]
    assert feedback.status.sentence == (
        "“photos” was removed from the library; its files stay, and Ctrl+Z brings it back"
    )


def test_a_drive_is_marked_after_asking(menus, tree, feedback: Feedback, fake: FakeEngine) -> None:
    press(open_menu(menus, tree, InFolder(STICK.path)), MARK)
    box = tree.window().findChild(QMessageBox, "markDriveBox")
    assert "“KINGSTON”" in box.text() and ".dinodesk-volume" in box.informativeText()
    box.findChild(QPushButton, "markDriveBoxChoice0").click()
    assert fake.values_of(MarkDrive) == [(3,)] and feedback.status.sentence == ""
    fake.reply(MarkDrive, Accepted())
    assert "known wherever it is mounted" in feedback.status.sentence


@pytest.mark.parametrize(
    ("folder", "helps"),
    [
        (STICK, True),
        (replace(STICK, known=True), False),
        (replace(STICK, state="offline"), False),
        (replace(STICK, parent="/media/stick"), False),
        (replace(STICK, drive="/"), False),  # this computer needs no file
    ],
)
def test_a_small_file_helps_where_a_drive_has_no_identity(folder: Folder, helps: bool) -> None:
    assert can_be_marked(folder) is helps
