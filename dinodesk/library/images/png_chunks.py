"""A PNG without the chunks that keep Pillow from its pixels (PNG specification, third edition, chapter 5).

Pillow refuses the whole picture for a text or profile of more than a megabyte, for a checksum or a length
that is wrong in what merely stands beside the pixels, and for names of chunks that it does not like.
"""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from dinodesk.library.images.spliced_file import Piece

SIGNATURE = b"\x89PNG\r\n\x1a\n"

LARGEST_TEXT = 16 << 20
"""Bytes, unpacked, of a text that holds metadata; what a person or a program wrote there is kept up to
Pillow's own limit of a megabyte."""
LARGEST_PROFILE = 16 << 20
"""Bytes of a colour profile, unpacked; a display's tables take two to four megabytes."""
_OTHER_TEXT = 1 << 20
_ALL_TEXTS = 32 << 20
_MOST_CHUNKS = 1_000_000
_AT_ONCE = 1 << 20

_PIXELS = b"IDAT"
_CUT = b"cut "
_LEAST = {b"gAMA": 4, b"cHRM": 32, b"sRGB": 1, b"pHYs": 9, b"eXIf": 8}
"""Bytes that small chunks must have; others than these, texts and the profile are of no use here. Animations
are left out too: the picture itself is what is shown of them."""
_TRANSPARENCY = {0: 2, 2: 6, 3: 1}
"""Bytes of the transparent colour by colour type; the others have alpha in their pixels."""
_XMP = b"XML:com.adobe.xmp"
_METADATA = (_XMP, b"Raw profile type ")
_PALETTED = 3


class _Chunk(NamedTuple):
    name: bytes
    at: int
    length: int


class SoundPng(NamedTuple):
    """What is left of a PNG: its pieces, and a colour profile that Pillow would not read from them."""

    pieces: list[Piece]
    profile: bytes | None


def sound_png(file: BinaryIO) -> SoundPng | None:
    """The picture of a PNG with those of its other chunks that are whole and of a sane size.

    None where that changes nothing, or where the pixels or what they need is damaged: a wrong checksum
    anywhere in the header, the palette of a picture that has one, or the pixels.
    """
    file.seek(0)
    if file.read(8) != SIGNATURE:
        return None
    chunks = list(_chunks(file))
    if len(chunks) < 2 or chunks[0].name != b"IHDR" or chunks[0].length < 13:
        return None
    kept = _Kept(file, colour_type=_read(file, chunks[0])[9])
    for chunk in chunks:
        if not kept.take(chunk):
            return None
    if not kept.pixels or not (kept.changed or chunks[-1].name != b"IEND"):
        return None
    return SoundPng([SIGNATURE, *kept.before, *kept.pixels, _packed(b"IEND", b"")], kept.profile)


def _chunks(file: BinaryIO) -> Iterator[_Chunk]:
    """All chunks that are whole, up to the end of the picture; pixels that are cut off are named `_CUT`."""
    size, at = file.seek(0, os.SEEK_END), 8
    for _ in range(_MOST_CHUNKS):
        file.seek(at)
        head = file.read(8)
        if len(head) < 8:
            return
        chunk = _Chunk(head[4:], at, int.from_bytes(head[:4], "big"))
        at += 12 + chunk.length
        if at > size:
            if chunk.name == _PIXELS:  # the pixels may end before the chunk does
                yield _Chunk(_CUT, chunk.at, min(chunk.length, size - chunk.at - 8))
            return
        yield chunk
        if chunk.name == b"IEND":
            return


class _Kept:
    """What is kept of the chunks seen so far."""

    def __init__(self, file: BinaryIO, colour_type: int) -> None:
        self._file, self._colour_type = file, colour_type
        self._texts = 0  # bytes
        self.before: list[Piece] = []
        self.pixels: list[Piece] = []
        self.profile: bytes | None = None
        self.changed = False

    def take(self, chunk: _Chunk) -> bool:
        """Keep a chunk or leave it out; False where it is damaged and the pixels need it."""
        whole: Piece = (chunk.at, 12 + chunk.length)
        if chunk.name == b"IEND":
            return True
        if chunk.name == _CUT:
            data = _read(self._file, chunk)
            self.pixels.append(_packed(_PIXELS, data))
            return True
        if chunk.name in (b"IHDR", _PIXELS, b"PLTE"):
            sound = _is_sound(self._file, chunk)
            if chunk.name == b"PLTE" and self._colour_type != _PALETTED:  # a mere suggestion
                self.changed |= not sound
                return True
            (self.pixels if chunk.name == _PIXELS else self.before).append(whole)
            return sound
        kept = self._beside(chunk)
        self.changed |= kept != whole
        if kept:
            self.before.append(kept)
        return True

    def _beside(self, chunk: _Chunk) -> Piece:
        """What is kept of a chunk that the pixels do not need; b"" for nothing."""
        whole = (chunk.at, 12 + chunk.length)
        name = chunk.name
        if name in (b"tEXt", b"zTXt", b"iTXt", b"iCCP"):
            if chunk.length > LARGEST_TEXT or not _is_sound(self._file, chunk):
                return b""
            if name != b"iCCP":
                return self._text(name, _read(self._file, chunk))
            self.profile = _profile(_read(self._file, chunk))
            return b""
        least = _TRANSPARENCY.get(self._colour_type) if name == b"tRNS" else _LEAST.get(name)
        if least is None or not least <= chunk.length <= LARGEST_TEXT or not _is_sound(self._file, chunk):
            return b""
        return whole

    def _text(self, name: bytes, data: bytes) -> bytes:
        """A text as a chunk that Pillow reads, metadata unpacked: it has no limit for what is not packed."""
        key, _, rest = data.partition(b"\0")
        most = LARGEST_TEXT if key.startswith(_METADATA) else _OTHER_TEXT
        start, body = b"", rest
        if name == b"zTXt":
            body = _unpacked(rest[1:], most) if rest[:1] == b"\0" else b""
        elif name == b"iTXt":
            language, _, more = rest[2:].partition(b"\0")
            translated, _, body = more.partition(b"\0")
            start = b"\0\0" + language + b"\0" + translated + b"\0"
            if rest[:1] != b"\0":
                body = _unpacked(body, most) if rest[1:2] == b"\0" else b""
        self._texts += len(body)
        if not key or not body or len(body) > most or self._texts > _ALL_TEXTS:
            return b""
        return _packed(b"iTXt" if name == b"iTXt" else b"tEXt", key + b"\0" + start + body)


def _profile(data: bytes) -> bytes | None:
    _, _, rest = data.partition(b"\0")
    return _unpacked(rest[1:], LARGEST_PROFILE) or None if rest[:1] == b"\0" else None


def _unpacked(data: bytes, most: int) -> bytes:
    """Unpacked data of at most that many bytes; b"" for more, and for what is damaged."""
    unpacker = zlib.decompressobj()
    try:
        found = unpacker.decompress(data, most)
    except zlib.error:
        return b""
    return b"" if unpacker.unconsumed_tail else found


def _packed(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _read(file: BinaryIO, chunk: _Chunk) -> bytes:
    file.seek(chunk.at + 8)
    return file.read(chunk.length)


def _is_sound(file: BinaryIO, chunk: _Chunk) -> bool:
    """Whether the checksum fits, or is cut off with the file's end."""
    file.seek(chunk.at + 4)
    left, found = 4 + chunk.length, 0
    while left and (piece := file.read(min(left, _AT_ONCE))):
        found = zlib.crc32(piece, found)
        left -= len(piece)
    stored = file.read(4)
    return len(stored) < 4 or int.from_bytes(stored, "big") == found
