"""The models in memory by fingerprint, one of them in use, each with its query encoder and its maps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dinodesk.engine.encoding.query_encoder import QueryEncoder
from dinodesk.engine.inspection.patch_mapper import PatchMapper
from dinodesk.errors import ModelError
from dinodesk.library.images.decoder import Decoded
from dinodesk.models import loader
from dinodesk.models.inference.model import Model
from dinodesk.records import FloatArray


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """A model, with what encodes queries and computes maps by it."""

    model: Model
    encoder: QueryEncoder
    mapper: PatchMapper


class LoadedModels:
    """The models in memory.

    Attributes:
        active: fingerprint of the model in use; "" until one is.
    """

    def __init__(
        self, decode: Callable[[str, int], Decoded], stored: Callable[[str, str], FloatArray | None]
    ) -> None:
        """`decode` reads an example photo, given its path and the least short side; `stored` gives the
        vector that a model (by fingerprint) made of the photo at a path, None when there is none."""
        self._decode, self._stored = decode, stored
        self._models: dict[str, LoadedModel] = {}
        self.active = ""

    @property
    def model(self) -> Model | None:
        """The model in use."""
        loaded = self._models.get(self.active)
        return None if loaded is None else loaded.model

    @property
    def encoder(self) -> QueryEncoder | None:
        """What encodes queries by the model in use."""
        loaded = self._models.get(self.active)
        return None if loaded is None else loaded.encoder

    @property
    def ready(self) -> LoadedModel:
        """The model in use. Raises ModelError when none is ready."""
        loaded = self._models.get(self.active)
        if loaded is None:
            raise ModelError("No model is ready.", "Choose one on the models page.")
        return loaded

    def load(self, name: str, device: str, precision: str) -> Model:
        """Load and warm a model. Raises ModelError; nothing has changed then."""
        model = loader.load_model(name, device=device, precision=precision)
        model.warm_up()
        return model

    def use(self, model: Model) -> None:
        """Make `model` the current one and unload the others, since two may not fit into memory."""
        self._models.clear()
        self.adopt(model)
        self.active = model.info.fingerprint

    def adopt(self, model: Model) -> LoadedModel:
        """Add a loaded model beside the others."""
        fingerprint = model.info.fingerprint
        known = self._models.get(fingerprint)
        if known is not None and known.model is model:
            return known
        encoder = QueryEncoder(model, self._decode, lambda path: self._stored(fingerprint, path))
        self._models[fingerprint] = LoadedModel(model, encoder, PatchMapper(model))
        return self._models[fingerprint]
