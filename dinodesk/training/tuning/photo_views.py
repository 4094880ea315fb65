"""Random views of photos for fine-tuning: parts of a photo, stretched, mirrored, in other light."""

from __future__ import annotations

import zlib

import numpy as np

from dinodesk.models.preprocessing.transforms import BUILTIN
from dinodesk.records import ByteArray, FloatArray
from dinodesk.training import crops

PLAIN, MIRRORED = 0, 1
"""Numbers of the two views that are not random; the others count on from 2."""
CROP_SHARE = (0.5, 1.0)
"""Share of a photo's area that a crop covers. A caption speaks of the whole photo, so not less than half."""
LIGHT = (0.8, 1.25)
"""Factors of brightness and contrast of random views; hues stay, captions name colours."""


def view(rgb: ByteArray, name: str, number: int) -> FloatArray:
    """View `number` of the photo `name`, uint8 (H, W, 3) → normalised float32 (3, 260, 260).

    Random views depend on name and number alone. A part of other proportions than the photo's is squashed
    to the same square, which stretches what it shows by up to 4 : 3 either way: the data folder's photos
    were stored as squares, and this gives them back shapes that they may have had.
    """
    if number == PLAIN:
        return BUILTIN.squashed(rgb)
    if number > MIRRORED:
        random = np.random.default_rng([zlib.crc32(name.encode()), number])
        part = _part(rgb, crops.box(random, CROP_SHARE))
        low, high = np.log(LIGHT)
        brightness, contrast = np.exp(random.uniform(low, high, 2))
        rgb = _lit(part, brightness, contrast)
        if random.random() < crops.MIRRORED:
            return BUILTIN.squashed(rgb)
    return np.ascontiguousarray(BUILTIN.squashed(rgb)[:, :, ::-1])


def _part(rgb: ByteArray, box: tuple[float, float, float, float]) -> ByteArray:
    H, W = rgb.shape[:2]
    top, left = int(box[0] * H), int(box[1] * W)
    height, width = max(crops.LEAST_SIDE, round(box[2] * H)), max(crops.LEAST_SIDE, round(box[3] * W))
    return np.ascontiguousarray(rgb[top : top + height, left : left + width])


def _lit(rgb: ByteArray, brightness: float, contrast: float) -> ByteArray:
    """In other light; both are factors."""
    pixels = rgb.astype(np.float32) * brightness
    mean = pixels.mean()
    return np.clip((pixels - mean) * contrast + mean, 0, 255).astype(np.uint8)
