"""Photos in the order in which they were taken, whatever clocks wrote the dates."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from photo_blocks import packet
from stored_files import StoredFolder

from dinodesk.library.files.sidecar_names import sidecars_of
from dinodesk.library.metadata import metadata_store
from dinodesk.library.metadata.capture_dates import Rank
from dinodesk.library.metadata.date_parsing import parse_date
from dinodesk.library.photos import photo_locations, photo_queries
from dinodesk.library.photos.export_rows import read_export_rows
from dinodesk.library.photos.photo_dates import capture_date, date_of_claims, place_dates
from dinodesk.library.photos.photo_details import read_photo_details
from dinodesk.library.photos.photo_queries import list_photos
from dinodesk.library.sidecars import sidecar_reader
from dinodesk.records import DateClaim, Photo, PhotoMetadata, ZoneSource

NOW = 1_750_000_000.0  # 2025-06-15


def exif(written: str) -> PhotoMetadata:
    date = parse_date(written)
    assert date is not None
    return PhotoMetadata(dates=(date.claim("EXIF", 2),))


def add(folder: StoredFolder, name: str, metadata: PhotoMetadata, sidecar: str = "") -> None:
    folder.write(name, name.encode())
    folder.store(name, metadata=metadata)
    if sidecar:
        folder.write(f"{name}.xmp", packet(sidecar))
        (file,) = sidecars_of(str(folder.path / name))
        ((location,),) = folder.rows("SELECT max(id) FROM places")
        sidecar_reader.store(folder.library.database, [sidecar_reader.read(location, file, folder.root)])


def order(folder: StoredFolder, now: float = NOW) -> list[str]:
    photos = sorted(list_photos(folder.library.database, now=now)[0], key=lambda photo: photo.taken)
    return [Path(photo.path).stem for photo in photos]


def test_a_trip_of_a_camera_a_telephone_and_sidecars_stands_in_its_order(folder: StoredFolder) -> None:
    day = "2024:07:01"
    add(folder, "1.jpg", exif(f"{day} 09:30:00+02:00"), 'exif:DateTimeOriginal="2024:07:01 09:30:00.000"')
    add(folder, "2.jpg", exif(f"{day} 10:00:00+02:00"))
    add(folder, "3.jpg", exif(f"{day} 10:15:00"))  # a camera that writes no zone
    add(folder, "4.jpg", exif(f"{day} 10:30:00+02:00"), 'photoshop:DateCreated="2024-07-01"')
    add(folder, "5.jpg", exif(f"{day} 10:40:00+02:00"),
        'photoshop:DateCreated="2024-07-01" exif:DateTimeOriginal="2024-07-01T10:40:00+02:00"')  # fmt: skip
    add(folder, "6.jpg", exif(f"{day} 10:50:00+02:00"), 'exif:DateTimeOriginal="2024-07-01 10:50:00"')
    add(folder, "7.jpg", exif(f"{day} 11:00:00+02:00"))
    assert order(folder) == list("1234567")
    rows = {Path(each.path).stem: each for each in read_export_rows(folder.library.database, now=NOW)}
    assert [rows[name].date for name in "134"] == [
        "2024-07-01T09:30:00+02:00", "2024-07-01T10:15:00", "2024-07-01T10:30:00+02:00",
    ]  # fmt: skip
    assert (rows["3"].zone, rows["3"].zone_from) == ("+02:00", "folder")
    assert {rows[name].zone_from for name in "124567"} == {"stated"}
    # one photo alone says the same as all of them
    assert read_export_rows(folder.library.database, [3], now=NOW)[0] == rows["3"]


def test_order_info_and_export_agree_before_and_after_the_day_has_come(folder: StoredFolder) -> None:
    future = exif("2027:06:01 10:00:00+02:00")
    add(folder, "next-year.jpg", future)
    (claim,) = future.dates
    for now, date in ((NOW, None), (claim.instant, "2027-06-01T10:00:00+02:00")):
        (row,) = read_export_rows(folder.library.database, now=now)
        (photo,) = list_photos(folder.library.database, now=now)[0]
        details = read_photo_details(folder.library.database, photo.asset, now=now)
        assert details is not None
        assert row.date == date and (details.date is None) == (date is None)
        assert (photo.taken == claim.instant) == (photo.clock is not None) == (date is not None)
        assert bool(details.doubted) == (date is None)


def test_coordinates_tell_the_zone_of_a_clock(folder: StoredFolder) -> None:
    bare = exif("2024:07:01 12:00:00").dates
    add(folder, "rome.jpg", PhotoMetadata(dates=bare, latitude=41.9, longitude=12.45))
    add(folder, "york.jpg", PhotoMetadata(dates=bare, latitude=40.7, longitude=-74.0))
    assert order(folder) == ["rome", "york"]  # six hours apart
    rome, york = read_export_rows(folder.library.database, now=NOW)
    assert (rome.zone, york.zone, rome.zone_from) == ("+02:00", "-04:00", "gps_place")
    assert rome.date == "2024-07-01T12:00:00"  # the zone is not stated with it


def test_the_place_of_a_sidecar_counts_too(folder: StoredFolder) -> None:
    add(
        folder, "a.jpg", exif("2024:07:01 12:00:00"),
        'exif:GPSLatitude="40.7" exif:GPSLongitude="-74.0"',
    )  # fmt: skip
    (photo,) = list_photos(folder.library.database, now=NOW)[0]
    assert photo.utc_offset == -240 and photo.taken == (photo.clock or 0) + 4 * 3600


def photo(path: str, clock: float | None, offset: int | None = None, taken: float = 0.0) -> Photo:
    return Photo(
        asset=1, path=path, content="", state="online", width=1, height=1, clock=clock, utc_offset=offset,
        taken=taken if clock is None else clock - 60 * (offset or 0),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("other", "zone"),
    [
        (photo("/a/phone.jpg", 3600.0, 120), (120, "folder")),
        (photo("/b/phone.jpg", 3600.0, 120), (120, "days")),
        (photo("/b/phone.jpg", 9e8, 120), None),
        (photo("/a/file.jpg", None, taken=3600.0), None),  # only a file's date
    ],
)
def test_what_other_photos_tell(other: Photo, zone: tuple[int, ZoneSource] | None) -> None:
    placed = place_dates([photo("/a/camera.jpg", 0.0), other])
    assert placed.zone_of(0) == zone and placed.zone_of(1) is None
    assert placed.instants[1] == other.taken


def test_no_photos_and_photos_without_zones_are_left_as_they_are() -> None:
    assert len(place_dates([]).instants) == 0
    several = [photo("/a", 5.0), photo("/b", 3.0), photo("/c", None, taken=7.0)]
    assert np.array_equal(place_dates(several).instants, [5.0, 3.0, 7.0])


def test_a_date_without_coordinates_or_claims() -> None:
    assert capture_date(PhotoMetadata(), NOW) is None
    found = capture_date(exif("2024:07:01 12:00:00"), NOW)
    assert found is not None and found.utc_offset is None and found.zone_from == ""


def test_a_time_told_in_utc_places_no_other_clock(folder: StoredFolder) -> None:
    gps = parse_date("2024:07:01 08:30:00Z")
    assert gps is not None
    satellite = (gps.claim("GPS", Rank.GPS),)
    add(folder, "camera.jpg", exif("2024:07:01 10:15:00"))
    add(folder, "rome.jpg", PhotoMetadata(dates=satellite, latitude=41.9, longitude=12.45))
    assert order(folder) == ["camera", "rome"]
    camera, rome = read_export_rows(folder.library.database, now=NOW)
    assert (rome.date, rome.zone_from) == ("2024-07-01T10:30:00+02:00", "gps_place")
    assert (camera.zone, camera.zone_from) == ("+02:00", "folder")
    add(folder, "bare.jpg", PhotoMetadata(dates=satellite))
    bare = read_export_rows(folder.library.database, [3], now=NOW)[0]
    assert (bare.date, bare.zone_from) == ("2024-07-01T08:30:00+00:00", "utc")
    (alone,) = (each for each in list_photos(folder.library.database, now=NOW)[0] if each.asset == 3)
    assert alone.clock is None and alone.taken == satellite[0].instant


def test_a_date_without_a_clock_has_no_zone_in_exports(folder: StoredFolder) -> None:
    add(folder, "day.jpg", exif("2024:07:01"))
    add(folder, "phone.jpg", exif("2024:07:01 12:00:00+02:00"))
    day, phone = read_export_rows(folder.library.database, now=NOW)
    assert (day.zone, day.zone_from) == ("", "") and phone.zone == "+02:00"


def test_the_own_sidecar_goes_before_a_shared_one(folder: StoredFolder) -> None:
    add(folder, "a.jpg", exif("2024:07:01 10:30:00"))
    folder.write("a.xmp", packet('xmp:Rating="2" exif:DateTimeOriginal="2024-07-01T12:00:00"'))
    own = 'xmp:Rating="5" exif:DateTimeOriginal="2024-07-01T10:30:00+02:00"'
    folder.write("a.jpg.xmp", packet(own))
    files = sidecars_of(str(folder.path / "a.jpg"))
    read = [sidecar_reader.read(1, file, folder.root) for file in files]
    sidecar_reader.store(folder.library.database, read)
    (row,) = read_export_rows(folder.library.database, now=NOW)
    assert (row.rating, row.date) == (5, "2024-07-01T10:30:00+02:00")


def test_sidecars_of_missing_copies_count_only_while_there_is_no_other(folder: StoredFolder) -> None:
    folder.write("a.jpg", b"one")
    folder.write("b/a.jpg", b"one")
    folder.store("a.jpg", metadata=exif("2024:07:01 10:30:00"))
    folder.store("b/a.jpg")
    folder.write("b/a.jpg.xmp", packet('exif:DateTimeOriginal="2020-01-01T00:00:01"'))
    (file,) = sidecars_of(str(folder.path / "b" / "a.jpg"))
    sidecar_reader.store(folder.library.database, [sidecar_reader.read(2, file, folder.root)])

    def date() -> str | None:
        return read_export_rows(folder.library.database, now=NOW)[0].date

    assert date() == "2020-01-01T00:00:01"
    photo_locations.mark_missing(folder.library.database, [2])
    assert date() == "2024-07-01T10:30:00"
    photo_locations.mark_missing(folder.library.database, [1])
    assert date() == "2020-01-01T00:00:01"  # what was known stays known


CLAIMS = st.builds(
    DateClaim,
    st.integers(0, 2 * 86_400).map(float) | st.sampled_from([3600.0, 3600.5, 86_400.0]),
    st.none() | st.sampled_from([0, 60, 120]),
    st.sampled_from(("year", "day", "minute", "second")),
    st.sampled_from(("EXIF", "XMP")),
    st.integers(2, 10),
    st.booleans(),
)
SIDECAR = st.builds(
    DateClaim,
    st.sampled_from([3600.0, 3600.5, 7200.0, 86_400.0]),
    st.none() | st.sampled_from([0, 60]),
    st.sampled_from(("day", "minute", "second")),
    st.just("sidecar"),
    st.sampled_from([0, 1, 5]),
)


@given(
    st.lists(CLAIMS, max_size=3), st.lists(SIDECAR, max_size=2), st.sampled_from([None, 41.9]), st.booleans()
)
def test_the_list_says_what_the_claims_say(
    own: list[DateClaim], beside: list[DateClaim], north: float | None, future: bool
) -> None:
    """Most photos are listed by what is stored of their dates; it must be what the claims come to."""
    east = None if north is None else 12.45
    now = 3600.0 if future else NOW
    metadata = PhotoMetadata(dates=tuple(own), latitude=north, longitude=east)
    stored = metadata_store.row_of(1, metadata)
    builder = photo_queries._PhotoBuilder({}, [], {}, now)
    columns = ("taken", "utc_offset", "zone_from", "latest", "latitude", "longitude", "dates")
    listed = builder._date(PhotoMetadata(dates=tuple(beside)), *(stored[name] for name in columns))
    date = date_of_claims((*beside, *own), north, east, now)
    if date is None:
        assert listed == (None, None, None)
    elif date.zone_from == "utc":
        assert listed == (date.instant, None, None)
    else:
        assert listed == (date.instant, date.clock, date.utc_offset)
