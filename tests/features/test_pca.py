"""PCA of patches: which patches the fit uses, and which it does not depend on."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dinodesk.features import pca


def grid(h: int, w: int, dim: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((h, w, dim)).astype(np.float32)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 500), st.floats(-50, 50))
def test_values_do_not_depend_on_a_common_offset(seed: int, offset: float) -> None:
    patches = grid(5, 6, 8, seed)
    first, moved = pca.project(patches), pca.project(patches + np.float32(offset))
    np.testing.assert_allclose(first.values, moved.values, atol=2e-3)
    assert np.all(np.diff(first.explained) <= 1e-9) and 0 < first.explained.sum() <= 1 + 1e-9


def test_a_robust_fit_does_not_depend_on_how_far_out_an_outlier_is() -> None:
    patches = grid(8, 8, 12)
    near, far = patches.copy(), patches.copy()
    near[2, 3] *= 100
    far[2, 3] *= 10_000
    one, two = (pca.project(each, robust=True) for each in (near, far))
    others = np.ones((8, 8), bool)
    others[2, 3] = False
    np.testing.assert_allclose(one.values[others], two.values[others], atol=1e-4)
    plain = pca.project(far)
    assert plain.fitted.all() and plain.explained[0] > 0.99  # all variance is the outlier's


@pytest.mark.parametrize("factor", [1e-3, 1.0, 1e3])
def test_outliers_do_not_depend_on_the_scale(factor: float) -> None:
    patches = grid(10, 10, 16) * np.float32(factor)
    patches[4, 5] *= 20
    found = pca.outliers(patches)
    assert found[4, 5] and found.sum() == 1
    assert not pca.outliers(np.ones((4, 4, 3), np.float32)).any()


def test_patches_that_are_all_alike_have_no_components() -> None:
    found = pca.project(np.ones((4, 4, 5), np.float32), robust=True, foreground=True)
    assert np.isfinite(found.values).all() and not found.values.any() and found.explained.sum() == 0


def test_the_foreground_is_the_side_that_touches_the_border_less() -> None:
    patches = 0.05 * grid(9, 9, 6)
    patches[3:6, 3:6, 2] += 3
    for sign in (1, -1):
        fitted = pca.project(sign * patches, foreground=True).fitted
        assert fitted[4, 4] and not fitted[0].any() and not fitted[:, -1].any()
