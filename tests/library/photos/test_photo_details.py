"""All that is known of one photo: its locations and their states, whose rating counts, sidecars, models."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from photo_blocks import bag, packet
from stored_files import StoredFolder

from dinodesk.library.annotations import changes
from dinodesk.library.files import mounts
from dinodesk.library.files.sidecar_names import sidecars_of
from dinodesk.library.photos import photo_locations
from dinodesk.library.photos.photo_details import read_photo_details
from dinodesk.library.sidecars import sidecar_reader
from dinodesk.records import (
    CaptureDate,
    DateClaim,
    LocationDetails,
    PhotoDetails,
    PhotoMetadata,
    SidecarDetails,
)

OWN = PhotoMetadata(
    title="Own", description="Own", rating=2, latitude=48.86, longitude=2.35, keywords=("sea",)
)


def details(folder: StoredFolder, asset: int) -> PhotoDetails:
    found = read_photo_details(folder.library.database, asset)
    assert found is not None
    return found


def add_sidecar(folder: StoredFolder, data: bytes) -> None:
    folder.write("a.jpg.xmp", data)
    (file,) = sidecars_of(str(folder.path / "a.jpg"))
    sidecar_reader.store(folder.library.database, [sidecar_reader.read(1, file, folder.root)])


def test_a_photo_has_its_numbers_and_its_gps_place(folder: StoredFolder) -> None:
    folder.write("a.jpg", b"one")
    ((_, asset),) = folder.store("a.jpg", metadata=OWN)
    found = details(folder, asset)
    assert found.locations == (LocationDetails(path=str(folder.path / "a.jpg"), state="online"),)
    assert (found.width, found.height, found.bytes, found.models) == (40, 30, 3, ("fake",))
    assert found.near == "Paris, France" and found.metadata == OWN and found.date is None
    assert read_photo_details(folder.library.database, asset + 1) is None


def test_the_date_is_judged_when_it_is_read(folder: StoredFolder) -> None:
    claims = (DateClaim(2e9, 120, "second", "EXIF", 2), DateClaim(1e9, None, "second", "IPTC", 4))
    folder.write("a.jpg", b"one")
    ((_, asset),) = folder.store("a.jpg", metadata=PhotoMetadata(dates=claims))
    early = read_photo_details(folder.library.database, asset, now=1.5e9)
    late = read_photo_details(folder.library.database, asset, now=2.5e9)
    assert early is not None and late is not None
    assert early.date == CaptureDate(1e9, None, "second", "IPTC") and early.doubted == claims[:1]
    assert (
        late.date == CaptureDate(2e9, 120, "second", "EXIF", "stated", instant_known=True)
        and late.doubted == ()
    )


def test_a_zone_that_other_photos_tell_goes_behind_what_the_photo_tells(folder: StoredFolder) -> None:
    stated, bare = (DateClaim(1e9, offset, "second", "EXIF", 2) for offset in (60, None))
    for name, each, zone in (("a.jpg", stated, (60, "stated")), ("b.jpg", bare, (120, "folder"))):
        folder.write(name, name.encode())
        ((_, asset),) = folder.store(name, metadata=PhotoMetadata(dates=(each,)))
        found = read_photo_details(folder.library.database, asset, zone=(120, "folder"))
        assert found is not None and found.date is not None
        assert (found.date.utc_offset, found.date.zone_from) == zone


def test_the_persons_rating_counts_then_the_sidecars_then_the_photos(folder: StoredFolder) -> None:
    folder.write("a.jpg", b"one")
    ((_, asset),) = folder.store("a.jpg", metadata=OWN)
    assert (details(folder, asset).rating, details(folder, asset).rated_by) == (2, "photo")
    add_sidecar(folder, packet('xmp:Rating="-1"', bag("dc:title", "Sidecar", kind="Alt")))
    found = details(folder, asset)
    assert (found.rating, found.rated_by, found.title, found.description) == (-1, "sidecar", "Sidecar", "Own")
    changes.rate(folder.library.database, [asset], 0)
    changes.add_tag(folder.library.database, "album", [asset], "Best")
    found = details(folder, asset)
    assert (found.rating, found.rated_by, found.albums, found.labels) == (0, "", ("Best",), ())


def test_a_sidecar_that_can_not_be_read_has_its_reason(folder: StoredFolder) -> None:
    asset = folder.add("a.jpg", b"one")
    add_sidecar(folder, b"no xmp")
    (sidecar,) = details(folder, asset).sidecars
    assert sidecar == SidecarDetails(path=sidecar.path, reason="it is not well-formed XML")
    assert sidecar.path.endswith("photos/a.jpg.xmp")


@pytest.fixture
def copies(
    folder: StoredFolder, tmp_path: Path, drives: dict[str, mounts.Mount]
) -> tuple[int, dict[str, Path]]:
    """A photo in three folders, of which one is a drive called Archive."""
    stick = tmp_path / "stick"
    stick.mkdir()
    drives[str(stick)] = mounts.Mount(str(stick), "uuid:7", "Archive", False)
    asset = folder.add("a.jpg", b"one")
    for path in (stick, tmp_path / "other"):
        assert StoredFolder(folder.library, path).add("copy.jpg", b"one") == asset
    return asset, {"photos": folder.path, "stick": stick, "other": tmp_path / "other"}


def states(folder: StoredFolder, asset: int) -> list[tuple[str, str, str, bool]]:
    return [
        (Path(each.path).parent.name, each.state, each.drive, each.folder_missing)
        for each in details(folder, asset).locations
    ]


def test_locations_come_best_first_with_their_states(
    folder: StoredFolder, copies: tuple[int, dict[str, Path]], drives: dict[str, mounts.Mount]
) -> None:
    asset, paths = copies
    assert [state for _, state, _, _ in states(folder, asset)] == ["online"] * 3
    del drives[str(paths["stick"])]
    shutil.rmtree(paths["other"])
    offline = [("stick", "offline", "Archive", False), ("other", "offline", "", True)]
    found = states(folder, asset)
    assert found[0] == ("photos", "online", "", False)
    assert [(name, state, drive if state == "offline" and not gone else "", gone)
            for name, state, drive, gone in found[1:]] == offline  # fmt: skip
    (row,) = folder.rows("SELECT id FROM places WHERE path LIKE :path", path=b"%photos/a.jpg") or [(1,)]
    photo_locations.mark_missing(folder.library.database, [row[0]])
    assert [state for _, state, _, _ in states(folder, asset)] == ["offline", "offline", "missing"]
