"""The items of a HEIF or AVIF file: which of them are cut off, and how to read it without what is broken.

ISO/IEC 23008-12 (items), ISO/IEC 14496-12 (boxes). The decoders refuse the picture for an Exif or XMP item
that lies behind the file's end or is malformed; libavif also refuses an animation that is cut off in a later
picture, though the first one is an item of its own.
"""

from __future__ import annotations

import os
import struct
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
_MOST_BOXES = 100
_ANIMATED, _STILL = (b"avis", b"msf1"), (b"avif", b"mif1")
"""Brands of AVIF's animations, and what stands in their place where only the first picture is looked at."""
_DATA = (b"mdat", b"free", b"skip")


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


def ends_inside_a_box(file: BinaryIO) -> bool:
    """Whether the file ends before its last box does, or before there is any picture in it."""
    size = file.seek(0, os.SEEK_END)
    boxes = list(_top_boxes(file, size))
    return any(at + length > size for _, at, _, length in boxes) or b"meta" not in [each[0] for each in boxes]


def sound_heif(file: BinaryIO) -> list[Piece] | None:
    """The pieces of the file with its broken metadata out of the way, ended where it was cut off.

    None where there is nothing to change. Of an animation that was cut off only the first picture is left.
    """
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
    changes = _ended(file, size)
    # what is whole and still refused has something wrong inside: then all of it goes
    hidden = damaged or [item for item, (kind, _) in index.kinds.items() if kind in _BESIDE and not changes]
    for item in hidden:
        _, at = index.kinds[item]
        data[at : at + 4] = _NOBODY_READS
    if not hidden and not changes:
        return None
    pieces: list[Piece] = []
    end = 0
    for begin, by in sorted([*changes, (index.at, bytes(data))]):
        pieces += [(end, begin - end), by]
        end = begin + len(by)
    return [*pieces, (end, size - end)]


def _ended(file: BinaryIO, size: int) -> list[tuple[int, bytes]]:
    """What to put where so that a file that is cut off ends with its last box: positions and bytes."""
    boxes = list(_top_boxes(file, size))
    changes: list[tuple[int, bytes]] = []
    for name, at, head, length in boxes:
        if at + length > size:
            left = size - at
            begin = struct.pack(">I", left) if head == 8 else struct.pack(">I", 1)
            changes.append((at, begin + (name if name in _DATA else _NOBODY_READS)))
            if head == 16:
                changes.append((at + 8, struct.pack(">Q", left)))
    whole = {name for name, at, _, length in boxes if at + length <= size}
    _, at, _, length = boxes[0]
    file.seek(at)
    brands = file.read(min(length, 1024))
    if _ANIMATED[0] in (brands[i : i + 4] for i in range(8, len(brands), 4)) and (
        changes or b"moov" not in whole
    ):
        for name, start, _, _ in boxes:
            if name == b"moov" and name in whole:
                changes.append((start + 4, _NOBODY_READS))
        for before, after in zip(_ANIMATED, _STILL, strict=True):
            brands = brands[:8] + brands[8:].replace(before, after)
        changes.append((at, brands))
    return changes


def _top_boxes(file: BinaryIO, size: int) -> Iterator[tuple[bytes, int, int, int]]:
    """The boxes of the file itself: name, where it begins, length of its head, length of all of it."""
    at = 0
    for _ in range(_MOST_BOXES):
        file.seek(at)
        head = file.read(16)
        if len(head) < 8:
            return
        length, begin = int.from_bytes(head[:4], "big"), 8
        if length == 1:
            if len(head) < 16:
                return
            length, begin = int.from_bytes(head[8:], "big"), 16
        length = length or size - at
        if length < begin:
            return
        yield head[4:8], at, begin, length
        at += length


def _index(file: BinaryIO) -> _Index:
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    if not is_heif(file.read(8)):
        raise _BrokenIndexError
    for name, at, _, length in _top_boxes(file, size):
        if at + length > size:
            break
        if name == b"meta":
            if length > _LARGEST_INDEX:
                break
            file.seek(at)
            return _read(_Index(at, file.read(length)))
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
