"""Reading XMP, embedded or in a sidecar, with a parser that expands no entities and fetches nothing."""

from __future__ import annotations

import codecs
import contextlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from dinodesk.library.metadata import sanitize
from dinodesk.library.metadata.capture_dates import SIDECAR, Rank
from dinodesk.library.metadata.date_parsing import parse_date
from dinodesk.records import DateClaim, PhotoMetadata
from dinodesk.text_decoding import decode_text

LARGEST = 64 << 20
"""Bytes of XMP that are read; a larger packet is refused. Programs store masks inside, many megabytes."""
MOST_TAGS = 200_000
"""Elements of XMP, opened and closed, that are read; a tree of more takes too much memory."""

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
    "xmpDM": "http://ns.adobe.com/xmp/1.0/DynamicMedia/",
    "Iptc4xmpCore": "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/",
    "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
    "mwg-rs": "http://www.metadataworkinggroup.com/schemas/regions/",
    "MPReg": "http://ns.microsoft.com/photo/1.2/t/Region#",
    "MicrosoftPhoto": "http://ns.microsoft.com/photo/1.0/",
    "digiKam": "http://www.digikam.org/ns/1.0/",
    "darktable": "http://darktable.sf.net/",
    "acdsee": "http://ns.acdsee.com/iptc/1.0/",
    "acdsee-rs": "http://ns.acdsee.com/regions/",
    "photomechanic": "http://ns.camerabits.com/photomechanic/1.0/",
}

_WIDE = {
    codecs.BOM_UTF32_LE: "utf-32", codecs.BOM_UTF32_BE: "utf-32", codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16", b"<\0": "utf-16-le", b"\0<": "utf-16-be",
}  # fmt: skip
"""How documents of two or four bytes a character begin: with a mark, or with "<"."""
_DECLARATION = re.compile(r"^<\?xml\b[^>]*\?>\s*")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""Characters that XML 1.0 does not allow."""

_ZONES = ("exif:OffsetTimeOriginal", "exifEX:OffsetTimeOriginal")
_FRACTIONS = (
    "exif:SubSecTimeOriginal", "exif:SubsecTimeOriginal",
    "exifEX:SubSecTimeOriginal", "exifEX:SubsecTimeOriginal",
)  # fmt: skip
DATES: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("photoshop:DateCreated", (), ()),
    ("exif:DateTimeOriginal", _ZONES, _FRACTIONS),
    ("exifEX:DateTimeOriginal", _ZONES, _FRACTIONS),
    ("acdsee:datetime", (), ()),
)
"""Properties that hold when a photo was taken, the first first; of each its zone and fraction, if apart."""

_DIGIKAM_COLORS = ("", "red", "orange", "yellow", "green", "blue", "magenta", "gray", "black", "white")
_DARKTABLE_COLORS = ("red", "yellow", "green", "blue", "purple")
_DIGIKAM_FLAGS = {"1": -1, "2": 0, "3": 1}
_COLOR_WORDS = {
    "rot": "red", "rouge": "red", "rojo": "red", "rosso": "red", "rood": "red",
    "gelb": "yellow", "jaune": "yellow", "amarillo": "yellow", "giallo": "yellow", "geel": "yellow",
    "grün": "green", "vert": "green", "verde": "green", "groen": "green",
    "blau": "blue", "bleu": "blue", "azul": "blue", "blu": "blue", "blauw": "blue",
    "lila": "purple", "violett": "purple", "pourpre": "purple", "violet": "purple", "púrpura": "purple",
    "viola": "purple", "paars": "purple", "grey": "gray",
}  # fmt: skip
"""Programs write the name of a label in the language of their window."""


def qualified(name: str) -> str:
    """A name such as "dc:title" with its namespace, as ElementTree writes it: "{http://…}title"."""
    prefix, _, local = name.partition(":")
    return f"{{{NAMESPACES[prefix]}}}{local}"


def parse(data: bytes) -> Element:
    """The document's root. Raises ValueError with a plain reason for what is no XMP, or a trap."""
    return _parsed(data)[0]


def well_formed(data: bytes) -> bytes:
    """The document as bytes that a strict parser takes, see `parse`. Raises ValueError as it does."""
    return _parsed(data)[1]


def _parsed(data: bytes) -> tuple[Element, bytes]:
    """The root, and the bytes it was parsed of: those given, or what is sound of them."""
    if len(data) > LARGEST:
        raise ValueError(f"it is too large (over {LARGEST >> 20} MB)")
    if data.count(b"<") > MOST_TAGS or data.count(b'="') + data.count(b"='") > MOST_TAGS:
        raise ValueError(f"it has more than {MOST_TAGS:,} elements")
    for candidate in (_mended,) if _encoding_of(data) else (trimmed, _mended):
        document = candidate(data)
        try:
            return fromstring(document, forbid_dtd=True), document
        except DefusedXmlException as error:
            raise ValueError("it holds definitions that XMP has no use for") from error
        except (ParseError, ValueError, LookupError, RecursionError) as error:
            reason = error
    raise ValueError("it is not well-formed XML") from reason


def trimmed(data: bytes) -> bytes:
    """The document without the zeros and the white space it may be padded with."""
    return data.strip(b"\0 \t\r\n")


def _encoding_of(data: bytes) -> str:
    """UTF-16 or UTF-32, as the first bytes tell; "" for any other encoding."""
    return next((name for start, name in _WIDE.items() if data.startswith(start)), "")


def _mended(data: bytes) -> bytes:
    """What programs with lax readers take for XML, in UTF-8: without a declaration, which may lie about the
    encoding, without control characters, and without what stands behind the packet."""
    encoding = _encoding_of(data)
    whole = data[: len(data) // 2 * 2] if encoding else data
    text = (whole.decode(encoding, "replace") if encoding else decode_text(data)).strip("\0 \t\r\n\ufeff")
    text = _CONTROLS.sub("", _DECLARATION.sub("", text))
    for closing in ("</x:xmpmeta>", "</x:xapmeta>", "</rdf:RDF>"):
        if (end := text.rfind(closing)) >= 0:
            return text[: end + len(closing)].encode("utf-8", "replace")
    return text.encode("utf-8", "replace")


def descriptions(root: Element) -> list[Element]:
    """The elements whose attributes and children are the properties."""
    rdf = root if root.tag == qualified("rdf:RDF") else root.find(f".//{qualified('rdf:RDF')}")
    return [] if rdf is None else rdf.findall(qualified("rdf:Description"))


def read(data: bytes, *, extension: Sequence[bytes] = (), sidecar: bool = False) -> PhotoMetadata:
    """The metadata in an XMP packet. Raises ValueError with a plain reason.

    `extension`: further packets of the same photo, whose properties count after its own; those that can't be
    read are left out. `sidecar`: whether a file beside the photo holds it, which decides the dates' rank.
    """
    roots = [parse(data)]
    for packet in extension:
        with contextlib.suppress(ValueError):
            roots.append(parse(packet))
    properties: dict[str, list[str]] = {}
    for root in roots:
        for description in descriptions(root):
            for name, value in description.attrib.items():
                properties.setdefault(name, []).append(value)
            for child in description:
                properties.setdefault(child.tag, []).extend(values_of(child))
    return _metadata(_Properties(properties), roots, sidecar)


class _Properties:
    """The values of an XMP packet's properties, by names such as "dc:title"."""

    def __init__(self, values: dict[str, list[str]]) -> None:
        self._values = values

    def all(self, name: str) -> list[str]:
        """Every value of a property."""
        return self._values.get(qualified(name), [])

    def first(self, *names: str) -> str:
        """The first value that is not blank of the first property that has one."""
        return next((value for name in names for value in self.all(name) if value.strip()), "")


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


def _metadata(packet: _Properties, roots: Sequence[Element], sidecar: bool) -> PhotoMetadata:
    first = packet.first
    named = (first("photoshop:City"), first("photoshop:State"), first("photoshop:Country"))
    named = named if any(named) else _place_words(roots)
    point = sanitize.point(
        sanitize.coordinate(first("exif:GPSLatitude"), first("exif:GPSLatitudeRef"), 90),
        sanitize.coordinate(first("exif:GPSLongitude"), first("exif:GPSLongitudeRef"), 180),
    )
    written = first("exif:GPSAltitude").strip().removesuffix("m")  # "28.5 m" of some programs
    altitude = sanitize.number(written, -sanitize.ALTITUDE[1], sanitize.ALTITUDE[1])
    reference = first("exif:GPSAltitudeRef").strip().casefold()
    if altitude is not None and (reference in ("1", "3") or reference.startswith("below")):
        altitude = -abs(altitude)
    iso = sanitize.number(
        first("exif:ISOSpeedRatings", "exifEX:PhotographicSensitivity"), *sanitize.ISO_SPEED
    )
    return PhotoMetadata(
        dates=tuple(_dates(packet, sidecar)),
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
            [*packet.all("dc:subject"), *packet.all("acdsee:keywords")],
            [
                *packet.all("lr:hierarchicalSubject"),
                *_slashed(packet.all("digiKam:TagsList")),
                *_slashed(packet.all("MicrosoftPhoto:LastKeywordXMP")),
            ],
        ),
        people=_people(roots),
        rating=_rating(packet),
        color_label=_color_label(packet),
        flag=_flag(packet),
        title=sanitize.text(first("dc:title", "acdsee:caption"), sanitize.TITLE),
        headline=sanitize.text(first("photoshop:Headline"), sanitize.TITLE),
        description=sanitize.text(
            first("dc:description", "acdsee:notes", "exif:UserComment"), sanitize.STORY, lines=True
        ),
        creator=sanitize.text(", ".join(packet.all("dc:creator")) or first("acdsee:author")),
        copyright=sanitize.text(first("dc:rights"), sanitize.TITLE),
        city=sanitize.text(named[0]),
        province=sanitize.text(named[1]),
        country=sanitize.text(named[2]),
    )


def _dates(packet: _Properties, sidecar: bool) -> list[DateClaim]:
    source = SIDECAR if sidecar else "XMP"
    found: list[DateClaim] = []
    original = Rank.SIDECAR_ORIGINAL if sidecar else Rank.XMP_ORIGINAL
    for name, zone, fraction in DATES:
        date = parse_date(packet.first(name), packet.first(*zone), packet.first(*fraction))
        if date is not None:
            found.append(date.claim(source, original))
    created = parse_date(packet.first("xmp:CreateDate"))
    if created is not None:
        found.append(created.claim(source, Rank.SIDECAR_CREATED if sidecar else Rank.XMP_CREATED))
    digitized = parse_date(packet.first("exif:DateTimeDigitized"))
    if digitized is not None:
        found.append(digitized.claim(source, Rank.EXIF_DIGITIZED))
    satellite = parse_date(packet.first("exif:GPSTimeStamp"), "Z")
    if satellite is not None and satellite.precision == "second":
        found.append(replace(satellite, in_utc=True).claim("GPS", Rank.GPS))
    return found


def _rating(packet: _Properties) -> int | None:
    for name in ("xmp:Rating", "acdsee:rating"):
        if (stars := sanitize.rating(packet.first(name))) is not None:
            return stars
    return sanitize.stars_of_percent(packet.first("MicrosoftPhoto:Rating"))


def _color_label(packet: _Properties) -> str:
    """The colour: the label's own word first, since it is what the person reads in the other program."""
    if word := sanitize.text(packet.first("xmp:Label")):
        folded = word.casefold()
        known = {*_DIGIKAM_COLORS, *_DARKTABLE_COLORS}
        return _COLOR_WORDS.get(folded, folded if folded in known else word)
    for name, colors in (
        ("digiKam:ColorLabel", _DIGIKAM_COLORS),
        ("darktable:colorlabels", _DARKTABLE_COLORS),
    ):
        number = sanitize.number(packet.first(name), 0, len(colors) - 1)
        if number is not None and colors[round(number)]:
            return colors[round(number)]
    return ""


def _flag(packet: _Properties) -> int | None:
    """1 picked, -1 rejected, 0 neither."""
    rejected = sanitize.rating(packet.first("xmp:Rating")) == -1
    if (pick := sanitize.number(packet.first("xmpDM:pick"), -1, 1)) is not None:
        return round(pick) or (-1 if rejected else 0)
    good = packet.first("xmpDM:good").strip().casefold()
    if good in ("true", "false"):
        return 1 if good == "true" else -1
    if (flag := _DIGIKAM_FLAGS.get(packet.first("digiKam:PickLabel").strip())) is not None:
        return flag
    tagged = packet.first("photomechanic:Tagged", "acdsee:tagged").strip().casefold()
    if tagged in ("true", "1"):
        return 1
    return -1 if rejected else None


def _people(roots: Sequence[Element]) -> tuple[str, ...]:
    """Names of people: of face regions (Metadata Working Group, Microsoft, ACDSee) and of IPTC's list."""
    found: list[str] = []
    name_of, kind_of, person = (
        qualified("mwg-rs:Name"),
        qualified("mwg-rs:Type"),
        qualified("MPReg:PersonDisplayName"),
    )
    acdsee_name, acdsee_kind = qualified("acdsee-rs:Name"), qualified("acdsee-rs:Type")
    listed, detailed = qualified("Iptc4xmpExt:PersonInImage"), qualified("Iptc4xmpExt:PersonName")
    for element in (each for root in roots for each in root.iter()):
        for name, kind in ((name_of, kind_of), (acdsee_name, acdsee_kind)):
            if _field(element, kind).casefold() in ("", "face"):
                found.append(_field(element, name))
        found.append(_field(element, person))
        if element.tag == listed:
            found += values_of(element)
        elif element.tag == detailed:  # one name in several languages
            found += values_of(element)[:1]
    return sanitize.words(found)


def _place_words(roots: Sequence[Element]) -> tuple[str, str, str]:
    """City, province and country of IPTC's structures: where it was created, else what it shows."""
    names = [qualified(f"Iptc4xmpExt:{name}") for name in ("City", "ProvinceState", "CountryName")]
    for kind in ("LocationCreated", "LocationShown"):
        for element in (found for root in roots for found in root.iter(qualified(f"Iptc4xmpExt:{kind}"))):
            for structure in _structures(element):
                city, province, country = (_field(structure, name) for name in names)
                if city or province or country:
                    return city, province, country
    return "", "", ""


def _structures(element: Element) -> Iterator[Element]:
    """Where the fields of a structure may stand: in the property, its description, the items of its list."""
    items = [element, *element.findall(f"./*/{qualified('rdf:li')}")]
    for item in items:
        yield item
        yield from item.findall(qualified("rdf:Description"))


def _field(element: Element, name: str) -> str:
    """A field of a structure, which is an attribute or an element; "" where there is none."""
    if name in element.attrib:
        return element.attrib[name]
    child = element.find(name)
    return "" if child is None else _value(child).strip()


def _slashed(paths: list[str]) -> list[str]:
    """Hierarchies that digiKam and Windows divide by "/"."""
    return [path.strip("/ ").replace("/", "|") for path in paths]


def keywords(flat: list[str], hierarchical: list[str]) -> tuple[str, ...]:
    """Keywords: each hierarchy once ("a|b"), and the flat words that are no part of one."""
    trees = sanitize.words(hierarchical)
    parts = {part.strip().casefold() for tree in trees if "|" in tree for part in tree.split("|")}
    return sanitize.words([*(word for word in sanitize.words(flat) if word.casefold() not in parts), *trees])
