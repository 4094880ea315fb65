"""Colour profiles made of numbers: what PNG says in its chunks gAMA and cHRM, as an ICC profile of version 2.

ICC.1:2001-04, sections 6.1 (header) and 6.5 (types); PNG specification, third edition, sections 11.3.2.1 and
11.3.2.2.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

import numpy as np

from dinodesk.records import FloatArray

SRGB_CHROMATICITIES = (0.3127, 0.3290, 0.64, 0.33, 0.30, 0.60, 0.15, 0.06)
"""White, red, green and blue (x, y), in the order of cHRM."""

_D50 = (0.9642, 1.0, 0.8249)
_BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])
_STEPS = 1024
_NEAR_SRGB = 0.03
"""How near to 1/2.2 an exponent means sRGB: writers of sRGB put that into gAMA for readers that know
no better."""


def profile_of(exponent: float, chromaticities: Sequence[float], *, grey: bool) -> bytes | None:
    """A profile of pictures whose samples are light to the power of `exponent` (1.0 is linear).

    Args:
        exponent: as in gAMA; about 1/2.2 is read as sRGB's curve.
        chromaticities: of white, red, green and blue as in cHRM, 8 numbers.
        grey: for pictures of one channel, which have no colours.

    None where the numbers make no sense.
    """
    if not 0.1 <= exponent <= 10:
        return None
    tags = {
        b"desc": _description(b"from a PNG's chunks"),
        b"cprt": b"text\0\0\0\0none\0",
        b"wtpt": _xyz(_D50),
    }
    curve = _curve(exponent)
    if grey:
        tags[b"kTRC"] = curve
    else:
        matrix = _matrix(chromaticities)
        if matrix is None:
            return None
        for column, name in enumerate((b"r", b"g", b"b")):
            tags[name + b"XYZ"] = _xyz(matrix[:, column])
            tags[name + b"TRC"] = curve
    return _profile(b"GRAY" if grey else b"RGB ", tags)


def _curve(exponent: float) -> bytes:
    coded = np.linspace(0.0, 1.0, _STEPS)
    if abs(exponent - 1 / 2.2) < _NEAR_SRGB:
        light = np.where(coded <= 0.04045, coded / 12.92, ((coded + 0.055) / 1.055) ** 2.4)
    else:
        light = coded ** (1 / exponent)
    values = np.rint(light * 65535).astype(">u2").tobytes()
    return b"curv\0\0\0\0" + struct.pack(">I", _STEPS) + values


def _matrix(chromaticities: Sequence[float]) -> FloatArray | None:
    """Columns: XYZ of red, green and blue, seen under D50; None where there are no three colours."""
    if len(chromaticities) != 8 or not all(0 <= each <= 1 for each in chromaticities):
        return None
    points = [np.array(chromaticities[n : n + 2]) for n in range(0, 8, 2)]
    if any(point[1] < 0.001 for point in points):
        return None
    white, *colours = [np.array([x / y, 1.0, (1 - x - y) / y]) for x, y in points]
    primaries = np.stack(colours, axis=1)
    if abs(np.linalg.det(primaries)) < 1e-3:
        return None
    at_white = primaries * np.linalg.solve(primaries, white)
    scale = (_BRADFORD @ np.array(_D50)) / (_BRADFORD @ white)
    found: FloatArray = np.linalg.inv(_BRADFORD) @ np.diag(scale) @ _BRADFORD @ at_white
    return found if np.isfinite(found).all() and np.abs(found).max() < 4 else None


def _xyz(values: Sequence[float] | FloatArray) -> bytes:
    return b"XYZ \0\0\0\0" + b"".join(struct.pack(">i", round(float(each) * 65536)) for each in values)


def _description(words: bytes) -> bytes:
    return b"desc\0\0\0\0" + struct.pack(">I", len(words) + 1) + words + b"\0" * (1 + 8 + 3 + 67)


def _profile(space: bytes, tags: dict[bytes, bytes]) -> bytes:
    table, body, at = struct.pack(">I", len(tags)), b"", 128 + 4 + 12 * len(tags)
    for name, value in tags.items():
        padded = value + b"\0" * (-len(value) % 4)
        table += name + struct.pack(">II", at + len(body), len(value))
        body += padded
    size = 128 + len(table) + len(body)
    header = struct.pack(">I4sI4s4s4s", size, b"none", 0x02100000, b"mntr", space, b"XYZ ")
    header += b"\0" * 12 + b"acsp" + b"\0" * 28 + _xyz(_D50)[8:]
    return header.ljust(128, b"\0") + table + body
