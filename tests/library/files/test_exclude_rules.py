"""Exclude rules: names, paths, hidden folders, small files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from photos import make_photo

from dinodesk.library.files import scanner
from dinodesk.library.files.exclude_rules import ExcludeRules
from dinodesk.library.library import LibraryStore
from dinodesk.library.store import key_values


@pytest.mark.parametrize(
    ("pattern", "relative", "out"),
    [
        ("*_thumb.jpg", "2019/a_THUMB.JPG", True),
        ("*_thumb.jpg", "2019/a_thumb.jpg.png", False),
        ("cache", "a/cache/b.jpg", True),
        ("cache", "a/cached/b.jpg", False),
        ("2019/*/raw", "2019/may/raw/x.jpg", True),
        ("2019/*/raw", "2019/may/week/raw/x.jpg", False),
        ("2019/**/raw", "2019/may/week/raw/x.jpg", True),
        ("IMG_000?.jpg", "IMG_0001.jpg", True),
        ("[draft].jpg", "[draft].jpg", True),
        (" /backup/ ", "backup/x.jpg", True),
        ("", "x.jpg", False),
    ],
)
def test_patterns(pattern: str, relative: str, out: bool) -> None:
    assert ExcludeRules((pattern,)).leaves_out_file(relative, 10) is out


@given(st.lists(st.text(max_size=20), max_size=5), st.text(min_size=1, max_size=30))
def test_any_pattern_is_a_pattern(patterns: list[str], name: str) -> None:
    rules = ExcludeRules(tuple(patterns))
    assert rules.leaves_out_file(name, 1) in (True, False)
    if name.strip() == name and not set(name) & set("*?/"):
        assert ExcludeRules((name,)).leaves_out(name)


def test_a_scan_goes_by_the_rules(tmp_path: Path) -> None:
    for name in ("a.jpg", "a_thumb.jpg", ".hidden/b.jpg", "raw/c.jpg", "deep/raw/d.jpg"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        make_photo(tmp_path / name)
    (tmp_path / "small.jpg").write_bytes(b"x")

    def names(some: ExcludeRules) -> list[str]:
        found = scanner.walk(str(tmp_path), some)
        return [os.path.relpath(each.path, tmp_path) for each in found if isinstance(each, scanner.FoundFile)]

    assert names(ExcludeRules()) == ["a.jpg", "a_thumb.jpg", "small.jpg", "deep/raw/d.jpg", "raw/c.jpg"]
    assert names(ExcludeRules(("*_thumb.*", "deep/raw"), smallest=100)) == ["a.jpg", "raw/c.jpg"]
    assert ".hidden/b.jpg" in names(ExcludeRules(hidden=True))


def test_rules_are_kept_with_the_library(tmp_path: Path) -> None:
    library = LibraryStore(tmp_path / "library")
    assert key_values.read_rules(library.database) == ExcludeRules()
    key_values.write_rules(library.database, ExcludeRules(("x*",), True, 5000))
    assert key_values.read_rules(library.database) == ExcludeRules(("x*",), True, 5000)
    library.close()
