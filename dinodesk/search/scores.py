"""From cosines to angles and probabilities; unit vectors."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from dinodesk.records import LEAST_DIVISOR, FloatArray

SOFTMAX_SCALE = 100.0
"""`probability = softmax(100 * score)`, as with CLIP's largest logit scale (arXiv 2103.00020)."""


def angles(scores: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Degrees between query and photo, `arccos(score)`; scores are clipped to [-1, 1]."""
    return np.degrees(np.arccos(np.clip(np.asarray(scores, np.float64), -1.0, 1.0)))


def probabilities(scores: FloatArray, of: FloatArray | None = None) -> npt.NDArray[np.float64]:
    """Softmax of 100 × score over all `scores`, for the entries `of` (default: for each of them)."""
    if scores.size == 0:
        return np.zeros(0, np.float64)
    top = float(scores.max())
    total = np.exp((scores.astype(np.float64) - top) * SOFTMAX_SCALE).sum()
    chosen = np.asarray(scores if of is None else of, np.float64)
    return np.asarray(np.exp((chosen - top) * SOFTMAX_SCALE) / total)


def unit(vectors: FloatArray) -> FloatArray:
    """Rows made unit length, float32; a zero row stays zero."""
    norm = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(norm, LEAST_DIVISOR), np.float32)
