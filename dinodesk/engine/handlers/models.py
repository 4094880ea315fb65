"""Loading a model, and the zoo."""

from __future__ import annotations

from dinodesk.engine.engine_state import EngineState
from dinodesk.engine.error_reports import problem_of
from dinodesk.engine.handlers.registry import Steps, handles
from dinodesk.engine.messages import ImportModel, ListModels, LoadModel, ModelList, ModelState
from dinodesk.models.zoo import installed_models


@handles(LoadModel)
def load_model(state: EngineState, request: LoadModel) -> Steps:
    """Load a model and use it; an error is a state of the model, which the window shows for as long."""
    yield ModelState(state="loading", name=request.name)
    yield None  # requests that are already posted go first: photos are shown before the model is there
    try:
        info = state.load_model(request.name, request.device, request.precision)
    except Exception as error:
        problem = problem_of(error)
        words = f"{problem.sentence} {problem.remedy}".strip()
        return ModelState(state="error", name=request.name, sentence=words)
    return ModelState(state="ready", name=request.name, info=info)


@handles(ListModels)
def list_models(state: EngineState, request: ListModels) -> ModelList:
    """The zoo."""
    return _zoo(state)


@handles(ImportModel)
def import_model(state: EngineState, request: ImportModel) -> ModelList:
    """Recognise and register model files."""
    return _zoo(state, installed_models.import_files(list(request.files)))


def _zoo(state: EngineState, sentence: str = "") -> ModelList:
    active = state.model.info.name if state.model is not None else ""
    return ModelList(entries=installed_models.entries(), active=active, sentence=sentence)
