"""RAW files of cameras: the JPEG that the camera put inside, else a development in half of its size.

Never the full one: the camera's own JPEG is what a person remembers, and it costs a tenth.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import UTC
from typing import BinaryIO

import rawpy
from PIL import ExifTags, Image

from dinodesk.errors import PhotoError

ENOUGH = 1000
"""An embedded picture is taken when its long side has so many pixels; smaller ones are stamps."""

_TURNS = dict(
    enumerate(
        (
            Image.Transpose.FLIP_LEFT_RIGHT,
            Image.Transpose.FLIP_TOP_BOTTOM,
            Image.Transpose.ROTATE_180,
            Image.Transpose.TRANSPOSE,
            Image.Transpose.ROTATE_90,
            Image.Transpose.ROTATE_270,
            Image.Transpose.TRANSVERSE,
        ),
        start=1,
    )
)
"""LibRaw's number for how the sensor's picture is made upright, as Pillow does it (counter-clockwise)."""
_QUARTER = 4  # this bit of the number swaps width and height


@dataclass(frozen=True, slots=True, eq=False)
class RawPreview:
    """What was found in a RAW file.

    Attributes:
        image: the picture, not yet decoded where it is a JPEG, perhaps lying on its side.
        turn: what makes it upright, None when it is.
        width, height: of the upright photo in the sensor's pixels.
        taken: seconds since the epoch, or None; LibRaw reads the camera's clock as local time.
    """

    image: Image.Image
    turn: Image.Transpose | None
    width: int
    height: int
    taken: float | None


def open_raw(file: BinaryIO, most_pixels: int) -> RawPreview:
    """The picture in a RAW file. Raises PhotoError with a plain reason."""
    try:
        with rawpy.imread(file) as raw:
            return _picture(raw, most_pixels)
    except rawpy.LibRawError as error:
        raise PhotoError("It is damaged, or a RAW file of a kind DinoDesk does not read.") from error


def _picture(raw: rawpy.RawPy, most_pixels: int) -> RawPreview:
    sizes = raw.sizes
    if max(sizes.raw_width * sizes.raw_height, sizes.width * sizes.height) > most_pixels:
        raise PhotoError(
            f"It is too large: {sizes.width:,} × {sizes.height:,} pixels (the limit is 250 million)."
        )
    width, height = (sizes.height, sizes.width) if sizes.flip & _QUARTER else (sizes.width, sizes.height)
    stamp = _embedded(raw)
    if stamp is not None and max(stamp.size) >= min(ENOUGH, max(width, height)):
        image, turn = stamp, _turn(stamp, sizes.flip, sizes.width >= sizes.height)
    else:
        try:
            developed = raw.postprocess(half_size=True, use_camera_wb=True, output_bps=8)
            image, turn = Image.fromarray(developed), None  # LibRaw turns what it develops
        except rawpy.LibRawError:
            if stamp is None:
                raise
            image, turn = stamp, _turn(stamp, sizes.flip, sizes.width >= sizes.height)
    moment = raw.other.timestamp
    taken = moment.replace(tzinfo=UTC).timestamp() if moment is not None else None
    return RawPreview(image, turn, width, height, taken)


def _embedded(raw: rawpy.RawPy) -> Image.Image | None:
    try:
        thumb = raw.extract_thumb()
    except rawpy.LibRawError:
        return None
    if isinstance(thumb.data, bytes):
        try:
            return Image.open(io.BytesIO(thumb.data), formats=("JPEG",))
        except OSError:
            return None
    return Image.fromarray(thumb.data) if thumb.data.ndim == 3 else None


def _turn(image: Image.Image, flip: int, lying: bool) -> Image.Transpose | None:
    """How the embedded picture is made upright: as the sensor's, unless the camera turned it already.

    Its own EXIF orientation is not asked, or it would be turned twice; but a 1 beside a sensor's picture that
    is upside down says that the camera has turned it. A quarter turn shows in its shape: it was turned
    when it stands while the sensor's picture lies (`lying`), or the other way round.
    """
    if flip & _QUARTER and (image.width >= image.height) != lying:
        return None
    if not flip & _QUARTER and image.getexif().get(ExifTags.Base.Orientation) == 1:
        return None
    return _TURNS.get(flip)
