"""What a photo's own bytes say of it: EXIF, IPTC and embedded XMP of every format that is read.

Pillow reads the blocks from the header, without decoding pixels. A value that can't be believed is
dropped, a block that can't be read is left out, the photo is kept: nothing here raises.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from PIL import ExifTags, Image, IptcImagePlugin

from dinodesk.library.files.file_types import DECODERS
from dinodesk.library.metadata import sanitize, xmp_reader
from dinodesk.records import PhotoMetadata

READER = 1
"""Version of the readers of this room; rows written by an older one are read again at a rescan."""

_Base, _Gps = ExifTags.Base, ExifTags.GPS


_WORDS = ("rating", "title", "description", "creator", "copyright")
_TOGETHER = (("taken", "utc_offset", "taken_from"), ("latitude", "longitude", "altitude"))

Dated = tuple[int, sanitize.PhotoDate, str]
"""A date with its rank (the lowest counts) and where it stood."""


def read_metadata(source: str | bytes) -> PhotoMetadata:
    """What the file at a path, or its bytes, say; an empty record where nothing can be read."""
    try:
        known = [name for name in DECODERS if name in Image.OPEN]
        with Image.open(io.BytesIO(source) if isinstance(source, bytes) else source, formats=known) as image:
            exif, exif_dates = _try(_exif, image)
            packet, packet_dates = _try(_xmp, image)
            iptc, iptc_dates = _try(_iptc, image)
    except Exception:  # a decoder's own bug costs what it would have said, nothing else
        return PhotoMetadata()
    found = fill_missing(exif, packet)
    # what a person wrote in a program goes before what a camera wrote by itself
    spoken = fill_missing(fill_missing(packet, iptc), exif)
    found = replace(
        found,
        **{name: getattr(spoken, name) for name in _WORDS},
        keywords=xmp_reader.keywords(list(iptc.keywords), list(packet.keywords)),
    )
    dates = sorted([*exif_dates, *packet_dates, *iptc_dates], key=lambda dated: dated[0])
    if not dates:
        return replace(found, taken=None, utc_offset=None, taken_from="")
    _, moment, where = dates[0]
    return replace(found, taken=moment.seconds, utc_offset=moment.offset, taken_from=where)


def fill_missing(facts: PhotoMetadata, other: PhotoMetadata) -> PhotoMetadata:
    """`facts` with what it lacks taken from `other`; date and place only as a whole."""
    mine = {name: getattr(facts, name) for name in PhotoMetadata.__slots__}
    theirs = {name: getattr(other, name) for name in PhotoMetadata.__slots__}
    merged = {name: theirs[name] if mine[name] in (None, "", ()) else mine[name] for name in mine}
    for together in _TOGETHER:
        side = theirs if mine[together[0]] is None else mine
        merged |= {name: side[name] for name in together}
    return PhotoMetadata(**merged)


def _try(
    read: Callable[[Image.Image], tuple[PhotoMetadata, list[Dated]]], image: Image.Image
) -> tuple[PhotoMetadata, list[Dated]]:
    try:
        return read(image)
    except Exception:  # whatever is in this block, the others may be sound
        return PhotoMetadata(), []


def _exif(image: Image.Image) -> tuple[PhotoMetadata, list[Dated]]:
    if image.format == "PNG" and not image.info.keys() & {"exif", "Raw profile type exif"}:
        return PhotoMetadata(), []  # Pillow would decode all pixels to look behind them
    tags = image.getexif()
    inner, gps = _directory(tags, ExifTags.IFD.Exif), _directory(tags, ExifTags.IFD.GPSInfo)
    here = sanitize.point(
        sanitize.degrees(gps.get(_Gps.GPSLatitude), gps.get(_Gps.GPSLatitudeRef), 90),
        sanitize.degrees(gps.get(_Gps.GPSLongitude), gps.get(_Gps.GPSLongitudeRef), 180),
    )
    altitude = sanitize.number(gps.get(_Gps.GPSAltitude), 0, 30_000)
    if altitude is not None and gps.get(_Gps.GPSAltitudeRef) in (1, b"\x01"):
        altitude = -altitude
    iso = sanitize.number(inner.get(_Base.ISOSpeedRatings), 1, 5_000_000)
    facts = PhotoMetadata(
        camera_maker=sanitize.text(tags.get(_Base.Make)),
        camera_model=sanitize.text(tags.get(_Base.Model)),
        lens=sanitize.text(inner.get(_Base.LensModel)),
        focal_length=sanitize.number(inner.get(_Base.FocalLength), 0.5, 10_000),
        aperture=sanitize.number(inner.get(_Base.FNumber), 0.5, 128),
        exposure=sanitize.number(inner.get(_Base.ExposureTime), 1e-6, 86_400),
        iso=None if iso is None else round(iso),
        latitude=here[0] if here else None,
        longitude=here[1] if here else None,
        altitude=altitude if here else None,
        rating=sanitize.rating(tags.get(_Base.Rating)),
        description=sanitize.text(tags.get(_Base.ImageDescription), sanitize.STORY, lines=True),
        creator=sanitize.text(tags.get(_Base.Artist)),
        copyright=sanitize.text(tags.get(_Base.Copyright), sanitize.TITLE),
    )
    return facts, _exif_dates(tags, inner, gps)


def _directory(tags: Image.Exif, which: ExifTags.IFD) -> Mapping[int, Any]:
    try:
        return tags.get_ifd(which)
    except Exception:  # a damaged directory costs what is in it
        return {}


def _exif_dates(tags: Mapping[int, Any], inner: Mapping[int, Any], gps: Mapping[int, Any]) -> list[Dated]:
    found = (
        (0, "EXIF", sanitize.exif_date(inner.get(_Base.DateTimeOriginal), inner.get(_Base.OffsetTimeOriginal),
                                inner.get(_Base.SubsecTimeOriginal))),
        (3, "EXIF, digitized", sanitize.exif_date(inner.get(_Base.DateTimeDigitized),
                                           inner.get(_Base.OffsetTimeDigitized))),
        (4, "EXIF, last change", sanitize.exif_date(tags.get(_Base.DateTime), inner.get(_Base.OffsetTime))),
        (5, "GPS", sanitize.gps_date(gps.get(_Gps.GPSDateStamp), gps.get(_Gps.GPSTimeStamp))),
    )  # fmt: skip
    return [(rank, moment, where) for rank, where, moment in found if moment is not None]


def _xmp(image: Image.Image) -> tuple[PhotoMetadata, list[Dated]]:
    packet = image.info.get("xmp") or image.info.get("XML:com.adobe.xmp")
    if packet is None and image.format == "TIFF":
        packet = image.tag_v2.get(_Base.XMLPacket)  # type: ignore[attr-defined]
    if isinstance(packet, tuple):
        packet = bytes(packet)
    if isinstance(packet, str):
        packet = packet.encode("utf-8", "replace")
    if not packet:
        return PhotoMetadata(), []
    facts = xmp_reader.read(packet)
    if facts.taken is None:
        return facts, []
    return facts, [(1, sanitize.PhotoDate(facts.taken, facts.utc_offset), "XMP")]


def _iptc(image: Image.Image) -> tuple[PhotoMetadata, list[Dated]]:
    blocks = IptcImagePlugin.getiptcinfo(image) or {}  # type: ignore[arg-type]

    def first(number: int) -> Any:
        value = blocks.get((2, number), b"")
        return value[0] if isinstance(value, list) else value

    many = blocks.get((2, 25), [])
    facts = PhotoMetadata(
        keywords=sanitize.words(many if isinstance(many, list) else [many]),
        title=sanitize.text(first(5), sanitize.TITLE) or sanitize.text(first(105), sanitize.TITLE),
        description=sanitize.text(first(120), sanitize.STORY, lines=True),
        creator=sanitize.text(first(80)),
        copyright=sanitize.text(first(116), sanitize.TITLE),
    )
    date = sanitize.iptc_date(first(55), first(60))
    return facts, [(2, date, "IPTC")] if date is not None else []
