"""What the tree on the left holds: all photos, folders, saved searches, labels, albums, with their counts."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QWidget

from dinodesk.records import EVERYTHING, SAVED_KEY, Folder, InFolder, Photo, Scope, Tag, scope_from_key
from dinodesk.ui.text.availability import folder_reason, folders_by_drive
from dinodesk.ui.text.plain_text import one_line, tooltip

SCOPE_KEY = Qt.ItemDataRole.UserRole
COUNT = Qt.ItemDataRole.UserRole + 1
ROOT = Qt.ItemDataRole.UserRole + 2
STATE = Qt.ItemDataRole.UserRole + 3
HEADING = Qt.ItemDataRole.UserRole + 4
REASON = Qt.ItemDataRole.UserRole + 5  # why a folder can't be read
WAITING = Qt.ItemDataRole.UserRole + 6
NEW = Qt.ItemDataRole.UserRole + 7  # photos of a saved search that came since it was looked at


class LibraryTreeModel(QStandardItemModel):
    """Headings, "All photos", folders, labels, albums, ratings; counts change in place: nothing flickers."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._nodes: dict[str, QStandardItem] = {}  # folders by path
        self._shape: object = ()
        self.by_drive = False
        self._tags: tuple[Tag, ...] = ()
        self._tag_nodes: dict[str, QStandardItem] = {}  # by the key of their scope
        self.all_photos = self._node("All photos", "", 0, -1, "online")
        self.folders = self._heading("Folders")
        self.appendRow(self._heading("Library"))
        self.appendRow(self.all_photos)
        self._saved_nodes: dict[str, QStandardItem] = {}  # by name
        self.saved = self._heading("Saved")
        self.labels, self.albums, self.ratings = map(self._heading, ("Labels", "Albums", "Ratings"))
        self.sections = {"label": self.labels, "album": self.albums, "rating": self.ratings}
        for heading in (self.folders, self.saved, *self.sections.values()):
            self.appendRow(heading)

    def show(self, total: int, folders: tuple[Folder, ...]) -> bool:
        """The library's state; True when the shape changed and the tree wants expanding."""
        self.all_photos.setData(total, COUNT)
        groups = folders_by_drive(folders)
        shape = (
            tuple((f.path, f.parent) for f in folders),
            tuple((name, tuple((f.path, f.state) for f in tops)) for name, tops in groups.items() if name),
        )
        if shape == self._shape:
            for folder in folders:
                node = self._nodes[folder.path]
                now = folder.count, folder.state, folder.waiting
                if (node.data(COUNT), node.data(STATE), node.data(WAITING)) != now:
                    _fill(node, folder)
            return False
        self._shape = shape
        self.by_drive = bool(groups) and "" not in groups
        first = self.folders.row() + 1
        self.removeRows(first, self.saved.row() - first)
        self._nodes = {folder.path: self._folder(folder) for folder in folders}
        for name, tops in groups.items():
            if name:
                gone = any(folder.state == "offline" for folder in tops)
                self.insertRow(self.saved.row(), self._heading(name + (" · away" if gone else "")))
            for folder in tops:
                self.insertRow(self.saved.row(), self._nodes[folder.path])
        for folder in folders:
            parent = self._nodes.get(folder.parent)
            if parent is not None:
                parent.appendRow(self._nodes[folder.path])
        return True

    def show_tags(self, tags: tuple[Tag, ...]) -> None:
        """Labels and albums; only counts are updated where the names are the same."""
        if [(t.scope, t.name) for t in tags] == [(t.scope, t.name) for t in self._tags]:
            for tag in tags:
                self._tag_nodes[tag.scope.key].setData(tag.count, COUNT)
        else:
            headings = [*self.sections.values()]
            for heading, after in zip(headings, [*headings[1:], None], strict=True):
                first = heading.row() + 1
                self.removeRows(first, (after.row() if after else self.rowCount()) - first)
            first = self.all_photos.row() + 1
            self.removeRows(first, self.folders.row() - first)
            self._tag_nodes = {
                tag.scope.key: self._node(tag.name, tag.scope.key, tag.count, -1, "online") for tag in tags
            }
            for tag in reversed(tags):
                above = self.sections.get(tag.kind, self.all_photos)
                self.insertRow(above.row() + 1, self._tag_nodes[tag.scope.key])
        self._tags = tags

    def show_saved(self, names: Sequence[str]) -> None:
        """Saved searches, by name; those that stay keep their counts."""
        if list(self._saved_nodes) == list(names):
            return
        first = self.saved.row() + 1
        counts = {name: (node.data(COUNT), node.data(NEW)) for name, node in self._saved_nodes.items()}
        self.removeRows(first, self.labels.row() - first)
        self._saved_nodes = {}
        for name in names:
            node = self._saved_nodes[name] = self._node(name, SAVED_KEY + name, 0, -1, "online")
            count, new = counts.get(name, (None, 0))
            self._fill_saved(node, count, new)
            self.insertRow(self.labels.row(), node)

    def count_saved(self, name: str, count: int, new: int) -> None:
        """How many photos a saved search has, and how many of them are new."""
        if name in self._saved_nodes:
            self._fill_saved(self._saved_nodes[name], count, new)

    def _fill_saved(self, node: QStandardItem, count: int | None, new: int) -> None:
        node.setData(count, COUNT)
        node.setData(new, NEW)
        name = one_line(node.text())
        fresh = f"{new:,} new since you looked" if new else ""
        node.setToolTip(tooltip(f"Saved search: {name}" + (f"\n{fresh}" if fresh else "")))
        node.setAccessibleText(f"Saved search {name}" + (f", {fresh}" if fresh else ""))

    def saved_index(self, name: str) -> QModelIndex:
        """The node of a saved search; invalid where there is none."""
        node = self._saved_nodes.get(name)
        return node.index() if node is not None else QModelIndex()

    def add_photos(self, photos: Sequence[Photo]) -> None:
        """Count photos that came in: each once in all photos and in every folder above one of its places."""
        more = Counter(
            folder for photo in photos for folder in {f for place in photo.places for f in self._above(place)}
        )
        for item, number in [(self.all_photos, len(photos))] + [(self._nodes[f], n) for f, n in more.items()]:
            item.setData((item.data(COUNT) or 0) + number, COUNT)

    def _above(self, path: str) -> Iterator[str]:
        """The folders of the tree that hold a file."""
        folder = os.path.dirname(path)
        while folder != path:
            if folder in self._nodes:
                yield folder
            path, folder = folder, os.path.dirname(folder)

    @property
    def keys(self) -> set[str]:
        """The paths of the folders."""
        return set(self._nodes)

    def index_of(self, scope: Scope) -> QModelIndex:
        """The node of a scope; invalid when it has none."""
        key = scope.key
        node = self._nodes.get(key) or self._tag_nodes.get(key) if key else self.all_photos
        return node.index() if node is not None else QModelIndex()

    def _folder(self, folder: Folder) -> QStandardItem:
        node = self._node(folder.name, folder.path, folder.count, folder.root, folder.state)
        _fill(node, folder)
        return node

    def _node(self, name: str, key: str, count: int, root: int, state: str) -> QStandardItem:
        item = QStandardItem(name)
        item.setEditable(False)
        for value, role in ((key, SCOPE_KEY), (count, COUNT), (root, ROOT), (state, STATE)):
            item.setData(value, role)
        _explain(item)
        return item

    def _heading(self, name: str) -> QStandardItem:
        item = QStandardItem(name)
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        item.setToolTip(tooltip(one_line(name)))
        item.setData(True, HEADING)
        return item


def _fill(node: QStandardItem, folder: Folder) -> None:
    node.setData(folder.count, COUNT)
    node.setData(folder.state, STATE)
    node.setData(folder.waiting, WAITING)
    node.setData(folder_reason(folder), REASON)
    _explain(node)


def _explain(item: QStandardItem) -> None:
    reason = str(item.data(REASON) or "")
    item.setAccessibleText(one_line(item.text()) + (f", {reason}" if reason else ""))
    scope = scope_from_key(str(item.data(SCOPE_KEY)))
    text = item.text()
    if scope == EVERYTHING:
        text = "All photos of this library"
    elif isinstance(scope, InFolder):
        text = scope.path
    item.setToolTip(tooltip(text + (f"\n{reason}" if reason else "")))
