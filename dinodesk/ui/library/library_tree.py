"""The tree on the left: all photos, folders, labels and albums of the library with their counts."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence

from PySide6.QtCore import (
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import (
    QFont,
    QFontMetrics,
    QMouseEvent,
    QPainter,
    QPalette,
    QStandardItem,
    QStandardItemModel,
)
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTreeView, QWidget
from typing_extensions import override

from dinodesk.engine.messages import LibraryState
from dinodesk.records import EVERYTHING, Folder, InFolder, Photo, Scope, Tag, scope_from_key
from dinodesk.ui.text.availability import folder_reason, folders_by_drive
from dinodesk.ui.text.plain_text import one_line, tooltip
from dinodesk.ui.theme.theme import SMALL, Theme

SCOPE_KEY = Qt.ItemDataRole.UserRole
COUNT = Qt.ItemDataRole.UserRole + 1
ROOT = Qt.ItemDataRole.UserRole + 2
STATE = Qt.ItemDataRole.UserRole + 3
HEADING = Qt.ItemDataRole.UserRole + 4
REASON = Qt.ItemDataRole.UserRole + 5  # why a folder can't be read
WAITING = Qt.ItemDataRole.UserRole + 6
CHEVRON = 12
"""Pixels of the mark that folds a folder."""


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
        self.labels, self.albums, self.ratings = map(self._heading, ("Labels", "Albums", "Ratings"))
        self.sections = {"label": self.labels, "album": self.albums, "rating": self.ratings}
        for heading in (self.folders, *self.sections.values()):
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
        self.removeRows(first, self.labels.row() - first)
        self._nodes = {folder.path: self._folder(folder) for folder in folders}
        for name, tops in groups.items():
            if name:
                gone = any(folder.state == "offline" for folder in tops)
                self.insertRow(self.labels.row(), self._heading(name + (" · away" if gone else "")))
            for folder in tops:
                self.insertRow(self.labels.row(), self._nodes[folder.path])
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


class LibraryTree(QTreeView):
    """Choosing a node shows the photos of its scope only."""

    scopeChosen = Signal(object)  # Scope
    menuRequested = Signal(QPoint, QModelIndex)
    typed = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("libraryTree")
        self.setAccessibleName("Library and folders")
        self._nodes = LibraryTreeModel(self)
        self.setModel(self._nodes)
        self.setItemDelegate(_Delegate(theme, self))
        self.setHeaderHidden(True)
        self.setRootIsDecorated(False)
        self.setIndentation(round(theme.unit() * 0.85))
        self.setUniformRowHeights(False)
        self.setAnimated(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._context)
        self.setCurrentIndex(self._nodes.index_of(EVERYTHING))
        for heading in (self._nodes.folders, *self._nodes.sections.values()):
            self.setRowHidden(heading.row(), QModelIndex(), True)
        self._quiet = False
        self.selectionModel().currentChanged.connect(self._chosen)
        theme.changed.connect(self._restyle)
        self._restyle()

    @Slot(object)
    def show_library(self, library: LibraryState) -> None:
        """The library's folders and counts; the chosen scope stays chosen."""
        scope = self.scope
        self._quiet = True
        folders = library.folders
        folded, known = self._folded(), self._nodes.keys
        if self._nodes.show(library.total, folders):
            self.expandToDepth(1)
            for key in self._nodes.keys & known:
                self.setExpanded(self._nodes.index_of(InFolder(key)), key not in folded)
            self.setRowHidden(self._nodes.folders.row(), QModelIndex(), not folders or self._nodes.by_drive)
            self._choose_or_everything(scope)
        self._quiet = False
        if self.scope != scope:
            self.scopeChosen.emit(self.scope)

    @Slot()
    def _restyle(self) -> None:
        palette = self.palette()  # Qt fills the indentation of a chosen row with the highlight
        palette.setColor(QPalette.ColorRole.Highlight, Qt.GlobalColor.transparent)
        self.setPalette(palette)
        self.viewport().update()

    def _folded(self) -> set[str]:
        """The folders whose subfolders are out of sight."""
        return {key for key in self._nodes.keys if not self.isExpanded(self._nodes.index_of(InFolder(key)))}

    @Slot(object)
    def add_photos(self, photos: Sequence[Photo]) -> None:
        """Count photos that came in; folders that are new follow with the next state."""
        self._nodes.add_photos(photos)

    def show_tags(self, tags: tuple[Tag, ...]) -> None:
        """Labels and albums; headings without any are hidden, the chosen scope stays chosen."""
        scope = self.scope
        self._quiet = True
        self._nodes.show_tags(tags)
        for kind, heading in self._nodes.sections.items():
            self.setRowHidden(heading.row(), QModelIndex(), not any(t.kind == kind for t in tags))
        self._choose_or_everything(scope)
        self._quiet = False
        if self.scope != scope:
            self.scopeChosen.emit(self.scope)

    @property
    def scope(self) -> Scope:
        """The chosen folder, label or album."""
        return scope_from_key(str(self.currentIndex().data(SCOPE_KEY) or ""))

    def has(self, scope: Scope) -> bool:
        """Whether a scope has a node."""
        return self._nodes.index_of(scope).isValid()

    @Slot(object)
    def choose(self, scope: Scope) -> None:
        """Choose a scope, if it has a node."""
        index = self._nodes.index_of(scope)
        if index.isValid():
            self.setCurrentIndex(index)

    @Slot()
    def choose_everything(self) -> None:
        """Choose all photos of the library."""
        self.choose(EVERYTHING)

    def _choose_or_everything(self, scope: Scope) -> None:
        index = self._nodes.index_of(scope)
        self.setCurrentIndex(index if index.isValid() else self._nodes.index_of(EVERYTHING))

    @Slot(QModelIndex, QModelIndex)
    def _chosen(self, current: QModelIndex, _previous: QModelIndex) -> None:
        if not self._quiet and current.isValid():
            self.scopeChosen.emit(self.scope)

    @Slot(QPoint)
    def _context(self, point: QPoint) -> None:
        self.menuRequested.emit(self.viewport().mapToGlobal(point), self.indexAt(point))

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The chevron folds and unfolds a folder; the right button opens a menu and chooses nothing."""
        index = self.indexAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.RightButton:
            event.accept()
        elif event.button() == Qt.MouseButton.LeftButton and self.chevron(index).contains(
            event.position().toPoint()
        ):
            self.setExpanded(index, not self.isExpanded(index))
        else:
            super().mousePressEvent(event)

    def chevron(self, index: QModelIndex | QPersistentModelIndex) -> QRect:
        """Where a node is folded and unfolded; empty for one without children."""
        if not self._nodes.hasChildren(index) or not index.isValid():
            return QRect()
        row = self.visualRect(index)
        return QRect(row.left() + 10, row.top(), CHEVRON, row.height())

    @override
    def keyboardSearch(self, search: str) -> None:
        """Typing goes to the search field."""
        self.typed.emit(search)

    @override
    def drawBranches(
        self, painter: QPainter, rect: QRect, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """The delegate draws the whole row; lines and arrows would be noise."""


class _Delegate(QStyledItemDelegate):
    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        heading = index.data(HEADING)
        return QSize(60, round(self._theme.unit() * (2.05 if heading else 1.75)))

    @override
    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        theme = self._theme
        view = self.parent()
        width = view.viewport().width() if isinstance(view, QTreeView) else option.rect.right()
        row = QRect(8, option.rect.top() + 1, width - 16, option.rect.height() - 2)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if index.data(HEADING):
            painter.setFont(theme.font(SMALL, QFont.Weight.Medium))
            painter.setPen(theme.color("muted"))
            bottom = row.adjusted(8, 0, 0, -4)
            name = painter.fontMetrics().elidedText(
                one_line(str(index.data())), Qt.TextElideMode.ElideMiddle, bottom.width() - 8
            )
            painter.drawText(bottom, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, name)
            painter.restore()
            return
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        if chosen or hovered:
            color = theme.color("selection")
            if not chosen:
                color.setAlphaF(color.alphaF() * 0.4)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color)
            painter.drawRoundedRect(row, 6, 6)
        if chosen and option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(theme.color("accent"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(row, 6, 6)
        online = index.data(STATE) == "online"
        count = f"{index.data(COUNT) or 0:,}"
        painter.setFont(theme.font(SMALL))
        painter.setPen(theme.color("muted"))
        inside = row.adjusted(8, 0, -10, 0)
        right = painter.fontMetrics().horizontalAdvance(count)
        painter.drawText(inside, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, count)
        painter.setFont(theme.font())
        if isinstance(view, LibraryTree) and (place := view.chevron(index)).isValid():
            _draw_chevron(painter, QRectF(place), down=view.isExpanded(index))
        painter.setPen(theme.color("text" if online else "muted"))
        inside.setLeft(option.rect.left() + 12 + CHEVRON)
        inside.setRight(inside.right() - right - 8)
        phrase = " · not found" if index.data(STATE) == "missing" else ""
        if online and index.data(WAITING):
            phrase = " · waiting"
        text = fitted(painter.fontMetrics(), one_line(str(index.data())), phrase, inside.width())
        painter.drawText(inside, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
        painter.restore()


def _draw_chevron(painter: QPainter, place: QRectF, *, down: bool) -> None:
    middle, arm = place.center(), 3.0
    painter.save()
    painter.translate(middle)
    painter.rotate(90 if down else 0)
    painter.drawPolyline([QPointF(-arm / 2, -arm), QPointF(arm / 2, 0), QPointF(-arm / 2, arm)])
    painter.restore()


def fitted(metrics: QFontMetrics, name: str, phrase: str, width: int) -> str:
    """A name and a phrase in `width` pixels: the name is cut, never the phrase."""
    room = max(0, width - metrics.horizontalAdvance(phrase))
    return metrics.elidedText(name, Qt.TextElideMode.ElideRight, room) + phrase
