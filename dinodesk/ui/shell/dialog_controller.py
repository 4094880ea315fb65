"""The pages beside the window: models, skipped files, shortcuts, about. None blocks the event loop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QDialog, QFileDialog

from dinodesk.engine import messages as m
from dinodesk.ui.models.models_dialog import ModelsDialog
from dinodesk.ui.widgets.files_dialog import AboutDialog, ShortcutsDialog, SkippedDialog

if TYPE_CHECKING:
    from dinodesk.ui.shell.main_window import MainWindow

MODELS = "Model files (*.pth *.pt *.safetensors *.bin);;All files (*)"


def _open(dialog: QDialog) -> None:
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()


class DialogController(QObject):
    """Opens them, fills them, closes them with the window."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._engine = window.engine
        self.models: ModelsDialog | None = None
        self.skipped: SkippedDialog | None = None
        self.shortcuts: ShortcutsDialog | None = None
        self._importing = self._retrying = 0
        self._chosen = 0, ""
        self._engine.skippedListed.connect(self._skipped_listed)
        self._engine.modelsListed.connect(self._models_listed)
        self._engine.jobDone.connect(self._job_done)

    @Slot()
    def show_models(self) -> None:
        """The models page."""
        if self.models is None:
            self.models = ModelsDialog(self._window.theme, self._window)
            self.models.chosen.connect(self.use_model)
            self.models.addAsked.connect(self.ask_models)
            self.models.filesDropped.connect(self.import_models)
        if self._window.model_state is not None:
            self.models.show_state(self._window.model_state)
        self._engine.list_models()
        self.models.show()
        self.models.raise_()

    @Slot(str)
    def use_model(self, name: str) -> None:
        """Load another model; it is remembered once it is ready."""
        self._chosen = self._engine.load_model(name, self._window.device, self._window.precision), name

    @Slot()
    def ask_models(self) -> None:
        """Ask for model files."""
        dialog = QFileDialog(self.models or self._window, "Add model files", "", MODELS)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(self.import_models)
        _open(dialog)

    @Slot(list)
    def import_models(self, files: list[str]) -> None:
        """Recognise and register model files; what happened is said on the models page."""
        self.show_models()
        self._importing = self._engine.import_model(tuple(files))
        if self.models is not None:
            self.models.say("Looking into the files…")

    def model_changed(self, state: m.ModelState) -> None:
        """The page follows; a chosen model that works is the one to start with."""
        if state.state == "ready" and self._chosen[1] and state.request == self._chosen[0]:
            self._window.change_settings(model=self._chosen[1])
            self._chosen = 0, ""
        if self.models is not None:
            self.models.show_state(state)

    @Slot(object)
    def _models_listed(self, answer: m.ModelList) -> None:
        if self.models is not None:
            self.models.show_list(answer)

    @Slot()
    def show_skipped(self) -> None:
        """The list of skipped files."""
        if self.skipped is None:
            self.skipped = SkippedDialog(self._window.theme, self._window)
            self.skipped.retryAsked.connect(self._retry)
        if not self._retrying:  # the list is short while they are being tried
            self._engine.list_skipped()
        self.skipped.show()
        self.skipped.raise_()

    @Slot()
    def _retry(self) -> None:
        self._retrying = self._engine.retry_skipped()

    @Slot(object)
    def _job_done(self, done: m.JobDone) -> None:
        tried = bool(self._retrying) and done.request == self._retrying
        if tried:
            self._retrying = 0
        if self.skipped is not None and self.skipped.isVisible() and not self._retrying:
            self._engine.list_skipped()

    @Slot(object)
    def _skipped_listed(self, answer: m.SkippedList) -> None:
        if self.skipped is not None:
            self.skipped.show_list(answer.files)

    @Slot()
    def show_shortcuts(self) -> None:
        """The shortcuts page."""
        if self.shortcuts is None:
            self.shortcuts = ShortcutsDialog(self._window.theme, self._window)
        self.shortcuts.show()
        self.shortcuts.raise_()

    @Slot()
    def show_about(self) -> None:
        """About and licences."""
        _open(AboutDialog(self._window.theme, self._window))

    def close_dialogs(self) -> None:
        """With the window."""
        for dialog in (self.models, self.skipped, self.shortcuts):
            if dialog is not None:
                dialog.close()

    def take_problem(self, problem: m.Problem) -> bool:
        """What went wrong with an import is said on the models page."""
        if self.models is None or not problem.request or problem.request != self._importing:
            return False
        self.models.say(f"{problem.sentence} {problem.remedy}".strip())
        return True
