"""Reading the metadata in a photo's own bytes: EXIF, IPTC and embedded XMP of every format that is read.

Pillow reads the blocks from the header, without decoding pixels. A value that can't be true is dropped,
a block that can't be read is left out, the photo is kept: nothing here raises.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import replace
from enum import IntEnum
from typing import Any

from PIL import ExifTags, Image, IptcImagePlugin

from dinodesk.library.files.file_types import DECODERS
from dinodesk.library.metadata import sanitize, xmp_reader
from dinodesk.records import PhotoMetadata

READER = 1
"""Version of the readers of this package; what an older one stored is read again at the next scan."""

_Base, _Gps = ExifTags.Base, ExifTags.GPS


_TEXT_FIELDS = ("rating", "title", "description", "creator", "copyright")
_TOGETHER = (("taken", "utc_offset", "taken_from"), ("latitude", "longitude", "altitude"))
"""Fields that are taken from one source as a whole, known by the first."""

RankedDate = tuple[int, sanitize.PhotoDate, str]
"""A date with its rank (the lowest counts) and the block that holds it."""
_EXIF_ORIGINAL_RANK, _XMP_RANK, _IPTC_RANK, _EXIF_DIGITIZED_RANK, _EXIF_CHANGED_RANK, _GPS_RANK = range(6)


class IptcDataset(IntEnum):
    """Datasets of the application record that are read (IPTC-IIM 4.2, chapter 6)."""

    OBJECT_NAME = 5
    KEYWORDS = 25
    DATE_CREATED = 55
    TIME_CREATED = 60
    BY_LINE = 80
    HEADLINE = 105
    COPYRIGHT_NOTICE = 116
    CAPTION_ABSTRACT = 120


IPTC_APPLICATION_RECORD = 2
"""Record number of the datasets (IPTC-IIM 4.2)."""


def read_metadata(source: str | bytes) -> PhotoMetadata:
    """The metadata of the file at a path, or of its bytes; an empty record where nothing can be read."""
    try:
        known = [name for name in DECODERS if name in Image.OPEN]
        with Image.open(io.BytesIO(source) if isinstance(source, bytes) else source, formats=known) as image:
            exif, exif_dates = _try(_exif, image)
            packet, packet_dates = _try(_xmp, image)
            iptc, iptc_dates = _try(_iptc, image)
    except Exception:  # a decoder's own bug costs the metadata, nothing else
        return PhotoMetadata()
    found = fill_missing(exif, packet)
    # what a person typed into a program goes before what a camera wrote by itself
    typed = fill_missing(fill_missing(packet, iptc), exif)
    found = replace(
        found,
        **{name: getattr(typed, name) for name in _TEXT_FIELDS},
        keywords=xmp_reader.keywords(list(iptc.keywords), list(packet.keywords)),
    )
    dates = sorted([*exif_dates, *packet_dates, *iptc_dates], key=lambda ranked: ranked[0])
    if not dates:
        return replace(found, taken=None, utc_offset=None, taken_from="")
    _, moment, where = dates[0]
    return replace(found, taken=moment.seconds, utc_offset=moment.offset, taken_from=where)


def fill_missing(metadata: PhotoMetadata, other: PhotoMetadata) -> PhotoMetadata:
    """`metadata` with what it lacks taken from `other`; date and coordinates only as a whole."""
    mine = {name: getattr(metadata, name) for name in PhotoMetadata.__slots__}
    theirs = {name: getattr(other, name) for name in PhotoMetadata.__slots__}
    merged = {name: theirs[name] if mine[name] in (None, "", ()) else mine[name] for name in mine}
    for together in _TOGETHER:
        side = theirs if mine[together[0]] is None else mine
        merged |= {name: side[name] for name in together}
    return PhotoMetadata(**merged)


def _try(
    read: Callable[[Image.Image], tuple[PhotoMetadata, list[RankedDate]]], image: Image.Image
) -> tuple[PhotoMetadata, list[RankedDate]]:
    try:
        return read(image)
    except Exception:  # whatever is in this block, the others may be sound
        return PhotoMetadata(), []


def _exif(image: Image.Image) -> tuple[PhotoMetadata, list[RankedDate]]:
    if image.format == "PNG" and not image.info.keys() & {"exif", "Raw profile type exif"}:
        return PhotoMetadata(), []  # Pillow would decode all pixels to look behind them
    tags = image.getexif()
    inner, gps = _directory(tags, ExifTags.IFD.Exif), _directory(tags, ExifTags.IFD.GPSInfo)
    point = sanitize.point(
        sanitize.degrees(gps.get(_Gps.GPSLatitude), gps.get(_Gps.GPSLatitudeRef), 90),
        sanitize.degrees(gps.get(_Gps.GPSLongitude), gps.get(_Gps.GPSLongitudeRef), 180),
    )
    altitude = sanitize.number(gps.get(_Gps.GPSAltitude), *sanitize.ALTITUDE)
    if altitude is not None and gps.get(_Gps.GPSAltitudeRef) in (1, b"\x01"):
        altitude = -altitude
    iso = sanitize.number(inner.get(_Base.ISOSpeedRatings), *sanitize.ISO_SPEED)
    metadata = PhotoMetadata(
        camera_maker=sanitize.text(tags.get(_Base.Make)),
        camera_model=sanitize.text(tags.get(_Base.Model)),
        lens=sanitize.text(inner.get(_Base.LensModel)),
        focal_length=sanitize.number(inner.get(_Base.FocalLength), *sanitize.FOCAL_LENGTH),
        aperture=sanitize.number(inner.get(_Base.FNumber), *sanitize.APERTURE),
        exposure=sanitize.number(inner.get(_Base.ExposureTime), *sanitize.EXPOSURE),
        iso=None if iso is None else round(iso),
        latitude=point[0] if point else None,
        longitude=point[1] if point else None,
        altitude=altitude if point else None,
        rating=sanitize.rating(tags.get(_Base.Rating)),
        description=sanitize.text(tags.get(_Base.ImageDescription), sanitize.STORY, lines=True),
        creator=sanitize.text(tags.get(_Base.Artist)),
        copyright=sanitize.text(tags.get(_Base.Copyright), sanitize.TITLE),
    )
    return metadata, _exif_dates(tags, inner, gps)


def _directory(tags: Image.Exif, which: ExifTags.IFD) -> Mapping[int, Any]:
    try:
        return tags.get_ifd(which)
    except Exception:  # a damaged directory costs what is in it
        return {}


def _exif_dates(
    tags: Mapping[int, Any], inner: Mapping[int, Any], gps: Mapping[int, Any]
) -> list[RankedDate]:
    original = sanitize.exif_date(
        inner.get(_Base.DateTimeOriginal),
        inner.get(_Base.OffsetTimeOriginal),
        inner.get(_Base.SubsecTimeOriginal),
    )
    digitized = sanitize.exif_date(inner.get(_Base.DateTimeDigitized), inner.get(_Base.OffsetTimeDigitized))
    changed = sanitize.exif_date(tags.get(_Base.DateTime), inner.get(_Base.OffsetTime))
    satellite = sanitize.gps_date(gps.get(_Gps.GPSDateStamp), gps.get(_Gps.GPSTimeStamp))
    found = (
        (_EXIF_ORIGINAL_RANK, original, "EXIF"),
        (_EXIF_DIGITIZED_RANK, digitized, "EXIF, digitized"),
        (_EXIF_CHANGED_RANK, changed, "EXIF, last change"),
        (_GPS_RANK, satellite, "GPS"),
    )
    return [(rank, date, block) for rank, date, block in found if date is not None]


def _xmp(image: Image.Image) -> tuple[PhotoMetadata, list[RankedDate]]:
    packet = image.info.get("xmp") or image.info.get("XML:com.adobe.xmp")
    if packet is None and image.format == "TIFF":
        packet = image.tag_v2.get(_Base.XMLPacket)  # type: ignore[attr-defined]
    if isinstance(packet, tuple):
        packet = bytes(packet)
    if isinstance(packet, str):
        packet = packet.encode("utf-8", "replace")
    if not packet:
        return PhotoMetadata(), []
    metadata = xmp_reader.read(packet)
    if metadata.taken is None:
        return metadata, []
    return metadata, [(_XMP_RANK, sanitize.PhotoDate(metadata.taken, metadata.utc_offset), "XMP")]


def _iptc(image: Image.Image) -> tuple[PhotoMetadata, list[RankedDate]]:
    blocks = IptcImagePlugin.getiptcinfo(image) or {}  # type: ignore[arg-type]

    def first(dataset: IptcDataset) -> Any:
        value = blocks.get((IPTC_APPLICATION_RECORD, dataset), b"")
        return value[0] if isinstance(value, list) else value

    keywords = blocks.get((IPTC_APPLICATION_RECORD, IptcDataset.KEYWORDS), [])
    metadata = PhotoMetadata(
        keywords=sanitize.words(keywords if isinstance(keywords, list) else [keywords]),
        title=sanitize.text(first(IptcDataset.OBJECT_NAME), sanitize.TITLE)
        or sanitize.text(first(IptcDataset.HEADLINE), sanitize.TITLE),
        description=sanitize.text(first(IptcDataset.CAPTION_ABSTRACT), sanitize.STORY, lines=True),
        creator=sanitize.text(first(IptcDataset.BY_LINE)),
        copyright=sanitize.text(first(IptcDataset.COPYRIGHT_NOTICE), sanitize.TITLE),
    )
    date = sanitize.iptc_date(first(IptcDataset.DATE_CREATED), first(IptcDataset.TIME_CREATED))
    return metadata, [(_IPTC_RANK, date, "IPTC")] if date is not None else []
