"""Opening pictures with Pillow, also those that it refuses for what stands beside their pixels.

A photo whose every pixel is there is read, whatever is damaged, too large or missing beside and behind them:
the field is dropped, the photo kept. What lacks pixels stays refused. What is read as it is costs nothing
more; only what was refused is looked at again.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass, field
from typing import Any, BinaryIO

import pi_heif
from PIL import Image

from dinodesk.library.files.file_types import DECODERS, HAS_JXL, is_tiff_start
from dinodesk.library.images.heif_items import is_heif, sound_heif
from dinodesk.library.images.jpeg_segments import SOI, sound_jpeg
from dinodesk.library.images.png_chunks import SIGNATURE, sound_png
from dinodesk.library.images.spliced_file import Piece, SplicedFile
from dinodesk.library.images.tiff_fields import sound_tiff
from dinodesk.library.images.webp_chunks import sound_webp

if HAS_JXL:
    importlib.import_module("pillow_jxl")  # optional; it registers its decoder with Pillow
pi_heif.register_heif_opener()  # type: ignore[attr-defined]
Image.init()
FORMATS = tuple(name for name in DECODERS if name in Image.OPEN)
"""Names of Pillow's decoders that may see a file; a Pillow without AVIF lacks one."""

REFUSALS = (OSError, SyntaxError, ValueError, RuntimeError, EOFError)
"""What Pillow raises for a file that it does not read, at opening or at loading."""


@dataclass(frozen=True, slots=True)
class SoundImage:
    """What can be read of a file.

    Attributes:
        file: holds the picture, and beside it only what is sound; reads from the file it was made of.
        info: what goes into the opened image's `info` besides.
    """

    file: SplicedFile
    info: dict[str, Any] = field(default_factory=dict)

    def open(self, formats: tuple[str, ...]) -> Image.Image:
        """Open it with Pillow, which raises one of `REFUSALS`."""
        image = Image.open(self.file.binary(), formats=formats)
        image.info.update(self.info)
        return image


def open_image(file: BinaryIO, formats: tuple[str, ...]) -> Image.Image:
    """Open a picture as `Image.open` does; where Pillow refuses it, without what it is refused for.

    `file` is not closed with the image. Pixels are not decoded: what is wrong with them shows when they are
    loaded, see `sound_image`. Raises what `Image.open` raises.
    """
    try:
        file.seek(0)
        return Image.open(file, formats=formats)
    except REFUSALS:
        sound = sound_image(file)
        if sound is None:
            raise
        return sound.open(formats)


def sound_image(file: BinaryIO) -> SoundImage | None:
    """The picture of a file that Pillow refused, without what it may have been refused for.

    None where there is nothing to take away or pixels are missing. Never raises for what is in the file.
    """
    info: dict[str, Any] = {}
    pieces: list[Piece] | None = None
    file.seek(0)
    start = file.read(16)
    try:
        if start.startswith(SIGNATURE):
            png = sound_png(file)
            if png is not None:
                pieces = png.pieces
                info = {} if png.profile is None else {"icc_profile": png.profile}
        elif start.startswith(SOI):
            pieces = sound_jpeg(file)
        elif start[:4] == b"RIFF":
            pieces = sound_webp(file)
        elif is_tiff_start(start):
            pieces = sound_tiff(file)
        elif is_heif(start):
            pieces = sound_heif(file)
    except REFUSALS:
        return None
    return None if pieces is None else SoundImage(SplicedFile(file, pieces), info)
