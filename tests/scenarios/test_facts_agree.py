"""Files as cameras and programs write them, indexed: order, Info and export say the same, and it is true."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from dng import dng
from fakes import FakeModel
from indexing import index_photos
from photo_blocks import packet, photo, write
from tiff_blocks import EXPOSURE, GPS, RATIONAL, Tags, text, tiff, with_exif

from dinodesk.engine.decoding.decoder_pool import DecoderPool
from dinodesk.engine.indexing.indexer import Indexer
from dinodesk.engine.indexing.report import IndexReport
from dinodesk.library.library import LibraryStore
from dinodesk.library.metadata import metadata_store
from dinodesk.library.photos.export_rows import ExportRow, read_export_rows
from dinodesk.library.photos.photo_details import read_photo_details
from dinodesk.library.photos.photo_queries import list_photos
from dinodesk.ui.text.photo_details_text import date_lines

NOW = 1_780_000_000.0  # 2026-05-28
EXPOSED: Tags = {0x9003: text("2020:07:01 12:00:00"), 0x9011: text("+02:00"), 0x829A: (RATIONAL, [(1, 250)])}
PLACE: Tags = {
    1: text("N"), 2: (RATIONAL, [(41, 1), (54, 1), (0, 1)]), 3: text("E"),
    4: (RATIONAL, [(12, 1), (27, 1), (0, 1)]),
}  # fmt: skip


@pytest.fixture
def index(library: LibraryStore, model: FakeModel, threads: DecoderPool) -> Callable[..., IndexReport]:
    return lambda *paths: index_photos(Indexer(library, model, decoders=threads), *paths)


def exported(library: LibraryStore, now: float = NOW) -> dict[str, ExportRow]:
    return {Path(row.path).name: row for row in read_export_rows(library.database, now=now)}


def shown(library: LibraryStore, now: float = NOW) -> dict[str, dict[str, str]]:
    """The lines of the date on the Info page, by file."""
    found = {}
    for each in list_photos(library.database, now=now)[0]:
        details = read_photo_details(library.database, each.asset, now=now)
        assert details is not None
        found[Path(each.path).name] = dict(date_lines(details.date, details.doubted))
    return found


def order(library: LibraryStore, now: float = NOW) -> list[str]:
    photos = sorted(list_photos(library.database, now=now)[0], key=lambda each: each.taken)
    return [Path(each.path).name for each in photos]


def dated(written: str, seed: int = 0, zone: str = "") -> bytes:
    stated = {0x9011: text(zone)} if zone else {}
    return with_exif(photo(seed=seed), tiff({}, {0x9003: text(written), **stated}))


def test_a_raw_file_and_the_jpeg_of_one_shot_say_the_same(library, index, tmp_path: Path) -> None:
    write(tmp_path / "p" / "shot.dng", dng(directories={EXPOSURE: EXPOSED, GPS: PLACE}))
    jpeg = with_exif(photo(), tiff({0x010F: text("DinoDesk"), 0x0110: text("Handmade")}, EXPOSED, PLACE))
    write(tmp_path / "p" / "shot.jpg", jpeg)
    assert index(tmp_path / "p").skipped == []
    rows = exported(library)
    for name in ("date", "date_from", "zone", "camera", "exposure", "latitude", "longitude", "near"):
        assert getattr(rows["shot.dng"], name) == getattr(rows["shot.jpg"], name), name
    assert rows["shot.dng"].date == "2020-07-01T12:00:00+02:00" and rows["shot.dng"].exposure == 0.004
    raw, whole = list_photos(library.database, now=NOW)[0]
    assert raw.taken == whole.taken


@pytest.mark.parametrize("zone", ["UTC", "Asia/Tokyo", "America/New_York"])
def test_a_raw_file_says_the_same_in_every_zone_of_the_computer(
    library, index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, zone: str
) -> None:
    monkeypatch.setenv("TZ", zone)
    write(tmp_path / "p" / "a.dng", dng())  # its only date is that of the last change
    index(tmp_path / "p")
    assert shown(library)["a.dng"]["Taken"] == "9 September 2001, 01:46:40"
    assert exported(library)["a.dng"].date == "2001-09-09T01:46:40"


def test_odd_clocks_stand_where_they_belong(library, index, tmp_path: Path) -> None:
    clocks = {
        "month-only.jpg": "1965:07:00 00:00:00", "padded.jpg": "2012:06:13  7:02:09",
        "pm.jpg": "2012:06:13 01:02:09 PM", "second60.jpg": "2012:06:30 23:59:60",
        "zone-inside.jpg": "2015:02:01 14:42:59+01:00", "hour24.jpg": "2015:08:22 24:08:19",
    }  # fmt: skip
    for seed, (name, written) in enumerate(clocks.items()):
        write(tmp_path / "p" / name, dated(written, seed))
    index(tmp_path / "p")
    assert order(library) == list(clocks)
    assert [row.date for row in exported(library).values()] == [
        "2015-08-22T00:08:19", "1965-07", "2012-06-13T07:02:09", "2012-06-13T13:02:09",
        "2012-06-30T23:59:59", "2015-02-01T14:42:59+01:00",
    ]  # fmt: skip
    assert shown(library)["month-only.jpg"] == {"Taken": "July 1965", "From": "EXIF"}


def test_what_was_doubted_is_believed_when_the_clock_is_right_again(library, index, tmp_path: Path) -> None:
    write(tmp_path / "p" / "a.jpg", dated("2024:07:01 10:00:00", zone="+02:00"))
    index(tmp_path / "p")
    set_back = 1_577_836_800.0  # 2020-01-01
    assert exported(library, set_back)["a.jpg"].date is None
    assert shown(library, set_back)["a.jpg"] == {"Not believed": "a date in the future, from EXIF"}
    assert exported(library)["a.jpg"].date == "2024-07-01T10:00:00+02:00"
    assert shown(library)["a.jpg"]["Taken"] == "1 July 2024, 10:00:00"


def test_sidecars_and_photos_of_a_trip(library, index, tmp_path: Path) -> None:
    folder = tmp_path / "p"
    write(folder / "1.jpg", dated("2024:07:01 09:30:00", 1, "+02:00"))
    write(folder / "1.jpg.xmp", packet('exif:DateTimeOriginal="2024:07:01 09:30:00.000" xmp:Rating="1"'))
    write(folder / "2.jpg", dated("2024:07:01 10:15:00", 2))
    write(folder / "3.jpg", dated("2024:07:01 10:30:00", 3, "+02:00"))
    write(folder / "3.jpg.xmp", packet('photoshop:DateCreated="2024-07-01"'))
    write(folder / "4.jpg", dated("2024:07:01 10:40:00", 4, "+02:00"))
    index(folder)
    assert order(library) == ["1.jpg", "2.jpg", "3.jpg", "4.jpg"]
    rows = exported(library)
    assert rows["1.jpg"].date == "2024-07-01T09:30:00+02:00" and rows["1.jpg"].rating == 1
    assert (rows["2.jpg"].date, rows["2.jpg"].zone_from) == ("2024-07-01T10:15:00", "folder")
    assert rows["3.jpg"].date == "2024-07-01T10:30:00+02:00"


def test_metadata_of_the_older_reader_is_read_again(library, index, tmp_path: Path) -> None:
    write(tmp_path / "p" / "a.jpg", dated("2024:07:01 10:00:00"))
    index(tmp_path / "p")
    with library.database.writing() as connection:
        connection.exec_driver_sql("UPDATE facts SET reader = 1, dates = '[]', taken = NULL, latest = NULL")
    assert exported(library)["a.jpg"].date is None
    index()
    assert exported(library)["a.jpg"].date == "2024-07-01T10:00:00"
    with library.database.reading() as connection:
        assert metadata_store.metadata_of(connection, [1])[1].dates[0].source == "EXIF"
