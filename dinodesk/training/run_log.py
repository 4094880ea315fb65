"""Shared by the recipes: options, learning rate schedule, the log of a run, checkpoints to resume from."""

from __future__ import annotations

import json
import math
import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import torch
from torch import Tensor, nn

from dinodesk.errors import UsageError

Figures = dict[str, Any]
"""One line of the log."""

BETAS = (0.9, 0.99)
"""AdamW's decay rates of the mean and the mean square of gradients (docs/models.md), without unit."""

_Settings = TypeVar("_Settings")


@dataclass(frozen=True, slots=True)
class Options:
    """The options of a run.

    Attributes:
        data: the data folder.
        out: where log, checkpoint and result go.
        cache: where features that cost time are kept, between runs.
        quick: a run of minutes.
        seed: of everything random.
        device: "cpu" or "cuda".
        precision: "fp32", or "bf16" for mixed precision.
        resume: continue from the checkpoint in `out` if there is one.
        changes: numbers of the recipe's settings that differ from its defaults.
        start: folder of the run whose result is trained on, for recipes that begin with one.
        frozen: a file of the built-in model's layout whose frozen parts are trained on; None for its own.
    """

    data: Path
    out: Path
    cache: Path
    quick: bool = False
    seed: int = 0
    device: str = "cpu"
    precision: str = "fp32"
    resume: bool = True
    changes: Mapping[str, float] = field(default_factory=dict)
    start: Path | None = None
    frozen: Path | None = None


def changed(settings: _Settings, changes: Mapping[str, float]) -> _Settings:
    """The dataclass `settings` with other numbers; whole ones where the field is whole.

    Raises:
        UsageError: there is no such field, or it wants a whole number.
    """
    kinds = {each.name: type(getattr(settings, each.name)) for each in fields(settings)}  # type: ignore[arg-type]
    fitting: dict[str, float] = {}
    for name, value in changes.items():
        if name not in kinds:
            raise UsageError(f"This recipe has no setting “{name}”.", f"It has {', '.join(sorted(kinds))}.")
        if kinds[name] is int and value != int(value):
            raise UsageError(f"The setting “{name}” wants a whole number.", "Change it and try again.")
        fitting[name] = kinds[name](value)
    return replace(settings, **fitting)  # type: ignore[type-var]


class Run:
    """A folder with `log.jsonl` and `checkpoint.pt`; made by a recipe, used by it alone."""

    def __init__(self, options: Options, recipe: str) -> None:
        self.options = options
        self._recipe = recipe
        self._began = time.monotonic()
        options.out.mkdir(parents=True, exist_ok=True)
        self._log = options.out / "log.jsonl"
        self._checkpoint = options.out / "checkpoint.pt"
        if not (options.resume and self._checkpoint.exists()):
            self._log.unlink(missing_ok=True)

    def note(self, figures: Figures) -> Figures:
        """Append one line to the log; returns it with recipe, seed and seconds since the start."""
        line = {
            "recipe": self._recipe,
            "seed": self.options.seed,
            "seconds": round(time.monotonic() - self._began, 1),
            **figures,
        }
        with self._log.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
        return line

    def save(self, state: dict[str, Any]) -> None:
        """Write the checkpoint; a half-written one never replaces a whole one."""
        part = self._checkpoint.with_suffix(".part")
        torch.save({"recipe": self._recipe, "seed": self.options.seed, **state}, part)
        os.replace(part, self._checkpoint)

    def restore(self) -> dict[str, Any] | None:
        """The checkpoint of the same recipe and seed, if there is one and `resume` is set."""
        if not (self.options.resume and self._checkpoint.exists()):
            return None
        state: dict[str, Any] = torch.load(
            self._checkpoint, map_location=self.options.device, weights_only=True
        )
        same = state["recipe"] == self._recipe and state["seed"] == self.options.seed
        return state if same else None

    def begin_epoch(self, number: int) -> np.random.Generator:
        """What numpy draws in an epoch; torch is seeded, too. Each epoch has a seed of its own, so that a run
        which was resumed draws what the uninterrupted one would have drawn."""
        torch.manual_seed(1000 * self.options.seed + number)
        return np.random.default_rng([self.options.seed, number])


def cosine(step: int, steps: int, warm_up: int, low: float = 0.0) -> float:
    """Factor of the learning rate: linear rise over `warm_up` steps, half a cosine down to `low`."""
    if step < warm_up:
        return (step + 1) / warm_up
    along = min(1.0, (step - warm_up) / max(1, steps - warm_up))
    return low + (1 - low) * 0.5 * (1 + math.cos(math.pi * along))


def optimiser(modules: nn.Module, rate: float, decay: float) -> torch.optim.AdamW:
    """AdamW with `BETAS`; only parameters of two axes and more decay (docs/models.md)."""
    chosen = [value for value in modules.parameters() if value.requires_grad]
    groups = [
        {"params": [value for value in chosen if value.ndim > 1], "weight_decay": decay},
        {"params": [value for value in chosen if value.ndim <= 1], "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=rate, betas=BETAS)


def parts(tensors: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    """The tensors whose names begin with `prefix`, without it."""
    return {key[len(prefix) :]: value for key, value in tensors.items() if key.startswith(prefix)}


def chunks(count: int, size: int) -> Iterator[slice]:
    """Slices of `size` that cover `count` things."""
    for start in range(0, count, size):
        yield slice(start, min(start + size, count))
