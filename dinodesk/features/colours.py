"""From values on the patch grid to colours."""

from __future__ import annotations

import numpy as np

from dinodesk.records import LEAST_DIVISOR, ByteArray, FloatArray

# Nine anchors of viridis (Smith and van der Walt, CC0), a map of even perceptual steps
_ANCHORS = np.array(
    [
        (68, 1, 84), (71, 44, 122), (59, 81, 139), (44, 113, 142), (33, 144, 141),
        (39, 173, 129), (92, 200, 99), (170, 220, 50), (253, 231, 37),
    ],
    np.float64,
)  # fmt: skip


def scalar_colours(values: FloatArray, low: float, high: float) -> ByteArray:
    """Values (h, w) → uint8 (h, w, 3); `low` and `high` are the ends of the scale."""
    span = high - low
    position = np.clip((values - low) / span, 0.0, 1.0) if span > 0 else np.full(values.shape, 0.5)
    stops = np.linspace(0.0, 1.0, len(_ANCHORS))
    channels = [np.interp(position, stops, _ANCHORS[:, channel]) for channel in range(3)]
    return np.asarray(np.rint(np.stack(channels, axis=-1)), np.uint8)


def component_colours(values: FloatArray, fitted: np.ndarray | None = None) -> ByteArray:
    """Three components (h, w, 3) → RGB, each stretched between its 2nd and 98th percentile.

    Patches outside `fitted` are drawn black, where it is given.
    """
    flat = values.reshape(-1, 3)
    chosen = flat if fitted is None else flat[fitted.reshape(-1)]
    low, high = np.percentile(chosen, [2, 98], axis=0)
    scaled = np.clip((values - low) / np.maximum(high - low, LEAST_DIVISOR), 0.0, 1.0)
    if fitted is not None:
        scaled = scaled * fitted[..., None]
    return np.asarray(np.rint(scaled * 255), np.uint8)
