"""EXIF: what the directories of a block say (EXIF 2.32 and 3.0: CIPA DC-008; DNG; Microsoft's XP tags)."""

from __future__ import annotations

import codecs
import contextlib
import math
import re

from PIL import ExifTags

from dinodesk.library.files.tiff_directories import TiffDirectory
from dinodesk.library.metadata import sanitize
from dinodesk.library.metadata.capture_dates import Rank
from dinodesk.library.metadata.date_parsing import WrittenDate, gps_date, parse_date
from dinodesk.library.metadata.metadata_blocks import ExifDirectories
from dinodesk.records import DateClaim, PhotoMetadata
from dinodesk.text_decoding import decode_text, utf_16_of, without_filling

_Base, _Gps = ExifTags.Base, ExifTags.GPS

_LONG_TEXT = 8 * sanitize.STORY
"""Bytes of a description."""
_RATING_PERCENT = 0x4749
_COMMON = re.compile(
    r"[\t\n\r -~\u00a0-\u024f\u0370-\u03ff\u0400-\u04ff\u0590-\u06ff\u0900-\u097f\u0e00-\u0e7f\u2010-\u2027"
    r"\u3000-\u30ff\u4e00-\u9fff\uac00-\ud7a3\uff00-\uffef]"
)
"""Latin, Greek, Cyrillic, Hebrew, Arabic, Devanagari, Thai, dashes and quotes, kana, Han, Hangul."""
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f]")
_BELOW_SEA = (1, 3)
"""References of a height below the sea; 3 since EXIF 3.0."""
_IMAGE_TITLE, _PHOTOGRAPHER = 0xA436, 0xA437  # EXIF 3.0
_TIME_ZONE_OFFSET = 0x882A  # TIFF/EP: hours of the clock, then of the last change
_ISO_UNKNOWN = 65_535
"""What stands in the short ISO field where the speed does not fit; the long ones have it then."""
_SPEEDS = (
    _Base.ISOSpeedRatings,
    _Base.RecommendedExposureIndex,
    _Base.StandardOutputSensitivity,
    _Base.ISOSpeed,
)


def read_exif(block: ExifDirectories) -> PhotoMetadata:
    """The metadata in one block; values that can't be true are left out."""
    both = _BothDirectories(block)
    point, altitude = _position(block.gps)
    return PhotoMetadata(
        dates=tuple(_dates(block, both)),
        camera_maker=sanitize.text(both.text(_Base.Make)),
        camera_model=sanitize.text(both.text(_Base.Model)),
        lens=sanitize.text(both.text(_Base.LensModel)),
        focal_length=sanitize.number(both.number(_Base.FocalLength), *sanitize.FOCAL_LENGTH),
        aperture=sanitize.number(both.number(_Base.FNumber), *sanitize.APERTURE),
        exposure=sanitize.number(both.number(_Base.ExposureTime), *sanitize.EXPOSURE),
        iso=_iso(both),
        latitude=point[0] if point else None,
        longitude=point[1] if point else None,
        altitude=altitude if point else None,
        keywords=sanitize.words(_xp_text(block.first, _Base.XPKeywords).split(";")),
        rating=_rating(block.first),
        title=sanitize.text(both.text(_IMAGE_TITLE), sanitize.TITLE)
        or sanitize.text(_xp_text(block.first, _Base.XPTitle), sanitize.TITLE),
        description=_description(block, both),
        creator=sanitize.text(both.text(_Base.Artist))
        or sanitize.text(both.text(_PHOTOGRAPHER))
        or sanitize.text(_xp_text(block.first, _Base.XPAuthor)),
        copyright=_copyright(both),
    )


class _BothDirectories:
    """Tags wherever they stand: some programs write those of the exposure into the first directory."""

    def __init__(self, block: ExifDirectories) -> None:
        self._block = block

    def of(self, tag: int) -> TiffDirectory:
        """The directory that has a tag."""
        return self._block.exposure if tag in self._block.exposure else self._block.first

    def text(self, tag: int, limit: int = 8 * sanitize.TITLE) -> str:
        """A text; "" where it is in neither directory."""
        return self.of(tag).text(tag, limit)

    def number(self, tag: int) -> float | None:
        """A number; None where it is in neither directory."""
        return self.of(tag).number(tag)


def _dates(block: ExifDirectories, tags: _BothDirectories) -> list[DateClaim]:
    hours = tags.of(_TIME_ZONE_OFFSET).numbers(_TIME_ZONE_OFFSET)
    stated = tags.text(_Base.OffsetTimeOriginal) or _zone_of_hours(hours[:1])
    original = parse_date(
        _clock_text(tags, _Base.DateTimeOriginal), stated, tags.text(_Base.SubsecTimeOriginal)
    )
    digitized = parse_date(
        _clock_text(tags, _Base.DateTimeDigitized),
        tags.text(_Base.OffsetTimeDigitized),
        tags.text(_Base.SubsecTimeDigitized),
    )
    changed = parse_date(
        _clock_text(tags, _Base.DateTime),
        tags.text(_Base.OffsetTime) or _zone_of_hours(hours[1:2]),
        tags.text(_Base.SubsecTime),
    )
    satellite = gps_date(
        block.gps.text(_Gps.GPSDateStamp), block.gps.numbers(_Gps.GPSTimeStamp), original or digitized
    )
    found: tuple[tuple[WrittenDate | None, str, Rank], ...] = (
        (original, "EXIF", Rank.EXIF_ORIGINAL),
        (digitized, "EXIF, digitized", Rank.EXIF_DIGITIZED),
        (changed, "EXIF, last change", Rank.EXIF_CHANGED),
        (satellite, "GPS", Rank.GPS),
    )
    return [date.claim(source, rank) for date, source, rank in found if date is not None]


def _clock_text(tags: _BothDirectories, tag: int) -> str:
    """A date with its clock; some cameras put a NUL between the two."""
    return decode_text(tags.of(tag).raw(tag, 64).rstrip(b"\0").replace(b"\0", b" "))


def _zone_of_hours(hours: tuple[float, ...]) -> str:
    return f"{int(hours[0]):+03}:00" if hours and math.isfinite(hours[0]) and abs(hours[0]) <= 14 else ""


def _position(gps: TiffDirectory) -> tuple[tuple[float, float] | None, float | None]:
    point = sanitize.point(
        sanitize.degrees(gps.numbers(_Gps.GPSLatitude), gps.text(_Gps.GPSLatitudeRef), 90),
        sanitize.degrees(gps.numbers(_Gps.GPSLongitude), gps.text(_Gps.GPSLongitudeRef), 180),
    )
    height = sanitize.ALTITUDE[1]
    altitude = sanitize.number(gps.number(_Gps.GPSAltitude), -height, height)
    reference = gps.number(_Gps.GPSAltitudeRef)
    if altitude is not None and (reference in _BELOW_SEA or gps.text(_Gps.GPSAltitudeRef) in ("1", "3")):
        altitude = -abs(altitude)
    return point, altitude


def _iso(tags: _BothDirectories) -> int | None:
    for tag in _SPEEDS:
        found = sanitize.number(tags.number(tag), *sanitize.ISO_SPEED)
        if found is not None and found != _ISO_UNKNOWN:
            return round(found)
    return None


def _rating(first: TiffDirectory) -> int | None:
    stars = sanitize.rating(first.number(_Base.Rating))
    percent = first.number(_RATING_PERCENT)
    if stars is not None or percent is None:
        return stars
    return sanitize.stars_of_percent(percent)


def _description(block: ExifDirectories, tags: _BothDirectories) -> str:
    for text in (
        tags.text(_Base.ImageDescription, _LONG_TEXT),
        _user_comment(tags.of(_Base.UserComment)),
        _xp_text(block.first, _Base.XPComment),
        _xp_text(block.first, _Base.XPSubject),
    ):
        if found := sanitize.text(text, sanitize.STORY, lines=True):
            return found
    return ""


def _copyright(tags: _BothDirectories) -> str:
    """The photographer's and the editor's rights, which a NUL divides."""
    whole = tags.of(_Base.Copyright).raw(_Base.Copyright, 8 * sanitize.TITLE)
    parts = [sanitize.text(decode_text(part), sanitize.TITLE) for part in whole.split(b"\0")[:2]]
    return sanitize.text(", ".join(part for part in parts if part), sanitize.TITLE)


def _user_comment(directory: TiffDirectory) -> str:
    """A comment whose first eight bytes name its encoding."""
    data = directory.raw(_Base.UserComment, _LONG_TEXT)
    code, text = data[:8].upper(), data[8:]
    if code.startswith(b"UNICODE"):
        found = _unicode_comment(text, directory.little_endian)
    elif code.startswith(b"JIS"):
        found = _japanese(text)
    elif code.startswith((b"ASCII", b"\0\0\0")):
        found = decode_text(
            text.rstrip(b"\0") if not utf_16_of(without_filling(text)) else without_filling(text)
        )
    else:
        found = decode_text(data)
    return found.partition("\0")[0]


def _unicode_comment(text: bytes, little_endian: bool) -> str:
    """UTF-16 in the block's byte order, as the specification means it; programs write the other one, and
    UTF-8."""
    bare = text.rstrip(b"\0")
    with contextlib.suppress(UnicodeDecodeError):
        if not _CONTROLS.search(found := bare.decode("utf-8")):
            return found
    text = without_filling(text)
    if text.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return decode_text(text)
    orders = ("utf-16-le", "utf-16-be") if little_endian else ("utf-16-be", "utf-16-le")
    # max takes the first of equals: the block's own order
    return max((text.decode(order, "replace") for order in orders), key=_plausible)


def _plausible(text: str) -> int:
    """How many characters of scripts in wide use there are more than others: of two byte orders one gives
    rare ones."""
    return sum(1 if _COMMON.match(char) else -1 for char in text)


def _japanese(text: bytes) -> str:
    """JIS as the specification names it, or as programs mean it: EUC or Shift-JIS."""
    for encoding in ("iso2022_jp",) if b"\x1b" in text else ("euc_jp", "cp932"):
        with contextlib.suppress(UnicodeDecodeError):
            return text.decode(encoding)
    return decode_text(text)


def _xp_text(directory: TiffDirectory, tag: int) -> str:
    """Windows' texts: UTF-16, low byte first, in a field of bytes."""
    data = directory.raw(tag, _LONG_TEXT)
    return decode_text(data[: len(data) // 2 * 2], "utf-16-le").partition("\0")[0] if data else ""
