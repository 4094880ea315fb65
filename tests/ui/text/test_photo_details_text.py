"""The Info page's lines: zones, dates, cameras, exposure, coordinates, locations, sizes."""

from __future__ import annotations

import pytest

from dinodesk.records import (
    CaptureDate,
    DateClaim,
    DatePrecision,
    LocationDetails,
    PhotoDetails,
    PhotoMetadata,
    SidecarDetails,
    ZoneSource,
)
from dinodesk.ui.text import photo_details_text as words


@pytest.mark.parametrize(
    ("offset", "name"),
    [(None, "not known"), (0, "UTC"), (120, "UTC+02:00"), (-210, "UTC−03:30"), (-30, "UTC−00:30")],
)
def test_zones(offset: int | None, name: str) -> None:
    assert words.zone_name(offset) == name


MAY = 1_620_284_889.25  # 2021-05-06 07:08:09


def test_a_date_is_shown_by_the_clock_it_was_read_from() -> None:
    assert words.date_lines(CaptureDate(MAY, 120, "second", "EXIF", "stated")) == (
        ("Taken", "6 May 2021, 07:08:09"), ("Time zone", "UTC+02:00"), ("From", "EXIF"),
    )  # fmt: skip
    old = words.date_lines(CaptureDate(-4_000_000_000.0, None, "second", "XMP"))
    assert old[:2] == (("Taken", "31 March 1843, 16:53:20"), ("Time zone", "not known"))
    assert words.date_lines(None) == ()


@pytest.mark.parametrize(
    ("precision", "written"),
    [("year", "2021"), ("month", "May 2021"), ("day", "6 May 2021"), ("minute", "6 May 2021, 07:08")],
)
def test_only_what_is_known_of_a_date_is_shown(precision: DatePrecision, written: str) -> None:
    lines = dict(words.date_lines(CaptureDate(MAY, None, precision, "XMP")))
    assert lines["Taken"] == written and ("Time zone" in lines) == (precision == "minute")


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("gps_clock", "the time GPS stored"),
        ("gps_place", "the coordinates"),
        ("folder", "photos in its folder"),
        ("days", "photos of these days"),
    ],
)
def test_an_inferred_zone_says_what_it_is_inferred_from(source: ZoneSource, why: str) -> None:
    lines = dict(words.date_lines(CaptureDate(MAY, -210, "second", "EXIF", source)))
    assert (lines["Time zone"], lines["Zone from"]) == ("UTC−03:30", why)


def test_a_date_that_is_not_believed_is_told() -> None:
    claims = tuple(DateClaim(4e9, None, "second", block, 2) for block in ("EXIF", "EXIF", "IPTC"))
    assert words.date_lines(None, claims) == (("Not believed", "a date in the future, from EXIF and IPTC"),)


def test_marks_people_and_named_places() -> None:
    metadata = PhotoMetadata(
        people=("Ada", "Zoë"), color_label="red", flag=-1, headline="Short", city="Malmö", country="Sweden"
    )
    groups = dict(words.detail_groups(PhotoDetails(metadata=metadata, title="Sea")))
    assert groups["Words"] == (("Title", "Sea"), ("Headline", "Short"), ("People", "Ada, Zoë"))
    assert groups["Marks"] == (("Colour label", "red"), ("Flag", "rejected"))
    assert groups["Place"] == (("Named", "Malmö, Sweden"),)
    same = PhotoDetails(metadata=PhotoMetadata(headline="Sea", flag=0), title="Sea")
    assert dict(words.detail_groups(same))["Words"] == (("Title", "Sea"),)


@pytest.mark.parametrize(
    ("maker", "model", "shown"),
    [
        ("Canon", "Canon EOS 40D", "Canon EOS 40D"),
        ("NIKON CORPORATION", "NIKON D70", "NIKON D70"),
        ("Apple", "iPhone 15", "Apple iPhone 15"),
        ("", "X100V", "X100V"),
    ],
)
def test_the_maker_is_named_once(maker: str, model: str, shown: str) -> None:
    assert words.camera_lines(PhotoMetadata(camera_maker=maker, camera_model=model)) == (("Camera", shown),)


def test_exposure() -> None:
    lines = words.exposure_lines(PhotoMetadata(exposure=0.004, aperture=2.8, iso=12800, focal_length=50.0))
    assert dict(lines) == {"Time": "1/250 s", "Aperture": "f/2.8", "ISO": "12,800", "Focal length": "50 mm"}
    assert words.exposure_lines(PhotoMetadata(exposure=2.5)) == (("Time", "2.5 s"),)
    assert words.exposure_lines(PhotoMetadata()) == ()


def test_coordinates() -> None:
    south = PhotoMetadata(latitude=-33.86, longitude=-151.2, altitude=-12.4)
    assert words.place_lines(south, "") == (
        ("Coordinates", "33.86000° S, 151.20000° W"), ("Height", "-12 m"),
    )  # fmt: skip
    north = PhotoMetadata(latitude=48.86, longitude=2.35)
    assert words.place_lines(north, "Paris, France")[0] == ("Near", "Paris, France")
    assert words.place_lines(PhotoMetadata(latitude=1.0), "Nowhere") == ()


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        (LocationDetails(path="/a", state="online"), ""),
        (LocationDetails(path="/a", state="missing"), "not found where it was"),
        (LocationDetails(path="/a", state="offline", drive="Archive"), "away: plug in “Archive”"),
        (LocationDetails(path="/a", state="offline", drive="/"), "away: its drive is not there"),
        (LocationDetails(path="/a", state="offline", folder_missing=True), "its folder is not there"),
    ],
)
def test_why_a_location_can_not_be_read(location: LocationDetails, reason: str) -> None:
    assert words.location_reason(location) == reason


def test_every_location_has_its_folder_its_state_and_another_name_if_it_has_one() -> None:
    locations = (
        LocationDetails(path="/photos/a.jpg", state="online"),
        LocationDetails(path="/backup/a.jpg", state="missing"),
        LocationDetails(path="/stick/b.jpg", state="online"),
    )
    assert words.location_lines(locations) == (
        ("Folder", "/photos"), ("Also in", "/backup"), ("State", "not found where it was"),
        ("Also in", "/stick"), ("as", "b.jpg"),
    )  # fmt: skip


def test_groups_are_in_order_and_empty_ones_are_left_out() -> None:
    details = PhotoDetails(
        locations=(LocationDetails(path="/photos/a.jpg", state="online"),),
        width=4000,
        height=3000,
        bytes=1_234_567,
        sidecars=(SidecarDetails(path="photos/a.xmp", reason="it is too large"),),
        metadata=PhotoMetadata(copyright="(c) Me"),
        title="Sea",
    )
    groups = dict(words.detail_groups(details))
    assert list(groups) == ["File", "Words", "Where", "Indexed with"]
    assert groups["File"] == (
        ("Name", "a.jpg"), ("Size", "4,000 × 3,000 pixels"), ("On disk", "1.2 MB"),
        ("Sidecar", "a.xmp · can't be used: it is too large"),
    )  # fmt: skip
    assert groups["Words"] == (("Title", "Sea"), ("Rights", "(c) Me"))
    assert groups["Indexed with"] == (("Model", "no model yet"),)
