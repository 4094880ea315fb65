"""Photos in the order in which they were taken, whatever clocks wrote the dates."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from photo_blocks import packet
from stored_files import StoredFolder

from dinodesk.library.files.sidecar_names import sidecars_of
from dinodesk.library.metadata.date_parsing import parse_date
from dinodesk.library.photos.export_rows import read_export_rows
from dinodesk.library.photos.photo_dates import capture_date, place_dates
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
    bare = PhotoMetadata(dates=(DateClaim(0.0, None, "second", "EXIF", 2),), latitude=0.0, longitude=-30.0)
    found = capture_date(bare, NOW)
    assert found is not None and found.utc_offset is None and found.zone_from == ""
