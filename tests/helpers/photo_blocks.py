"""Photos with EXIF, IPTC and XMP of any content, made by tests."""

from __future__ import annotations

import io
import struct
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

XMP = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:lr="http://ns.adobe.com/lightroom/1.0/"'
    ' xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" xmlns:exif="http://ns.adobe.com/exif/1.0/"'
    ' xmlns:tiff="http://ns.adobe.com/tiff/1.0/" {attributes}>{children}</rdf:Description>'
    "</rdf:RDF></x:xmpmeta>"
)


def packet(attributes: str = "", children: str = "") -> bytes:
    return XMP.format(attributes=attributes, children=children).encode("utf-8", "surrogatepass")


def bag(name: str, *words: str, kind: str = "Bag") -> str:
    items = "".join(f"<rdf:li>{word}</rdf:li>" for word in words)
    return f"<{name}><rdf:{kind}>{items}</rdf:{kind}></{name}>"


def photo(
    kind: str = "JPEG",
    *,
    tags: dict[int, Any] | None = None,
    inner: dict[int, Any] | None = None,
    gps: dict[int, Any] | None = None,
    xmp: bytes | None = None,
    iptc: dict[int, list[bytes]] | None = None,
    seed: int = 0,
) -> bytes:
    """The bytes of a small photo that says this of itself."""
    pixels = np.random.default_rng(seed).integers(0, 255, (24, 32, 3), np.uint8)
    image = Image.fromarray(pixels)
    exif = Image.Exif()
    for number, value in (tags or {}).items():
        exif[number] = value
    for directory, values in ((0x8769, inner), (0x8825, gps)):
        if values:
            exif.get_ifd(directory).update(values)
            if kind == "TIFF":
                exif[directory] = exif.get_ifd(directory)  # Pillow writes only what is listed
    out = io.BytesIO()
    options: dict[str, Any] = {"exif": exif} if tags or inner or gps else {}
    if xmp is not None and kind in ("JPEG", "WEBP"):
        options["xmp"] = xmp
    image.save(out, kind, **options)
    data = out.getvalue()
    return _with_iptc(data, iptc) if iptc else data


def _with_iptc(jpeg: bytes, blocks: dict[int, list[bytes]]) -> bytes:
    records = b"".join(
        b"\x1c\x02" + bytes([number]) + struct.pack(">H", len(value)) + value
        for number, values in blocks.items()
        for value in values
    )
    resource = b"8BIM\x04\x04\0\0" + struct.pack(">I", len(records)) + records + b"\0" * (len(records) % 2)
    segment = b"Photoshop 3.0\0" + resource
    return jpeg[:2] + b"\xff\xed" + struct.pack(">H", len(segment) + 2) + segment + jpeg[2:]


def write(path: Path, data: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path
