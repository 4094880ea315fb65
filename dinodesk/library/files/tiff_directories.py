"""Directories of tags in TIFF structures: EXIF blocks, TIFF files and the RAW files that are built like them.

Bounded: whatever the bytes say, a value is read only where it is wanted and as far as it is wanted, so no
file can make this reader take memory or time beyond its limits. Layout: TIFF 6.0, section 2; BigTIFF; the
magic numbers of Olympus (ORF) and Panasonic (RW2) as their files have them.
"""

from __future__ import annotations

import codecs
import io
import math
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO

from dinodesk.text_decoding import decode_text, utf_16_of, without_filling

MOST_ENTRIES = 2000
"""Entries of one directory that are read; cameras write some hundred."""
MOST_NUMBERS = 64
"""Numbers of one value that are read unless more are asked for."""
MOST_DIRECTORIES = 32
"""Directories of one structure that are looked at for pixels."""
_MOST_STRIPS = 1 << 16
_SUB_IFDS = 330
_PIXELS = ((273, 279), (324, 325))
"""Offsets and lengths of strips and of tiles."""

_UTF_16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_BIG = 43
_MAGIC = (42, _BIG, 0x4F52, 0x5352, 0x55)  # TIFF, BigTIFF, Olympus twice, Panasonic
_SIZES = {
    1: 1,
    2: 1,
    3: 2,
    4: 4,
    5: 8,
    6: 1,
    7: 1,
    8: 2,
    9: 4,
    10: 8,
    11: 4,
    12: 8,
    13: 4,
    16: 8,
    17: 8,
    18: 8,
}
_SIZES[129] = 1  # EXIF 3.0: text in UTF-8
_NUMBERS = {
    1: "B",
    3: "H",
    4: "I",
    6: "b",
    7: "B",
    8: "h",
    9: "i",
    11: "f",
    12: "d",
    13: "I",
    16: "Q",
    17: "q",
}
_RATIONALS = {5: "I", 10: "i"}


@dataclass(frozen=True, slots=True)
class _Entry:
    kind: int
    count: int
    at: int  # where its bytes begin, from the start of the structure


class TiffDirectory:
    """The tags of one directory; values are read when they are asked for."""

    def __init__(self, source: TiffSource, entries: Mapping[int, _Entry], next_at: int = 0) -> None:
        """`next_at`: where the directory begins that follows this one; 0 for none."""
        self._source, self._entries, self.next_at = source, entries, next_at

    def __contains__(self, tag: int) -> bool:
        return tag in self._entries

    @property
    def little_endian(self) -> bool:
        """Whether its numbers begin with the low byte."""
        return self._source.order == "<"

    def raw(self, tag: int, limit: int) -> bytes:
        """The bytes of a value, at most `limit`; none for a tag that is not there or lies outside."""
        entry = self._entries.get(tag)
        if entry is None:
            return b""
        return self._source.read(entry.at, min(entry.count * _SIZES[entry.kind], limit))

    def numbers(self, tag: int, most: int = MOST_NUMBERS) -> tuple[float, ...]:
        """The numbers of a value, rationals divided (NaN by zero), at most `most`; none where it has none."""
        entry = self._entries.get(tag)
        if entry is None:
            return ()
        order, data = self._source.order, self.raw(tag, most * 8)
        if entry.kind in _RATIONALS:
            pairs = struct.iter_unpack(f"{order}2{_RATIONALS[entry.kind]}", data[: len(data) // 8 * 8])
            return tuple(above / below if below else float("nan") for above, below in pairs)
        code = _NUMBERS.get(entry.kind)
        if code is None:
            return ()
        size = struct.calcsize(code)
        whole = data[: min(len(data) // size, most) * size]
        return tuple(float(number) for (number,) in struct.iter_unpack(order + code, whole))

    def number(self, tag: int) -> float | None:
        """The first number of a value."""
        found = self.numbers(tag)
        return found[0] if found else None

    def text(self, tag: int, limit: int = 4096) -> str:
        """A text up to its first NUL; "" for a tag that is no text. Controls are still in it."""
        entry = self._entries.get(tag)
        if entry is None or entry.kind not in (1, 2, 7, 129):
            return ""
        data, cut = self.raw(tag, limit), entry.count > limit
        wide = without_filling(data)
        if utf_16_of(wide) or wide.startswith(_UTF_16_MARKS):  # in a field of single bytes
            return decode_text(wide, cut=cut).partition("\0")[0]
        return decode_text(data.partition(b"\0")[0], cut=cut)

    def directory(self, tag: int) -> TiffDirectory:
        """The directory that a tag points to; an empty one where it does not."""
        at = self.number(tag)
        return self._source.directory(int(at) if at is not None and at > 0 else -1)

    def size_of(self, tag: int) -> int:
        """Bytes of a value as the directory says, 0 for a tag that is not there."""
        entry = self._entries.get(tag)
        return 0 if entry is None else entry.count * _SIZES[entry.kind]

    def begin_of(self, tag: int) -> int:
        """Where the bytes of a value begin, from the start of the structure."""
        entry = self._entries.get(tag)
        return 0 if entry is None else entry.at


class TiffSource:
    """A TIFF structure inside a file: an EXIF block, or the whole file.

    Attributes:
        order: "<" or ">", the byte order.
        first: the first directory; an empty one where this is no TIFF structure.
    """

    def __init__(self, file: BinaryIO | bytes, begin: int = 0) -> None:
        """`begin`: where the structure begins in the file. Nothing raises but OSError."""
        self._file: BinaryIO = io.BytesIO(file) if isinstance(file, bytes) else file
        self._begin = begin
        self.order = "<"
        self._big = False
        self.first = TiffDirectory(self, {})
        start = self.read(0, 16)
        if start[:2] not in (b"II", b"MM") or len(start) < 8:
            return
        self.order = "<" if start[:2] == b"II" else ">"
        (magic,) = struct.unpack(self.order + "H", start[2:4])
        if magic not in _MAGIC:
            return
        self._big = magic == _BIG
        if self._big and len(start) < 16:
            return
        layout, field = ("Q", start[8:16]) if self._big else ("I", start[4:8])
        self.first = self.directory(struct.unpack(self.order + layout, field)[0])

    def read(self, at: int, length: int) -> bytes:
        """Bytes at an offset from the start of the structure, fewer where it ends."""
        if at < 0 or at > 1 << 62 or length <= 0:
            return b""
        self._file.seek(self._begin + at)
        return self._file.read(length)

    def directory(self, at: int) -> TiffDirectory:
        """The directory at an offset; what can't be one has no entries."""
        head, size = (8, 20) if self._big else (2, 12)
        counted = self.read(at, head)
        if len(counted) < head:
            return TiffDirectory(self, {})
        (count,) = struct.unpack(self.order + ("Q" if self._big else "H"), counted)
        table = self.read(at + head, min(count, MOST_ENTRIES) * size)
        entries: dict[int, _Entry] = {}
        layout = self.order + ("HHQQ" if self._big else "HHII")
        inline = 8 if self._big else 4
        for row in range(len(table) // size):
            tag, kind, number, offset = struct.unpack_from(layout, table, row * size)
            length = _SIZES.get(kind, 0) * number
            if not length:
                continue
            here = at + head + row * size + size - inline
            entries.setdefault(tag, _Entry(kind, number, here if length <= inline else offset))
        following = self.read(at + head + count * size, inline)
        next_at = int.from_bytes(following, "little" if self.order == "<" else "big")
        return TiffDirectory(self, entries, next_at if len(following) == inline else 0)

    def directories(self) -> Iterator[TiffDirectory]:
        """The first directory and those that follow it, each with its sub-directories."""
        waiting, seen = [self.first], set[int]()
        while waiting and len(seen) < MOST_DIRECTORIES:
            directory = waiting.pop(0)
            yield directory
            for at in (directory.next_at, *directory.numbers(_SUB_IFDS)):
                if math.isfinite(at) and at > 0 and int(at) not in seen:
                    seen.add(int(at))
                    waiting.append(self.directory(int(at)))


def ends_before_its_pixels(file: BinaryIO) -> bool:
    """Whether a file that is one TIFF structure names strips or tiles of pixels behind its end."""
    return stored_pixels(file)[0] > file.seek(0, io.SEEK_END)


def stored_pixels(file: BinaryIO) -> tuple[int, int]:
    """Where strips and tiles of pixels are, as the directories of a file say.

    Returns the offset behind the last one, and how many bytes those of the largest picture have; 0 where
    nothing is said.
    """
    end = largest = 0
    for directory in TiffSource(file).directories():
        for offsets, lengths in _PIXELS:
            begins, counts = (directory.numbers(tag, _MOST_STRIPS) for tag in (offsets, lengths))
            # one offset of all ones is Panasonic's: the place is elsewhere
            named = [(at, count) for at, count in zip(begins, counts, strict=False) if at < 0xFFFF_FFFF]
            end = max([end, *(int(at + count) for at, count in named)])
            largest = max(largest, sum(int(count) for _, count in named))
    return end, largest


def begins_tiff_structure(start: bytes) -> bool:
    """Whether bytes begin as a TIFF structure does, a RAW file's of its own kind among them."""
    if len(start) < 4 or start[:2] not in (b"II", b"MM"):
        return False
    return int.from_bytes(start[2:4], "little" if start[:2] == b"II" else "big") in _MAGIC
