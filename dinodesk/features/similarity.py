"""Cosines on the patch grid: patch to patch, CLS to patch, text to patch, neighbour to neighbour."""

from __future__ import annotations

import numpy as np

from dinodesk.records import LEAST_DIVISOR, FloatArray


def normalised(tokens: FloatArray) -> FloatArray:
    """Tokens (..., D) made unit length; zero tokens stay zero."""
    norm = np.linalg.norm(tokens, axis=-1, keepdims=True)
    return np.asarray(tokens / np.maximum(norm, LEAST_DIVISOR), np.float32)


def cosine_map(patches: FloatArray, direction: FloatArray) -> FloatArray:
    """Cosine of each patch (h, w, D) with one direction (D,), float32 (h, w)."""
    return np.asarray(normalised(patches) @ normalised(direction), np.float32)


def patch_map(patches: FloatArray, row: int, column: int) -> FloatArray:
    """Cosine of each patch (h, w, D) with the one at (row, column), float32 (h, w).

    Raises IndexError outside the grid.
    """
    h, w, _ = patches.shape
    if not (0 <= row < h and 0 <= column < w):
        raise IndexError(f"patch {row},{column} lies outside the grid of {h} × {w}")
    return cosine_map(patches, patches[row, column])


def norm_map(patches: FloatArray) -> FloatArray:
    """L2 norm of each patch, float32 (h, w)."""
    return np.asarray(np.linalg.norm(patches, axis=-1), np.float32)


def smoothness(patches: FloatArray) -> float:
    """Mean cosine between each patch and its (up to four) neighbours; 1.0 for one patch."""
    unit = normalised(patches)
    across = (unit[:, 1:] * unit[:, :-1]).sum(axis=-1)
    down = (unit[1:] * unit[:-1]).sum(axis=-1)
    pairs = np.concatenate([across.ravel(), down.ravel()])
    return float(pairs.mean()) if pairs.size else 1.0
