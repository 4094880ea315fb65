"""From an upright sRGB photo to the input of each model (docs/models.md, Preprocessing).

Every transform resizes the short side, keeps the proportions, cuts the centre square and normalises.
The long side is int(short × long / short side), the offset of the cut round((H - S) / 2), as in
torchvision, from which the official transforms are built.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from torch.nn import functional

from dinodesk.models.preprocessing.pillow_transforms import (
    Preparation,
    centre_crop,
    normalise,
    resize_pil,
    scaled_size,
)
from dinodesk.records import ByteArray, FloatArray

Resize = Literal["torch", "pil"]

_LONGEST = 8
"""Sides' ratio up to which `short_side` holds for maps; longer panoramas become smaller."""


@dataclass(frozen=True, slots=True)
class Transform:
    """Preprocessing of one family.

    Attributes:
        resize: "torch" interpolates the uint8 tensor (DINOv3), "pil" the Pillow way (DINOv2).
        short_side: what the short side becomes before the cut, in pixels.
        crop: side of the square that is cut, in pixels.
        mean, std: of the channels, for pixels between 0 and 1.
    """

    resize: Resize
    short_side: int
    crop: int
    mean: tuple[float, float, float]
    std: tuple[float, float, float]

    def __call__(self, rgb: ByteArray) -> FloatArray:
        """Upright uint8 (H, W, 3) → normalised float32 (3, S, S)."""
        resized = _RESIZERS[self.resize](rgb, *scaled_size(rgb.shape[0], rgb.shape[1], self.short_side))
        return self.normalise(centre_crop(resized, self.crop))

    def whole(self, rgb: ByteArray, short_side: int, multiple: int) -> FloatArray:
        """The whole photo, sides rounded to multiples → normalised float32 (3, H, W)."""
        # a long panorama comes whole too, at a smaller size: attention over its patches must stay bounded
        stretch = max(rgb.shape[:2]) / min(rgb.shape[:2])
        if stretch > _LONGEST:
            short_side = max(multiple, round(short_side * _LONGEST / stretch))
        height, width = whole_size(rgb.shape[0], rgb.shape[1], short_side, multiple)
        return self.normalise(_RESIZERS[self.resize](rgb, height, width))

    def squashed(self, rgb: ByteArray) -> FloatArray:
        """The whole photo made square, its proportions lost → normalised float32 (3, S, S)."""
        return self.normalise(_RESIZERS[self.resize](rgb, self.crop, self.crop))

    def normalise(self, rgb: ByteArray) -> FloatArray:
        """uint8 (H, W, 3) → (x / 255 - mean) / std, float32 (3, H, W)."""
        return normalise(rgb, self.mean, self.std)

    def preparation(self, *, squash: bool = False) -> Preparation:
        """The same for decoder processes, without torch (see `pillow_transforms`)."""
        return Preparation(None if squash else self.short_side, self.crop, self.mean, self.std)

    def describe(self) -> str:
        """A stable line of text for the fingerprint."""
        return f"{self.resize} {self.short_side} {self.crop} {self.mean} {self.std}"


def whole_size(height: int, width: int, short_side: int, multiple: int) -> tuple[int, int]:
    """(height, width) for maps: both rounded to the nearest multiple, at least one multiple each."""
    scale = short_side / min(height, width)
    rounded = [max(round(side * scale / multiple), 1) * multiple for side in (height, width)]
    return rounded[0], rounded[1]


def resize_torch(rgb: ByteArray, height: int, width: int) -> ByteArray:
    """Bicubic with antialias on the uint8 tensor, as torchvision.transforms.v2 does it."""
    if rgb.shape[:2] == (height, width):
        return rgb
    # torch needs memory it may write to, and Pillow's arrays are read-only.
    rgb = np.require(rgb, requirements=["C", "W"])
    chw = torch.from_numpy(rgb).permute(2, 0, 1)[None]
    out = functional.interpolate(chw, (height, width), mode="bicubic", antialias=True, align_corners=False)
    return np.asarray(out[0].permute(1, 2, 0).contiguous().numpy(), np.uint8)


_RESIZERS: dict[Resize, Callable[[ByteArray, int, int], ByteArray]] = {
    "torch": resize_torch,
    "pil": resize_pil,
}

_IMAGENET = ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
_SAT = ((0.430, 0.411, 0.296), (0.213, 0.156, 0.143))

DINOV3 = Transform("torch", 256, 224, *_IMAGENET)
DINOV3_SAT = Transform("torch", 256, 224, *_SAT)
DINOV2 = Transform("pil", 256, 224, *_IMAGENET)
# EfficientNet-Lite: (x - 127) / 128 on 0 to 255; the built-in model squashes photos to 260 × 260.
BUILTIN = Transform("pil", 260, 260, (127 / 255,) * 3, (128 / 255,) * 3)
