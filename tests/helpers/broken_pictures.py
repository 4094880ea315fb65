"""Pictures with something wrong beside their pixels, written by hand."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable, Iterable

import numpy as np
from PIL import Image

Chunk = tuple[bytes, bytes] | tuple[bytes, bytes, int]
"""Name and data of a PNG's chunk, perhaps what its checksum is off by."""
SIGNATURE = b"\x89PNG\r\n\x1a\n"


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def noise(width: int = 160, height: int = 120, *, seed: int = 0) -> Image.Image:
    """A picture of which every byte that is missing is missed."""
    pixels = np.random.default_rng(seed).normal(128, 80, (height, width)).clip(0, 255)
    return Image.fromarray(pixels.astype(np.uint8)).convert("RGB")


def packed(name: bytes, data: bytes, off: int = 0) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data) ^ off)


def png(chunks: Iterable[Chunk]) -> bytes:
    return SIGNATURE + b"".join(packed(*chunk) for chunk in chunks)


def chunks_of(data: bytes) -> list[tuple[bytes, bytes]]:
    found, at = [], len(SIGNATURE)
    while at < len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        found.append((data[at + 4 : at + 8], data[at + 8 : at + 8 + length]))
        at += 12 + length
    return found


def png_with(*before: Chunk, after: Iterable[Chunk] = (), image: Image.Image | None = None) -> bytes:
    """A PNG with chunks before and behind its pixels."""
    found = chunks_of(encoded(image or noise(), "PNG"))
    return png([found[0], *before, *found[1:-1], *after, found[-1]])


def text(key: bytes, words: bytes, *, international: bool = False) -> Chunk:
    """A packed text."""
    if international:
        return b"iTXt", key + b"\0\1\0\0\0" + zlib.compress(words)
    return b"zTXt", key + b"\0\0" + zlib.compress(words)


def segment(marker: int, data: bytes, length: int | None = None) -> bytes:
    """A JPEG's segment; `length` is what it says of itself."""
    return b"\xff" + bytes([marker]) + struct.pack(">H", len(data) + 2 if length is None else length) + data


def jpeg_with(*segments: bytes, image: Image.Image | None = None) -> bytes:
    data = encoded(image or noise(), "JPEG", quality=88)
    return data[:2] + b"".join(segments) + data[2:]


def changed(data: bytes, at: int, by: bytes) -> bytes:
    return data[:at] + by + data[at + len(by) :]


def tiff(*entries: tuple[int, int, int, int]) -> bytes:
    """A grey TIFF of 40 × 30 pixels with further fields: tag, type, count, value or offset."""
    pixels = bytes(range(240)) * 5
    fields = [
        (256, 3, 1, 40), (257, 3, 1, 30), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1), (273, 4, 1, 8),
        (277, 3, 1, 1), (278, 3, 1, 30), (279, 4, 1, len(pixels)), *entries,
    ]  # fmt: skip
    directory = b"".join(struct.pack("<HHII", *each) for each in sorted(fields))
    return (
        b"II*\0" + struct.pack("<I", 8 + len(pixels)) + pixels
        + struct.pack("<H", len(fields)) + directory + b"\0" * 4
    )  # fmt: skip


def heif_item_at(data: bytes, kind: bytes) -> int:
    """Where the offset (4 bytes) of a HEIF file's first item of a kind stands in its box `iloc`."""
    number = data.index(kind, data.index(b"iinf")) - 4
    table = data.index(b"iloc")
    middle = b"\0\0\0\0\0\1" if data[table + 4] else b"\0\0\0\1"
    found = data[number : number + 2] + middle
    return data.index(found, table) + len(found)


Make = Callable[[], bytes]
