"""Ratings, labels and albums of the selection, and labels and albums themselves."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QInputDialog, QMenu, QWidget

from dinodesk.engine.client import EngineClient
from dinodesk.engine.messages import (
    AddTag,
    DeleteTag,
    LabelsShown,
    RatePhotos,
    RemoveTag,
    RenameTag,
    ShowLabels,
    TagsChanged,
)
from dinodesk.records import Everything, InFolder, Scope, Tag, TagKind
from dinodesk.ui.context.app_state import AppState
from dinodesk.ui.context.feedback import Feedback
from dinodesk.ui.grid.photo_grid import PhotoGrid
from dinodesk.ui.tags.tag_dialog import TagDialog
from dinodesk.ui.text.plain_text import one_line
from dinodesk.ui.text.tag_text import LIBRARY_ACTIONS
from dinodesk.ui.theme.theme import Theme
from dinodesk.ui.widgets.confirm_dialog import confirm


class TagController(QObject):
    """Asks the engine; the window changes when the engine says that it is done (see `UndoController`)."""

    scopeRequested = Signal(object)  # Scope: what was shown has become this
    refreshRequested = Signal()  # photos of the shown scope changed
    albumShown = Signal(bool)  # whether an album is shown

    def __init__(
        self,
        engine: EngineClient,
        state: AppState,
        theme: Theme,
        grid: PhotoGrid,
        feedback: Feedback,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._engine, self._state, self._theme, self._grid = engine, state, theme, grid
        self._feedback, self._parent = feedback, parent
        self._dialog: TagDialog | None = None
        self._labelled: tuple[int, ...] = ()  # the assets that the dialog is about
        self._row = -1  # where the cursor was in a scope that the photo may leave
        self._renamed: tuple[TagKind, str] | None = None  # what is shown is getting this name
        engine.subscribe(TagsChanged, self, self._tags_changed)
        grid.rated.connect(self.rate)
        grid.photos.modelReset.connect(self._keep_row)
        state.tagsChanged.connect(self._tell_album)
        state.queryChanged.connect(self._tell_album)

    # ── the selection ───────────────────────────────────────────────────────────────────────────

    def _assets(self) -> tuple[int, ...]:
        return tuple(photo.asset for photo in self._grid.chosen_photos())

    @Slot(int)
    def rate(self, stars: int) -> None:
        """Rate the selected photos, or the current one."""
        assets = self._assets()
        if assets:
            self._engine.send(RatePhotos(assets=assets, rating=stars))

    @Slot(int)
    def rate_current(self, stars: int) -> None:
        """Rate the current photo alone."""
        photo = self._grid.current_photo()
        if photo is not None:
            self._engine.send(RatePhotos(assets=(photo.asset,), rating=stars))

    @Slot(str)
    def remove_label(self, name: str) -> None:
        """Take a label off the current photo."""
        photo = self._grid.current_photo()
        if photo is not None:
            self._engine.send(RemoveTag(kind="label", assets=(photo.asset,), name=name))

    @Slot()
    def leave_album(self) -> None:
        """Take the selection out of the album that is shown."""
        album, assets = self._shown_album(), self._assets()
        if album is not None and assets:
            self._engine.send(RemoveTag(kind="album", assets=assets, name=album.name))

    # ── the dialog ──────────────────────────────────────────────────────────────────────────────

    @Slot()
    def ask_labels(self) -> None:
        """Open the dialog for labels."""
        self._ask("label")

    @Slot()
    def ask_album(self) -> None:
        """Open the dialog for albums."""
        self._ask("album")

    def _ask(self, kind: TagKind) -> None:
        assets = self._assets()
        if not assets:
            self._feedback.show_status("Choose photos first")
            return
        photos = "this photo" if len(assets) == 1 else f"{len(assets):,} photos"
        title = f"Labels of {photos}" if kind == "label" else f"Add {photos} to an album"
        names = [tag.name for tag in self._state.tags if tag.kind == kind]
        dialog = TagDialog(self._theme, kind, title, names, self._parent)
        dialog.added.connect(partial(self._change, AddTag, kind, assets))
        dialog.removed.connect(partial(self._change, RemoveTag, kind, assets))
        dialog.finished.connect(self._dialog_closed)
        dialog.finished.connect(dialog.deleteLater)
        if kind == "label":
            self._dialog, self._labelled = dialog, assets
            if len(assets) > 1:
                dialog.intro.setText(f"{title}\nLabels added here go to all of them.")
            self._request_labels()
        dialog.open()

    def _change(
        self, request: type[AddTag] | type[RemoveTag], kind: TagKind, assets: tuple[int, ...], name: str
    ) -> None:
        self._engine.send(request(kind=kind, assets=assets, name=name))

    def _request_labels(self) -> None:
        if self._dialog is not None:
            assets = self._labelled
            self._engine.send(ShowLabels(assets=assets), self, partial(self._labels_shown, assets))

    def _labels_shown(self, assets: tuple[int, ...], answer: LabelsShown) -> None:
        if self._dialog is not None and assets == self._labelled:
            self._dialog.show_labels(answer.labels, len(assets))

    @Slot()
    def _dialog_closed(self) -> None:
        self._dialog = None

    # ── labels and albums themselves ────────────────────────────────────────────────────────────

    @Slot(QMenu, object)
    def fill_menu(self, menu: QMenu, scope: Scope) -> None:
        """Add what can be done with the label or album of a scope."""
        tag = next((each for each in self._state.tags if each.scope == scope), None)
        if tag is None or (tag.kind != "label" and tag.kind != "album"):
            return
        menu.addAction("Rename…", partial(self._ask_name, tag))
        text = "Delete label (photos stay)" if tag.kind == "label" else "Delete album (photos stay)"
        menu.addAction(text, partial(self._delete, tag.kind, tag.name))
        menu.addSeparator()

    def _delete(self, kind: TagKind, name: str) -> None:
        self._engine.send(DeleteTag(kind=kind, name=name))

    def _ask_name(self, tag: Tag) -> None:
        dialog = QInputDialog(self._parent)
        dialog.setObjectName("renameDialog")
        dialog.setWindowTitle("Rename")
        dialog.setLabelText(f"Another name for the {tag.kind} “{one_line(tag.name)}”:")
        dialog.setTextValue(tag.name)
        dialog.textValueSelected.connect(partial(self._rename, tag))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _rename(self, tag: Tag, name: str) -> None:
        """Rename; two that would have one name are joined after asking."""
        folded = name.strip().casefold()
        alike = (t for t in self._state.tags if (t.kind, t.name.casefold()) == (tag.kind, folded))
        other = next(alike, None)
        if not folded:
            return
        if other is None or other.scope == tag.scope:
            self._rename_now(tag, name)
            return
        confirm(
            self._parent,
            "joinBox",
            f"There is {'a label' if tag.kind == 'label' else 'an album'} “{one_line(other.name)}” already.",
            f"The photos of “{one_line(tag.name)}” can be joined with its own; Undo takes them apart again.",
            ("Join them", partial(self._rename_now, tag, name)),
        )

    def _rename_now(self, tag: Tag, name: str) -> None:
        if tag.kind == "label" or tag.kind == "album":
            if self._state.query.scope == tag.scope:
                self._renamed = tag.kind, name.strip().casefold()
            self._engine.send(RenameTag(kind=tag.kind, name=tag.name, new=name))

    def _shown_album(self) -> Tag | None:
        scope = self._state.query.scope
        return next((tag for tag in self._state.tags if tag.kind == "album" and tag.scope == scope), None)

    @Slot()
    def _tell_album(self) -> None:
        self.albumShown.emit(self._shown_album() is not None)

    # ── what the engine says ────────────────────────────────────────────────────────────────────

    def _tags_changed(self, answer: TagsChanged) -> None:
        self._request_labels()
        scope, before = self._state.query.scope, {tag.scope: tag for tag in self._state.tags}
        self._state.set_tags(answer.tags, answer.undo, answer.redo)
        self._follow(before.get(scope), before)
        if scope == self._state.query.scope and not isinstance(scope, Everything | InFolder):
            self._row = self._grid.currentIndex().row()
            self.refreshRequested.emit()
        elif answer.change is not None and answer.change.action in LIBRARY_ACTIONS:
            self._row = self._grid.currentIndex().row()

    def _follow(self, shown: Tag | None, before: Mapping[Scope, Tag]) -> None:
        """Show the scope again under its new name and id, after it was renamed or that was undone."""
        renamed, self._renamed = self._renamed, None
        if shown is None or any(tag.scope == shown.scope for tag in self._state.tags):
            return
        joined = [tag for tag in self._state.tags if renamed == (tag.kind, tag.name.casefold())]
        appeared = [t for t in self._state.tags if t.kind == shown.kind and t.scope not in before]
        if len(appeared) != 1:  # it can't be told which of them it is
            appeared = []
        for tag in joined or appeared:
            self.scopeRequested.emit(tag.scope)

    @Slot()
    def _keep_row(self) -> None:
        """When the current photo left the scope, make the photo that took its row the current one."""
        grid, row = self._grid, self._row
        self._row = -1
        if row >= 0 and grid.photos.rowCount() and not grid.currentIndex().isValid():
            grid.setCurrentIndex(grid.photos.index(min(row, grid.photos.rowCount() - 1), 0))
