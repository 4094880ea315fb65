"""The model that answers: loading it, falling back to another one, the models dialog, importing files."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from dinodesk.engine.client import EngineClient
from dinodesk.engine.messages import ImportModel, ListModels, LoadModel, ModelList, ModelState, Problem
from dinodesk.ui.context.app_state import AppState
from dinodesk.ui.context.feedback import Feedback, problem_text
from dinodesk.ui.models.calibration_controller import CalibrationController
from dinodesk.ui.models.models_dialog import ModelsDialog
from dinodesk.ui.text.plain_text import one_line
from dinodesk.ui.theme.theme import Theme
from dinodesk.ui.widgets.file_dialogs import MODEL_FILES, ask_files

BUILT_IN = "builtin"


class ModelController(QObject):
    """Writes `AppState.model`: a model that was loaded goes on answering when another one fails.

    Attributes:
        calibration: of the model in use, by labelled photos.
    """

    modelReady = Signal(str)  # fingerprint of a model that was just loaded

    def __init__(
        self, engine: EngineClient, state: AppState, theme: Theme, feedback: Feedback, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._engine, self._state, self._theme, self._feedback = engine, state, theme, feedback
        self._parent = parent
        self.calibration = CalibrationController(engine, state, theme, parent)
        self._device = self._precision = "auto"
        self.dialog: ModelsDialog | None = None
        self._loaded: ModelState | None = None  # the model that answers
        self._chosen = ""  # what the person chose, until it is ready
        self._fell_back = self._falling_back = False
        self._notice_shown = False  # whether a notice on a model is shown
        engine.subscribe(ModelState, self, self._model_changed)
        engine.subscribe(ModelList, self, self._show_list)

    # ── loading ─────────────────────────────────────────────────────────────────────────────────

    def load(self, name: str, device: str = "auto", precision: str = "auto") -> None:
        """Load the model to start with; later ones are loaded for the same device and precision."""
        self._device, self._precision = device, precision
        self._engine.send(LoadModel(name=name, device=device, precision=precision))

    @Slot(str)
    def use_model(self, name: str) -> None:
        """Load another model; it is remembered once it is ready."""
        self._chosen = name
        request = LoadModel(name=name, device=self._device, precision=self._precision)
        self._engine.send(request, self, self._chosen_loaded)

    def _chosen_loaded(self, answer: ModelState) -> None:
        if answer.state == "ready" and answer.name == self._chosen:
            self._chosen = ""
            self._state.change_settings(model=answer.name)

    def _model_changed(self, model: ModelState) -> None:
        if self.dialog is not None:
            self.dialog.show_state(model)
        before = self._state.model
        if model.state == "error" and self._loaded is not None:
            self._show_failure(model, f"The model {model_title(self._loaded)} stays in use.")
            model = self._loaded
        if model.state == "error":
            self._fall_back(model)
        elif model.state == "ready" and model is not self._loaded:
            self._loaded = model
            if self._notice_shown and not (self._falling_back and model.name == BUILT_IN):
                self._notice_shown = False
                self._feedback.clear_notice()
        self._state.set_model(model)
        if before is not None and before.state == "loading" and model.info is not None:
            self.modelReady.emit(model.info.fingerprint)

    # ── when one fails ──────────────────────────────────────────────────────────────────────────

    def _fall_back(self, failed: ModelState) -> None:
        """If there is no model at all, try the built-in one once."""
        if failed.name == BUILT_IN or self._fell_back:
            self._show_missing(failed)
            return
        self._show_failure(failed, "DinoDesk uses its built-in model instead.")
        self._fell_back = self._falling_back = True
        request = LoadModel(name=BUILT_IN, device=self._device, precision=self._precision)
        self._engine.send(request, self, self._fallback_loaded)

    def _fallback_loaded(self, _answer: ModelState) -> None:
        self._falling_back = False

    @Slot()
    def show_missing(self) -> None:
        """Show that a search needs a model, with a button that helps."""
        if self._state.model is not None:
            self._show_missing(self._state.model)

    def _show_missing(self, failed: ModelState) -> None:
        if not self._falling_back or failed.name == BUILT_IN:
            self._show_failure(failed, "Photos can be looked at, but not searched.")

    def _show_failure(self, failed: ModelState, rest: str) -> None:
        self._notice_shown = True
        self._feedback.show_notice(
            f"The model {model_title(failed)} can't be used. {failed.sentence} {rest}",
            "Models…",
            self.show_models,
        )

    # ── the dialog ──────────────────────────────────────────────────────────────────────────────

    @Slot()
    def show_models(self) -> None:
        """The dialog with all models."""
        self._open_dialog()

    def _open_dialog(self) -> ModelsDialog:
        if self.dialog is None:
            self.dialog = ModelsDialog(self._theme, self._parent)
            self.dialog.chosen.connect(self.use_model)
            self.dialog.addRequested.connect(self._ask_files)
            self.dialog.filesDropped.connect(self.import_models)
            self.dialog.calibrateRequested.connect(self.calibration.show)
        if self._state.model is not None:
            self.dialog.show_state(self._state.model)
        self._engine.send(ListModels())
        self.dialog.show()
        self.dialog.raise_()
        return self.dialog

    def _show_list(self, answer: ModelList) -> None:
        if self.dialog is not None:
            self.dialog.show_list(answer)

    @Slot()
    def _ask_files(self) -> None:
        ask_files(self.dialog or self._parent, "Add model files", self.import_models, MODEL_FILES)

    @Slot(object)
    def import_models(self, files: list[str]) -> None:
        """Recognise and register model files; the dialog shows the result."""
        dialog = self._open_dialog()
        self._engine.send(ImportModel(files=tuple(files)), self, failed=self._import_failed)
        dialog.show_message("Looking into the files…")

    def _import_failed(self, problem: Problem) -> None:
        if self.dialog is not None:
            self.dialog.show_message(problem_text(problem))

    def close_dialogs(self) -> None:
        """Close what is open: the window is closed."""
        self.calibration.close_dialogs()
        if self.dialog is not None:
            self.dialog.close()


def model_title(model: ModelState) -> str:
    """What people are shown of a model, loaded or not."""
    name = model.info.title if model.info is not None else Path(model.name).name
    return "built-in (small)" if name == BUILT_IN else one_line(name)
