"""Bent bytes of every format: only a photo within its limits or a plain refusal ever comes out."""

from __future__ import annotations

import io
import os
import random
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from dng import dng
from PIL import Image

from dinodesk.engine.decoding.decoder_pool import DecoderPool
from dinodesk.errors import PhotoError
from dinodesk.library.files import file_types
from dinodesk.library.images.decoder import MAX_PIXELS, Decoded, decode

SEED = 20 if os.environ.get("CI") else random.randrange(1 << 32)
IN_PROCESS, THROUGH_POOL = 1500, 100  # files a format
KINDS = ("JPEG", "MPO", "PNG", "WEBP", "GIF", "TIFF", "BMP", "AVIF")
NUMBERS = (0, 1, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF)


def picture(kind: str) -> bytes:
    """A sound file with what decoders trip over: EXIF, a profile's place, several pictures, transparency."""
    pixels = np.random.default_rng(1).integers(0, 256, (24, 32, 3), np.uint8)
    image = Image.fromarray(pixels).resize((64, 48))
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8769)[0x9003] = "2001:09:09 01:46:40"
    options: dict[str, object] = {}
    if kind in ("JPEG", "PNG", "WEBP", "TIFF", "AVIF"):
        options = {"exif": exif, "icc_profile": b"no profile" * 8}
    if kind in ("MPO", "GIF"):
        options = {"save_all": True, "append_images": [image.rotate(90)]}
    if kind == "TIFF":
        options["compression"] = "tiff_lzw"
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def bent(whole: bytes, chance: random.Random) -> bytes:
    """The file with one to four injuries."""
    data = bytearray(whole)
    for _ in range(chance.randint(1, 4)):
        if len(data) < 2:
            break
        at = chance.randrange(len(data))
        length = chance.randint(1, 64)
        kind = chance.choice(("flip", "set", "number", "head", "cut", "drop", "repeat", "zero"))
        if kind == "flip":
            data[at] ^= 1 << chance.randrange(8)
        elif kind == "set":
            data[at] = chance.randrange(256)
        elif kind == "number" or kind == "head":  # sizes, counts and offsets live in the first bytes
            where = at if kind == "number" else chance.randrange(min(len(data), 200))
            size, order = chance.choice((2, 4)), chance.choice(("little", "big"))
            value = chance.choice(NUMBERS) & ((1 << 8 * size) - 1)
            data[where : where + size] = value.to_bytes(size, order)
        elif kind == "cut":
            del data[at:]
        elif kind == "drop":
            del data[at : at + length]
        elif kind == "repeat":
            data[at:at] = data[at : at + length] * chance.randint(1, 8)
        else:
            data[at : at + length] = bytes(len(data[at : at + length]))
    return bytes(data)


def with_sums(png: bytes) -> bytes:
    """A bent PNG with the checksums of its chunks put right, so that decoders look further than these."""
    data, at = bytearray(png), 8
    while at + 12 <= len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        end = at + 8 + length
        if end + 4 > len(data):
            break
        data[end : end + 4] = zlib.crc32(data[at + 4 : end]).to_bytes(4, "big")
        at = end + 4
    return bytes(data)


def injured(name: str, whole: bytes, count: int) -> Iterator[bytes]:
    chance = random.Random(f"{SEED} {name}")
    for number in range(count):
        data = bent(whole, chance)
        yield with_sums(data) if data.startswith(b"\x89PNG") and number % 4 else data


def assert_within_limits(photo: Decoded) -> None:
    assert photo.rgb.dtype == np.uint8 and photo.rgb.ndim == 3 and photo.rgb.shape[2] == 3
    assert 0 < photo.rgb.size <= 3 * MAX_PIXELS
    assert min(photo.width, photo.height) >= 4 and photo.width * photo.height <= MAX_PIXELS


def assert_plain(error: PhotoError) -> None:
    assert error.sentence.endswith(".") or error.sentence.endswith(")."), error.sentence
    assert "Traceback" not in error.sentence and "\n" not in error.sentence


@pytest.mark.parametrize("kind", KINDS)
def test_corrupted_bytes_give_a_photo_or_a_refusal(kind: str) -> None:
    whole = picture(kind)
    assert_within_limits(decode(whole))
    for number, data in enumerate(injured(kind, whole, IN_PROCESS)):
        try:
            assert_within_limits(decode(data, 32 if number % 2 else None))
        except PhotoError as error:
            assert_plain(error)
        except BaseException:
            print(f"seed {SEED}, {kind}, file {number}")
            raise


def decode_bytes(path: str, data: bytes) -> Decoded:
    return decode(path, 32, data=data)


def further(tmp_path: Path) -> Iterator[tuple[str, bytes]]:
    """Formats whose decoders may take the process with them, with their endings."""
    yield "a.dng", dng((64, 48), 6, Image.open(io.BytesIO(picture("PNG"))).convert("RGB"))
    if file_types.HAS_JXL:
        out = io.BytesIO()
        Image.open(io.BytesIO(picture("PNG"))).save(out, "JXL")
        yield "a.jxl", out.getvalue()
    if file_types.HAS_VIDEO:
        import av

        with av.open(str(tmp_path / "a.mp4"), "w") as container:
            stream = container.add_stream("mpeg4", rate=5)
            stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
            frame = Image.open(io.BytesIO(picture("PNG"))).convert("RGB").resize((64, 48))
            container.mux(stream.encode(av.VideoFrame.from_image(frame)))
            container.mux(stream.encode())
        yield "a.mp4", (tmp_path / "a.mp4").read_bytes()


def test_corrupted_bytes_through_the_pool(tmp_path: Path) -> None:
    pool = DecoderPool(2, seconds=60)
    jobs = []
    try:
        sound = [(f"a.{kind.lower()}", picture(kind)) for kind in KINDS] + list(further(tmp_path))
        for name, whole in sound:
            assert_within_limits(pool.submit(decode_bytes, name, whole).result())
            jobs += [pool.submit(decode_bytes, name, data) for data in injured(name, whole, THROUGH_POOL)]
        for job in jobs:
            error = job.exception(120)
            if error is None:
                assert_within_limits(job.result())
            else:
                assert isinstance(error, PhotoError), error
                assert_plain(error)
        assert len(jobs) >= 300
    finally:
        pool.close()
