"""The scale of a sentence's text maps: what its patch cosines are in many photos, and what stands out."""

from __future__ import annotations

import numpy as np

from dinodesk.records import ByteArray, FloatArray, MapScale

LOWEST, HIGHEST = 5.0, 99.5
"""Percentiles of a sentence's patch cosines over a sample of the library that are the ends of its scale."""
BEST = 99.0
"""Percentile of a photo's own cosines that tells whether something in it stands out: the best hundredth of
its patches, so that a small thing counts and a single odd patch does not."""
ENOUGH = 0.7
"""Part of the scale that the best hundredth must reach. Measured with the built-in model on 20 sentences and
240 captioned photos: 87 of 100 photos with the thing reach it, and 34 of 100 without."""


def scale_of(cosines: FloatArray) -> MapScale:
    """The scale of patch cosines (N,) from many photos; N is at least 1."""
    low, high = np.percentile(cosines, [LOWEST, HIGHEST])
    return MapScale(float(low), float(high))


def stands_out(cosines: FloatArray, scale: MapScale) -> bool:
    """Whether something in the photo with these patch cosines (h, w) stands out on the sentence's scale.

    It does when one patch in a hundred reaches seven tenths of the way from the scale's low end to its high
    one. Below that the photo answers to the sentence as any photo of the library does, which is noise.
    """
    least = scale.low + ENOUGH * (scale.high - scale.low)
    return bool(np.percentile(cosines, BEST) >= least)


def opacity(cosines: FloatArray, scale: MapScale) -> ByteArray:
    """How opaque each patch is drawn, uint8 of the shape of `cosines`: not at all up to the middle of the
    scale, from there evenly more, in full at its high end."""
    span = scale.high - scale.middle
    part = (cosines - scale.middle) / span if span > 0 else np.zeros(cosines.shape)
    return np.asarray(np.rint(np.clip(part, 0.0, 1.0) * 255), np.uint8)
