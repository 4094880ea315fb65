"""Scores: confidence, bands, angle, probability, templates."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from dinodesk.records import ConfidenceCurve, band
from dinodesk.search.prompt_templates import embed_labels, templates
from dinodesk.search.scores import angles, probabilities, unit

scores = arrays(np.float32, st.integers(1, 50), elements=st.floats(-1, 1, width=32))


@given(scores, st.floats(-1, 1), st.floats(0.1, 1000))
def test_confidence_is_the_sigmoid(values: np.ndarray, threshold: float, temperature: float) -> None:
    found = ConfidenceCurve(threshold, temperature).confidence(values)
    z = np.clip((values.astype(float) - threshold) * temperature, -500, 500)
    np.testing.assert_allclose(found, 1 / (1 + np.exp(-z)), atol=1e-9)
    assert found.shape == values.shape


@given(scores, st.integers(-1000, 1000).map(lambda n: n / 1000), st.floats(0.1, 1000))
def test_hits_are_what_lies_at_or_above_the_line(values: np.ndarray, threshold: float, slope: float) -> None:
    assert ConfidenceCurve(threshold, slope).hits(values) == np.count_nonzero(
        (values.astype(float) - threshold) * slope >= -1e-15
    )


def test_bands_at_the_seed_defaults() -> None:
    line = ConfidenceCurve(0.08, 25)
    words = [band(float(line.confidence(score))) for score in (0.21, 0.16, 0.11, 0.09, 0.0)]
    assert words == ["very confident", "strong", "possible", "weak", "weak"]


@given(scores)
def test_probabilities_sum_to_one(values: np.ndarray) -> None:
    found = probabilities(values)
    assert found.sum() == pytest.approx(1.0) and np.all(found >= 0)
    assert np.argmax(found) == np.argmax(values) or found.max() == found[np.argmax(values)]
    np.testing.assert_allclose(probabilities(values, values[:1]), found[:1])


def test_angles_and_unit() -> None:
    np.testing.assert_allclose(angles([1, 0, -1, 1.0000001]), [0, 90, 180, 0], atol=1e-6)
    assert probabilities(np.zeros(0, np.float32)).shape == (0,)
    np.testing.assert_allclose(np.linalg.norm(unit(np.array([[3, 4], [0, 0]], np.float32)), axis=1), [1, 0])


def test_template_sets() -> None:
    assert templates("none") == ("{}",)
    eighty = templates("openai80")
    assert len(eighty) == len(set(eighty)) == 80
    assert all(form.count("{}") == 1 for form in eighty)
    seen: list[str] = []

    def embed(texts):
        seen.extend(texts)
        return np.random.default_rng(len(texts)).standard_normal((len(texts), 5)).astype(np.float32)

    rows = embed_labels(["dog", "cat"], "openai80", embed)
    assert rows.shape == (2, 5) and "a photo of a cat." in seen and len(seen) == 160
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, rtol=1e-5)


@pytest.mark.parametrize("label", ["a dog", "The dog", "an  owl", "dog", "theatre", "a"])
def test_an_article_gives_way_to_the_templates(label: str) -> None:
    seen: list[str] = []

    def embed(texts):
        seen.extend(texts)
        return np.ones((len(texts), 5), np.float32)

    embed_labels([label], "simple", embed)
    embed_labels([label], "none", embed)
    bare = {"a dog": "dog", "The dog": "dog", "an  owl": "owl"}.get(label, label)
    assert seen == [f"a photo of a {bare}", label]
