"""`train`: run a recipe that makes a model."""

from __future__ import annotations

import argparse
import ctypes
import os
import sys
from collections.abc import Callable, Generator
from pathlib import Path

from dinodesk.cli.exit_codes import DONE, Outcome
from dinodesk.cli.progress import Progress
from dinodesk.errors import UsageError
from dinodesk.generators import run_to_end
from dinodesk.models.inference import devices
from dinodesk.training import recipe_builtin, recipe_ssl
from dinodesk.training.calibration import recipe_calibration
from dinodesk.training.run_log import Figures, Options
from dinodesk.training.tuning import recipe_tuning

RECIPES: dict[str, Callable[[Options], Generator[str, None, Figures]]] = {
    "builtin": recipe_builtin.train,
    "calibration": recipe_calibration.train,
    "ssl": recipe_ssl.train,
}


def train(options: argparse.Namespace) -> Outcome:
    """Run one recipe to its end; the document is its last figures.

    Raises:
        UsageError: `--tune` with another recipe than the built-in model's.
    """
    if options.tune and options.recipe != "builtin":
        raise UsageError(f"The recipe “{options.recipe}” is not tuned.", "Leave out --tune.")
    recipe = recipe_tuning.train if options.tune else RECIPES[options.recipe]
    if options.gentle:
        devices.use_threads(1)
        _lower_priority()
    out = Path(options.out or f"train-{options.recipe}{'-tuned' if options.tune else ''}").expanduser()
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
        start=Path(options.tune).expanduser() if options.tune else None,
        frozen=Path(options.frozen).expanduser() if options.frozen else None,
    )
    progress = Progress()
    figures = run_to_end(recipe(chosen), progress.show)
    progress.end()
    document = {**figures, "out": str(out.absolute())}
    return DONE, document, [f"{key}: {value}" for key, value in document.items()]


def _lower_priority() -> None:
    """Give way to every other program, as far as the system lets a program say so."""
    if sys.platform == "win32":
        idle = 0x40  # IDLE_PRIORITY_CLASS of the Windows API
        kernel = ctypes.windll.kernel32
        kernel.SetPriorityClass(kernel.GetCurrentProcess(), idle)
    else:
        os.nice(19)
