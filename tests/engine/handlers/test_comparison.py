"""Sentences against photos of the library, by their stored vectors and the line of a search."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from fakes import FakeModel

from dinodesk.engine.decoding.decoder_pool import DecoderPool
from dinodesk.engine.engine_state import EngineState
from dinodesk.engine.handlers.comparison import compare_sentences
from dinodesk.engine.handlers.search import search
from dinodesk.engine.messages import CompareSentences, Search, SentencesCompared
from dinodesk.errors import ModelError
from dinodesk.generators import run_to_end
from dinodesk.library.images.decoder import decode


@pytest.fixture
def state(
    tmp_path: Path, photo_folder: Path, model: FakeModel, monkeypatch: pytest.MonkeyPatch
) -> Iterator[EngineState]:
    """With twelve photos, half of them red."""
    monkeypatch.setattr("dinodesk.models.loader.load_model", lambda name, **options: model)
    found = EngineState(decoders=DecoderPool(processes=False))
    found.open_library(tmp_path / "library")
    found.load_model("fake", "cpu", "fp32")
    found.opened.index_of(model.info)
    for _ in found.indexer().add([str(photo_folder)]):
        pass
    found.catalog_reset()
    assert found.index is not None
    found.index.refresh()
    yield found
    found.close()


def compare(state: EngineState, *assets: int, **what) -> SentencesCompared:
    return run_to_end(compare_sentences(state, CompareSentences(assets=assets, **what)))


def test_scores_and_confidences_are_those_of_a_search(state: EngineState) -> None:
    photos = state.opened.catalog.photos
    found = compare(
        state, photos[3].asset, photos[0].asset, texts=("red dog", "blue"), templates=("none", "simple"),
        words_of="red dog",
    )  # fmt: skip
    assert found.assets == (photos[3].asset, photos[0].asset)
    assert [(each.text, each.templates) for each in found.sentences] == [
        ("red dog", "none"), ("red dog", "simple"), ("blue", "none"), ("blue", "simple")
    ]  # fmt: skip
    assert [len(each.words) for each in found.sentences] == [2, 0, 0, 0]
    for each in found.sentences:
        answer = run_to_end(search(state, Search(text=each.text, templates=each.templates)))
        rows = [answer.positions.tolist().index(position) for position in (3, 0)]
        np.testing.assert_allclose(each.scores, answer.scores[rows], atol=2e-3)  # of vectors kept as float16
        assert each.curve == answer.fitted.curve


def test_photos_without_a_vector_are_left_out(state: EngineState) -> None:
    photo = state.opened.catalog.photos[0]
    assert compare(state, 999, photo.asset, texts=("red",)).assets == (photo.asset,)
    assert compare(state, 999, texts=("red",)).sentences == ()


def test_without_vectors_of_the_model_nothing_is_compared(state: EngineState) -> None:
    state.opened.indexes.clear()
    with pytest.raises(ModelError):
        compare(state, 1, texts=("red",))


def test_a_part_of_a_photo_scores_as_that_part_alone(state: EngineState) -> None:
    photo = state.opened.catalog.photos[0]
    found = compare(state, photo.asset, texts=("red", "blue"), crop=(0.5, 0.0, 0.5, 0.5))
    rgb = decode(photo.path).rgb
    high, wide = rgb.shape[:2]
    model = state.models.ready.model
    part = model.embed_pixels(model.prepare(rgb[: round(high / 2), round(wide / 2) :])[None])[0]
    for each in found.sentences:
        assert each.crop is not None
        assert each.crop[0] == pytest.approx(float(part @ model.embed_texts([each.text])[0]), abs=1e-5)
        assert each.crop[1] == pytest.approx(float(each.curve.confidence(np.float64(each.crop[0]))))
    whole = compare(state, photo.asset, texts=("red",), crop=(0.0, 0.0, 1.0, 1.0)).sentences[0]
    assert whole.crop is not None and whole.crop[0] == pytest.approx(float(whole.scores[0]), abs=2e-3)
    assert compare(state, photo.asset, texts=("red",)).sentences[0].crop is None


def test_a_part_is_seen_by_the_model_that_was_in_use_at_the_start(state: EngineState) -> None:
    photo = state.opened.catalog.photos[0]
    request = CompareSentences(assets=(photo.asset,), texts=("red",), crop=(0.0, 0.0, 1.0, 1.0))
    steps = compare_sentences(state, request)
    next(steps)
    state.models.active = ""  # another one is being chosen
    (sentence,) = run_to_end(steps).sentences
    assert sentence.crop is not None
    assert sentence.crop[0] == pytest.approx(float(sentence.scores[0]), abs=2e-3)
