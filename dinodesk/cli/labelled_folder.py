"""A folder of labelled photos, read for the commands that measure by it."""

from __future__ import annotations

import argparse
import os

from dinodesk import api
from dinodesk.cli.image_vectors import read_texts
from dinodesk.cli.progress import Progress
from dinodesk.engine.calibration.labelled_folder import LabelledFolder, read_steps
from dinodesk.engine.decoding.decoder_pool import DecoderPool
from dinodesk.engine.messages import CalibrationProgress
from dinodesk.errors import UsageError
from dinodesk.generators import run_to_end
from dinodesk.wording import count


def read_labelled_folder(
    options: argparse.Namespace, model: api.Model, *, middle: bool = False
) -> LabelledFolder:
    """Read and embed the photos below `options.folder` and the labels of `options.labels`, else the
    subfolders' names, with `options.templates`; with `middle` the middle of each photo, too.

    Raises as `read_steps`.
    """
    folder = os.path.abspath(os.path.expanduser(options.folder))
    named = [line.strip() for line in read_texts(options.labels) if line.strip()]
    progress = Progress()

    def show(step: CalibrationProgress | None) -> None:
        if step is not None and step.phase == "photos":
            progress.show(f"{step.done:,} of {count(step.total, 'image')}")

    with DecoderPool() as decoders, model.lock:
        steps = read_steps(model.network, decoders, folder, named, templates=options.templates, middle=middle)
        try:
            found = run_to_end(steps, show)
        except UsageError as error:  # no labels, which can also be given otherwise here
            remedy = "Give --labels FILE, or a folder with a subfolder a class."
            raise UsageError(error.sentence, remedy) from error
    progress.end()
    return found
