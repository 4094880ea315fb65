"""Blocks in every container, in front of the pixels and behind them; damage costs the damaged block."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from photo_blocks import packet, photo
from PIL import Image, PngImagePlugin
from tiff_blocks import text, tiff, with_exif, with_segment

from dinodesk.library.metadata.embedded_reader import read_metadata
from dinodesk.library.metadata.metadata_blocks import MOST, MOST_BLOCKS, MetadataBlocks, find_blocks
from dinodesk.records import PhotoMetadata

RATED = packet('xmp:Rating="4"')
EXIF = tiff({0x010F: text("Maker")}, {0x9003: text("2012:06:13 10:00:00")})
EXTENDED = b"http://ns.adobe.com/xmp/extension/\0"


def png(
    front: tuple[tuple[bytes, bytes], ...] = (),
    behind: tuple[tuple[bytes, bytes], ...] = (),
    bad: bytes = b"",
) -> bytes:
    """A PNG with chunks in front of its pixels and behind them; those of the kind `bad` damaged."""
    out = io.BytesIO()
    Image.new("RGB", (16, 16), "teal").save(out, "PNG")
    data = out.getvalue()
    header, pixels, end = data[:33], data[33:-12], data[-12:]
    made = [
        b"".join(
            struct.pack(">I", len(content)) + kind + content
            + struct.pack(">I", zlib.crc32(kind + content) ^ (kind == bad))
            for kind, content in chunks
        )
        for chunks in (front, behind)
    ]  # fmt: skip
    return header + made[0] + pixels + made[1] + end


def itxt(keyword: bytes, value: bytes, *, packed: bool = False) -> tuple[bytes, bytes]:
    body = zlib.compress(value) if packed else value
    return b"iTXt", keyword + b"\0" + bytes([packed]) + b"\0\0\0" + body


def test_a_png_says_the_same_in_front_of_its_pixels_and_behind_them() -> None:
    chunks = (itxt(b"XML:com.adobe.xmp", RATED), (b"eXIf", EXIF))
    front, behind = read_metadata(png(chunks)), read_metadata(png((), chunks))
    assert front == behind and (front.rating, front.camera_maker) == (4, "Maker") and front.dates


def test_a_large_packed_packet_is_read_and_a_damaged_chunk_costs_itself() -> None:
    padded = RATED + b" " * 1_500_000
    assert read_metadata(png((itxt(b"XML:com.adobe.xmp", padded, packed=True),))).rating == 4
    chunks = (itxt(b"XML:com.adobe.xmp", RATED), (b"eXIf", EXIF))
    found = read_metadata(png(chunks, bad=b"eXIf"))
    assert (found.rating, found.camera_maker) == (4, "")


def test_a_pngs_own_words_and_imagemagicks_profiles() -> None:
    chunks = (
        (b"tEXt", b"Author\0" + "José".encode("latin-1")), itxt(b"Title", "Köln 写".encode()),
        (b"zTXt", b"Description\0\0" + zlib.compress(b"On the Rhine")),
        (b"tEXt", b"Creation Time\x002021:05:06 07:08:09"),
    )  # fmt: skip
    found = read_metadata(png(chunks))
    assert (found.creator, found.title, found.description) == ("José", "Köln 写", "On the Rhine")
    assert found.dates[0].source == "PNG"
    profile = b"\nexif\n      %d\n%s" % (len(EXIF), (b"Exif\0\0" + EXIF).hex().encode())
    raw = (b"zTXt", b"Raw profile type exif\0\0" + zlib.compress(profile))
    assert read_metadata(png((raw,))).camera_maker == "Maker"


def test_extended_xmp_of_the_packet_that_names_it() -> None:
    name = b"0123456789ABCDEF0123456789ABCDEF"
    more = packet('photoshop:City="Malmö"')
    main = packet(f'xmlns:xmpNote="http://ns.adobe.com/xmp/note/" xmpNote:HasExtendedXMP="{name.decode()}"')
    jpeg = photo()
    half = len(more) // 2
    for at, piece in ((half, more[half:]), (0, more[:half])):
        jpeg = with_segment(jpeg, 0xE1, EXTENDED + name + struct.pack(">II", len(more), at) + piece)
    left_over = packet('photoshop:Country="Elsewhere"')
    jpeg = with_segment(jpeg, 0xE1, EXTENDED + b"F" * 32 + struct.pack(">II", len(left_over), 0) + left_over)
    found = read_metadata(with_segment(jpeg, 0xE1, b"http://ns.adobe.com/xap/1.0/\0" + main))
    assert (found.city, found.country) == ("Malmö", "")


def test_gif_and_webp_have_packets() -> None:
    out = io.BytesIO()
    Image.new("P", (8, 8)).save(out, "GIF")
    data = out.getvalue()
    trailer = b"\x01" + bytes(range(255, -1, -1)) + b"\0"
    extension = b"\x21\xff\x0bXMP DataXMP" + RATED + trailer
    for at in (data.index(b"\x2c"), len(data) - 1):  # in front of the picture, and behind it
        assert read_metadata(data[:at] + extension + data[at:]).rating == 4
    assert read_metadata(photo("WEBP", xmp=RATED)).rating == 4


@pytest.mark.parametrize("other", [b"8BIM", b"MeSa", b"PHUT", b"AgHg", b"DCSR"])
@pytest.mark.parametrize("head", [b"Photoshop 3.0\0", b"Adobe_Photoshop2.5:"])
def test_iptc_behind_blocks_of_other_programs(other: bytes, head: bytes) -> None:
    words = b"\x1c\x02\x19\0\3sea"
    blocks = other + b"\x04\x25\0\0\0\0\0\x02ab" + b"8BIM\x04\x04\0\0" + struct.pack(">I", len(words)) + words
    assert read_metadata(with_segment(photo(), 0xED, head + blocks)).keywords == ("sea",)


def test_iptc_in_longs_of_the_other_byte_order() -> None:
    words = b"\x1c\x02\x19\0\3sea"
    swapped = struct.pack("<2I", *struct.unpack(">2I", words))
    for data in (words, swapped):
        assert read_metadata(tiff({33723: (4, struct.unpack("<2I", data))})).keywords == ("sea",)


def test_broken_segments_cost_what_stands_behind_them() -> None:
    jpeg = with_exif(photo(), EXIF)
    cut = jpeg[: jpeg.index(b"\xff\xda")]
    assert read_metadata(cut).camera_maker == "Maker"
    lying = with_segment(jpeg, 0xED, b"Photoshop 3.0\x008BIM\x04\x04\xff")
    assert read_metadata(lying).camera_maker == "Maker"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "GIF", "AVIF"])
@given(data=st.data())
def test_any_damage_is_survived(kind: str, data: st.DataObject) -> None:
    options = {"pnginfo": PngImagePlugin.PngInfo()} if kind == "PNG" else {}
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, kind, **options)
    whole = bytearray(out.getvalue())
    for _ in range(data.draw(st.integers(0, 8))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    cut = whole[: data.draw(st.integers(0, len(whole)))]
    assert isinstance(read_metadata(bytes(cut)), PhotoMetadata)


def test_packed_chunks_and_extensions_that_claim_gigabytes_stay_within_the_limit() -> None:
    bomb = itxt(b"XML:com.adobe.xmp", b"a" * (MOST + 1), packed=True)
    blocks = MetadataBlocks()
    find_blocks(io.BytesIO(png((bomb,) * 4)), blocks)
    assert sum(map(len, blocks.xmp)) <= MOST and blocks.left >= 0
    jpeg = photo()
    for number in range(200):
        name = b"%032d" % number
        jpeg = with_segment(jpeg, 0xE1, EXTENDED + name + struct.pack(">II", MOST // 2, 0) + b"x")
    blocks = MetadataBlocks()
    find_blocks(io.BytesIO(jpeg), blocks)
    assert blocks.left >= 0


def test_only_so_many_blocks_of_a_kind_are_kept() -> None:
    jpeg = photo()
    for _ in range(50):
        jpeg = with_segment(with_exif(jpeg, EXIF), 0xE1, b"http://ns.adobe.com/xap/1.0/\0" + RATED)
    blocks = MetadataBlocks()
    find_blocks(io.BytesIO(jpeg), blocks)
    assert len(blocks.exif) == len(blocks.xmp) == MOST_BLOCKS
    found = read_metadata(jpeg)
    assert (found.camera_maker, found.rating) == ("Maker", 4)
