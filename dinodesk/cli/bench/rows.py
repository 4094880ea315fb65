"""Shared by the measurements: a row of the answer, and photos to measure with."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import numpy as np
from PIL import Image

from dinodesk import paths
from dinodesk.errors import DinoDeskError
from dinodesk.records import LEAST_DIVISOR

SEED = 0
MEGAPIXELS_12 = (4000, 3000)

Row = dict[str, Any]


def row(name: str, ours: Sequence[float], plain: Sequence[float], unit: str, *, faster_is: str) -> Row:
    """Medians, their ratio (above 1: ours is better) and the relative spread of ours."""
    value, base = float(np.median(ours)), float(np.median(plain))
    ratio = base / value if faster_is == "less" else value / base
    spread = float((np.max(ours) - np.min(ours)) / max(value, LEAST_DIVISOR))
    return {"name": name, "value": value, "plain": base, "ratio": ratio, "spread": spread, "unit": unit}


def photos_of_12_megapixels(count: int) -> list[bytes]:
    """12-megapixel JPEGs made from the shipped samples, each a different crop of its enlargement."""
    files = sorted(paths.resource("samples").glob("*.jpg"))
    if not files:
        raise DinoDeskError("The sample photos are not installed.", "Reinstall DinoDesk.")
    made = []
    random = np.random.default_rng(SEED)
    for number in range(count):
        with Image.open(files[number % len(files)]) as image:
            large = image.convert("RGB").resize(MEGAPIXELS_12, Image.Resampling.BICUBIC)
        # a little noise, so that no two files are equal and entropy coding has a camera's work
        noise = random.integers(-6, 7, (MEGAPIXELS_12[1] // 4, MEGAPIXELS_12[0] // 4, 1), np.int16)
        grain = np.kron(noise[..., 0], np.ones((4, 4), np.int16))[..., None]
        pixels = np.clip(np.asarray(large, np.int16) + grain, 0, 255).astype(np.uint8)
        out = io.BytesIO()
        Image.fromarray(pixels).save(out, "JPEG", quality=90)
        made.append(out.getvalue())
    return made
