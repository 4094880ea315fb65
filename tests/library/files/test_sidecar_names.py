"""Which XMP file belongs to which photo, by name alone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dinodesk.library.files.sidecar_names import (
    FolderListings,
    SiblingFiles,
    SidecarStyle,
    names_for,
    sidecars_of,
)


class Entry:
    """A directory entry that exists by name only."""

    def __init__(self, name: str) -> None:
        self.name = self.path = name

    def is_dir(self, *, follow_symlinks: bool = True) -> bool:
        return False

    def stat(self) -> os.stat_result:
        return os.stat_result((0o100644, 0, 0, 0, 0, 0, 7, 0, 0, 0))


def siblings(*names: str) -> SiblingFiles:
    return SiblingFiles([Entry(name) for name in names])  # type: ignore[misc]


def of(name: str, *names: str) -> list[str]:
    return [each.path for each in siblings(name, *names).of(name)]


@pytest.mark.parametrize(
    ("photo", "others", "expected"),
    [
        ("a.jpg", ["a.jpg.xmp", "a.xmp"], ["a.jpg.xmp", "a.xmp"]),
        ("a.jpg", ["a.raw", "a.xmp"], ["a.xmp"]),  # shared by both
        ("a.jpg", ["b.xmp", "a.jpg.txt"], []),
        ("a.jpg", ["A.JPG.XMP"], ["A.JPG.XMP"]),  # of any case where the very name is not there
        ("a.jpg", ["A.JPG.XMP", "a.jpg.xmp"], ["a.jpg.xmp"]),
        ("a.jpg.jpg", ["a.jpg", "a.jpg.xmp"], []),  # it is a.jpg's own
        ("a.jpg.jpg", ["a.jpg.xmp"], ["a.jpg.xmp"]),
        ("a", ["a.xmp"], ["a.xmp"]),
    ],
)
def test_sidecars_of_a_photo(photo: str, others: list[str], expected: list[str]) -> None:
    assert of(photo, *others) == expected


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["a.jpg"], "a.jpg.xmp"),
        (["a.jpg", "a.xmp"], "a.xmp"),
        (["a.jpg", "a.nef", "a.xmp"], "a.jpg.xmp"),  # a shared sidecar is not written to
        (["a.jpg", "a.mov.aae", "a.txt", "a.xmp"], "a.xmp"),  # what is no photo shares none
        (["a.jpg", "a.xmp", "a.jpg.xmp"], "a.jpg.xmp"),
        (["a.jpg", "A.jpg.XMP"], "A.jpg.XMP"),
    ],
)
def test_the_sidecar_to_write(names: list[str], expected: str) -> None:
    assert siblings(*names).target("a.jpg") == expected


@pytest.mark.parametrize(
    ("names", "style", "expected"),
    [
        (["a.jpg"], "stem", "a.xmp"),
        (["a.jpg", "b.jpg", "b.xmp"], "name", "a.xmp"),  # as the folder's others are named
        (["a.jpg", "b.jpg", "b.jpg.xmp"], "stem", "a.jpg.xmp"),
        (["a.jpg", "b.jpg", "b.jpg.xmp", "c.jpg", "c.xmp"], "stem", "a.xmp"),
        (["a.jpg", "other.xmp"], "name", "a.jpg.xmp"),  # that of no photo is no example
        (["a.jpg", "a.png"], "stem", "a.jpg.xmp"),  # two of a stem: it would be neither's alone
        (["a.jpg", "a.nef"], "stem", "a.jpg.xmp"),
    ],
)
def test_a_new_sidecar_is_named_as_its_neighbours_else_as_the_setting_says(
    names: list[str], style: SidecarStyle, expected: str
) -> None:
    assert siblings(*names).target("a.jpg", style) == expected


@pytest.mark.parametrize(
    ("names", "style", "expected"),
    [
        (["a.nef", "a.jpg", "a.xmp"], "name", "a.xmp"),  # of a pair it is the RAW file's
        (["a.nef", "a.jpg"], "stem", "a.xmp"),
        (["a.nef", "a.dng", "a.xmp"], "stem", "a.nef.xmp"),
        (["a.nef", "a.jpg", "a.xmp", "a.nef.xmp"], "stem", "a.nef.xmp"),
    ],
)
def test_the_sidecar_of_a_raw_file(names: list[str], style: SidecarStyle, expected: str) -> None:
    assert siblings(*names).target("a.nef", style) == expected


NAMES = st.sets(
    st.builds(
        "{}{}".format,
        st.sampled_from(["a", "b", "a.jpg", "A"]),
        st.sampled_from(["", ".jpg", ".raw", ".xmp", ".jpg.xmp", ".JPG.XMP"]),
    ),
    min_size=1,
)


@given(NAMES)
def test_what_is_one_files_own_sidecar_is_never_anothers(names: set[str]) -> None:
    listing = siblings(*names)
    photos = [name for name in names if not name.lower().endswith(".xmp")]
    for name in photos:
        exact = f"{name}.xmp"
        if exact in names:
            assert listing.of(name)[0].path == exact
            assert not any(
                exact in [each.path for each in listing.of(other)] for other in photos if other != name
            )
        assert all(each.path.lower() in map(str.lower, names_for(name)) for each in listing.of(name))
        target = listing.target(name)
        assert target.lower() in map(str.lower, names_for(name))


def test_folders_pipes_and_broken_links_are_no_sidecars(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").touch()
    (tmp_path / "a.jpg.xmp").mkdir()
    assert sidecars_of(str(tmp_path / "a.jpg")) == ()
    (tmp_path / "a.xmp").symlink_to(tmp_path / "none")
    assert sidecars_of(str(tmp_path / "a.jpg")) == () == sidecars_of(str(tmp_path / "none" / "a.jpg"))


def test_a_run_lists_each_folder_once(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").touch()
    folders = FolderListings()
    assert sidecars_of(str(tmp_path / "a.jpg"), folders) == ()
    (tmp_path / "a.xmp").write_text("later")
    assert sidecars_of(str(tmp_path / "a.jpg"), folders) == ()
    assert len(sidecars_of(str(tmp_path / "a.jpg"))) == 1


@pytest.mark.parametrize(
    ("files", "photo", "photos", "sidecars"),
    [
        ("a.jpg a.nef a.xmp", "a.jpg", "a.nef", "a.xmp"),
        ("A.JPG a.NEF a.jpg.xmp a.nef.XMP A.xmp", "a.NEF", "A.JPG", "A.xmp a.jpg.xmp a.nef.XMP"),
        ("a.jpg a.png a.xmp a.jpg.xmp", "a.jpg", "", "a.jpg.xmp"),  # a.xmp is the PNG's too
        ("a.jpg a.png a.nef a.xmp", "a.nef", "a.jpg a.png", "a.xmp"),
        ("a.jpg a.xmp b.nef a.txt", "a.jpg", "", "a.xmp"),
        ("a.jpg ab.nef a.jpg.xmp", "ab.nef", "", ""),
        ("a.jpg a.jpg.jpg a.jpg.jpg.xmp a.jpg.xmp", "a.jpg", "", "a.jpg.xmp"),
    ],
)
def test_partners_are_a_raw_file_its_jpeg_and_their_sidecars(
    tmp_path: Path, files: str, photo: str, photos: str, sidecars: str
) -> None:
    for name in files.split():
        (tmp_path / name).write_bytes(b"")
    (tmp_path / "a.nef.d").mkdir()
    found = FolderListings().siblings(str(tmp_path)).partners(photo)
    assert found == (tuple(photos.split()), tuple(sidecars.split()))
