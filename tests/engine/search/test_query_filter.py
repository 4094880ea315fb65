"""Filters over a catalog: states of photos, what is remembered, and until when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from fakes import FakeModel
from indexing import index_photos
from photos import make_photo

from dinodesk.engine.decoding.decoder_pool import DecoderPool
from dinodesk.engine.indexing.indexer import Indexer
from dinodesk.engine.search.catalog import Catalog
from dinodesk.engine.search.query_filter import QueryFilter
from dinodesk.errors import LibraryError
from dinodesk.generators import run_to_end
from dinodesk.library.annotations import changes
from dinodesk.library.library import LibraryStore
from dinodesk.library.photos import photo_filters
from dinodesk.records import TextTerm
from dinodesk.search.query.parser import parse_query


class Filtered:
    """A library of a folder, its catalog, and what passes filters."""

    def __init__(self, library: LibraryStore, folder: Path, model: FakeModel, threads: DecoderPool) -> None:
        self.library, self.folder, self.catalog = library, folder, Catalog(library)
        self.filters = QueryFilter(library, self.catalog)
        self._index = lambda: index_photos(Indexer(library, model, believe=None, decoders=threads), folder)
        self.rescan()

    def rescan(self) -> None:
        self._index()
        self.catalog.reload()

    def passing(self, query: str) -> set[str]:
        run_to_end(self.filters.refresh())
        tree = parse_query(query).tree
        assert tree is not None
        mask = self.filters.inside(tree, date(2026, 1, 1))
        return {Path(self.catalog.photos[row].path).stem for row in mask.nonzero()[0]}


@pytest.fixture
def filtered(
    library: LibraryStore, photo_folder: Path, model: FakeModel, threads: DecoderPool
) -> Iterator[Filtered]:
    yield Filtered(library, photo_folder, model, threads)


def test_what_is_missing_is_found_as_such(filtered: Filtered) -> None:
    every = filtered.passing("in:photos")
    assert len(every) == 12 and filtered.passing("is:missing") == set()
    (filtered.folder / "red" / "03.jpg").unlink()
    filtered.rescan()
    assert filtered.passing("is:missing") == {"03"} == filtered.passing("is:missing,offline")
    assert filtered.passing("-is:missing") == every - {"03"}
    assert filtered.passing("is:missing,landscape") == every
    assert filtered.passing("is:missing OR in:blue") == {"03"} | filtered.passing("in:blue")


def test_an_answer_is_remembered_until_something_changes(
    filtered: Filtered, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    real = photo_filters.passing_assets
    monkeypatch.setattr(
        photo_filters,
        "passing_assets",
        lambda database, wanted: (asked.append(wanted.key), real(database, wanted))[1],
    )
    for _ in range(3):
        assert filtered.passing("rating:5") == set()
    assert asked == ["rating"]
    changes.rate(filtered.library.database, [filtered.catalog.photos[0].asset], 5)
    assert len(filtered.passing("rating:5")) == 1 and asked == ["rating"] * 2
    make_photo(filtered.folder / "new.jpg", seed=99)
    filtered.rescan()
    assert "new" in filtered.passing("-rating:5") and asked == ["rating"] * 3


def test_photos_that_are_not_in_the_catalog_yet_do_not_disturb(filtered: Filtered) -> None:
    make_photo(filtered.folder / "new.jpg", seed=99)
    filtered._index()
    assert len(filtered.passing("in:photos")) == 12
    filtered.catalog.take([13])
    assert len(filtered.passing("in:photos")) == 13


def test_a_term_that_ranks_is_no_filter(filtered: Filtered) -> None:
    with pytest.raises(ValueError, match="no filter"):
        filtered.filters.inside(TextTerm("red"), date(2026, 1, 1))


def test_a_failure_is_not_tried_again_and_again_while_idle(
    filtered: Filtered, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_to_end(filtered.filters.refresh())
    changes.rate(filtered.library.database, [1], 5)
    assert filtered.filters.is_stale
    with monkeypatch.context() as patch:
        patch.setattr(
            type(filtered.library.database),
            "writing",
            lambda self: (_ for _ in ()).throw(LibraryError("full")),
        )
        with pytest.raises(LibraryError):
            run_to_end(filtered.filters.refresh())
    assert not filtered.filters.is_stale
    assert len(filtered.passing("rating:5")) == 1 and not filtered.filters.is_stale
