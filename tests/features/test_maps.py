"""Maps: PCA against numpy's SVD, fixed signs, cosines, colours, outliers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dinodesk.features import colours, maps, pca, similarity


def grid(h: int, w: int, dim: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((h, w, dim)).astype(np.float32)


@settings(max_examples=30, deadline=None)
@given(st.integers(2, 9), st.integers(2, 9), st.integers(4, 32), st.integers(0, 1000))
def test_pca_is_the_textbook_one(h: int, w: int, dim: int, seed: int) -> None:
    patches = grid(h, w, dim, seed)
    found = pca.project(patches)
    flat = patches.reshape(-1, dim).astype(float)
    centred = flat - flat.mean(axis=0)
    kept = min(3, len(flat) - 1, dim)
    variance = np.sort(np.linalg.eigvalsh(centred.T @ centred))[::-1]
    np.testing.assert_allclose(
        (found.values.reshape(-1, 3).astype(float) ** 2).sum(axis=0)[:kept], variance[:kept], rtol=1e-3
    )
    np.testing.assert_allclose(found.explained[:kept], (variance / variance.sum())[:kept], rtol=1e-6)
    np.testing.assert_allclose(found.values.reshape(-1, 3).mean(axis=0), 0, atol=1e-4)


def test_signs_do_not_flip() -> None:
    patches = grid(8, 8, 16)
    first = pca.project(patches).values
    again = pca.project(patches[::-1]).values[::-1]  # the same patches in another order
    np.testing.assert_allclose(first, again, atol=1e-4)


def test_robust_ignores_outliers_and_foreground_finds_the_middle() -> None:
    patches = grid(12, 12, 16)
    patches[3:9, 3:9, 0] += 4.0
    patches[0, 0] = 500.0
    assert pca.outliers(patches).sum() == 1
    robust = pca.project(patches, robust=True)
    assert not robust.fitted[0, 0] and robust.fitted.sum() == 143
    middle = pca.project(patches, robust=True, foreground=True).fitted
    middle = pca.project(patches, robust=True, foreground=True).fitted
    inside = np.zeros((12, 12), bool)
    inside[3:9, 3:9] = True
    assert (middle == inside).mean() > 0.9


def test_few_patches_still_give_three_components() -> None:
    assert pca.project(grid(1, 2, 8)).values.shape == (1, 2, 3)
    assert maps.pca_map(grid(2, 2, 8), grid(1, 1, 8)[0, 0]).colours.shape == (2, 2, 3)


def test_similarity_maps() -> None:
    patches = grid(5, 6, 12)
    found = maps.similarity_map(patches, 2, 3)
    assert found.values[2, 3] == pytest.approx(1.0, abs=1e-6) and found.values.argmax() == 2 * 6 + 3
    a, b = patches[0, 0], patches[2, 3]
    assert found.values[0, 0] == pytest.approx(a @ b / np.linalg.norm(a) / np.linalg.norm(b), abs=1e-6)
    with pytest.raises(IndexError):
        maps.similarity_map(patches, 5, 0)
    np.testing.assert_allclose(maps.norm_map(patches).values, np.linalg.norm(patches, axis=-1), rtol=1e-6)
    direction = grid(1, 1, 12, 9)[0, 0]
    np.testing.assert_allclose(
        maps.text_map(patches, direction).values, maps.cls_map(patches, direction).values
    )


def test_smoothness_knows_its_ends() -> None:
    assert similarity.smoothness(np.ones((4, 4, 3), np.float32)) == pytest.approx(1.0)
    checks = (np.indices((4, 4)).sum(axis=0) % 2 * 2 - 1)[..., None].astype(np.float32)
    assert similarity.smoothness(checks) == pytest.approx(-1.0)
    assert similarity.smoothness(np.ones((1, 1, 3), np.float32)) == 1.0


def test_colours_are_even_and_bounded() -> None:
    values = np.linspace(0, 1, 50, dtype=np.float32)[None]
    drawn = colours.scalar_colours(values, 0.0, 1.0).astype(int)
    luminance = drawn @ [0.2126, 0.7152, 0.0722]
    assert np.all(np.diff(luminance[0]) > 0)
    assert colours.scalar_colours(values, 1.0, 1.0).shape == (1, 50, 3)
    hidden = colours.component_colours(grid(4, 4, 3), np.eye(4, dtype=bool))
    assert hidden[0, 1].sum() == 0
