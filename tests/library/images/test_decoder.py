"""Decoding: right pixels for odd files, plain reasons for bad ones."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from photos import make_photo
from PIL import Image, ImageCms

from dinodesk.errors import PhotoError
from dinodesk.library.images.decoder import decode, hash_file, refuse_foreign, shrink


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def test_all_orientations_look_alike(data: Path) -> None:
    for shape in ("Landscape", "Portrait"):
        plain = decode(str(data / "orientation" / f"{shape}_1.jpg"))
        for turn in range(9):
            other = decode(str(data / "orientation" / f"{shape}_{turn}.jpg"))
            assert (other.width, other.height) == (plain.width, plain.height)
            assert np.abs(other.rgb.astype(int) - plain.rgb).mean() < 6


def test_every_odd_camera_file_decodes(data: Path) -> None:
    files = [file for file in (data / "exif").rglob("*") if file.suffix.lower() in (".jpg", ".tiff", ".heic")]
    assert len(files) > 80
    for file in files:
        photo = decode(str(file), draft_side=512)
        assert photo.rgb.dtype == np.uint8 and photo.rgb.shape[2] == 3


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF"])
def test_draft_is_close_to_the_full_decode(samples: list[Path], kind: str) -> None:
    with Image.open(samples[0]) as image:
        data = encoded(image.convert("RGB").resize((2400, 1800)), kind)
    full, draft = decode(data), decode(data, draft_side=512)
    assert draft.rgb.shape[0] < full.rgb.shape[0] and min(draft.rgb.shape[:2]) >= 512
    assert (draft.width, draft.height) == (2400, 1800)
    small = [np.asarray(Image.fromarray(p.rgb).resize((341, 256)), int) for p in (full, draft)]
    assert np.abs(small[0] - small[1]).mean() < 1.0


@pytest.mark.parametrize(
    ("image", "wanted"),
    [
        (Image.new("L", (8, 8), 100), (100, 100, 100)),
        (Image.new("1", (8, 8), 1), (255, 255, 255)),
        (Image.new("RGBA", (8, 8), (255, 0, 0, 0)), (255, 255, 255)),
        (Image.new("RGBA", (8, 8), (255, 0, 0, 255)), (255, 0, 0)),
        (Image.new("LA", (8, 8), (0, 0)), (255, 255, 255)),
        (Image.fromarray(np.full((8, 8), 32896, np.uint16)), (128, 128, 128)),
    ],
)
def test_modes_give_the_right_colour(image: Image.Image, wanted: tuple[int, int, int]) -> None:
    rgb = decode(encoded(image, "PNG")).rgb
    assert rgb.shape == (8, 8, 3)
    assert np.abs(rgb.reshape(-1, 3).astype(int) - wanted).max() <= 1


def test_palette_with_transparency_lies_on_white() -> None:
    image = Image.new("P", (8, 8), 0)
    image.putpalette([10, 200, 30] + [0] * 765)
    assert decode(encoded(image, "PNG", transparency=0)).rgb.min() == 255


def test_cmyk_and_embedded_profile() -> None:
    cmyk = Image.new("CMYK", (16, 16), (0, 255, 255, 0))
    rgb = decode(encoded(cmyk, "JPEG", quality=95)).rgb.reshape(-1, 3).mean(axis=0)
    assert rgb[0] > 200 and rgb[1] < 60 and rgb[2] < 60
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("XYZ")).tobytes()
    assert decode(encoded(Image.new("RGB", (8, 8), "red"), "PNG", icc_profile=lab)).rgb.shape == (8, 8, 3)
    assert decode(encoded(Image.new("RGB", (8, 8), "red"), "PNG", icc_profile=b"no")).rgb[0, 0, 0] == 255


def png_header(width: int, height: int) -> bytes:
    body = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", 13) + body + struct.pack(">I", zlib.crc32(body))
    return b"\x89PNG\r\n\x1a\n" + chunk + struct.pack(">I", 0) + b"IDAT" + b"\x00" * 4


def test_reasons_are_plain(tmp_path: Path) -> None:
    whole = make_photo(tmp_path / "a.jpg", size=(400, 300)).read_bytes()
    cases = {
        b"": "empty",
        b"just words, no photo at all, for sure": "not an image",
        whole[: len(whole) // 2]: "cut off",
        png_header(50_000, 50_000): "too large",
        encoded(Image.new("RGB", (1, 1)), "PNG"): "too small",
        encoded(Image.new("L", (5, 4000)), "PNG"): "too thin",
    }
    for content, words in cases.items():
        with pytest.raises(PhotoError, match=words):
            decode(content)
    with pytest.raises(PhotoError, match="no longer there"):
        hash_file(str(tmp_path / "gone.jpg"))


def test_large_files_are_recognised_by_their_first_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dinodesk.library.images.decoder.MAX_IN_MEMORY", 100)
    picture = Image.effect_noise((40, 30), 50)
    for ending in ("jpg", "png", "webp", "gif", "bmp", "avif"):
        picture.convert("RGB").save(tmp_path / f"a.{ending}")
    picture.save(tmp_path / "big.tif", big_tiff=True)
    for file in tmp_path.iterdir():
        refuse_foreign(str(file), file.stat().st_size)
        assert hash_file(str(file))[1] is None and decode(str(file)).width == 40
    (tmp_path / "disk.jpg").write_bytes(bytes(200))
    with pytest.raises(PhotoError, match="not an image"):
        refuse_foreign(str(tmp_path / "disk.jpg"), 200)
    refuse_foreign(str(tmp_path / "disk.jpg"), 50)  # small ones are decoded to see


def test_formats_off_the_list_are_refused() -> None:
    for kind in ("EPS", "PPM", "ICO"):
        with pytest.raises(PhotoError, match="not an image"):
            decode(encoded(Image.new("RGB", (32, 32)), kind))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_corrupted_bytes_are_decoded_or_refused(samples: list[Path], data: st.DataObject) -> None:
    kinds = ("JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "AVIF")
    content = bytearray(encoded(Image.new("RGB", (24, 24), "teal"), data.draw(st.sampled_from(kinds))))
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        assert decode(bytes(content)).rgb.ndim == 3
    except PhotoError as error:
        assert error.sentence.endswith((".", ")"))


def test_shrink_keeps_the_shape(samples: list[Path]) -> None:
    rgb = decode(str(samples[0])).rgb
    assert max(shrink(rgb, 100).shape) == 100
    assert shrink(rgb, 100_000) is rgb
