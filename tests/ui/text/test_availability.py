"""What is said of folders, drives and photos that are not there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dinodesk.records import Folder, Photo
from dinodesk.ui.text.availability import (
    HERE,
    NOT_FOUND,
    copy_note,
    drive_counts,
    drive_name,
    folder_reason,
    folders_away,
    folders_by_drive,
    is_away,
    lies_strictly_below,
    path_reason,
    photo_reason,
)

HOME = Folder("/home/me/photos", "photos", "", 300, 1, "online", "/")
INSIDE = Folder("/home/me/photos/sea", "sea", "/home/me/photos", 40, 1, "online", "/")
STICK = Folder("/media/stick/Trips", "Trips", "", 20, 2, "online", "KINGSTON")
PULLED = replace(STICK, state="offline")
GONE = replace(HOME, path="/home/me/old", root=3, state="missing")
PLUG = "away: plug in “KINGSTON”"


@pytest.mark.parametrize(
    ("folder", "name", "reason"),
    [
        (HOME, HERE, ""),
        (replace(HOME, drive=""), HERE, ""),
        (STICK, "KINGSTON", ""),
        (replace(STICK, drive="a\nb"), "a↵b", ""),
        (PULLED, "KINGSTON", PLUG),
        (replace(HOME, state="offline"), HERE, "away: its drive is not there"),
        (GONE, HERE, NOT_FOUND),
    ],
)
def test_a_folder_has_a_drive_and_a_reason(folder: Folder, name: str, reason: str) -> None:
    assert drive_name(folder) == name and folder_reason(folder) == reason


def test_of_folders_within_others_only_the_outer_one_is_named() -> None:
    inside = replace(INSIDE, state="offline")
    assert folders_away((HOME, inside, PULLED, GONE)) == {PULLED.path: PLUG, GONE.path: NOT_FOUND}
    assert folders_away((HOME, STICK)) == {}


def test_folders_are_grouped_by_drive_where_there_is_more_than_one() -> None:
    assert folders_by_drive(()) == {}
    assert folders_by_drive((HOME, INSIDE)) == {"": [HOME]}
    assert folders_by_drive((STICK, HOME, INSIDE)) == {HERE: [HOME], "KINGSTON": [STICK]}
    assert list(folders_by_drive((STICK, HOME))) == [HERE, "KINGSTON"]  # this computer first
    assert folders_by_drive((STICK,)) == {"": [STICK]}
    assert folders_by_drive((PULLED,)) == {"KINGSTON": [PULLED]}  # its name helps to find it


def test_photos_are_counted_by_drive() -> None:
    second = replace(PULLED, path="/media/stick/Home", count=5)
    counted = drive_counts((HOME, INSIDE, STICK, second))
    assert counted == ((HERE, 300, False), ("KINGSTON", 25, True))


def test_the_nearest_folder_above_gives_the_reason() -> None:
    away = {"/media": NOT_FOUND, "/media/stick": PLUG}
    assert path_reason("/media/stick/a.jpg", away) == PLUG
    assert path_reason("/media/other/a.jpg", away) == NOT_FOUND
    assert path_reason("/media-two/a.jpg", away) == path_reason("/home/a.jpg", away) == ""


@pytest.mark.parametrize(
    ("path", "folder", "inside"),
    [
        ("/a/b.jpg", "/a", True),
        ("/a/b.jpg", "/a/", True),
        ("/a/b/c.jpg", "/a", True),
        ("/ab/c.jpg", "/a", False),
        ("/a", "/a", False),
        ("C:\\a\\b.jpg", "C:\\a", True),
        ("/a.jpg", "/", True),
    ],
)
def test_a_path_lies_in_a_folder(path: str, folder: str, inside: bool) -> None:
    assert lies_strictly_below(path, folder) is inside


def test_a_photo_is_away_with_its_folder_or_by_itself() -> None:
    photo = Photo(
        asset=1, path="/media/stick/a.jpg", content="c", state="online", taken=0.0, width=10, height=10
    )
    away = {"/media/stick": PLUG}
    assert not is_away(photo, {}) and photo_reason(photo, {}) == ""
    assert is_away(photo, away) and photo_reason(photo, away) == PLUG
    assert photo_reason(replace(photo, state="offline"), away) == PLUG
    assert photo_reason(replace(photo, state="offline"), {}) == NOT_FOUND
    # gone, though its drive is there: plugging something in would not help
    assert photo_reason(replace(photo, state="missing"), away) == NOT_FOUND


def test_a_copy_is_called_one() -> None:
    assert copy_note(False) == "This is the copy kept for looking at it."
    assert copy_note(True) == "The file is not there any more. This is the copy kept for looking at it."
