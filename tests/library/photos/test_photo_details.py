"""What the Info page says: states of places, clocks and zones, cameras, exposure, coordinates, in words."""

from __future__ import annotations

from pathlib import Path

import pytest
from fakes import FakeModel
from photo_blocks import photo, write

from dinodesk.engine.indexing.indexer import Indexer
from dinodesk.library.library import LibraryStore
from dinodesk.library.photos import photo_details
from dinodesk.library.photos.photo_queries import list_photos
from dinodesk.records import PhotoMetadata


@pytest.mark.parametrize(
    ("offset", "words"),
    [(None, "not known"), (0, "UTC"), (120, "UTC+02:00"), (-210, "UTC−03:30"), (-30, "UTC−00:30")],
)
def test_zones(offset: int | None, words: str) -> None:
    assert photo_details.zone_words(offset) == words


def test_a_date_is_told_by_the_clock_it_was_read_from() -> None:
    facts = PhotoMetadata(taken=1620277689.25, utc_offset=120, taken_from="EXIF")
    assert photo_details.date_lines(facts) == [
        ("Taken", "6 May 2021, 07:08:09"), ("Time zone", "UTC+02:00"), ("From", "EXIF"),
    ]  # fmt: skip
    assert photo_details.date_lines(PhotoMetadata(taken=-4_000_000_000.0, taken_from="XMP"))[0][1].endswith(
        "31 March 1843, 16:53:20"
    )
    assert photo_details.date_lines(PhotoMetadata()) == []


@pytest.mark.parametrize(
    ("maker", "model", "shown"),
    [
        ("Canon", "Canon EOS 40D", "Canon EOS 40D"),
        ("NIKON CORPORATION", "NIKON D70", "NIKON D70"),
        ("Apple", "iPhone 15", "Apple iPhone 15"),
        ("", "X100V", "X100V"),
    ],
)
def test_the_maker_is_said_once(maker: str, model: str, shown: str) -> None:
    assert photo_details._camera(PhotoMetadata(camera_maker=maker, camera_model=model)) == [("Camera", shown)]


def test_exposure_in_words() -> None:
    said = dict(
        photo_details._exposure(PhotoMetadata(exposure=0.004, aperture=2.8, iso=12800, focal_length=50.0))
    )
    assert said == {"Time": "1/250 s", "Aperture": "f/2.8", "ISO": "12,800", "Focal length": "50 mm"}
    assert (
        photo_details._exposure(PhotoMetadata(exposure=2.5)) == [("Time", "2.5 s")]
        and photo_details._exposure(PhotoMetadata()) == []
    )


def test_places_in_words() -> None:
    lines = photo_details.place_lines(PhotoMetadata(latitude=-33.86, longitude=-151.2, altitude=-12.4))
    assert lines == [("Coordinates", "33.86000° S, 151.20000° W"), ("Height", "-12 m")]
    assert photo_details.place_lines(PhotoMetadata(latitude=48.86, longitude=2.35))[0] == (
        "Near",
        "Paris, France",
    )


def test_every_place_with_its_state(tmp_path: Path) -> None:
    data = photo()
    for folder, name in (("here", "a.jpg"), ("gone", "a.jpg"), ("away", "other.jpg")):
        write(tmp_path / folder / name, data)
        write(tmp_path / folder / "second.jpg", photo(seed=ord(name[0])))
    library = LibraryStore(tmp_path / "library")

    def index(*folders: str) -> None:
        indexer = Indexer(library, FakeModel())
        paths = [str(tmp_path / folder) for folder in folders]
        for _ in indexer.add(paths) if paths else indexer.rescan():
            pass

    index("here", "gone", "away")
    (tmp_path / "gone" / "a.jpg").unlink()
    for number in range(6):  # so that one missing photo is few
        write(tmp_path / "gone" / f"{number}.jpg", photo(seed=50 + number))
    index()
    index()
    (tmp_path / "away").rename(tmp_path / "unplugged")
    asset = next(p.asset for p in list_photos(library.database)[0] if p.path.endswith("here/a.jpg"))
    info = photo_details.photo_info(library.database, asset)
    assert info is not None
    where = next(group.lines for group in info.groups if group.title == "Where")
    assert where[0] == ("Folder", str(tmp_path / "here"))
    assert where[where.index(("Also in", str(tmp_path / "away"))) + 1] == ("State", "its folder is not there")
    assert ("as", "other.jpg") in where
    assert (tmp_path / "unplugged").is_dir()
    library.close()
