"""A small DNG written by hand: a TIFF whose first picture is sensor data, a JPEG preview beside it."""

from __future__ import annotations

import io
import struct

import numpy as np
from PIL import Image
from tiff_blocks import Tags, directory

_TYPES = {"B": 1, "s": 2, "H": 3, "I": 4, "rational": 5, "srational": 10}


def dng(
    size: tuple[int, int] = (96, 64),
    orientation: int = 1,
    preview: Image.Image | None = None,
    colour: tuple[int, int, int] = (40_000, 20_000, 10_000),
    *,
    directories: dict[int, Tags] | None = None,
    **preview_options: object,
) -> bytes:
    """Bytes of a DNG of `size` sensor pixels, RGGB, all of one colour; with `preview` a JPEG of it inside.

    `directories`: further ones by the tag that leads to them (see `tiff_blocks`).
    """
    width, height = size
    sensor = np.empty((height, width), "<u2")
    sensor[0::2, 0::2] = colour[0]
    sensor[0::2, 1::2] = sensor[1::2, 0::2] = colour[1]
    sensor[1::2, 1::2] = colour[2]
    jpeg = b""
    if preview is not None:
        out = io.BytesIO()
        preview.save(out, "JPEG", quality=95, subsampling=0, **preview_options)
        jpeg = out.getvalue()
        # as cameras write it, EXIF first: LibRaw puts its own before a JPEG that begins with JFIF
        jpeg = jpeg[:2] + jpeg[4 + int.from_bytes(jpeg[4:6], "big") :]
    data_at = 8
    jpeg_at = data_at + sensor.nbytes
    body = sensor.tobytes() + jpeg + b"\0" * (len(jpeg) % 2)
    second_at = 8 + len(body)
    second = b""
    if jpeg and preview is not None:
        second = _directory(
            second_at,
            {
                254: ("I", [1]), 256: ("I", [preview.width]), 257: ("I", [preview.height]),
                258: ("H", [8, 8, 8]), 259: ("H", [7]), 262: ("H", [6]), 273: ("I", [jpeg_at]),
                277: ("H", [3]), 278: ("I", [preview.height]), 279: ("I", [len(jpeg)]),
            },
        )  # fmt: skip
    further_at: dict[int, int] = {}
    for tag, content in (directories or {}).items():
        further_at[tag] = second_at + len(second)
        second += directory(content, further_at[tag])
    first_at = second_at + len(second)
    neutral = [
        (10_000, 10_000),
        (0, 1),
        (0, 1),
        (0, 1),
        (10_000, 10_000),
        (0, 1),
        (0, 1),
        (0, 1),
        (10_000, 10_000),
    ]
    tags = {
        254: ("I", [0]), 256: ("I", [width]), 257: ("I", [height]), 258: ("H", [16]), 259: ("H", [1]),
        262: ("H", [32803]), 271: ("s", b"DinoDesk\0"), 272: ("s", b"Handmade\0"), 273: ("I", [data_at]),
        274: ("H", [orientation]), 277: ("H", [1]), 278: ("I", [height]), 279: ("I", [sensor.nbytes]),
        306: ("s", b"2001:09:09 01:46:40\0"),
        33421: ("H", [2, 2]), 33422: ("B", [0, 1, 1, 2]), 50706: ("B", [1, 4, 0, 0]),
        50708: ("s", b"DinoDesk Handmade\0"), 50717: ("I", [65535]), 50721: ("srational", neutral),
        50728: ("rational", [(1, 1), (1, 1), (1, 1)]), 50778: ("H", [21]),
    }  # fmt: skip
    tags |= {tag: ("I", [at]) for tag, at in further_at.items()}
    if jpeg:
        tags[330] = ("I", [second_at])
    first = _directory(first_at, tags)
    return b"II*\0" + struct.pack("<I", first_at) + body + second + first


def _directory(at: int, tags: dict[int, tuple[str, object]]) -> bytes:
    entries, extra = b"", b""
    extra_at = at + 2 + 12 * len(tags) + 4
    for tag, (kind, values) in sorted(tags.items()):
        if kind == "s":
            raw, count = bytes(values), len(values)
        elif kind.endswith("rational"):
            code = "<2i" if kind == "srational" else "<2I"
            raw, count = b"".join(struct.pack(code, *pair) for pair in values), len(values)
        else:
            raw, count = struct.pack(f"<{len(values)}{kind}", *values), len(values)
        if len(raw) > 4:
            value = struct.pack("<I", extra_at + len(extra))
            extra += raw + b"\0" * (len(raw) % 2)
        else:
            value = raw.ljust(4, b"\0")
        entries += struct.pack("<HHI", tag, _TYPES[kind], count) + value
    return struct.pack("<H", len(tags)) + entries + struct.pack("<I", 0) + extra
