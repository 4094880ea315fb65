"""A WebP with its first picture and what is whole beside it (WebP container specification, RIFF).

libwebp refuses the whole file when its last chunk is cut off or the length in its header is wrong, also where
that chunk is metadata or a later picture of an animation.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from dinodesk.library.images.spliced_file import Piece

_PICTURE = (b"VP8 ", b"VP8L")
_FRAME = b"ANMF"
_ONCE = (b"VP8X", b"ICCP", b"ANIM", b"ALPH", *_PICTURE, _FRAME, b"EXIF", b"XMP ")
"""The chunks that are kept, the first of each."""
_FLAGS = {b"ICCP": 0x20, b"EXIF": 0x08, b"XMP ": 0x04}
"""What the first byte of VP8X says of the others."""
_MOST_CHUNKS = 100_000


class _Chunk(NamedTuple):
    name: bytes
    at: int
    length: int


def sound_webp(file: BinaryIO) -> list[Piece] | None:
    """The pieces of a WebP's first picture with its metadata; None where the picture itself is not whole."""
    file.seek(0)
    head = file.read(12)
    if head[:4] != b"RIFF" or head[8:] != b"WEBP":
        return None
    found: dict[bytes, _Chunk] = {}
    for chunk in _chunks(file):
        if chunk.name in _ONCE:
            found.setdefault(chunk.name, chunk)
    if not found.keys() & {_FRAME, *_PICTURE}:
        return None
    body: list[Piece] = []
    size = 4
    for name in sorted(found, key=_ONCE.index):
        chunk = found[name]
        piece: Piece = (chunk.at, 8 + chunk.length)
        if name == b"VP8X":
            piece = _header(file, chunk, found)
        body += [piece, b"\0" * (chunk.length & 1)]
        size += 8 + chunk.length + (chunk.length & 1)
    return [b"RIFF" + struct.pack("<I", size) + b"WEBP", *body]


def _chunks(file: BinaryIO) -> Iterator[_Chunk]:
    """All chunks that are whole."""
    size, at = file.seek(0, os.SEEK_END), 12
    for _ in range(_MOST_CHUNKS):
        file.seek(at)
        head = file.read(8)
        length = int.from_bytes(head[4:], "little")
        if len(head) < 8 or at + 8 + length > size:
            return
        yield _Chunk(head[:4], at, length)
        at += 8 + length + (length & 1)


def _header(file: BinaryIO, chunk: _Chunk, found: dict[bytes, _Chunk]) -> bytes:
    file.seek(chunk.at)
    data = bytearray(file.read(8 + chunk.length))
    if len(data) > 8:
        for name, flag in _FLAGS.items():
            if name not in found:
                data[8] &= ~flag
    return bytes(data)
