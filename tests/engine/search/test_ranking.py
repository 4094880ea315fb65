"""Searching: what comes first, one row an asset, caches that may be deleted."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from fakes import FakeModel
from photos import make_photo

from dinodesk.api import Library, Model, open_library
from dinodesk.engine.encoding.query_encoder import QueryEncoder
from dinodesk.engine.indexing.indexer import Indexer
from dinodesk.engine.search.catalog import Catalog
from dinodesk.engine.search.persistent_index import PersistentIndex, damaged_caches
from dinodesk.engine.search.ranking import rank
from dinodesk.engine.search.torch_kernel import TorchKernel
from dinodesk.errors import ModelError, PhotoError, UsageError
from dinodesk.records import EVERYTHING, ConfidenceCurve, InFolder
from dinodesk.search.index.vector_index import NumpyKernel


@pytest.fixture
def wrapped(model: FakeModel) -> Model:
    return Model(model)


@pytest.fixture
def library(tmp_path: Path, photo_folder: Path, wrapped: Model):
    library = open_library(tmp_path / "library")
    library.index([photo_folder], wrapped)
    yield library
    library.close()


def test_red_photos_come_first_for_red(library: Library, wrapped: Model) -> None:
    hits = library.search("red", wrapped, top=12)
    assert ["/red/" in hit.path for hit in hits] == [True] * 6 + [False] * 6
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)


def test_the_first_of_many_are_the_first_of_few(library: Library, wrapped: Model) -> None:
    many = library.search("blue", wrapped, top=12)
    assert many.results[:3] == library.search("blue", wrapped, top=3).results


def test_fields_follow_their_formulas(library: Library, wrapped: Model) -> None:
    answer = library.search("red", wrapped, top=12, line=ConfidenceCurve(0.4, 30.0))
    scores = np.array([hit.score for hit in answer.results])
    np.testing.assert_allclose(
        [hit.angle for hit in answer.results], np.degrees(np.arccos(scores)), atol=1e-4
    )
    confidence = 1 / (1 + np.exp(-(scores - 0.4) * 30))
    np.testing.assert_allclose([hit.confidence for hit in answer.results], confidence, atol=1e-6)
    assert sum(hit.probability for hit in answer.results) == pytest.approx(1.0, abs=1e-6)
    assert answer.count == (confidence >= 0.5).sum()


def test_a_photo_finds_itself(library: Library, wrapped: Model, photo_folder: Path) -> None:
    own = photo_folder / "red" / "03.jpg"
    best = library.search("", wrapped, images=[own], top=1)[0]
    assert best.path == str(own) and best.score > 0.99


def test_one_row_an_asset(library: Library, wrapped: Model, photo_folder: Path) -> None:
    copy = photo_folder / "copy.jpg"
    copy.write_bytes((photo_folder / "red" / "01.jpg").read_bytes())
    library.index([photo_folder], wrapped)
    hits = library.search("red", wrapped, top=50)
    assert len(hits) == 12
    assert [len(hit.places) for hit in hits if str(copy) in hit.places] == [2]


def test_unusable_queries_are_refused(library: Library, wrapped: Model, tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        library.search("  ", wrapped)
    (tmp_path / "bad.jpg").write_text("no")
    with pytest.raises(PhotoError):
        library.search("", wrapped, images=[tmp_path / "bad.jpg"])
    with pytest.raises(ModelError):
        wrapped.network.patch_half.__func__(FakeModel(text=False), np.zeros((1, 4), np.float32))


def test_newly_stored_vectors_are_found(library: Library, wrapped: Model, photo_folder: Path) -> None:
    assert len(library.search("red", wrapped)) == 12
    make_photo(photo_folder / "new.jpg", seed=77)
    library.index([photo_folder], wrapped)
    assert len(library.search("red", wrapped)) == 13


def test_the_cache_may_vanish_be_foreign_or_stale(
    library: Library, wrapped: Model, photo_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def loaded() -> PersistentIndex:
        live = PersistentIndex(library.store, wrapped.info, TorchKernel())
        live.load()
        return live

    first = loaded()
    first.save()
    truth = first.vectors.matrix.copy()
    monkeypatch.setattr("dinodesk.engine.search.persistent_index.vectors.read_vectors", _only_after)
    assert np.array_equal(loaded().vectors.matrix, truth)  # read from the cache
    monkeypatch.undo()
    names = {file.suffix: file for file in library.store.index.iterdir()}
    for spoil in (
        lambda: names[".json"].write_text("{}"),
        lambda: names[".json"].write_bytes(b"\xff"),
        lambda: names[".f16"].write_bytes(b"short"),
        lambda: names[".ids"].write_bytes(b"no array"),
        lambda: names[".f16"].unlink(),
        lambda: names[".f16"].write_bytes(bytes(len(names[".f16"].read_bytes()))),
        lambda: names[".f16"].write_bytes(b"\xff" * len(names[".f16"].read_bytes())),
    ):
        loaded().save()
        assert damaged_caches(library.store) == []
        spoil()
        assert len(damaged_caches(library.store)) == 1
        assert np.array_equal(loaded().vectors.matrix, truth)
    loaded().save()
    make_photo(photo_folder / "new.jpg", seed=78)
    library.index([photo_folder], wrapped)
    assert len(loaded().vectors) == 13


def _only_after(database: object, model: int, dim: int, after: int) -> tuple[int, np.ndarray, np.ndarray]:
    assert after > 0, "the cache was not used"
    return after, np.zeros(0, np.int64), np.zeros((0, dim), np.float16)


def test_the_fast_kernel_agrees_with_the_plain_one() -> None:
    random = np.random.default_rng(0)
    rows = random.standard_normal((500, 64)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    query = rows[7]
    half = rows.astype(np.float16)
    plain, fast = NumpyKernel().scores(half, query), TorchKernel().scores(half, query)
    for kernel in (NumpyKernel(), TorchKernel()):
        several = kernel.scores_of_all(half, np.stack([query, -query, query[::-1]]))
        assert several.shape == (3, len(half)) and several.dtype == np.float32
        expected = half.astype(np.float32) @ np.stack([query, -query, query[::-1]]).T
        np.testing.assert_allclose(several.T, expected, atol=2e-3)
    np.testing.assert_allclose(fast, plain, atol=1e-3)
    np.testing.assert_allclose(plain, rows @ query, atol=1e-3)


def test_a_folder_of_copies_is_browsed_and_searched(
    library: Library, wrapped: Model, photo_folder: Path, tmp_path: Path, model: FakeModel
) -> None:
    copies = tmp_path / "copies"
    shutil.copytree(photo_folder / "red", copies)
    catalog = Catalog(library.store)
    catalog.reload()
    assert len(catalog.newest_first(InFolder(str(copies)))) == 0
    library.index([copies], wrapped)
    catalog.take([photo.asset for photo in catalog.photos])
    assert sorted(catalog.newest_first(InFolder(str(copies)))) == sorted(
        catalog.newest_first(InFolder(str(photo_folder / "red")))
    )
    assert catalog.content_at(str(copies / "01.jpg")) == catalog.content_at(str(photo_folder / "red/01.jpg"))
    index = PersistentIndex(library.store, model.info, NumpyKernel())
    index.load()
    encoder = QueryEncoder(model)
    found = rank(catalog, index, lambda: encoder.encode("red"), scope=InFolder(str(copies)))
    assert len(found.positions) == len(set(found.positions.tolist())) == found.searched == 6
    shutil.rmtree(copies)
    copies.mkdir()
    for _ in Indexer(library.store, model, believe=None).rescan():
        pass
    catalog.take([photo.asset for photo in catalog.photos])
    assert not catalog.inside(InFolder(str(copies))).any() and catalog.inside(EVERYTHING).all()


@pytest.mark.parametrize("weight", [None, 0.0, 0.25, 0.5, 1.0])
def test_a_photo_and_words_count_by_their_weights(photo_folder: Path, model: FakeModel, weight) -> None:
    encoder, photos = QueryEncoder(model), [str(photo_folder / f"blue/0{i}.jpg") for i in (0, 2)]
    words, one, two = encoder.encode("red"), encoder.encode("", photos[:1]), encoder.encode("", photos[1:])
    share = 2 / 3 if weight is None else weight  # by default words count as much as each photo
    expected = (1 - share) * words + share * (one + two) / 2
    found = encoder.encode("red", photos, image_weight=weight)
    np.testing.assert_allclose(found, expected / np.linalg.norm(expected), atol=1e-5)
    alone = encoder.encode("", photos, image_weight=weight)
    np.testing.assert_allclose(alone, (one + two) / np.linalg.norm(one + two), atol=1e-5)


def test_the_weight_of_photos_is_a_share(library: Library, photo_folder: Path, wrapped: Model) -> None:
    photo = photo_folder / "blue/02.jpg"
    by_words = library.search("red", wrapped, photo, top=1, image_weight=0.0)
    by_photo = library.search("red", wrapped, photo, top=1, image_weight=1.0)
    assert "/red/" in by_words.results[0].path and by_photo.results[0].path == str(photo)
    with pytest.raises(ValueError, match="from 0 to 1"):
        library.search("red", wrapped, photo, image_weight=1.5)
