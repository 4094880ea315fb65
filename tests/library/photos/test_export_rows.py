"""Rows for other programs: annotations before sidecars before the photo, dates with zones, cities by name."""

from __future__ import annotations

import pytest
from photo_blocks import bag, packet
from stored_files import StoredFolder

from dinodesk.library.annotations import changes
from dinodesk.library.files.sidecar_names import sidecars_of
from dinodesk.library.photos.export_rows import ExportRow, read_export_rows
from dinodesk.library.sidecars import sidecar_reader
from dinodesk.records import DateClaim, DatePrecision, PhotoMetadata


def claim(seconds: float, offset: int | None = None, precision: DatePrecision = "second") -> DateClaim:
    return DateClaim(seconds, offset, precision, "EXIF", 2)


FULL = PhotoMetadata(
    dates=(claim(1620284889.0, 120),), camera_maker="Canon", camera_model="EOS 40D",
    lens="EF 50mm", focal_length=50.0, aperture=1.8, exposure=0.004, iso=400, latitude=48.86, longitude=2.35,
    altitude=35.0, keywords=("sea", "trip|Paris"), people=("Ada", "Zoë"), rating=3, color_label="red", flag=1,
    title="Tower", headline="The tower", description="A tower", creator="Me", copyright="(c) Me",
    city="Paris", province="Île-de-France", country="France",
)  # fmt: skip


def row(folder: StoredFolder, asset: int) -> ExportRow:
    (found,) = read_export_rows(folder.library.database, [asset])
    return found


def test_a_row_holds_all_metadata_of_the_photo(folder: StoredFolder) -> None:
    folder.write("a.jpg", b"one")
    ((_, asset),) = folder.store("a.jpg", metadata=FULL)
    found = row(folder, asset)
    assert found.path == str(folder.path / "a.jpg") and found.places == (found.path,)
    assert (found.state, found.width, found.height) == ("online", 40, 30)
    assert (found.date, found.date_from) == ("2021-05-06T07:08:09+02:00", "EXIF")
    assert (found.zone, found.zone_from) == ("+02:00", "stated")
    assert (found.camera, found.near) == ("Canon EOS 40D", "Paris, France")
    for name in set(ExportRow.__slots__) & set(PhotoMetadata.__slots__):
        assert getattr(found, name) == getattr(FULL, name)


@pytest.mark.parametrize(
    ("stated", "date"),
    [
        (claim(0.0), "1970-01-01T00:00:00"),  # a clock of an unknown zone has none
        (claim(0.0, 0), "1970-01-01T00:00:00+00:00"),
        (claim(-99_000.0, -210), "1969-12-30T20:30:00-03:30"),
        (claim(60.0, None, "minute"), "1970-01-01T00:01"),
        (claim(0.0, None, "day"), "1970-01-01"),
        (claim(0.0, None, "month"), "1970-01"),
        (claim(0.0, None, "year"), "1970"),
        (None, None),
    ],
)
def test_dates_are_iso_as_far_as_they_are_known(
    folder: StoredFolder, stated: DateClaim | None, date: str | None
) -> None:
    folder.write("a.jpg", b"one")
    ((_, asset),) = folder.store("a.jpg", metadata=PhotoMetadata(dates=(stated,) if stated else ()))
    assert row(folder, asset).date == date


def test_annotations_go_before_sidecars_and_sidecars_before_the_photo(folder: StoredFolder) -> None:
    folder.write("a.jpg", b"one")
    ((_, asset),) = folder.store("a.jpg", metadata=FULL)
    folder.write("a.jpg.xmp", packet('xmp:Rating="1"', bag("dc:title", "From the sidecar", kind="Alt")))
    (file,) = sidecars_of(str(folder.path / "a.jpg"))
    sidecar_reader.store(folder.library.database, [sidecar_reader.read(1, file, folder.root)])
    found = row(folder, asset)
    assert (found.rating, found.title, found.description) == (1, "From the sidecar", "A tower")
    changes.rate(folder.library.database, [asset], 0)
    changes.apply(folder.library.database, changes.Change(texts=((asset, "", "Mine"),)))
    changes.add_tag(folder.library.database, "label", [asset], "Mine too")
    found = row(folder, asset)
    assert (found.rating, found.title, found.description) == (0, "", "Mine")  # an empty title is one too
    assert found.labels == ("Mine too",) and found.keywords == FULL.keywords


def test_rows_come_in_the_order_asked_for_and_unknown_assets_are_left_out(folder: StoredFolder) -> None:
    one, two = folder.add("a.jpg", b"one"), folder.add("b.jpg", b"two")
    folder.add("copy.jpg", b"one")
    rows = read_export_rows(folder.library.database, [two, 999, one, two])
    assert [each.path for each in rows] == [str(folder.path / "b.jpg"), str(folder.path / "a.jpg")]
    assert rows[1].places == (str(folder.path / "a.jpg"), str(folder.path / "copy.jpg"))
    assert len(read_export_rows(folder.library.database)) == 2
    assert read_export_rows(folder.library.database, []) == []
