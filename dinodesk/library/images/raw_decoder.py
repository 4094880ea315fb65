"""RAW files of cameras: their embedded JPEG, else a development in half of the sensor's size.

The full size is never developed: the embedded JPEG is what the camera showed, and a tenth of the work.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import BinaryIO

import rawpy
from PIL import ExifTags, Image

from dinodesk.errors import PhotoError
from dinodesk.library.files.tiff_directories import stored_pixels
from dinodesk.library.images.cut_files import CUT_OFF
from dinodesk.library.images.size_limits import refuse_large

ENOUGH = 1000
"""Pixels of the long side from which on an embedded JPEG is used instead of a development."""

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
_LEAST_CODED = 2
"""Pixels that one bit may hold at most; lossless JPEG takes at least a bit for each, of a black row too."""
_QUARTER = 4  # this bit of the number swaps width and height


@dataclass(frozen=True, slots=True, eq=False)
class RawPreview:
    """The picture of a RAW file.

    Attributes:
        image: the picture, not yet decoded where it is a JPEG, perhaps not upright.
        turn: what makes it upright, None when it is.
        width, height: of the upright photo in the sensor's pixels.
    """

    image: Image.Image
    turn: Image.Transpose | None
    width: int
    height: int


def open_raw(file: BinaryIO) -> RawPreview:
    """The picture in a RAW file. Raises PhotoError with a plain reason."""
    try:
        with rawpy.imread(file) as raw:
            return _picture(raw, file)
    except rawpy.LibRawError as error:
        raise PhotoError("It is damaged, or a RAW file of a kind DinoDesk does not read.") from error


def _picture(raw: rawpy.RawPy, file: BinaryIO) -> RawPreview:
    sizes = raw.sizes
    refuse_large(sizes.width, sizes.height, sizes.raw_width * sizes.raw_height)
    width, height = (sizes.height, sizes.width) if sizes.flip & _QUARTER else (sizes.width, sizes.height)
    embedded = _embedded(raw)
    if embedded is not None and max(embedded.size) >= min(ENOUGH, max(width, height)):
        image, turn = embedded, _turn(embedded, sizes.flip, sizes.width >= sizes.height)
    else:
        _refuse_cut_off(raw, file)
        try:
            developed = raw.postprocess(half_size=True, use_camera_wb=True, output_bps=8)
            image, turn = Image.fromarray(developed), None  # LibRaw turns what it develops
        except rawpy.LibRawError:
            if embedded is None:
                raise
            image, turn = embedded, _turn(embedded, sizes.flip, sizes.width >= sizes.height)
    return RawPreview(image, turn, width, height)


def _refuse_cut_off(raw: rawpy.RawPy, file: BinaryIO) -> None:
    """Raise PhotoError when the file ends before the sensor's data does, which LibRaw makes up then.

    Where the file does not say where they are, or names fewer bytes than any coding of so many pixels has,
    whole rows of exact zeros tell: what a sensor reads in the dark has noise. Else such rows are the photo's.
    """
    end, stored = stored_pixels(file)
    if end > file.seek(0, io.SEEK_END):
        raise PhotoError(CUT_OFF)
    try:
        last = raw.raw_image_visible[-2:]
    except rawpy.LibRawIOError as error:  # the sensor's data are behind the end
        raise PhotoError(CUT_OFF) from error
    except (rawpy.LibRawError, ValueError, RuntimeError):
        return  # no picture of the sensor in this kind of file
    pixels = raw.sizes.raw_width * raw.sizes.raw_height
    if stored * 8 * _LEAST_CODED < pixels and not last.any():
        raise PhotoError(CUT_OFF)


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

    Its own EXIF orientation is ignored, or it would be turned twice; except that 1, with a sensor's picture
    that is upside down, means that the camera has turned it. A quarter turn shows in its shape: it was turned
    when it stands while the sensor's picture lies (`lying`), or the other way round.
    """
    if flip & _QUARTER and (image.width >= image.height) != lying:
        return None
    if not flip & _QUARTER and image.getexif().get(ExifTags.Base.Orientation) == 1:
        return None
    return _TURNS.get(flip)
