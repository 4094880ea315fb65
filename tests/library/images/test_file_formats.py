"""Every format that is read: the right pixels, upright, once, in sRGB."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import numpy as np
import pytest
from dng import dng
from PIL import Image, ImageCms, TiffImagePlugin

from dinodesk.errors import PhotoError
from dinodesk.library.files import file_types, scanner
from dinodesk.library.images import raw_decoder
from dinodesk.library.images.decoder import decode

RED, BLUE, GREY = (220, 30, 40), (20, 40, 230), (120, 120, 120)


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def cornered(width: int = 48, height: int = 32) -> Image.Image:
    """Grey, the upper left corner red, the upper right one blue: no turn or mirror leaves it as it is."""
    image = Image.new("RGB", (width, height), GREY)
    image.paste(RED, (0, 0, width // 3, height // 2))
    image.paste(BLUE, (width - width // 3, 0, width, height // 2))
    return image


def assert_upright(rgb: np.ndarray, tolerance: int) -> None:
    """The picture of `cornered`."""
    h, w = rgb.shape[:2]
    for row, column, colour in ((h // 5, w // 6, RED), (h // 5, w - w // 6, BLUE), (-h // 5, w // 6, GREY)):
        assert np.abs(rgb[row, column].astype(int) - colour).max() <= tolerance


STORED = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
"""How an upright picture lies in a file of each EXIF orientation."""


def stored(image: Image.Image, orientation: int) -> Image.Image:
    turn = STORED[orientation]
    return image if turn is None else image.transpose(turn)


@pytest.mark.parametrize("orientation", STORED)
@pytest.mark.parametrize(
    ("kind", "tolerance"), [("JPEG", 12), ("PNG", 0), ("WEBP", 20), ("TIFF", 0), ("AVIF", 30)]
)
def test_all_orientations(kind: str, tolerance: int, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    options = {"JPEG": {"quality": 95, "subsampling": 0}, "WEBP": {"quality": 95}, "AVIF": {"quality": 95}}
    data = encoded(stored(cornered(), orientation), kind, exif=exif, **options.get(kind, {}))
    for draft in (None, 16):
        photo = decode(data, draft)
        assert (photo.width, photo.height) == (48, 32)
        assert_upright(photo.rgb, tolerance if draft is None else 40)


@pytest.mark.parametrize("orientation", STORED)
def test_all_orientations_of_a_raw_file_are_applied_once(
    orientation: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(raw_decoder, "ENOUGH", 40)
    size = (96, 64) if orientation < 5 else (64, 96)
    exif = Image.Exif()
    exif[0x0112] = orientation
    for options in ({}, {"exif": exif}):  # cameras write it into the preview as well, or do not
        data = dng(size, orientation, stored(cornered(), orientation), **options)
        photo = decode("a.dng", data=data)
        assert (photo.width, photo.height) == (96, 64)
        assert_upright(photo.rgb, 12)


def test_a_preview_that_the_camera_turned_is_not_turned_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(raw_decoder, "ENOUGH", 40)
    upright = Image.Exif()
    upright[0x0112] = 1
    for size, orientation in (((64, 96), 6), ((64, 96), 8), ((96, 64), 3)):
        photo = decode("a.dng", data=dng(size, orientation, cornered(), exif=upright))
        assert_upright(photo.rgb, 12)


def test_a_raw_file_without_a_preview_is_developed_in_half_size(tmp_path: Path) -> None:
    file = tmp_path / "a.DNG"
    for preview in (None, cornered()):  # a stamp is no preview
        file.write_bytes(dng((3000, 64), 6, preview))
        photo = decode(str(file))
        assert (photo.width, photo.height, photo.rgb.shape) == (64, 3000, (1500, 32, 3))
        red, green, blue = photo.rgb.reshape(-1, 3).mean(axis=0)
        assert red > 200 and green < red and blue < red
    assert scanner.look_at(str(file)) is not None


def test_a_raw_file_that_is_none_is_refused() -> None:
    with pytest.raises(PhotoError, match="RAW file"):
        decode("a.nef", data=b"II*\0" + b"no camera wrote this" * 40)
    with pytest.raises(PhotoError):
        decode("a.cr3", data=encoded(cornered(), "JPEG")[:300])
    whole = dng((96, 64))
    with pytest.raises(PhotoError):
        decode("a.dng", data=whole[: len(whole) // 2])


@pytest.mark.parametrize("ending", ["dng", "cr2", "nef", "cr3", "jpg", "mp4"])
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "BMP", "AVIF"])
def test_a_picture_is_what_its_first_bytes_say(kind: str, ending: str, tmp_path: Path) -> None:
    file = tmp_path / f"a.{ending}"
    file.write_bytes(encoded(cornered(), kind))
    assert_upright(decode(str(file)).rgb, 40)


def test_a_tiff_with_the_ending_of_a_raw_file_is_read(tmp_path: Path) -> None:
    file = tmp_path / "a.dng"
    file.write_bytes(encoded(cornered(), "TIFF"))
    assert_upright(decode(str(file)).rgb, 0)
    preview_only = Image.new("RGB", (48, 32)), TiffImagePlugin.ImageFileDirectory_v2()
    preview_only[1][254] = 1  # a reduced picture, of one that is not there
    file.write_bytes(encoded(preview_only[0], "TIFF", tiffinfo=preview_only[1]))
    with pytest.raises(PhotoError, match="RAW"):
        decode(str(file))


@pytest.mark.parametrize("preview", [cornered(1500, 1000), None])
def test_a_raw_file_of_another_name_is_read_as_raw(preview: Image.Image | None, tmp_path: Path) -> None:
    data = dng(preview=preview)
    for name in ("a.dng", "a.jpg", "a.tif", "a"):
        (tmp_path / name).write_bytes(data)
        photo = decode(str(tmp_path / name))
        assert (photo.width, photo.height) == (96, 64)
        assert scanner.look_at(str(tmp_path / name)) is not None
    assert decode(data).width == 96


def test_a_raw_file_that_lacks_sensor_data_is_refused(tmp_path: Path) -> None:
    whole = dng()
    offset, length = (whole.index(struct.pack("<HHI", tag, 4, 1)) + 8 for tag in (273, 279))
    (held,) = struct.unpack_from("<I", whole, length)
    for at, value in ((offset, len(whole)), (length, held + len(whole))):  # elsewhere, and too long
        (tmp_path / "a.dng").write_bytes(whole[:at] + struct.pack("<I", value) + whole[at + 4 :])
        with pytest.raises(PhotoError):
            decode(str(tmp_path / "a.dng"))
    assert decode("a.dng", data=whole).width == 96


def test_black_rows_that_a_raw_file_holds_are_its_own(tmp_path: Path) -> None:
    whole = bytearray(dng((96, 64)))
    row = 2 * 96
    whole[8 + 60 * row : 8 + 64 * row] = bytes(4 * row)  # the sensor's rows begin at 8
    assert decode("a.dng", data=bytes(whole)).width == 96
    length = whole.index(struct.pack("<HHI", 279, 4, 1)) + 8
    struct.pack_into("<I", whole, length, 22)  # what is named can't be the whole picture
    with pytest.raises(PhotoError):
        decode("a.dng", data=bytes(whole))


RAW_STARTS = (
    b"FUJIFILMCCD-RAW 0201", b"IIRO\x08\0\0\0", b"IIRS\x08\0\0\0", b"IIU\0\x18\0\0\0",
    b"II*\0\x10\0\0\0CR\x02\0", b"\0\0\0\x18ftypcrx \0\0\0\x01",
)  # fmt: skip


@pytest.mark.parametrize("start", RAW_STARTS)
def test_what_begins_as_a_raw_file_is_looked_at_as_one(start: bytes, tmp_path: Path) -> None:
    assert file_types.is_raw_start(start.ljust(32, b"\0"))
    for name in ("a.jpg", "a.tif", "a.heic", "a"):
        file = tmp_path / name
        file.write_bytes(start.ljust(5000, b"\0"))
        with pytest.raises(PhotoError, match="RAW"):
            decode(str(file))
        assert scanner.look_at(str(file)) is not None


def test_a_huge_raw_file_is_refused_by_its_header() -> None:
    data = bytearray(dng((96, 64)))
    for tag, side in ((256, 30_000), (257, 20_000)):
        at = data.rindex(tag.to_bytes(2, "little") + b"\x04\x00\x01\x00\x00\x00")
        data[at + 8 : at + 12] = side.to_bytes(4, "little")
    with pytest.raises(PhotoError, match=r"too large|RAW file"):
        decode("a.dng", data=bytes(data))


MODES = {
    "16-bit grey PNG": (
        lambda: encoded(Image.fromarray(np.full((8, 8), 0x8000, np.uint16)), "PNG"),
        (128,) * 3,
    ),
    "16-bit grey TIFF": (
        lambda: encoded(Image.fromarray(np.full((8, 8), 0x4000, np.uint16)), "TIFF"),
        (64,) * 3,
    ),
    "32-bit float TIFF": (
        lambda: encoded(Image.fromarray(np.linspace(0, 4, 64, dtype=np.float32).reshape(8, 8)), "TIFF"),
        (127,) * 3,
    ),
    "grey": (lambda: encoded(Image.new("L", (8, 8), 77), "PNG"), (77,) * 3),
    "black and white": (lambda: encoded(Image.new("1", (8, 8), 1), "PNG"), (255,) * 3),
    "grey with alpha": (lambda: encoded(Image.new("LA", (8, 8), (100, 128)), "PNG"), (177,) * 3),
    "colour with alpha": (
        lambda: encoded(Image.new("RGBA", (8, 8), (200, 0, 0, 128)), "PNG"),
        (227, 127, 127),
    ),
    "palette": (lambda: encoded(Image.new("RGB", (8, 8), RED).quantize(4), "PNG"), RED),
    "palette with alpha": (
        lambda: encoded(Image.new("RGBA", (8, 8), (200, 0, 0, 128)).quantize(4), "PNG"),
        (227, 127, 127),
    ),
    "palette GIF": (lambda: encoded(Image.new("RGB", (8, 8), BLUE).quantize(4), "GIF"), BLUE),
    "CMYK JPEG": (
        lambda: encoded(Image.new("CMYK", (8, 8), (0, 255, 255, 0)), "JPEG", quality=95),
        (255, 0, 0),
    ),
    "CMYK TIFF": (lambda: encoded(Image.new("CMYK", (8, 8), (255, 0, 255, 0)), "TIFF"), (0, 255, 0)),
    "YCbCr TIFF": (lambda: encoded(Image.new("RGB", (8, 8), RED).convert("YCbCr"), "TIFF"), RED),
    "Lab TIFF": (
        lambda: encoded(
            ImageCms.applyTransform(
                Image.new("RGB", (8, 8), RED),
                ImageCms.buildTransform(
                    ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), "RGB", "LAB"
                ),
            ),
            "TIFF",
        ),
        RED,
    ),
    "transparent colour": (
        lambda: encoded(Image.new("RGB", (8, 8), (1, 2, 3)), "PNG", transparency=(1, 2, 3)),
        (255,) * 3,
    ),
    "BMP": (lambda: encoded(Image.new("RGB", (8, 8), RED), "BMP"), RED),
}


@pytest.mark.parametrize("name", MODES)
def test_modes_give_the_right_colour(name: str) -> None:
    make, wanted = MODES[name]
    rgb = decode(make()).rgb
    assert rgb.shape == (8, 8, 3) and rgb.dtype == np.uint8
    assert np.abs(rgb.reshape(-1, 3).mean(axis=0) - wanted).max() <= 3


def test_16_bit_colour_keeps_its_brightness() -> None:
    from struct import pack
    from zlib import compress, crc32

    def chunk(name: bytes, body: bytes) -> bytes:
        return pack(">I", len(body)) + name + body + pack(">I", crc32(name + body))

    row = b"\0" + pack(">3H", 0xC000, 0x8000, 0x4000) * 8
    png = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", pack(">IIBBBBB", 8, 8, 16, 2, 0, 0, 0))
    png += chunk(b"IDAT", compress(row * 8)) + chunk(b"IEND", b"")
    assert np.abs(decode(png).rgb.reshape(-1, 3).astype(int) - (192, 128, 64)).max() <= 1


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP", "TIFF", "AVIF"])
def test_the_first_of_several_pictures_is_shown(kind: str) -> None:
    frames = [Image.new("RGB", (32, 32), colour) for colour in (RED, BLUE, GREY)]
    data = encoded(frames[0], kind, save_all=True, append_images=frames[1:])
    assert np.abs(decode(data).rgb.reshape(-1, 3).astype(int) - RED).max() <= 12


def test_mpo_is_its_first_picture(tmp_path: Path) -> None:
    data = encoded(cornered(), "MPO", save_all=True, append_images=[Image.new("RGB", (48, 32), BLUE)])
    for draft in (None, 16):
        assert_upright(decode(data, draft).rgb, 40)


def wide_profile() -> bytes:
    """Adobe RGB's primaries and gamma in a profile of version 2, written out by hand."""
    from struct import pack

    def number(value: float) -> bytes:
        return pack(">i", round(value * 65536))

    def xyz(*values: float) -> bytes:
        return b"XYZ \0\0\0\0" + b"".join(map(number, values))

    curve = b"curv\0\0\0\0" + pack(">IH", 1, round(2.19921875 * 256)) + b"\0\0"
    name = b"wide\0"
    tags = {
        b"desc": b"desc\0\0\0\0" + pack(">I", len(name)) + name + b"\0" * (78 + 3),
        b"wtpt": xyz(0.9642, 1.0, 0.8249),
        b"rXYZ": xyz(0.60974, 0.31111, 0.01947),
        b"gXYZ": xyz(0.20528, 0.62567, 0.06087),
        b"bXYZ": xyz(0.14919, 0.06322, 0.74457),
        b"rTRC": curve, b"gTRC": curve, b"bTRC": curve, b"cprt": b"text\0\0\0\0none",
    }  # fmt: skip
    table, body, at = pack(">I", len(tags)), b"", 128 + 4 + 12 * len(tags)
    for key, value in tags.items():
        value += b"\0" * (-len(value) % 4)
        table += key + pack(">II", at + len(body), len(value))
        body += value
    size = 128 + len(table) + len(body)
    header = pack(">I4sI4s4s4s", size, b"none", 0x02100000, b"mntr", b"RGB ", b"XYZ ") + b"\0" * 12 + b"acsp"
    header += b"\0" * 28 + number(0.9642) + number(1.0) + number(0.8249)
    return header.ljust(128, b"\0") + table + body


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP", "AVIF"])
def test_colours_become_srgb(kind: str) -> None:
    image = Image.new("RGB", (64, 64), (120, 160, 100))
    found = decode(encoded(image, kind, icc_profile=wide_profile()), 16).rgb.reshape(-1, 3).mean(axis=0)
    # by the definitions of Adobe RGB and sRGB
    assert np.abs(found - (98, 161, 96)).max() <= 4


def test_a_profile_works_beside_alpha_and_a_palette() -> None:
    image = Image.new("RGBA", (16, 16), (120, 160, 100, 255))
    for each in (image, image.quantize(4)):
        found = decode(encoded(each, "PNG", icc_profile=wide_profile())).rgb.reshape(-1, 3).mean(axis=0)
        assert np.abs(found - (98, 161, 96)).max() <= 4


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "GIF", "BMP", "AVIF"])
def test_what_is_cut_off_is_refused_and_what_follows_is_not_looked_at(kind: str, samples: list[Path]) -> None:
    with Image.open(samples[0]) as image:
        whole = encoded(image.convert("RGB").resize((320, 240)), kind)
    assert decode(whole + b"left by another program" * 50).width == 320
    for share in (0.2, 0.6, 0.95):
        with pytest.raises(PhotoError):
            decode(whole[: int(share * len(whole))])


@pytest.mark.skipif(not file_types.HAS_JXL, reason="the extra jxl is not installed")
def test_jpeg_xl(tmp_path: Path) -> None:
    data = encoded(cornered(), "JXL", lossless=True)
    assert_upright(decode(data).rgb, 1)
    assert file_types.has_photo_ending("a.jxl") and file_types.is_photo_start(data[:32])
    (tmp_path / "no ending").write_bytes(data)
    assert scanner.look_at(str(tmp_path / "no ending")) is not None


@pytest.mark.skipif(not file_types.HAS_VIDEO, reason="the extra video is not installed")
@pytest.mark.parametrize("ending", ["mp4", "mov", "mkv"])
def test_the_first_frame_of_a_video(tmp_path: Path, ending: str) -> None:
    import av

    file = tmp_path / f"a.{ending}"
    with av.open(str(file), "w") as container:
        stream = container.add_stream("mpeg4", rate=5)
        stream.width, stream.height, stream.pix_fmt = 96, 64, "yuv420p"
        for picture in (cornered(96, 64), Image.new("RGB", (96, 64), BLUE)):
            container.mux(stream.encode(av.VideoFrame.from_image(picture)))
        container.mux(stream.encode())
    photo = decode(str(file), 32)
    assert (photo.width, photo.height) == (96, 64)
    assert_upright(photo.rgb, 40)
    assert scanner.look_at(str(file)) is not None
    file.write_bytes(file.read_bytes()[:200])
    with pytest.raises(PhotoError, match="video"):
        decode(str(file))


@pytest.mark.skipif(not file_types.HAS_VIDEO, reason="the extra video is not installed")
@pytest.mark.parametrize(
    ("matrix", "orientation"),
    [((0, 1, -1, 0), 6), ((-1, 0, 0, -1), 3), ((0, -1, 1, 0), 8)],  # turned clockwise by 90, 180, 270
)
def test_a_video_filmed_upright_is_upright(tmp_path: Path, matrix: tuple[int, ...], orientation: int) -> None:
    import av

    file = tmp_path / "a.mp4"
    lying = stored(cornered(96, 64), orientation)
    with av.open(str(file), "w") as container:
        stream = container.add_stream("mpeg4", rate=5)
        stream.width, stream.height, stream.pix_fmt = *lying.size, "yuv420p"
        container.mux(stream.encode(av.VideoFrame.from_image(lying)))
        container.mux(stream.encode())
    data = file.read_bytes()
    track = data.index(b"tkhd")
    ones = [(value << 16).to_bytes(4, "big", signed=True) for value in matrix]
    plain = data.index(b"\0\1\0\0" + bytes(12) + b"\0\1\0\0", track)
    turned = ones[0] + ones[1] + bytes(4) + ones[2] + ones[3]
    photo = decode("a.mp4", data=data[:plain] + turned + data[plain + 20 :])
    assert (photo.width, photo.height) == (96, 64)
    assert_upright(photo.rgb, 40)


def test_without_the_extras_such_files_are_no_photos(tmp_path: Path) -> None:
    import subprocess
    import sys

    code = (
        "import importlib.util as u; u.find_spec = lambda name: None\n"
        "from dinodesk.library.files import file_types as f\nfrom dinodesk.library.images import decoder\n"
        "print([f.has_photo_ending(n) or f.worth_sniffing(n) for n in ('a.mp4', 'a.mov', 'a.webm')],"
        " f.has_photo_ending('a.jxl'), f.is_photo_start(b'\\xff\\x0a' + b'0' * 30))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[0] == "[False, False, False] False False"


@pytest.mark.parametrize(
    ("name", "words"), [("a.MP4", "[video]"), ("a.jxl", "[jxl]"), ("a.txt", "not a photo")]
)
def test_why_a_file_is_not_taken(name: str, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_types, "HAS_VIDEO", False)
    monkeypatch.setattr(file_types, "HAS_JXL", False)
    assert words in file_types.why_not(name)
