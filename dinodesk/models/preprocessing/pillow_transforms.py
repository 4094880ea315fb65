"""Preprocessing for indexing; it runs in decoder processes, so without torch.

It is `transforms` with Pillow's bicubic for every family. Pillow and torch filter with the same kernel
and differ by one level of 255 in places (two in single pixels), less than what draft decoding changes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image

from dinodesk.records import ByteArray, FloatArray

Triple = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Preparation:
    """A picklable recipe: upright uint8 (H, W, 3) → normalised float32 (3, S, S).

    Attributes:
        short_side: what the short side becomes before the cut, in pixels; None squashes the whole photo.
        crop: S, side of the square, in pixels.
        mean, std: of the channels, for pixels between 0 and 1.
    """

    short_side: int | None
    crop: int
    mean: Triple
    std: Triple

    def __call__(self, rgb: ByteArray) -> FloatArray:
        """The pixels that the model embeds."""
        if self.short_side is None:
            return normalise(resize_pil(rgb, self.crop, self.crop), self.mean, self.std)
        resized = resize_pil(rgb, *scaled_size(rgb.shape[0], rgb.shape[1], self.short_side))
        return normalise(centre_crop(resized, self.crop), self.mean, self.std)


def normalise(rgb: ByteArray, mean: Triple, std: Triple) -> FloatArray:
    """uint8 (H, W, 3) → (x / 255 - mean) / std, float32 (3, H, W)."""
    scaled = rgb.astype(np.float32) / np.float32(255)
    scaled = np.subtract(scaled, np.array(mean, np.float32), dtype=np.float32)
    scaled = np.divide(scaled, np.array(std, np.float32), dtype=np.float32)
    return np.ascontiguousarray(scaled.transpose(2, 0, 1))


def scaled_size(height: int, width: int, short_side: int) -> tuple[int, int]:
    """(height, width) after the short side becomes `short_side`; the long one is rounded down."""
    if height <= width:
        return short_side, max(int(short_side * width / height), 1)
    return max(int(short_side * height / width), 1), short_side


def centre_crop(rgb: ByteArray, side: int) -> ByteArray:
    """The centre square of (H, W, 3); the photo is at least that large."""
    top, left = round((rgb.shape[0] - side) / 2), round((rgb.shape[1] - side) / 2)
    return rgb[top : top + side, left : left + side]


def resize_pil(rgb: ByteArray, height: int, width: int) -> ByteArray:
    """Bicubic as Pillow does it, which always antialiases."""
    if rgb.shape[:2] == (height, width):
        return rgb
    image = Image.fromarray(np.ascontiguousarray(rgb))
    return np.asarray(image.resize((width, height), Image.Resampling.BICUBIC), np.uint8)
