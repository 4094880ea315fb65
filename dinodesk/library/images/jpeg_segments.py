"""A JPEG without the segments that keep Pillow from its pixels, and with the end that a cut took away.

A JPEG that lacks only its last two bytes (ITU-T T.81, section B.2.1: the marker EOI) has every pixel; one
that lacks more does not. Which of the two it is, the decoder itself tells, see `_has_every_pixel`.
"""

from __future__ import annotations

import random
import struct
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

import xxhash
from PIL import Image

from dinodesk.library.images.spliced_file import Piece, SplicedFile

SOI, EOI = b"\xff\xd8", b"\xff\xd9"
_START_OF_SCAN, _SECOND_START = 0xDA, 0xD8
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_APPLICATION = range(0xE0, 0xF0)
_COMMENT = 0xFE
_ALONE = frozenset((0x01, *range(0xD0, 0xD9)))
"""Markers without a length."""
_MOST_SEGMENTS = 100_000
_AT_ONCE = 1 << 20
_ROWS = 256
_NOISE = 1 << 16


class _Segment(NamedTuple):
    marker: int
    at: int
    length: int
    """Of the marker and all that follows it up to the next segment."""


def sound_jpeg(file: BinaryIO) -> list[Piece] | None:
    """The pieces of a JPEG that hold its picture and what is sound beside it.

    None where that changes nothing or where pixels are missing.
    """
    file.seek(0)
    if file.read(2) != SOI:
        return None
    segments = list(_segments(file))
    if not any(each.marker == _START_OF_SCAN for each in segments):
        return None
    pieces: list[Piece] = [SOI]
    changed = False
    for number, segment in enumerate(segments):
        if segment.marker == _START_OF_SCAN:
            scans = segments[number:]
            pieces.append((segment.at, scans[-1].at + scans[-1].length - segment.at))
            break
        if _is_useful(file, segment):
            pieces.append((segment.at, segment.length))
        else:
            changed = True
    if segments[-1].marker == 0xD9:
        return pieces if changed else None
    if not _is_complete(file, segments) or not _has_every_pixel(file, pieces):
        return None
    return [*pieces, EOI]


def _segments(file: BinaryIO) -> Iterator[_Segment]:
    """The segments of the first picture, scans with their data; the last one is the end, if it is there.

    What lies between two segments and belongs to none is left out.
    """
    at = 2
    for _ in range(_MOST_SEGMENTS):
        at = _next_marker(file, at)
        file.seek(at)
        head = file.read(4)
        if len(head) < 2 or head[0] != 0xFF:
            return
        marker = head[1]
        if marker == 0xD9:
            yield _Segment(marker, at, 2)
            return
        if marker in _ALONE:
            yield _Segment(marker, at, 2)
            at += 2
            continue
        if len(head) < 4:
            return
        length = 2 + max(2, int.from_bytes(head[2:], "big"))
        if marker == _START_OF_SCAN:
            end = _next_marker(file, at + length, in_scan=True)
            yield _Segment(marker, at, end - at)
            at = end
        else:
            yield _Segment(marker, at, length)
            at += length


def _next_marker(file: BinaryIO, at: int, *, in_scan: bool = False) -> int:
    """Where the next marker begins, or the file ends; a scan's own restart markers belong to it."""
    file.seek(at)
    before = b""
    while piece := file.read(_AT_ONCE):
        data, start = before + piece, at - len(before)
        found = data.find(b"\xff")
        while 0 <= found < len(data) - 1:
            following = data[found + 1]
            if following not in (0x00, 0xFF) and not (in_scan and 0xD0 <= following <= 0xD7):
                return start + found
            found = data.find(b"\xff", found + 1)
        before = data[-1:] if data[-1] == 0xFF else b""
        at += len(piece)
    return at - len(before)


def _is_useful(file: BinaryIO, segment: _Segment) -> bool:
    """Whether a segment before the pixels is one of theirs, or one that can be read."""
    if segment.marker == _SECOND_START:
        return False
    if segment.marker not in (*_APPLICATION, _COMMENT):
        return True
    file.seek(segment.at + 4)
    data = file.read(segment.length - 4)
    if len(data) < segment.length - 4:
        return False
    if segment.marker == 0xE0 and data.startswith(b"JFIF"):
        return len(data) >= 12
    if segment.marker == 0xE2 and data.startswith(b"ICC_PROFILE\0"):
        return len(data) > 14
    if segment.marker == 0xE2 and data.startswith(b"MPF\0"):
        return False  # further pictures: only the first is looked at
    if segment.marker == 0xED and data.startswith(b"Photoshop 3.0\0"):
        return _is_photoshop(data)
    if segment.marker == 0xEE and data.startswith(b"Adobe"):
        return len(data) >= 12
    return True


def _is_photoshop(data: bytes) -> bool:
    """Whether the blocks of a Photoshop segment follow each other up to its end."""
    at = 14
    try:
        while data[at : at + 4] == b"8BIM":
            at += 6
            at += 1 + data[at]
            at += at & 1
            (size,) = struct.unpack_from(">I", data, at)
            at += 4 + size
            at += at & 1
    except (IndexError, struct.error):
        return False
    return True


def _is_complete(file: BinaryIO, segments: list[_Segment]) -> bool:
    """Whether the scans hold every coefficient of every component in full (T.81, sections B.2.3 and G.1.1).

    A progressive picture whose last scans are missing decodes to something blurred.
    """
    wanted: set[tuple[int, int]] = set()
    done: set[tuple[int, int]] = set()
    for segment in segments:
        file.seek(segment.at + 4)
        head = file.read(min(segment.length - 4, 1024))
        if segment.marker in _FRAMES and len(head) > 5:
            components = head[6 : 6 + 3 * head[5] : 3]
            progressive = segment.marker in (0xC2, 0xC6, 0xCA, 0xCE)
            wanted = {(each, k) for each in components for k in range(64 if progressive else 1)}
        elif segment.marker == _START_OF_SCAN and head and len(head) >= 4 + 2 * head[0]:
            chosen = head[1 : 1 + 2 * head[0] : 2]
            first, last, bits = head[1 + 2 * head[0] : 4 + 2 * head[0]]
            if bits & 15 == 0:
                done |= {(each, k) for each in chosen for k in range(first, min(last, 63) + 1)}
    return bool(wanted) and wanted <= done


def _has_every_pixel(file: BinaryIO, pieces: list[Piece]) -> bool:
    """Whether the picture comes out the same whatever follows its last byte.

    Where blocks are missing the decoder makes them of what it finds there: of zeros before an end, of
    noise else.
    """
    noise = random.Random(0).randbytes(_NOISE).replace(b"\xff", b"\x7f")
    return _digest(file, [*pieces, EOI]) == _digest(file, [*pieces, noise, EOI])


def _digest(file: BinaryIO, pieces: list[Piece]) -> bytes:
    state = xxhash.xxh3_128()
    with Image.open(SplicedFile(file, pieces).binary(), formats=("JPEG",)) as image:
        image.load()
        for top in range(0, image.height, _ROWS):
            box = (0, top, image.width, min(top + _ROWS, image.height))
            state.update(image.crop(box).tobytes())
    return state.digest()
