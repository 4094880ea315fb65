"""What is done with the selected photos and their files beyond looking: removed, trashed, copied, found."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from dinodesk.engine.client import EngineClient
from dinodesk.engine.messages import (
    Chosen,
    ExportPhotos,
    FindMissing,
    ForgetMissing,
    MissingFound,
    MoveToTrash,
    PhotosExported,
    PlanTrash,
    Problem,
    RemovePhotos,
    TrashPlan,
)
from dinodesk.records import Photo, Skipped
from dinodesk.ui.context.feedback import Feedback, problem_text
from dinodesk.ui.grid.photo_grid import PhotoGrid
from dinodesk.ui.library.trash_dialog import TrashDialog
from dinodesk.ui.text.formatting import count
from dinodesk.ui.text.job_messages import skipped_sentence
from dinodesk.ui.text.photo_files_text import (
    exported_sentence,
    forget_explained,
    found_sentence,
    named,
    refused_sentence,
)
from dinodesk.ui.theme.theme import Theme
from dinodesk.ui.widgets.confirm_dialog import confirm
from dinodesk.ui.widgets.file_dialogs import PHOTO_FILES, ask_file, ask_folder
from dinodesk.ui.widgets.files_dialog import FilesDialog
from dinodesk.ui.widgets.local_files import local_url

NOTHING_CHOSEN = "Choose photos first"
LEFT_OUT = "Nothing was done with these files; they are as they were."


class PhotoFilesController(QObject):
    """Asks before something leaves its place; the engine touches disk and library. Undo: `UndoController`."""

    looked = Signal(bool)  # whether some of the chosen photos are missing

    def __init__(
        self,
        engine: EngineClient,
        theme: Theme,
        grid: PhotoGrid,
        feedback: Feedback,
        parent: QWidget,
        *,
        alone: Callable[[], bool],
    ) -> None:
        """`alone` is whether the current photo is all that is seen, so that no other one is meant."""
        super().__init__(parent)
        self._alone = alone
        self._engine, self._theme, self._grid = engine, theme, grid
        self._feedback, self._parent = feedback, parent
        self._left_out: FilesDialog | None = None
        self._told = ""  # the notice on files that was shown last

    def _chosen(self) -> list[Photo]:
        photos = self._grid.chosen_photos()
        current = self._grid.current_photo()
        if current is not None and self._alone():
            photos = [current]
        if not photos:
            self._feedback.show_status(NOTHING_CHOSEN)
        return photos

    def _missing(self) -> list[Photo]:
        photos = self._chosen()
        missing = [photo for photo in photos if photo.state == "missing"]
        if photos and not missing:
            self._feedback.show_status("No missing photo is chosen")
        return missing

    @Slot()
    def look(self) -> None:
        """Tell what of the menu makes sense for the chosen photos."""
        self.looked.emit(any(photo.state == "missing" for photo in self._grid.chosen_photos()))

    # ── out of the library ──────────────────────────────────────────────────────────────────────

    @Slot()
    def remove(self) -> None:
        """Take the photos out of the library; their files stay."""
        photos = self._chosen()
        if photos:
            self._engine.send(RemovePhotos(assets=_assets(photos)))

    @Slot()
    def ask_forget(self) -> None:
        """Forget missing photos after asking."""
        missing = self._missing()
        if missing:
            confirm(
                self._parent,
                "forgetPhotosBox",
                f"Forget {named(missing)}?",
                forget_explained(len(missing)),
                ("Forget", partial(self._forget, _assets(missing))),
            )

    def _forget(self, assets: tuple[int, ...]) -> None:
        self._engine.send(ForgetMissing(assets=assets))

    # ── the trash ───────────────────────────────────────────────────────────────────────────────

    @Slot()
    def ask_trash(self) -> None:
        """Have counted what would be moved, then ask."""
        photos = _shown(self._chosen())
        if photos:
            self._engine.send(PlanTrash(photos=photos), self, partial(self._trash_planned, photos))

    def _trash_planned(self, photos: Chosen, plan: TrashPlan) -> None:
        if not plan.photos:
            self._tell(skipped_sentence(plan.failed), plan.failed)
            return
        dialog = TrashDialog(self._theme, plan, self._parent)
        dialog.confirmed.connect(partial(self._move_to_trash, photos))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _move_to_trash(self, photos: Chosen, partners: bool, copies: bool) -> None:
        self._begin(f"Moving {count(len(photos))} to the trash…")
        request = MoveToTrash(photos=photos, partners=partners, copies=copies)
        self._engine.send(request, self, failed=self._failed)

    def _failed(self, problem: Problem) -> None:
        self._feedback.show_status("")
        self._feedback.show_notice(problem_text(problem))

    # ── copies ──────────────────────────────────────────────────────────────────────────────────

    @Slot()
    def ask_export(self) -> None:
        """Ask for a folder to copy the photos to."""
        photos = self._chosen()
        if photos:
            title = f"Copy {named(photos)} to a folder"
            ask_folder(self._parent, title, partial(self._export, _shown(photos)), name="exportDialog")

    def _export(self, photos: Chosen, folder: str) -> None:
        self._begin(f"Copying {count(len(photos))}…")
        request = ExportPhotos(photos=photos, folder=folder)
        self._engine.send(request, self, self._exported, self._failed)

    def _exported(self, done: PhotosExported) -> None:
        if done.written:
            show = partial(QDesktopServices.openUrl, local_url(done.folder))
            self._feedback.show_status(exported_sentence(done), "Open folder", show)
        else:
            self._feedback.show_status(exported_sentence(done))
        if done.failed:
            self._tell(skipped_sentence(done.failed), done.failed)

    # ── missing photos ──────────────────────────────────────────────────────────────────────────

    @Slot()
    def ask_find(self) -> None:
        """Ask where missing photos are now: a file for one, a folder for any number."""
        missing = self._missing()
        if not missing:
            return
        assets = _assets(missing)
        choices = [("Choose a folder…", partial(self._ask_folder, assets))]
        if len(assets) == 1:
            choices.insert(0, ("Choose the file…", partial(self._ask_file, assets)))
        confirm(
            self._parent,
            "findMissingBox",
            f"Where {'is' if len(assets) == 1 else 'are'} {named(missing)} now?",
            "A file is taken for a photo if its bytes are the same. Nothing on disk is moved.",
            *choices,
        )

    def _ask_file(self, assets: tuple[int, ...]) -> None:
        ask_file(self._parent, "Find the missing photo", partial(self._find, assets), PHOTO_FILES)

    def _ask_folder(self, assets: tuple[int, ...]) -> None:
        title = "Find missing photos below a folder"
        ask_folder(self._parent, title, partial(self._find, assets), name="findMissingDialog")

    def _find(self, assets: tuple[int, ...], path: str) -> None:
        self._begin("Comparing bytes…")
        request = FindMissing(assets=assets, path=path)
        self._engine.send(request, self, partial(self._found, len(assets)), self._failed)

    def _found(self, wanted: int, done: MissingFound) -> None:
        self._feedback.show_status(found_sentence(done, wanted), keep=True)
        if done.refused and done.found < wanted:
            self._tell(refused_sentence(done), done.refused)

    # ── files with reasons ──────────────────────────────────────────────────────────────────────

    def _tell(self, sentence: str, files: tuple[Skipped, ...]) -> None:
        """A notice on files that were left out; it goes when there is something newer to say of files."""
        self._feedback.show_notice(sentence, "Show list…", partial(self._show_list, files))
        self._told = sentence

    def _begin(self, sentence: str) -> None:
        """Say what begins; what was said of the time before is over."""
        if self._told and self._feedback.notice.sentence == self._told:
            self._feedback.clear_notice()
        self._feedback.show_status(sentence)

    def _show_list(self, files: tuple[Skipped, ...]) -> None:
        if self._left_out is None:
            self._left_out = FilesDialog(
                self._theme, "leftOutFiles", "Files that were left out", LEFT_OUT, self._parent
            )
        self._left_out.files.show(files)
        self._left_out.show()
        self._left_out.raise_()


def _assets(photos: list[Photo]) -> tuple[int, ...]:
    return tuple(photo.asset for photo in photos)


def _shown(photos: list[Photo]) -> Chosen:
    return tuple((photo.asset, photo.path) for photo in photos)
