"""The context menu of the library tree: what is done with one folder, and with the drive it lies on."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QModelIndex, QObject, QPoint, Signal, Slot
from PySide6.QtGui import QAction, QDesktopServices
from PySide6.QtWidgets import QMenu

from dinodesk.engine.client import EngineClient
from dinodesk.engine.messages import Accepted, JobDone, MarkDrive, RemoveFolder, RescanFolders
from dinodesk.records import SAVED_KEY, Everything, Folder, InFolder, scope_from_key
from dinodesk.ui.context.app_state import AppState
from dinodesk.ui.context.feedback import Feedback
from dinodesk.ui.library.library_tree import LibraryTree
from dinodesk.ui.library.library_tree_model import ROOT, SCOPE_KEY, STATE
from dinodesk.ui.text.availability import HERE, drive_name
from dinodesk.ui.text.plain_text import one_line
from dinodesk.ui.text.tag_text import UNDO_KEY
from dinodesk.ui.widgets.confirm_dialog import confirm
from dinodesk.ui.widgets.local_files import local_url


class TreeMenu(QObject):
    """Builds and runs the menu of folders; the receiver of `tagMenuRequested` fills that of tags."""

    tagMenuRequested = Signal(QMenu, object)  # the menu to fill, Scope
    savedMenuRequested = Signal(QMenu, str)  # the menu to fill, name of a saved search
    scanEnded = Signal(object)  # JobDone of a folder that the person had scanned again

    def __init__(
        self,
        engine: EngineClient,
        state: AppState,
        tree: LibraryTree,
        common: Sequence[QAction],
        feedback: Feedback,
        parent: QObject,
    ) -> None:
        """`common` are the actions at the end of every menu."""
        super().__init__(parent)
        self._engine, self._state, self._tree, self._feedback = engine, state, tree, feedback
        self._common = tuple(common)
        tree.menuRequested.connect(self.show_menu)

    @Slot(QPoint, QModelIndex)
    def show_menu(self, point: QPoint, index: QModelIndex) -> None:
        """Show the menu of a node at a point of the screen."""
        menu = QMenu(self._tree.window())
        menu.setObjectName("treeMenu")
        key = str(index.data(SCOPE_KEY) or "")
        scope = scope_from_key(key)
        if key.startswith(SAVED_KEY):
            self.savedMenuRequested.emit(menu, key.removeprefix(SAVED_KEY))
        elif isinstance(scope, InFolder):
            self._add_folder_entries(menu, index, scope)
            menu.addSeparator()
        elif index.isValid() and not isinstance(scope, Everything):
            self.tagMenuRequested.emit(menu, scope)
        for action in self._common:
            menu.addAction(action)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(point)

    def _add_folder_entries(self, menu: QMenu, index: QModelIndex, scope: InFolder) -> None:
        menu.addAction("Show only this folder", partial(self._tree.choose, scope))
        if index.data(STATE) == "online":
            menu.addAction("Rescan this folder", partial(self._rescan, scope.path))
            menu.addAction("Open in file manager", partial(_open_folder, scope.path))
        folder = next((each for each in self._state.folders if each.path == scope.path), None)
        if folder is not None and can_be_marked(folder):
            menu.addAction("Recognise this drive by a small file…", partial(self.ask_mark, folder))
        if not index.parent().isValid():
            root, name = int(index.data(ROOT)), str(index.data())
            menu.addAction("Remove from library…", partial(self.ask_remove, root, name))

    def _rescan(self, path: str) -> None:
        self._engine.send(RescanFolders(folders=(path,)), self, self._scan_ended)

    def _scan_ended(self, done: JobDone) -> None:
        self.scanEnded.emit(done)

    # ── taking a folder out ─────────────────────────────────────────────────────────────────────

    def ask_remove(self, root: int, name: str) -> None:
        """Take a root folder out of the library after asking; its files stay."""
        name = one_line(name)
        confirm(
            self._tree.window(),
            "removeFolderBox",
            f"Remove “{name}” from this library?",
            "The photos stay on disk; their labels, ratings and albums are kept. "
            f"{UNDO_KEY} brings the folder back.",
            ("Remove", partial(self._remove, root, name)),
        )

    def _remove(self, root: int, name: str) -> None:
        self._engine.send(RemoveFolder(root=root))
        self._feedback.show_status(
            f"“{name}” was removed from the library; its files stay, and {UNDO_KEY} brings it back"
        )

    # ── drives without an identity ──────────────────────────────────────────────────────────────

    def ask_mark(self, folder: Folder) -> None:
        """Explain the small file by which the drive of a root folder is known again, then leave it."""
        confirm(
            self._tree.window(),
            "markDriveBox",
            f"Recognise the drive “{drive_name(folder)}” by a small file?",
            "This drive has no number of its own, so DinoDesk would leave one small file named "
            ".dinodesk-volume at its top, and know its photos wherever it is plugged in; nothing else on it "
            "is touched.",
            ("Leave the file", partial(self._mark, folder.root)),
        )

    def _mark(self, root: int) -> None:
        self._engine.send(MarkDrive(root=root), self, self._marked)

    def _marked(self, _answer: Accepted) -> None:
        sentence = "The drive has its small file now, and is known wherever it is mounted"
        self._feedback.show_status(sentence)


def can_be_marked(folder: Folder) -> bool:
    """Whether a small file would help to know a root folder's drive again."""
    return not folder.parent and not folder.known and folder.state == "online" and drive_name(folder) != HERE


def _open_folder(path: str) -> None:
    QDesktopServices.openUrl(local_url(path))
