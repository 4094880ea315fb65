"""Whether a file that no decoder knows is a picture of a known kind that ends too soon.

Pillow says the same of it as of a text: that it can't be identified. Only headers are read.
"""

from __future__ import annotations

import os
import struct
from typing import BinaryIO

from dinodesk.library.files.file_types import is_image_start, is_tiff_start
from dinodesk.library.files.tiff_directories import TiffSource, ends_before_its_pixels
from dinodesk.library.images.heif_items import ends_inside_a_box, is_heif
from dinodesk.library.images.tiff_fields import PIXEL_FIELDS

CUT_OFF = "The file is cut off or damaged."
"""Why such a file is refused."""
_HEADERS = 512
"""Bytes within which a picture of the other kinds says its size."""


def is_cut_off(file: BinaryIO) -> bool:
    """Whether the file ends before what its own header says is in it."""
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    start = file.read(32)
    if is_tiff_start(start):
        return _directory_is_cut(file, start, size) or ends_before_its_pixels(file)
    if not is_image_start(start) and not is_heif(start):
        return False
    if is_heif(start):
        return ends_inside_a_box(file)
    if start[:4] == b"RIFF":
        return 8 + int.from_bytes(start[4:8], "little") > size
    return size < _HEADERS


def _directory_is_cut(file: BinaryIO, start: bytes, size: int) -> bool:
    """Whether a TIFF's first directory is not there in full, or a value of it that the pixels need.

    Programs that pack the pixels write it last.
    """
    order = "<" if start[:2] == b"II" else ">"
    big = start[2:4] in (b"+\0", b"\0+")
    layout, begin, head, entry = ("Q", 8, 8, 20) if big else ("I", 4, 2, 12)
    field = start[begin : begin + struct.calcsize(layout)]
    if len(field) < struct.calcsize(layout):
        return True
    (at,) = struct.unpack(order + layout, field)
    if at < 8 or at + head > size:
        return True
    file.seek(at)
    (count,) = struct.unpack(order + ("Q" if big else "H"), file.read(head))
    if at + head + count * entry > size:
        return True
    fields = TiffSource(file).first
    return any(fields.begin_of(tag) + fields.size_of(tag) > size for tag in PIXEL_FIELDS)
