"""Embedded metadata: dates by rank, coordinates, words; impossible values are dropped."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from photo_blocks import bag, packet, photo
from PIL.TiffImagePlugin import IFDRational

from dinodesk.library.metadata import sanitize, xmp_reader
from dinodesk.library.metadata.capture_dates import resolve
from dinodesk.library.metadata.embedded_reader import fill_missing, read_metadata
from dinodesk.records import PhotoMetadata

ORIGINAL, OFFSET, SUBSEC, DIGITIZED, CHANGED = 0x9003, 0x9011, 0x9291, 0x9004, 0x0132
MAY = datetime(2021, 5, 6, 7, 8, 9, tzinfo=UTC).timestamp()
GPS = {1: "N", 2: (48.0, 51.0, 30.0), 3: "W", 4: (2.0, 21.0, 0.0), 5: b"\1", 6: 35.5}
GPS_DATE = {7: (7.0, 8.0, 9.0), 29: "2021:05:06"}


def date_of(found: PhotoMetadata) -> tuple[float, int | None, str] | None:
    """Clock, zone and block of the date that is believed."""
    date = resolve(found.dates, MAY + 5 * 365 * 86_400)
    return None if date is None else (date.clock, date.utc_offset, date.source)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
def test_every_format_that_carries_exif_is_read(kind: str) -> None:
    found = read_metadata(
        photo(
            kind,
            tags={0x010F: "Canon", 0x0110: "Canon EOS 40D"},
            inner={
                ORIGINAL: "2021:05:06 07:08:09", OFFSET: "+02:00", SUBSEC: "25", 0xA434: "EF 50mm",
                0x829D: IFDRational(28, 10), 0x829A: IFDRational(1, 250), 0x8827: 400, 0x920A: 50,
            },
            gps=GPS,
        )
    )  # fmt: skip
    assert date_of(found) == (MAY + 0.25, 120, "EXIF")
    assert (found.camera_maker, found.camera_model, found.lens) == ("Canon", "Canon EOS 40D", "EF 50mm")
    assert (found.aperture, found.exposure, found.iso, found.focal_length) == (2.8, 0.004, 400, 50)
    assert (found.latitude, found.longitude, found.altitude) == (48.858333, -2.35, -35.5)


@pytest.mark.parametrize(
    ("blocks", "where", "seconds", "offset"),
    [
        ({"inner": {ORIGINAL: "2021:05:06 07:08:09"}}, "EXIF", 0, None),
        ({"inner": {ORIGINAL: "2021:05:06 07:08:09", OFFSET: "-03:30"}}, "EXIF", 0, -210),
        ({"inner": {ORIGINAL: "2021:05:06 07:08:09", OFFSET: "Z"}}, "EXIF", 0, 0),
        ({"inner": {ORIGINAL: "2021:05:06 07:08:09", OFFSET: "+25:00"}}, "EXIF", 0, None),
        ({"inner": {ORIGINAL: "2021:05:06 07:08:09", 0x882A: 2}}, "EXIF", 0, 120),
        ({"inner": {ORIGINAL: "2021-05-06T07:08:09"}}, "EXIF", 0, None),
        ({"tags": {ORIGINAL: "2021:05:06 07:08:09", OFFSET: "+01:00"}}, "EXIF", 0, 60),
        ({"xmp": packet('photoshop:DateCreated="2021-05-06T07:08:09+02:00"')}, "XMP", 0, 120),
        ({"xmp": packet('exif:DateTimeOriginal="2021-05-06T07:08:09.5Z"')}, "XMP", 0.5, 0),
        ({"xmp": packet('photoshop:DateCreated="2021-05-06T07:08"')}, "XMP", -9, None),
        ({"iptc": {55: [b"20210506"], 60: [b"070809+0100"]}}, "IPTC", 0, 60),
        ({"iptc": {55: [b"20210506"]}}, "IPTC", -(7 * 3600 + 8 * 60 + 9), None),
        ({"inner": {DIGITIZED: "2021:05:06 07:08:09"}}, "EXIF, digitized", 0, None),
        ({"tags": {CHANGED: "2021:05:06 07:08:09"}}, "EXIF, last change", 0, None),
        ({"gps": GPS_DATE}, "GPS", 0, 0),
    ],
)
def test_dates(blocks: dict, where: str, seconds: float, offset: int | None) -> None:
    assert date_of(read_metadata(photo(**blocks))) == (MAY + seconds, offset, where)


def test_dates_by_rank_and_a_lie_makes_room_for_the_next() -> None:
    lies = ["0000:00:00 00:00:00", "1825:12:31 23:59:59", "2999:01:01 00:00:00", "    :  :     :  :  "]
    lies += ["\0" * 19, "2021:13:01 00:00:00", "2021:02:30 00:00:00", "2021:05:06 25:00:00", "yesterday"]
    others = {
        "xmp": packet('photoshop:DateCreated="2022-01-01T00:00:01Z"'),
        "iptc": {55: [b"20230101"], 60: [b"000001+0000"]},
        "gps": {7: (0.0, 0.0, 1.0), 29: "2024:01:01"},
    }

    def block(inner: str) -> str:
        found = date_of(read_metadata(photo(inner={ORIGINAL: inner}, **others)))
        assert found is not None
        return found[2]

    assert block("2021:05:06 07:08:09") == "EXIF"
    assert {block(lie) for lie in lies} == {"XMP"}
    del others["xmp"]
    assert block(lies[0]) == "IPTC"
    del others["iptc"]
    assert block(lies[0]) == "GPS"


@pytest.mark.parametrize(
    "gps",
    [
        {1: "N", 2: (0.0, 0.0, 0.0), 3: "E", 4: (0.0, 0.0, 0.0)},
        {1: "N", 2: (91.0, 0.0, 0.0), 3: "E", 4: (2.0, 0.0, 0.0)},
        {1: "N", 2: (48.0, 0.0, 0.0), 3: "E", 4: (181.0, 0.0, 0.0)},
        {1: "N", 2: (IFDRational(48, 0), 0.0, 0.0), 3: "E", 4: (2.0, 0.0, 0.0)},
        {1: "E", 2: (48.0, 0.0, 0.0), 3: "N", 4: (2.0, 0.0, 0.0)},
        {2: (48.0, 0.0, 0.0), 4: (2.0, 0.0, 0.0)},
        {1: "N", 2: (48.0, 0.0, 0.0)},
    ],
)
def test_impossible_coordinates_are_dropped(gps: dict) -> None:
    found = read_metadata(photo(gps=gps, inner={ORIGINAL: "2021:05:06 07:08:09"}))
    assert (found.latitude, found.longitude, found.altitude) == (None, None, None)
    assert date_of(found) == (MAY, None, "EXIF")  # the rest stays


def test_absurd_exposures_are_dropped_one_by_one() -> None:
    inner = {0x829D: IFDRational(0, 1), 0x829A: IFDRational(1, 0), 0x8827: 0, 0x920A: 50}
    found = read_metadata(photo(inner=inner))
    assert (found.aperture, found.exposure, found.iso, found.focal_length) == (None, None, None, 50)


def test_words_of_all_three_blocks() -> None:
    words = packet(
        'xmp:Rating="4"',
        bag("dc:subject", "Dog", "beach", "Animals") + bag("lr:hierarchicalSubject", "Animals|Dog")
        + '<dc:title><rdf:Alt><rdf:li xml:lang="de">Hund</rdf:li><rdf:li xml:lang="x-default">Dog</rdf:li>'
        "</rdf:Alt></dc:title>",
    )  # fmt: skip
    iptc = {25: ["Küste".encode(), b"BEACH"], 120: [b"On the shore"], 80: [b"Ada"], 5: [b"other"]}
    found = read_metadata(
        photo(xmp=words, iptc=iptc, tags={0x010E: "camera's words", 0x4746: 2, 0x8298: "me"})
    )
    assert found.keywords == ("Küste", "BEACH", "Animals|Dog")
    assert (found.title, found.description, found.rating) == ("Dog", "On the shore", 4)
    assert (found.creator, found.copyright) == ("Ada", "me")


@pytest.mark.parametrize(
    ("written", "rating"), [("-1", -1), ("0", 0), ("5.0", 5), ("6", None), ("nan", None)]
)
def test_ratings(written: str, rating: int | None) -> None:
    assert read_metadata(photo(xmp=packet(f'xmp:Rating="{written}"'))).rating == rating


def test_long_and_hostile_texts_are_cleaned() -> None:
    found = read_metadata(photo(tags={0x010E: "a" * 64_000, 0x013B: "Ada\0\x1b[31m", 0x8298: "\0" * 500}))
    assert len(found.description) == sanitize.STORY and found.copyright == ""
    assert found.creator == "Ada"  # EXIF's text ends at its NUL
    assert sanitize.text("Ada\u202eevil\ud800\x85") == "Adaevil"


@pytest.mark.parametrize(
    "trap",
    [
        b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>',
        b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>',
        b'<!DOCTYPE x SYSTEM "http://example.invalid/x.dtd"><x/>',
        b"<a>" * 200_000,
        b"",
        b"\xff\xfe",
        b"<x/>" + b" " * xmp_reader.LARGEST,
    ],
)
def test_xml_traps_cost_the_packet_only(trap: bytes) -> None:
    with pytest.raises(ValueError, match=r"it (is|holds)"):
        xmp_reader.read(trap)
    if len(trap) < 60_000:
        found = read_metadata(photo(xmp=trap, inner={ORIGINAL: "2021:05:06 07:08:09"}))
        assert date_of(found) == (MAY, None, "EXIF")


def test_a_file_that_is_no_photo_has_no_metadata() -> None:
    for data in (b"", b"no photo", b"\xff\xd8\xff", photo()[:40], "/nowhere/at/all.jpg"):
        assert read_metadata(data) == PhotoMetadata()


def test_coordinates_are_filled_as_a_whole_and_a_height_where_they_agree() -> None:
    mine = PhotoMetadata(latitude=1.0, longitude=2.0)
    other = PhotoMetadata(latitude=3.0, longitude=4.0, altitude=9.0, iso=100)
    merged = fill_missing(mine, other)
    assert (merged.latitude, merged.altitude, merged.iso) == (1.0, None, 100)
    near = replace(other, latitude=1.0004, longitude=2.0)
    assert fill_missing(mine, near).altitude == 9.0


def test_words_of_a_place_are_filled_as_a_whole() -> None:
    mine, other = PhotoMetadata(city="Roma"), PhotoMetadata(city="Paris", country="France")
    assert (fill_missing(mine, other).city, fill_missing(mine, other).country) == ("Roma", "")
    assert fill_missing(PhotoMetadata(), other).country == "France"


def test_an_edited_title_is_not_replaced_by_a_longer_old_one() -> None:
    edited = packet("", bag("dc:title", "Rome", kind="Alt"))
    found = read_metadata(
        photo(xmp=edited, iptc={5: [b"Rome by night"], 80: [b"Ann"]}, tags={0x013B: "Anna"})
    )
    assert (found.title, found.creator) == ("Rome", "Ann")
    cut = b"An artist whose name is cut here"
    whole = read_metadata(photo(iptc={80: [cut]}, tags={0x013B: cut.decode() + ", Ltd."}))
    assert len(cut) == 32 and whole.creator == cut.decode() + ", Ltd."


ANYTHING = st.one_of(
    st.none(), st.integers(), st.floats(), st.text(), st.binary(),
    st.fractions().map(IFDRational),
    st.tuples(st.floats(), st.floats(), st.floats()), st.lists(st.integers(), max_size=4),
    st.builds(IFDRational, st.integers(-9, 9), st.just(0)),
)  # fmt: skip


@given(ANYTHING, ANYTHING, ANYTHING)
def test_no_written_value_raises_or_gives_an_impossible_one(one, two, three) -> None:
    said = sanitize.text(one, 50)
    assert len(said) <= 50 and not any(unicodedata.category(char) in ("Cc", "Cs") for char in said)
    said.encode("utf-8")
    number = sanitize.number(one, 0.5, 128)
    assert number is None or 0.5 <= number <= 128
    place = sanitize.degrees(one, two, 90)
    assert place is None or -90 <= place <= 90
    assert sanitize.rating(one) in (None, -1, 0, 1, 2, 3, 4, 5)


@given(st.binary(max_size=300))
def test_any_bytes_as_blocks(noise: bytes) -> None:
    found = read_metadata(photo(xmp=noise or None, iptc={25: [noise], 55: [noise[:8]], 120: [noise]}))
    assert isinstance(found, PhotoMetadata)


@given(st.integers(0, 2000), st.binary(min_size=1, max_size=40))
def test_damaged_exif_costs_no_photo(at: int, noise: bytes) -> None:
    data = bytearray(photo(inner={ORIGINAL: "2021:05:06 07:08:09"}, gps=GPS, xmp=packet('xmp:Rating="3"')))
    at %= len(data)
    data[at : at + len(noise)] = noise
    assert isinstance(read_metadata(bytes(data)), PhotoMetadata)


@given(st.text(max_size=40), st.text(max_size=40))
def test_clean_text_is_a_fixed_point(one: str, two: str) -> None:
    for lines in (False, True):
        cleaned = sanitize.text(one + "\r\n" + two, 60, lines=lines)
        assert sanitize.text(cleaned, 60, lines=lines) == cleaned
