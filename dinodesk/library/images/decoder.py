"""From a file to upright sRGB pixels, within limits, from an allow-list of formats; nothing is written.

The decode that feeds the model also makes the thumbnails and the hash, so a photo's bytes are read once.
A file that ends before its last pixel is refused as cut off: half a picture would be found and shown as
if it were whole. What follows the picture in a file is ignored.
"""

from __future__ import annotations

import importlib
import io
import os
import warnings
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, BinaryIO

import numpy as np
import pi_heif
import xxhash
from PIL import ExifTags, Image, ImageCms, ImageFile, ImageOps, UnidentifiedImageError

from dinodesk.errors import PhotoError
from dinodesk.library.files.file_types import (
    DECODERS,
    HAS_JXL,
    HAS_VIDEO,
    RAW_ENDINGS,
    VIDEO_ENDINGS,
    ending,
    is_photo_start,
)
from dinodesk.library.files.os_errors import plain_reason
from dinodesk.library.images import raw_decoder, video_decoder
from dinodesk.records import ByteArray

if HAS_JXL:
    importlib.import_module("pillow_jxl")  # optional; it registers its decoder with Pillow
pi_heif.register_heif_opener()  # type: ignore[attr-defined]
ImageFile.LOAD_TRUNCATED_IMAGES = False
Image.init()
_DECODERS = tuple(name for name in DECODERS if name in Image.OPEN)  # a Pillow without AVIF lacks one
Image.MAX_IMAGE_PIXELS = None  # the limits below are checked from the header, before any decoding

# warnings on odd EXIF and TIFF tags concern nobody (a filter, since catch_warnings is not thread-safe)
warnings.filterwarnings("ignore", module=r"PIL\.")

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
_SRGB = ImageCms.createProfile("sRGB")


@dataclass(frozen=True, slots=True, eq=False)
class Decoded:
    """An upright photo.

    Attributes:
        rgb: uint8 (H, W, 3), sRGB; smaller than the photo when a draft was asked for.
        width, height: of the upright photo in full.
        taken: seconds since the epoch of the EXIF date (UTC assumed where it names no zone), or None.
    """

    rgb: ByteArray
    width: int
    height: int
    taken: float | None


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
    if size <= MAX_IN_MEMORY or kind == ".bmp" or kind in RAW_ENDINGS or kind in VIDEO_ENDINGS:
        return
    with open(path, "rb") as file:
        start = file.read(32)
    if not is_photo_start(start) and start[4:8] != b"ftyp":  # HEIF and AVIF have more brands than are known
        raise PhotoError(_FOREIGN)


def decode(
    source: str | bytes, draft_side: int | None = None, least_long: int = 0, *, data: bytes | None = None
) -> Decoded:
    """Decode a path or the bytes of a file; with a path, `data` may hold the bytes when they were read.

    With `draft_side` the photo comes at a reduced size whose short side is at least that many pixels
    (callers ask for twice what the model needs) and whose long side at least `least_long`, where the
    photo has so many; a JPEG is not even decoded in full. A RAW file (recognised by its ending) comes as
    the JPEG that the camera put inside, or else in half of its size. Raises PhotoError with a plain reason.
    """
    kind = ending(source) if isinstance(source, str) else ""
    data = source if isinstance(source, bytes) else data
    if data is not None and not data:
        raise PhotoError("The file is empty.")
    try:
        with closing(io.BytesIO(data) if data is not None else open(source, "rb")) as file:
            if kind in RAW_ENDINGS:
                return _decode_raw(file, draft_side, least_long)
            if kind in VIDEO_ENDINGS and HAS_VIDEO:
                image = video_decoder.first_frame(file, MAX_PIXELS)
            else:
                image = Image.open(file, formats=_DECODERS)
            with image:
                return _decode_open(image, draft_side, least_long, _upright)
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
        return "The file is cut off or damaged."
    return _DAMAGED


def _decode_raw(file: BinaryIO, draft_side: int | None, least_long: int) -> Decoded:
    found = raw_decoder.open_raw(file, MAX_PIXELS)

    def turned(image: Image.Image) -> Image.Image:
        return image if found.turn is None else image.transpose(found.turn)

    with found.image as image:
        decoded = _decode_open(image, draft_side, least_long, turned)
    taken = decoded.taken if decoded.taken is not None else found.taken
    return replace(decoded, width=found.width, height=found.height, taken=taken)


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
    taken = _date_taken(image)
    shrink = (
        min(min(width, height) / draft_side, max(width, height) / max(least_long, 1)) if draft_side else 1
    )
    if shrink > 1 and image.format in ("JPEG", "MPO"):
        image.draft(None, (int(width / shrink), int(height / shrink)))
    image.load()
    turned = upright(image)
    # what a draft has not done yet, in whole boxes
    small = _reduced(turned, int(shrink * max(image.size) / max(width, height)))
    rgb = np.asarray(_to_srgb(small))
    if (turned.width > turned.height) != (image.width > image.height):
        width, height = height, width
    return Decoded(rgb, width, height, taken)


def _reduced(image: Image.Image, factor: int) -> Image.Image:
    """What `draft` does for JPEG, for the others: whole boxes of pixels averaged, before any conversion."""
    return image.reduce(factor) if factor > 1 and image.mode in ("RGB", "RGBA", "L", "LA", "CMYK") else image


def _upright(image: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(image)
    except Exception:  # lying EXIF: the field is dropped, the photo kept
        return image


def _to_srgb(image: Image.Image) -> Image.Image:
    if image.mode in ("I;16", "I;16L", "I;16B", "I;16N", "I", "F"):
        image = _to_eight_bits(image)
    if image.mode == "P" or "transparency" in image.info or image.mode in ("LA", "PA", "La", "RGBa"):
        image = image.convert("RGBA")
    alpha = image.getchannel("A") if image.mode == "RGBA" else None
    colour = image.convert("RGB") if image.mode not in ("RGB", "CMYK", "LAB", "L") else image
    colour = _apply_profile(colour, image.info.get("icc_profile"))
    if colour.mode != "RGB":
        colour = colour.convert("RGB")
    if alpha is not None and alpha.getextrema()[0] != 255:
        paper = Image.new("RGB", colour.size, "white")
        paper.paste(colour, mask=alpha)
        return paper
    return colour


def _to_eight_bits(image: Image.Image) -> Image.Image:
    values = np.asarray(image).astype(np.float32)
    values = np.nan_to_num(values, posinf=0.0, neginf=0.0)
    if image.mode == "F":
        low, high = float(values.min()), float(values.max())
        values = (values - low) * (255.0 / (high - low)) if high > low else values * 0
    else:
        values = values * (255.0 / 65535.0)
    return Image.fromarray(np.clip(np.rint(values), 0, 255).astype(np.uint8))


def _apply_profile(image: Image.Image, profile: Any) -> Image.Image:
    if not isinstance(profile, bytes) or not profile:
        return image
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        name = ImageCms.getProfileName(source).strip().lower()
        if "srgb" in name and image.mode == "RGB":
            return image
        converted = ImageCms.profileToProfile(image, source, _SRGB, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return image  # a broken profile, or one for other channels: shown as if it were not there
    return converted if converted is not None else image


def _date_taken(image: Image.Image) -> float | None:
    try:
        exif = image.getexif()
        inner = exif.get_ifd(ExifTags.IFD.Exif)
        raw = inner.get(ExifTags.Base.DateTimeOriginal) or exif.get(ExifTags.Base.DateTime)
        zone = str(inner.get(ExifTags.Base.OffsetTimeOriginal) or "").strip("\0 ")
        moment = datetime.strptime(str(raw).strip("\0 ")[:19], "%Y:%m:%d %H:%M:%S")
        if len(zone) == 6 and zone[0] in "+-":
            moment = datetime.strptime(f"{moment:%Y:%m:%d %H:%M:%S}{zone}", "%Y:%m:%d %H:%M:%S%z")
        else:
            moment = moment.replace(tzinfo=UTC)
    except Exception:  # whatever is in there, it is no date
        return None
    plausible = 1826 <= moment.year <= datetime.now(UTC).year + 1
    return moment.timestamp() if plausible else None


def shrink(rgb: ByteArray, longest: int) -> ByteArray:
    """The photo at most `longest` pixels long, for showing."""
    if max(rgb.shape[:2]) <= longest:
        return rgb
    image = Image.fromarray(rgb)
    image.thumbnail((longest, longest), Image.Resampling.LANCZOS, reducing_gap=2.0)
    return np.asarray(image)
