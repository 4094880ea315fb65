"""Orders and groups of all photos of a catalog."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from stored_files import StoredFolder

from dinodesk.engine.messages.search import RankedTerm
from dinodesk.engine.search.catalog import Catalog
from dinodesk.engine.search.photo_arrangement import PhotoArrangements, natural_key
from dinodesk.engine.search.query_answer import QueryAnswer
from dinodesk.engine.search.sorted_hits import sorted_hits
from dinodesk.generators import run_to_end
from dinodesk.library.annotations import changes
from dinodesk.library.library import LibraryStore
from dinodesk.records import (
    SORTS,
    Among,
    Arrangement,
    ConfidenceCurve,
    DateClaim,
    FittedLine,
    Group,
    PhotoMetadata,
    Sort,
)

DAY = 86_400.0
NAMES = ("b/IMG 10.jpg", "b/img 9.jpg", "a/IMG 2.jpg", "a/Ärger.jpg", "ab/IMG 2.jpg")
DAYS = (18_000, 18_001, 18_000, 17_950, 18_040)
"""Since 1970; noon of the photo's own clock."""


class Arranged:
    """A library of five photos, and their names under an arrangement."""

    def __init__(self, library: LibraryStore, path: Path) -> None:
        self.library, self.folder = library, StoredFolder(library, path)
        for place, (name, day) in enumerate(zip(NAMES, DAYS, strict=True)):
            self.folder.write(name, b"x" * (10 + place))
            claim = DateClaim(day * DAY + DAY / 2, None, "second", "EXIF", 1)
            self.folder.store(name, metadata=PhotoMetadata(dates=(claim,)))
        self.catalog = Catalog(library)
        self.catalog.reload()
        self.arrangements = PhotoArrangements(library, self.catalog)

    def names(self, sort: Sort, group: Group = "none") -> list[str]:
        found = run_to_end(self.arrangements.arranged(Arrangement(sort, group)))
        order = np.argsort(found.ranks, kind="stable").tolist()
        return [os.path.relpath(self.catalog.photos[row].path, self.folder.path) for row in order]

    def groups(self, sort: Sort, group: Group) -> list[str]:
        found = run_to_end(self.arrangements.arranged(Arrangement(sort, group)))
        order = np.argsort(found.ranks, kind="stable")
        return [found.names[each] for each in found.groups[order].tolist()]


@pytest.fixture
def arranged(library: LibraryStore, tmp_path: Path) -> Arranged:
    return Arranged(library, tmp_path / "pictures")


def test_names_stand_in_natural_order(arranged: Arranged) -> None:
    wanted = ["a/Ärger.jpg", "ab/IMG 2.jpg", "a/IMG 2.jpg", "b/img 9.jpg", "b/IMG 10.jpg"]
    assert arranged.names("name") == wanted  # of equal names the newest first, either way round
    assert arranged.names("-name") == [wanted[4], wanted[3], wanted[1], wanted[2], wanted[0]]


def test_a_folder_stands_before_the_folders_beside_it(arranged: Arranged) -> None:
    wanted = ["a/Ärger.jpg", "a/IMG 2.jpg", "ab/IMG 2.jpg", "b/img 9.jpg", "b/IMG 10.jpg"]
    assert arranged.names("folder") == wanted
    assert arranged.names("-folder") == wanted[::-1]


def test_dates_sizes_and_ratings_have_the_most_first(arranged: Arranged) -> None:
    newest = ["ab/IMG 2.jpg", "b/img 9.jpg", "b/IMG 10.jpg", "a/IMG 2.jpg", "a/Ärger.jpg"]
    assert arranged.names("date") == newest and arranged.names("-date") == newest[::-1]
    assert arranged.names("size") == list(reversed(NAMES)) and arranged.names("-size") == list(NAMES)
    asset = next(photo.asset for photo in arranged.catalog.photos if photo.path.endswith("b/IMG 10.jpg"))
    changes.rate(arranged.library.database, [asset], 4)
    arranged.catalog.reload()
    assert arranged.names("rating") == ["b/IMG 10.jpg", *(n for n in newest if n != "b/IMG 10.jpg")]
    assert arranged.names("-rating") == [*(n for n in newest if n != "b/IMG 10.jpg"), "b/IMG 10.jpg"]


def test_groups_follow_the_order_and_hold_it_inside(arranged: Arranged) -> None:
    days = ["2019-05-24", "2019-04-15", "2019-04-14", "2019-04-14", "2019-02-23"]
    assert arranged.groups("name", "day") == days
    assert arranged.groups("-date", "day") == days[::-1]
    assert arranged.groups("relevance", "month") == ["2019-05", *["2019-04"] * 3, "2019-02"]
    assert arranged.names("name", "day")[2:4] == ["a/IMG 2.jpg", "b/IMG 10.jpg"]  # of one day
    folders = [str(arranged.folder.path / name) for name in ("a", "a", "ab", "b", "b")]
    assert arranged.groups("date", "folder") == folders
    assert arranged.groups("-folder", "folder") == folders[::-1]
    assert len(set(arranged.groups("date", "drive"))) == 1


def test_relevance_leaves_photos_as_they_are(arranged: Arranged) -> None:
    for sort in ("relevance", "-relevance"):
        assert not run_to_end(arranged.arrangements.arranged(Arrangement(sort))).ranks.any()


def test_an_arrangement_is_kept_until_photos_change(arranged: Arranged) -> None:
    first = run_to_end(arranged.arrangements.arranged(Arrangement("name")))
    assert run_to_end(arranged.arrangements.arranged(Arrangement("name"))) is first
    arranged.folder.write("c.jpg", b"another")
    ((_, asset),) = arranged.folder.store("c.jpg")
    arranged.catalog.take([asset])
    assert "c.jpg" in arranged.names("name")


@pytest.mark.parametrize(
    ("smaller", "larger"),
    [("img9", "IMG10"), ("a" + "9" * 30, "a1" + "0" * 30), ("x", "x1"), ("ä1", "a2"), ("a.b", "ab")],
)
def test_numbers_count_by_their_value(smaller: str, larger: str) -> None:
    assert natural_key(smaller) < natural_key(larger)


def test_leading_zeros_do_not_count() -> None:
    assert natural_key("IMG007") == natural_key("img7")


def test_other_orders_hold_the_hits_alone(arranged: Arranged) -> None:
    line = FittedLine(curve=ConfidenceCurve(0.2, 10.0))
    scores = np.array([0.5, 0.4, 0.3, 0.1, 0.0], np.float32)
    term = RankedTerm(text="x", negated=False, scores=scores, fitted=line, matches=3)
    answer = QueryAnswer(positions=np.array([4, 0, 2, 1, 3]), scores=scores, fitted=line, terms=(term,))
    for sort in SORTS[1:]:
        found = run_to_end(arranged.arrangements.arranged(Arrangement(sort)))
        some = sorted_hits(answer, 3, sort, found)
        assert some.scores is not None
        assert dict(zip(some.positions.tolist(), some.scores.tolist(), strict=True)) == pytest.approx(
            {4: 0.5, 0: 0.4, 2: 0.3}
        )
        assert np.array_equal(some.terms[0].scores, some.scores)
    reverse = run_to_end(arranged.arrangements.arranged(Arrangement("-relevance")))
    assert sorted_hits(answer, 3, "-relevance", reverse).positions.tolist() == [2, 0, 4]
    composed = replace(answer, scores=None, confidences=scores.astype(np.float64))
    by_size = run_to_end(arranged.arrangements.arranged(Arrangement("size")))
    assert sorted_hits(composed, 9, "size", by_size).positions.tolist() == [4, 3, 2, 1, 0]


def test_some_photos_are_a_scope(arranged: Arranged) -> None:
    assets = tuple(photo.asset for photo in arranged.catalog.photos[1:3])
    inside = arranged.catalog.inside(Among((*assets, 10**6), "a dog"))
    assert np.flatnonzero(inside).tolist() == [1, 2]
    assert sorted(arranged.catalog.newest_first(Among(assets, "a dog")).tolist()) == [1, 2]
