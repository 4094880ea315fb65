"""From a file to upright sRGB pixels, within limits, from an allow-list of formats; nothing is written.

The decode that feeds the model also makes the thumbnails and the hash, so a photo's bytes are read once.
A file that ends before its last pixel, or whose pixels are damaged, is refused: half a picture would be
found and shown as if it were whole. What stands beside the picture or follows it is another matter: where it
is damaged or too large it is left out, and the photo is read (`image_opener`).

Damaged pixels are told by the decoders. PNG's checksums of them are compared only where something beside
them was wrong: zlib has a checksum of its own.
"""

from __future__ import annotations

import io
import os
import warnings
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from typing import BinaryIO

import numpy as np
import xxhash
from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError

from dinodesk.errors import PhotoError
from dinodesk.library.files.file_types import (
    HAS_VIDEO,
    RAW_ENDINGS,
    VIDEO_ENDINGS,
    ending,
    is_image_start,
    is_photo_start,
    is_raw_start,
    is_tiff_start,
)
from dinodesk.library.files.os_errors import plain_reason
from dinodesk.library.images import raw_decoder, video_decoder
from dinodesk.library.images.colour_profiles import Conversion, conversion_of, profile_of_image
from dinodesk.library.images.heif_items import is_heif, lacks_pixels
from dinodesk.library.images.image_opener import FORMATS, REFUSALS, SoundImage, sound_image
from dinodesk.records import ByteArray, FloatArray

ImageFile.LOAD_TRUNCATED_IMAGES = False
Image.MAX_IMAGE_PIXELS = None  # the limits below are checked from the header, before any decoding

# warnings on odd EXIF and TIFF tags concern nobody (a filter, since catch_warnings is not thread-safe)
warnings.filterwarnings("ignore", module=r"PIL\.")

DECODER = 2
"""Version of what can be decoded; files that an older one refused are tried again at the next scan."""
MAX_PIXELS = 250_000_000
MIN_SIDE = 4
"""Pixels."""
MAX_ASPECT = 60
"""Longest side in shortest sides."""
MAX_IN_MEMORY = 256 << 20
"""Bytes of a file up to which it is read at once; larger ones are hashed in pieces and decoded from disk."""
TOO_MUCH_MEMORY = "It needs too much memory to decode."

_FOREIGN = "It is not an image, or of a kind DinoDesk does not read."
_DAMAGED = "The image data is damaged."
_CUT_OFF = "The file is cut off or damaged."
_SIXTEEN_BITS = ("I;16", "I;16L", "I;16B", "I;16N", "I")
_SUBFILE, _SUB_IFDS, _DNG_VERSION = 254, 330, 50706
"""Tags of TIFF: whether a picture is a reduced one (bit 0), further directories, what marks a DNG."""


@dataclass(frozen=True, slots=True, eq=False)
class Decoded:
    """An upright photo.

    Attributes:
        rgb: uint8 (H, W, 3), sRGB; smaller than the photo when a draft was asked for.
        width, height: of the upright photo in full.
    """

    rgb: ByteArray
    width: int
    height: int


def hash_file(path: str) -> tuple[bytes, bytes | None]:
    """Hash of the bytes (xxh3, 16 bytes), and the bytes themselves when they are few enough.

    Raises PhotoError when the file can't be read.
    """
    try:
        with open(path, "rb") as file:
            if os.fstat(file.fileno()).st_size <= MAX_IN_MEMORY:
                data = file.read()
                return xxhash.xxh3_128_digest(data), data
            state = xxhash.xxh3_128()
            while piece := file.read(8 << 20):
                state.update(piece)
            return state.digest(), None
    except OSError as error:
        raise PhotoError(f"The file can't be read: {plain_reason(error)}.") from error


def refuse_foreign(path: str, size: int) -> None:
    """Raise PhotoError for a file too large to read at once that does not even begin as a photo does: a disk
    image with a photo's ending would take minutes to hash, to be refused then."""
    kind = ending(path)
    if size <= MAX_IN_MEMORY or kind in RAW_ENDINGS or kind in VIDEO_ENDINGS:
        return
    with open(path, "rb") as file:
        start = file.read(32)
    if not is_photo_start(start) and not is_heif(start):  # HEIF has more brands than are known
        raise PhotoError(_FOREIGN)


def decode(
    source: str | bytes, draft_side: int | None = None, least_long: int = 0, *, data: bytes | None = None
) -> Decoded:
    """Decode a path or the bytes of a file; with a path, `data` may hold the bytes when they were read.

    With `draft_side` the photo comes at a reduced size whose short side is at least that many pixels
    (callers ask for twice what the model needs) and whose long side at least `least_long`, where the
    photo has so many; a JPEG is not even decoded in full. A RAW file comes as the JPEG that the camera put
    inside, or else in half of its size. What a file is its first bytes say, where they do, not its
    ending. Raises PhotoError with a plain reason.
    """
    kind = ending(source) if isinstance(source, str) else ""
    data = source if isinstance(source, bytes) else data
    if data is not None and not data:
        raise PhotoError("The file is empty.")
    try:
        with closing(io.BytesIO(data) if data is not None else open(source, "rb")) as file:
            start = file.read(32)
            file.seek(0)
            if kind in RAW_ENDINGS and is_tiff_start(start) and not is_raw_start(start):
                return _decode_raw_or_tiff(file, draft_side, least_long)
            if is_raw_start(start) or (kind in RAW_ENDINGS and not is_image_start(start)):
                return _decode_raw(file, draft_side, least_long)
            if kind in VIDEO_ENDINGS and HAS_VIDEO and not is_image_start(start):
                with video_decoder.first_frame(file, MAX_PIXELS) as image:
                    return _decode_open(image, draft_side, least_long, _upright)
            if is_heif(start) and lacks_pixels(file):
                raise PhotoError(_CUT_OFF)
            return _decode_image(file, draft_side, least_long)
    except PhotoError:
        raise
    except UnidentifiedImageError as error:
        raise PhotoError(_FOREIGN) from error
    except MemoryError as error:
        raise PhotoError(TOO_MUCH_MEMORY) from error
    except OSError as error:
        raise PhotoError(_why_broken(error)) from error
    except (SyntaxError, ValueError, RuntimeError, EOFError) as error:  # what decoders raise for broken data
        raise PhotoError(_DAMAGED) from error
    except Exception as error:  # a decoder's own bug must cost this file only
        raise PhotoError(f"The decoder gave up on it ({type(error).__name__}).") from error


def decode_image(image: Image.Image) -> Decoded:
    """A Pillow image the way a file goes: upright, sRGB, 8 bits, on white, within the same limits.

    The image stays as it is, but for being loaded. Raises PhotoError with a plain reason, TypeError for
    what is no Pillow image.
    """
    if not isinstance(image, Image.Image):
        raise TypeError(f"an image must be a file, an array or a Pillow image, not {type(image).__name__}")
    try:
        return _decode_open(image, None, 0, _upright)
    except PhotoError:
        raise
    except MemoryError as error:
        raise PhotoError(TOO_MUCH_MEMORY) from error
    except OSError as error:
        raise PhotoError(_why_broken(error)) from error
    except Exception as error:
        raise PhotoError(_DAMAGED) from error


def _why_broken(error: OSError) -> str:
    words = str(error).lower()
    if error.errno is not None and error.strerror:
        return f"The file can't be read: {plain_reason(error)}."
    if "truncated" in words or "not processed" in words or "broken" in words or "unexpected end" in words:
        return _CUT_OFF
    return _DAMAGED


def _decode_image(file: BinaryIO, draft_side: int | None, least_long: int) -> Decoded:
    """Decode what Pillow reads; where it refuses, once more without what is broken beside the pixels."""
    sound: SoundImage | None = None
    try:
        file.seek(0)
        with Image.open(file, formats=FORMATS) as image:
            if image.format == "TIFF" and _is_raw_inside(image):
                with suppress(PhotoError):
                    return _decode_raw(file, draft_side, least_long)
            return _decode_open(image, draft_side, least_long, _upright)
    except REFUSALS as error:
        sound = sound_image(file)
        if sound is None:
            if isinstance(error, UnidentifiedImageError) and _starts_as_tiff(file):
                with suppress(PhotoError):  # a RAW file of another name, whose pixels Pillow can't read
                    return _decode_raw(file, draft_side, least_long)
            raise
    with sound.open(FORMATS) as image:
        return _decode_open(image, draft_side, least_long, _upright)


def _decode_raw_or_tiff(file: BinaryIO, draft_side: int | None, least_long: int) -> Decoded:
    """Decode a file that is a TIFF by its start and a RAW file by its ending: it may be either."""
    try:
        return _decode_raw(file, draft_side, least_long)
    except PhotoError:
        file.seek(0)
        try:
            with Image.open(file, formats=("TIFF",)) as image:
                if not _is_plain_tiff(image):
                    raise
                return _decode_open(image, draft_side, least_long, _upright)
        except REFUSALS:
            pass
        raise


def _starts_as_tiff(file: BinaryIO) -> bool:
    file.seek(0)
    return is_tiff_start(file.read(4))


def _is_raw_inside(image: Image.Image) -> bool:
    """Whether a TIFF's first picture is only the preview of a RAW one in the same file."""
    tags = image.tag_v2  # type: ignore[attr-defined]
    return _DNG_VERSION in tags or (_SUB_IFDS in tags and bool(tags.get(_SUBFILE, 0) & 1))


def _is_plain_tiff(image: Image.Image) -> bool:
    """Whether a TIFF's first picture is the photo, and no preview of something that can't be read."""
    tags = image.tag_v2  # type: ignore[attr-defined]
    return not (_DNG_VERSION in tags or _SUB_IFDS in tags or tags.get(_SUBFILE, 0) & 1)


def _decode_raw(file: BinaryIO, draft_side: int | None, least_long: int) -> Decoded:
    file.seek(0)
    found = raw_decoder.open_raw(file, MAX_PIXELS)

    def turned(image: Image.Image) -> Image.Image:
        return image if found.turn is None else image.transpose(found.turn)

    with found.image as image:
        decoded = _decode_open(image, draft_side, least_long, turned)
    return replace(decoded, width=found.width, height=found.height)


def _decode_open(
    image: Image.Image,
    draft_side: int | None,
    least_long: int,
    upright: Callable[[Image.Image], Image.Image],
) -> Decoded:
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise PhotoError(f"It is too large: {width:,} × {height:,} pixels (the limit is 250 million).")
    if min(width, height) < MIN_SIDE:
        raise PhotoError(f"It is too small to show anything: {width:,} × {height:,} pixels.")
    if max(width, height) > MAX_ASPECT * min(width, height):
        raise PhotoError(f"It is too thin: {width:,} × {height:,} pixels.")
    shrink = (
        min(min(width, height) / draft_side, max(width, height) / max(least_long, 1)) if draft_side else 1
    )
    if shrink > 1 and image.format in ("JPEG", "MPO"):
        image.draft(None, (int(width / shrink), int(height / shrink)))
    image.load()  # before anything that would load it and hide that it is damaged
    turned = upright(image)
    # what a draft has not done yet, in whole boxes
    small = _reduced(turned, int(shrink * max(image.size) / max(width, height)))
    rgb = np.asarray(_to_srgb(small, profile_of_image(image)))  # the upright one knows no format
    if (turned.width > turned.height) != (image.width > image.height):
        width, height = height, width
    return Decoded(rgb, width, height)


def _reduced(image: Image.Image, factor: int) -> Image.Image:
    """What `draft` does for JPEG, for the others: whole boxes of pixels averaged, before any conversion."""
    return image.reduce(factor) if factor > 1 and image.mode in ("RGB", "RGBA", "L", "LA", "CMYK") else image


def _upright(image: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(image)
    except Exception:  # lying EXIF: the field is dropped, the photo kept
        return image


def _to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    if image.mode in _SIXTEEN_BITS or image.mode == "F":
        # a curve is applied while there are 16 bits: of 8 too few would be left in the shadows
        grey = conversion_of(profile, "L")
        image, profile = _to_eight_bits(image, grey), None
    alpha: Image.Image | None = None
    if image.mode in ("LA", "La"):
        alpha = image.convert("LA").getchannel("A")
        colour = image.convert("LA").getchannel("L")
    else:
        if image.mode == "P" or "transparency" in image.info or image.mode in ("PA", "RGBa"):
            image = image.convert("RGBA")
        alpha = image.getchannel("A") if image.mode == "RGBA" else None
        colour = image.convert("RGB") if image.mode not in ("RGB", "CMYK", "LAB", "L") else image
    colour = conversion_of(profile, colour.mode).apply(colour)
    if colour.mode != "RGB":
        colour = colour.convert("RGB")
    if alpha is not None and alpha.getextrema()[0] != 255:
        paper = Image.new("RGB", colour.size, "white")
        paper.paste(colour, mask=alpha)
        return paper
    return colour


def _to_eight_bits(image: Image.Image, grey: Conversion) -> Image.Image:
    """A grey picture of 16 bits or of floats in mode L, with its profile applied."""
    values: FloatArray = np.asarray(image).astype(np.float32)
    values = np.nan_to_num(values, posinf=0.0, neginf=0.0)
    if image.mode == "F":
        low, high = float(values.min()), float(values.max())
        values = (values - low) * (255.0 / (high - low)) if high > low else values * 0
    else:
        values = values * (255.0 / 65535.0)
        if grey.levels is not None:
            values = np.interp(values, np.arange(256), grey.levels).astype(np.float32)
    return Image.fromarray(np.clip(np.rint(values), 0, 255).astype(np.uint8))


def shrink(rgb: ByteArray, longest: int) -> ByteArray:
    """The photo at most `longest` pixels long, for showing."""
    if max(rgb.shape[:2]) <= longest:
        return rgb
    image = Image.fromarray(rgb)
    image.thumbnail((longest, longest), Image.Resampling.LANCZOS, reducing_gap=2.0)
    return np.asarray(image)
