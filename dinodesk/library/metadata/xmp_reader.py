"""Reading XMP, embedded or in a sidecar, with a parser that expands no entities and fetches nothing."""

from __future__ import annotations

import re
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from dinodesk.library.metadata import sanitize
from dinodesk.records import PhotoMetadata

LARGEST = 4 << 20
"""Bytes of XMP that are read; a larger packet is refused."""

NAMESPACES = {
    "x": "adobe:ns:meta/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "lr": "http://ns.adobe.com/lightroom/1.0/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "exif": "http://ns.adobe.com/exif/1.0/",
    "exifEX": "http://cipa.jp/exif/1.0/",
    "tiff": "http://ns.adobe.com/tiff/1.0/",
    "aux": "http://ns.adobe.com/exif/1.0/aux/",
}

_UTF_16 = {"utf-16-le": (b"\xff\xfe", b"<\0"), "utf-16-be": (b"\xfe\xff", b"\0<\0")}
"""How a document in these encodings begins: with a byte order mark, or with "<"."""

_COORDINATE = re.compile(r"(\d{1,3}),(\d{1,2}(?:\.\d+)?)(?:,(\d{1,2}(?:\.\d+)?))?([NSEW])", re.ASCII)


def qualified(name: str) -> str:
    """A name such as "dc:title" with its namespace, as ElementTree writes it: "{http://…}title"."""
    prefix, _, local = name.partition(":")
    return f"{{{NAMESPACES[prefix]}}}{local}"


def parse(data: bytes) -> Element:
    """The document's root. Raises ValueError with a plain reason for what is no XMP, or a trap."""
    if len(data) > LARGEST:
        raise ValueError("it is too large")
    try:
        root: Element = fromstring(trimmed(data), forbid_dtd=True)
    except DefusedXmlException as error:
        raise ValueError("it holds definitions that XMP has no use for") from error
    except (ParseError, ValueError, LookupError, RecursionError) as error:
        raise ValueError("it is not well-formed XML") from error
    return root


def trimmed(data: bytes) -> bytes:
    """The document without the zeros and the white space it may be padded with.

    Raises ValueError for a document that begins as UTF-16 and is not.
    """
    for codec, starts in _UTF_16.items():
        if data.startswith(starts):  # cutting bytes would cut characters in two
            whole = data.decode(codec).lstrip("\ufeff").strip("\0 \t\r\n")
            return starts[0] + whole.encode(codec)
    return data.strip(b"\0 \t\r\n")


def descriptions(root: Element) -> list[Element]:
    """The elements whose attributes and children are the properties."""
    rdf = root if root.tag == qualified("rdf:RDF") else root.find(f".//{qualified('rdf:RDF')}")
    return [] if rdf is None else rdf.findall(qualified("rdf:Description"))


def read(data: bytes) -> PhotoMetadata:
    """The metadata in an XMP packet. Raises ValueError with a plain reason."""
    properties: dict[str, list[str]] = {}
    for description in descriptions(parse(data)):
        for name, value in description.attrib.items():
            properties.setdefault(name, []).append(value)
        for child in description:
            properties.setdefault(child.tag, []).extend(values_of(child))
    return _metadata(properties)


def values_of(element: Element) -> list[str]:
    """The texts of a property: of its list's items (the default language first), or its own."""
    items = element.findall(f"./*/{qualified('rdf:li')}")
    if not items:
        return [_value(element)]
    language = "{http://www.w3.org/XML/1998/namespace}lang"
    ordered = sorted(items, key=lambda item: item.get(language, "x-default") != "x-default")
    return [_value(item) for item in ordered]


def _value(item: Element) -> str:
    """The text of an item; its `rdf:value` where it is a qualified value."""
    for each in (item, *item.findall(qualified("rdf:Description"))):
        value = each.find(qualified("rdf:value"))
        if value is not None:
            return value.text or ""
        if qualified("rdf:value") in each.attrib:
            return each.attrib[qualified("rdf:value")]
    return item.text or ""


def _metadata(properties: dict[str, list[str]]) -> PhotoMetadata:
    def first(*names: str) -> str:
        for name in names:
            for value in properties.get(qualified(name), ())[:1]:
                if value.strip():
                    return value
        return ""

    date = (
        sanitize.iso_date(first("photoshop:DateCreated"))
        or sanitize.iso_date(first("exif:DateTimeOriginal"))
        or sanitize.iso_date(first("xmp:CreateDate"))
    )
    point = sanitize.point(
        _coordinate(first("exif:GPSLatitude"), 90), _coordinate(first("exif:GPSLongitude"), 180)
    )
    altitude = sanitize.number(first("exif:GPSAltitude"), *sanitize.ALTITUDE)
    if altitude is not None and first("exif:GPSAltitudeRef").strip() == "1":
        altitude = -altitude
    iso = sanitize.number(
        first("exif:ISOSpeedRatings", "exifEX:PhotographicSensitivity"), *sanitize.ISO_SPEED
    )
    return PhotoMetadata(
        taken=date.seconds if date else None,
        utc_offset=date.offset if date else None,
        taken_from="XMP" if date else "",
        camera_maker=sanitize.text(first("tiff:Make")),
        camera_model=sanitize.text(first("tiff:Model")),
        lens=sanitize.text(first("exifEX:LensModel", "aux:Lens")),
        focal_length=sanitize.number(first("exif:FocalLength"), *sanitize.FOCAL_LENGTH),
        aperture=sanitize.number(first("exif:FNumber"), *sanitize.APERTURE),
        exposure=sanitize.number(first("exif:ExposureTime"), *sanitize.EXPOSURE),
        iso=None if iso is None else round(iso),
        latitude=point[0] if point else None,
        longitude=point[1] if point else None,
        altitude=altitude if point else None,
        keywords=keywords(
            properties.get(qualified("dc:subject"), []),
            properties.get(qualified("lr:hierarchicalSubject"), []),
        ),
        rating=sanitize.rating(first("xmp:Rating")),
        title=sanitize.text(first("dc:title"), sanitize.TITLE),
        description=sanitize.text(first("dc:description"), sanitize.STORY, lines=True),
        creator=sanitize.text(first("dc:creator")),
        copyright=sanitize.text(first("dc:rights"), sanitize.TITLE),
    )


def keywords(flat: list[str], hierarchical: list[str]) -> tuple[str, ...]:
    """Keywords: each hierarchy once ("a|b"), and the flat words that are no part of one."""
    trees = sanitize.words(hierarchical)
    parts = {part.strip().casefold() for tree in trees if "|" in tree for part in tree.split("|")}
    return sanitize.words([*(word for word in sanitize.words(flat) if word.casefold() not in parts), *trees])


def _coordinate(written: str, limit: float) -> float | None:
    match = _COORDINATE.fullmatch(written.strip())
    if match is None:
        return None
    parts: list[Any] = [part for part in match.groups()[:3] if part is not None]
    return sanitize.degrees(parts, match[4], limit)
