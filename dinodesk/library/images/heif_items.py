"""The items of a HEIF or AVIF file: which of them are cut off, and how to read it without broken metadata.

ISO/IEC 23008-12 (items), ISO/IEC 14496-12 (boxes). The decoders refuse the picture for an Exif or XMP item
that lies behind the file's end or is malformed.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from dinodesk.library.images.spliced_file import Piece

_LARGEST_INDEX = 16 << 20
"""Bytes of the box `meta`; that of a picture of a thousand tiles takes some dozen kilobytes."""
_MOST_ITEMS = 100_000
_BESIDE = (b"Exif", b"mime", b"uri ")
"""Kinds of items that are no pictures."""
_NOBODY_READS = b"skip"


class _BrokenIndexError(Exception):
    """The index can't be read."""


@dataclass(slots=True)
class _Index:
    """The box `meta` of a file.

    Attributes:
        at, data: where it begins in the file, and its bytes.
        primary: the item that is the picture.
        kinds: item → kind, and where in `data` that stands.
        extents: item → (offset, length) in the file; those inside the index are left out.
        tiles: item → the items it is made of.
    """

    at: int
    data: bytes
    primary: int = 0
    kinds: dict[int, tuple[bytes, int]] = field(default_factory=dict)
    extents: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    tiles: dict[int, list[int]] = field(default_factory=dict)


def is_heif(start: bytes) -> bool:
    """Whether a file's first bytes are those of a box `ftyp`."""
    return start[4:8] == b"ftyp"


def lacks_pixels(file: BinaryIO) -> bool:
    """Whether the file ends before the data of its picture, or of one of its tiles, does.

    libheif leaves the tiles that are missing grey. False where the index can't be read: then the decoder
    does not read it either.
    """
    try:
        index = _index(file)
    except _BrokenIndexError:
        return False
    size = file.seek(0, os.SEEK_END)
    needed = [index.primary, *index.tiles.get(index.primary, ())]
    return any(offset + length > size for item in needed for offset, length in index.extents.get(item, ()))


def sound_heif(file: BinaryIO) -> list[Piece] | None:
    """The pieces of the file with its metadata out of the way; None where there is none."""
    try:
        index = _index(file)
    except _BrokenIndexError:
        return None
    size = file.seek(0, os.SEEK_END)
    data = bytearray(index.data)
    damaged = [
        item
        for item, (kind, _) in index.kinds.items()
        if kind in _BESIDE
        and not all(offset + length <= size and length for offset, length in index.extents.get(item, ()))
    ]
    # what is whole and still refused has something wrong inside: then all of it goes
    hidden = damaged or [item for item, (kind, _) in index.kinds.items() if kind in _BESIDE]
    for item in hidden:
        _, at = index.kinds[item]
        data[at : at + 4] = _NOBODY_READS
    if not hidden:
        return None
    end = index.at + len(data)
    return [(0, index.at), bytes(data), (end, size - end)]


def _index(file: BinaryIO) -> _Index:
    size, at = file.seek(0, os.SEEK_END), 0
    file.seek(0)
    if not is_heif(file.read(8)):
        raise _BrokenIndexError
    for _ in range(100):
        file.seek(at)
        head = file.read(16)
        length = int.from_bytes(head[:4], "big")
        if length == 1:
            length = int.from_bytes(head[8:], "big")
        if len(head) < 8 or length < 8 or at + length > size:
            raise _BrokenIndexError
        if head[4:8] == b"meta":
            if length > _LARGEST_INDEX:
                raise _BrokenIndexError
            file.seek(at)
            return _read(_Index(at, file.read(length)))
        at += length
    raise _BrokenIndexError


def _read(index: _Index) -> _Index:
    data = _Bytes(index.data)
    for name, start, end in _boxes(data, 12, len(index.data)):
        version = data.number(start, 1)
        if name == b"pitm":
            index.primary = data.number(start + 4, 2 if version == 0 else 4)
        elif name == b"iinf":
            for kind, inner, _ in _boxes(data, start + (6 if version == 0 else 8), end):
                wide = data.number(inner, 1) > 2
                if kind == b"infe" and data.number(inner, 1) >= 2:
                    at = inner + (10 if wide else 8)
                    index.kinds[data.number(inner + 4, 4 if wide else 2)] = (index.data[at : at + 4], at)
        elif name == b"iref":
            for kind, inner, _ in _boxes(data, start + 4, end):
                if kind == b"dimg":
                    width = 2 if version == 0 else 4
                    count = min(data.number(inner + width, 2), _MOST_ITEMS)
                    first = inner + width + 2
                    index.tiles[data.number(inner, width)] = [
                        data.number(first + width * n, width) for n in range(count)
                    ]
        elif name == b"iloc":
            _read_extents(data, start, version, index)
    return index


def _read_extents(data: _Bytes, start: int, version: int, index: _Index) -> None:
    sizes = data.number(start + 4, 2)
    offset_size, length_size, base_size = sizes >> 12, sizes >> 8 & 15, sizes >> 4 & 15
    index_size = sizes & 15 if version else 0
    wide = 4 if version == 2 else 2
    count, at = min(data.number(start + 6, wide), _MOST_ITEMS), start + 6 + wide
    for _ in range(count):
        item, at = data.number(at, wide), at + wide
        in_file = version == 0 or data.number(at, 2) & 15 == 0
        at += (2 if version else 0) + 2
        base, at = data.number(at, base_size), at + base_size
        extents, at = data.number(at, 2), at + 2
        for _ in range(extents):
            at += index_size
            offset, at = data.number(at, offset_size), at + offset_size
            length, at = data.number(at, length_size), at + length_size
            if in_file:
                index.extents.setdefault(item, []).append((base + offset, length))


class _Bytes:
    """Bytes from which numbers are read."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def number(self, at: int, size: int) -> int:
        """The number of `size` bytes. Raises _BrokenIndexError behind the end."""
        if at + size > len(self._data):
            raise _BrokenIndexError
        return int.from_bytes(self._data[at : at + size], "big")

    def name(self, at: int) -> bytes:
        """The four letters at `at`."""
        return self._data[at : at + 4]


def _boxes(data: _Bytes, at: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """The boxes between two positions: name, where its contents begin and end."""
    while at + 8 <= end:
        length = data.number(at, 4) or end - at
        if length < 8 or at + length > end:
            raise _BrokenIndexError
        yield data.name(at + 4), at + 8, at + length
        at += length
