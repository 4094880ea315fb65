"""Where photos keep their metadata: the EXIF, XMP and IPTC blocks of every container that is read.

Containers are recognised by their first bytes, never by the file's name, and walked without decoding a
pixel: JPEG (EXIF 2.32, part of CIPA DC-008; Extended XMP: XMP specification, part 3), PNG (third edition,
with blocks behind the pixels too), WebP, GIF, TIFF and RAW files built like it, Canon's CR3 (ISO base media
boxes), Fujifilm's RAF. What Pillow's plug-ins open besides (HEIF, AVIF, JPEG XL) is asked of them.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from dinodesk.library.files.tiff_directories import TiffDirectory, TiffSource, begins_tiff_structure
from dinodesk.library.images.image_opener import FORMATS, open_image

MOST = 64 << 20
"""Bytes of all blocks of a photo, unpacked; masks stored inside XMP take tens of megabytes."""
MOST_BLOCKS = 8
"""Blocks of one kind that are kept; programs write one, sometimes a second one."""
PNG_WORDS = ("title", "description", "author", "copyright", "creation time")
"""Key words of a PNG's own texts that are read (PNG, third edition, 11.3.3.2)."""
_MOST_SEGMENTS = 20_000
"""Segments, chunks or boxes of one container that are looked at."""
_MOST_PIXELS_SKIPPED = 32 << 20
"""Bytes of a GIF that are walked through, in pieces of 255."""
_MOST_IPTC = 4 << 20
"""Bytes of IPTC datasets."""
_MOST_WORDS = 65_536
"""Bytes of one of a PNG's own texts."""

_XMP_TAG, _IPTC_TAG, _PHOTOSHOP_TAG = 700, 33723, 34377
_JPEG_FROM_RAW = 0x2E  # Panasonic: the camera's own JPEG, with all of its EXIF
_EXIF = b"Exif\0\0"
_JPEG_XMP, _JPEG_EXTENDED = b"http://ns.adobe.com/xap/1.0/\0", b"http://ns.adobe.com/xmp/extension/\0"
_PNG_XMP, _RAW_PROFILE = "xml:com.adobe.xmp", "raw profile type "
_PHOTOSHOP = (b"Photoshop 3.0\0", b"Adobe_Photoshop2.5:")
_IPTC_RESOURCE = 0x0404
_RESOURCE_TYPES = (b"8BIM", b"MeSa", b"PHUT", b"AgHg", b"DCSR")
"""Types of Adobe's programs; blocks of all of them stand in one row."""
_CR3 = bytes.fromhex("85c0b687820f11e08111f4ce462b6a48")
_CR3_XMP = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")


@dataclass(frozen=True, slots=True)
class ExifDirectories:
    """The directories of one EXIF block: the first one, the one of the exposure, the one of the place."""

    first: TiffDirectory
    exposure: TiffDirectory
    gps: TiffDirectory


@dataclass(slots=True)
class MetadataBlocks:
    """The blocks of one photo, in the order in which they count.

    Attributes:
        exif: EXIF directories, opened and not yet read; the file must stay open for them.
        xmp: packets; a packet's extension follows it.
        iptc: IPTC-IIM datasets.
        texts: a PNG's own words, by keyword in small letters.
        left: bytes that may still be kept; a block that is larger is left out.
    """

    exif: list[ExifDirectories] = field(default_factory=list)
    xmp: list[bytes] = field(default_factory=list)
    iptc: list[bytes] = field(default_factory=list)
    texts: dict[str, bytes] = field(default_factory=dict)
    left: int = MOST

    def add_packet(self, packet: bytes) -> None:
        """An XMP packet."""
        if packet and self.takes(len(packet)) and len(self.xmp) < MOST_BLOCKS:
            self.xmp.append(packet)

    def takes(self, size: int) -> bool:
        """Whether so many bytes may still be looked at; they count as looked at."""
        self.left -= min(size, self.left + 1)
        return self.left >= 0

    def add_tiff(self, source: TiffSource) -> None:
        """The directories of a TIFF structure, and the XMP and IPTC that its tags hold."""
        first = source.first
        if len(self.exif) >= MOST_BLOCKS:
            return
        self.exif.append(ExifDirectories(first, first.directory(0x8769), first.directory(0x8825)))
        self.add_packet(first.raw(_XMP_TAG, self.left))
        if datasets := first.raw(_IPTC_TAG, _MOST_IPTC):
            # some programs write longs of the other byte order than the file's
            swapped = datasets[:1] != b"\x1c" and datasets[3:4] == b"\x1c" and len(datasets) % 4 == 0
            self.iptc.append(_swapped_longs(datasets) if swapped else datasets)
        elif resources := first.raw(_PHOTOSHOP_TAG, self.left):
            self.add_photoshop(resources)

    def add_exif(self, block: bytes) -> None:
        """An EXIF block, with or without the "Exif" in front."""
        block = block.removeprefix(_EXIF)
        if begins_tiff_structure(block):
            self.add_tiff(TiffSource(block))

    def add_photoshop(self, resources: bytes) -> None:
        """The IPTC in Photoshop's image resources (Photoshop file formats, "Image Resource Blocks")."""
        at = 0
        while at + 12 <= len(resources) and resources[at : at + 4] in _RESOURCE_TYPES:
            (number,) = struct.unpack_from(">H", resources, at + 4)
            at += 6 + (resources[at + 6] + 2) // 2 * 2  # a name of any length, filled up to an even one
            if at + 4 > len(resources):
                return
            (length,) = struct.unpack_from(">I", resources, at)
            if number == _IPTC_RESOURCE and len(self.iptc) < MOST_BLOCKS:
                self.iptc.append(resources[at + 4 : at + 4 + length])
            at += 4 + (length + 1) // 2 * 2


def _swapped_longs(data: bytes) -> bytes:
    return struct.pack(f">{len(data) // 4}I", *struct.unpack(f"<{len(data) // 4}I", data))


def find_blocks(file: BinaryIO, blocks: MetadataBlocks) -> None:
    """Add the blocks of an open file to `blocks`.

    Raises whatever a damaged container makes its reader raise; what was found before is in `blocks` then.
    """
    start = file.read(32)
    if start.startswith(b"\xff\xd8"):
        _jpeg(file, 0, blocks)
    elif start.startswith(b"\x89PNG\r\n\x1a\n"):
        _png(file, blocks)
    elif start[:4] == b"RIFF" and start[8:12] == b"WEBP":
        _webp(file, blocks)
    elif start.startswith((b"GIF87a", b"GIF89a")):
        _gif(file, blocks)
    elif start.startswith(b"FUJIFILMCCD-RAW"):
        file.seek(84)
        (begin,) = struct.unpack(">I", file.read(4))
        _jpeg(file, begin, blocks)
    elif start[4:8] == b"ftyp" and start[8:12] == b"crx ":
        _cr3(file, blocks)
    elif begins_tiff_structure(start):
        source = TiffSource(file)
        blocks.add_tiff(source)
        if source.first.size_of(_JPEG_FROM_RAW) > 4:
            _jpeg(file, source.first.begin_of(_JPEG_FROM_RAW), blocks)
    else:
        _by_pillow(file, blocks)


def _jpeg(file: BinaryIO, begin: int, blocks: MetadataBlocks) -> None:
    file.seek(begin)
    if file.read(2) != b"\xff\xd8":
        return
    photoshop = b""
    extensions: dict[bytes, bytearray] = {}
    for marker, data in _jpeg_segments(file):
        if marker == 0xE1 and data.startswith(_EXIF):
            blocks.add_exif(data)
        elif marker == 0xE1 and data.startswith(_JPEG_XMP):
            blocks.add_packet(data[len(_JPEG_XMP) :])
        elif marker == 0xE1 and data.startswith(_JPEG_EXTENDED) and len(data) >= len(_JPEG_EXTENDED) + 40:
            name, rest = data[len(_JPEG_EXTENDED) :][:32], data[len(_JPEG_EXTENDED) + 32 :]
            whole, at = struct.unpack(">II", rest[:8])
            piece = rest[8:]
            if name not in extensions and whole <= blocks.left:
                extensions[name] = bytearray(whole)
                blocks.left -= whole
            if at + len(piece) <= len(extensions.get(name, b"")):
                extensions[name][at : at + len(piece)] = piece
        elif marker == 0xED and data.startswith(_PHOTOSHOP):
            photoshop += data.partition(b"\0" if data.startswith(b"P") else b":")[2]
    blocks.add_photoshop(photoshop)
    # the packet names its extension; another one is a left-over of an edit
    main = b"".join(blocks.xmp)
    blocks.xmp += [bytes(packet) for name, packet in extensions.items() if name in main]


def _jpeg_segments(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """The application segments before the pixels: marker and data of each, 64 MB in all."""
    left = MOST
    for _ in range(_MOST_SEGMENTS):
        mark = file.read(2)
        while len(mark) == 2 and mark[0] == 0xFF and mark[1] == 0xFF:  # filled up
            mark = mark[1:] + file.read(1)
        if len(mark) < 2 or mark[0] != 0xFF or mark[1] in (0xD9, 0xDA):
            return
        if mark[1] == 0x01 or 0xD0 <= mark[1] <= 0xD8:
            continue
        size = file.read(2)
        length = int.from_bytes(size, "big") - 2
        if len(size) < 2 or length < 0:
            return
        if mark[1] in (0xE1, 0xED) and length <= left:
            left -= length
            yield mark[1], file.read(length)
        else:
            file.seek(length, io.SEEK_CUR)


def _png(file: BinaryIO, blocks: MetadataBlocks) -> None:
    file.seek(8)
    left = MOST
    for _ in range(_MOST_SEGMENTS):
        head = file.read(8)
        if len(head) < 8:
            return
        length, kind = int.from_bytes(head[:4], "big"), head[4:]
        if kind not in (b"eXIf", b"iTXt", b"tEXt", b"zTXt") or length > left:
            file.seek(length + 4, io.SEEK_CUR)
            continue
        left -= length
        data, check = file.read(length), file.read(4)
        if len(check) < 4 or zlib.crc32(kind + data) != int.from_bytes(check, "big"):
            continue  # damaged: it costs this chunk
        if kind == b"eXIf":
            blocks.add_exif(data)
        else:
            _png_text(kind, data, blocks)


def _png_text(kind: bytes, data: bytes, blocks: MetadataBlocks) -> None:
    keyword, _, rest = data.partition(b"\0")
    word = keyword.decode("latin-1").casefold()
    limit = _MOST_WORDS if word in PNG_WORDS else max(0, blocks.left)
    if word not in (*PNG_WORDS, _PNG_XMP) and not word.startswith(_RAW_PROFILE):
        return
    if kind == b"zTXt":
        text = _inflated(rest[1:], limit)
    elif kind == b"iTXt" and len(rest) >= 2:
        _, _, after = rest[2:].partition(b"\0")  # the language
        _, _, after = after.partition(b"\0")  # the keyword in that language
        text = _inflated(after, limit) if rest[0] else after
    else:
        text = rest
    if word in PNG_WORDS:
        blocks.texts.setdefault(word, text[:_MOST_WORDS])
    elif word == _PNG_XMP:
        blocks.add_packet(text)
    elif blocks.takes(2 * len(text)):  # the digits, and what they become
        _raw_profile(keyword[len(_RAW_PROFILE) :], text, blocks)


def _raw_profile(name: bytes, text: bytes, blocks: MetadataBlocks) -> None:
    """ImageMagick's blocks: a name, the length, then hexadecimal digits."""
    lines = text.strip().split(b"\n", 2)
    if len(lines) < 3:
        return
    try:
        data = bytes.fromhex(lines[2].decode("ascii"))
    except ValueError:
        return
    if name in (b"exif", b"APP1") and not data.startswith(_JPEG_XMP):
        blocks.add_exif(data)
    elif name in (b"xmp", b"APP1"):
        blocks.add_packet(data.removeprefix(_JPEG_XMP))
    elif name == b"iptc":
        if data.startswith(b"8BIM"):
            blocks.add_photoshop(data)
        elif len(blocks.iptc) < MOST_BLOCKS:
            blocks.iptc.append(data)


def _inflated(data: bytes, limit: int) -> bytes:
    try:
        return zlib.decompressobj().decompress(data, limit) if limit else b""
    except zlib.error:
        return b""


def _webp(file: BinaryIO, blocks: MetadataBlocks) -> None:
    file.seek(12)
    for _ in range(_MOST_SEGMENTS):
        head = file.read(8)
        if len(head) < 8:
            return
        length = int.from_bytes(head[4:], "little")
        if head[:4] == b"EXIF" and length <= MOST:
            blocks.add_exif(file.read(length))
        elif head[:4] == b"XMP " and length <= MOST:
            blocks.add_packet(file.read(length))
        else:
            file.seek(length, io.SEEK_CUR)
        file.seek(length % 2, io.SEEK_CUR)


def _gif(file: BinaryIO, blocks: MetadataBlocks) -> None:
    file.seek(10)
    flags = file.read(3)
    if flags[0] & 0x80:
        file.seek(3 << ((flags[0] & 7) + 1), io.SEEK_CUR)
    while file.tell() < _MOST_PIXELS_SKIPPED and (kind := file.read(1)) in (b"\x21", b"\x2c"):
        if kind == b"\x2c":
            about = file.read(9)
            if about[8] & 0x80:
                file.seek(3 << ((about[8] & 7) + 1), io.SEEK_CUR)
            file.seek(1, io.SEEK_CUR)
        elif file.read(1) == b"\xff" and file.read(12) == b"\x0bXMP DataXMP":
            # the packet is no block; a "magic trailer" of 257 bytes leads readers of blocks out of it
            at = file.tell()
            packet, found, _ = file.read(MOST).partition(b"\x01\xff\xfe\xfd")
            if found:
                blocks.add_packet(packet)
                file.seek(at + len(packet) + 257)
                continue
            file.seek(at)
        while length := file.read(1):
            if length == b"\0":
                break
            file.seek(length[0], io.SEEK_CUR)


def _boxes(file: BinaryIO, begin: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Boxes of ISO base media (ISO/IEC 14496-12, 4.2): type, where the content begins and ends."""
    at = begin
    for _ in range(_MOST_SEGMENTS):
        file.seek(at)
        head = file.read(16)
        if at + 8 > end or len(head) < 8:
            return
        size, start = int.from_bytes(head[:4], "big"), at + 8
        if size == 1:
            size, start = int.from_bytes(head[8:16], "big"), at + 16
        stop = end if size == 0 else at + size
        if stop < start or stop > end:
            return
        yield head[4:8], start, stop
        at = stop


def _cr3(file: BinaryIO, blocks: MetadataBlocks) -> None:
    size = file.seek(0, io.SEEK_END)
    found: dict[bytes, TiffDirectory] = {}
    for kind, start, stop in _boxes(file, 0, size):
        if kind == b"uuid":
            file.seek(start)
            if file.read(16) == _CR3_XMP and stop - start - 16 <= MOST:
                blocks.add_packet(file.read(stop - start - 16))
        elif kind == b"moov":
            for inner, begin, end in _boxes(file, start, stop):
                file.seek(begin)
                if inner == b"uuid" and file.read(16) == _CR3:
                    for name, at, _ in _boxes(file, begin + 16, end):
                        if name in (b"CMT1", b"CMT2", b"CMT4"):
                            found[name] = TiffSource(file, at).first
    if found:
        empty = TiffSource(b"").first
        blocks.exif.append(ExifDirectories(*(found.get(name, empty) for name in (b"CMT1", b"CMT2", b"CMT4"))))


def _by_pillow(file: BinaryIO, blocks: MetadataBlocks) -> None:
    with open_image(file, FORMATS) as image:
        exif, packet = image.info.get("exif"), image.info.get("xmp")
    if isinstance(exif, bytes):
        blocks.add_exif(exif)
    if isinstance(packet, bytes):
        blocks.add_packet(packet)
