"""Ratings, labels, albums and sidecars: what a person asks of the selection, and what is said of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QInputDialog, QMenu

from dinodesk.engine import messages as m
from dinodesk.records import Skipped, Tag, is_tag
from dinodesk.ui.tags.tag_dialog import TagDialog
from dinodesk.ui.text import formatting
from dinodesk.ui.text.plain_text import one_line
from dinodesk.ui.widgets.confirm_dialog import confirm
from dinodesk.ui.widgets.files_dialog import FilesDialog

if TYPE_CHECKING:
    from dinodesk.ui.shell.main_window import MainWindow

LONGEST = 70
"""Characters of what can be undone that fit into a menu."""
SKIPPED = "Of these files nothing was written or taken over. Nothing on disk was changed for them."


class TagController(QObject):
    """Asks the engine; the window changes when the engine says that it is done."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window, self._engine = window, window.engine
        self._tags: tuple[Tag, ...] = ()
        self._dialog: TagDialog | None = None
        self._labelled: tuple[int, ...] = ()  # what the dialog is about
        self._labels_id = 0
        self._row = -1  # where the cursor was in a place that the photo may leave
        self._renamed: tuple[str, str] | None = None  # what is shown is getting this name
        self._skipped: FilesDialog | None = None
        actions = window.actions_
        for name, do in (
            ("undo", self._engine.undo),
            ("redo", self._engine.redo),
            ("labels", self.ask_labels),
            ("album", self.ask_album),
            ("leaveAlbum", self.leave_album),
            ("exportSidecars", partial(self.exchange, "export")),
            ("importSidecars", partial(self.exchange, "import")),
        ):
            actions[name].triggered.connect(_without_argument(do))
        for stars in range(6):
            actions[f"rate{stars}"].triggered.connect(_without_argument(partial(self.rate, stars)))
        page = window.inspector.info
        page.rated.connect(self.rate_current)
        page.labelRemoved.connect(self._remove_label)
        page.labelsAsked.connect(self.ask_labels)
        window.results.grid.rated.connect(self.rate)
        window.photo_menu.aboutToShow.connect(self._fit_menu)
        self._engine.userDataChanged.connect(self._changed)
        self._engine.exchanged.connect(self._exchanged)
        window.asking.answered.connect(self._keep_row)
        self._engine.labelsShown.connect(self._labels_shown)
        self._name_undo("", "")

    # ── the selection ───────────────────────────────────────────────────────────────────────────

    def _chosen(self) -> tuple[int, ...]:
        photos = self._window.results.grid.selected_photos()
        current = self._window.looking.photo
        if not photos and current is not None:
            photos = [current]
        return tuple(photo.asset for photo in photos)

    @Slot(int)
    def rate(self, stars: int) -> None:
        """Rate what is selected; while a photo is shown large, that one."""
        assets = self._chosen()
        if self._window.large.isVisible() and self._window.looking.photo is not None:
            assets = (self._window.looking.photo.asset,)
        if assets:
            self._engine.rate(assets, stars)

    @Slot(int)
    def rate_current(self, stars: int) -> None:
        """Rate the photo of the inspector."""
        photo = self._window.looking.photo
        if photo is not None:
            self._engine.rate((photo.asset,), stars)

    @Slot(str)
    def _remove_label(self, name: str) -> None:
        photo = self._window.looking.photo
        if photo is not None:
            self._engine.take_off("label", (photo.asset,), name)

    @Slot()
    def ask_labels(self) -> None:
        """The dialog for labels."""
        self._ask("label")

    @Slot()
    def ask_album(self) -> None:
        """The dialog for albums."""
        self._ask("album")

    def _ask(self, kind: Literal["label", "album"]) -> None:
        assets = self._chosen()
        if not assets:
            self._window.strip.say("Choose photos first")
            return
        photos = "this photo" if len(assets) == 1 else f"{len(assets):,} photos"
        title = f"Labels of {photos}" if kind == "label" else f"Add {photos} to an album"
        names = [tag.name for tag in self._tags if tag.kind == kind]
        dialog = TagDialog(self._window.theme, kind, title, names, self._window)
        dialog.added.connect(partial(self._change, kind, assets, True))
        dialog.removed.connect(partial(self._change, kind, assets, False))
        dialog.finished.connect(self._dialog_closed)
        dialog.finished.connect(dialog.deleteLater)
        if kind == "label":
            self._dialog, self._labelled = dialog, assets
            if len(assets) > 1:
                dialog.intro.setText(f"{title}\nLabels added here go to all of them.")
            self._ask_labels()
        dialog.open()

    def _ask_labels(self) -> None:
        if self._dialog is not None:
            self._labels_id = self._engine.show_labels(self._labelled)

    @Slot(object)
    def _labels_shown(self, answer: m.LabelsShown) -> None:
        if self._dialog is not None and answer.request == self._labels_id:
            self._dialog.show_labels(answer.labels, len(self._labelled))

    def _change(self, kind: Literal["label", "album"], assets: tuple[int, ...], on: bool, name: str) -> None:
        ask = self._engine.put_on if on else self._engine.take_off
        ask(kind, assets, name)

    @Slot()
    def _dialog_closed(self) -> None:
        self._dialog = None

    @Slot()
    def leave_album(self) -> None:
        """Take the selection out of the album that is shown."""
        album = self._shown_album()
        assets = self._chosen()
        if album is not None and assets:
            self._engine.take_off("album", assets, album.name)

    # ── labels and albums themselves ────────────────────────────────────────────────────────────

    def fill_menu(self, menu: QMenu, place: str) -> None:
        """What can be done with a label or an album, in the tree's menu."""
        tag = next((each for each in self._tags if each.place == place), None)
        if tag is None or tag.kind not in ("label", "album"):
            return
        menu.addAction("Rename…", partial(self._ask_name, tag))
        words = "Take this label off all photos" if tag.kind == "label" else "Delete this album (photos stay)"
        menu.addAction(words, partial(self._engine.drop_tag, tag.kind, tag.name))
        menu.addSeparator()

    def _ask_name(self, tag: Tag) -> None:
        dialog = QInputDialog(self._window)
        dialog.setObjectName("renameDialog")
        dialog.setWindowTitle("Rename")
        dialog.setLabelText(f"Another name for the {tag.kind} “{one_line(tag.name)}”:")
        dialog.setTextValue(tag.name)
        dialog.textValueSelected.connect(partial(self._rename, tag))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _rename(self, tag: Tag, name: str) -> None:
        folded = name.strip().casefold()
        other = next((t for t in self._tags if (t.kind, t.name.casefold()) == (tag.kind, folded)), None)
        if not folded or tag.kind not in ("label", "album"):
            return
        if other is None or other.place == tag.place:
            self._rename_now(tag, name)
            return
        confirm(
            self._window,
            "joinBox",
            f"There is {'a label' if tag.kind == 'label' else 'an album'} “{one_line(other.name)}” already.",
            f"The photos of “{one_line(tag.name)}” can be joined with its own; Undo takes them apart again.",
            ("Join them", partial(self._rename_now, tag, name)),
        )

    def _rename_now(self, tag: Tag, name: str) -> None:
        if tag.kind in ("label", "album"):
            if self._window.asking.place == tag.place:
                self._renamed = tag.kind, name.strip().casefold()
            self._engine.rename_tag(tag.kind, tag.name, name)

    def _shown_album(self) -> Tag | None:
        place = self._window.asking.place
        return next((tag for tag in self._tags if tag.kind == "album" and tag.place == place), None)

    @Slot()
    def _fit_menu(self) -> None:
        self._window.actions_["leaveAlbum"].setVisible(self._shown_album() is not None)

    # ── sidecars ────────────────────────────────────────────────────────────────────────────────

    def exchange(self, way: Literal["export", "import"]) -> None:
        """Write or read the sidecars of what is selected beyond one photo, else of the whole library."""
        selected = self._window.results.grid.selected_photos()
        self._engine.exchange_sidecars(way, tuple(p.asset for p in selected) if len(selected) > 1 else ())

    @Slot(object)
    def _exchanged(self, done: m.ExchangeDone) -> None:
        strip = self._window.strip
        strip.show_done()
        written = f"{formatting.count(done.written, 'sidecar')} written"
        if done.way == "import":
            verb = "takes" if done.written == 1 else "take"
            written = f"{formatting.count(done.written)} {verb} over what the sidecars say"
        told = f"{written} · {done.unchanged:,} with nothing new"
        strip.say(("Stopped: " if done.stopped else "") + told, keep=True)
        if done.skipped:
            show = partial(self._show_skipped, done.skipped)
            self._window.results.notice.say(formatting.skipped(done.skipped), "Show list…", show)

    def _show_skipped(self, files: tuple[Skipped, ...]) -> None:
        if self._skipped is None:
            self._skipped = FilesDialog(
                self._window.theme, "exchanged", "Skipped sidecars", SKIPPED, self._window
            )
        self._skipped.files.show(files)
        self._skipped.show()
        self._skipped.raise_()

    # ── what the engine says ────────────────────────────────────────────────────────────────────

    def show_state(self, state: m.LibraryState | m.UserDataChanged) -> None:
        """Labels and albums in the tree, and what can be undone."""
        self._tags = state.tags
        self._window.tree.show_tags(state.tags)
        self._window.results.place_names = {tag.place: tag.name for tag in state.tags}
        self._name_undo(state.undo, state.redo)

    @Slot(object)
    def _changed(self, answer: m.UserDataChanged) -> None:
        window = self._window
        window.strip.say(answer.sentence)
        self._ask_labels()
        shown, before = window.asking.place, {tag.place: tag for tag in self._tags}
        self.show_state(answer)
        self._follow(before.get(shown), before)
        if shown == window.asking.place and is_tag(shown):
            self._row = window.results.grid.currentIndex().row()
            window.asking.ask()
        photo = window.looking.photo
        if photo is not None and photo.asset in answer.assets:
            window.looking.refresh(window.asking.photo_of(photo.asset) or photo)

    def _follow(self, shown: Tag | None, before: Mapping[str, Tag]) -> None:
        """What was shown may have another name and number now, by renaming or by its undo."""
        renamed, self._renamed = self._renamed, None
        if shown is None or any(tag.place == shown.place for tag in self._tags):
            return
        joined = [tag for tag in self._tags if renamed == (tag.kind, tag.name.casefold())]
        appeared = [tag for tag in self._tags if tag.kind == shown.kind and tag.place not in before]
        if len(appeared) != 1:  # it can't be told which of them it is
            appeared = []
        for tag in joined or appeared:
            self._window.tree.choose(tag.place)

    @Slot()
    def _keep_row(self) -> None:
        """What follows a photo that left the place is the next one to be judged."""
        grid, row = self._window.results.grid, self._row
        self._row = -1
        if row >= 0 and grid.photos.rowCount() and not grid.currentIndex().isValid():
            grid.setCurrentIndex(grid.photos.index(min(row, grid.photos.rowCount() - 1), 0))

    def _name_undo(self, undo: str, redo: str) -> None:
        for name, word, what in (("undo", "Undo", undo), ("redo", "Redo", redo)):
            action = self._window.actions_[name]
            action.setEnabled(bool(what))
            said = one_line(what)
            said = said if len(said) <= LONGEST else said[: LONGEST - 20] + "…" + said[-19:]
            action.setText(f"{word} {said}".strip().replace("&", "&&"))


def _without_argument(do: Callable[[], object]) -> Callable[[bool], None]:
    def call(_checked: bool = False) -> None:
        do()

    return call
