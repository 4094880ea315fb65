"""What actions do: adding, importing, copying, opening, and the pages beside the window."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QObject, QPoint, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QFileDialog, QMenu

from dinodesk import paths
from dinodesk.engine import messages as m
from dinodesk.records import Folder, is_tag
from dinodesk.ui.grid.photo_commands import PhotoCommands
from dinodesk.ui.library.library_tree import PLACE, ROOT, STATE
from dinodesk.ui.library.maintenance_controller import MaintenanceController
from dinodesk.ui.shell.actions import Actions
from dinodesk.ui.shell.clipboard_images import ClipboardImages
from dinodesk.ui.shell.dialog_controller import DialogController
from dinodesk.ui.text.plain_text import one_line
from dinodesk.ui.widgets import drop_content
from dinodesk.ui.widgets.confirm_dialog import confirm

if TYPE_CHECKING:
    from dinodesk.ui.shell.main_window import MainWindow

PHOTOS = "Photos (*.jpg *.jpeg *.png *.webp *.heic *.heif *.tif *.tiff *.bmp *.gif *.avif);;All files (*)"


class CommandController(QObject):
    """The window's verbs. No dialog here blocks the event loop."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._engine = window.engine
        self.photos = PhotoCommands(window)
        self.pages = DialogController(window)
        self.keeping = MaintenanceController(window)
        self._refused = False
        self.pasting = ClipboardImages(self)
        self.pasting.saved.connect(self.query_by)
        self.pasting.failed.connect(self._paste_failed)
        self._asked: dict[int, str] = {}
        self._opening: tuple[str, bool] = ("", True)  # folder, and whether it may be made
        self.unopened = False  # whether the library that was asked for last could not be opened
        self._removing: tuple[int, str] = (-1, "")
        self._switching: tuple[str, str] | None = None  # path as the engine says it, as it is remembered

    def connect_actions(self, actions: Actions) -> None:
        """Every action to its verb."""
        window, grid = self._window, self._window.results.grid
        size = window.results.size_slider
        for name, do in (
            ("addFolder", self.add_folder),
            ("addPhotos", self.add_photos),
            ("openLibrary", self.open_library),
            ("defaultLibrary", self.open_default),
            ("samples", self.open_samples),
            ("rescan", self.rescan),
            ("models", self.pages.show_models),
            ("aboutLibrary", self.keeping.show_page),
            ("rules", self.keeping.show_rules),
            ("verify", self.keeping.verify),
            ("backUp", self.keeping.back_up),
            ("moveLibrary", self.keeping.ask_move),
            ("skipped", self.pages.show_skipped),
            ("find", self.find),
            ("settings", window.show_settings),
            ("paste", self.paste),
            ("fullScreen", self.full_screen),
            ("larger", lambda: size.setValue(round(size.value() * 1.2))),
            ("smaller", lambda: size.setValue(round(size.value() / 1.2))),
            ("shortcuts", self.pages.show_shortcuts),
            ("about", self.pages.show_about),
            ("quit", window.close),
            ("open", self.photos.open_photo),
            ("enlarge", lambda: grid.enlarge.emit(grid.currentIndex())),
            ("showInFolder", self.photos.show_in_folder),
            ("copy", self.photos.copy),
            ("copyPath", self.photos.copy_path),
            ("similar", self.photos.find_similar),
        ):
            actions[name].triggered.connect(do)

    # ── adding and opening ──────────────────────────────────────────────────────────────────────

    def take(self, dropped: drop_content.DropContent) -> None:
        """What was dropped or pasted."""
        if self._refused:
            self._refused = False
            self._window.results.notice.hide()
        if dropped.models:
            self.pages.import_models(list(dropped.models))
        if dropped.refused:
            self._refused = True
            self._window.results.notice.say(drop_content.refusal(dropped.refused))
        self.pasting.paste(dropped.image)
        if dropped.query:
            self.query_by(dropped.query)
        if dropped.add:
            self.add(list(dropped.add))

    @Slot(list)
    def add(self, files: list[str]) -> None:
        """Add folders or photos and index them."""
        if files:
            strip = self._window.strip
            waits = f"“{one_line(Path(files[0]).name)}” is added after what is running now"
            strip.say(waits if strip.running and not strip.paused else "")
            self._asked[self._engine.add_photos(tuple(files))] = "add"

    def is_import(self, request: int) -> bool:
        """Whether a person asked for photos to be added by this request."""
        return bool(request) and self._asked.get(request) == "add"

    @Slot()
    def add_folder(self) -> None:
        """Ask for a folder."""
        dialog = QFileDialog(self._window, "Add a folder of photos")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.filesSelected.connect(self.add)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    @Slot()
    def add_photos(self) -> None:
        """Ask for photos."""
        dialog = QFileDialog(self._window, "Add photos", "", PHOTOS)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(self.add)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    @Slot()
    def ask_photo(self) -> None:
        """Ask for a photo to search by."""
        dialog = QFileDialog(self._window, "Search by a photo", "", PHOTOS)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self.query_by)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    @Slot(str)
    def query_by(self, file: str) -> None:
        """Search by a photo."""
        if file:
            self._window.large.leave()
            self._window.bar.set_images((file,))

    @Slot()
    def _paste_failed(self) -> None:
        self._window.results.notice.say(
            "The copied picture could not be written to the folder for temporary files. Is the disk full?"
        )

    @Slot()
    def paste(self) -> None:
        """A photo on the clipboard is a query; words go to the search field."""
        mime = QGuiApplication.clipboard().mimeData()
        if mime.hasImage() or drop_content.local_files(mime):
            self.take(drop_content.understand(mime, shift=False))
        elif mime.hasText():
            self._window.type_into_search(mime.text().strip())

    @Slot()
    def open_library(self) -> None:
        """Ask for another library's folder."""
        dialog = QFileDialog(self._window, "Open or make a library")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(self.switch_library)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def open(self, folder: str, *, make: bool = True) -> None:
        """Open a library; when that fails, the notice offers another one."""
        self._opening, self.unopened = (folder, make), False
        self._asked[self._engine.open_library(folder, make=make)] = "open"

    @Slot()
    def open_again(self) -> None:
        """Try the library again that could not be opened."""
        if self._opening[0]:
            self._window.results.notice.hide()
            self.open(self._opening[0], make=self._opening[1])
            self._window.hearing.refresh_page()

    @Slot(str)
    def switch_library(self, folder: str) -> None:
        """Open a library; it is remembered once it is open."""
        self.open(folder)
        self.expect_library(folder)

    def expect_library(self, folder: str) -> None:
        """A library that is to be the one to start with, once it is open."""
        self._switching = str(Path(folder).expanduser().absolute()), folder

    @Slot()
    def open_default(self) -> None:
        """Back to the person's own library."""
        self.open(str(paths.default_library()))
        self._switching = str(paths.default_library().absolute()), ""

    def library_opened(self, path: str) -> None:
        """A chosen library that opened is the one to start with."""
        if self._switching is not None and str(Path(path).absolute()) == self._switching[0]:
            self._window.change_settings(library=self._switching[1])
            self._switching = None

    @Slot()
    def open_samples(self) -> None:
        """The shipped photos, in a library of their own; the person's stays the one opened at the start."""
        self._switching = None
        self.open(str(paths.sample_library()))
        self.add([str(paths.resource("samples"))])
        self._window.strip.say("The sample photos are a library of their own; yours is untouched.", keep=True)

    @Slot()
    def rescan(self) -> None:
        """Look through all folders again."""
        self._asked[self._engine.rescan()] = "rescan"
        if self._window.strip.paused:
            self._window.strip.say("The folders are looked through when indexing is resumed")

    # ── jobs ────────────────────────────────────────────────────────────────────────────────────

    @Slot(bool)
    def pause(self, pause: bool) -> None:
        """Pause or go on."""
        self._engine.control_job("pause" if pause else "resume")

    @Slot()
    def stop(self) -> None:
        """Stop; what is done is kept."""
        self._engine.control_job("stop")

    def take_problem(self, problem: m.Problem) -> bool:
        """Problems with a button that helps; True when this was one."""
        if self.pages.take_problem(problem) or self.keeping.take_problem(problem):
            return True
        asked = self._asked.pop(problem.request, "") if problem.request else ""
        sentence = f"{problem.sentence} {problem.remedy}".strip()
        if asked == "open":
            self.unopened = True
            self._window.hearing.refresh_page()
            self._window.results.notice.say(sentence, "Open another library…", self.open_library)
            return True
        if asked in ("add", "rescan"):
            self._window.results.notice.say(sentence, "Try again", self.rescan)
            return True
        return False

    # ── folders ─────────────────────────────────────────────────────────────────────────────────

    @Slot(QPoint, QModelIndex)
    def tree_menu(self, point: QPoint, index: QModelIndex) -> None:
        """The context menu of a node."""
        menu = QMenu(self._window)
        menu.setObjectName("treeMenu")
        place, root = str(index.data(PLACE) or ""), index.data(ROOT)
        if index.isValid() and is_tag(place):
            self._window.tagging.fill_menu(menu, place)
        elif index.isValid() and place:
            menu.addAction("Show only this folder", lambda: self._window.tree.choose(place))
            if index.data(STATE) == "online":
                menu.addAction("Rescan this folder", lambda: self._engine.look_again((place,)))
                menu.addAction(
                    "Open in file manager", lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(place))
                )
            folder = self._folder(place)
            if folder is not None and self.keeping.can_mark(folder):
                menu.addAction("Recognise this drive by a small file…", lambda: self.keeping.ask_mark(folder))
            if not index.parent().isValid():
                name = str(index.data())
                menu.addAction("Remove from library…", lambda: self.remove_folder(int(root), name))
            menu.addSeparator()
        for action in ("rescan", "addFolder", "openLibrary"):
            menu.addAction(self._window.actions_[action])
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(point)

    def _folder(self, path: str) -> Folder | None:
        library = self._window.library
        return next((f for f in library.folders if f.path == path), None) if library is not None else None

    def remove_folder(self, root: int, name: str) -> None:
        """Take a folder out after asking; the files stay."""
        name = one_line(name)
        self._removing = (root, name)
        confirm(
            self._window,
            "removeFolderBox",
            f"Remove “{name}” from this library?",
            "The photos stay on disk. Adding the folder again is quick.",
            ("Remove", self._remove),
        )

    @Slot()
    def _remove(self) -> None:
        self._engine.remove_folder(self._removing[0])
        self._window.strip.say(f"“{self._removing[1]}” was removed from the library; its files stay")

    # ── the window ──────────────────────────────────────────────────────────────────────────────

    @Slot()
    def find(self) -> None:
        """To the search field."""
        self._window.large.leave()
        self._window.bar.field.setFocus()
        self._window.bar.field.selectAll()

    @Slot()
    def full_screen(self) -> None:
        """In turn."""
        window = self._window
        window.showNormal() if window.isFullScreen() else window.showFullScreen()
        window.actions_["fullScreen"].setChecked(window.isFullScreen())
