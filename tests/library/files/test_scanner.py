"""What a scan finds: photos in order, and neither pipes, loops, caches, hidden folders nor other files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dinodesk.library.files.exclude_rules import ExcludeRules
from dinodesk.library.files.scanner import FoundFile, file_is_gone, is_gone, look_at, walk
from dinodesk.records import Skipped

JPEG = b"\xff\xd8\xff\xe0" + b"0" * 40


def make(folder: Path, *names: str, data: bytes = JPEG) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)


def found(folder: Path, rules: ExcludeRules | None = None, **options: object) -> list[str]:
    steps = walk(str(folder), rules, **options)  # type: ignore[arg-type]
    return [os.path.relpath(each.path, folder) for each in steps if isinstance(each, FoundFile)]


def test_photos_come_by_folder_and_name(tmp_path: Path) -> None:
    make(tmp_path, "b.jpg", "a.png", "z/c.JPG", "m/k/d.heic", "m/e.webp")
    assert found(tmp_path) == ["a.png", "b.jpg", "m/e.webp", "m/k/d.heic", "z/c.JPG"]


def test_files_are_photos_by_ending_or_by_first_bytes(tmp_path: Path) -> None:
    make(tmp_path, "photo", "photo.dat", "video.mp4.jpg")
    make(tmp_path, "text.dat", "tiny", "._a.jpg", data=b"II*")
    make(tmp_path, "notes.txt", "list.json")  # endings that are never opened, whatever they hold
    assert found(tmp_path) == ["photo", "photo.dat", "video.mp4.jpg"]


def test_links_to_files_are_photos_and_links_to_folders_are_not_followed(tmp_path: Path) -> None:
    make(tmp_path, "real/a.jpg")
    (tmp_path / "link.jpg").symlink_to(tmp_path / "real" / "a.jpg")
    (tmp_path / "real" / "loop").symlink_to(tmp_path)
    (tmp_path / "broken.jpg").symlink_to(tmp_path / "none")
    (tmp_path / "circle.jpg").symlink_to(tmp_path / "circle.jpg")
    assert found(tmp_path) == ["link.jpg", "real/a.jpg"]
    assert not [each for each in walk(str(tmp_path)) if isinstance(each, Skipped)]


def test_pipes_are_never_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jpg")
    os.mkfifo(tmp_path / "pipe")
    make(tmp_path, "a.jpg")
    assert found(tmp_path) == ["a.jpg"] and look_at(str(tmp_path / "pipe.jpg")) is None


def test_caches_of_a_library_hold_no_photos_of_a_person(tmp_path: Path) -> None:
    make(tmp_path, "library/thumbnails/ab/a.jpg", "library/index/b.jpg", "library/mine/c.jpg", "index/d.jpg")
    (tmp_path / "library" / "library.db").touch()
    assert found(tmp_path) == ["index/d.jpg", "library/mine/c.jpg"]


def test_rules_are_about_paths_below_the_root_even_in_a_part_of_it(tmp_path: Path) -> None:
    make(tmp_path, "2019/trip/raw/a.jpg", "2019/trip/b.jpg", ".hidden/c.jpg", "2019/trip/small.jpg")
    (tmp_path / "2019/trip/small.jpg").write_bytes(b"\xff\xd8\xff")
    rules = ExcludeRules(patterns=("2019/*/raw",), smallest=10)
    assert found(tmp_path, rules) == ["2019/trip/b.jpg"]
    part = tmp_path / "2019" / "trip"
    assert found(part, rules, root=str(tmp_path)) == ["b.jpg"]
    assert found(part, rules) == ["b.jpg", "raw/a.jpg"]
    assert ".hidden/c.jpg" in found(tmp_path, ExcludeRules(hidden=True))


def test_a_scan_stops_at_the_folders_named(tmp_path: Path) -> None:
    make(tmp_path, "a.jpg", "stick/b.jpg", "stick2/c.jpg")
    assert found(tmp_path, stop_at={str(tmp_path / "stick")}) == ["a.jpg", "stick2/c.jpg"]


def test_a_folder_that_vanishes_is_skipped_with_a_reason(tmp_path: Path) -> None:
    make(tmp_path, "a.jpg", "gone/b.jpg")
    steps = walk(str(tmp_path))
    seen = []
    for each in steps:
        if isinstance(each, FoundFile) and each.path.endswith("a.jpg"):
            (tmp_path / "gone" / "b.jpg").unlink()
            (tmp_path / "gone").rmdir()
        seen.append(each)
    assert seen[-1] == Skipped(str(tmp_path / "gone"), "The folder can't be read: it is no longer there.")


def test_large_folders_give_control_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dinodesk.library.files.scanner._BEAT", 2)
    monkeypatch.setattr("dinodesk.library.files.scanner._LISTED_AT_ONCE", 3)
    make(tmp_path, *(f"{number}.txt" for number in range(10)))
    assert sum(each is None for each in walk(str(tmp_path))) >= 10 // 3 + 10 // 2


def test_sidecars_come_with_their_photo(tmp_path: Path) -> None:
    make(tmp_path, "a.jpg", "b.jpg", "a.jpg.xmp", "a.xmp")
    (a, b) = (each for each in walk(str(tmp_path)) if isinstance(each, FoundFile))
    assert [os.path.basename(each.path) for each in a.sidecars] == ["a.jpg.xmp", "a.xmp"]
    assert b.sidecars == () and look_at(a.path) == a


def test_deleted_files_and_folders_are_gone(tmp_path: Path) -> None:
    make(tmp_path, "a.jpg")
    (tmp_path / "broken").symlink_to(tmp_path / "none")
    answers = {
        name: (is_gone(str(tmp_path / name)), file_is_gone(str(tmp_path / name)))
        for name in ("a.jpg", "none", "broken", "", "a.jpg/below")
    }
    assert answers == {
        "a.jpg": (False, False), "none": (True, True), "broken": (False, False),
        "": (False, True), "a.jpg/below": (True, True),
    }  # fmt: skip
