"""What is broken or missing beside a picture is left out; a picture that lacks pixels is refused."""

from __future__ import annotations

import io
import os
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from broken_pictures import (
    Make,
    changed,
    chunks_of,
    encoded,
    heif_item_at,
    jpeg_with,
    noise,
    packed,
    png,
    png_with,
    segment,
    text,
    tiff,
)
from PIL import Image

from dinodesk.errors import PhotoError
from dinodesk.library.images.decoder import decode
from dinodesk.library.images.image_opener import open_image

JSON = b'{"node":"x"},' * 120_000
XMP = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>" + b" " * 1_500_000 + b"</x:xmpmeta>"
ANIMATED = b"\0\0\0\2\0\0\0\0"


def exif() -> Image.Exif:
    found = Image.Exif()
    found[0x0110] = "A camera"
    return found


def animated(kind: str) -> bytes:
    frames = [noise(), noise(seed=1), noise(seed=2)]
    return encoded(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)


def webp() -> bytes:
    return encoded(noise(), "WEBP", quality=80, exif=exif(), xmp=b"<x/>")


def mpo() -> bytes:
    return encoded(noise(), "MPO", save_all=True, append_images=[noise()])


def avif() -> bytes:
    return encoded(noise(), "AVIF", quality=80, exif=exif(), xmp=b"<x/>")


def without(data: bytes, count: int) -> bytes:
    return data[:-count]


PNG: dict[str, Make] = {
    "a text of an image generator": lambda: png_with(text(b"workflow", JSON)),
    "a text behind the pixels": lambda: png_with(after=[text(b"workflow", JSON)]),
    "a padded packet": lambda: png_with(text(b"XML:com.adobe.xmp", XMP, international=True)),
    "texts of 80 MB": lambda: png_with(*[(b"tEXt", b"k\0" + b"x" * 2_000_000)] * 40),
    "a text that unpacks to a gigabyte": lambda: png_with((b"zTXt", b"k\0\0" + bomb())),
    "a profile that unpacks to a gigabyte": lambda: png_with((b"iCCP", b"k\0\0" + bomb())),
    "a large profile of noise": lambda: png_with((b"iCCP", b"d\0\0" + zlib.compress(os.urandom(2_000_000)))),
    "a comment with a bad checksum": lambda: png_with((b"tEXt", b"Comment\0hello", 1)),
    "a bad checksum behind the pixels": lambda: png_with(after=[(b"tEXt", b"Comment\0hello", 1)]),
    "EXIF with a bad checksum": lambda: png_with((b"eXIf", b"II*\0\x08\0\0\0\0\0", 1)),
    "a profile with a bad checksum": lambda: png_with((b"iCCP", b"p\0\0" + zlib.compress(b"x" * 200), 1)),
    "an unknown way of packing": lambda: png_with((b"zTXt", b"k\0\7abc")),
    "a profile packed in an unknown way": lambda: png_with((b"iCCP", b"k\0\7abc")),
    "an empty profile": lambda: png_with((b"iCCP", b"")),
    "a short gAMA": lambda: png_with((b"gAMA", b"\0")),
    "a short cHRM": lambda: png_with((b"cHRM", b"\0")),
    "an empty sRGB": lambda: png_with((b"sRGB", b"")),
    "an empty pHYs": lambda: png_with((b"pHYs", b"")),
    "an empty tRNS": lambda: png_with((b"tRNS", b"")),
    "a short acTL": lambda: png_with((b"acTL", b"")),
    "a short fcTL": lambda: png_with((b"acTL", ANIMATED), (b"fcTL", b"abc")),
    "a frame outside": lambda: png_with(
        (b"acTL", ANIMATED), (b"fcTL", b"\0\0\0\0" + b"\0\0\x09\x09" * 5 + b"\0\0")
    ),
    "a name that is none": lambda: png_with((b"t\xe9s-", b"abc")),
    "a suggested palette with a bad checksum": lambda: png_with((b"PLTE", b"abc" * 4, 1)),
    "a comment between the pixels": lambda: between(b"tEXt", b"Comment\0hello"),
    "no end": lambda: without(encoded(noise(), "PNG"), 12),
    "half an end": lambda: without(encoded(noise(), "PNG"), 5),
    "the last checksum cut off": lambda: without(encoded(noise(), "PNG"), 14),
    "rubbish instead of an end": lambda: without(encoded(noise(), "PNG"), 12) + b"\0\0rubbish, no chunk\xff",
    "a chunk cut off instead of an end": lambda: (
        without(encoded(noise(), "PNG"), 12) + packed(b"tEXt", b"k\0" + b"x" * 500)[:100]
    ),
    "a second frame cut off": lambda: animated("PNG")[: animated("PNG").index(b"fdAT") + 300],
}
JPEG: dict[str, Make] = {
    "no end": lambda: without(encoded(noise(), "JPEG"), 2),
    "half an end": lambda: without(encoded(noise(), "JPEG"), 1),
    "no end, grey": lambda: without(encoded(noise().convert("L"), "JPEG"), 2),
    "no end, progressive": lambda: without(encoded(noise(), "JPEG", progressive=True), 2),
    "a large one without end": lambda: without(encoded(noise(1000, 700), "JPEG", quality=97), 2),
    "a second picture cut off": lambda: mpo()[: mpo().index(b"\xff\xd8\xff", 100) + 500],
    "the end cut off with the second picture": lambda: mpo()[: mpo().index(b"\xff\xd8\xff", 100) - 2],
    "a broken list of pictures": lambda: changed(mpo(), mpo().index(b"MPF\0") + 4, b"\xff" * 40),
    "a preview behind it cut off": lambda: encoded(noise(), "JPEG") + encoded(noise(), "JPEG")[:300],
    "a second start": lambda: jpeg_with(b"\xff\xd8"),
    "a short JFIF": lambda: jpeg_with(segment(0xE0, b"JFIF\0")),
    "a short profile": lambda: jpeg_with(segment(0xE2, b"ICC_PROFILE\0")),
    "a profile of nothing": lambda: jpeg_with(segment(0xE2, b"ICC_PROFILE\0\1")),
    "a broken profile": lambda: jpeg_with(segment(0xE2, b"ICC_PROFILE\0\1\1" + b"\x11" * 50)),
    "a short Adobe segment": lambda: jpeg_with(segment(0xEE, b"Adobe")),
    "a short Photoshop block": lambda: jpeg_with(segment(0xED, b"Photoshop 3.0\x008BIM\x03\xed")),
    "broken EXIF": lambda: jpeg_with(segment(0xE1, b"Exif\0\0" + b"\xff" * 50)),
    "empty EXIF": lambda: jpeg_with(segment(0xE1, b"Exif\0\0")),
    "a segment of no length": lambda: jpeg_with(segment(0xE5, b"", 0)),
    "a segment that says it is longer": lambda: jpeg_with(segment(0xE5, b"abc", 9)),
}
OTHERS: dict[str, Make] = {
    "WebP without its last metadata": lambda: without(webp(), 5),
    "WebP with EXIF cut off": lambda: webp()[: webp().index(b"EXIF") + 10],
    "WebP without its metadata": lambda: webp()[: webp().index(b"EXIF")],
    "WebP with broken EXIF": lambda: changed(webp(), webp().index(b"EXIF") + 8, b"\xff" * 10),
    "WebP with EXIF of a false length": lambda: changed(
        webp(), webp().index(b"EXIF") + 4, b"\xff\xff\xff\x7f"
    ),
    "WebP that says it is longer": lambda: changed(webp(), 4, struct.pack("<I", len(webp()) + 1000)),
    "WebP that says it is shorter": lambda: changed(webp(), 4, struct.pack("<I", len(webp()) - 500)),
    "animated WebP, second frame cut off": lambda: cut_in_second(b"ANMF", animated("WEBP")),
    "GIF without end": lambda: without(encoded(noise(), "GIF"), 2),
    "animated GIF, cut off": lambda: animated("GIF")[: int(len(animated("GIF")) * 0.8)],
    "BMP without padding": lambda: without(encoded(noise(159), "BMP"), 3),
    "TIFF with a camera's name behind its end": lambda: tiff((271, 2, 500, 99_999)),
    "TIFF with EXIF behind its end": lambda: tiff((0x8769, 4, 1, 0xFFFFFF00)),
    "TIFF with EXIF in its pixels": lambda: tiff((0x8769, 4, 1, 8)),
    "TIFF with a profile behind its end": lambda: tiff((34675, 7, 500, 99_999)),
    "TIFF with a field of no type": lambda: tiff((271, 77, 5, 99_999)),
    "TIFF whose next page is nowhere": lambda: without(tiff(), 4) + b"\xf0\xff\xff\xff",
    "AVIF with EXIF behind its end": lambda: moved_item(avif(), b"Exif"),
    "AVIF with a packet behind its end": lambda: moved_item(avif(), b"mime"),
}
GOOD = {
    f"{kind}: {name}": make
    for kind, made in (("PNG", PNG), ("JPEG", JPEG), ("", OTHERS))
    for name, make in made.items()
}


def bomb() -> bytes:
    """A gigabyte of nothing, packed to a megabyte."""
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(bytes(1 << 20)) for _ in range(1024)) + packer.flush()


def between(name: bytes, data: bytes) -> bytes:
    """A PNG with a chunk in the middle of its pixels."""
    first, *_, last = chunks_of(encoded(noise(), "PNG"))
    pixels = b"".join(body for each, body in chunks_of(encoded(noise(), "PNG")) if each == b"IDAT")
    half = len(pixels) // 2
    return png([first, (b"IDAT", pixels[:half]), (name, data), (b"IDAT", pixels[half:]), last])


def cut_in_second(name: bytes, data: bytes) -> bytes:
    return data[: data.index(name, data.index(name) + 4) + 200]


def moved_item(data: bytes, kind: bytes) -> bytes:
    """A HEIF file with an item that lies behind its end."""
    return changed(data, heif_item_at(data, kind), struct.pack(">I", len(data) + 100))


@pytest.mark.parametrize("name", GOOD)
def test_a_photo_whose_every_pixel_is_there_is_read(name: str, tmp_path: Path) -> None:
    data = GOOD[name]()
    photo = decode(data)
    assert photo.rgb.std() > 10  # not grey: noise and ramps are
    file = tmp_path / "a"
    file.write_bytes(data)
    assert np.array_equal(decode(str(file)).rgb, photo.rgb)
    assert decode(data, 16).rgb.shape[2] == 3


BAD: dict[str, Make] = {
    "PNG, a byte of its pixels": lambda: changed(encoded(noise(), "PNG"), 20_000, b"\x55\xaa"),
    "PNG, pixels cut off": lambda: encoded(noise(), "PNG")[:20_000],
    "PNG, pixels cut off behind a bad comment": lambda: png_with((b"tEXt", b"C\0x", 1))[:20_000],
    "PNG, bad header": lambda: png(
        [(*chunks_of(encoded(noise(), "PNG"))[0], 1), *chunks_of(encoded(noise(), "PNG"))[1:]]
    ),
    "PNG, bad checksum of the pixels and of a comment": lambda: png(
        [
            (name, body, int(name in (b"IDAT", b"tEXt")))
            for name, body in chunks_of(png_with((b"tEXt", b"C\0x")))
        ]
    ),
    "PNG, bad palette": lambda: png(
        [(name, body, int(name == b"PLTE")) for name, body in chunks_of(encoded(noise().quantize(16), "PNG"))]
    ),
    "JPEG, the last block": lambda: without(encoded(noise(), "JPEG", quality=88), 20),
    "JPEG, half of it": lambda: encoded(noise(), "JPEG")[:8000],
    "JPEG, the last scan": lambda: without(encoded(noise(), "JPEG", progressive=True), 100),
    "JPEG, all scans but the first": lambda: first_scan(encoded(noise(), "JPEG", progressive=True)),
    "WebP, its last bytes": lambda: without(encoded(noise(), "WEBP", quality=80), 50),
    "animated WebP, its first frame": lambda: animated("WEBP")[: animated("WEBP").index(b"ANMF") + 400],
    "GIF, its last rows": lambda: without(encoded(noise(), "GIF"), 300),
    "BMP, its last pixel": lambda: without(encoded(noise(159), "BMP"), 6),
    "TIFF, its pixels": lambda: changed(
        tiff((271, 2, 500, 99_999)), tiff((271, 2, 500, 99_999)).index(b"\x11\1\4\0") + 8, b"\xff\xff"
    ),
    "AVIF, its last bytes": lambda: without(avif(), 10),
}


def first_scan(data: bytes) -> bytes:
    return data[: data.index(b"\xff\xda", data.index(b"\xff\xda") + 2)]


@pytest.mark.parametrize("name", BAD)
def test_a_photo_that_lacks_pixels_stays_refused(name: str) -> None:
    with pytest.raises(PhotoError):
        decode(BAD[name]())


def test_a_tile_cut_off_is_not_shown_grey(data: Path) -> None:
    whole = (data / "exif/heic/IMG_5195.HEIC").read_bytes()
    with pytest.raises(PhotoError, match="cut off"):
        decode(without(whole, 600))
    for kind in (b"Exif", b"mime"):
        assert decode(moved_item(whole, kind), 64).width == decode(whole, 64).width


def test_a_padded_packet_is_there_to_be_read() -> None:
    for chunk in (text(b"XML:com.adobe.xmp", XMP, international=True), text(b"Raw profile type xmp", XMP)):
        with open_image(io.BytesIO(png_with(chunk, (b"tEXt", b"C\0x", 1))), ("PNG",)) as image:
            found = image.info.get("xmp") or image.info["Raw profile type xmp"].encode()
        assert found == XMP


def test_what_is_sound_beside_the_pixels_stays_when_something_else_goes() -> None:
    made = encoded(noise(), "PNG", exif=exif(), dpi=(300, 300))
    first, *others = chunks_of(made)
    with open_image(io.BytesIO(png([first, (b"tEXt", b"C\0x", 1), *others])), ("PNG",)) as image:
        assert image.getexif()[0x0110] == "A camera" and round(image.info["dpi"][0]) == 300
    made = encoded(noise(), "JPEG", exif=exif())
    data = made[:2] + segment(0xEE, b"Adobe") + made[2:]
    with open_image(io.BytesIO(data), ("JPEG",)) as image:
        assert image.getexif()[0x0110] == "A camera"
    cut = webp()[: webp().index(b"XMP ") + 9]
    with open_image(io.BytesIO(cut), ("WEBP",)) as image:
        assert image.getexif()[0x0110] == "A camera"


def test_a_foreign_file_is_refused_as_before() -> None:
    for data in (
        b"just words",
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff",
        b"RIFF\0\0\0\0WEBP",
        b"II*\0",
        b"\0\0\0\x18ftypheic",
    ):
        with pytest.raises(OSError, match="cannot identify"):
            open_image(io.BytesIO(data), ("PNG", "JPEG", "WEBP", "TIFF"))
