"""TIFF structures written by hand: EXIF blocks with any bytes in them, and the containers of RAW files."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import Any

EXPOSURE, GPS = 0x8769, 0x8825
ASCII, UTF8, BYTE, SHORT, LONG, RATIONAL, UNDEFINED = 2, 129, 1, 3, 4, 5, 7
_CODES = {SHORT: "H", LONG: "I"}

Value = tuple[int, Any]
"""A type and its value: bytes for texts, numbers else (pairs of a RATIONAL)."""
Tags = Mapping[int, Value]


def text(value: str | bytes, kind: int = ASCII) -> Value:
    return kind, (value.encode() if isinstance(value, str) else value) + b"\0"


def tiff(
    first: Tags, exposure: Tags | None = None, gps: Tags | None = None, *, order: str = "<", magic: int = 42
) -> bytes:
    """A TIFF structure of up to three directories."""
    parts = {EXPOSURE: exposure, GPS: gps}
    present = {tag: tags for tag, tags in parts.items() if tags}
    places = dict.fromkeys(present, 0)
    for _ in range(2):  # the first round finds out how long the directories are
        at = 8
        body = directory({**first, **{tag: (LONG, [place]) for tag, place in places.items()}}, at, order)
        for tag, tags in present.items():
            places[tag] = at + len(body)
            body += directory(tags, places[tag], order)
    start = (b"II" if order == "<" else b"MM") + struct.pack(order + "HI", magic, 8)
    return start + body


def directory(tags: Tags, at: int, order: str = "<") -> bytes:
    """A directory that begins at `at` in its structure, with its values behind it."""
    entries, extra = b"", b""
    extra_at = at + 2 + 12 * len(tags) + 4
    for tag, (kind, value) in sorted(tags.items()):
        if kind == RATIONAL:
            data, count = b"".join(struct.pack(order + "II", *pair) for pair in value), len(value)
        elif kind in _CODES:
            data, count = struct.pack(f"{order}{len(value)}{_CODES[kind]}", *value), len(value)
        else:
            data, count = bytes(value), len(value)
        if len(data) > 4:
            field = struct.pack(order + "I", extra_at + len(extra))
            extra += data + b"\0" * (len(data) % 2)
        else:
            field = data.ljust(4, b"\0")
        entries += struct.pack(order + "HHI", tag, kind, count) + field
    return struct.pack(order + "H", len(tags)) + entries + struct.pack(order + "I", 0) + extra


def with_segment(jpeg: bytes, marker: int, data: bytes) -> bytes:
    """A JPEG with one more application segment, in front of the others."""
    return jpeg[:2] + bytes([0xFF, marker]) + struct.pack(">H", len(data) + 2) + data + jpeg[2:]


def with_exif(jpeg: bytes, block: bytes) -> bytes:
    return with_segment(jpeg, 0xE1, b"Exif\0\0" + block)


def box(kind: bytes, content: bytes) -> bytes:
    """A box of ISO base media."""
    return struct.pack(">I", 8 + len(content)) + kind + content


def cr3(first: Tags, exposure: Tags, gps: Tags, packet: bytes = b"") -> bytes:
    """The metadata of a Canon CR3: three TIFF structures in boxes, a packet in another one."""
    inner = b"".join(
        box(name, tiff(tags)) for name, tags in ((b"CMT1", first), (b"CMT2", exposure), (b"CMT4", gps))
    )
    moov = box(b"moov", box(b"uuid", bytes.fromhex("85c0b687820f11e08111f4ce462b6a48") + inner))
    xmp = box(b"uuid", bytes.fromhex("be7acfcb97a942e89c71999491e3afac") + packet) if packet else b""
    return box(b"ftyp", b"crx \0\0\0\1crx isom") + box(b"free", b"") + moov + xmp + box(b"mdat", b"pixels")


def raf(jpeg: bytes) -> bytes:
    """The head of a Fujifilm RAF: a header that tells where the camera's JPEG is."""
    header = b"FUJIFILMCCD-RAW 0201FF383501".ljust(84, b"\0") + struct.pack(">II", 160, len(jpeg))
    return header.ljust(160, b"\0") + jpeg
