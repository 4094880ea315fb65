"""A TIFF without the fields that lie behind its end and that the pixels do not need (TIFF 6.0, section 2).

Pillow stops reading the directory at such a field, and the fields of the pixels may follow it.
"""

from __future__ import annotations

import os
import struct
from typing import BinaryIO

from dinodesk.library.images.spliced_file import Piece

_ORDERS = {b"II*\0": "<", b"MM\0*": ">"}
_ENTRY = 12
_UNITS = (0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4)
"""Bytes of a value by type."""
_NO_TYPE = 0xFFFF
_PIXELS = frozenset(
    (*range(254, 260), 262, 263, 266, 273, 277, 278, 279, 284, 292, 293, 317, *range(320, 326))
).union(range(338, 342), (347,), range(512, 533))
"""Fields that say how the pixels are stored; a picture that lacks one of them is damaged."""


def sound_tiff(file: BinaryIO) -> list[Piece] | None:
    """The pieces of a TIFF with those fields made such that they are skipped; None where there is none."""
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    head = file.read(8)
    order = _ORDERS.get(head[:4])
    if order is None or len(head) < 8:
        return None
    (at,) = struct.unpack(order + "I", head[4:])
    file.seek(at)
    found = file.read(2)
    if len(found) < 2:
        return None
    directory = bytearray(file.read(_ENTRY * struct.unpack(order + "H", found)[0]))
    changed = False
    for start in range(0, len(directory) - _ENTRY + 1, _ENTRY):
        tag, kind, count, value = struct.unpack_from(order + "HHII", directory, start)
        length = count * (_UNITS[kind] if kind < len(_UNITS) else 0)
        if tag not in _PIXELS and length > 4 and value + length > size:
            struct.pack_into(order + "H", directory, start + 2, _NO_TYPE)
            changed = True
    if not changed:
        return None
    begin, end = at + 2, at + 2 + len(directory)
    return [(0, begin), bytes(directory), (end, size - end)]
