"""Small photos made by tests."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image


def make_photo(path: Path, seed: int = 0, size: tuple[int, int] = (80, 60), red: bool = True) -> Path:
    """A small JPEG with a texture of its own, mostly red or mostly blue."""
    random = np.random.default_rng(seed)
    pixels = random.integers(0, 60, (size[1], size[0], 3), np.uint8)
    pixels[..., 0 if red else 2] += 150 + seed % 40
    Image.fromarray(pixels).save(path, "JPEG", quality=92)
    return path
