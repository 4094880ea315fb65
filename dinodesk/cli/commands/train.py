"""`train`: run a recipe that makes a model."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Generator
from pathlib import Path

from dinodesk.cli.exit_codes import DONE, Outcome
from dinodesk.cli.progress import Progress
from dinodesk.generators import run_to_end
from dinodesk.models.inference import devices
from dinodesk.training import recipe_builtin, recipe_ssl
from dinodesk.training.calibration import recipe_calibration
from dinodesk.training.run_log import Figures, Options

RECIPES: dict[str, Callable[[Options], Generator[str, None, Figures]]] = {
    "builtin": recipe_builtin.train,
    "calibration": recipe_calibration.train,
    "ssl": recipe_ssl.train,
}


def train(options: argparse.Namespace) -> Outcome:
    """Run one recipe to its end; the document is its last figures."""
    out = Path(options.out or f"train-{options.recipe}").expanduser()
    choice = devices.pick(options.device, options.precision)
    chosen = Options(
        data=Path(options.data).expanduser(),
        out=out,
        cache=Path(options.cache or "train-cache").expanduser(),
        quick=options.quick,
        seed=options.seed,
        device=choice.device,
        precision=choice.precision,
        resume=not options.restart,
        changes=dict(options.set),
    )
    progress = Progress()
    figures = run_to_end(RECIPES[options.recipe](chosen), progress.show)
    progress.end()
    document = {**figures, "out": str(out.absolute())}
    return DONE, document, [f"{key}: {value}" for key, value in document.items()]
