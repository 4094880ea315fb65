"""`inspect`: write one inspection map of a photo, as a PNG and as raw values."""

from __future__ import annotations

import argparse
import os

import numpy as np
from PIL import Image

from dinodesk import api
from dinodesk.cli import output_files
from dinodesk.cli.exit_codes import DONE, Outcome
from dinodesk.engine.decoding.decoder_pool import DecoderPool
from dinodesk.engine.inspection.patch_mapper import PatchMapper
from dinodesk.errors import UsageError
from dinodesk.features.map_registry import map_spec
from dinodesk.library.images.decoder import decode

LONG_SIDE = 768
"""Pixels of a written map's long side, as nearly as whole pixels a patch allow."""


def inspect_map(options: argparse.Namespace) -> Outcome:
    """One map of one photo, as PNG and raw values."""
    path = os.path.abspath(os.path.expanduser(options.file))
    if "text" in map_spec(options.map).options and not options.text.strip():
        raise UsageError("A text map needs a sentence.", "Give --text STRING.")
    target = output_files.target(options.output, [path], maps_beside=options.library)
    values = output_files.target(options.npy, [path]) if options.npy else None
    with DecoderPool() as decoders:
        rgb = decoders.call(decode, path).rgb
    model = api.load_model(options.model, options.device, options.precision)
    found = PatchMapper(model.network).map(
        path,
        rgb,
        options.map,
        layer=options.layer,
        patch=options.patch,
        text=options.text,
        view=options.view,
        size=options.size,
        robust=options.robust,
        foreground=options.foreground,
    )
    h, w = found.values.shape[:2]
    scale = max(1, round(LONG_SIDE / max(h, w)))
    picture = Image.fromarray(found.colours).resize((w * scale, h * scale), Image.Resampling.NEAREST)
    with output_files.whole(target) as part:
        picture.save(part, "PNG")
    if values:
        with output_files.whole(values) as part, part.open("wb") as file:
            np.save(file, found.values, allow_pickle=False)
    document = {
        "path": path,
        "map": options.map,
        "model": model.info.name,
        "view": options.view,
        "grid": [h, w],
        "range": [found.low, found.high],
        "mean": float(found.values.mean()),
        "std": float(found.values.std()),
        "statistics": dict(found.statistics),
        "box": list(found.box),
        "output": os.path.abspath(target),
        "npy": os.path.abspath(values) if values else None,
    }
    lines = [f"{options.map}: {h} × {w} patches, {found.low:.4f} to {found.high:.4f}"]
    lines += [f"{name}: {value}" for name, value in found.statistics]
    return DONE, document, lines
