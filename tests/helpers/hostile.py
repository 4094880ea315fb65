"""A folder of files that nobody wants among photos: bombs, pipes, loops, lies and odd names."""

from __future__ import annotations

import io
import os
import random
import stat
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

SPARSE = 10 << 30


def picture(seed: int = 0, size: tuple[int, int] = (40, 30)) -> Image.Image:
    """A small picture with a texture of its own."""
    pixels = np.random.default_rng(seed).integers(0, 200, (size[1], size[0], 3), np.uint8)
    return Image.fromarray(pixels)


def encoded(kind: str, seed: int = 0, size: tuple[int, int] = (40, 30), **options: object) -> bytes:
    """The same as the bytes of a file."""
    out = io.BytesIO()
    picture(seed, size).save(out, kind, **options)
    return out.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    """A chunk of a PNG file."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_header(width: int, height: int, *more: bytes) -> bytes:
    """A PNG that promises so many grey pixels and holds none of them."""
    start = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    data = chunk(b"IDAT", zlib.compress(bytes(1 << 16)))
    return b"\x89PNG\r\n\x1a\n" + start + b"".join(more) + data + chunk(b"IEND", b"")


def gif_header(width: int, height: int, frames: int = 1) -> bytes:
    """A GIF of so many frames."""
    frame = b"\x2c" + struct.pack("<HHHHB", 0, 0, width, height, 0) + b"\x02\x02\x4c\x01\x00"
    return b"GIF89a" + struct.pack("<HHBBB", width, height, 0x80, 0, 0) + bytes(6) + frame * frames + b"\x3b"


def tiff_header(width: int, height: int, following: int = 0) -> bytes:
    """A grey TIFF whose only strip is not there; `following` is where its next directory lies."""
    tags = [(256, width), (257, height), (258, 8), (259, 1), (262, 1), (273, 8), (277, 1), (278, height)]
    rows = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
    return b"II*\x00" + struct.pack("<IH", 8, len(tags)) + rows + struct.pack("<I", following)


def webp_header(width: int, height: int) -> bytes:
    """An extended WebP that promises so many pixels (at most 16,777,216 a side)."""
    canvas = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    inner = b"VP8X" + struct.pack("<I", 10) + bytes(4) + canvas
    return b"RIFF" + struct.pack("<I", 4 + len(inner)) + b"WEBP" + inner


def lying_exif(width: int, height: int) -> bytes:
    """A sound JPEG whose EXIF tells another size, the year 0 and a rubbish place."""
    exif = Image.Exif()
    exif[0x0112] = 99
    exif.get_ifd(0x8769).update({0xA002: width, 0xA003: height, 0x9003: "0000:00:00 99:99:99"})
    exif.get_ifd(0x8769)[0x9286] = b"UNICODE\0" + b"\xff\xd8\0" * 20_000
    exif.get_ifd(0x8825).update({1: "N", 2: (999.0, 99.0, 99.0), 3: "E", 4: (181.0, 0.0, 0.0)})
    return encoded("JPEG", 77, exif=exif)


def animated(kind: str) -> bytes:
    """A moving picture of three frames."""
    out = io.BytesIO()
    picture(5).save(out, kind, save_all=True, append_images=[picture(6), picture(7)])
    return out.getvalue()


def iso_header(brand: bytes) -> bytes:
    """The first box of a HEIC or AVIF file, and nothing after it but noise."""
    return (
        struct.pack(">I", 24) + b"ftyp" + brand + bytes(4) + brand + b"mif1" + random.Random(1).randbytes(900)
    )


def text_chunks() -> bytes:
    """A PNG with 200 MB of text in a few hundred kilobytes."""
    much = chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(200 << 20), 9))
    return png_header(40, 30, much)


BAD: dict[str, Callable[[], bytes]] = {
    "bomb.png": lambda: png_header(50_000, 50_000),
    "bomb.gif": lambda: gif_header(50_000, 50_000),
    "bomb.tif": lambda: tiff_header(50_000, 50_000),
    "bomb.webp": lambda: webp_header(50_000, 50_000),
    "thin.png": lambda: png_header(1, 60_000),
    "wide.tif": lambda: tiff_header(60_000, 1),
    "dot.png": lambda: encoded("PNG", size=(1, 1)),
    "greatest.png": lambda: png_header(2**31 - 1, 2**31 - 1),
    "widest.png": lambda: png_header(2**32 - 1, 5),
    "nothing.jpg": lambda: b"",
    "one-byte.jpg": lambda: b"\xff",
    "soi.jpg": lambda: b"\xff\xd8\xff",
    "zeros.jpg": lambda: bytes(5000),
    "noise.jpg": lambda: random.Random(2).randbytes(5000),
    "text.jpg": lambda: b"This is no photo.\n" * 50,
    "page.jpg": lambda: b"<html><script>alert(1)</script></html>",
    "drawing.jpg": lambda: (
        b'<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>'
    ),
    "paper.jpg": lambda: b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF",
    "script.jpg": lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n(/tmp/x) (w) file\nshowpage\n",
    "archive.jpg": lambda: b"PK\x03\x04" + bytes(400),
    "program.jpg": lambda: b"\x7fELF" + bytes(400),
    "pickle.jpg": lambda: b"\x80\x04cos\nsystem\n(S'true'\ntR.",
    "cut.jpg": lambda: encoded("JPEG", 8, (400, 300))[:3000],
    "cut.png": lambda: encoded("PNG", 8, (400, 300))[:3000],
    "cut.webp": lambda: encoded("WEBP", 8, (400, 300))[:3000],
    "cut.gif": lambda: encoded("GIF", 8, (400, 300))[:3000],
    "cut.bmp": lambda: encoded("BMP", 8)[:300],
    "cut.tif": lambda: encoded("TIFF", 8, (400, 300))[:3000],
    "cut.avif": lambda: encoded("AVIF", 8, (400, 300))[:1000],
    "circle.tif": lambda: tiff_header(40, 30, following=8),
    "header.heic": lambda: iso_header(b"heic"),
    "garbage.avif": lambda: iso_header(b"avif"),
    "much-text.png": text_chunks,
    "black.png": lambda: black_png(),
    "raw.dng": lambda: b"II*\x00" + bytes(800),
    "raw.cr2": lambda: random.Random(3).randbytes(4000),
}
"""Name → bytes of files that must be skipped with a reason."""

GOOD: dict[str, Callable[[], bytes]] = {
    "plain.jpg": lambda: encoded("JPEG", 1),
    "really-a-png.jpg": lambda: encoded("PNG", 2),
    "really-a-jpeg.png": lambda: encoded("JPEG", 3),
    "no-ending": lambda: encoded("JPEG", 4),
    "lying.jpg": lambda: lying_exif(60_000, 1),
    "moving.webp": lambda: animated("WEBP"),
    "moving.png": lambda: animated("PNG"),
    "long.gif": lambda: long_gif(),
    "followed.jpg": lambda: encoded("JPEG", 9) + b"PK\x03\x04" * 100,
    "UPPER.JPG": lambda: encoded("JPEG", 10),
    "trailing dot.jpg.": lambda: encoded("JPEG", 11),
    "new\nline.jpg": lambda: encoded("JPEG", 12),
    "100%_.jpg": lambda: encoded("JPEG", 13),
    "-rf.jpg": lambda: encoded("JPEG", 14),
    " blank .jpg": lambda: encoded("JPEG", 15),
    "\U0001f995.jpg": lambda: encoded("JPEG", 16),
    "e\u0301.jpg": lambda: encoded("JPEG", 17),
    "\u00e9.jpg": lambda: encoded("JPEG", 18),
    "\udcff\udcfe.jpg": lambda: encoded("JPEG", 19),
    "/".join(["deep" * 50] * 3) + "/far.jpg": lambda: encoded("JPEG", 24),
    "n" * 251 + ".jpg": lambda: encoded("JPEG", 20),
    "<b>bold.jpg": lambda: encoded("JPEG", 21),
    "=cmd|calc.jpg": lambda: encoded("JPEG", 22),
}
"""Name → bytes of sound photos in odd clothes."""

QUIET: dict[str, bytes] = {
    "._plain.jpg": b"\x00\x05\x16\x07" + bytes(400),
    ".DS_Store": b"\0\0\0\1Bud1" + bytes(400),
    "Thumbs.db": b"\xd0\xcf\x11\xe0" + bytes(400),
    "notes.txt": b"no photo",
    "drawing.svg": b"<svg/>",
}
"""Name → bytes of files that are not photos by name or content: never counted."""


def black_png() -> bytes:
    """A photo in which there is nothing."""
    out = io.BytesIO()
    Image.new("RGB", (40, 30)).save(out, "PNG")
    return out.getvalue()


def long_gif(frames: int = 100_000) -> bytes:
    """A sound GIF, its picture again and again."""
    data = encoded("GIF", 23)
    at = data.index(b"\x2c", 13 + 3 * (2 << (data[10] & 7)))
    return (
        data[:at]
        + data[at:-1]
        + (b"\x2c" + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02\x4c\x01\x00") * frames
        + b"\x3b"
    )


def make(folder: Path, times: int = 1) -> tuple[int, int]:
    """Fill `folder`; returns how many files are photos and how many must be skipped."""
    good = bad = 0
    for turn in range(times):
        inner = folder / f"{turn:03}" if turn else folder
        inner.mkdir(parents=True, exist_ok=True)
        for name, make_bytes in BAD.items():
            (inner / name).write_bytes(make_bytes() + b"\0" * turn * (name != "nothing.jpg"))
            bad += 1
        for name, make_bytes in GOOD.items():
            (inner / name).parent.mkdir(parents=True, exist_ok=True)
            (inner / name).write_bytes(make_bytes() + b"\0" * turn)
            good += 1
        for name, data in QUIET.items():
            (inner / name).write_bytes(data)
        _odd_entries(inner)
        with (inner / "big.jpg").open("wb") as sparse:
            sparse.truncate(SPARSE)
        bad += 1
    return good, bad


def _odd_entries(folder: Path) -> None:
    os.mkfifo(folder / "pipe.jpg")
    os.mknod(folder / "socket.jpg", stat.S_IFSOCK | 0o600)
    (folder / "device.jpg").symlink_to("/dev/zero")
    (folder / "loop").symlink_to(folder)
    (folder / "up").symlink_to("..")
    (folder / "itself.jpg").symlink_to("itself.jpg")
    (folder / "nowhere.jpg").symlink_to("not-there.jpg")
    (folder / "folder.jpg").mkdir()
