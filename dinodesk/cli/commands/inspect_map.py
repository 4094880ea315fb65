"""`inspect`: write one inspection map of a photo, as a picture and as raw values."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Any

import numpy as np
from PIL import ExifTags, Image

from dinodesk import api
from dinodesk.cli import output_files
from dinodesk.cli.exit_codes import DONE, Outcome
from dinodesk.engine.decoding.decoder_pool import DecoderPool
from dinodesk.engine.inspection.patch_mapper import PatchMapper
from dinodesk.errors import UsageError
from dinodesk.features.map_registry import map_spec
from dinodesk.library.images.decoder import decode

FORMATS: dict[str, tuple[str, dict[str, Any]]] = {
    "": ("PNG", {}),
    ".png": ("PNG", {}),
    ".jpg": ("JPEG", {"quality": 95, "subsampling": 0}),
    ".jpeg": ("JPEG", {"quality": 95, "subsampling": 0}),
    ".webp": ("WEBP", {"lossless": True}),
    ".tif": ("TIFF", {"compression": "tiff_adobe_deflate"}),
    ".tiff": ("TIFF", {"compression": "tiff_adobe_deflate"}),
}
"""What is written by the ending of the name: Pillow's format, and its options."""
LONG_SIDE = 768
"""Pixels of a written map's long side, as nearly as whole pixels a patch allow."""


def inspect_map(options: argparse.Namespace) -> Outcome:
    """One map of one photo, as a picture of the format that its name says, and raw values."""
    path = os.path.abspath(os.path.expanduser(options.file))
    if "text" in map_spec(options.map).options and not options.text.strip():
        raise UsageError("A text map needs a sentence.", "Give --text STRING.")
    inputs = [path, *output_files.model_inputs(options.model)]
    target = output_files.target(options.output, inputs, maps_beside=options.library)
    values = output_files.target(options.npy, inputs) if options.npy else None
    if values:
        output_files.refuse_same(target, values)
        output_files.check_ending(values, (".npy",), "Raw values are written as .npy")
    output_files.check_ending(target, tuple(FORMATS), "A map is a picture")
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
        _save(picture, part, target.suffix.lower())
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


def _save(picture: Image.Image, file: Path, kind: str) -> None:
    """Write the picture with the mark by which a later run knows that it is no photo of a person."""
    name, settings = FORMATS[kind]
    exif = Image.Exif()
    exif[ExifTags.Base.Software] = output_files.MAP_MARK
    picture.save(file, name, exif=exif, **settings)
