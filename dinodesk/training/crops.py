"""Multi-crop views of photos for self-distillation, as tensor operations on a batch."""

from __future__ import annotations

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional

from dinodesk.records import ByteArray

_MEAN = torch.tensor([0.485, 0.456, 0.406])[:, None, None]
_STD = torch.tensor([0.229, 0.224, 0.225])[:, None, None]

LEAST_SIDE = 8
"""Pixels of a photo that a crop is made of at least, along each side."""
MIRRORED = 0.5
"""Share of crops that are mirrored, as in DINO (arXiv 2104.14294)."""
JITTERED = 0.8
"""Share of crops with jittered colours, as in DINO."""
JITTER = (0.6, 1.4)
"""Factors of brightness, contrast and saturation: DINO's 0.4 around 1 (it takes 0.2 for saturation)."""
GREY = 0.2
"""Share of crops without colour, as in DINO."""


def box(random: np.random.Generator, scale: tuple[float, float]) -> tuple[float, float, float, float]:
    """A random part of a photo: top, left, height, width as fractions; sides differ by 4 : 3 at most."""
    area = random.uniform(*scale)
    ratio = np.exp(random.uniform(np.log(3 / 4), np.log(4 / 3)))
    height, width = min(1.0, np.sqrt(area / ratio)), min(1.0, np.sqrt(area * ratio))
    return random.uniform(0, 1 - height), random.uniform(0, 1 - width), float(height), float(width)


def cut(rgb: ByteArray, part: tuple[float, float, float, float], side: int) -> Tensor:
    """Part of an (H, W, 3) photo, resized with antialias → (3, side, side) between 0 and 1."""
    H, W = rgb.shape[:2]
    top, left = int(part[0] * H), int(part[1] * W)
    height, width = max(LEAST_SIDE, int(part[2] * H)), max(LEAST_SIDE, int(part[3] * W))
    # torch needs memory it may write to, and Pillow's arrays are read-only
    piece = rgb[top : top + height, left : left + width].copy()
    tensor = torch.from_numpy(piece).permute(2, 0, 1)[None].float() / 255
    resized = functional.interpolate(
        tensor, (side, side), mode="bilinear", antialias=True, align_corners=False
    )
    return resized[0]


def reduced(rgb: ByteArray, short: int) -> ByteArray:
    """An (H, W, 3) photo with its short side brought down to `short` pixels; smaller ones as they are."""
    H, W = rgb.shape[:2]
    scale = short / min(H, W)
    if scale >= 1:
        return rgb
    size = (max(1, round(W * scale)), max(1, round(H * scale)))
    return np.asarray(Image.fromarray(rgb).resize(size, Image.Resampling.BICUBIC, reducing_gap=2.0))


def colours(pixels: Tensor, random: np.random.Generator) -> Tensor:
    """A crop (3, S, S) in 0 to 1, at random mirrored, its colours jittered, made grey; then normalised."""
    if random.random() < MIRRORED:
        pixels = pixels.flip(2)
    if random.random() < JITTERED:
        brightness, contrast, saturation = (float(value) for value in random.uniform(*JITTER, 3))
        pixels = pixels * brightness
        pixels = (pixels - pixels.mean()) * contrast + pixels.mean()
        grey = pixels.mean(0, keepdim=True)
        pixels = (pixels - grey) * saturation + grey
    if random.random() < GREY:
        pixels = pixels.mean(0, keepdim=True).expand(3, -1, -1)
    return normalised(pixels.clamp(0, 1))


def normalised(pixels: Tensor) -> Tensor:
    """Normalised by ImageNet's mean and deviation, as for DINOv3: (3, S, S) or (B, 3, S, S)."""
    return (pixels - _MEAN) / _STD


def masks(
    count: int, patches: int, random: np.random.Generator, share: tuple[float, float] = (0.1, 0.5)
) -> Tensor:
    """Masks for iBOT, bool (count, patches): half of the images have `share` of their patches hidden."""
    hidden = np.zeros((count, patches), bool)
    for number in random.permutation(count)[: (count + 1) // 2]:
        hidden[number, random.permutation(patches)[: max(1, int(random.uniform(*share) * patches))]] = True
    return torch.from_numpy(hidden)
