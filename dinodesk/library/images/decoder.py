"""From a file to upright sRGB pixels, within limits, from an allow-list of formats; nothing is written.

The decode that feeds the model also makes the thumbnails and the hash, so a photo's bytes are read once.
A file that ends before its last pixel, or whose pixels are damaged, is refused: half a picture would be
found and shown as if it were whole. What stands beside the picture or follows it is another matter: where it
is damaged or too large it is left out, and the photo is read (`image_opener`).

Damaged pixels are told by the decoders, as far as Pillow hands on what they say. PNG's checksums of them are
not compared (`png_chunks`). What libjpeg and libheif only warn of is read, with grey in its place: a JPEG
that was cut in the middle and given an end, a HEIC with a tile overwritten. To tell it, each JPEG would have
to be decoded twice.
"""

from __future__ import annotations

import io
import os
import warnings
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from typing import Any, BinaryIO

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
from dinodesk.library.images.cut_files import CUT_OFF, is_cut_off
from dinodesk.library.images.heif_items import is_heif, lacks_pixels
from dinodesk.library.images.image_opener import FORMATS, REFUSALS, SoundImage, sound_image
from dinodesk.library.images.size_limits import MAX_PIXELS, refuse_size
from dinodesk.records import ByteArray, FloatArray

ImageFile.LOAD_TRUNCATED_IMAGES = False
Image.MAX_IMAGE_PIXELS = None  # our own limits are checked from the header, before any decoding

# warnings on odd EXIF and TIFF tags concern nobody (a filter, since catch_warnings is not thread-safe)
warnings.filterwarnings("ignore", module=r"PIL\.")

DECODER = 2
"""Version of what can be decoded; files that an older one refused are tried again at the next scan."""
MAX_IN_MEMORY = 256 << 20
"""Bytes of a file up to which it is read at once; larger ones are hashed in pieces and decoded from disk."""
TOO_MUCH_MEMORY = "It needs too much memory to decode."

_FOREIGN = "It is not an image, or of a kind DinoDesk does not read."
_DAMAGED = "The image data is damaged."
_MORE_THAN_EIGHT_BITS = ("I;16", "I;16L", "I;16B", "I;16N", "I", "F")
_GREY = ("1", "L", "LA", "La")
_FEW_BITS = {"L;2": 85, "L;4": 17}
"""What Pillow multiplies grey levels of 2 and 4 bits with."""
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
            return _decode_file(file, kind, draft_side, least_long)
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

    One that Pillow opened and can't load is read from its file, as long as that is open or there: what is
    broken beside the pixels is left out then. A later picture of several is not read so. The image stays as
    it is, but for being loaded. Raises PhotoError with a plain reason, TypeError for what is no Pillow image.
    """
    if not isinstance(image, Image.Image):
        raise TypeError(f"an image must be a file, an array or a Pillow image, not {type(image).__name__}")
    try:
        refuse_size(*image.size)
        below = _open_file(image)
        if image.format == "HEIF" and below is not None:
            with _from_start(below) as file:
                if lacks_pixels(file):
                    raise PhotoError(CUT_OFF)
        clear = _clear_colour(image)
        try:
            image.load()
        except MemoryError:
            raise
        except Exception as error:
            return _decode_again(image, below, error)
        return _decode_open(image, None, 0, _upright, clear)
    except PhotoError:
        raise
    except MemoryError as error:
        raise PhotoError(TOO_MUCH_MEMORY) from error
    except OSError as error:
        raise PhotoError(_why_broken(error)) from error
    except Exception as error:
        raise PhotoError(_DAMAGED) from error


def _decode_file(file: BinaryIO, kind: str, draft_side: int | None, least_long: int) -> Decoded:
    """Decode a file by its first bytes, or by its ending `kind` where those do not say."""
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
        raise PhotoError(CUT_OFF)
    return _decode_image(file, draft_side, least_long)


def _decode_again(image: Image.Image, below: BinaryIO | None, error: Exception) -> Decoded:
    """Decode the file of an image that could not be loaded; `below` is what it was to be loaded from.

    Raises PhotoError, or `error` where there is no such file any more.
    """
    name = getattr(image, "filename", "")
    if image.tell() == 0:
        if below is not None and not getattr(below, "closed", False):
            with _from_start(below) as file:
                return _decode_file(file, "", None, 0)
        if name and os.path.isfile(name):
            with open(name, "rb") as file:
                return _decode_file(file, "", None, 0)
    if isinstance(image, ImageFile.ImageFile) and below is None:
        raise PhotoError("The image was closed before its pixels were read.") from error
    raise error


def _open_file(image: Image.Image) -> BinaryIO | None:
    """The file that an image is yet to be loaded from; None where it is loaded, closed or of no file."""
    file: BinaryIO | None = getattr(image, "fp", None)
    return None if file is None or getattr(file, "closed", False) else file


@contextmanager
def _from_start(file: BinaryIO) -> Iterator[BinaryIO]:
    """A file from its start on, put back to where it was."""
    at = file.tell()
    file.seek(0)
    try:
        yield file
    finally:
        file.seek(at)


def _why_broken(error: OSError) -> str:
    words = str(error).lower()
    if error.errno is not None and error.strerror:
        return f"The file can't be read: {plain_reason(error)}."
    if "truncated" in words or "not processed" in words or "broken" in words or "unexpected end" in words:
        return CUT_OFF
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
            if isinstance(error, UnidentifiedImageError):
                if _starts_as_tiff(file):
                    with suppress(PhotoError):  # a RAW file of another name, whose pixels Pillow can't read
                        return _decode_raw(file, draft_side, least_long)
                if is_cut_off(file):
                    raise PhotoError(CUT_OFF) from error
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
    found = raw_decoder.open_raw(file)

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
    clear: Any = None,
) -> Decoded:
    """Decode an opened image; `clear` is its `_clear_colour` where it was loaded already."""
    width, height = image.size
    refuse_size(width, height)
    shrink = (
        min(min(width, height) / draft_side, max(width, height) / max(least_long, 1)) if draft_side else 1
    )
    if shrink > 1 and image.format in ("JPEG", "MPO"):
        image.draft(None, (int(width / shrink), int(height / shrink)))
    clear = clear or _clear_colour(image)
    image.load()  # before anything that would load it and hide that it is damaged
    turned = upright(image)
    # what a draft has not done yet, in whole boxes
    small = _reduced(turned, int(shrink * max(image.size) / max(width, height)))
    if clear is not None:
        small = small.copy()  # the image may be somebody else's
        small.info["transparency"] = clear
    rgb = np.asarray(_to_srgb(small, profile_of_image(image)))  # the upright one knows no format
    if (turned.width > turned.height) != (image.width > image.height):
        width, height = height, width
    return Decoded(rgb, width, height)


def _clear_colour(image: Image.Image) -> Any:
    """A PNG's transparent colour in the levels that its pixels get, where Pillow leaves it as it is stored.

    None elsewhere. Only before the image is loaded it is known how the pixels are stored.
    """
    stored: Any = image.info.get("transparency")
    layout = image.tile[0][3] if isinstance(image, ImageFile.ImageFile) and image.tile else None
    if isinstance(layout, str) and layout in _FEW_BITS and isinstance(stored, int):
        return stored * _FEW_BITS[layout]
    if layout == "RGB;16B" and isinstance(stored, tuple):
        return tuple(level >> 8 for level in stored)
    return None


def _reduced(image: Image.Image, factor: int) -> Image.Image:
    """What `draft` does for JPEG, for the others: whole boxes of pixels averaged, before any conversion."""
    return image.reduce(factor) if factor > 1 and image.mode in ("RGB", "RGBA", "L", "LA", "CMYK") else image


def _upright(image: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(image)
    except Exception:  # lying EXIF: the field is dropped, the photo kept
        return image


def _to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    colour, alpha = _colour_and_alpha(image, profile)
    if image.mode not in _MORE_THAN_EIGHT_BITS:
        colour = conversion_of(profile, colour.mode).apply(colour)
    if colour.mode != "RGB":
        colour = colour.convert("RGB")
    if alpha is not None and alpha.getextrema()[0] != 255:
        paper = Image.new("RGB", colour.size, "white")
        paper.paste(colour, mask=alpha)
        return paper
    return colour


def _colour_and_alpha(image: Image.Image, profile: bytes | None) -> tuple[Image.Image, Image.Image | None]:
    """A picture in mode RGB, CMYK, LAB or L, and how much of it covers the paper, if it says so.

    The profile is applied to what has more than 8 bits: of 8 too few would be left in the shadows.
    """
    mode = image.mode
    if mode in _MORE_THAN_EIGHT_BITS:
        clear = image.info.get("transparency")
        alpha = Image.fromarray(_covered(image, clear)) if isinstance(clear, int) else None
        return _to_eight_bits(image, conversion_of(profile, "L")), alpha
    if mode in _GREY:
        if mode not in ("LA", "La") and "transparency" not in image.info:
            return image.convert("L"), None
        grey = image.convert("LA")
        return grey.getchannel("L"), grey.getchannel("A")
    if mode in ("P", "PA", "RGBa") or "transparency" in image.info:
        image = image.convert("RGBA")
    alpha = image.getchannel("A") if image.mode == "RGBA" else None
    return (image if image.mode in ("RGB", "CMYK", "LAB") else image.convert("RGB")), alpha


def _covered(image: Image.Image, clear: int) -> ByteArray:
    """255 where a grey picture has another level than the transparent one, 0 where it has that."""
    return np.where(np.asarray(image) == clear, 0, 255).astype(np.uint8)


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
