"""The Python door: a library and models for scripts, on the same state as the window."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from fakes import FakeModel
from photos import make_photo

import dinodesk
from dinodesk.api import Library, Model, open_library
from dinodesk.errors import LibraryError, PhotoError
from dinodesk.records import ConfidenceCurve, HandLine, SearchValues


@pytest.fixture
def library(tmp_path: Path, photo_folder: Path, model: FakeModel) -> Iterator[Library]:
    library = open_library(tmp_path / "library")
    library.index([photo_folder], Model(model))
    yield library
    library.close()


def test_two_models_answer_one_library_side_by_side(
    library: Library, model: FakeModel, photo_folder: Path
) -> None:
    first, second = Model(model), Model(FakeModel("0the" * 8))
    assert library.search("red", second).searched == 0  # it has embedded nothing yet
    report = library.index([photo_folder], second)
    assert (report.indexed, report.unchanged) == (12, 0)
    before = library.refresh(first)
    for wrapped in (first, second, first):
        answer = library.search("red", wrapped, top=6)
        assert answer.searched == 12 and ["/red/" in hit.path for hit in answer] == [True] * 6
    assert library.refresh(first) is before  # its index was not read again


def test_a_model_of_the_same_weights_takes_the_place_of_the_one_before(
    library: Library, model: FakeModel
) -> None:
    library.search("red", Model(model))
    twin = FakeModel()
    asked: list[str] = []
    honest = twin.embed_texts

    def noting(texts: list[str]) -> np.ndarray:
        asked.extend(texts)
        return honest(texts)

    twin.embed_texts = noting  # type: ignore[method-assign]
    assert library.search("red", Model(twin)).searched == 12 and asked == ["red"]
    assert library.search("red", Model(twin)).searched == 12 and asked == ["red"]  # remembered


def test_what_another_program_adds_is_seen(library: Library, model: FakeModel, tmp_path: Path) -> None:
    assert len(library.search("red", Model(model))) == 12
    (tmp_path / "more").mkdir()
    make_photo(tmp_path / "more" / "new.jpg", seed=900)
    other = open_library(tmp_path / "library")
    other.index([tmp_path / "more"], Model(model))
    other.close()
    assert len(library.search("red", Model(model))) == 13
    assert str(tmp_path / "more" / "new.jpg") in {photo.path for photo in library.catalog.photos}


def test_hits_are_counted_by_the_line_that_is_given(library: Library, model: FakeModel) -> None:
    wrapped = Model(model)
    scores = [hit.score for hit in library.search("red", wrapped, top=12)]
    line = ConfidenceCurve((scores[2] + scores[3]) / 2, 1000.0)
    answer = library.search("red", wrapped, top=2, line=line)
    assert (answer.count, len(answer), answer.line) == (3, 2, line)
    confident = [hit.confidence >= 0.5 for hit in library.search("red", wrapped, top=12, line=line)]
    assert confident == [True] * 3 + [False] * 9


def test_the_cache_of_thumbnails_is_trimmed(library: Library) -> None:
    assert list(library.store.thumbnails.rglob("*.jpg"))
    library.trim_thumbnails(1)
    assert not list(library.store.thumbnails.rglob("*.jpg"))


def test_a_closed_library_is_closed(tmp_path: Path, model: FakeModel) -> None:
    library = open_library(tmp_path / "library")
    library.close()
    with pytest.raises(LibraryError, match="No library is open"):
        library.search("red", Model(model))


def test_images_come_as_files_arrays_and_pictures(model: FakeModel, photo_folder: Path) -> None:
    from PIL import Image

    wrapped, file = Model(model), photo_folder / "red" / "01.jpg"
    with Image.open(file) as picture:
        array = np.asarray(picture.convert("RGB"))
        vectors = wrapped.embed_images([file, str(file), array, picture])
    assert vectors.shape == (4, wrapped.info.dim)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(vectors[1:], vectors[:1].repeat(3, 0), atol=1e-5)
    assert wrapped.embed_images([]).shape == (0, wrapped.info.dim)
    assert wrapped.embed_texts([]).shape == (0, wrapped.info.dim)
    with pytest.raises(ValueError, match="uint8"):
        wrapped.embed_images([array.astype(np.float32)])
    with pytest.raises(PhotoError):
        wrapped.embed_images([photo_folder / "never.jpg"])


def test_the_package_offers_its_doors_by_name() -> None:
    assert dinodesk.open_library is open_library and dinodesk.Library is Library
    with pytest.raises(AttributeError, match="no attribute"):
        _ = dinodesk.open_sesame


def test_saved_searches_run_with_all_their_values(library: Library, model: FakeModel) -> None:
    wrapped = Model(model)
    values = SearchValues(query="red", line=HandLine(-2.0, 10.0, 0.5), sort="-name", scene=0.25)
    saved = library.saved.add("Everything", values, wrapped)
    assert saved.model == wrapped.info.fingerprint and library.saved.list() == [saved]
    answer = library.saved.run("everything", wrapped)
    typed = library.search(
        "red", wrapped, line=ConfidenceCurve(-2.0, 10.0), cut=0.5, sort="-name", scene=0.25
    )
    assert answer.count == 12 and answer.results == typed.results
    assert len(library.saved.run(library.saved.add("Blue", "in:blue").name)) == 6
    library.saved.remove("BLUE")
    assert [each.name for each in library.saved.list()] == ["Everything"]
    with pytest.raises(LibraryError, match="no saved search"):
        library.saved.run("Blue")


def test_an_order_must_be_known(library: Library, model: FakeModel) -> None:
    with pytest.raises(ValueError, match="no order 'by magic'"):
        library.search("red", Model(model), sort="by magic")  # type: ignore[arg-type]
    names = [hit.path for hit in library.search("in:red", sort="name")]
    assert names == sorted(names) and len(names) == 6
