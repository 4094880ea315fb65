"""The model in use, and those that could be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dinodesk.engine.messages.base import Answer, Request
from dinodesk.records import ModelInfo, ZooEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelState(Answer):
    """How the model is: `info` is there once it is ready; `sentence` says what is wrong."""

    state: Literal["loading", "ready", "error"]
    name: str
    info: ModelInfo | None = None
    sentence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadModel(Request[ModelState]):
    """Load a zoo name or comma-joined files; ModelState "loading" is broadcast at once."""

    name: str = "builtin"
    device: str = "auto"
    precision: str = "auto"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelList(Answer):
    """The zoo, the active model's name, and a sentence about what just happened (may be empty)."""

    entries: tuple[ZooEntry, ...]
    active: str
    sentence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListModels(Request[ModelList]):
    """The zoo."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportModel(Request[ModelList]):
    """Recognise and register model files."""

    files: tuple[str, ...]
