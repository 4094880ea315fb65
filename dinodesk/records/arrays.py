"""Types of the arrays that packages exchange; treated as read-only."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]
DoubleArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
ByteArray = npt.NDArray[np.uint8]

LEAST_DIVISOR = 1e-12
"""Lengths of vectors and ranges of values are divided by at least this, so that zero gives zero and not NaN.

The same as `eps` of `torch.nn.functional.normalize`; far below what float32 features reach.
"""
