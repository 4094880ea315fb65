"""IPTC-IIM: the datasets of the application record (IPTC-IIM 4.2, chapters 5 and 6)."""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum

from dinodesk.library.metadata import sanitize
from dinodesk.library.metadata.capture_dates import Rank
from dinodesk.library.metadata.date_parsing import iptc_date
from dinodesk.records import PhotoMetadata

ENVELOPE_RECORD, APPLICATION_RECORD = 1, 2
CODED_CHARACTER_SET = 90
"""Dataset of the envelope record that names the encoding of texts, by an escape sequence of ISO 2022."""

_ENCODINGS = {
    b"\x1b%G": "utf-8", b"\x1b%/G": "utf-8", b"\x1b%/H": "utf-8", b"\x1b%/I": "utf-8",
    b"\x1b.A": "iso8859-1", b"\x1b-A": "iso8859-1", b"\x1b.B": "iso8859-2", b"\x1b-B": "iso8859-2",
    b"\x1b.G": "iso8859-7", b"\x1b-F": "iso8859-7", b"\x1b.F": "iso8859-7", b"\x1b-L": "iso8859-5",
    b"\x1b.L": "iso8859-5", b"\x1b.M": "iso8859-9", b"\x1b-M": "iso8859-9",
}  # fmt: skip
_MOST_DATASETS = 5000


class IptcDataset(IntEnum):
    """Datasets of the application record that are read."""

    OBJECT_NAME = 5
    KEYWORDS = 25
    DATE_CREATED = 55
    TIME_CREATED = 60
    BY_LINE = 80
    CITY = 90
    PROVINCE = 95
    COUNTRY = 101
    HEADLINE = 105
    COPYRIGHT_NOTICE = 116
    CAPTION_ABSTRACT = 120


MAX_BYTES = {
    IptcDataset.OBJECT_NAME: 64, IptcDataset.KEYWORDS: 64, IptcDataset.BY_LINE: 32, IptcDataset.CITY: 32,
    IptcDataset.PROVINCE: 32, IptcDataset.COUNTRY: 64, IptcDataset.HEADLINE: 256,
    IptcDataset.COPYRIGHT_NOTICE: 128, IptcDataset.CAPTION_ABSTRACT: 2000,
}  # fmt: skip
"""Bytes that the standard allows; programs that keep to it cut at them, in the middle of a character."""


def read_iptc(data: bytes) -> PhotoMetadata:
    """The metadata in a sequence of datasets; it is read until something is no dataset."""
    encoding = ""
    found: dict[int, list[bytes]] = {}
    for record, number, value in _datasets(data):
        if (record, number) == (ENVELOPE_RECORD, CODED_CHARACTER_SET):
            encoding = _ENCODINGS.get(value.strip(b"\0 "), "")
        elif record == APPLICATION_RECORD:
            found.setdefault(number, []).append(value)

    def each(dataset: IptcDataset, limit: int = sanitize.TITLE, *, lines: bool = False) -> list[str]:
        most = MAX_BYTES.get(dataset, 0)
        read = (
            sanitize.text(value, limit, lines=lines, declared=encoding, most=most)
            for value in found.get(dataset, ())
        )
        return [value for value in read if value]

    def text(dataset: IptcDataset, limit: int = sanitize.TITLE, *, lines: bool = False) -> str:
        return next(iter(each(dataset, limit, lines=lines)), "")

    date = iptc_date(text(IptcDataset.DATE_CREATED), text(IptcDataset.TIME_CREATED))
    return PhotoMetadata(
        dates=(date.claim("IPTC", Rank.IPTC_CREATED),) if date is not None else (),
        keywords=sanitize.words(each(IptcDataset.KEYWORDS, sanitize.NAME)),
        title=text(IptcDataset.OBJECT_NAME) or text(IptcDataset.HEADLINE),
        headline=text(IptcDataset.HEADLINE),
        description=text(IptcDataset.CAPTION_ABSTRACT, sanitize.STORY, lines=True),
        creator=sanitize.text(", ".join(each(IptcDataset.BY_LINE))),
        copyright=text(IptcDataset.COPYRIGHT_NOTICE),
        city=text(IptcDataset.CITY),
        province=text(IptcDataset.PROVINCE),
        country=text(IptcDataset.COUNTRY),
    )


def _datasets(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Record, number and bytes of each dataset."""
    at = data.find(b"\x1c")
    for _ in range(_MOST_DATASETS):
        if at < 0 or at + 5 > len(data) or data[at] != 0x1C:
            return
        record, number = data[at + 1], data[at + 2]
        length = int.from_bytes(data[at + 3 : at + 5], "big")
        at += 5
        if length & 0x8000:  # so many bytes hold the length of a longer one
            size = length & 0x7FFF
            length = int.from_bytes(data[at : at + size], "big")
            at += size
        yield record, number, data[at : at + length]
        at += length
