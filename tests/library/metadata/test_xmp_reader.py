"""XMP as many programs write it: people, flags, colours, places, hierarchies, languages, masks."""

from __future__ import annotations

import pytest
from photo_blocks import bag, packet

from dinodesk.library.metadata import xmp_reader
from dinodesk.library.metadata.capture_dates import resolve
from dinodesk.records import PhotoMetadata

OTHERS = " ".join(
    f'xmlns:{prefix}="{xmp_reader.NAMESPACES[prefix]}"'
    for prefix in (
        "xmpDM", "Iptc4xmpExt", "mwg-rs", "MPReg", "MicrosoftPhoto", "digiKam", "darktable", "acdsee",
        "acdsee-rs", "photomechanic", "exifEX",
    )
)  # fmt: skip


def read(attributes: str = "", children: str = "", *, sidecar: bool = False) -> PhotoMetadata:
    return xmp_reader.read(packet(f"{OTHERS} {attributes}", children), sidecar=sidecar)


def date(attributes: str = "", children: str = "") -> tuple[float, int | None, str] | None:
    found = resolve(read(attributes, children, sidecar=True).dates)
    return None if found is None else (found.clock, found.utc_offset, found.source)


SHOT = 1_719_830_400.0  # 2024-07-01 10:40:00


@pytest.mark.parametrize(
    "attributes",
    [
        'photoshop:DateCreated="2024-07-01T10:40:00+02:00"',  # Lightroom, Apple Photos
        'exif:DateTimeOriginal="2024-07-01T10:40:00+02:00"',
        'exif:DateTimeOriginal="2024:07:01 10:40:00" exif:OffsetTimeOriginal="+02:00"',  # exiftool
        'exifEX:DateTimeOriginal="2024-07-01T10:40:00" exifEX:OffsetTimeOriginal="+02:00"',
        'xmp:CreateDate="2024-07-01T10:40:00+0200"',
        'acdsee:datetime="2024-07-01T10:40:00+02:00"',
        'photoshop:DateCreated="2024-07-01" exif:DateTimeOriginal="2024-07-01T10:40:00+02:00"',
        'photoshop:DateCreated="2024-07-01t10:40:00" exif:GPSTimeStamp="2024-07-01T08:39:30Z"',
    ],
)
def test_dates_of_many_programs(attributes: str) -> None:
    found = date(attributes)
    assert found is not None and found[:2] == (SHOT, 120)


@pytest.mark.parametrize(
    "attributes",
    [
        'exif:GPSLatitude="48,51.5N" exif:GPSLongitude="2,21.0W"',
        'exif:GPSLatitude="48,51,30n" exif:GPSLongitude="2,21,0w"',
        'exif:GPSLatitude="48.858333" exif:GPSLongitude="-2.35"',
        'exif:GPSLatitude="48.858333" exif:GPSLatitudeRef="N" exif:GPSLongitude="2.35"'
        ' exif:GPSLongitudeRef="W"',
        'exif:GPSLatitude="N48.858333" exif:GPSLongitude="W 2.35"',
        'exif:GPSLatitude="48 deg 51\' 30.00&quot; N" exif:GPSLongitude="2 deg 21\' 0.00&quot; W"',
    ],
)
def test_coordinates_of_many_programs(attributes: str) -> None:
    found = read(attributes + ' exif:GPSAltitude="355/10" exif:GPSAltitudeRef="1"')
    assert (found.latitude, found.longitude, found.altitude) == (48.858333, -2.35, -35.5)


FACE = '<rdf:li rdf:parseType="Resource"><mwg-rs:Name>{}</mwg-rs:Name><mwg-rs:Type>{}</mwg-rs:Type></rdf:li>'
REGIONS = (
    '<mwg-rs:Regions rdf:parseType="Resource"><mwg-rs:RegionList><rdf:Bag>{}</rdf:Bag></mwg-rs:RegionList>'
    "</mwg-rs:Regions>"
)


def test_people_of_face_regions_and_lists() -> None:
    faces = FACE.format("Ada", "Face") + FACE.format("Rex", "Pet") + FACE.format("Tower", "Focus")
    assert read("", REGIONS.format(faces)).people == ("Ada",)
    short = '<rdf:li><rdf:Description mwg-rs:Name="Zoë" mwg-rs:Type="Face"/></rdf:li>'
    assert read("", REGIONS.format(short)).people == ("Zoë",)
    windows = (
        '<MPReg:Regions><rdf:Bag><rdf:li MPReg:PersonDisplayName="Ada" MPReg:Rectangle="0,0,1,1"/></rdf:Bag>'
        "</MPReg:Regions>"
    )
    assert read("", windows).people == ("Ada",)
    assert read("", bag("Iptc4xmpExt:PersonInImage", "Ada", "Zoë", "ada")).people == ("Ada", "Zoë")
    detailed = (
        '<Iptc4xmpExt:PersonInImageWDetails><rdf:Bag><rdf:li rdf:parseType="Resource">'
        + bag("Iptc4xmpExt:PersonName", "Grace", kind="Alt")
        + "</rdf:li></rdf:Bag></Iptc4xmpExt:PersonInImageWDetails>"
    )
    assert read("", detailed).people == ("Grace",)


@pytest.mark.parametrize(
    ("attributes", "color"),
    [
        ('xmp:Label="Red"', "red"), ('xmp:Label="Rot"', "red"), ('xmp:Label="Grün"', "green"),
        ('xmp:Label="To Do"', "To Do"), ('digiKam:ColorLabel="5"', "blue"), ('digiKam:ColorLabel="0"', ""),
        ('xmp:Label="Second" digiKam:ColorLabel="1"', "Second"), ("", ""), ('digiKam:ColorLabel="99"', ""),
    ],
)  # fmt: skip
def test_colour_labels(attributes: str, color: str) -> None:
    assert read(attributes).color_label == color


def test_colours_of_darktable() -> None:
    assert read("", bag("darktable:colorlabels", "2", kind="Seq")).color_label == "green"


@pytest.mark.parametrize(
    ("attributes", "flag"),
    [
        ('xmpDM:pick="1"', 1), ('xmpDM:pick="-1"', -1), ('xmpDM:pick="0"', 0), ('xmpDM:good="true"', 1),
        ('xmpDM:good="False"', -1), ('digiKam:PickLabel="3"', 1), ('digiKam:PickLabel="1"', -1),
        ('photomechanic:Tagged="True"', 1), ('acdsee:tagged="True"', 1), ('xmp:Rating="-1"', -1),
        ('xmp:Rating="3"', None), ("", None),
    ],
)  # fmt: skip
def test_flags(attributes: str, flag: int | None) -> None:
    assert read(attributes).flag == flag


def test_ratings_of_other_programs() -> None:
    assert read('MicrosoftPhoto:Rating="75"').rating == 4
    assert read('acdsee:rating="2"').rating == 2
    assert read('xmp:Rating="" acdsee:rating="2"').rating == 2


def test_an_empty_default_language_hides_no_title() -> None:
    alt = (
        '<dc:title><rdf:Alt><rdf:li xml:lang="x-default"> </rdf:li><rdf:li xml:lang="de">Köln</rdf:li>'
        "</rdf:Alt></dc:title>"
    )
    assert read("", alt).title == "Köln"


def test_hierarchies_of_digikam_and_windows() -> None:
    found = read("", bag("dc:subject", "Dog", "sea") + bag("digiKam:TagsList", "Animals/Dog", kind="Seq"))
    assert found.keywords == ("sea", "Animals|Dog")
    assert read("", bag("MicrosoftPhoto:LastKeywordXMP", "Trip/Paris")).keywords == ("Trip|Paris",)


def test_words_of_the_place_and_of_publication() -> None:
    found = read(
        'photoshop:City="Malmö" photoshop:State="Skåne" photoshop:Country="Sverige" photoshop:Headline="Kort"'
    )
    assert (found.city, found.province, found.country) == ("Malmö", "Skåne", "Sverige")
    assert found.headline == "Kort"
    assert read('acdsee:caption="Title" acdsee:notes="Story" acdsee:author="Ada"').creator == "Ada"


def test_words_of_the_place_in_iptcs_structures() -> None:
    place = (
        '<Iptc4xmpExt:{0}><rdf:Bag><rdf:li rdf:parseType="Resource"><Iptc4xmpExt:City>{1}</Iptc4xmpExt:City>'
        "<Iptc4xmpExt:CountryName>Sweden</Iptc4xmpExt:CountryName></rdf:li></rdf:Bag></Iptc4xmpExt:{0}>"
    )
    both = place.format("LocationShown", "Lund") + place.format("LocationCreated", "Malmö")
    found = read("", both)
    assert (found.city, found.province, found.country) == ("Malmö", "", "Sweden")
    assert read('photoshop:City="Ystad"', both).city == "Ystad"


def test_places_are_taken_as_a_whole() -> None:
    shown = '<Iptc4xmpExt:LocationShown rdf:parseType="Resource" Iptc4xmpExt:CountryName="France"/>'
    found = read('photoshop:City="Roma"', shown)
    assert (found.city, found.country) == ("Roma", "")


def test_names_in_several_languages_are_one_person_and_several_creators_are_told() -> None:
    names = '<rdf:Alt><rdf:li xml:lang="x-default">Cy</rdf:li><rdf:li xml:lang="de">Zy</rdf:li></rdf:Alt>'
    person = (
        f'<rdf:li rdf:parseType="Resource"><Iptc4xmpExt:PersonName>{names}</Iptc4xmpExt:PersonName></rdf:li>'
    )
    found = read(
        "",
        f"<Iptc4xmpExt:PersonInImageWDetails><rdf:Bag>{person}</rdf:Bag></Iptc4xmpExt:PersonInImageWDetails>",
    )
    assert found.people == ("Cy",)
    assert read("", bag("dc:creator", "Ann", "Bob", kind="Seq")).creator == "Ann, Bob"
    assert read('xmpDM:pick="0" xmp:Rating="-1"').flag == -1


@pytest.mark.parametrize(
    ("height", "reference", "metres"),
    [("28.5 m", "", 28.5), ("28.5", "Below Sea Level", -28.5), ("57/2", "1", -28.5), ("-28.5", "", -28.5)],
)
def test_heights(height: str, reference: str, metres: float) -> None:
    place = 'exif:GPSLatitude="41.9" exif:GPSLongitude="12.45"'
    found = read(f'{place} exif:GPSAltitude="{height}" exif:GPSAltitudeRef="{reference}"')
    assert found.altitude == metres


@pytest.mark.parametrize(
    "wrong",
    [
        lambda text: "\ufeff\r\n" + '<?xml version="1.0"?>' + text,
        lambda text: text + "\x00\x00garbage <",
        lambda text: text.replace("Köln", "Kö\x01ln"),
        lambda text: '<?xml version="1.0" encoding="utf-16"?>' + text,
    ],
)
def test_envelopes_that_lax_readers_take(wrong) -> None:
    text = packet('xmp:Rating="4" photoshop:City="Köln"').decode()
    assert xmp_reader.read(wrong(text).encode()).city == "Köln"


@pytest.mark.parametrize("encoding", ["latin-1", "utf-32", "utf-16"])
def test_packets_of_other_encodings_whatever_they_declare(encoding: str) -> None:
    text = '<?xml version="1.0" encoding="utf-8"?>' + packet('photoshop:City="Köln"').decode()
    assert xmp_reader.read(text.encode(encoding)).city == "Köln"


def test_nested_structures_cost_no_quadratic_time() -> None:
    deep = "<Iptc4xmpExt:LocationCreated>" * 40_000 + "</Iptc4xmpExt:LocationCreated>" * 40_000
    assert read("", deep).city == ""  # took minutes


def test_masks_of_many_megabytes_are_read_past() -> None:
    mask = f'xmp:Mask="{"A" * (20 << 20)}"'
    assert read(f'{mask} xmp:Rating="4"').rating == 4


def test_more_than_the_limits_is_refused_in_words() -> None:
    with pytest.raises(ValueError, match="over 64 MB"):
        xmp_reader.read(b" " * (xmp_reader.LARGEST + 1))
    with pytest.raises(ValueError, match="more than 200,000 elements"):
        xmp_reader.read(packet("", "<xmp:a/>" * (xmp_reader.MOST_TAGS + 1)))


def test_an_extension_counts_behind_the_packet() -> None:
    main = packet('xmp:Rating="4"')
    more = packet('xmp:Rating="1" photoshop:City="Malmö"')
    found = xmp_reader.read(main, extension=[b"broken", more])
    assert (found.rating, found.city) == (4, "Malmö")
