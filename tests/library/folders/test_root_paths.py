"""Paths of root folders: absolute, relative to the volume, and as conditions of SQL."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select

from dinodesk.library.folders.root_paths import (
    RootFolder,
    absolute_path,
    away_roots,
    contains_location,
    locations_below,
    mount_of,
    relative_path,
    top_roots,
)
from dinodesk.library.store.database import Database
from dinodesk.library.store.schema import Location, Volume

NAMES = st.text(st.sampled_from("ab./0-é \udcff"), min_size=1, max_size=3).filter(
    lambda name: "/" not in name and name not in (".", "..")
)
PATHS = st.lists(NAMES, min_size=1, max_size=3).map("/".join)


def root(
    relative: str, mount: str = "/media/stick", *, recursive: bool = True, number: int = 1
) -> RootFolder:
    path = f"{mount.rstrip('/')}/{relative}" if relative else mount
    return RootFolder(number, 1, path, relative, recursive, online=True)


@given(st.one_of(st.just(""), PATHS), PATHS, st.sampled_from(["/media/stick", "/"]))
def test_absolute_and_relative_paths_are_inverse(relative: str, inner: str, mount: str) -> None:
    folder = root(relative, mount)
    inside = f"{relative}/{inner}" if relative else inner
    full = absolute_path(folder, inside)
    assert relative_path(folder, full) == inside and full.startswith(folder.path.rstrip("/") + "/")
    assert mount_of(folder).rstrip("/") == mount.rstrip("/")
    assert contains_location(folder, inside)


@pytest.mark.parametrize(
    ("recursive", "relative", "expected"),
    [
        (True, "photos/a.jpg", True),
        (True, "photos/2020/a.jpg", True),
        (True, "photos2/a.jpg", False),
        (True, "photos", False),
        (False, "photos/a.jpg", True),
        (False, "photos/2020/a.jpg", False),
    ],
)
def test_which_locations_a_root_contains(recursive: bool, relative: str, expected: bool) -> None:
    assert contains_location(root("photos", recursive=recursive), relative) is expected


@settings(max_examples=25, deadline=None)
@given(st.sets(PATHS, min_size=1, max_size=12), st.one_of(st.just(""), PATHS))
def test_the_condition_of_sql_finds_what_a_recursive_root_contains(paths: set[str], relative: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        database = Database(Path(folder, "library.db"))
        with database.writing() as connection:
            connection.execute(insert(Volume).values(id=1, identity="v", mount="/"))
            rows = [{"volume_id": 1, "path": path, "size": 1, "mtime_ns": 1, "inode": 1} for path in paths]
            connection.execute(insert(Location), rows)
        with database.reading() as connection:
            found = set(connection.execute(select(Location.path).where(*locations_below(relative))).scalars())
        database.close()
    assert found == {path for path in paths if contains_location(root(relative), path)}


def test_roots_inside_others_are_no_top_roots() -> None:
    outer, inner = root("a", number=1), root("a/b", number=2)
    beside, single = root("ab", number=3), root("c", recursive=False, number=4)
    below_single = root("c/d", number=5)
    other_drive = RootFolder(6, 2, "/media/stick/a/x", "", True, online=True)
    every = [outer, inner, beside, single, below_single, other_drive]
    assert top_roots(every) == [outer, beside, single, below_single, other_drive]


def test_a_root_inside_one_that_is_here_is_not_away() -> None:
    outer, inner = root("a", number=1), replace(root("a/b", number=2), online=False)
    assert away_roots([outer, inner]) == []
    gone = replace(outer, online=False)
    assert away_roots([gone, inner]) == [gone] and away_roots([inner]) == [inner]
