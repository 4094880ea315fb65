"""EXIF of every container: texts in the encoding they were written in, both directories, all RAW kinds."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from photo_blocks import packet, photo
from PIL import Image
from tiff_blocks import (
    ASCII,
    BYTE,
    EXPOSURE,
    LONG,
    RATIONAL,
    SHORT,
    UNDEFINED,
    UTF8,
    Tags,
    Value,
    cr3,
    raf,
    text,
    tiff,
    with_exif,
)

from dinodesk.library.metadata.capture_dates import resolve
from dinodesk.library.metadata.embedded_reader import read_metadata
from dinodesk.records import PhotoMetadata

HEADERS = Path(__file__).resolve().parents[4] / "shared" / "data" / "raw-headers"
JPEG = photo()
FIRST: Tags = {0x010F: text("TestMaker"), 0x0110: text("TestCam"), 0x4746: (SHORT, [4])}
EXPOSED: Tags = {
    0x9003: text("2020:07:01 12:00:00"), 0x9011: text("+02:00"), 0xA434: text("50mm F1.8"),
    0x829A: (RATIONAL, [(1, 250)]), 0x829D: (RATIONAL, [(28, 10)]), 0x8827: (SHORT, [400]),
    0x920A: (RATIONAL, [(50, 1)]),
}  # fmt: skip
PLACE: Tags = {
    1: text("N"), 2: (RATIONAL, [(41, 1), (54, 1), (0, 1)]), 3: text("E"),
    4: (RATIONAL, [(12, 1), (27, 1), (0, 1)]),
}  # fmt: skip


def read(first: Tags | None = None, exposure: Tags | None = None, order: str = "<") -> PhotoMetadata:
    return read_metadata(with_exif(JPEG, tiff(first or {}, exposure, order=order)))


@pytest.mark.parametrize("kind", [ASCII, UTF8])
@pytest.mark.parametrize("order", ["<", ">"])
def test_texts_in_utf_8_are_read_as_utf_8(kind: int, order: str) -> None:
    found = read(
        {0x013B: text("José Müller", kind), 0x010E: text("Café 写真", kind),
         0x8298: text("© 2024 René", kind), 0x010F: text("Ä", kind), 0x0110: text("Kamera Ö", kind)},
        {0xA434: text("Objektiv ß", kind)},
        order,
    )  # fmt: skip
    assert (found.creator, found.description, found.copyright) == ("José Müller", "Café 写真", "© 2024 René")
    assert (found.camera, found.lens) == ("Ä Kamera Ö", "Objektiv ß")


def test_texts_in_a_code_page_are_read_as_such_and_a_tiffs_own_tags_too() -> None:
    assert read({0x013B: text("José Müller".encode("latin-1"))}).creator == "José Müller"
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "TIFF", tiffinfo={0x010E: "Straße".encode(), 0x013B: "René".encode()})
    found = read_metadata(out.getvalue())
    assert (found.description, found.creator) == ("Straße", "René")


def test_a_text_ends_at_its_nul_and_the_rights_have_two_parts() -> None:
    found = read({0x0110: text(b"X100\0garbage"), 0x8298: text(b"Ada\0Editor")})
    assert found.camera_model == "X100" and found.copyright == "Ada, Editor"
    assert read({0x8298: text(b" \0Editor")}).copyright == "Editor"
    assert read({0x010E: text(b"\0" * 40)}).description == ""


def test_title_and_photographer_of_exif_3() -> None:
    found = read(None, {0xA436: text("Im Dom", UTF8), 0xA437: text("Zoë", UTF8)})
    assert (found.title, found.creator) == ("Im Dom", "Zoë")


def xp(value: str) -> Value:
    return BYTE, value.encode("utf-16-le") + b"\0\0"


def test_windows_own_tags() -> None:
    found = read(
        {0x9C9B: xp("Köln 写"), 0x9C9E: xp("Dom; Rhein;Dom"), 0x9C9D: xp("Ada"), 0x4749: (SHORT, [75])}
    )
    assert (found.title, found.keywords, found.creator) == ("Köln 写", ("Dom", "Rhein"), "Ada")
    assert found.rating == 4
    assert read({0x4746: (SHORT, [2]), 0x4749: (SHORT, [75])}).rating == 2


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(
    "data",
    [
        b"ASCII\0\0\0Im Dom",
        b"\0" * 8 + b"Im Dom",
        b"UNICODE\0" + "Im Dom".encode("utf-16-le"),
        b"UNICODE\0" + "Im Dom".encode("utf-16-be"),
        b"UNICODE\0" + b"Im Dom" + b"\0" * 50,
        b"JIS\0\0\0\0\0Im Dom",
        b"Im Dom without a code",
    ],
)
def test_comments_name_their_encoding(data: bytes, order: str) -> None:
    found = read(None, {0x9286: (UNDEFINED, data)}, order)
    assert found.description.startswith("Im Dom")
    assert read({0x010E: text("Title")}, {0x9286: (UNDEFINED, data)}).description == "Title"


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_comment_in_utf_16_of_the_blocks_order(order: str) -> None:
    codec = "utf-16-le" if order == "<" else "utf-16-be"
    found = read(None, {0x9286: (UNDEFINED, b"UNICODE\0" + "写真の説明文".encode(codec))}, order)
    assert found.description == "写真の説明文"
    other = "utf-16-be" if order == "<" else "utf-16-le"
    for text_ in ("Москва", "写真の京都", "Café", "Ünïcode"):
        for written in (codec, other):
            data = b"UNICODE\0" + text_.encode(written)
            assert read(None, {0x9286: (UNDEFINED, data)}, order).description == text_
        assert read(None, {0x9286: (UNDEFINED, b"UNICODE\0" + text_.encode())}, order).description == text_
    blank = read(None, {0x9286: (UNDEFINED, b"ASCII\0\0\0" + b" " * 100 + b"\0" * 100)})
    assert blank.description == ""


@pytest.mark.parametrize("encoding", ["iso2022_jp", "cp932", "euc_jp"])
def test_japanese_comments(encoding: str) -> None:
    data = b"JIS\0\0\0\0\0" + "京都の写真".encode(encoding)
    assert read(None, {0x9286: (UNDEFINED, data)}).description == "京都の写真"


def test_utf_16_in_a_field_of_single_bytes() -> None:
    for value in ("Köln".encode("utf-16-le"), "Köln".encode("utf-16")):
        assert read({0x010E: (ASCII, value + b"\0\0")}).description == "Köln"


def place(**tags: Value) -> tuple[float | None, float | None, float | None]:
    gps = {**PLACE, **{int(name[1:]): value for name, value in tags.items()}}
    found = read_metadata(with_exif(JPEG, tiff({}, None, gps)))
    return found.latitude, found.longitude, found.altitude


def test_places_that_programs_write_oddly() -> None:
    unknown = (RATIONAL, [(41, 1), (54, 1), (0, 0)])
    assert place(_2=unknown)[:2] == (41.9, 12.45)
    for reference, height in ((0, 28.0), (1, -28.0), (2, 28.0), (3, -28.0)):
        assert place(_5=(BYTE, bytes([reference])), _6=(RATIONAL, [(28, 1)]))[2] == height
    assert place(_1=text("s"), _3=text("West"))[:2] == (-41.9, -12.45)


def test_a_nul_between_day_and_clock_and_a_satellite_without_a_day() -> None:
    found = read(None, {0x9003: text(b"2024:07:01\x0010:30:00")})
    assert found.dates[0].precision == "second"
    clock = {7: (RATIONAL, [(8, 1), (29, 1), (30, 1)])}
    block = tiff({}, {0x9003: text("2024:07:01 10:30:00")}, clock)
    date = resolve(read_metadata(with_exif(JPEG, block)).dates)
    assert date is not None and (date.utc_offset, date.zone_from) == (120, "gps_clock")


def test_the_long_fields_of_the_speed() -> None:
    assert read(None, {0x8827: (SHORT, [65535]), 0x8832: (LONG, [102_400])}).iso == 102_400
    assert read(None, {0x8827: (SHORT, [200]), 0x8832: (LONG, [100])}).iso == 200


def equal_but_for_pixels(data: bytes) -> None:
    jpeg = read_metadata(with_exif(JPEG, tiff(FIRST, EXPOSED, PLACE)))
    assert read_metadata(data) == jpeg
    date = resolve(jpeg.dates)
    assert date is not None and (date.clock, date.utc_offset) == (1_593_604_800.0, 120)
    assert (jpeg.camera, jpeg.lens, jpeg.rating, jpeg.latitude) == ("TestMaker TestCam", "50mm F1.8", 4, 41.9)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("magic", [42, 0x4F52, 0x5352, 0x55])
def test_raw_files_built_like_tiff_say_what_the_jpeg_says(order: str, magic: int) -> None:
    sensor: Tags = {0x0100: (LONG, [320]), 0x0106: (SHORT, [32803])}  # a CFA picture in the first directory
    equal_but_for_pixels(tiff({**FIRST, **sensor}, EXPOSED, PLACE, order=order, magic=magic))


def test_cr3_raf_and_rw2_say_what_the_jpeg_says() -> None:
    equal_but_for_pixels(cr3(FIRST, EXPOSED, PLACE))
    jpeg = with_exif(JPEG, tiff(FIRST, EXPOSED, PLACE))
    equal_but_for_pixels(raf(jpeg))
    equal_but_for_pixels(tiff({0x0017: (SHORT, [400]), 0x002E: (UNDEFINED, jpeg)}, magic=0x55))


def test_the_packet_of_a_raw_file_counts_as_in_any_photo() -> None:
    words = packet('xmp:Rating="2" xmp:Label="Red"')
    for data in (cr3(FIRST, EXPOSED, PLACE, words), tiff({**FIRST, 700: (BYTE, words)}, EXPOSED)):
        found = read_metadata(data)
        assert (found.rating, found.color_label, found.camera) == (2, "red", "TestMaker TestCam")


@pytest.mark.skipif(not HEADERS.is_dir(), reason="no data folder here")
@pytest.mark.parametrize(
    ("name", "camera", "clock", "lens"),
    [
        ("CanonRaw.cr2", "Canon EOS 350D DIGITAL", "2005-08-03T18:59:18", ""),
        ("CanonRaw.cr3", "Canon EOS M50", "2018-02-21T12:08:56", "EF-M15-45mm f/3.5-6.3 IS STM"),
        ("DNG.dng", "Canon EOS 350D DIGITAL", "2005-08-03T18:59:18", "18.0-55.0 mm"),
        ("FujiFilm.raf", "FUJIFILM FinePix S5Pro", "2007-05-22T13:58:30", ""),
        ("Nikon.nef", "NIKON D70", "2004-06-09T16:02:35", ""),
        ("Panasonic.rw2", "Panasonic DMC-LX3", "2008-08-06T15:21:56", ""),
    ],
)
def test_heads_of_real_raw_files(name: str, camera: str, clock: str, lens: str) -> None:
    found = read_metadata(str(HEADERS / name))
    date = resolve(found.dates)
    assert date is not None and found.exposure is not None and found.aperture is not None
    assert (found.camera, found.lens) == (camera, lens)
    assert datetime.fromtimestamp(int(date.clock), UTC).replace(tzinfo=None).isoformat() == clock


@given(st.data())
def test_damaged_structures_cost_no_photo_and_no_time(data: st.DataObject) -> None:
    whole = bytearray(tiff(FIRST, EXPOSED, PLACE, order=data.draw(st.sampled_from("<>"))))
    for _ in range(data.draw(st.integers(1, 12))):
        whole[data.draw(st.integers(8, len(whole) - 1))] = data.draw(st.integers(0, 255))
    cut = bytes(whole[: data.draw(st.integers(0, len(whole)))])
    for block in (bytes(whole), cut):
        assert isinstance(read_metadata(block), PhotoMetadata)
        assert isinstance(read_metadata(with_exif(JPEG, block)), PhotoMetadata)


def test_a_directory_that_claims_gigabytes_is_read_within_bounds() -> None:
    block = bytearray(tiff({0x010E: text("a long description of it")}))
    block[8 + 2 + 4 : 8 + 2 + 8] = (0xFFFF_FFFF).to_bytes(4, "little")  # the count of its characters
    assert read_metadata(bytes(block)).description == "a long description of it"
    loop = tiff({EXPOSURE: (LONG, [8]), 0x0110: text("Loop")})  # a directory that leads to itself
    assert read_metadata(loop).camera_model == "Loop"
