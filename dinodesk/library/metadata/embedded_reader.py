"""Reading the metadata in a photo's own bytes: EXIF, IPTC and embedded XMP of every format that is read.

No pixel is decoded. A value that can't be true is dropped, a block that can't be read is left out, the
photo is kept: nothing here raises.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing, suppress
from dataclasses import replace
from typing import Any, BinaryIO, TypeVar

from dinodesk.library.metadata import exif_reader, iptc_reader, sanitize, xmp_reader
from dinodesk.library.metadata.capture_dates import Rank
from dinodesk.library.metadata.date_parsing import parse_date
from dinodesk.library.metadata.iptc_reader import MAX_BYTES, IptcDataset
from dinodesk.library.metadata.metadata_blocks import MetadataBlocks, find_blocks
from dinodesk.records import PhotoMetadata

READER = 2
"""Version of the readers of this package; what an older one stored is read again at the next scan."""

_WORDS = {
    "title": IptcDataset.OBJECT_NAME, "headline": IptcDataset.HEADLINE, "creator": IptcDataset.BY_LINE,
    "description": IptcDataset.CAPTION_ABSTRACT, "copyright": IptcDataset.COPYRIGHT_NOTICE,
}  # fmt: skip
"""Texts, and the IPTC datasets whose length may have cut them."""
_PLACE_WORDS = ("city", "province", "country")
_TYPED_FIRST = ("rating", "color_label", "flag", "people", *_PLACE_WORDS)
"""Fields of which what a person typed into a program counts before what the camera wrote."""
_PNG_WORDS = {"title": "title", "description": "description", "author": "creator", "copyright": "copyright"}
"""A PNG's own key words and the fields they fill."""
_NEAR = 0.001
"""Degrees, some hundred metres: coordinates nearer than that agree."""

T = TypeVar("T")


def read_metadata(source: str | bytes) -> PhotoMetadata:
    """The metadata of the file at a path, or of its bytes; an empty record where nothing can be read."""
    blocks, exif = MetadataBlocks(), PhotoMetadata()
    with suppress(OSError), closing(_opened(source)) as file:
        with suppress(Exception):  # a container that lies costs what stands behind the lie, nothing else
            find_blocks(file, blocks)
        exif = _merged(_each(blocks.exif, exif_reader.read_exif))  # reads from the file
    iptc = _merged(_each(blocks.iptc, iptc_reader.read_iptc))
    packet = _packet(blocks.xmp)
    words = _png_words(blocks)
    found = fill_missing(fill_missing(fill_missing(exif, packet), iptc), words)
    typed = fill_missing(fill_missing(fill_missing(packet, iptc), exif), words)
    fields: dict[str, Any] = {name: getattr(typed, name) for name in _TYPED_FIRST}
    for name, dataset in _WORDS.items():
        fields[name] = getattr(typed, name)
        if not getattr(packet, name):
            others = [getattr(each, name) for each in (exif, words)]
            fields[name] = _uncut(fields[name], MAX_BYTES[dataset], others)
    fields["keywords"] = xmp_reader.keywords([*exif.keywords, *iptc.keywords], list(packet.keywords))
    return replace(found, **fields)


def _opened(source: str | bytes) -> BinaryIO:
    return io.BytesIO(source) if isinstance(source, bytes) else open(source, "rb")


def fill_missing(metadata: PhotoMetadata, other: PhotoMetadata) -> PhotoMetadata:
    """`metadata` with what it lacks taken from `other`; coordinates, and the words of the place, only as a
    whole; dates from both."""
    mine = {name: getattr(metadata, name) for name in PhotoMetadata.__slots__}
    theirs = {name: getattr(other, name) for name in PhotoMetadata.__slots__}
    merged = {name: theirs[name] if mine[name] in (None, "", ()) else mine[name] for name in mine}
    if metadata.latitude is None:
        merged |= {name: theirs[name] for name in ("latitude", "longitude", "altitude")}
    else:
        merged["longitude"] = metadata.longitude
        if not _same_point(metadata, other):
            merged["altitude"] = metadata.altitude
    side = mine if any(mine[name] for name in _PLACE_WORDS) else theirs
    merged |= {name: side[name] for name in _PLACE_WORDS}
    merged["dates"] = (*metadata.dates, *other.dates)
    return PhotoMetadata(**merged)


def _same_point(one: PhotoMetadata, other: PhotoMetadata) -> bool:
    if one.latitude is None or one.longitude is None or other.latitude is None or other.longitude is None:
        return False
    return abs(one.latitude - other.latitude) < _NEAR and abs(one.longitude - other.longitude) < _NEAR


def _each(blocks: Iterable[T], read: Callable[[T], PhotoMetadata]) -> list[PhotoMetadata]:
    """What can be read of some blocks; whatever is in one, the others may be sound."""
    found = []
    for block in blocks:
        try:
            found.append(read(block))
        except Exception:
            continue
    return found


def _merged(several: Sequence[PhotoMetadata]) -> PhotoMetadata:
    found = PhotoMetadata()
    for each in several:
        found = fill_missing(found, each)
    return found


def _packet(packets: Sequence[bytes]) -> PhotoMetadata:
    """The metadata of a photo's XMP: of the first packet that can be read, then of those behind it."""
    for number, packet in enumerate(packets):
        try:
            return xmp_reader.read(packet, extension=packets[number + 1 :])
        except Exception:  # another one may be sound
            continue
    return PhotoMetadata()


def _png_words(blocks: MetadataBlocks) -> PhotoMetadata:
    words = {field: blocks.texts[key] for key, field in _PNG_WORDS.items() if key in blocks.texts}
    date = parse_date(blocks.texts.get("creation time", b""))
    return PhotoMetadata(
        dates=(date.claim("PNG", Rank.TEXT),) if date is not None else (),
        title=sanitize.text(words.get("title", b""), sanitize.TITLE),
        description=sanitize.text(words.get("description", b""), sanitize.STORY, lines=True),
        creator=sanitize.text(words.get("creator", b"")),
        copyright=sanitize.text(words.get("copyright", b""), sanitize.TITLE),
    )


def _uncut(text: str, most: int, others: Sequence[str]) -> str:
    """A text that IPTC may have cut at its `most` bytes; whole where another block has it so."""
    lengths = {len(text.encode("utf-8")), len(text.encode("latin-1", "replace"))}
    if not any(most - 3 <= length <= most for length in lengths):
        return text
    return next((other for other in others if other.startswith(text)), text)
