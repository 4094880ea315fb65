"""Colours to sRGB: which profile a picture has, and whether it changes anything.

A profile is judged by what it does to colours, never by its name: there are linear ones with "sRGB" in it.
"""

from __future__ import annotations

import io
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

import numpy as np
import xxhash
from PIL import Image, ImageCms

from dinodesk.library.images.icc_builder import SRGB_CHROMATICITIES, profile_of
from dinodesk.records import ByteArray

SAME = 2
"""Levels of 255 up to which a converted colour counts as the same: true sRGB profiles differ by as much, of
rounding."""
LARGEST = 16 << 20
"""Bytes of a profile."""

_SRGB = ImageCms.createProfile("sRGB")
_GREY = ("1", "L", "LA", "I;16", "I;16L", "I;16B", "I;16N", "I")
_REMEMBERED = 16


@dataclass(frozen=True, slots=True, eq=False)
class Conversion:
    """What brings colours of one mode to sRGB.

    Attributes:
        transform: of pictures with colours; None where they are sRGB already.
        levels: what the 256 levels of a grey picture become, uint8 (256,); None for other pictures, and where
            they stay as they are.
    """

    transform: ImageCms.ImageCmsTransform | None = None
    levels: ByteArray | None = None

    def apply(self, image: Image.Image) -> Image.Image:
        """The picture in sRGB, mode RGB or L; as it is where nothing changes."""
        if self.levels is not None:
            return image.point(self.levels.tolist())
        if self.transform is None:
            return image
        converted = ImageCms.applyTransform(image, self.transform)
        return image if converted is None else converted


_SAME_COLOURS = Conversion()
_known: OrderedDict[tuple[bytes, str], Conversion] = OrderedDict()


def conversion_of(profile: bytes | None, mode: str) -> Conversion:
    """How pictures of `mode` (RGB, L, CMYK or LAB) with that profile become sRGB.

    One that is broken, or made for other channels, is treated as if it were not there. Remembered: making
    and judging one takes some milliseconds, and a folder of photos has the same few.
    """
    if not profile or len(profile) > LARGEST:
        return _SAME_COLOURS
    key = (xxhash.xxh3_128_digest(profile), mode)
    found = _known.get(key)
    if found is None:
        found = _known[key] = _judged(profile, mode)
        while len(_known) > _REMEMBERED:
            _known.popitem(last=False)
    return found


def profile_of_image(image: Image.Image) -> bytes | None:
    """The profile of an opened picture; for a PNG without one, what its chunks gAMA and cHRM say.

    A chunk sRGB goes before those two, as in browsers (PNG specification, section 4.3).
    """
    profile: Any = image.info.get("icc_profile")
    if isinstance(profile, bytes) and profile:
        return profile
    if image.format != "PNG" or "srgb" in image.info:
        return None
    exponent, points = image.info.get("gamma"), image.info.get("chromaticity")
    if exponent is None:  # colours without a curve say too little
        return None
    return profile_of(exponent, points or SRGB_CHROMATICITIES, grey=image.mode in _GREY)


def _judged(profile: bytes, mode: str) -> Conversion:
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if mode == "L":
            return _judged_grey(source)
        conversion = Conversion(ImageCms.buildTransform(source, _SRGB, mode, "RGB"))
        if mode == "RGB":
            before = _colours()
            if _differ(conversion.apply(before), before) <= SAME:
                return _SAME_COLOURS
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return _SAME_COLOURS
    return conversion


def _judged_grey(source: ImageCms.ImageCmsProfile) -> Conversion:
    # not optimised: LittleCMS would read the steep start of a linear curve off a coarse table
    transform = ImageCms.buildTransform(source, _SRGB, "L", "RGB", flags=ImageCms.Flags.NOOPTIMIZE)
    before = Image.fromarray(np.arange(256, dtype=np.uint8)[None])
    after = Conversion(transform).apply(before)
    if _differ(after, before.convert("RGB")) <= SAME:
        return _SAME_COLOURS
    return Conversion(levels=np.asarray(after.convert("L"))[0])


def _differ(one: Image.Image, other: Image.Image) -> int:
    """The greatest difference in any channel of two pictures, in levels."""
    return int(np.abs(np.asarray(one, np.int16) - np.asarray(other, np.int16)).max())


def _colours() -> Image.Image:
    """A cube of 9 × 9 × 9 colours, and all levels of grey."""
    greys = np.repeat(np.arange(256, dtype=np.uint8)[:, None], 3, axis=1)
    steps = np.linspace(0, 255, 9).astype(np.uint8)
    cube = np.stack(np.meshgrid(steps, steps, steps), axis=-1).reshape(-1, 3)
    return Image.fromarray(np.concatenate([cube, greys])[None])
