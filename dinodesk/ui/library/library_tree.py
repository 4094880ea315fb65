"""The tree on the left: all photos, folders, labels and albums of the library with their counts."""

from __future__ import annotations

from collections.abc import Sequence

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
)
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTreeView, QWidget
from typing_extensions import override

from dinodesk.engine.messages import LibraryState
from dinodesk.records import (
    EVERYTHING,
    SAVED_KEY,
    Among,
    InFolder,
    Photo,
    SavedSearch,
    Scope,
    Tag,
    scope_from_key,
)
from dinodesk.ui.library.library_tree_model import (
    COUNT,
    HEADING,
    NEW,
    SCOPE_KEY,
    STATE,
    WAITING,
    LibraryTreeModel,
)
from dinodesk.ui.text.plain_text import one_line
from dinodesk.ui.theme.theme import SMALL, Theme

CHEVRON = 12
"""Pixels of the mark that folds a folder."""


class LibraryTree(QTreeView):
    """Choosing a node shows the photos of its scope only."""

    scopeChosen = Signal(object)  # Scope
    savedChosen = Signal(str)  # name of a saved search
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
        for heading in (self._nodes.folders, self._nodes.saved, *self._nodes.sections.values()):
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

    @Slot(object)
    def show_saved(self, searches: Sequence[SavedSearch]) -> None:
        """Saved searches; the one that is chosen stays chosen."""
        chosen = self.saved
        self._quiet = True
        self._nodes.show_saved([each.name for each in searches])
        self.setRowHidden(self._nodes.saved.row(), QModelIndex(), not searches)
        if chosen:
            index = self._nodes.saved_index(chosen)
            self.setCurrentIndex(index if index.isValid() else self._nodes.index_of(EVERYTHING))
        self._quiet = False

    @Slot(str, int, int)
    def count_saved(self, name: str, count: int, new: int) -> None:
        """How many photos a saved search has, and how many of them are new."""
        self._nodes.count_saved(name, count, new)
        self.viewport().update()

    @property
    def saved(self) -> str:
        """The name of the saved search that is chosen; "" for none."""
        key = str(self.currentIndex().data(SCOPE_KEY) or "")
        return key.removeprefix(SAVED_KEY) if key.startswith(SAVED_KEY) else ""

    @property
    def scope(self) -> Scope:
        """The chosen folder, label or album; all photos for a saved search, which has filters of its own."""
        if self.saved:
            return EVERYTHING
        return scope_from_key(str(self.currentIndex().data(SCOPE_KEY) or ""))

    def has(self, scope: Scope) -> bool:
        """Whether a scope has a node, or needs none as the matches of a query do."""
        return isinstance(scope, Among) or self._nodes.index_of(scope).isValid()

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

    @Slot()
    def leave_saved(self) -> None:
        """Choose all photos in the place of a saved search; nobody is told."""
        if self.saved:
            self._quiet = True
            self.choose(EVERYTHING)
            self._quiet = False

    def _choose_or_everything(self, scope: Scope) -> None:
        if self.saved:
            return
        index = self._nodes.index_of(scope)
        self.setCurrentIndex(index if index.isValid() else self._nodes.index_of(EVERYTHING))

    @Slot(QModelIndex, QModelIndex)
    def _chosen(self, current: QModelIndex, _previous: QModelIndex) -> None:
        if self._quiet or not current.isValid():
            return
        if self.saved:
            self.savedChosen.emit(self.saved)
        else:
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
        number, new = index.data(COUNT), index.data(NEW) or 0
        count = "" if number is None else f"{number:,}"
        painter.setFont(theme.font(SMALL))
        painter.setPen(theme.color("muted"))
        inside = row.adjusted(8, 0, -10, 0)
        right = painter.fontMetrics().horizontalAdvance(count)
        painter.drawText(inside, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, count)
        if new:
            right += self._paint_new(painter, inside.adjusted(0, 0, -right - 8, 0), f"{new:,} new")
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

    def _paint_new(self, painter: QPainter, place: QRect, words: str) -> int:
        """How many photos are new, at the right of a place; returns the pixels that this takes."""
        painter.setPen(self._theme.color("accent"))
        painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, words)
        return painter.fontMetrics().horizontalAdvance(words) + 8


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
